--- an integer times a float (full) ---
fn f(k: i64, x: f64) -> f64 = k * x
===
error[E0503]: `*` of `i64` and `f64`
   ╭─[ numbers.dsl:1:33 ]
   │
 1 │ fn f(k: i64, x: f64) -> f64 = k * x
   │                               ┬ ┬ ┬
   │                               ╰────── `i64`
   │                                 │ │
   │                                 ╰──── here
   │                                   │
   │                                   ╰── `f64`
   │
   │ help: nothing converts silently: write `f64(..)` around the integer
───╯

--- a float plus an integer (full) ---
fn mean2(x: f64[4], k: i64) -> f64 = sum(x) / k
===
error[E0503]: `/` of `f64` and `i64`
   ╭─[ numbers.dsl:1:45 ]
   │
 1 │ fn mean2(x: f64[4], k: i64) -> f64 = sum(x) / k
   │                                      ───┬── ┬ ┬
   │                                         ╰──────── `f64`
   │                                             │ │
   │                                             ╰──── here
   │                                               │
   │                                               ╰── `i64`
   │
   │ help: nothing converts silently: write `f64(..)` around the integer
───╯

--- a quotient of integers (full) ---
fn half(k: i64) -> i64 = k / 2
===
error[E0504]: `/` has no meaning for `i64`
   ╭─[ numbers.dsl:1:28 ]
   │
 1 │ fn half(k: i64) -> i64 = k / 2
   │                            ▲
   │
   │ help: for integers write `div(a, b)` and `mod(a, b)`
───╯

--- a sine of an integer (full) ---
fn f(k: i64) -> f64 = sin(k)
===
error[E0519]: `sin` is for floats; this is `i64`
   ╭─[ numbers.dsl:1:27 ]
   │
 1 │ fn f(k: i64) -> f64 = sin(k)
   │                           ▲
   │
   │ help: write `f64(..)` around it
───╯

--- a float where an integer is declared (full) ---
fn f(k: i64) -> i64 = k
print(f(2.5))
===
error[E0308]: `k` of `f` is `i64`; this is a number
   ╭─[ numbers.dsl:2:9 ]
   │
 1 │ fn f(k: i64) -> i64 = k
   │      ┬
   │      ╰── `k: i64` is declared here
 2 │ print(f(2.5))
   │       ───┬──
   │          ╰──── a number
   │          │
   │          ╰──── in this call of `f`
───╯

--- an integer where a float is declared (full) ---
fn f(x: f64) -> f64 = x
let k: i64 = 2
print(f(k))
===
error[E0308]: `x` of `f` is `f64`; this is `i64`
   ╭─[ numbers.dsl:3:9 ]
   │
 1 │ fn f(x: f64) -> f64 = x
   │      ┬
   │      ╰── `x: f64` is declared here
   │
 3 │ print(f(k))
   │       ──┬─
   │         ╰─── `i64`
   │         │
   │         ╰─── in this call of `f`
   │
   │ help: nothing converts silently: write `f64(..)`
───╯

--- an f32 plus an f64 (full) ---
fn f(x: f32, y: f64) -> f64 = x + y
===
error[E0503]: `+` of `f32` and `f64`
   ╭─[ numbers.dsl:1:33 ]
   │
 1 │ fn f(x: f32, y: f64) -> f64 = x + y
   │                               ┬ ┬ ┬
   │                               ╰────── `f32`
   │                                 │ │
   │                                 ╰──── here
   │                                   │
   │                                   ╰── `f64`
   │
   │ help: nothing converts silently: write the conversion
───╯

--- a bool plus a number (full) ---
print(true + 1)
===
error[E0503]: `+` of `bool` and `i64`
   ╭─[ numbers.dsl:1:12 ]
   │
 1 │ print(true + 1)
   │       ──┬─ ┬ ┬
   │         ╰─────── `bool`
   │            │ │
   │            ╰──── here
   │              │
   │              ╰── `i64`
   │
   │ help: nothing converts silently: write the conversion
───╯

--- a condition that is a number (full) ---
let k = 1
print(if k { 1.0 } else { 2.0 })
===
error[E0501]: expected bool, found i64
   ╭─[ numbers.dsl:2:10 ]
   │
 2 │ print(if k { 1.0 } else { 2.0 })
   │          ▲
   │
   │ help: a number is no condition: compare it, as in `k != 0`
───╯

--- a condition on a tensor (full) ---
let x = [1.0, 2.0]
print(if x > 0 { 1.0 } else { 2.0 })
===
error[E0516]: a condition is one bool
   ╭─[ numbers.dsl:2:10 ]
   │
 2 │ print(if x > 0 { 1.0 } else { 2.0 })
   │          ──▲──
   │
   │ help: write `all(..)` or `any(..)`
───╯

--- and of numbers (full) ---
print(1 and 2)
===
error[E0501]: expected bool, found a number
   ╭─[ numbers.dsl:1:7 ]
   │
 1 │ print(1 and 2)
   │       ▲
   │
   │ help: a number is no bool: compare it, as in `k != 0`
───╯

--- a comparison of a bool and a number (full) ---
print((1 < 2) == 1)
===
error[E0501]: expected bool, found a number
   ╭─[ numbers.dsl:1:18 ]
   │
 1 │ print((1 < 2) == 1)
   │                  ▲
   │
   │ help: a number is no bool: compare it, as in `k != 0`
───╯

--- a number compared with a string (full) ---
print(1 == "1")
===
error[E0508]: a number or tensor is needed; this is a string
   ╭─[ numbers.dsl:1:12 ]
   │
 1 │ print(1 == "1")
   │            ─▲─
   │
   │ help: texts are not computed; `print` takes several values: `print("x =", x)`
───╯

--- a result of another kind (full) ---
fn f(x: f64) -> i64 = x * 2
===
error[E0502]: expected `i64`, found `f64`
   ╭─[ numbers.dsl:1:23 ]
   │
 1 │ fn f(x: f64) -> i64 = x * 2
   │                       ──▲──
   │
   │ help: write `i64(..)`, which cuts towards 0
───╯

--- a result that is a bool (full) ---
fn positive(x: f64) -> f64 = x > 0
===
error[E0502]: expected `f64`, found `bool`
   ╭─[ numbers.dsl:1:30 ]
   │
 1 │ fn positive(x: f64) -> f64 = x > 0
   │                              ──▲──
   │
   │ help: write `if c { 1.0 } else { 0.0 }`
───╯

--- branches of two types (full) ---
fn f(x: f64) -> f64 = if x > 0 { 1.0 } else { false }
===
error[E0515]: the branches give a number and `bool`
   ╭─[ numbers.dsl:1:23 ]
   │
 1 │ fn f(x: f64) -> f64 = if x > 0 { 1.0 } else { false }
   │                       ───────────────▲───────────────
───╯

--- an array of floats and a bool (full) ---
let a = [1.0, true]
===
error[E0501]: expected bool, found a number
   ╭─[ numbers.dsl:1:10 ]
   │
 1 │ let a = [1.0, true]
   │          ─▲─
   │
   │ help: a number is no bool: compare it, as in `k != 0`
───╯

--- a literal too large (full) ---
let k = 9223372036854775808
===
error[E0507]: this integer does not fit into 64 bits
   ╭─[ numbers.dsl:1:9 ]
   │
 1 │ let k = 9223372036854775808
   │         ─────────▲─────────
───╯

--- a literal too large for a float (full) ---
let x = 1e400
===
error[E0105]: this number is too large for a float
   ╭─[ numbers.dsl:1:9 ]
   │
 1 │ let x = 1e400
   │         ──▲──
   │
   │ help: write `inf` if you mean infinity
───╯

--- a cast that is none (full) ---
print(bool(1.0), f64("1"))
===
error[E0201]: nothing is called `bool` here
   ╭─[ numbers.dsl:1:7 ]
   │
 1 │ print(bool(1.0), f64("1"))
   │       ──▲─
   │
   │ help: compare instead: `x != 0`
───╯

error[E0508]: a number or tensor is needed; this is a string
   ╭─[ numbers.dsl:1:22 ]
   │
 1 │ print(bool(1.0), f64("1"))
   │                      ─▲─
   │
   │ help: texts are not computed; `print` takes several values: `print("x =", x)`
───╯

--- a remainder of floats (full) ---
print(5.5 % 2.0)
===
error[E0504]: `%` has no meaning for `f64`
   ╭─[ numbers.dsl:1:7 ]
   │
 1 │ print(5.5 % 2.0)
   │       ────▲────
   │
   │ help: for integers write `mod(a, b)`; of floats it is `x - y * floor(x / y)`
───╯

--- a remainder of integers (full) ---
let k = 7
print(k % 2)
===
error[E0504]: `%` has no meaning for `i64`
   ╭─[ numbers.dsl:2:9 ]
   │
 2 │ print(k % 2)
   │         ▲
   │
   │ help: write `mod(k, 2)`
   │
 2 │ print(mod(k, 2))
   │       ~~~~~~~~~
───╯

--- a max of a number and an integer (full) ---
fn f(x: f64, k: i64) -> f64 = max(x, k)
===
error[E0503]: `max` of `f64` and `i64`
   ╭─[ numbers.dsl:1:31 ]
   │
 1 │ fn f(x: f64, k: i64) -> f64 = max(x, k)
   │                               ────┬──┬─
   │                                   ╰────── `f64`
   │                                   │  │
   │                                   ╰────── here
   │                                      │
   │                                      ╰─── `i64`
   │
   │ help: nothing converts silently: write `f64(..)` around the integer
───╯

--- a power with an integer exponent from data (full) ---
fn f(x: f64, k: i64) -> f64 = x^k
===
error[E0503]: `^` of `f64` and `i64`
   ╭─[ numbers.dsl:1:31 ]
   │
 1 │ fn f(x: f64, k: i64) -> f64 = x^k
   │                               ┬┬┬
   │                               ╰──── `f64`
   │                                ││
   │                                ╰─── here
   │                                 │
   │                                 ╰── `i64`
   │
   │ help: nothing converts silently: write `f64(..)` around the integer
───╯

--- a negated bool (full) ---
print(-true, not 1)
===
error[E0504]: `-` has no meaning for `bool`
   ╭─[ numbers.dsl:1:7 ]
   │
 1 │ print(-true, not 1)
   │       ──▲──
   │
   │ help: write `and`, `or`, `not`; or convert by `i64(..)`
───╯

error[E0501]: expected bool, found a number
   ╭─[ numbers.dsl:1:18 ]
   │
 1 │ print(-true, not 1)
   │                  ▲
   │
   │ help: a number is no bool: compare it, as in `k != 0`
───╯

--- a sum of functions (full) ---
print(sin + cos)
===
error[E0508]: a number or tensor is needed; this is a function
   ╭─[ numbers.dsl:1:7 ]
   │
 1 │ print(sin + cos)
   │       ─▲─
   │
   │ help: call it: `f(x)`
───╯
