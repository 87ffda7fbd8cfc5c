// A recurrent network over a batch: the mean square of its last state.
fn rnn[t, b, i, h](wx: f64[i, h], wh: f64[h, h], bias: f64[h], xs: f64[t, b, i], h0: f64[b, h]) -> f64 {
  let step = |state, x| {
    let moved = x @ wx + state @ wh
    let next = [tanh(moved[r, c] + bias[c]) for r, c]
    (next, ())
  }
  let (last, _) = scan(step, h0, xs)
  mean(last[r, c]^2 for r, c)
}

type weights = {x: f64[3, 4], h: f64[4, 4], bias: f64[4]}

let xs: f64[5, 2, 3] = normal(key(1))
let p: weights = {x: normal(key(2)), h: normal(key(3), 0, 0.5), bias: zeros}
let objective = |p: weights| rnn(p.x, p.h, p.bias, xs, zeros)
print("objective", objective(p), " gradient in the bias", grad(objective)(p).bias)

test "the gradient agrees with central differences" {
  let v: weights = {x: normal(key(4)), h: normal(key(5)), bias: normal(key(6))}
  let apart = (objective(p + 1e-5 * v) - objective(p - 1e-5 * v)) / 2e-5
  assert_close(dot(grad(objective)(p), v), apart, 1e-8)
}
