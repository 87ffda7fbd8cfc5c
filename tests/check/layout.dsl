--- a bracket that is not closed (full) ---
let x = [1.0, 2.0
let y = 3.0
print(y + z)
===
error[E0102]: this `[` is never closed
   ╭─[ layout.dsl:1:9 ]
   │
 1 │ let x = [1.0, 2.0
   │         ┬
   │         ╰── opened here
   │
   │ help: add `]`
   │
 1 │ let x = [1.0, 2.0]
   │                  +
───╯

error[E0201]: nothing is called `z` here
   ╭─[ layout.dsl:3:11 ]
   │
 3 │ print(y + z)
   │           ▲
───╯

--- a parenthesis too many (full) ---
print(sum([1.0, 2.0])))
let y = 1 + true
===
error[E0102]: `)` closes nothing
   ╭─[ layout.dsl:1:23 ]
   │
 1 │ print(sum([1.0, 2.0])))
   │                       ▲
   │
   │ help: remove it, or open the bracket before
   │
 1 - print(sum([1.0, 2.0])))
 1 + print(sum([1.0, 2.0]))
───╯

error[E0503]: `+` of `i64` and `bool`
   ╭─[ layout.dsl:2:11 ]
   │
 2 │ let y = 1 + true
   │         ┬ ┬ ──┬─
   │         ╰───────── `i64`
   │           │   │
   │           ╰─────── here
   │               │
   │               ╰─── `bool`
   │
   │ help: nothing converts silently: write the conversion
───╯

--- brackets of two kinds (full) ---
let x = [1.0, 2.0)
===
error[E0102]: expected `]`, found `)`
   ╭─[ layout.dsl:1:18 ]
   │
 1 │ let x = [1.0, 2.0)
   │         ┬        ┬
   │         ╰─────────── `[` is opened here
   │                  │
   │                  ╰── here
   │
   │ help: write `]`
   │
 1 │ let x = [1.0, 2.0]
   │                  ~
───╯

--- a block that is not closed (full) ---
fn f(x: f64) -> f64 {
  x + 1
fn g(x: f64) -> f64 = x
===
error[E0102]: this `{` is never closed
   ╭─[ layout.dsl:1:21 ]
   │
 1 │ fn f(x: f64) -> f64 {
   │                     ┬
   │                     ╰── opened here
   │
   │ help: add `}`
   │
 2 │   x + 1}
   │        +
───╯

--- a missing comma (full) ---
let x = [1.0 2.0]
===
error[E0101]: expected `,`, `]`, `for` or an operator, found `2.0`
   ╭─[ layout.dsl:1:14 ]
   │
 1 │ let x = [1.0 2.0]
   │              ─▲─
   │
   │ help: is a `,` missing?
   │
 1 │ let x = [1.0, 2.0]
   │             +
───╯

--- a missing comma between arguments (full) ---
print("x" 1.0)
===
error[E0101]: expected `,`, `)`, `for` or an operator, found `1.0`
   ╭─[ layout.dsl:1:11 ]
   │
 1 │ print("x" 1.0)
   │           ─▲─
   │
   │ help: is a `,` missing?
   │
 1 │ print("x", 1.0)
   │          +
───╯

--- two commas (full) ---
let x = [1.0,, 2.0]
===
error[E0101]: expected an expression or `]`, found `,`
   ╭─[ layout.dsl:1:14 ]
   │
 1 │ let x = [1.0,, 2.0]
   │              ▲
   │
   │ help: remove one `,`
   │
 1 - let x = [1.0,, 2.0]
 1 + let x = [1.0, 2.0]
───╯

--- a comma at the start (full) ---
let x = [, 1.0]
===
error[E0101]: expected an expression or `]`, found `,`
   ╭─[ layout.dsl:1:10 ]
   │
 1 │ let x = [, 1.0]
   │          ▲
   │
   │ help: remove one `,`
   │
 1 - let x = [, 1.0]
 1 + let x = [ 1.0]
───╯

--- semicolons between elements (full) ---
let x = [1.0; 2.0]
===
error[E0101]: expected `,`, `]` or `for`, found `;`
   ╭─[ layout.dsl:1:13 ]
   │
 1 │ let x = [1.0; 2.0]
   │             ▲
   │
   │ help: `;` ends a statement; between elements stands `,`
───╯

--- rows by semicolons (full) ---
let x = [1.0 2.0; 3.0 4.0]
===
error[E0101]: expected `,`, `]`, `for` or an operator, found `2.0`
   ╭─[ layout.dsl:1:14 ]
   │
 1 │ let x = [1.0 2.0; 3.0 4.0]
   │              ─▲─
   │
   │ help: is a `,` missing?
   │
 1 │ let x = [1.0, 2.0; 3.0 4.0]
   │             +
───╯

--- a line that ends too early (full) ---
let y = 1.0 +
let z = 2.0
===
error[E0101]: expected an expression, found the end of the statement
   ╭─[ layout.dsl:1:14 ]
   │
 1 │ let y = 1.0 +
   │              ▲
───╯

--- two statements on a line (full) ---
let x = 1.0 let y = 2.0
===
error[E0101]: expected an operator or the end of the statement, found `let`
   ╭─[ layout.dsl:1:13 ]
   │
 1 │ let x = 1.0 let y = 2.0
   │             ─▲─
   │
   │ help: a line end or `;` stands between statements
   │
 1 │ let x = 1.0; let y = 2.0
   │            +
───╯

--- a string that is not closed (full) ---
print("hello)
print(1 + true)
===
error[E0106]: this string has no end on its line
   ╭─[ layout.dsl:1:7 ]
   │
 1 │ print("hello)
   │       ───┬───
   │          ╰───── starts here
   │
   │ help: close it with `"`; a line break inside a string is written `\n`
───╯

error[E0503]: `+` of `i64` and `bool`
   ╭─[ layout.dsl:2:9 ]
   │
 2 │ print(1 + true)
   │       ┬ ┬ ──┬─
   │       ╰───────── `i64`
   │         │   │
   │         ╰─────── here
   │             │
   │             ╰─── `bool`
   │
   │ help: nothing converts silently: write the conversion
───╯

--- a parameter without a type (full) ---
fn f(x, y) = x + y
print(f(1.0, 2.0))
===
error[E0305]: `x` is a size and needs a static integer; this is a number
   ╭─[ layout.dsl:2:9 ]
   │
 1 │ fn f(x, y) = x + y
   │      ┬
   │      ╰── a parameter without a type is a size
 2 │ print(f(1.0, 2.0))
   │       ───┬─┬─────
   │          ╰───────── here
   │            │
   │            ╰─────── in this call of `f`
   │
   │ help: write its type if it is a value: `x: f64`
───╯

--- an if without else (full) ---
let x = 1.0
let y = if x > 0 { 1.0 }
print(y)
===
error[E0515]: this `if` has no `else`, so it has no value
   ╭─[ layout.dsl:2:9 ]
   │
 2 │ let y = if x > 0 { 1.0 }
   │         ────────▲───────
   │
   │ help: write `else { .. }` with the value for the other case
───╯

--- else on its own (full) ---
else { 1.0 }
===
error[E0101]: expected a statement, found `else`
   ╭─[ layout.dsl:1:1 ]
   │
 1 │ else { 1.0 }
   │ ──▲─
   │
   │ help: `else` follows the `}` of its `if`
───╯

--- an if without braces (full) ---
let x = 1.0
let y = if x > 0 1.0 else 2.0
===
error[E0101]: expected `{` or an operator, found `1.0`
   ╭─[ layout.dsl:2:18 ]
   │
 2 │ let y = if x > 0 1.0 else 2.0
   │                  ─▲─
   │
   │ help: branches stand in braces: `if c { a } else { b }`
───╯

--- a name that is a word of the language (full) ---
let for = 1
let in = 2
===
error[E0113]: `for` is a word of the language and cannot be a name
   ╭─[ layout.dsl:1:5 ]
   │
 1 │ let for = 1
   │     ─▲─
   │
   │ help: choose another name, such as `for_`
───╯

error[E0113]: `in` is a word of the language and cannot be a name
   ╭─[ layout.dsl:2:5 ]
   │
 2 │ let in = 2
   │     ─▲
   │
   │ help: choose another name, such as `in_`
───╯

--- an empty function (full) ---
fn f(x: f64) -> f64 {
}
===
error[E0502]: expected `f64`, found `()`
   ╭─[ layout.dsl:1:21 ]
   │
 1 │ ╭─▶ fn f(x: f64) -> f64 {
 2 │ ├─▶ }
   │ │
   │ ╰─────── here
   │
   │ help: the last expression of a block is its value; an `if` needs an `else` to have one
───╯

--- a function without a result (full) ---
fn f(x: f64) -> f64 {
  let y = x
}
===
error[E0502]: expected `f64`, found `()`
   ╭─[ layout.dsl:1:21 ]
   │
 1 │ ╭─▶ fn f(x: f64) -> f64 {
   ┆ ┆
 3 │ ├─▶ }
   │ │
   │ ╰─────── here
   │
   │ help: the last expression of a block is its value; an `if` needs an `else` to have one
───╯

--- a function without parentheses (full) ---
fn f x = x * 2
===
error[E0101]: expected `(`, found `x`
   ╭─[ layout.dsl:1:6 ]
   │
 1 │ fn f x = x * 2
   │      ▲
   │
   │ help: parameters stand in parentheses, with their types: `fn f(x: f64) = e`
───╯

--- a result after a colon (full) ---
fn f(x: f64): f64 = x
===
error[E0101]: expected `=`, `->` or `{`, found `:`
   ╭─[ layout.dsl:1:13 ]
   │
 1 │ fn f(x: f64): f64 = x
   │             ▲
   │
   │ help: the type of the result is written `-> T`
   │
 1 │ fn f(x: f64) -> f64 = x
   │             ~~~
───╯

--- a function without a body (full) ---
fn f(x: f64) -> f64
print(1)
===
error[E0101]: expected `=` or `{`, found the end of the statement
   ╭─[ layout.dsl:1:20 ]
   │
 1 │ fn f(x: f64) -> f64
   │                    ▲
   │
   │ help: a body must follow: `= e` or `{ .. }`
───╯

--- a function in a function (full) ---
fn f(x: f64) -> f64 {
  fn g(y: f64) -> f64 = y * 2
  g(x)
}
===
error[E0117]: `fn` stands only at the top level of a file
   ╭─[ layout.dsl:2:3 ]
   │
 2 │   fn g(y: f64) -> f64 = y * 2
   │   ─▲
   │
   │ help: write a closure: `let f = |x| e`, or move the function out
───╯

--- a block by indentation (full) ---
fn f(x: f64) -> f64 =
  let y = x * 2
  y + 1
===
error[E0101]: expected an expression, found the end of the statement
   ╭─[ layout.dsl:1:22 ]
   │
 1 │ fn f(x: f64) -> f64 =
   │                      ▲
   │
   │ help: a body of several lines stands in braces: `fn f(x: f64) -> f64 { .. }`
───╯

--- a field with an equals sign (full) ---
let p = {a = 1.0, b = 2.0}
===
error[E0101]: expected `}`, found `,`
   ╭─[ layout.dsl:1:17 ]
   │
 1 │ let p = {a = 1.0, b = 2.0}
   │                 ▲
   │
   │ help: a field is written `name: e`
   │
 1 │ let p = {a: 1.0, b = 2.0}
   │           ~
───╯

--- a named argument with an equals sign (full) ---
fn f(rate: f64) -> f64 = rate
print(f(rate = 2.0))
===
error[E0115]: `=` cannot stand inside an expression
   ╭─[ layout.dsl:2:14 ]
   │
 2 │ print(f(rate = 2.0))
   │              ▲
   │
   │ help: a named argument is written `name: e`; equality is written `==`
   │
 2 │ print(f(rate: 2.0))
   │             ~
───╯

--- a record with quoted names (full) ---
let p = {"a": 1.0, "b": 2.0}
===
error[E0101]: expected `}` or an operator, found `:`
   ╭─[ layout.dsl:1:13 ]
   │
 1 │ let p = {"a": 1.0, "b": 2.0}
   │             ▲
   │
   │ help: the name of a field has no quotes
   │
 1 │ let p = {a: 1.0, "b": 2.0}
   │          ~
───╯

--- a closure without bars (full) ---
let f = (x) -> x * 2
===
error[E0101]: expected an operator or the end of the statement, found `->`
   ╭─[ layout.dsl:1:13 ]
   │
 1 │ let f = (x) -> x * 2
   │             ─▲
   │
   │ help: a closure is written `|x| e`
   │
 1 │ let f = |x| x * 2
   │         ~~~
───╯

--- two mistakes of syntax (full) ---
let x = [1.0 2.0]
let y = 1 **
fn f(x: f64) -> f64 = x + w
===
error[E0101]: expected `,`, `]`, `for` or an operator, found `2.0`
   ╭─[ layout.dsl:1:14 ]
   │
 1 │ let x = [1.0 2.0]
   │              ─▲─
   │
   │ help: is a `,` missing?
   │
 1 │ let x = [1.0, 2.0]
   │             +
───╯

error[E0111]: `**` is no operator of this language
   ╭─[ layout.dsl:2:11 ]
   │
 2 │ let y = 1 **
   │           ─▲
   │
   │ help: write `^`
   │
 2 │ let y = 1 ^
   │           ~
───╯

error[E0201]: nothing is called `w` here
   ╭─[ layout.dsl:3:27 ]
   │
 3 │ fn f(x: f64) -> f64 = x + w
   │                           ▲
───╯
