// A neural ordinary differential equation (Chen and others, 2018): y' = w2 tanh(w1 y + b1) + b2, by the method of Runge
// and Kutta; half the square of where it ends.
fn field[d, h](w1: f64[h, d], b1: f64[h], w2: f64[d, h], b2: f64[d], y: f64[d]) -> f64[d] = w2 @ tanh(w1 @ y + b1) + b2

fn node[d, h](w1: f64[h, d], b1: f64[h], w2: f64[d, h], b2: f64[d], y0: f64[d], steps: i64, step: f64) -> f64 {
  let f = |y| field(w1, b1, w2, b2, y)
  let mut y = y0
  for _ in 0..steps {
    let k1 = f(y)
    let k2 = f(y + step/2 * k1)
    let k3 = f(y + step/2 * k2)
    let k4 = f(y + step * k3)
    y = y + step/6 * (k1 + 2*k2 + 2*k3 + k4)
  }
  dot(y, y) / 2
}

type weights = {w1: f64[4, 3], b1: f64[4], w2: f64[3, 4], b2: f64[3], y0: f64[3]}

fn objective(p: weights) -> f64 = node(p.w1, p.b1, p.w2, p.b2, p.y0, 20, 0.05)

let p: weights = {w1: normal(key(1)), b1: normal(key(2)), w2: normal(key(3)), b2: zeros, y0: [1.0, -0.5, 0.25]}
print("objective", objective(p), " gradient in the start", grad(objective)(p).y0)

test "the gradient agrees with central differences" {
  let v: weights = {w1: normal(key(4)), b1: normal(key(5)), w2: normal(key(6)), b2: normal(key(7)), y0: normal(key(8))}
  let apart = (objective(p + 1e-5 * v) - objective(p - 1e-5 * v)) / 2e-5
  assert_close(dot(grad(objective)(p), v), apart, 1e-8)
}

test "a linear field has a known solution" {
  // With w1 = 0 and b1 = 0 the field is b2: the end is y0 + b2, as is the gradient in the start.
  let q: weights = {w1: zeros, b1: zeros, w2: ones, b2: [1.0, 2, 3], y0: [0.5, 0, -1]}
  assert_close(grad(objective)(q).y0, [1.5, 2, 2], 1e-14)
}
