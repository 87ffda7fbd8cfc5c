// The character-level long short-term memory of ADBench, whose weights are diagonal: each gate has one weight and one
// bias for each character. `main` holds, layer by layer, a row of weights and a row of biases, four gates side by side.
fn layer[b](weights: f64[4 * b], biases: f64[4 * b], h: f64[b], c: f64[b], x: f64[b]) -> (f64[b], f64[b]) {
  let gate = |k, u: f64[b], i| weights[k * b + i] * u[i] + biases[k * b + i]
  let next = [sigmoid(gate(0, x, i)) * c[i] + sigmoid(gate(1, h, i)) * tanh(gate(3, h, i)) for i]
  ([sigmoid(gate(2, x, i)) * tanh(next[i]) for i], next)
}

fn lstm[l, b, t, t >= 2](main: f64[2 * l, 4 * b], extra: f64[3, b], state: f64[2 * l, b], seq: f64[t, b]) -> f64 {
  let mut s = state
  let mut total = 0.0
  for at in 0..t - 1 {
    let mut x = seq[at] * extra[0]
    for k in 0..l {
      let (h, c) = layer(main[2 * k], main[2 * k + 1], s[2 * k], s[2 * k + 1], x)
      s[2 * k] = h
      s[2 * k + 1] = c
      x = h
    }
    let y = x * extra[1] + extra[2]
    let norm = log(sum(exp(y[i]) for i) + 2)
    total += sum(seq[at + 1, i] * (y[i] - norm) for i)
  }
  -total / (b * (t - 1))
}

// Two layers over three characters; the text is "abcab".
type weights = {main: f64[4, 12], extra: f64[3, 3]}

let text = [0, 1, 2, 0, 1]
let seq = [f64(i64(text[t] == i)) for t, i in 0..3]
let state: f64[4, 3] = normal(key(1), 0, 0.1)
let p: weights = {main: normal(key(2), 0, 0.5), extra: normal(key(3), 1, 0.5)}
let objective = |p: weights| lstm(p.main, p.extra, state, seq)
print("objective", objective(p), " gradient", grad(objective)(p).extra)

test "the gradient agrees with central differences" {
  let v: weights = {main: normal(key(4)), extra: normal(key(5))}
  let apart = (objective(p + 1e-5 * v) - objective(p - 1e-5 * v)) / 2e-5
  assert_close(dot(grad(objective)(p), v), apart, 1e-8)
}
