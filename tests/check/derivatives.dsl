--- a gradient of a vector (full) ---
fn f(x: f64[2]) -> f64[2] = 2 * x
print(grad(f)([1.0, 2.0]))
===
error[E0701]: `grad` needs a function with one real result; this gives `f64[2]`
   ╭─[ derivatives.dsl:2:12 ]
   │
 2 │ print(grad(f)([1.0, 2.0]))
   │       ─────┬───┬─────────
   │            ╰─────────────── here
   │                │
   │                ╰─────────── asked for here
   │
   │ help: use `jacobian` or `vjp` for other results
───╯

--- a gradient in an integer (full) ---
fn f(k: i64) -> f64 = f64(k)^2
print(grad(f)(3))
===
error[E0702]: an argument of type `i64` has no gradient
   ╭─[ derivatives.dsl:2:7 ]
   │
 2 │ print(grad(f)(3))
   │       ─────▲────
   │
   │ help: say what to differentiate in: `grad(f, wrt: 1)` or `wrt: p.w`
───╯

--- a gradient in a record with an integer (full) ---
fn f(p: {w: f64, k: i64}) -> f64 = p.w * f64(p.k)
print(grad(f)({w: 1.0, k: 2}))
===
error[E0702]: the field `k` of type `i64` has no gradient
   ╭─[ derivatives.dsl:2:7 ]
   │
 2 │ print(grad(f)({w: 1.0, k: 2}))
   │       ───────────▲───────────
   │
   │ help: say what to differentiate in: `grad(f, wrt: 1)` or `wrt: p.w`
───╯

--- a gradient of a value (full) ---
fn f(x: f64) -> f64 = x^2
print(grad(f(3.0)))
===
error[E0601]: `f64` cannot be called
   ╭─[ derivatives.dsl:2:12 ]
   │
 2 │ print(grad(f(3.0)))
   │            ───▲──
   │
   │ help: `grad` takes the function itself: `grad(f)(3.0)`
   │
 2 │ print(grad(f)(3.0))
   │            ~~~~~~
───╯

--- a gradient with its argument inside (full) ---
fn f(x: f64) -> f64 = x^2
print(grad(f, 3.0))
===
error[E0704]: a derivative operator takes a function, and `wrt:` a position, a parameter, a part of one, or a tuple of these
   ╭─[ derivatives.dsl:2:15 ]
   │
 2 │ print(grad(f, 3.0))
   │               ─▲─
   │
   │ help: arguments follow in parentheses of their own: `grad(f)(3.0)`
───╯

--- a gradient of an integer function (full) ---
fn f(x: f64) -> i64 = i64(x)
print(grad(f)(1.0))
===
error[E0701]: `grad` needs a function with one real result; this gives `i64`
   ╭─[ derivatives.dsl:2:12 ]
   │
 2 │ print(grad(f)(1.0))
   │       ─────┬┬─────
   │            ╰──────── here
   │             │
   │             ╰─────── asked for here
   │
   │ help: integers and bools do not move: give a float as the result
───╯

--- a name in quotes (full) ---
fn f(a: f64, b: f64) -> f64 = a * b
print(grad(f, wrt: "b")(1.0, 2.0))
===
error[E0704]: a derivative operator takes a function, and `wrt:` a position, a parameter, a part of one, or a tuple of these
   ╭─[ derivatives.dsl:2:20 ]
   │
 2 │ print(grad(f, wrt: "b")(1.0, 2.0))
   │                    ─▲─
   │
   │ help: a parameter is written without quotes
   │
 2 │ print(grad(f, wrt: b)(1.0, 2.0))
   │                    ~
───╯

--- an unknown name to differentiate in (full) ---
fn f(weight: f64, bias: f64) -> f64 = weight * bias
print(grad(f, wrt: wieght)(1.0, 2.0))
===
error[E0708]: the function has no parameter `wieght`
   ╭─[ derivatives.dsl:2:20 ]
   │
 2 │ print(grad(f, wrt: wieght)(1.0, 2.0))
   │                    ───▲──
   │
   │ note: its parameters are `weight`, `bias`
   │ help: did you mean `weight`?
   │
 2 │ print(grad(f, wrt: weight)(1.0, 2.0))
   │                    ~~~~~~
───╯

--- a position that is not there (full) ---
fn f(a: f64, b: f64) -> f64 = a * b
print(grad(f, wrt: 2)(1.0, 2.0))
===
error[E0703]: `wrt: 2`, but there are 2 arguments, counted from 0
   ╭─[ derivatives.dsl:2:20 ]
   │
 2 │ print(grad(f, wrt: 2)(1.0, 2.0))
   │                    ▲
───╯

--- the argnums of JAX (full) ---
fn f(a: f64, b: f64) -> f64 = a * b
print(grad(f, argnums: 1)(1.0, 2.0))
===
error[E0704]: `grad` has no argument `argnums`
   ╭─[ derivatives.dsl:2:15 ]
   │
 2 │ print(grad(f, argnums: 1)(1.0, 2.0))
   │               ───▲───
   │
   │ help: what to differentiate in is said by `wrt:`, a position or the name of a parameter
   │
 2 │ print(grad(f, wrt: 1)(1.0, 2.0))
   │               ~~~
───╯

--- the same place twice (full) ---
fn f(p: {a: f64, b: f64}) -> f64 = p.a * p.b
print(grad(f, wrt: (p, p.a))({a: 1.0, b: 2.0}))
===
error[E0709]: this is taken in already
   ╭─[ derivatives.dsl:2:24 ]
   │
 2 │ print(grad(f, wrt: (p, p.a))({a: 1.0, b: 2.0}))
   │                     ┬  ─┬─
   │                     ╰─────── here, by itself or as a part
   │                         │
   │                         ╰─── here
───╯

--- a gradient of the wrong arity (full) ---
fn f(a: f64, b: f64) -> f64 = a * b
print(grad(f)(1.0))
===
error[E0602]: `f` takes 2 arguments, not 1
   ╭─[ derivatives.dsl:2:7 ]
   │
 1 │ fn f(a: f64, b: f64) -> f64 = a * b
   │    ┬
   │    ╰── defined here
 2 │ print(grad(f)(1.0))
   │       ──────▲─────
───╯

--- a gradient of the wrong shape (full) ---
fn f(x: f64[3]) -> f64 = sum(x)
print(grad(f)([1.0, 2.0]))
===
error[E0308]: `x` of `f` is `f64[3]`; this is `f64[2]`
   ╭─[ derivatives.dsl:2:15 ]
   │
 1 │ fn f(x: f64[3]) -> f64 = sum(x)
   │      ┬
   │      ╰── `x: f64[3]` is declared here
 2 │ print(grad(f)([1.0, 2.0]))
   │               ─────┬────
   │                    ╰────── `f64[2]`
───╯

--- a direction of another shape (full) ---
fn f(x: f64[2]) -> f64 = sum(x)
print(jvp(f)([1.0, 2.0], [1.0]))
===
error[E0502]: expected `f64[2]`, found `f64[1]`
   ╭─[ derivatives.dsl:2:26 ]
   │
 2 │ print(jvp(f)([1.0, 2.0], [1.0]))
   │                          ──▲──
───╯

--- a hessian of a vector (full) ---
fn f(x: f64[2]) -> f64[2] = x
print(hessian(f)([1.0, 2.0]))
===
error[E0701]: `grad` needs a function with one real result; this gives `f64[2]`
   ╭─[ derivatives.dsl:2:15 ]
   │
 2 │ print(hessian(f)([1.0, 2.0]))
   │       ────────┬──┬──────────
   │               ╰─────────────── here
   │                  │
   │                  ╰──────────── asked for here
   │
   │ help: use `jacobian` or `vjp` for other results
───╯

--- backward of PyTorch (full) ---
let x = 2.0
let loss = x^2
loss.backward()
===
error[E0203]: there is no field or function `backward`
   ╭─[ derivatives.dsl:3:6 ]
   │
 3 │ loss.backward()
   │      ────▲───
   │
   │ help: derivatives are of functions: `grad(f)(x)`
───╯

--- a prime (full) ---
fn f(x: f64) -> f64 = x^2
print(f'(1.0))
===
error[E0103]: `'` has no meaning here
   ╭─[ derivatives.dsl:2:8 ]
   │
 2 │ print(f'(1.0))
   │        ▲
   │
   │ help: the derivative of a function is written `grad(f)`
───╯

--- a gradient of print (full) ---
print(grad(print)(1.0))
===
error[E0801]: `print` stands at top level only, or in a `test` block
   ╭─[ derivatives.dsl:1:7 ]
   │
 1 │ print(grad(print)(1.0))
   │       ────────▲───────
   │
   │ help: give the value as the result of the function, and print it where that is called
───╯

--- a step with the gradient of another shape (full) ---
fn cost(p: {w: f64[2], b: f64}) -> f64 = sum(p.w) * p.b
let mut p = {w: [1.0, 2.0], b: 0.0}
p.w -= 0.1 * grad(cost)(p)
===
error[E0504]: `-` has no meaning for `f64[2]` and `{w: f64[2], b: f64}`
   ╭─[ derivatives.dsl:3:1 ]
   │
 3 │ p.w -= 0.1 * grad(cost)(p)
   │ ─┬───────────┬──┬─────────
   │  ╰────────────────────────── `f64[2]`
   │              │  │
   │              ╰────────────── here
   │                 │
   │                 ╰─────────── `{w: f64[2], b: f64}`
───╯

--- d/dx as a function (full) ---
print(diff(sin)(1.0), derivative(sin)(1.0), gradient(sin)(1.0))
===
error[E0201]: nothing is called `diff` here
   ╭─[ derivatives.dsl:1:7 ]
   │
 1 │ print(diff(sin)(1.0), derivative(sin)(1.0), gradient(sin)(1.0))
   │       ──▲─
   │
   │ help: write `grad(f)`
   │
 1 │ print(grad(sin)(1.0), derivative(sin)(1.0), gradient(sin)(1.0))
   │       ~~~~
───╯

error[E0201]: nothing is called `derivative` here
   ╭─[ derivatives.dsl:1:23 ]
   │
 1 │ print(diff(sin)(1.0), derivative(sin)(1.0), gradient(sin)(1.0))
   │                       ─────▲────
   │
   │ help: write `grad(f)`
   │
 1 │ print(diff(sin)(1.0), grad(sin)(1.0), gradient(sin)(1.0))
   │                       ~~~~
───╯

error[E0201]: nothing is called `gradient` here
   ╭─[ derivatives.dsl:1:45 ]
   │
 1 │ print(diff(sin)(1.0), derivative(sin)(1.0), gradient(sin)(1.0))
   │                                             ────▲───
   │
   │ help: write `grad(f)`
   │
 1 │ print(diff(sin)(1.0), derivative(sin)(1.0), grad(sin)(1.0))
   │                                             ~~~~
───╯

--- a gradient of a bool (full) ---
print(grad(|x| x > 0)(1.0))
===
error[E0701]: `grad` needs a function with one real result; this gives `bool`
   ╭─[ derivatives.dsl:1:12 ]
   │
 1 │ print(grad(|x| x > 0)(1.0))
   │       ─────────┬┬─────────
   │                ╰──────────── here
   │                 │
   │                 ╰─────────── asked for here
   │
   │ help: integers and bools do not move: give a float as the result
───╯

--- a gradient in one argument for two names (full) ---
fn g(x: f64, y: f64) -> f64 = x * y
let (a, b) = grad(g)(1.0, 2.0)
print(a, b)
===
error[E0514]: `grad` gives the gradient in the first argument alone
   ╭─[ derivatives.dsl:2:5 ]
   │
 2 │ let (a, b) = grad(g)(1.0, 2.0)
   │     ───┬──   ───┬───
   │        ╰────────────── here
   │                 │
   │                 ╰───── without `wrt`, `grad` moves one argument
   │
   │ help: say in what it is taken: `wrt: (x, y)`
   │
 2 │ let (a, b) = grad(g, wrt: (x, y))(1.0, 2.0)
   │                    +++++++++++++
───╯

--- a gradient in an argument that is not used (full) ---
fn f(x: f64, y: f64) -> f64 = y * 2
print(grad(f)(1.0, 2.0))
===
warning[W0710]: this gradient is zero: the function does not use `x`
   ╭─[ derivatives.dsl:2:7 ]
   │
 1 │ fn f(x: f64, y: f64) -> f64 = y * 2
   │      ┬
   │      ╰── nothing mentions it
 2 │ print(grad(f)(1.0, 2.0))
   │       ────────▲────────
   │
   │ help: `wrt:` names the argument that is meant
───╯

--- a gradient in an argument of a closure that is not used ---
print(grad(|x| 3.0)(1.0), grad(|_x| 3.0)(1.0), grad(|x, y| x, wrt: (0, 1))(1.0, 2.0))
===
derivatives.dsl:1:7: warning[W0710]: this gradient is zero: the function does not use `x`
derivatives.dsl:1:48: warning[W0710]: this gradient is zero: the function does not use `y`
