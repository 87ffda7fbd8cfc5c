--- a literal in a semiring (full) ---
fn f(w: minplus<f64>) -> minplus<f64> = w + 3
===
error[E0506]: a literal never becomes a `minplus<f64>`
   ╭─[ semirings.dsl:1:45 ]
   │
 1 │ fn f(w: minplus<f64>) -> minplus<f64> = w + 3
   │                                             ▲
   │
   │ help: write `zero`, `one` or `minplus(3)`
   │
 1 │ fn f(w: minplus<f64>) -> minplus<f64> = w + minplus(3)
   │                                             ~~~~~~~~~~
───╯

--- an array of literals in a semiring (full) ---
fn f() -> minplus<f64>[2] = [0.0, inf]
print(f())
===
error[E0506]: a literal never becomes a `minplus<f64>`
   ╭─[ semirings.dsl:1:29 ]
   │
 1 │ fn f() -> minplus<f64>[2] = [0.0, inf]
   │                             ─────▲────
   │
   │ help: write `zero`, `one` or `minplus([0.0, inf])`
   │
 1 │ fn f() -> minplus<f64>[2] = minplus([0.0, inf])
   │                             ~~~~~~~~~~~~~~~~~~~
───╯

--- a semiring and a float (full) ---
let w = minplus(3.0)
print(w + 1.0)
let x = 2.0
print(w * x)
===
error[E0506]: a literal never becomes a `minplus<f64>`
   ╭─[ semirings.dsl:2:11 ]
   │
 2 │ print(w + 1.0)
   │           ─▲─
   │
   │ help: write `zero`, `one` or `minplus(1.0)`
   │
 2 │ print(w + minplus(1.0))
   │           ~~~~~~~~~~~~
───╯

error[E0506]: a literal never becomes a `minplus<f64>`
   ╭─[ semirings.dsl:4:11 ]
   │
 4 │ print(w * x)
   │           ▲
   │
   │ help: write `zero`, `one` or `minplus(x)`
   │
 4 │ print(w * minplus(x))
   │           ~~~~~~~~~~
───╯

--- two semirings (full) ---
print(minplus(1.0) + maxplus(2.0))
===
error[E0503]: `+` of `minplus<f64>` and `maxplus<f64>`
   ╭─[ semirings.dsl:1:20 ]
   │
 1 │ print(minplus(1.0) + maxplus(2.0))
   │       ──────┬───── ┬ ──────┬─────
   │             ╰────────────────────── `minplus<f64>`
   │                    │       │
   │                    ╰─────────────── here
   │                            │
   │                            ╰─────── `maxplus<f64>`
   │
   │ help: nothing converts silently: write the conversion
───╯

--- a difference in a semiring (full) ---
print(minplus(3.0) - minplus(1.0))
===
error[E0504]: `-` has no meaning for `minplus<f64>`
   ╭─[ semirings.dsl:1:20 ]
   │
 1 │ print(minplus(3.0) - minplus(1.0))
   │                    ▲
   │
   │ help: a semiring has no difference; take the numbers out by `real(..)`
───╯

--- a semiring where a float is declared (full) ---
fn shortest(w: minplus<f64>[3, 3]) -> f64 = (w @ w)[0, 2]
===
error[E0502]: expected `f64`, found `minplus<f64>`
   ╭─[ semirings.dsl:1:45 ]
   │
 1 │ fn shortest(w: minplus<f64>[3, 3]) -> f64 = (w @ w)[0, 2]
   │                                             ──────▲──────
   │
   │ help: take the number out by `real(..)`
───╯

--- a float where a semiring is declared (full) ---
fn join[n](w: minplus<f64>[n, n]) -> minplus<f64>[n, n] = w @ w
print(join([[0.0, 1.0], [1.0, 0.0]]))
===
error[E0308]: `w` of `join` is `minplus<f64>[2, 2]` (`minplus<f64>[n, n]`); this is `f64[2, 2]`
   ╭─[ semirings.dsl:2:12 ]
   │
 1 │ fn join[n](w: minplus<f64>[n, n]) -> minplus<f64>[n, n] = w @ w
   │            ┬
   │            ╰── `w: minplus<f64>[n, n]` is declared here
 2 │ print(join([[0.0, 1.0], [1.0, 0.0]]))
   │       ───────────────┬─┬────────────
   │                      ╰──────────────── in this call of `join`
   │                        │
   │                        ╰────────────── `f64[2, 2]`
   │
   │ help: write `minplus(..)`
───╯

--- a semiring without its numbers (full) ---
fn f(w: minplus) -> minplus = w
===
error[E0207]: there is no type `minplus`
   ╭─[ semirings.dsl:1:9 ]
   │
 1 │ fn f(w: minplus) -> minplus = w
   │         ───▲───
   │
   │ help: write `minplus<f64>`
   │
 1 │ fn f(w: minplus<f64>) -> minplus = w
   │         ~~~~~~~~~~~~
───╯

error[E0207]: there is no type `minplus`
   ╭─[ semirings.dsl:1:21 ]
   │
 1 │ fn f(w: minplus) -> minplus = w
   │                     ───▲───
   │
   │ help: write `minplus<f64>`
   │
 1 │ fn f(w: minplus) -> minplus<f64> = w
   │                     ~~~~~~~~~~~~
───╯

--- a semiring over integers (full) ---
fn f(w: minplus<i64>) -> minplus<i64> = w
===
error[E0520]: `minplus<..>` is over `f64` or `f32`, not `i64`
   ╭─[ semirings.dsl:1:17 ]
   │
 1 │ fn f(w: minplus<i64>) -> minplus<i64> = w
   │                 ─▲─
───╯

error[E0520]: `minplus<..>` is over `f64` or `f32`, not `i64`
   ╭─[ semirings.dsl:1:34 ]
   │
 1 │ fn f(w: minplus<i64>) -> minplus<i64> = w
   │                                  ─▲─
───╯

--- a function of floats (full) ---
print(exp(minplus(1.0)))
===
error[E0519]: `exp` is for floats; this is `minplus<f64>`
   ╭─[ semirings.dsl:1:11 ]
   │
 1 │ print(exp(minplus(1.0)))
   │           ──────▲─────
   │
   │ help: write `real(..)` around it
───╯

--- a number of a semiring in print (full) ---
let w: minplus<f64> = 1.0
===
error[E0506]: a literal never becomes a `minplus<f64>`
   ╭─[ semirings.dsl:1:23 ]
   │
 1 │ let w: minplus<f64> = 1.0
   │                       ─▲─
   │
   │ help: write `zero`, `one` or `minplus(1.0)`
   │
 1 │ let w: minplus<f64> = minplus(1.0)
   │                       ~~~~~~~~~~~~
───╯

--- a gradient of a semiring value (full) ---
fn f(w: f64) -> minplus<f64> = minplus(w) * minplus(w)
print(grad(f)(1.0))
===
error[E0701]: `grad` needs a function with one real result; this gives `minplus<f64>`
   ╭─[ semirings.dsl:2:12 ]
   │
 2 │ print(grad(f)(1.0))
   │       ─────┬┬─────
   │            ╰──────── here
   │             │
   │             ╰─────── asked for here
   │
   │ help: take the number out of its result by `real(..)`
───╯

--- an array of literals in a semiring is one mistake (full) ---
let w: minplus<f64>[2, 2] = [[1, 2], [3, 4]]
print(w)
===
error[E0506]: a literal never becomes a `minplus<f64>`
   ╭─[ semirings.dsl:1:29 ]
   │
 1 │ let w: minplus<f64>[2, 2] = [[1, 2], [3, 4]]
   │                             ────────▲───────
   │
   │ help: write `zero`, `one` or `minplus([[1, 2], [3, 4]])`
   │
 1 │ let w: minplus<f64>[2, 2] = minplus([[1, 2], [3, 4]])
   │                             ~~~~~~~~~~~~~~~~~~~~~~~~~
───╯

--- of literals beside semiring elements the first is named ---
let w: minplus<f64>[3] = [minplus(1.0), 2.0, 3.0]
print(w)
===
semirings.dsl:1:41: error[E0506]: a literal never becomes a `minplus<f64>`

--- the largest of semiring elements (full) ---
print(max(minplus([1.0])))
print(argmin(minplus([1.0])))
print(max(minplus(1.0), minplus(2.0)))
===
error[E0529]: `max` folds a number, not `minplus<f64>`
   ╭─[ semirings.dsl:1:7 ]
   │
 1 │ print(max(minplus([1.0])))
   │       ─────────▲─────────
   │
   │ help: `sum` adds as the semiring does; write `real(..)` around it to compare numbers
───╯

error[E0529]: `argmin` folds a number, not `minplus<f64>`
   ╭─[ semirings.dsl:2:7 ]
   │
 2 │ print(argmin(minplus([1.0])))
   │       ───────────▲──────────
   │
   │ help: `sum` adds as the semiring does; write `real(..)` around it to compare numbers
───╯

error[E0504]: `max` has no meaning for `minplus<f64>`
   ╭─[ semirings.dsl:3:7 ]
   │
 3 │ print(max(minplus(1.0), minplus(2.0)))
   │       ───────────────▲───────────────
   │
   │ help: `max` compares reals and integers: take the numbers out by `real(..)`
───╯
