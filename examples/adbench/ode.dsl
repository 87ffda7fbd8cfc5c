// y' = (x_0, x_1 y_0, x_2 y_1, ..) from zero to t = 2, by the fourth-order method of Runge and Kutta.
fn field[n](x: f64[n], y: f64[n]) -> f64[n] = [x[i] * get(y, i - 1, 1) for i]

fn ode[n](x: f64[n], steps: i64) -> f64[n] {
  let h = 2 / f64(steps)
  let mut y: f64[n] = zeros
  for _ in 0..steps {
    let k1 = field(x, y)
    let k2 = field(x, y + h/2 * k1)
    let k3 = field(x, y + h/2 * k2)
    let k4 = field(x, y + h * k3)
    y = y + h/6 * (k1 + 2*k2 + 2*k3 + k4)
  }
  y
}

// What the benchmark differentiates: the last component.
fn last[n, n >= 1](x: f64[n], steps: i64) -> f64 = ode(x, steps)[n - 1]

let x = [0.5, 1.5, -1.0]
print("y(2)", ode(x, 10), " gradient", grad(last)(x, 10))

test "the solution is a product of powers" {
  // y_i(t) = x_0 .. x_i t^(i + 1) / (i + 1)!, and the method is exact for polynomials of this degree.
  assert_close(ode(x, 10), [1.0, 1.5, -1.0], 1e-13)
  assert_close(grad(last)(x, 10), [-2.0, -2/3, 1.0], 1e-13)
}
