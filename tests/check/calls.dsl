--- a wrong field (full) ---
let p = {weight: 1.0, bias: 2.0}
print(p.wieght)
===
error[E0510]: there is no field `wieght`
   ╭─[ calls.dsl:2:9 ]
   │
 2 │ print(p.wieght)
   │         ───▲──
   │
   │ note: the fields are `weight`, `bias`
   │ help: did you mean `weight`?
   │
 2 │ print(p.weight)
   │         ~~~~~~
───╯

--- a field of another name (full) ---
let p = {weight: 1.0, bias: 2.0}
print(p.scale)
===
error[E0510]: there is no field `scale`
   ╭─[ calls.dsl:2:9 ]
   │
 2 │ print(p.scale)
   │         ──▲──
   │
   │ note: the fields are `weight`, `bias`
───╯

--- a field of a number (full) ---
let x = 1.0
print(x.value)
===
error[E0509]: a number has no fields
   ╭─[ calls.dsl:2:9 ]
   │
 2 │ print(x.value)
   │       ┬ ──┬──
   │       ╰──────── a number
   │           │
   │           ╰──── here
───╯

--- a missing field (full) ---
fn f(p: {w: f64, b: f64}) -> f64 = p.w + p.b
print(f({w: 1.0}))
===
error[E0511]: the field `b` is missing
   ╭─[ calls.dsl:2:9 ]
   │
 2 │ print(f({w: 1.0}))
   │       ─────┬┬────
   │            ╰─────── in this call of `f`
   │             │
   │             ╰────── here
───╯

--- a field too many (full) ---
fn f(p: {w: f64, b: f64}) -> f64 = p.w + p.b
print(f({w: 1.0, b: 2.0, c: 3.0}))
===
error[E0511]: the field `c` is one too many
   ╭─[ calls.dsl:2:9 ]
   │
 2 │ print(f({w: 1.0, b: 2.0, c: 3.0}))
   │       ─────────────┬┬────────────
   │                    ╰─────────────── in this call of `f`
   │                     │
   │                     ╰────────────── here
───╯

--- a field of another type (full) ---
fn f(p: {w: f64[2], b: f64}) -> f64 = sum(p.w) + p.b
print(f({w: [1.0, 2.0, 3.0], b: 1.0}))
===
error[E0308]: `p` of `f` is `{w: f64[2], b: f64}`; this is `{w: f64[3], b: f64}`
   ╭─[ calls.dsl:2:9 ]
   │
 1 │ fn f(p: {w: f64[2], b: f64}) -> f64 = sum(p.w) + p.b
   │      ┬
   │      ╰── `p: {w: f64[2], b: f64}` is declared here
 2 │ print(f({w: [1.0, 2.0, 3.0], b: 1.0}))
   │       ───────────────┬┬──────────────
   │                      ╰───────────────── in this call of `f`
   │                       │
   │                       ╰──────────────── `{w: f64[3], b: f64}`
───╯

--- a field twice (full) ---
let p = {a: 1.0, a: 2.0}
===
error[E0512]: the field `a` stands twice
   ╭─[ calls.dsl:1:18 ]
   │
 1 │ let p = {a: 1.0, a: 2.0}
   │                  ▲
───╯

--- records that do not add (full) ---
print({a: 1.0} + {b: 2.0})
===
error[E0511]: the field `a` is missing
   ╭─[ calls.dsl:1:18 ]
   │
 1 │ print({a: 1.0} + {b: 2.0})
   │                  ────▲───
───╯

--- too many arguments (full) ---
fn f(x: f64, y: f64) -> f64 = x + y
print(f(1.0, 2.0, 3.0))
===
error[E0602]: `f` takes 2 arguments, not 3
   ╭─[ calls.dsl:2:7 ]
   │
 1 │ fn f(x: f64, y: f64) -> f64 = x + y
   │    ┬
   │    ╰── defined here
 2 │ print(f(1.0, 2.0, 3.0))
   │       ────────▲───────
───╯

--- too few arguments (full) ---
fn f(x: f64, y: f64) -> f64 = x + y
print(f(1.0))
===
error[E0602]: `f` takes 2 arguments, not 1
   ╭─[ calls.dsl:2:7 ]
   │
 1 │ fn f(x: f64, y: f64) -> f64 = x + y
   │    ┬
   │    ╰── defined here
 2 │ print(f(1.0))
   │       ───▲──
───╯

--- too few arguments of a built-in (full) ---
print(pow(2.0), exp())
===
error[E0602]: `pow` does not take 1 argument
   ╭─[ calls.dsl:1:7 ]
   │
 1 │ print(pow(2.0), exp())
   │       ────▲───
   │
   │ help: write `pow(x, y)`
───╯

error[E0602]: `exp` does not take 0 arguments
   ╭─[ calls.dsl:1:17 ]
   │
 1 │ print(pow(2.0), exp())
   │                 ──▲──
   │
   │ help: write `exp(x)`
───╯

--- a wrong name of an argument (full) ---
fn descend(x: f64, rate: f64 = 0.1) -> f64 = x * rate
print(descend(1.0, lr: 0.5), descend(1.0, rte: 0.5))
===
error[E0603]: there is no parameter `lr`
   ╭─[ calls.dsl:2:20 ]
   │
 2 │ print(descend(1.0, lr: 0.5), descend(1.0, rte: 0.5))
   │       ──────────┬───┬──────
   │                 ╰──────────── in this call of `descend`
   │                     │
   │                     ╰──────── here
   │
   │ note: its parameters are `x`, `rate`
───╯

error[E0603]: there is no parameter `rte`
   ╭─[ calls.dsl:2:43 ]
   │
 2 │ print(descend(1.0, lr: 0.5), descend(1.0, rte: 0.5))
   │                              ───────────┬──┬───────
   │                                         ╰──────────── in this call of `descend`
   │                                            │
   │                                            ╰───────── here
   │
   │ help: did you mean `rate`?
   │
 2 │ print(descend(1.0, lr: 0.5), descend(1.0, rate: 0.5))
   │                                           ~~~~
───╯

--- an argument twice (full) ---
fn f(x: f64, y: f64) -> f64 = x + y
print(f(1.0, x: 2.0))
===
error[E0604]: `x` is given twice
   ╭─[ calls.dsl:2:17 ]
   │
 2 │ print(f(1.0, x: 2.0))
   │       ───────┬───┬──
   │              ╰──────── in this call of `f`
   │                  │
   │                  ╰──── here
───╯

--- a call of a number (full) ---
let x = 2.0
print(x (1.0))
===
error[E0601]: a number cannot be called
   ╭─[ calls.dsl:2:7 ]
   │
 2 │ print(x (1.0))
   │       ▲
   │
   │ help: a product is written `*`
───╯

--- a call of a field (full) ---
let p = {f: 1.0}
print(p.f(2.0))
===
error[E0601]: a number cannot be called
   ╭─[ calls.dsl:2:7 ]
   │
 2 │ print(p.f(2.0))
   │       ─▲─
   │
   │ help: a product is written `*`
───╯

--- a function as a number (full) ---
fn f(x: f64) -> f64 = x
print(f + 1.0)
===
error[E0508]: a number or tensor is needed; this is a function
   ╭─[ calls.dsl:2:7 ]
   │
 2 │ print(f + 1.0)
   │       ▲
   │
   │ help: call it: `f(x)`
───╯

--- a tensor where a number is needed (full) ---
fn square(x: f64) -> f64 = x * x
fn norm2(v: f64[2]) -> f64 = square(v)
===
error[E0502]: expected `f64`, found `f64[2]`
   ╭─[ calls.dsl:2:30 ]
   │
 2 │ fn norm2(v: f64[2]) -> f64 = square(v)
   │                              ────▲────
───╯

--- a number where a tensor is needed (full) ---
fn total[n](x: f64[n]) -> f64 = sum(x)
print(total(1.0))
===
error[E0308]: `x` of `total` is `f64[n]`; this is a number
   ╭─[ calls.dsl:2:13 ]
   │
 1 │ fn total[n](x: f64[n]) -> f64 = sum(x)
   │             ┬
   │             ╰── `x: f64[n]` is declared here
 2 │ print(total(1.0))
   │       ─────┬─┬──
   │            ╰────── in this call of `total`
   │              │
   │              ╰──── a number
───╯

--- a tuple of the wrong length (full) ---
let (a, b) = (1.0, 2.0, 3.0)
===
error[E0514]: this pattern does not fit `(f64, f64, f64)`
   ╭─[ calls.dsl:1:5 ]
   │
 1 │ let (a, b) = (1.0, 2.0, 3.0)
   │     ───▲──
   │
   │ help: a pattern has one name for each part: `let (a, b) = (1.0, 2.0)`
───╯

--- a part that a tuple has not (full) ---
let t = (1.0, 2.0)
print(t.2)
===
error[E0513]: there is no part 2 in a tuple of 2
   ╭─[ calls.dsl:2:9 ]
   │
 2 │ print(t.2)
   │         ▲
───╯

--- a tuple by brackets (full) ---
let t = (1.0, 2.0)
print(t[0])
===
error[E0404]: `(f64, f64)` has no axes to index
   ╭─[ calls.dsl:2:7 ]
   │
 2 │ print(t[0])
   │       ▲
   │
   │ help: a part is read by a point: `t.0`
───╯

--- a pattern for a number (full) ---
let (a, b) = 3.0
===
error[E0514]: this pattern does not fit a number
   ╭─[ calls.dsl:1:5 ]
   │
 1 │ let (a, b) = 3.0
   │     ───▲──
   │
   │ help: a pattern has one name for each part: `let (a, b) = (1.0, 2.0)`
───╯

--- recursion (full) ---
fn factorial(k: i64) -> i64 = if k == 0 { 1 } else { k * factorial(k - 1) }
===
error[E0213]: recursion: factorial calls factorial
   ╭─[ calls.dsl:1:58 ]
   │
 1 │ fn factorial(k: i64) -> i64 = if k == 0 { 1 } else { k * factorial(k - 1) }
   │ ─────────────┬─────────────                              ────────┬───────
   │              ╰───────────────────────────────────────────────────────────── defined here
   │                                                                  │
   │                                                                  ╰───────── calls itself
   │
   │ help: write a loop: `for`, `while` or `scan`
───╯

--- recursion through two functions (full) ---
fn even(k: i64) -> bool = if k == 0 { true } else { odd(k - 1) }
fn odd(k: i64) -> bool = if k == 0 { false } else { even(k - 1) }
===
error[E0213]: recursion: even calls odd calls even
   ╭─[ calls.dsl:2:53 ]
   │
 1 │ fn even(k: i64) -> bool = if k == 0 { true } else { odd(k - 1) }
   │ ───────────┬───────────
   │            ╰───────────── defined here
 2 │ fn odd(k: i64) -> bool = if k == 0 { false } else { even(k - 1) }
   │                                                     ─────┬─────
   │                                                          ╰─────── calls itself
   │
   │ help: write a loop: `for`, `while` or `scan`
───╯

--- two definitions of a function (full) ---
fn f(x: f64) -> f64 = x
fn f(x: i64) -> i64 = x
===
error[E0212]: `f` is defined twice
   ╭─[ calls.dsl:2:4 ]
   │
 1 │ fn f(x: f64) -> f64 = x
   │    ┬
   │    ╰── the first definition
 2 │ fn f(x: i64) -> i64 = x
   │    ▲
───╯

--- a parameter twice (full) ---
fn f(x: f64, x: f64) -> f64 = x
===
error[E0212]: `x` is defined twice
   ╭─[ calls.dsl:1:14 ]
   │
 1 │ fn f(x: f64, x: f64) -> f64 = x
   │      ┬       ┬
   │      ╰────────── the first definition
   │              │
   │              ╰── here
───╯

--- a default before a parameter without (full) ---
fn f(x: f64 = 1.0, y: f64) -> f64 = x + y
print(f(2.0))
===
error[E0605]: the argument `y` of `f` is missing
   ╭─[ calls.dsl:2:7 ]
   │
 1 │ fn f(x: f64 = 1.0, y: f64) -> f64 = x + y
   │    ┬
   │    ╰── defined here
 2 │ print(f(2.0))
   │       ───▲──
───╯

--- a model without its parameters (full) ---
import nn
let net = nn.dense(2, 1)
print(net([1.0, 2.0]))
===
error[E0608]: a model is applied to its parameters and an input: `net(p, x)`
   ╭─[ calls.dsl:3:7 ]
   │
 3 │ print(net([1.0, 2.0]))
   │       ───────▲───────
   │
   │ help: parameters are made from a key: `let p = net.init(key(0))`
───╯

--- an optimiser without its rate's name (full) ---
import optim
let o = optim.adam(learning_rate: 0.1)
===
error[E0603]: there is no parameter `learning_rate`
   ╭─[ calls.dsl:2:20 ]
   │
 2 │ let o = optim.adam(learning_rate: 0.1)
   │         ───────────────┬─┬────────────
   │                        ╰──────────────── in this call of `adam`
   │                          │
   │                          ╰────────────── here
   │
   │ note: its parameters are `rate`, `beta1`, `beta2`, `epsilon`
───╯

--- a closure that is called with two (full) ---
let f = |x| x * 2
print(f(1.0, 2.0))
===
error[E0602]: the closure takes 1 argument, not 2
   ╭─[ calls.dsl:2:7 ]
   │
 1 │ let f = |x| x * 2
   │         ────┬────
   │             ╰────── defined here
 2 │ print(f(1.0, 2.0))
   │       ─────▲─────
───╯

--- a demand says why ---
require(1 < 2, 3)
===
calls.dsl:1:16: error[E0501]: expected a string, found an integer

--- a demand is a bool ---
fn f(x: f64) -> f64 { require(x, "why"); x }
===
calls.dsl:1:31: error[E0501]: expected bool, found `f64`

--- recursion through a function that is given ---
fn apply[F: type](f: F, x: f64) = f(x)
fn forever(x: f64) -> f64 = apply(|y| forever(y), x)
fn again[F: type](f: F, x: f64) = f(f, x)
print(forever(1.0), again(again, 1.0), again(|f, x| f(f, x), 1.0))
===
calls.dsl:2:39: error[E0213]: recursion: forever calls apply calls the closure calls forever
calls.dsl:3:35: error[E0213]: recursion: again calls again
calls.dsl:4:53: error[E0213]: recursion: the closure calls the closure
