--- a linear system by products, with all its derivatives ---
fn found(m: f64[3, 3], b: f64[3]) -> f64[3] = linear_solve(|z| m @ z, b)
fn known(m: f64[3, 3], b: f64[3]) -> f64[3] = solve(m, b)
let m = [[2.0, 1, 0], [0, 3, 1], [1, 0, 4]]
let moved = [[1.0, 0.5, 0], [0, 0.3, 1], [-1, 2, 4]]
let b = [1.0, 2, 3]
assert_close(found(m, b), known(m, b), 1e-14)
assert_close(vjp(found)(m, b, [1.0, -1, 2]), vjp(known)(m, b, [1.0, -1, 2]), 1e-12)
assert_close(jvp(found)(m, moved, b), jvp(known)(m, moved, b), 1e-12)
assert_close(hessian(|m: f64[3, 3]| sum(found(m, b)))(m), hessian(|m: f64[3, 3]| sum(known(m, b)))(m), 1e-12)
// More unknowns than a restart takes steps, records, one number, nothing to do.
let big = 20 * [if i == j { 1.0 } else { 0 } for i in 0..100, j in 0..100] + normal(key(0))
let right: f64[100] = normal(key(1))
assert_close(linear_solve(|z| big @ z, right), solve(big, right), 1e-11)
assert_close(linear_solve(|z| {a: 2 * z.a + z.b[0], b: 3 * z.b}, {a: 1.0, b: [1.0, 2]}), {a: 1/3, b: [1/3, 2/3]}, 1e-14)
print(linear_solve(|x| 2 * x, 3.0), linear_solve(|x| 2 * x, 0.0), linear_solve(|x| 2 * x, nan))
print(linear_solve(|x| [[0.0, 1], [0, 0]] @ x, [1.0, 1]))
===
1.5 0 nan
implicit.dsl:16:7: error[R1002]: the map of `linear_solve` has no inverse

--- conjugate gradients ---
fn found(m: f64[3, 3], b: f64[3]) -> f64[3] = conjugate_gradient(|z| m @ z, b)
let m = [[2.0, 1, 0], [1, 3, 1], [0, 1, 4]]
let b = [1.0, 2, 3]
assert_close(found(m, b), solve(m, b), 1e-13)
let one: f64[3, 3] = eye
let gain = |t| dot(found(m + t * one, b), b)
// -b m^-2 b
assert_close(grad(gain)(0.0), -dot(solve(m, b), solve(m, b)), 1e-12)
assert_close(jvp(gain)(0.0, 1.0), -dot(solve(m, b), solve(m, b)), 1e-12)
print(conjugate_gradient(|x| -x, b))
===
implicit.dsl:10:7: error[R1002]: the map of `conjugate_gradient` is not positive definite

--- a fixpoint is differentiated as an equation, to any order and by any mix ---
fn f(a: f64) -> f64 = fixpoint(|x| cos(a * x), 1.0, tolerance: 1e-15)
let x = f(1.0)
let slope = -x * sin(x) / (1 + sin(x))
assert_close((grad(f)(1.0), jvp(f)(1.0, 1.0)), (slope, slope), 1e-14)
// x'' from the equation x'' = -cos(a x) (x + a x')^2 - sin(a x) (2 x' + a x'')
let curve = (-x * (x + slope)^2 - sin(x) * 2 * slope) / (1 + sin(x))
assert_close((grad(grad(f))(1.0), jvp(grad(f))(1.0, 1.0), grad(|a| jvp(f)(a, 1.0))(1.0)), (curve, curve, curve), 1e-13)
let h = 1e-4
assert_close(grad(grad(grad(f)))(1.0), (grad(grad(f))(1 + h) - grad(grad(f))(1 - h)) / (2 * h), 1e-7)
// The iteration is too short to have a derivative of its own: one step from the fixpoint.
fn near(a: f64) -> f64 = fixpoint(|x| cos(a * x), 0.7390851332151607, tolerance: 1e-6)
assert_close(grad(near)(1.0), slope, 1e-14)
assert_close(grad(|x0| fixpoint(|x| cos(x), x0))(1.0), 0.0)
// One inside another: y = cos(x + y)/2 and x = y is x = cos(2x)/2. scipy: brentq(lambda x: x - cos(2*x)/2, 0, 1)
fn nested(a: f64) -> f64 = fixpoint(|x| fixpoint(|y| cos(a * x + y) / 2, 0.0, tolerance: 1e-14), 0.0, tolerance: 1e-14)
let z = nested(1.0)
assert_close(z, cos(2 * z) / 2, 1e-13)
// z' = -sin(2 z) (z + 2 z') / 2
assert_close(grad(nested)(1.0), -sin(2 * z) * z / 2 / (1 + sin(2 * z)), 1e-11)
// Records, and single precision.
let p = |c: {u: f64, v: f64}| fixpoint(|p| {a: c.u * p.b + 1, b: c.v * p.a}, {a: 0.0, b: 0.0}, tolerance: 1e-15)
// a = 1 / (1 - u v), b = v a
assert_close(grad(|c| p(c).a + p(c).b)({u: 0.5, v: 0.5}), {u: 8/9 + 4/9, v: 8/9 + 16/9}, 1e-12)
assert_close(f64(grad(|a| fixpoint(|x| cos(a * x), f32(1), tolerance: 1e-6))(f32(1))), slope, 1e-5)

--- roots ---
// x = 2 sqrt(a/5), y = sqrt(a/5)
let at = |a| root(|x| [x[0]^2 + x[1]^2 - a, x[0] - 2 * x[1]], [1.0, 1.0], tolerance: 1e-13)
assert_close(at(5.0), [2.0, 1], 1e-12)
assert_close((jacobian(at)(5.0), jvp(at)(5.0, 1.0)), ([0.2, 0.1], [0.2, 0.1]), 1e-12)
assert_close(jacobian(jacobian(at))(5.0), [-0.02, -0.01], 1e-12)
// Steps that overshoot are halved: Newton's own go to infinity from here.
print(abs(root(|x| atan(x), 3.0)) < 1e-9)
print(root(|x| x^2 + 1, 3.0))
===
true
implicit.dsl:8:7: error[R1002]: no root is reached within `max_steps`

--- least points ---
let f = |x, a| (1 - x[0])^2 + a * (x[1] - x[0]^2)^2
assert_close(argmin(|x: f64[2]| f(x, 100.0), [-1.2, 1.0]), [1.0, 1], 1e-8)
// grad = 0 at x = m^-1 b: dx/dm = -m^-1 x, dx/db = m^-1
let m = [[2.0, 1], [1, 3]]
let least = |b: f64[2]| argmin(|x| dot(x, m @ x) / 2 - dot(b, x), [0.0, 0], tolerance: 1e-13)
assert_close(jacobian(least)([1.0, 2]), inverse(m), 1e-12)
let ridge = |t| argmin(|x| dot(x, m @ x) / 2 + exp(t) * dot(x, x) / 2 - x[0] + sum(x[i]^4 for i), [0.0, 0], tolerance: 1e-13)
let h = 1e-4
assert_close(jacobian(ridge)(0.0), (ridge(h) - ridge(-h)) / (2 * h), 1e-8)
assert_close(jvp(ridge)(0.0, 1.0), jacobian(ridge)(0.0), 1e-12)
assert_close(jacobian(jacobian(ridge))(0.0), (jacobian(ridge)(h) - jacobian(ridge)(-h)) / (2 * h), 1e-7)
// A gradient with respect to what an inner problem was given: the outer one of two levels.
let outer = |t| sum((ridge(t)[i] - 0.1)^2 for i) + (t - 0.2)^2
let best = argmin(outer, 0.0)
assert_close(grad(outer)(best), 0.0, 1e-7)
print(argmin([3.0, 1, 2]), argmin(abs(f64(i) - 4) for i in 0..9))
print(argmin(|x| -x^2, 1.0, max_steps: 5))
===
1 4
implicit.dsl:17:7: error[R1002]: no minimum is reached within `max_steps`

--- what no derivative passes ---
print(grad(|x| x * stop_gradient(x))(3.0), jvp(|x| stop_gradient(x^2))(3.0, 1.0), grad(|x| x * stop_gradient({a: x, k: 1}).a)(3.0))
// Straight through: the value is rounded, the derivative is that of the identity.
let through = |x| x + stop_gradient(round(x) - x)
print(through(2.3), grad(through)(2.3), grad(|x| through(x)^2)(2.3))
// A gradient for each example.
let xs = [[1.0, 2], [3, 4], [5, 6]]
let cost = |w, x| dot(w, x)^2
print([grad(cost)([1.0, 1], xs[i]) for i])
===
3 0 3
2 1 4
[[6, 12],
 [42, 56],
 [110, 132]]
