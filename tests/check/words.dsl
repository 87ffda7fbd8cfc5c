--- a function of Python (full) ---
def f(x):
    return x * 2
===
error[E0110]: `def` is a word of other languages
   ╭─[ words.dsl:1:1 ]
   │
 1 │ def f(x):
   │ ─▲─
   │
   │ help: write `fn`
   │
 1 │ fn f(x):
   │ ~~
───╯

--- a result that is returned (full) ---
fn f(x: f64) -> f64 {
  return x * 2
}
print(f(1.0) + g)
===
error[E0110]: `return` is a word of other languages
   ╭─[ words.dsl:2:3 ]
   │
 2 │   return x * 2
   │   ───▲──
   │
   │ help: the last expression of a block is its value; no `return` is needed
   │
 2 -   return x * 2
 2 +   x * 2
───╯

error[E0201]: nothing is called `g` here
   ╭─[ words.dsl:4:16 ]
   │
 4 │ print(f(1.0) + g)
   │                ▲
───╯

--- a lambda (full) ---
let f = lambda x: x * 2
print(f(1.0))
===
error[E0110]: `lambda` is a word of other languages
   ╭─[ words.dsl:1:9 ]
   │
 1 │ let f = lambda x: x * 2
   │         ───▲──
   │
   │ help: a closure is written `|x| e`
   │
 1 │ let f = |x| x * 2
   │         ~~~
───╯

--- a variable of JavaScript (full) ---
var total = 0.0
print(total)
===
error[E0110]: `var` is a word of other languages
   ╭─[ words.dsl:1:1 ]
   │
 1 │ var total = 0.0
   │ ─▲─
   │
   │ help: write `let mut`
   │
 1 │ let mut total = 0.0
   │ ~~~~~~~
───╯

--- a constant of Rust (full) ---
const RATE = 0.1
print(RATE)
===
error[E0110]: `const` is a word of other languages
   ╭─[ words.dsl:1:1 ]
   │
 1 │ const RATE = 0.1
   │ ──▲──
   │
   │ help: write `let`
   │
 1 │ let RATE = 0.1
   │ ~~~
───╯

--- elif (full) ---
fn sign(x: f64) -> f64 {
  if x > 0 { 1.0 } elif x < 0 { -1.0 } else { 0.0 }
}
===
error[E0110]: `elif` is a word of other languages
   ╭─[ words.dsl:2:20 ]
   │
 2 │   if x > 0 { 1.0 } elif x < 0 { -1.0 } else { 0.0 }
   │                    ──▲─
   │
   │ help: write `else if`
   │
 2 │   if x > 0 { 1.0 } else if x < 0 { -1.0 } else { 0.0 }
   │                    ~~~~~~~
───╯

--- a condition without braces (full) ---
let x = 2.0
let y = if x > 1 then 1.0 else 0.0
===
error[E0110]: `then` is a word of other languages
   ╭─[ words.dsl:2:18 ]
   │
 2 │ let y = if x > 1 then 1.0 else 0.0
   │                  ──▲─
   │
   │ help: branches stand in braces: `if c { a } else { b }`
───╯

--- a condition with a colon (full) ---
let x = 2.0
if x > 1:
  print(x)
===
error[E0101]: expected `{` or an operator, found `:`
   ╭─[ words.dsl:2:9 ]
   │
 2 │ if x > 1:
   │         ▲
   │
   │ help: branches stand in braces: `if c { a } else { b }`
───╯

--- a ternary of Python (full) ---
let x = 2.0
let y = 1.0 if x > 0 else 0.0
print(y)
===
error[E0101]: expected the end of the statement, found `if`
   ╭─[ words.dsl:2:13 ]
   │
 2 │ let y = 1.0 if x > 0 else 0.0
   │             ─▲
   │
   │ help: the condition comes first: `if c { a } else { b }`
───╯

--- a ternary of C (full) ---
let x = 2.0
let y = x > 0 ? 1.0 : 0.0
===
error[E0103]: `?` has no meaning here
   ╭─[ words.dsl:2:15 ]
   │
 2 │ let y = x > 0 ? 1.0 : 0.0
   │               ▲
   │
   │ help: a choice is written `if c { a } else { b }`
───╯

--- a where of Haskell (full) ---
fn area(r: f64) -> f64 = pi * square where square = r * r
===
error[E0101]: expected an operator or the end of the statement, found `where`
   ╭─[ words.dsl:1:38 ]
   │
 1 │ fn area(r: f64) -> f64 = pi * square where square = r * r
   │                                      ──▲──
   │
   │ help: what a part means is said before: `{ let y = e; f(y) }`
───╯

--- a let with in (full) ---
fn f(x: f64) -> f64 = let y = x * x in y + 1
===
error[E0101]: expected an expression, found `let`
   ╭─[ words.dsl:1:23 ]
   │
 1 │ fn f(x: f64) -> f64 = let y = x * x in y + 1
   │                       ─▲─
   │
   │ help: a `let` stands in a block: `{ let y = e; f(y) }`
───╯

--- a function of Julia (full) ---
function f(x)
  x^2
end
===
error[E0110]: `function` is a word of other languages
   ╭─[ words.dsl:1:1 ]
   │
 1 │ function f(x)
   │ ────▲───
   │
   │ help: write `fn`
   │
 1 │ fn f(x)
   │ ~~
───╯

error[E0201]: nothing is called `end` here
   ╭─[ words.dsl:3:1 ]
   │
 3 │ end
   │ ─▲─
   │
   │ help: a block ends with `}`
───╯

--- a loop over range() (full) ---
let mut s = 0
for i in range(10) { s += i }
===
error[E0101]: expected `..`, found `{`
   ╭─[ words.dsl:2:20 ]
   │
 2 │ for i in range(10) { s += i }
   │                    ▲
   │
   │ help: a range is written `0..10`
   │
 2 │ for i in 0..10 { s += i }
   │          ~~~~~
───╯

--- a loop over a tensor (full) ---
let xs = [1.0, 2.0]
let mut s = 0.0
for x in xs { s += x }
print(s)
===
error[E0101]: expected `..`, found `{`
   ╭─[ words.dsl:3:13 ]
   │
 3 │ for x in xs { s += x }
   │             ▲
   │
   │ help: a loop runs over numbers: `for k in 0..n { .. }`, and `xs[k]` is the element
───╯

--- a comprehension over a tensor (full) ---
let xs = [1.0, 2.0, 3.0]
print([x * 2 for x in xs])
===
error[E0101]: expected `..`, found `]`
   ╭─[ words.dsl:2:25 ]
   │
 2 │ print([x * 2 for x in xs])
   │                         ▲
   │
   │ help: an index runs over numbers: write `xs[x]` for the element, and `for x` for its range
───╯

--- a comprehension over range() (full) ---
print([i * i for i in range(5)])
===
error[E0101]: expected `..`, found `]`
   ╭─[ words.dsl:1:31 ]
   │
 1 │ print([i * i for i in range(5)])
   │                               ▲
   │
   │ help: a range is written `0..5`
   │
 1 │ print([i * i for i in 0..5])
   │                       ~~~~
───╯

--- a loop of C (full) ---
for (let i = 0; i < 10; i++) { print(i) }
===
error[E0111]: `++` is no operator of this language
   ╭─[ words.dsl:1:26 ]
   │
 1 │ for (let i = 0; i < 10; i++) { print(i) }
   │                          ─▲
   │
   │ help: write `x += 1` to count, and `+` to add
───╯

--- import from (full) ---
from nn import dense
===
error[E0110]: `from` is a word of other languages
   ╭─[ words.dsl:1:1 ]
   │
 1 │ from nn import dense
   │ ──▲─
   │
   │ help: write `import name`, or `import "path" as name`
   │
 1 │ import nn
   │ ~~~~~~~~~
───╯

--- import with a dot (full) ---
import optim.adam
===
error[E0101]: expected `,`, found `.`
   ╭─[ words.dsl:1:13 ]
   │
 1 │ import optim.adam
   │             ▲
   │
   │ help: import the module, and write `optim.adam` where it is used
   │
 1 - import optim.adam
 1 + import optim
───╯

--- a type behind a colon, as in Python (full) ---
let x: int = 3
let y: float = 2.0
let z: str = "a"
===
error[E0207]: there is no type `int`
   ╭─[ words.dsl:1:8 ]
   │
 1 │ let x: int = 3
   │        ─▲─
   │
   │ help: write `i64`; sizes are named in `[..]`: `fn f[n](..)`
   │
 1 │ let x: i64 = 3
   │        ~~~
───╯

error[E0207]: there is no type `float`
   ╭─[ words.dsl:2:8 ]
   │
 2 │ let y: float = 2.0
   │        ──▲──
   │
   │ help: write `f64`
   │
 2 │ let y: f64 = 2.0
   │        ~~~
───╯

error[E0207]: there is no type `str`
   ╭─[ words.dsl:3:8 ]
   │
 3 │ let z: str = "a"
   │        ─▲─
   │
   │ help: texts are no values of a type: they stand as labels and paths only
───╯

--- a class (full) ---
class Net {
  w: f64[3]
}
===
error[E0110]: `class` is a word of other languages
   ╭─[ words.dsl:1:1 ]
   │
 1 │ class Net {
   │ ──▲──
   │
   │ help: write `type name = {..}`
   │
 1 │ type Net = {
   │ ~~~~    ++
───╯

--- None (full) ---
let x = None
let y = null
===
error[E0201]: nothing is called `None` here
   ╭─[ words.dsl:1:9 ]
   │
 1 │ let x = None
   │         ──▲─
   │
   │ help: there is no missing value; `nan` is a float that is no number
───╯

error[E0201]: nothing is called `null` here
   ╭─[ words.dsl:2:9 ]
   │
 2 │ let y = null
   │         ──▲─
   │
   │ help: there is no missing value; `nan` is a float that is no number
───╯

--- True and False (full) ---
let a = True
let b = False and a
===
error[E0201]: nothing is called `True` here
   ╭─[ words.dsl:1:9 ]
   │
 1 │ let a = True
   │         ──▲─
   │
   │ help: write `true`
   │
 1 │ let a = true
   │         ~~~~
───╯

error[E0201]: nothing is called `False` here
   ╭─[ words.dsl:2:9 ]
   │
 2 │ let b = False and a
   │         ──▲──
   │
   │ help: write `false`
   │
 2 │ let b = false and a
   │         ~~~~~
───╯

--- print without parentheses (full) ---
print "hello"
===
error[E0110]: `print` is called like every function
   ╭─[ words.dsl:1:1 ]
   │
 1 │ print "hello"
   │ ──▲──
   │
   │ help: arguments stand in parentheses
   │
 1 │ print("hello")
   │      ~       +
───╯

--- pass (full) ---
fn f(x: f64) -> f64 { pass }
===
error[E0201]: nothing is called `pass` here
   ╭─[ words.dsl:1:23 ]
   │
 1 │ fn f(x: f64) -> f64 { pass }
   │                       ──▲─
   │
   │ help: a block of nothing is `{}`
───╯

--- a match (full) ---
fn f(k: i64) -> f64 = match k { 0 => 1.0, _ => 2.0 }
===
error[E0111]: `=>` is no operator of this language
   ╭─[ words.dsl:1:35 ]
   │
 1 │ fn f(k: i64) -> f64 = match k { 0 => 1.0, _ => 2.0 }
   │                                   ─▲
   │
   │ help: a closure is written `|x| e`, the type of a function `A -> B`
───╯

error[E0111]: `=>` is no operator of this language
   ╭─[ words.dsl:1:45 ]
   │
 1 │ fn f(k: i64) -> f64 = match k { 0 => 1.0, _ => 2.0 }
   │                                             ─▲
   │
   │ help: a closure is written `|x| e`, the type of a function `A -> B`
───╯

--- a type of Rust (full) ---
fn f(x: &[f64]) -> Vec<f64> { x }
===
error[E0101]: expected a type, found `&`
   ╭─[ words.dsl:1:9 ]
   │
 1 │ fn f(x: &[f64]) -> Vec<f64> { x }
   │         ▲
   │
   │ help: a type has no sign before it; a tensor is `f64[n]`
───╯

--- a type of TypeScript (full) ---
fn f(x: f64[]) -> f64 = sum(x)
===
error[E0101]: expected an expression, found `]`
   ╭─[ words.dsl:1:13 ]
   │
 1 │ fn f(x: f64[]) -> f64 = sum(x)
   │             ▲
   │
   │ help: every axis has a size: `f64[n]`, where `n` stands in `fn f[n](..)` or is a number
───╯

--- a type of NumPy (full) ---
fn f(x: ndarray) -> f64 = sum(x)
===
error[E0207]: there is no type `ndarray`
   ╭─[ words.dsl:1:9 ]
   │
 1 │ fn f(x: ndarray) -> f64 = sum(x)
   │         ───▲───
   │
   │ help: the type of a tensor is its elements and sizes: `f64[n]`, `f64[m, n]`
───╯

--- break (full) ---
let mut k = 0
while true {
  k += 1
  if k > 3 { break }
}
===
error[E0201]: nothing is called `break` here
   ╭─[ words.dsl:4:14 ]
   │
 4 │   if k > 3 { break }
   │              ──▲──
   │
   │ help: a loop ends by its condition: `while not done { .. }`
───╯

--- a try (full) ---
try { print(1) } catch { print(2) }
===
error[E0110]: `try` is a word of other languages
   ╭─[ words.dsl:1:1 ]
   │
 1 │ try { print(1) } catch { print(2) }
   │ ─▲─
   │
   │ help: a program stops where it fails; what may go wrong is tested before, by `if`
───╯

--- an assertion without parentheses (full) ---
assert 1 == 1
===
error[E0110]: `assert` is called like every function
   ╭─[ words.dsl:1:1 ]
   │
 1 │ assert 1 == 1
   │ ───▲──
   │
   │ help: arguments stand in parentheses
   │
 1 │ assert(1 == 1)
   │       ~      +
───╯

--- a main function (full) ---
fn main() {
  print("hello")
}
===
error[E0801]: `print` stands at top level only, or in a `test` block
   ╭─[ words.dsl:2:3 ]
   │
 2 │   print("hello")
   │   ───────▲──────
   │
   │ help: give the value as the result of the function, and print it where that is called
───╯
