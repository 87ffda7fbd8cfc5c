--- a function with a rule of its own, to any order ---
// A rule ten times too large shows that it is the rule that is followed, and what its test says.
fn huber(x: f64) -> f64 = if abs(x) <= 1 { x^2/2 } else { abs(x) - 0.5 }
derivative huber(x: f64, y: f64, y_bar: f64) -> f64 = 10 * y_bar * max(-1, min(1, x))
print(huber(0.5), grad(huber)(0.5), grad(huber)(3.0), jvp(huber)(0.5, 2.0))
print(grad(grad(huber))(0.5), jvp(grad(huber))(0.5, 1.0), grad(|x| jvp(huber)(x, 2.0))(0.5))
print(grad(|v: f64[3]| sum(huber(v[i]) for i))([0.5, -3.0, 0.1]), grad(huber)(0.0))
===
0.125 5 10 10
10 10 20
[5, -10, 1] 0
test "derivative huber" failed: derivative.dsl:3:1: error[R1001]: this assertion does not hold

--- a rule that uses the result, and one that calls its function ---
fn by_result(x: f64) -> f64 = exp(2*x)
derivative by_result(x: f64, y: f64, y_bar: f64) -> f64 = 2*y*y_bar
fn by_call(x: f64) -> f64 = exp(2*x)
derivative by_call(x: f64, y: f64, y_bar: f64) -> f64 = 2*by_call(x)*y_bar
assert_close(grad(grad(grad(by_result)))(0.1), 8*exp(0.2), 1e-15)
assert_close(grad(grad(grad(by_call)))(0.1), 8*exp(0.2), 1e-15)
assert_close(jvp(|x| jvp(by_call)(x, 1.0))(0.1, 1.0), 4*exp(0.2), 1e-15)
assert_close(grad(|x| jvp(by_result)(x, 1.0))(0.1), 4*exp(0.2), 1e-15)

--- several parameters, sizes, and both ways of use ---
fn scaled[n](a: f64[n, n], x: f64[n], s: f64) -> f64[n] = s * (a @ x)
derivative scaled[n](a: f64[n, n], x: f64[n], s: f64, y: f64[n], y_bar: f64[n]) -> (f64[n, n], f64[n], f64) =
  ([s * y_bar[i] * x[j] for i, j], s * (a.T @ y_bar), dot(y, y_bar) / s)
let a = [[1.0, 2], [3, 4]]
// numpy: 2 * np.outer([1, 1], [1, 2]), 2 * a.T @ [1, 1], np.dot(2 * a @ [1, 2], [1, 1]) / 2
assert_close(vjp(scaled)(a, [1.0, 2], 2.0, [1.0, 1]), ([[2.0, 4], [2, 4]], [8.0, 12], 16.0))
assert_close(forward(scaled)(a, [1.0, 2], 2.0, zeros, [1.0, 1], 1.0), 2 * (a @ [1.0, 1]) + a @ [1.0, 2])
// 8 a.T @ a
assert_close(hessian(|x: f64[2]| norm(scaled(a, x, 2.0))^2)([1.0, 2]), 8 * (a.T @ a), 1e-12)

--- a parameter without a cotangent, a record, an integer ---
fn stopped[P: type](x: P) -> P = x
derivative stopped[P: type](x: P, y: P, y_bar: P) = ()
print(grad(|x| x * stopped(x))(3.0), jvp(|x| x * stopped(x^2))(3.0, 1.0))
fn power(p: {x: f64, c: f64}, k: i64) -> f64 = p.c * p.x^f64(k)
derivative power(p: {x: f64, c: f64}, k: i64, y: f64, y_bar: f64) -> ({x: f64, c: f64}, ()) =
  ({x: y_bar * f64(k) * y / p.x, c: y_bar * y / p.c}, ())
print(grad(power)({x: 2.0, c: 3.0}, 3), reverse(power)({x: 2.0, c: 3.0}, 3, 1.0))
===
3 9
{x: 36, c: 8} ({x: 36, c: 8}, ())

--- what a function argument captures gets nothing from the rule ---
fn twice(f: f64 -> f64, x: f64) -> f64 = f(f(x))
derivative twice(f: f64 -> f64, x: f64, y: f64, y_bar: f64) -> ((), f64) = ((), y_bar * grad(f)(f(x)) * grad(f)(x))
print(grad(|x| twice(|t| x * t^2, x))(2.0), grad(|x| twice(|t| 2 * t^2, x))(2.0))
===
256 256

--- in loops, branches and comprehensions, over other types ---
fn sq[F: float](x: F) -> F = x * x
derivative sq[F: float](x: F, y: F, y_bar: F) -> F = 2 * x * y_bar
fn chain(x: f64, n: i64) -> f64 {
  let mut y = x
  for _ in 0..n { y = if y > 0 { sq(y) } else { -sq(y) } }
  y
}
// x^8
print(grad(chain)(1.5, 3), 8 * 1.5^7, grad(grad(chain))(1.5, 3), 56 * 1.5^6)
print(grad(sq)(f32(3)), hessian(|x: f64[2]| sum(sq(x[i] * x[j]) for i, j))([1.0, 2]))
fn walk(x: f64) -> f64 {
  let mut y = x
  while y < 100 { y = sq(y) }
  y
}
print(grad(walk)(2.0), jvp(walk)(2.0, 1.0))
// x^4 + 2 x^2 y^2 + y^4
===
136.6875 136.6875 637.875 637.875
6 [[28, 16],
 [16, 52]]
1024 1024
