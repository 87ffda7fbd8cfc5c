// A polynomial against the sign of t, in the least squares over n points of [-1, 1].
fn llsq[m](x: f64[m], n) -> f64 = sum((sign(t(i, n)) - sum(x[j] * t(i, n)^f64(j) for j))^2 for i in 0..n) / 2

fn t(i: i64, n) -> f64 = 2 * f64(i) / (n - 1) - 1

let x = [0.0, 1.0, 0.25]
print("objective", llsq(x, 16), " gradient", grad(llsq)(x, 16))

test "the gradient is zero at the solution of the normal equations" {
  let a = [t(i, 16)^f64(j) for i in 0..16, j in 0..3]
  let best = solve(a.T @ a, a.T @ [sign(t(i, 16)) for i in 0..16])
  assert(norm(grad(llsq)(best, 16)) < 1e-12)
}
