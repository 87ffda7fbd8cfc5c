// The valley of Rosenbrock (1960) in many dimensions, each pair of neighbours a valley of its own.
fn rosen[n](x: f64[n]) -> f64 = sum(100 * (x[i + 1] - x[i]^2)^2 + (1 - x[i])^2 for i in 0..n - 1)

let x = [1.2, 1.0, 0.7, 1.1]
print("objective", rosen(x), " gradient", grad(rosen)(x))
print("Hessian", hessian(rosen)(x))

test "gradient and Hessian are SciPy's" {
  // scipy.optimize: rosen, rosen_der and rosen_hess of [1.2, 1.0, 0.7, 1.1]; SciPy 1.17.1.
  assert_close(rosen(x), 65.70000000000002, 1e-13)
  assert_close(grad(rosen)(x), [211.6, 32.00000000000003, -231.4, 122.00000000000001], 1e-13)
  assert_close(hessian(rosen)(x), [[1330.0, -480.0, 0.0, 0.0], [-480.0, 1122.0, -400.0, 0.0], [0.0, -400.0, 349.99999999999983, -280.0], [0.0, 0.0, -280.0, 200.0]], 1e-13)
}
