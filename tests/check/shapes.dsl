--- shapes that differ ---
let x = [1.0, 2.0, 3.0]
let y = [1.0, 2.0]
print(x + y)
===
shapes.dsl:3:9: error[E0301]: `+` needs equal shapes: `f64[3]` and `f64[2]`

--- inner sizes of a product that differ ---
let a = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
print(a @ a)
===
shapes.dsl:2:9: error[E0302]: `@` needs equal inner sizes: `3` and `2`

--- a product of a number ---
print(2.0 @ [1.0])
===
shapes.dsl:1:11: error[E0303]: `@` is the product of matrices and vectors

--- a transpose of a vector ---
print([1.0, 2.0].T)
===
shapes.dsl:1:18: error[E0304]: `.T` is for matrices; this has 1 axis

--- a size from data ---
fn f(n) -> f64[n] = ones
let k = i64(2.5)
print(f(k))
===
shapes.dsl:3:9: error[E0305]: `n` is a size and needs a static integer; this is `i64`

--- a size that no argument fixes ---
fn f[n](x: f64) -> f64 = x
===
shapes.dsl:1:4: error[E0307]: no argument of `f` fixes the size `n`

--- an argument of another shape ---
fn f(a: f64[2, 2]) -> f64 = sum(a)
print(f([1.0, 2.0]))
===
shapes.dsl:2:9: error[E0308]: `a` of `f` is `f64[2, 2]`; this is `f64[2]`

--- a constraint that the sizes break ---
fn first[n, k, k <= n](x: f64[n], w: f64[k]) -> f64[k] = x[0..k]
print(first([1.0], [1.0, 2.0]))
===
shapes.dsl:2:7: error[E0309]: `first` needs `k <= n`, but the sizes are `2` and `1`

--- a shape that nothing says ---
let x = zeros + 1
===
shapes.dsl:1:9: error[E0310]: nothing here says what shape this has

--- a result that is not as declared ---
fn f[n](x: f64[n]) -> f64[n + 1] = x
===
shapes.dsl:1:36: error[E0502]: expected `f64[n + 1]`, found `f64[n]`

--- a system that is not square ---
print(solve([[1.0, 2.0]], [1.0]))
===
shapes.dsl:1:7: error[E0314]: `solve(a, b)` takes a square matrix of floats and a vector or matrix of as many rows

--- one index over two sizes ---
fn f[m, n](x: f64[m], y: f64[n]) -> f64 = sum(x[i] * y[i] for i)
===
shapes.dsl:1:56: error[E0408]: one index, two ranges: `m` and `n`

--- a read beyond the end for every size ---
fn f[n](x: f64[n]) -> f64[n] = [x[i + 1] - x[i] for i]
===
shapes.dsl:1:35: error[E0401]: this index is outside: it runs from `1` to `n`

--- too many subscripts ---
let x = [1.0, 2.0]
print(x[0, 1])
===
shapes.dsl:2:12: error[E0402]: 2 subscripts for `f64[2]`

--- an index that is no integer ---
let x = [1.0, 2.0]
print(x[0.5])
===
shapes.dsl:2:9: error[E0403]: an index is an i64; this is a number

--- an index without a range ---
print([1.0 for i])
===
shapes.dsl:1:16: error[E0405]: nothing gives the index `i` a range

--- a stride without a range ---
fn f[n](x: f64[2*n]) -> f64[n] = [x[2*i] for i]
===
shapes.dsl:1:46: error[E0405]: nothing gives the index `i` a range

--- a range that depends on another index ---
let x = [1.0, 2.0]
print(sum(x[j] for i in 0..2, j in 0..i))
===
shapes.dsl:2:39: error[E0406]: a range cannot depend on another index

--- a filter in a tensor ---
let x = [1.0, -2.0]
print([x[i] for i if x[i] > 0])
===
shapes.dsl:2:22: error[E0409]: a comprehension that builds a tensor has no filter: its size would depend on data

--- a slice that leaves the axis ---
let x = [1.0, 2.0]
print(x[1..3])
===
shapes.dsl:2:9: error[E0412]: the slice `1..3` leaves the axis

--- what has no shape cannot be shown ---
print(zeros)
===
shapes.dsl:1:7: error[E0310]: nothing here says what shape this has

--- layers that do not meet are told where they are composed (full) ---
import nn
let net = nn.dense(4, 16) >> nn.relu >> nn.dense(8, 3)
print(net)
===
error[E0308]: `x` of `dense` is `f64[8]` (`F[n]`); this is `f64[16]`
   ╭─[ shapes.dsl:2:41 ]
   │
 2 │ let net = nn.dense(4, 16) >> nn.relu >> nn.dense(8, 3)
   │           ─────────────┬────────────    ───────┬──────
   │                        ╰──────────────────────────────── gives `f64[16]`
   │                                                │
   │                                                ╰──────── `f64[16]`; `n = 8` comes from this
   │
   ├─[ <nn>:5:29 ]
   │
 5 │ model dense[F: float](n, m)(x: F[n]) -> F[m] {
   │                             ┬
   │                             ╰── `x: F[n]` is declared here
───╯

--- another number of elements (full) ---
print(reshape([1.0, 2.0, 3.0], (2, 2)))
===
error[E0317]: `f64[3]` has `3` elements, and `f64[2, 2]` has `4`
   ╭─[ shapes.dsl:1:7 ]
   │
 1 │ print(reshape([1.0, 2.0, 3.0], (2, 2)))
   │       ───────────────┬┬───────────────
   │                      ╰────────────────── `f64[3]`
   │                       │
   │                       ╰───────────────── here
   │
   │ help: a shape is changed as a whole: the products of the sizes must be equal
───╯

--- another number of elements, for all sizes ---
fn pairs[n](x: f64[2 * n + 1]) -> f64[n, 2] = reshape(x, (n, 2))
===
shapes.dsl:1:47: error[E0317]: `f64[2*n + 1]` has `2*n + 1` elements, and `f64[n, 2]` has `2*n`

--- a shape that is no size ---
print(reshape([1.0, 2.0], (1.0, 2)))
===
shapes.dsl:1:27: error[E0305]: a size is a static integer; this is a number

--- tensors that do not fit behind each other ---
print(concat([1.0], 2.0))
print(concat([1.0], [true]))
print(concat([[1.0, 2.0]], [[1.0]]))
print(concat([1.0], [[1.0]]))
===
shapes.dsl:1:21: error[E0508]: `concat` joins tensors along their first axis; this is `f64`
shapes.dsl:2:7: error[E0503]: `concat` of `f64` and `bool`
shapes.dsl:3:7: error[E0301]: `concat` needs equal shapes behind the first axis: `f64[1, 2]` and `f64[1, 1]`
shapes.dsl:4:7: error[E0301]: `concat` needs equal shapes behind the first axis: `f64[1]` and `f64[1, 1]`

--- a matrix of literals and a vector of literals (full) ---
print([[1.0, 2.0], [3.0, 4.0]] + [1.0, 2.0])
===
error[E0301]: `+` needs equal shapes: `f64[2, 2]` and `f64[2]`
   ╭─[ shapes.dsl:1:32 ]
   │
 1 │ print([[1.0, 2.0], [3.0, 4.0]] + [1.0, 2.0])
   │       ────────────┬─────────── ┬ ─────┬────
   │                   ╰────────────────────────── `f64[2, 2]`
   │                                │      │
   │                                ╰───────────── shapes differ
   │                                       │
   │                                       ╰────── `f64[2]`
   │
   │ help: there is no silent broadcasting: say it by an index, `[a[i] + b[i, j] for i, j]`
───╯

--- arrays of literals of other types and shapes ---
print([[1, 2], [3, 4]] - [1, 2])
print([[1, 2], [3, 4]] + [1.0, 2.0])
print([1.0, 2.0] == [1, 2, 3])
let z: f64[2] = [1.0, 2] + [1, 2]
===
shapes.dsl:1:24: error[E0301]: `-` needs equal shapes: `i64[2, 2]` and `i64[2]`
shapes.dsl:2:24: error[E0503]: `+` of `i64` and `f64`
shapes.dsl:3:7: error[E0301]: `==` needs equal shapes: `f64[2]` and `f64[3]`
