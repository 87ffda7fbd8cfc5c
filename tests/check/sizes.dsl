--- shapes in a composed expression (full) ---
fn f[m, n](a: f64[m, n], x: f64[n], y: f64[m]) -> f64[m] = a @ x + x * 2 - y
===
error[E0301]: `+` needs equal shapes: `f64[m]` and `f64[n]`
   ╭─[ sizes.dsl:1:66 ]
   │
 1 │ fn f[m, n](a: f64[m, n], x: f64[n], y: f64[m]) -> f64[m] = a @ x + x * 2 - y
   │                                                            ──┬── ┬ ──┬──
   │                                                              ╰──────────── `f64[m]`
   │                                                                  │   │
   │                                                                  ╰──────── shapes differ
   │                                                                      │
   │                                                                      ╰──── `f64[n]`
   │
   │ help: there is no silent broadcasting: an index says what meets what, `[a[i] + b[j] for i, j]`
───╯

--- a bias of another length (full) ---
fn layer[n, m](w: f64[m, n], b: f64[n], x: f64[n]) -> f64[m] = w @ x + b
===
error[E0301]: `+` needs equal shapes: `f64[m]` and `f64[n]`
   ╭─[ sizes.dsl:1:70 ]
   │
 1 │ fn layer[n, m](w: f64[m, n], b: f64[n], x: f64[n]) -> f64[m] = w @ x + b
   │                                                                ──┬── ┬ ┬
   │                                                                  ╰──────── `f64[m]`
   │                                                                      │ │
   │                                                                      ╰──── shapes differ
   │                                                                        │
   │                                                                        ╰── `f64[n]`
   │
   │ help: there is no silent broadcasting: an index says what meets what, `[a[i] + b[j] for i, j]`
───╯

--- a transposed product (full) ---
fn f[n, m](a: f64[n, m], b: f64[n, m]) -> f64[n, n] = a @ b
===
error[E0302]: `@` needs equal inner sizes: `m` and `n`
   ╭─[ sizes.dsl:1:57 ]
   │
 1 │ fn f[n, m](a: f64[n, m], b: f64[n, m]) -> f64[n, n] = a @ b
   │                                                       ┬ ┬ ┬
   │                                                       ╰────── `f64[n, m]`: its last size is `m`
   │                                                         │ │
   │                                                         ╰──── here
   │                                                           │
   │                                                           ╰── `f64[n, m]`: its first size is `n`
   │
   │ help: the transpose would fit: `a @ b.T`
   │
 1 │ fn f[n, m](a: f64[n, m], b: f64[n, m]) -> f64[n, n] = a @ b.T
   │                                                            ++
───╯

--- a column and a row (full) ---
let column = [[1.0], [2.0]]
let row = [[1.0, 2.0]]
print(column + row)
===
error[E0301]: `+` needs equal shapes: `f64[2, 1]` and `f64[1, 2]`
   ╭─[ sizes.dsl:3:14 ]
   │
 3 │ print(column + row)
   │       ───┬── ┬ ─┬─
   │          ╰────────── `f64[2, 1]`
   │              │  │
   │              ╰────── shapes differ
   │                 │
   │                 ╰─── `f64[1, 2]`
   │
   │ help: there is no silent broadcasting: an index says what meets what, `[a[i] + b[j] for i, j]`
───╯

--- a size that is not declared (full) ---
fn total(x: f64[n]) -> f64 = sum(x)
===
error[E0201]: nothing is called `n` here
   ╭─[ sizes.dsl:1:17 ]
   │
 1 │ fn total(x: f64[n]) -> f64 = sum(x)
   │                 ▲
   │
   │ help: a function names its sizes: `fn f[n](..)`
───╯

--- a size that is spelt wrong (full) ---
fn total[rows](x: f64[rows, row]) -> f64 = sum(x)
===
error[E0201]: nothing is called `row` here
   ╭─[ sizes.dsl:1:29 ]
   │
 1 │ fn total[rows](x: f64[rows, row]) -> f64 = sum(x)
   │                             ─▲─
   │
   │ help: did you mean `rows`?
   │
 1 │ fn total[rows](x: f64[rows, rows]) -> f64 = sum(x)
   │                             ~~~~
───╯

--- a result of another size (full) ---
fn pairs[n](x: f64[n]) -> f64[n - 1] = [x[i] for i]
===
error[E0502]: expected `f64[n - 1]`, found `f64[n]`
   ╭─[ sizes.dsl:1:40 ]
   │
 1 │ fn pairs[n](x: f64[n]) -> f64[n - 1] = [x[i] for i]
   │                                        ──────▲─────
───╯

--- a call of the wrong shape (full) ---
fn trace[n](a: f64[n, n]) -> f64 = sum(a[i, i] for i)
print(trace([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
===
error[E0308]: `a` of `trace` is `f64[2, 2]` (`f64[n, n]`); this is `f64[2, 3]`
   ╭─[ sizes.dsl:2:13 ]
   │
 1 │ fn trace[n](a: f64[n, n]) -> f64 = sum(a[i, i] for i)
   │             ┬
   │             ╰── `a: f64[n, n]` is declared here
 2 │ print(trace([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
   │       ────────────────────┬──┬─────────────────
   │                           ╰────────────────────── in this call of `trace`
   │                              │
   │                              ╰─────────────────── `f64[2, 3]`
───╯

--- two arguments that disagree on a size (full) ---
fn distance[n](x: f64[n], y: f64[n]) -> f64 = norm(x - y)
print(distance([1.0, 2.0], [1.0, 2.0, 3.0]))
===
error[E0308]: `y` of `distance` is `f64[2]` (`f64[n]`); this is `f64[3]`
   ╭─[ sizes.dsl:2:28 ]
   │
 1 │ fn distance[n](x: f64[n], y: f64[n]) -> f64 = norm(x - y)
   │                           ┬
   │                           ╰── `y: f64[n]` is declared here
 2 │ print(distance([1.0, 2.0], [1.0, 2.0, 3.0]))
   │       ──────────────┬───┬─────────┬────────
   │                     ╰──────────────────────── `n = 2` comes from this
   │                         │         │
   │                         ╰──────────────────── in this call of `distance`
   │                                   │
   │                                   ╰────────── `f64[3]`
───╯

--- a constraint that a call breaks (full) ---
fn first[n, k, k <= n](x: f64[n], w: f64[k]) -> f64[k] = x[0..k]
print(first([1.0], [1.0, 2.0]))
===
error[E0309]: `first` needs `k <= n`, but the sizes are `2` and `1`
   ╭─[ sizes.dsl:2:7 ]
   │
 1 │ fn first[n, k, k <= n](x: f64[n], w: f64[k]) -> f64[k] = x[0..k]
   │                ───┬──
   │                   ╰──── demanded here
 2 │ print(first([1.0], [1.0, 2.0]))
   │       ────────────▲───────────
───╯

--- a demand of a body that a call breaks (full) ---
fn differences[n](x: f64[n]) -> f64[n - 1] = [x[i + 1] - x[i] for i]
let none: f64[0] = []
print(differences(none))
===
error[E0401]: this index is outside: it runs from `1` to `n`
   ╭─[ sizes.dsl:1:49 ]
   │
 1 │ fn differences[n](x: f64[n]) -> f64[n - 1] = [x[i + 1] - x[i] for i]
   │                                               ┬ ──┬──
   │                                               ╰──────── this axis has `n` elements
   │                                                   │
   │                                                   ╰──── here
   │
   │ help: write the range: `for i in 0..n - 1`
───╯

--- a size from data (full) ---
fn make(n) -> f64[n] = ones
let k = i64(3.7)
print(make(k))
===
error[E0305]: `n` is a size and needs a static integer; this is `i64`
   ╭─[ sizes.dsl:3:12 ]
   │
 1 │ fn make(n) -> f64[n] = ones
   │         ┬
   │         ╰── a parameter without a type is a size
   │
 3 │ print(make(k))
   │       ───┬─┬─
   │          ╰───── in this call of `make`
   │            │
   │            ╰─── here
   │
   │ help: write its type if it is a value: `n: f64`
───╯

--- a shape that nothing says (full) ---
let x = zeros
print(x + 1)
===
error[E0310]: nothing here says what shape this has
   ╭─[ sizes.dsl:2:7 ]
   │
 2 │ print(x + 1)
   │       ▲
   │
   │ help: write its type: `let x: f64[3] = zeros`
───╯

--- zeros with a shape as in NumPy (full) ---
let x = zeros(3)
let y = zeros((2, 3))
===
error[E0601]: `zeros` cannot be called
   ╭─[ sizes.dsl:1:9 ]
   │
 1 │ let x = zeros(3)
   │         ──▲──
   │
   │ note: it takes its shape from where it stands
   │ help: write the type of what it defines: `let x: f64[3] = zeros`
───╯

error[E0601]: `zeros` cannot be called
   ╭─[ sizes.dsl:2:9 ]
   │
 2 │ let y = zeros((2, 3))
   │         ──▲──
   │
   │ note: it takes its shape from where it stands
   │ help: write the type of what it defines: `let x: f64[2, 3] = zeros`
───╯

--- an annotation that does not fit (full) ---
let x: f64[2] = [1.0, 2.0, 3.0]
===
error[E0502]: expected `f64[2]`, found `f64[3]`
   ╭─[ sizes.dsl:1:17 ]
   │
 1 │ let x: f64[2] = [1.0, 2.0, 3.0]
   │                 ───────▲───────
───╯

--- rows of different lengths (full) ---
let a = [[1.0, 2.0], [3.0]]
===
error[E0502]: expected `f64[2]`, found `f64[1]`
   ╭─[ sizes.dsl:1:22 ]
   │
 1 │ let a = [[1.0, 2.0], [3.0]]
   │                      ──▲──
───╯

--- an array of unlike things (full) ---
let a = [1.0, true, "x"]
===
error[E0524]: a string cannot be an element of a tensor
   ╭─[ sizes.dsl:1:21 ]
   │
 1 │ let a = [1.0, true, "x"]
   │                     ─▲─
   │
   │ help: a tuple or a record holds values of every kind: `(a, b)`
───╯

--- a matrix times a vector of the wrong size (full) ---
let a = [[1.0, 2.0], [3.0, 4.0]]
let x = [1.0, 2.0, 3.0]
print(a @ x)
===
error[E0302]: `@` needs equal inner sizes: `2` and `3`
   ╭─[ sizes.dsl:3:9 ]
   │
 3 │ print(a @ x)
   │       ┬ ┬ ┬
   │       ╰────── `f64[2, 2]`: its last size is `2`
   │         │ │
   │         ╰──── here
   │           │
   │           ╰── `f64[3]`: its first size is `3`
───╯

--- a system that does not fit (full) ---
let a = [[1.0, 2.0], [3.0, 4.0]]
print(solve(a, [1.0, 2.0, 3.0]))
===
error[E0314]: `solve(a, b)` takes a square matrix of floats and a vector or matrix of as many rows
   ╭─[ sizes.dsl:2:7 ]
   │
 2 │ print(solve(a, [1.0, 2.0, 3.0]))
   │       ──────┬─────┬───┬────────
   │             ╰──────────────────── `f64[2, 2]`
   │                   │   │
   │                   ╰────────────── here
   │                       │
   │                       ╰────────── `f64[3]`
───╯

--- a network on rows of another width (full) ---
import nn
let net = nn.dense(4, 2)
let p = net.init(key(0))
print(net(p, [1.0, 2.0, 3.0]))
===
error[E0308]: `x` of `dense` is `f64[4]` (`F[n]`); this is `f64[3]`
   ╭─[ sizes.dsl:4:7 ]
   │
 2 │ let net = nn.dense(4, 2)
   │           ───────┬──────
   │                  ╰──────── `n = 4` comes from this
   │
 4 │ print(net(p, [1.0, 2.0, 3.0]))
   │       ───────────┬───────────
   │                  ╰───────────── `f64[3]`
   │
   ├─[ <nn>:5:29 ]
   │
 5 │ model dense[F: float](n, m)(x: F[n]) -> F[m] {
   │                             ┬
   │                             ╰── `x: F[n]` is declared here
───╯

--- a transpose of a vector (full) ---
let x = [1.0, 2.0]
print(x.T @ x)
===
error[E0304]: `.T` is for matrices; this has 1 axis
   ╭─[ sizes.dsl:2:9 ]
   │
 2 │ print(x.T @ x)
   │         ▲
   │
   │ help: name the axes: `[x[i, j, k] for k, j, i]`
───╯

--- a product of two vectors and a number (full) ---
print([1.0, 2.0] @ 3.0)
===
error[E0303]: `@` is the product of matrices and vectors
   ╭─[ sizes.dsl:1:18 ]
   │
 1 │ print([1.0, 2.0] @ 3.0)
   │       ─────┬──── ┬ ─┬─
   │            ╰──────────── `f64[2]`
   │                  │  │
   │                  ╰────── here
   │                     │
   │                     ╰─── `f64`
───╯

--- a parameter list that repeats a size (full) ---
fn f[n, n](x: f64[n]) -> f64 = sum(x)
===
error[E0212]: `n` is defined twice
   ╭─[ sizes.dsl:1:9 ]
   │
 1 │ fn f[n, n](x: f64[n]) -> f64 = sum(x)
   │      ┬  ┬
   │      ╰───── the first definition
   │         │
   │         ╰── here
───╯

--- a broadcast as in NumPy (full) ---
let a = [[1.0, 2.0], [3.0, 4.0]]
let b = [1.0, 2.0]
print(a + b)
===
error[E0301]: `+` needs equal shapes: `f64[2, 2]` and `f64[2]`
   ╭─[ sizes.dsl:3:9 ]
   │
 3 │ print(a + b)
   │       ┬ ┬ ┬
   │       ╰────── `f64[2, 2]`
   │         │ │
   │         ╰──── shapes differ
   │           │
   │           ╰── `f64[2]`
   │
   │ help: there is no silent broadcasting: say it by an index, `[a[i] + b[i, j] for i, j]`
───╯

--- a negative size (full) ---
fn f[n](x: f64[n]) -> f64[n - 2] = [1.0 for i in 0..n - 2]
print(f([1.0]))
===
error[E0306]: a size is at least 0; this is `-1`
   ╭─[ sizes.dsl:2:7 ]
   │
 1 │ fn f[n](x: f64[n]) -> f64[n - 2] = [1.0 for i in 0..n - 2]
   │                           ──┬──
   │                             ╰──── here
 2 │ print(f([1.0]))
   │       ────┬───
   │           ╰───── in this call of `f`
───╯

--- a constant over a matrix (full) ---
let x = [1.0, 2.0]
print(1 / x)
===
error[E0505]: a scalar divides from the right only
   ╭─[ sizes.dsl:2:9 ]
   │
 2 │ print(1 / x)
   │         ┬ ┬
   │         ╰──── here
   │           │
   │           ╰── a tensor
   │
   │ help: write `[1 / x[i] for i]`
───╯

--- a size that a body hides (full) ---
fn f[n](x: f64[n]) -> f64 {
  let n = 3.0
  sum(x) * n
}
===
error[E0206]: `n` is a size of this function and cannot be hidden
   ╭─[ sizes.dsl:2:7 ]
   │
 1 │ fn f[n](x: f64[n]) -> f64 {
   │      ┬
   │      ╰── the size
 2 │   let n = 3.0
   │       ▲
   │
   │ help: give this another name
───╯

--- a type argument that is missing (full) ---
type cell<d> = {w: f64[d, d]}
fn f(c: cell) -> f64 = sum(c.w)
===
error[E0521]: `cell` takes 1 type argument, not 0
   ╭─[ sizes.dsl:2:9 ]
   │
 1 │ type cell<d> = {w: f64[d, d]}
   │      ──┬─
   │        ╰─── defined here
 2 │ fn f(c: cell) -> f64 = sum(c.w)
   │         ──▲─
───╯

--- a size that no integer solves (full) ---
fn f[n](x: f64[2 * n]) -> f64[n] = [x[i] for i in 0..n]
print(f([1.0, 2, 3]))
===
error[E0307]: `f` asks for `2*n` elements here, and no integer `n` makes that `3`
   ╭─[ sizes.dsl:2:9 ]
   │
 1 │ fn f[n](x: f64[2 * n]) -> f64[n] = [x[i] for i in 0..n]
   │      ┬
   │      ╰── the size
 2 │ print(f([1.0, 2, 3]))
   │       ───────▲──────
   │              │
   │              ╰──────── in this call of `f`
───╯

--- a read that this call puts outside (full) ---
fn first[n](x: f64[n]) -> f64 = x[0]
fn start[n](x: f64[n]) -> f64 = first(x)
let e: f64[0] = zeros
print(start(e))
===
error[E0401]: this index is outside: it is `0`
   ╭─[ sizes.dsl:2:33 ]
   │
 1 │ fn first[n](x: f64[n]) -> f64 = x[0]
   │                                 ┬ ┬
   │                                 ╰──── this axis has `0` elements
   │                                   │
   │                                   ╰── here
 2 │ fn start[n](x: f64[n]) -> f64 = first(x)
   │                                 ────┬───
   │                                     ╰───── in this call of `first`
   │
 4 │ print(start(e))
   │       ────┬───
   │           ╰───── in this call of `start`
   │
   │ help: write a range that stays inside, or read with `get(x, i, fill)`
───╯

--- a kind of types of another language (full) ---
fn f[T: number](x: T, y: T) -> T = x
===
error[E0207]: there is no kind of types `number`
   ╭─[ sizes.dsl:1:9 ]
   │
 1 │ fn f[T: number](x: T, y: T) -> T = x
   │         ───▲──
   │
   │ note: the kinds are `float`, `semiring`, `vector` and `type`
   │ help: `T: float` is `f64` or `f32`
   │
 1 │ fn f[T: float](x: T, y: T) -> T = x
   │         ~~~~~
───╯

--- a tuple of one ---
print((1.0,) + 2.0)
===
sizes.dsl:1:14: error[E0504]: `+` has no meaning for `(f64,)` and a number
