--- a power of Python (full) ---
let x = 2.0
print(x ** 2)
===
error[E0111]: `**` is no operator of this language
   ╭─[ operators.dsl:2:9 ]
   │
 2 │ print(x ** 2)
   │         ─▲
   │
   │ help: write `^`
   │
 2 │ print(x ^ 2)
   │         ~
───╯

--- and of C (full) ---
let (a, b) = (true, false)
print(a && b || !a)
===
error[E0111]: `&&` is no operator of this language
   ╭─[ operators.dsl:2:9 ]
   │
 2 │ print(a && b || !a)
   │         ─▲
   │
   │ help: write `and`
   │
 2 │ print(a and b || !a)
   │         ~~~
───╯

error[E0111]: `||` is no operator of this language
   ╭─[ operators.dsl:2:14 ]
   │
 2 │ print(a && b || !a)
   │              ─▲
   │
   │ help: write `or`
   │
 2 │ print(a && b or !a)
   │              ~~
───╯

error[E0111]: `!` is no operator of this language
   ╭─[ operators.dsl:2:17 ]
   │
 2 │ print(a && b || !a)
   │                 ▲
   │
   │ help: write `not`
   │
 2 │ print(a && b || not a)
   │                 ~~~~
───╯

--- not equal of Haskell (full) ---
print(1 /= 2)
===
error[E0111]: `/=` is no operator of this language
   ╭─[ operators.dsl:1:9 ]
   │
 1 │ print(1 /= 2)
   │         ─▲
   │
   │ help: write `x = x / e`; there are `+=`, `-=` and `*=`
───╯

--- not equal of SQL (full) ---
print(1 <> 2)
===
error[E0111]: `<>` is no operator of this language
   ╭─[ operators.dsl:1:9 ]
   │
 1 │ print(1 <> 2)
   │         ─▲
   │
   │ help: write `!=`
   │
 1 │ print(1 != 2)
   │         ~~
───╯

--- a definition of Go (full) ---
x := 3
===
error[E0111]: `:=` is no operator of this language
   ╭─[ operators.dsl:1:3 ]
   │
 1 │ x := 3
   │   ─▲
   │
   │ help: `let x = e` defines, `x = e` assigns
   │
 1 │ x = 3
   │   ~
───╯

--- an assignment to a new name (full) ---
x = 3
print(x)
===
error[E0201]: nothing is called `x` here
   ╭─[ operators.dsl:1:1 ]
   │
 1 │ x = 3
   │ ▲
   │
   │ help: a name is defined by `let`; one that is assigned later by `let mut`
   │
 1 │ let x = 3
   │ ++++
───╯

--- integer division of Python (full) ---
let n = 7
print(n // 2)
===
error[E0102]: this `(` is never closed
   ╭─[ operators.dsl:2:6 ]
   │
 2 │ print(n // 2)
   │      ┬  ─┬
   │      ╰────── opened here
   │          │
   │          ╰── a comment starts here
   │
   │ help: add `)` before the comment; for integers the quotient is `div(a, b)`
───╯

--- a remainder (full) ---
let n = 7
print(n % 2)
===
error[E0504]: `%` has no meaning for `i64`
   ╭─[ operators.dsl:2:9 ]
   │
 2 │ print(n % 2)
   │         ▲
   │
   │ help: write `mod(n, 2)`
   │
 2 │ print(mod(n, 2))
   │       ~~~~~~~~~
───╯

--- a comment of Python (full) ---
# a comment
let x = 1
===
error[E0103]: `#` has no meaning here
   ╭─[ operators.dsl:1:1 ]
   │
 1 │ # a comment
   │ ▲
   │
   │ help: a comment starts with `//`
   │
 1 │ // a comment
   │ ~~
───╯

--- a comment of C (full) ---
/* a comment */
let x = 1
===
error[E0112]: comments are written with `//`, to the end of the line
   ╭─[ operators.dsl:1:1 ]
   │
 1 │ /* a comment */
   │ ─▲
   │
   │ help: start each line of the comment with `//`
───╯

--- single quotes (full) ---
print('hello')
===
error[E0103]: `'` has no meaning here
   ╭─[ operators.dsl:1:7 ]
   │
 1 │ print('hello')
   │       ───▲───
   │
   │ help: strings are written with double quotes
   │
 1 │ print("hello")
   │       ~~~~~~~
───╯

--- plus plus (full) ---
let mut i = 0
i++
===
error[E0111]: `++` is no operator of this language
   ╭─[ operators.dsl:2:2 ]
   │
 2 │ i++
   │  ─▲
   │
   │ help: write `x += 1` to count, and `+` to add
───╯

--- a quotient that is assigned (full) ---
let mut x = 1.0
x /= 2
===
error[E0111]: `/=` is no operator of this language
   ╭─[ operators.dsl:2:3 ]
   │
 2 │ x /= 2
   │   ─▲
   │
   │ help: write `x = x / e`; there are `+=`, `-=` and `*=`
───╯

--- a transpose of Julia (full) ---
let a = [[1.0, 2.0]]
print(a')
===
error[E0103]: `'` has no meaning here
   ╭─[ operators.dsl:2:8 ]
   │
 2 │ print(a')
   │        ▲
   │
   │ help: the transpose is written `.T`
   │
 2 │ print(a.T)
   │        ~~
───╯

--- an elementwise product of Julia (full) ---
let x = [1.0, 2.0]
print(x .* x)
===
error[E0101]: expected a name, found `*`
   ╭─[ operators.dsl:2:10 ]
   │
 2 │ print(x .* x)
   │          ▲
   │
   │ help: operators work on tensors of one shape element by element: write `*`
   │
 2 - print(x .* x)
 2 + print(x * x)
───╯

--- a range of Python (full) ---
let x = [1.0, 2.0, 3.0]
print(x[0:2])
===
error[E0101]: expected `,`, `]`, `..` or an operator, found `:`
   ╭─[ operators.dsl:2:10 ]
   │
 2 │ print(x[0:2])
   │          ▲
   │
   │ help: a slice is written `a..b`
   │
 2 │ print(x[0..2])
   │          ~~
───╯

--- a negative index (full) ---
let x = [1.0, 2.0, 3.0]
print(x[-1])
===
error[E0401]: this index is outside: it is `-1`
   ╭─[ operators.dsl:2:9 ]
   │
 2 │ print(x[-1])
   │       ┬ ─┬
   │       ╰───── this axis has `3` elements
   │          │
   │          ╰── here
   │
   │ help: an index does not count from the end: this element is `2`
   │
 2 │ print(x[2])
   │         ~
───╯

--- a range that includes its end (full) ---
let mut s = 0
for i in 0..=3 { s += i }
print(s)
===
error[E0111]: `..=` is no operator of this language
   ╭─[ operators.dsl:2:11 ]
   │
 2 │ for i in 0..=3 { s += i }
   │           ─▲─
   │
   │ help: write `a..b`; it ends before b
   │
 2 │ for i in 0..3 { s += i }
   │           ~~
───╯

--- comparisons in a chain (full) ---
let x = 0.5
print(0 < x < 1)
===
error[E0114]: comparisons do not chain
   ╭─[ operators.dsl:2:13 ]
   │
 2 │ print(0 < x < 1)
   │         ┬   ┬
   │         ╰────── the first comparison
   │             │
   │             ╰── here
   │
   │ help: write `a < b and b < c`
───╯

--- one equals sign (full) ---
let x = 1
print(if x = 1 { 2 } else { 3 })
===
error[E0115]: `=` cannot stand inside an expression
   ╭─[ operators.dsl:2:12 ]
   │
 2 │ print(if x = 1 { 2 } else { 3 })
   │            ▲
   │
   │ help: equality is written `==`
   │
 2 │ print(if x == 1 { 2 } else { 3 })
   │            ~~
───╯

--- an arrow in a closure (full) ---
let f = x => x * 2
===
error[E0111]: `=>` is no operator of this language
   ╭─[ operators.dsl:1:11 ]
   │
 1 │ let f = x => x * 2
   │           ─▲
   │
   │ help: a closure is written `|x| e`, the type of a function `A -> B`
───╯

--- an arrow of Haskell (full) ---
let f = \x -> x * 2
===
error[E0103]: `\` has no meaning here
   ╭─[ operators.dsl:1:9 ]
   │
 1 │ let f = \x -> x * 2
   │         ▲
   │
   │ help: a closure is written `|x| e`; a statement goes on where a line ends in an operator
───╯

--- a pipe (full) ---
let x = [1.0, 2.0]
print(x |> sum)
===
error[E0111]: `|>` is no operator of this language
   ╭─[ operators.dsl:2:9 ]
   │
 2 │ print(x |> sum)
   │         ─▲
   │
   │ help: write `f(x)` or `x.f()`; `f >> g` composes functions
───╯

--- a sign of multiplication (full) ---
let x = 2.0 × 3.0
===
error[E0103]: `×` has no meaning here
   ╭─[ operators.dsl:1:13 ]
   │
 1 │ let x = 2.0 × 3.0
   │             ▲
   │
   │ help: write `*`
   │
 1 │ let x = 2.0 * 3.0
   │             ~
───╯

--- a product without a sign (full) ---
let x = 3.0
print(2x)
===
error[E0104]: `2x` is no number
   ╭─[ operators.dsl:2:7 ]
   │
 2 │ print(2x)
   │       ─┬
   │        ╰── a name cannot stand right behind a number
   │
   │ help: multiplication is written `*`
   │
 2 │ print(2*x)
   │       ~~~
───╯

--- a number without digits behind the point (full) ---
let x = 1.
===
error[E0104]: `1.` is no number
   ╭─[ operators.dsl:1:9 ]
   │
 1 │ let x = 1.
   │         ─┬
   │          ╰── a digit must follow the point
   │
   │ help: write `1.0`
   │
 1 │ let x = 1.0
   │         ~~~
───╯

--- a number without digits before the point (full) ---
let x = .5
===
error[E0104]: `.5` is no number
   ╭─[ operators.dsl:1:9 ]
   │
 1 │ let x = .5
   │         ─┬
   │          ╰── a digit must stand before the point
   │
   │ help: write `0.5`
   │
 1 │ let x = 0.5
   │         ~~~
───╯

--- a string that is added (full) ---
print("x" + "y")
===
error[E0508]: a number or tensor is needed; this is a string
   ╭─[ operators.dsl:1:7 ]
   │
 1 │ print("x" + "y")
   │       ─▲─
   │
   │ help: texts are not computed; `print` takes several values: `print("x =", x)`
───╯

--- a formatted string (full) ---
let x = 1.0
print(f"x is {x}")
===
error[E0101]: expected `,`, `)`, `:`, `for` or an operator, found a string
   ╭─[ operators.dsl:2:8 ]
   │
 2 │ print(f"x is {x}")
   │        ─────▲────
   │
   │ help: `print` takes values beside texts: `print("x =", x)`
───╯

--- a unary plus (full) ---
let x = +1.0
===
error[E0101]: expected an expression, found `+`
   ╭─[ operators.dsl:1:9 ]
   │
 1 │ let x = +1.0
   │         ▲
   │
   │ help: a number needs no `+`
   │
 1 - let x = +1.0
 1 + let x = 1.0
───╯

--- xor (full) ---
print(true ^ false)
===
error[E0504]: `^` has no meaning for `bool`
   ╭─[ operators.dsl:1:7 ]
   │
 1 │ print(true ^ false)
   │       ──────▲─────
   │
   │ help: that one of two holds is `a != b`
───╯

--- a question of membership (full) ---
print(1 in [1, 2])
===
error[E0101]: expected `,`, `)`, `for` or an operator, found `in`
   ╭─[ operators.dsl:1:9 ]
   │
 1 │ print(1 in [1, 2])
   │         ─▲
   │
   │ help: whether a tensor holds a number: `any(x[i] == a for i)`
───╯

--- is (full) ---
print(1 is 1)
===
error[E0110]: `is` is a word of other languages
   ╭─[ operators.dsl:1:9 ]
   │
 1 │ print(1 is 1)
   │         ─▲
   │
   │ help: write `==`
   │
 1 │ print(1 == 1)
   │         ~~
───╯

--- not in front of a comparison (full) ---
let x = 1
print(not x == 1)
print(!(x == 1))
===
error[E0111]: `!` is no operator of this language
   ╭─[ operators.dsl:3:7 ]
   │
 3 │ print(!(x == 1))
   │       ▲
   │
   │ help: write `not`
   │
 3 │ print(not (x == 1))
   │       ~~~~
───╯

--- routines of matrices take matrices of floats ---
print(cholesky([[1.0, 2.0]]))
print(eigh([1.0, 2.0]))
print(svd([[1, 2], [3, 4]]))
print(solve_lower([[1.0, 0.0], [1.0, 1.0]], [1.0, 2.0, 3.0]))
print(inverse(2.0))
print(argsort([true, false]))
===
operators.dsl:1:16: error[E0316]: `cholesky` takes a square matrix of floats, and this is `f64[1, 2]`
operators.dsl:2:12: error[E0316]: `eigh` takes a square matrix of floats, and this is `f64[2]`
operators.dsl:3:11: error[E0316]: `svd` takes a matrix of floats, and this is `i64[2, 2]`
operators.dsl:4:7: error[E0314]: `solve_lower(a, b)` takes a square matrix of floats and a vector or matrix of as many rows
operators.dsl:5:15: error[E0316]: `inverse` takes a square matrix of floats, and this is `f64`
operators.dsl:6:7: error[E0504]: `argsort` has no meaning for `bool`

--- a function of a matrix is from a number to a number ---
let a = [[2.0, 1.0], [1.0, 2.0]]
print(spectral(exp, [[1.0, 2.0]]))
print(spectral(|x| [x, x], a))
print(spectral(|x| x > 0, a))
print(spectral(2.0, a))
print(spectral(a))
===
operators.dsl:2:21: error[E0316]: `spectral` takes a square matrix of floats, and this is `f64[1, 2]`
operators.dsl:3:16: error[E0501]: expected f64, found `f64[2]`
operators.dsl:4:16: error[E0501]: expected f64, found `bool`
operators.dsl:5:7: error[E0601]: a number cannot be called
operators.dsl:6:7: error[E0602]: `spectral` does not take 1 argument

--- the remainder of integers (full) ---
let n = 7
print(n % 2)
===
error[E0504]: `%` has no meaning for `i64`
   ╭─[ operators.dsl:2:9 ]
   │
 2 │ print(n % 2)
   │         ▲
   │
   │ help: write `mod(n, 2)`
   │
 2 │ print(mod(n, 2))
   │       ~~~~~~~~~
───╯

--- elements of a semiring are not compared by < ---
print(minplus(3.0) < minplus(1.0))
===
operators.dsl:1:7: error[E0504]: `<` has no meaning for `minplus<f64>`

--- numbers are not paired ---
print(5 & 3)
===
operators.dsl:1:7: error[E0601]: `&` pairs functions and models; this is an integer

--- only numbers are close ---
let a = [1.0, 2.0]
assert_close((print, a), ([1.0], a))
assert_close(a, sin)
assert_close({x: "a"}, {x: 1.0})
===
operators.dsl:2:14: error[E0501]: expected numbers, found a function
operators.dsl:3:17: error[E0501]: expected numbers, found a function
operators.dsl:4:14: error[E0501]: expected numbers, found a string
