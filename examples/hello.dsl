// hello.dsl: a function, its derivative, and the derivative of that.
fn f(x: f64) -> f64 = sin(x) * exp(-x^2)
print("f'(1) =", grad(f)(1.0), " f''(1) =", grad(grad(f))(1.0))

test "derivatives are the limits of differences" {
  let h = 1e-5
  assert_close(grad(f)(1.0), (f(1 + h) - f(1 - h)) / (2 * h), 1e-9)
  assert_close(grad(grad(f))(1.0), (grad(f)(1 + h) - grad(f)(1 - h)) / (2 * h), 1e-9)
}
