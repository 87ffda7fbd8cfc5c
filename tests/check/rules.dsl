--- a derivative of nothing ---
fn cube(x: f64) -> f64 = x^3
derivative cub(x: f64, y: f64, y_bar: f64) -> f64 = 3 * x^2 * y_bar
===
rules.dsl:2:12: error[E0710]: this file has no function `cub` to state the derivative of

--- a derivative of what another file defines ---
import loss
derivative loss.squared(x: f64, y: f64, y_bar: f64) -> f64 = y_bar
===
rules.dsl:2:12: error[E0710]: this file has no function `loss.squared` to state the derivative of

--- too few parameters ---
fn cube(x: f64) -> f64 = x^3
derivative cube(x: f64, y_bar: f64) -> f64 = 3 * x^2 * y_bar
===
rules.dsl:2:12: error[E0711]: the derivative of `cube` has 3 parameters; this has 2

--- two of one function ---
fn cube(x: f64) -> f64 = x^3
derivative cube(x: f64, y: f64, y_bar: f64) -> f64 = 3 * x^2 * y_bar
derivative cube(x: f64, y: f64, y_bar: f64) -> f64 = 3 * y / x * y_bar
===
rules.dsl:3:12: error[E0212]: `derivative cube` is defined twice

--- parameters of other types ---
fn twice[n](x: f64[n]) -> f64[n] = 2 * x
derivative twice[n](x: f64[n], y: f64[n], y_bar: f64) -> f64[n] = [2 * y_bar for i in 0..n]
===
rules.dsl:2:43: error[E0308]: `y_bar` of `derivative twice` is `f64`; this is `f64[n]`

--- cotangents of other types, and too few ---
fn same(x: f64) -> f64 = x
derivative same(x: f64, y: f64, y_bar: f64) -> f64[2] = [y_bar, y_bar]
fn scale(a: f64, x: f64[3]) -> f64[3] = a * x
derivative scale(a: f64, x: f64[3], y: f64[3], y_bar: f64[3]) -> f64 = dot(x, y_bar)
===
rules.dsl:2:57: error[E0712]: `derivative same` gives `f64[2]`; it must give `f64`
rules.dsl:4:72: error[E0712]: `derivative scale` gives `f64`; it must give `(f64, f64[3])`

--- a rule that needs itself ---
fn f(x: f64) -> f64 = x^2
derivative f(x: f64, y: f64, y_bar: f64) -> f64 = y_bar * g(x)
fn g(x: f64) -> f64 = grad(f)(x)
print(grad(f)(1.0))
===
rules.dsl:3:23: error[E0213]: recursion: derivative f calls g calls derivative f
