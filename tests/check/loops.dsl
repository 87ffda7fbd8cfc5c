--- an assignment without mut (full) ---
fn f(x: f64) -> f64 {
  let y = x
  y += 1
  y
}
===
error[E0209]: `y` cannot be assigned
   ╭─[ loops.dsl:3:3 ]
   │
 2 │   let y = x
   │       ┬
   │       ╰── defined here, without `mut`
 3 │   y += 1
   │   ▲
   │
   │ help: define it by `let mut y`
   │
 2 │   let mut y = x
   │       ++++
───╯

--- an assignment to a parameter (full) ---
fn f(x: f64) -> f64 {
  x = x * 2
  x
}
===
error[E0209]: `x` cannot be assigned
   ╭─[ loops.dsl:2:3 ]
   │
 1 │ fn f(x: f64) -> f64 {
   │      ┬
   │      ╰── defined here
 2 │   x = x * 2
   │   ▲
   │
   │ help: a variable starts with its value: `let mut x = x`
───╯

--- an assignment to a global (full) ---
let mut total = 0.0
fn add(x: f64) -> f64 {
  total += x
  total
}
===
error[E0210]: `total` cannot be assigned from a function
   ╭─[ loops.dsl:3:3 ]
   │
 1 │ let mut total = 0.0
   │         ──┬──
   │           ╰──── defined at top level
   │
 3 │   total += x
   │   ──▲──
   │
   │ help: give the new value as the result, and write `total = f(..)` at top level
───╯

--- an assignment out of a closure (full) ---
fn f(x: f64) -> f64 {
  let mut count = 0.0
  let g = |y| { count += 1; y }
  g(x) + count
}
===
error[E0210]: `count` cannot be assigned from here
   ╭─[ loops.dsl:3:17 ]
   │
 2 │   let mut count = 0.0
   │           ──┬──
   │             ╰──── defined out here
 3 │   let g = |y| { count += 1; y }
   │                 ──▲──
   │
   │ help: a closure captures values as of its creation; return the new value, or use `scan`
───╯

--- an assignment in a sum (full) ---
fn f[n](x: f64[n]) -> f64 {
  let mut last = 0.0
  sum({ last = x[i]; last } for i)
}
===
error[E0210]: `last` cannot be assigned from here
   ╭─[ loops.dsl:3:9 ]
   │
 2 │   let mut last = 0.0
   │           ──┬─
   │             ╰─── defined out here
 3 │   sum({ last = x[i]; last } for i)
   │         ──▲─
   │
   │ help: a comprehension has no order; use `for` or `scan`
───╯

--- a loop that changes a type (full) ---
fn f(n: i64) -> f64 {
  let mut x = 0
  for i in 0..n { x = x + 0.5 }
  x
}
===
error[E0501]: expected i64, found a float
   ╭─[ loops.dsl:3:27 ]
   │
 3 │   for i in 0..n { x = x + 0.5 }
   │                           ─▲─
   │
   │ help: `i64(..)` cuts to an integer; a variable that gets floats starts as one, as in `0.0`
───╯

error[E0502]: expected `f64`, found `i64`
   ╭─[ loops.dsl:4:3 ]
   │
 4 │   x
   │   ▲
   │
   │ help: nothing converts silently: write `f64(..)`
───╯

--- a loop that changes a shape (full) ---
fn f(x: f64[2]) -> f64[2] {
  let mut y = 0.0
  for i in 0..3 { y = x }
  y
}
===
error[E0502]: expected `f64`, found `f64[2]`
   ╭─[ loops.dsl:3:23 ]
   │
 3 │   for i in 0..3 { y = x }
   │                       ▲
───╯

error[E0502]: expected `f64[2]`, found `f64`
   ╭─[ loops.dsl:4:3 ]
   │
 4 │   y
   │   ▲
───╯

--- a list that grows (full) ---
let mut xs = []
for i in 0..3 { xs.append(f64(i)) }
===
error[E0523]: an empty array needs a type
   ╭─[ loops.dsl:1:14 ]
   │
 1 │ let mut xs = []
   │              ─▲
   │
   │ help: write `let x: f64[0] = []`
───╯

--- a mut that nothing assigns (full) ---
fn f(x: f64) -> f64 {
  let mut y = x * 2
  y + 1
}
===
warning[W0208]: `y` is `mut`, but nothing assigns it
   ╭─[ loops.dsl:2:11 ]
   │
 2 │   let mut y = x * 2
   │           ▲
   │
   │ help: leave `mut` out
   │
 2 -   let mut y = x * 2
 2 +   let y = x * 2
───╯

--- an assignment to an element of what is not mut (full) ---
let x = [1.0, 2.0]
x[0] = 3.0
===
error[E0209]: `x` cannot be assigned
   ╭─[ loops.dsl:2:1 ]
   │
 1 │ let x = [1.0, 2.0]
   │     ┬
   │     ╰── defined here, without `mut`
 2 │ x[0] = 3.0
   │ ▲
   │
   │ help: define it by `let mut x`
   │
 1 │ let mut x = [1.0, 2.0]
   │     ++++
───╯

--- an element of another type (full) ---
let mut x = [1, 2]
x[0] = 2.5
===
error[E0501]: expected i64, found a float
   ╭─[ loops.dsl:2:8 ]
   │
 2 │ x[0] = 2.5
   │        ─▲─
   │
   │ help: `i64(..)` cuts to an integer; a variable that gets floats starts as one, as in `0.0`
───╯

--- a while on a number (full) ---
let mut k = 3
while k { k -= 1 }
===
error[E0501]: expected bool, found i64
   ╭─[ loops.dsl:2:7 ]
   │
 2 │ while k { k -= 1 }
   │       ▲
   │
   │ help: a number is no condition: compare it, as in `k != 0`
───╯

--- a loop over floats (full) ---
let mut s = 0.0
for t in 0.0..1.0 { s += t }
===
error[E0501]: expected i64, found a number
   ╭─[ loops.dsl:2:10 ]
   │
 2 │ for t in 0.0..1.0 { s += t }
   │          ─▲─
   │
   │ help: `i64(..)` cuts to an integer; a variable that gets floats starts as one, as in `0.0`
───╯

error[E0501]: expected i64, found a number
   ╭─[ loops.dsl:2:15 ]
   │
 2 │ for t in 0.0..1.0 { s += t }
   │               ─▲─
   │
   │ help: `i64(..)` cuts to an integer; a variable that gets floats starts as one, as in `0.0`
───╯

--- a loop with a pattern (full) ---
for (i, j) in 0..3 { print(i) }
===
error[E0413]: the index of a `for` is one name
   ╭─[ loops.dsl:1:5 ]
   │
 1 │ for (i, j) in 0..3 { print(i) }
   │     ───▲──
   │
   │ help: two indices are two loops, one inside the other
───╯

--- a loop as a value (full) ---
let y = for i in 0..3 { i }
===
error[E0101]: expected an expression, found `for`
   ╭─[ loops.dsl:1:9 ]
   │
 1 │ let y = for i in 0..3 { i }
   │         ─▲─
   │
   │ help: a loop has no value: `[e for i in 0..n]` makes a tensor, `scan` keeps what each turn gives
───╯

--- an assignment as a value (full) ---
let mut x = 1.0
let y = (x = 2.0)
===
error[E0115]: `=` cannot stand inside an expression
   ╭─[ loops.dsl:2:12 ]
   │
 2 │ let y = (x = 2.0)
   │            ▲
   │
   │ help: equality is written `==`
   │
 2 │ let y = (x == 2.0)
   │            ~~
───╯

--- a scan with one result (full) ---
print(scan(|s, x| s + x, 0.0, [1.0, 2.0]))
===
error[E0531]: the function of a `scan` gives (state, output); this gives `f64`
   ╭─[ loops.dsl:1:7 ]
   │
 1 │ print(scan(|s, x| s + x, 0.0, [1.0, 2.0]))
   │       ─────────────────▲─────────────────
   │
   │ help: give both, as in `|s, x| (s + x, s + x)`; for the state alone write a `for` loop
───╯

--- a scan whose state changes (full) ---
let (last, all) = scan(|s, x| (x > 0, s), 0.0, [1.0, 2.0])
===
error[E0517]: the loop changes the type of the state from `f64` to `bool`
   ╭─[ loops.dsl:1:19 ]
   │
 1 │ let (last, all) = scan(|s, x| (x > 0, s), 0.0, [1.0, 2.0])
   │                   ────────────────────▲───────────────────
   │
   │ help: start it with a value of the type that it gets
───╯

--- a swap (full) ---
let (a, b) = (1.0, 2.0)
(a, b) = (b, a)
===
error[E0209]: `a` cannot be assigned
   ╭─[ loops.dsl:2:2 ]
   │
 1 │ let (a, b) = (1.0, 2.0)
   │      ┬
   │      ╰── defined here, without `mut`
 2 │ (a, b) = (b, a)
   │  ▲
   │
   │ help: define it by `let mut (..)`
   │
 1 │ let mut (a, b) = (1.0, 2.0)
   │     ++++
───╯

error[E0209]: `b` cannot be assigned
   ╭─[ loops.dsl:2:5 ]
   │
 1 │ let (a, b) = (1.0, 2.0)
   │         ┬
   │         ╰── defined here, without `mut`
 2 │ (a, b) = (b, a)
   │     ▲
   │
   │ help: define it by `let mut (..)`
   │
 1 │ let mut (a, b) = (1.0, 2.0)
   │     ++++
───╯

--- an assignment to a call (full) ---
fn f(x: f64) -> f64 = x
f(1.0) = 2.0
===
error[E0211]: this cannot be assigned
   ╭─[ loops.dsl:2:1 ]
   │
 2 │ f(1.0) = 2.0
   │ ───▲──
   │
   │ help: a name, a field, an element, or a tuple of these can be
───╯

--- an index of a loop that is assigned (full) ---
for i in 0..3 { i += 1 }
===
error[E0209]: `i` cannot be assigned
   ╭─[ loops.dsl:1:17 ]
   │
 1 │ for i in 0..3 { i += 1 }
   │     ┬           ┬
   │     ╰────────────── the loop sets it
   │                 │
   │                 ╰── here
   │
   │ help: a number that steps otherwise is a `let mut` and a `while`
───╯

--- a branch that does not assign (full) ---
fn f(x: f64) -> f64 {
  if x > 0 { let y = 1.0 } else { let y = 2.0 }
  y
}
===
error[E0201]: nothing is called `y` here
   ╭─[ loops.dsl:3:3 ]
   │
 3 │   y
   │   ▲
───╯

--- a return that is guarded (full) ---
fn f(x: f64) -> f64 {
  if x < 0 { return 0.0 }
  sqrt(x)
}
===
error[E0110]: `return` is a word of other languages
   ╭─[ loops.dsl:2:14 ]
   │
 2 │   if x < 0 { return 0.0 }
   │              ───▲──
   │
   │ help: the last expression of a block is its value; no `return` is needed
   │
 2 -   if x < 0 { return 0.0 }
 2 +   if x < 0 { 0.0 }
───╯

--- mut in a parameter (full) ---
fn f(mut x: f64) -> f64 {
  x += 1
  x
}
===
error[E0113]: `mut` is a word of the language and cannot be a name
   ╭─[ loops.dsl:1:6 ]
   │
 1 │ fn f(mut x: f64) -> f64 {
   │      ─▲─
   │
   │ help: a parameter cannot be assigned: start the body with `let mut y = x`
───╯

--- a part of a loop's state that has no shape ---
let start = {at: 1.0, sum: zero}
fn repeat_it[S: vector](s: S) -> S {
  let mut t = s
  for _ in 0..3 { t = 2 * t }
  t
}
print(repeat_it(start).at)
===
loops.dsl:4:3: error[E0310]: nothing here says what shape this has

--- an assignment out of a closure that is never called ---
fn f(x: f64) -> f64 {
  let mut y = x
  let mut p = {a: x, b: x}
  let g = |a| { y = a; p.a += 1; let mut own = a; own += 1; for i in 0..2 { own = y }; own }
  y + p.a
}
print(f(1.0))
===
loops.dsl:4:17: error[E0210]: `y` cannot be assigned from here
loops.dsl:4:24: error[E0210]: `p` cannot be assigned from here
