--- a product of NumPy (full) ---
let x = [1.0, 2.0]
print(np.dot(x, x))
===
error[E0201]: nothing is called `np` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(np.dot(x, x))
   │       ─▲
   │
   │ help: the functions of numbers and tensors need no module: `exp(x)`, `a @ b`, `sum(x)`
───╯

--- an import of NumPy (full) ---
import numpy as np
print(np.zeros(3))
===
error[E0101]: expected `,`, found `as`
   ╭─[ habits.dsl:1:14 ]
   │
 1 │ import numpy as np
   │              ─▲
   │
   │ help: only a file gets another name: `import "path" as name`
───╯

error[E0201]: nothing is called `np` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(np.zeros(3))
   │       ─▲
   │
   │ help: the functions of numbers and tensors need no module: `exp(x)`, `a @ b`, `sum(x)`
───╯

--- an import of PyTorch (full) ---
import torch
===
error[E0802]: the module `torch` cannot be read: there is no such module in the standard library
   ╭─[ habits.dsl:1:8 ]
   │
 1 │ import torch
   │        ──▲──
   │
   │ help: the functions of numbers and tensors need no module: `exp(x)`, `a @ b`, `sum(x)`
───╯

--- the length of a list (full) ---
let x = [1.0, 2.0]
print(len(x))
===
error[E0201]: nothing is called `len` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(len(x))
   │       ─▲─
   │
   │ help: sizes are part of types: a function names them, `fn f[n](x: f64[n])`, and reads `n` as a number
───╯

--- the shape of a tensor (full) ---
let x = [1.0, 2.0]
print(x.shape)
===
error[E0509]: `f64[2]` has no fields
   ╭─[ habits.dsl:2:9 ]
   │
 2 │ print(x.shape)
   │       ┬ ──┬──
   │       ╰──────── `f64[2]`
   │           │
   │           ╰──── here
   │
   │ help: sizes are part of types: a function names them, `fn f[n](x: f64[n])`, and reads `n` as a number
───╯

--- the absolute value of C (full) ---
print(fabs(-1.0))
===
error[E0201]: nothing is called `fabs` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(fabs(-1.0))
   │       ──▲─
   │
   │ help: write `abs`
   │
 1 │ print(abs(-1.0))
   │       ~~~
───╯

--- the logarithm of mathematics (full) ---
print(ln(2.0))
===
error[E0201]: nothing is called `ln` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(ln(2.0))
   │       ─▲
   │
   │ help: write `log`
   │
 1 │ print(log(2.0))
   │       ~~~
───╯

--- a function of another module (full) ---
import nn
print(nn.relux(1.0))
===
error[E0205]: the module `nn` has no `relux`
   ╭─[ habits.dsl:2:10 ]
   │
 2 │ print(nn.relux(1.0))
   │          ──▲──
   │
   │ help: did you mean `relu`?
   │
 2 │ print(nn.relu(1.0))
   │          ~~~~
───╯

--- a module that is spelt wrong (full) ---
import optm
===
error[E0802]: the module `optm` cannot be read: there is no such module in the standard library
   ╭─[ habits.dsl:1:8 ]
   │
 1 │ import optm
   │        ──▲─
   │
   │ help: did you mean `optim`?
   │
 1 │ import optim
   │        ~~~~~
───╯

--- a module that was not imported (full) ---
let net = nn.dense(2, 3) >> nn.tanh
===
error[E0201]: nothing is called `nn` here
   ╭─[ habits.dsl:1:11 ]
   │
 1 │ let net = nn.dense(2, 3) >> nn.tanh
   │           ─▲
   │
   │ help: add `import nn` at the top of the file
───╯

--- a range as a value (full) ---
let r = range(10)
===
error[E0201]: nothing is called `range` here
   ╭─[ habits.dsl:1:9 ]
   │
 1 │ let r = range(10)
   │         ──▲──
   │
   │ help: a range is written `0..n`; as a tensor it is `[f64(i) for i in 0..n]`
───╯

--- arange (full) ---
let x = arange(10)
===
error[E0201]: nothing is called `arange` here
   ╭─[ habits.dsl:1:9 ]
   │
 1 │ let x = arange(10)
   │         ───▲──
   │
   │ help: a range is written `0..n`; as a tensor it is `[f64(i) for i in 0..n]`
───╯

--- linspace (full) ---
let x = linspace(0.0, 1.0, 11)
===
error[E0201]: nothing is called `linspace` here
   ╭─[ habits.dsl:1:9 ]
   │
 1 │ let x = linspace(0.0, 1.0, 11)
   │         ────▲───
   │
   │ help: write `[a + (b - a) * i / (n - 1) for i in 0..n]`
───╯

--- a random number (full) ---
let x = rand(3)
===
error[E0201]: nothing is called `rand` here
   ╭─[ habits.dsl:1:9 ]
   │
 1 │ let x = rand(3)
   │         ──▲─
   │
   │ help: random numbers come from a key: `let x: f64[3] = normal(key(0))`, or `uniform`
───╯

--- a mean with an axis (full) ---
let x = [[1.0, 2.0], [3.0, 4.0]]
print(sum(x, axis: 0))
===
error[E0603]: there is no parameter `axis`
   ╭─[ habits.dsl:2:14 ]
   │
 2 │ print(sum(x, axis: 0))
   │              ──▲─
   │
   │ help: an index says what is folded: `[sum(x[i, j] for j) for i]`
───╯

--- a method of NumPy (full) ---
let x = [[1.0, 2.0], [3.0, 4.0]]
print(x.sum(), x.reshape(4), x.view(4))
===
error[E0203]: there is no field or function `view`
   ╭─[ habits.dsl:2:32 ]
   │
 2 │ print(x.sum(), x.reshape(4), x.view(4))
   │                                ──▲─
   │
   │ help: `reshape(x, (m, n))`, or axes by name: `[x[i * k + j] for i in 0..n, j in 0..k]`
───╯

--- a conversion of Python (full) ---
print(float(1), int(2.5))
===
error[E0201]: nothing is called `float` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(float(1), int(2.5))
   │       ──▲──
   │
   │ help: write `f64(..)`
   │
 1 │ print(f64(1), int(2.5))
   │       ~~~
───╯

error[E0201]: nothing is called `int` here
   ╭─[ habits.dsl:1:17 ]
   │
 1 │ print(float(1), int(2.5))
   │                 ─▲─
   │
   │ help: write `i64(..)`; it cuts towards 0
   │
 1 │ print(float(1), i64(2.5))
   │                 ~~~
───╯

--- a matrix product by a name (full) ---
let a = [[1.0, 2.0], [3.0, 4.0]]
print(matmul(a, a))
===
error[E0201]: nothing is called `matmul` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(matmul(a, a))
   │       ───▲──
   │
   │ help: the product of matrices is written `a @ b`
───╯

--- a power by a name (full) ---
print(power(2.0, 3.0))
===
error[E0201]: nothing is called `power` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(power(2.0, 3.0))
   │       ──▲──
   │
   │ help: write `pow`, or `x^y`
   │
 1 │ print(pow(2.0, 3.0))
   │       ~~~
───╯

--- a swap of two letters (full) ---
fn step(rate: f64) -> f64 = rate * 2
print(setp(1.0))
===
error[E0201]: nothing is called `setp` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(setp(1.0))
   │       ──▲─
   │
   │ help: did you mean `step`?
   │
 2 │ print(step(1.0))
   │       ~~~~
───╯

--- a capital letter (full) ---
let rate = 0.5
print(Rate)
===
error[E0201]: nothing is called `Rate` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(Rate)
   │       ──▲─
   │
   │ help: did you mean `rate`?
   │
 2 │ print(rate)
   │       ~~~~
───╯

--- a name of an inner block (full) ---
if true { let inner = 1.0 }
print(inner)
===
error[E0201]: nothing is called `inner` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(inner)
   │       ──▲──
───╯

--- an index after its comprehension (full) ---
let x = [1.0, 2.0]
print([x[i] for i], i)
===
error[E0201]: nothing is called `i` here
   ╭─[ habits.dsl:2:21 ]
   │
 2 │ print([x[i] for i], i)
   │                     ▲
───╯

--- an unknown name many times (full) ---
print(alpha + alpha * alpha)
print(alpha)
===
error[E0201]: nothing is called `alpha` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(alpha + alpha * alpha)
   │       ──▲──
───╯

--- pi with a capital, infinity in full (full) ---
print(PI, infinity, NaN, math.pi)
===
error[E0201]: nothing is called `PI` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(PI, infinity, NaN, math.pi)
   │       ─▲
   │
   │ help: write `pi`
   │
 1 │ print(pi, infinity, NaN, math.pi)
   │       ~~
───╯

error[E0201]: nothing is called `infinity` here
   ╭─[ habits.dsl:1:11 ]
   │
 1 │ print(PI, infinity, NaN, math.pi)
   │           ────▲───
   │
   │ help: write `inf`
   │
 1 │ print(PI, inf, NaN, math.pi)
   │           ~~~
───╯

error[E0201]: nothing is called `NaN` here
   ╭─[ habits.dsl:1:21 ]
   │
 1 │ print(PI, infinity, NaN, math.pi)
   │                     ─▲─
   │
   │ help: write `nan`
   │
 1 │ print(PI, infinity, nan, math.pi)
   │                     ~~~
───╯

error[E0201]: nothing is called `math` here
   ╭─[ habits.dsl:1:26 ]
   │
 1 │ print(PI, infinity, NaN, math.pi)
   │                          ──▲─
   │
   │ help: add `import math` at the top of the file
───╯

--- where from NumPy with a wrong name (full) ---
let x = [1.0, -1.0]
print(select(x > 0, x, 0))
===
error[E0201]: nothing is called `select` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(select(x > 0, x, 0))
   │       ───▲──
   │
   │ help: write `where(mask, a, b)`
   │
 2 │ print(where(x > 0, x, 0))
   │       ~~~~~
───╯

--- names of other linear algebra (full) ---
print(slogdet([[2.0]]), eig([[2.0]]), chol([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
===
error[E0201]: nothing is called `slogdet` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(slogdet([[2.0]]), eig([[2.0]]), chol([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
   │       ───▲───
   │
   │ help: `logdet(a)` is the logarithm of the magnitude, `sign(det(a))` the sign
   │
 1 │ print(logdet([[2.0]]), eig([[2.0]]), chol([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
   │       ~~~~~~
───╯

error[E0201]: nothing is called `eig` here
   ╭─[ habits.dsl:1:25 ]
   │
 1 │ print(slogdet([[2.0]]), eig([[2.0]]), chol([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
   │                         ─▲─
   │
   │ help: of a symmetric matrix: `let (values, vectors) = eigh(a)`
   │
 1 │ print(slogdet([[2.0]]), eigh([[2.0]]), chol([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
   │                         ~~~~
───╯

error[E0201]: nothing is called `chol` here
   ╭─[ habits.dsl:1:39 ]
   │
 1 │ print(slogdet([[2.0]]), eig([[2.0]]), chol([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
   │                                       ──▲─
   │
   │ help: write `cholesky(a)`
   │
 1 │ print(slogdet([[2.0]]), eig([[2.0]]), cholesky([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
   │                                       ~~~~~~~~
───╯

error[E0201]: nothing is called `pinv` here
   ╭─[ habits.dsl:1:54 ]
   │
 1 │ print(slogdet([[2.0]]), eig([[2.0]]), chol([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
   │                                                      ──▲─
   │
   │ help: write `lstsq(a, b)` for the `x` that comes closest to `a @ x == b`
───╯

error[E0201]: nothing is called `linear_sum_assignment` here
   ╭─[ habits.dsl:1:69 ]
   │
 1 │ print(slogdet([[2.0]]), eig([[2.0]]), chol([[2.0]]), pinv([[2.0]]), linear_sum_assignment([[2.0]]))
   │                                                                     ──────────▲──────────
   │
   │ help: write `assignment(gain)`
   │
 1 │ print(slogdet([[2.0]]), eig([[2.0]]), chol([[2.0]]), pinv([[2.0]]), assignment([[2.0]]))
   │                                                                     ~~~~~~~~~~
───╯

--- an inverse of a matrix (full) ---
let a = [[2.0, 0.0], [0.0, 2.0]]
print(inv(a))
===
error[E0201]: nothing is called `inv` here
   ╭─[ habits.dsl:2:7 ]
   │
 2 │ print(inv(a))
   │       ─▲─
   │
   │ help: write `inverse(a)`; for a system `solve(a, b)` is better
   │
 2 │ print(inverse(a))
   │       ~~~~~~~
───╯

--- sorted (full) ---
print(sorted([2.0, 1.0]))
===
error[E0201]: nothing is called `sorted` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(sorted([2.0, 1.0]))
   │       ───▲──
   │
   │ help: write `sort(x)`; `argsort(x)` gives the order
   │
 1 │ print(sort([2.0, 1.0]))
   │       ~~~~
───╯

--- concatenation (full) ---
print(concatenate([1.0], [2.0]))
===
error[E0201]: nothing is called `concatenate` here
   ╭─[ habits.dsl:1:7 ]
   │
 1 │ print(concatenate([1.0], [2.0]))
   │       ─────▲─────
   │
   │ help: write `concat(a, b)`
   │
 1 │ print(concat([1.0], [2.0]))
   │       ~~~~~~
───╯

--- a builtin type that is spelt like another language's (full) ---
fn f(x: double, k: int, b: boolean, t: Tensor) -> f64 = x
===
error[E0207]: there is no type `double`
   ╭─[ habits.dsl:1:9 ]
   │
 1 │ fn f(x: double, k: int, b: boolean, t: Tensor) -> f64 = x
   │         ───▲──
   │
   │ help: write `f64`
   │
 1 │ fn f(x: f64, k: int, b: boolean, t: Tensor) -> f64 = x
   │         ~~~
───╯

error[E0207]: there is no type `int`
   ╭─[ habits.dsl:1:20 ]
   │
 1 │ fn f(x: double, k: int, b: boolean, t: Tensor) -> f64 = x
   │                    ─▲─
   │
   │ help: write `i64`; sizes are named in `[..]`: `fn f[n](..)`
   │
 1 │ fn f(x: double, k: i64, b: boolean, t: Tensor) -> f64 = x
   │                    ~~~
───╯

error[E0207]: there is no type `boolean`
   ╭─[ habits.dsl:1:28 ]
   │
 1 │ fn f(x: double, k: int, b: boolean, t: Tensor) -> f64 = x
   │                            ───▲───
   │
   │ help: write `bool`
   │
 1 │ fn f(x: double, k: int, b: bool, t: Tensor) -> f64 = x
   │                            ~~~~
───╯

error[E0207]: there is no type `Tensor`
   ╭─[ habits.dsl:1:40 ]
   │
 1 │ fn f(x: double, k: int, b: boolean, t: Tensor) -> f64 = x
   │                                        ───▲──
   │
   │ help: the type of a tensor is its elements and sizes: `f64[n]`, `f64[m, n]`
───╯

--- a type with a small mistake (full) ---
fn f(x: f46) -> f64 = x
===
error[E0207]: there is no type `f46`
   ╭─[ habits.dsl:1:9 ]
   │
 1 │ fn f(x: f46) -> f64 = x
   │         ─▲─
   │
   │ help: did you mean `f64`?
   │
 1 │ fn f(x: f64) -> f64 = x
   │         ~~~
───╯

--- a type of a size (full) ---
fn f[n: int](x: f64[n]) -> f64 = sum(x)
===
error[E0207]: there is no kind of types `int`
   ╭─[ habits.dsl:1:9 ]
   │
 1 │ fn f[n: int](x: f64[n]) -> f64 = sum(x)
   │         ─▲─
   │
   │ note: the kinds are `float`, `semiring`, `vector` and `type`
   │ help: a size has none: `[n]`
   │
 1 - fn f[n: int](x: f64[n]) -> f64 = sum(x)
 1 + fn f[n](x: f64[n]) -> f64 = sum(x)
───╯
