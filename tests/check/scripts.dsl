--- a column that is not there (full) ---
import data
let flowers = data.csv("data/iris.csv", target: "specie")
===
error[E0807]: `data/iris.csv` has no column `specie`
   ╭─[ scripts.dsl:2:49 ]
   │
 2 │ let flowers = data.csv("data/iris.csv", target: "specie")
   │                                                 ────▲───
   │
   │ help: there is `species`
   │
 2 │ let flowers = data.csv("data/iris.csv", target: "species")
   │                                                 ~~~~~~~~~
───╯

--- a field that is no column (full) ---
import data
let flowers = data.csv("data/iris.csv", target: "species")
print(mean(flowers.x.petal_len))
===
error[E0510]: there is no field `petal_len`
   ╭─[ scripts.dsl:3:22 ]
   │
 3 │ print(mean(flowers.x.petal_len))
   │                      ────▲────
   │
   │ note: the fields are `sepal_length`, `sepal_width`, `petal_length`, `petal_width`
   │ help: did you mean `petal_length`?
   │
 3 │ print(mean(flowers.x.petal_length))
   │                      ~~~~~~~~~~~~
───╯

--- an option that is not there (full) ---
import data
let flowers = data.csv("data/iris.csv", label: "species")
===
error[E0808]: `data.csv` has no argument `label:`
   ╭─[ scripts.dsl:2:41 ]
   │
 2 │ let flowers = data.csv("data/iris.csv", label: "species")
   │                                         ──▲──
   │
   │ note: its named arguments are `target:`
───╯

--- labels as numbers (full) ---
import data
let flowers = data.csv("data/iris.csv")
print(mean(flowers.species))
===
error[E0510]: there is no field `species`
   ╭─[ scripts.dsl:3:20 ]
   │
 3 │ print(mean(flowers.species))
   │                    ───▲───
   │
   │ note: the fields are `x`
───╯

--- a csv read as npy (full) ---
import data
let x = data.npy("data/iris.csv")
===
error[E0806]: the data file `data/iris.csv` cannot be used: npy header, byte 0: no npy file: it does not start with the six bytes \x93NUMPY
   ╭─[ scripts.dsl:2:18 ]
   │
 2 │ let x = data.npy("data/iris.csv")
   │                  ───────▲───────
   │
   │ help: `data.csv` reads it
───╯

--- a path that is computed (full) ---
import data
fn name(k: i64) -> f64 = 1.0
let x = data.npy(name(1))
===
error[E0501]: expected a string, found `f64`
   ╭─[ scripts.dsl:3:18 ]
   │
 3 │ let x = data.npy(name(1))
   │                  ───▲───
───╯

--- a share that is no share (full) ---
import data
let (a, b) = data.csv("data/iris.csv", target: "species").split(80, key(0))
===
error[E0813]: the share that a split keeps is a number from 0 to 1 that is known when the file is checked
   ╭─[ scripts.dsl:2:65 ]
   │
 2 │ let (a, b) = data.csv("data/iris.csv", target: "species").split(80, key(0))
   │                                                                 ─▲
   │
   │ help: four fifths are `0.8`
───╯

--- data without the module (full) ---
let flowers = data.csv("data/iris.csv", target: "species")
===
error[E0201]: nothing is called `data` here
   ╭─[ scripts.dsl:1:15 ]
   │
 1 │ let flowers = data.csv("data/iris.csv", target: "species")
   │               ──▲─
   │
   │ help: add `import data` at the top of the file
───╯

--- an assertion of a number (full) ---
assert(1.0)
===
error[E0501]: expected bool, found a number
   ╭─[ scripts.dsl:1:8 ]
   │
 1 │ assert(1.0)
   │        ─▲─
   │
   │ help: a number is no bool: compare it, as in `k != 0`
───╯

--- an assertion of a tensor (full) ---
assert([1.0, 2.0] == [1.0, 2.0])
===
error[E0516]: a condition is one bool
   ╭─[ scripts.dsl:1:8 ]
   │
 1 │ assert([1.0, 2.0] == [1.0, 2.0])
   │        ────────────▲───────────
   │
   │ help: write `all(..)` or `any(..)`
───╯

--- an assertion with a message (full) ---
assert(1 < 2, "one is less than two")
===
error[E0602]: `assert` does not take 2 arguments
   ╭─[ scripts.dsl:1:1 ]
   │
 1 │ assert(1 < 2, "one is less than two")
   │ ──────────────────▲──────────────────
   │
   │ help: write `assert(condition)`
───╯

--- a comparison of unlike things (full) ---
assert_close([1.0, 2.0], 1.0)
===
error[E0502]: expected `f64[2]`, found a number
   ╭─[ scripts.dsl:1:26 ]
   │
 1 │ assert_close([1.0, 2.0], 1.0)
   │                          ─▲─
───╯

--- a test without a name (full) ---
test {
  assert(true)
}
===
error[E0101]: expected the end of the statement, found `{`
   ╭─[ scripts.dsl:1:6 ]
   │
 1 │ test {
   │      ▲
   │
   │ help: it has a name: `test "name"`
   │
 1 │ test "name" {
   │     +++++++
───╯

--- a mistake in a test (full) ---
test "sums" {
  assert(sum([1.0, 2.0]) == tota)
  assert_close(1.0)
}
let y = 1.0 + "a"
===
error[E0508]: a number or tensor is needed; this is a string
   ╭─[ scripts.dsl:5:15 ]
   │
 5 │ let y = 1.0 + "a"
   │               ─▲─
   │
   │ help: texts are not computed; `print` takes several values: `print("x =", x)`
───╯

error[E0201]: nothing is called `tota` here
   ╭─[ scripts.dsl:2:29 ]
   │
 2 │   assert(sum([1.0, 2.0]) == tota)
   │                             ──▲─
───╯

error[E0602]: `assert_close` does not take 1 argument
   ╭─[ scripts.dsl:3:3 ]
   │
 3 │   assert_close(1.0)
   │   ────────▲────────
   │
   │ help: write `assert_close(a, b)`, or `assert_close(a, b, 1e-6)` with a tolerance
───╯

--- print in a function (full) ---
fn f(x: f64) -> f64 {
  print("x is", x)
  x * 2
}
===
error[E0801]: `print` stands at top level only, or in a `test` block
   ╭─[ scripts.dsl:2:3 ]
   │
 2 │   print("x is", x)
   │   ────────▲───────
   │
   │ help: give the value as the result of the function, and print it where that is called
───╯

--- a plot in a comprehension (full) ---
import plot
let x = [1.0, 2.0]
let y = [plot.line(x, "a.svg") for i in 0..2]
===
error[E0801]: `plot.line` stands at top level only, or in a `test` block
   ╭─[ scripts.dsl:3:10 ]
   │
 3 │ let y = [plot.line(x, "a.svg") for i in 0..2]
   │          ──────────▲──────────
───╯

--- a plot without a file (full) ---
import plot
plot.line([1.0, 2.0])
===
error[E0602]: `plot.line` does not take 1 argument
   ╭─[ scripts.dsl:2:1 ]
   │
 2 │ plot.line([1.0, 2.0])
   │ ──────────▲──────────
   │
   │ help: write `plot.line(y, "plot.svg")` or `plot.line(x, y, "plot.svg")`
───╯

--- a plot of unequal lengths (full) ---
import plot
plot.line([1.0, 2.0], [1.0, 2.0, 3.0], "a.svg")
===
error[E0301]: `the plot` needs equal shapes: `f64[2]` and `f64[3]`
   ╭─[ scripts.dsl:2:23 ]
   │
 2 │ plot.line([1.0, 2.0], [1.0, 2.0, 3.0], "a.svg")
   │           ─────┬────  ───────┬───────
   │                ╰─────────────────────── `f64[2]`
   │                              │
   │                              ╰───────── shapes differ; `f64[3]`
   │
   │ help: there is no silent broadcasting: an index says what meets what, `[a[i] + b[j] for i, j]`
───╯

--- save into a format that is not known (full) ---
save([1.0, 2.0], "x.txt")
===
error[E0811]: `x.txt` ends neither in `.npy` nor in `.csv`
   ╭─[ scripts.dsl:1:18 ]
   │
 1 │ save([1.0, 2.0], "x.txt")
   │                  ───▲───
   │
   │ help: a tensor is saved as npy, a record of vectors as csv
───╯

--- a let that comes later (full) ---
print(x)
let x = 2.0
===
error[E0202]: `x` is used before its `let` has run
   ╭─[ scripts.dsl:1:7 ]
   │
 1 │ print(x)
   │       ▲
 2 │ let x = 2.0
   │     ┬
   │     ╰── defined here, later
───╯

--- a function that uses a let before it has run (full) ---
fn f(x: f64) -> f64 = x * rate
print(f(1.0))
let rate = 0.1
===
error[E0202]: `rate` is used before its `let` has run
   ╭─[ scripts.dsl:1:27 ]
   │
 1 │ fn f(x: f64) -> f64 = x * rate
   │                           ──▲─
 2 │ print(f(1.0))
   │       ───┬──
   │          ╰──── in this call of `f`
 3 │ let rate = 0.1
   │     ──┬─
   │       ╰─── defined here, later
───╯

--- a param outside of a model (full) ---
param w: f64[3] = zeros
===
error[E0610]: `param` stands in a `model` only
   ╭─[ scripts.dsl:1:7 ]
   │
 1 │ param w: f64[3] = zeros
   │       ▲
───╯

--- a model with one list (full) ---
model dense(x: f64[3]) -> f64[3] {
  param w: f64[3, 3] = glorot
  w @ x
}
===
error[E0101]: expected `(`, found `->`
   ╭─[ scripts.dsl:1:24 ]
   │
 1 │ model dense(x: f64[3]) -> f64[3] {
   │                        ─▲
   │
   │ help: a model has two lists: `model name(sizes)(x: T)`; the first may be empty
───╯

--- a param without a start (full) ---
model dense(n)(x: f64[n]) -> f64[n] {
  param w: f64[n, n]
  w @ x
}
===
error[E0116]: this definition has no value
   ╭─[ scripts.dsl:2:21 ]
   │
 2 │   param w: f64[n, n]
   │                     ┬
   │                     ╰── `=` and a value must follow
   │
   │ help: write how it starts: `param w: f64[n] = zeros`
───╯

--- a key that is a number (full) ---
let x: f64[3] = normal(0)
===
error[E0501]: expected key, found an integer
   ╭─[ scripts.dsl:1:24 ]
   │
 1 │ let x: f64[3] = normal(0)
   │                        ▲
   │
   │ help: a key is made from a number: `key(0)`
───╯

--- a key that is drawn from twice (full) ---
let k = key(0)
let x: f64[3] = normal(k)
let y: f64[3] = uniform(k)
print(x, y)
===
warning[W0611]: this key has been drawn from: the numbers will be the same again
   ╭─[ scripts.dsl:3:25 ]
   │
 2 │ let x: f64[3] = normal(k)
   │                        ┬
   │                        ╰── the first draw
 3 │ let y: f64[3] = uniform(k)
   │                         ▲
   │
   │ help: make a key of its own by `fold_in` or `split`
   │
 3 │ let y: f64[3] = uniform(fold_in(k, 1))
   │                         ~~~~~~~~~~~~~
───╯

--- a key in a loop (full) ---
let k = key(0)
let mut s = 0.0
for i in 0..3 {
  let x: f64 = normal(k)
  s += x
}
print(s)
===
warning[W0612]: this key draws the same numbers in every turn
   ╭─[ scripts.dsl:4:23 ]
   │
 3 │ for i in 0..3 {
   │     ┬
   │     ╰── of this loop
 4 │   let x: f64 = normal(k)
   │                       ▲
   │
   │ help: make a key for each turn
   │
 4 │   let x: f64 = normal(fold_in(k, i))
   │                       ~~~~~~~~~~~~~
───╯

--- a draw without a shape (full) ---
let x = normal(key(0))
print(x)
===
error[E0310]: nothing here says what shape this has
   ╭─[ scripts.dsl:2:7 ]
   │
 2 │ print(x)
   │       ▲
   │
   │ help: write its type: `let x: f64[3] = zeros`
───╯

--- a top-level name is defined once (full) ---
let a = 1
let (b, a) = (2, 3)
print(a, b)
===
error[E0212]: `a` is defined twice
   ╭─[ scripts.dsl:2:9 ]
   │
 1 │ let a = 1
   │     ┬
   │     ╰── the first definition
 2 │ let (b, a) = (2, 3)
   │         ▲
   │
   │ help: give this another name; what changes is a `let mut a` that is assigned: `a = ..`
───╯

--- the branch that a static condition leaves out is checked too ---
let k = 3
print(if k == 3 { 1.0 } else { 1.0 + nothing })
===
scripts.dsl:2:38: error[E0201]: nothing is called `nothing` here
