--- an integer times a float ---
fn f(k: i64, x: f64) -> f64 = k * x
===
types.dsl:1:33: error[E0503]: `*` of `i64` and `f64`

--- a division of integers ---
fn f(k: i64) -> i64 = k / 2
===
types.dsl:1:25: error[E0504]: `/` has no meaning for `i64`

--- a sum of bools ---
print(true + false)
===
types.dsl:1:12: error[E0504]: `+` has no meaning for `bool`

--- a number in a semiring ---
fn f(w: minplus<f64>) -> minplus<f64> = w + 3
===
types.dsl:1:45: error[E0506]: a literal never becomes a `minplus<f64>`

--- no such field ---
let p = {weight: 1.0, bias: 2.0}
print(p.wieght)
===
types.dsl:2:9: error[E0510]: there is no field `wieght`

--- a missing field ---
fn f(p: {a: f64, b: f64}) -> f64 = p.a
print(f({a: 1.0}))
===
types.dsl:2:9: error[E0511]: the field `b` is missing

--- branches of two types ---
fn f(c: bool) -> f64 = if c { 1.0 } else { [1.0] }
===
types.dsl:1:24: error[E0515]: the branches give a number and `f64[1]`

--- a tensor as a condition ---
let x = [1.0, 2.0]
print(if x > 1 { 1.0 } else { 2.0 })
===
types.dsl:2:10: error[E0516]: a condition is one bool

--- a loop that changes a shape ---
fn f(x: f64[2]) -> f64 {
  let mut y = 0.0
  for i in 0..2 { y = x }
  sum(y)
}
===
types.dsl:3:23: error[E0502]: expected `f64`, found `f64[2]`

--- no such part of a tuple ---
let t = (1.0, 2.0)
print(t.2)
===
types.dsl:2:9: error[E0513]: there is no part 2 in a tuple of 2

--- a call of a number ---
let x = 2.0
print(x(1.0))
===
types.dsl:2:7: error[E0601]: a number cannot be called

--- too many arguments ---
fn f(x: f64) -> f64 = x
print(f(1.0, 2.0))
===
types.dsl:2:7: error[E0602]: `f` takes 1 argument, not 2

--- no such parameter ---
fn f(rate: f64) -> f64 = rate
print(f(rat: 1.0))
===
types.dsl:2:9: error[E0603]: there is no parameter `rat`

--- an argument that is missing ---
fn f(x: f64, y: f64) -> f64 = x + y
print(f(1.0))
===
types.dsl:2:7: error[E0602]: `f` takes 2 arguments, not 1

--- a gradient of a vector ---
print(grad(|x| [x, x])(1.0))
===
types.dsl:1:12: error[E0701]: `grad` needs a function with one real result; this gives `f64[2]`

--- a gradient in an integer ---
fn f(x: f64, k: i64) -> f64 = x * f64(k)
print(grad(f, wrt: 1)(1.0, 2))
===
types.dsl:2:7: error[E0702]: an argument of type `i64` has no gradient

--- an argument that is not there to differentiate in ---
fn f(x: f64) -> f64 = x
print(grad(f, wrt: 3)(1.0))
===
types.dsl:2:20: error[E0703]: `wrt: 3`, but there is 1 argument, counted from 0

--- an effect in a function ---
fn f(x: f64) -> f64 {
  print(x)
  x
}
===
types.dsl:2:3: error[E0801]: `print` stands at top level only, or in a `test` block

--- an empty array ---
let x = []
===
types.dsl:1:9: error[E0523]: an empty array needs a type

--- several mistakes are all told, each once ---
fn f[m, n](x: f64[m], y: f64[n]) -> f64[m] = x + y
fn g(x: f64) -> f64 = x + z
print(f([1.0], [1.0]), g(1.0))
let p = [1.0, 2.0] + [1.0, 2.0, 3.0]
===
types.dsl:1:48: error[E0301]: `+` needs equal shapes: `f64[m]` and `f64[n]`
types.dsl:2:27: error[E0201]: nothing is called `z` here
types.dsl:4:20: error[E0301]: `+` needs equal shapes: `f64[2]` and `f64[3]`

--- a gradient of nothing ---
print(grad(|x| x^2)())
===
types.dsl:1:7: error[E0602]: the closure takes 1 argument, not 0

--- an integer in a record of parameters ---
fn half[P: vector](p: P) -> P = 0.5 * p
print(half({a: 1.0, k: [1, 2]}))
===
types.dsl:2:7: error[E0522]: `P` must be a vector type, but is `{a: f64, k: i64[2]}`

--- integers for a float type ---
fn mean_of[F: float, n](x: F[n]) -> F = sum(x) / n
let k: i64[2] = [1, 2]
print(mean_of(k))
===
types.dsl:3:7: error[E0522]: `F` must be a float type, but is `i64`

--- a difference in any semiring ---
fn f[S: semiring, n](a: S[n, n]) -> S[n, n] = a - a
===
types.dsl:1:49: error[E0504]: `-` has no meaning for `S`

--- an order in any semiring ---
fn f[S: semiring](a: S) -> bool = a < a
===
types.dsl:1:35: error[E0504]: `<` has no meaning for `S`

--- two semirings in one product ---
fn f[S: semiring, n](a: S[n], b: S[n]) -> S = a @ b
print(f(maxplus([1.0]), [1.0]))
===
types.dsl:2:25: error[E0308]: `b` of `f` is `maxplus<f64>[1]` (`S[n]`); this is `f64[1]`

--- a difference of counts ---
let c: count = 3
print(c - 1)
===
types.dsl:2:9: error[E0504]: `-` has no meaning for `count`

--- literals out of range ---
let c: count = -1
let z: z2 = 2
===
types.dsl:1:16: error[E0534]: only 0, 1, 2, .. become a `count` by themselves
types.dsl:2:13: error[E0534]: only 0 and 1 become a `z2` by themselves

--- no gradient in a count ---
fn f(x: count) -> f64 = f64(x)
print(grad(f)(3))
===
types.dsl:2:7: error[E0702]: an argument of type `count` has no gradient

--- branches of a static condition that differ in kind ---
print(if true { 1 } else { true })
print(if 1 > 2 { (1, 2) } else { 3.0 })
let f = if true { sin } else { cos }
let x = if true { [1.0] } else { [1.0, 2.0] }
===
types.dsl:1:7: error[E0515]: the branches give an integer and `bool`
types.dsl:2:7: error[E0515]: the branches give `(i64, i64)` and a number

--- an array of functions (full) ---
let a = [sin, cos]
===
error[E0524]: a function cannot be an element of a tensor
   ╭─[ types.dsl:1:10 ]
   │
 1 │ let a = [sin, cos]
   │          ─▲─
   │
   │ help: a tuple or a record holds values of every kind: `(a, b)`
───╯

--- a number beside a truth value ---
print(1.0 + true, 2 * key(0), true - 1)
===
types.dsl:1:11: error[E0503]: `+` of `f64` and `bool`
types.dsl:1:21: error[E0503]: `*` of `i64` and `key`
types.dsl:1:36: error[E0503]: `-` of `bool` and `i64`

--- functions chosen by data (full) ---
let c = argmax([1.0, 2.0])
let g = if c > 0 { sin } else { cos }
===
error[E0515]: the branches give a function and a function
   ╭─[ types.dsl:2:9 ]
   │
 2 │ let g = if c > 0 { sin } else { cos }
   │         ──────────────▲──────────────
   │
   │ help: a function is known when the file is checked: choose between values, `if c { f(x) } else { g(x) }`
───╯
