--- of numbers, tensors and records ---
// cos x = x: OEIS A003957
assert_close(fixpoint(|x| cos(x), 1.0, tolerance: 1e-15), 0.7390851332151607, 1e-15)
let v: f64[2] = fixpoint(|z| z / 2 + [1.0, 2.0], ones, tolerance: 1e-14)
assert_close(v, [2.0, 4.0], 1e-13)
let p = fixpoint(|p| {a: 0.5 * p.b + 1, b: 0.5 * p.a}, {a: 0.0, b: 0.0}, tolerance: 1e-14)
// a = b/2 + 1, b = a/2
assert_close(p, {a: 4 / 3, b: 2 / 3}, 1e-13)

--- its derivative ---
fn f(a: f64) -> f64 = fixpoint(|x| cos(a * x), 1.0, tolerance: 1e-14)
// x' = -x sin(a x) / (1 + a sin(a x))
let x = f(1.0)
assert_close(grad(f)(1.0), -x * sin(x) / (1 + sin(x)), 1e-12)
assert_close(jvp(f)(1.0, 1.0), grad(f)(1.0), 1e-12)
let h = 1e-4
assert_close(grad(grad(f))(1.0), (grad(f)(1.0 + h) - grad(f)(1.0 - h)) / (2 * h), 1e-6)
// The solution of a linear system, and the inverse as its derivative.
let m = [[0.2, 0.3], [-0.1, 0.4]]
fn at(b: f64[2]) -> f64[2] = fixpoint(|z| m @ z + b, zeros, tolerance: 1e-15)
let one_minus = [[0.8, -0.3], [0.1, 0.6]]
assert_close(jacobian(at)([1.0, 2.0]), solve(one_minus, eye), 1e-13)

--- one that is not reached stops the program ---
print(fixpoint(|x| cos(x), 1.0, tolerance: 0.1))
print(fixpoint(|x| 2 * x, 1.0, max_steps: 10))
===
0.7013687736227565
fixpoint.dsl:2:7: error[R1002]: no fixpoint is reached within `max_steps`

--- nor is NaN one ---
print(fixpoint(|x| log(x), 0.5))
===
fixpoint.dsl:1:7: error[R1002]: no fixpoint is reached within `max_steps`
