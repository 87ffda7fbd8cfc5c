// A convolution, multi-head attention and a recurrent layer, each as one comprehension or scan over its equations.
fn conv1d[n, k, c, d](x: f64[n, c], w: f64[k, c, d], b: f64[d]) -> f64[n - k + 1, d] =
  [sum(x[i + j, a] * w[j, a, o] for j, a) + b[o] for i, o]
fn same[n](x: f64[n], w: f64[3]) -> f64[n] = [sum(get(x, i + j - 1, 0) * w[j] for j) for i in 0..n]

// Vaswani and others, Attention is all you need, 2017, section 3.2.
type heads<h, e, d> = {q: f64[h, e, d], k: f64[h, e, d], v: f64[h, e, d], o: f64[d, h, e]}
fn attention[n, d, h, e](p: heads<h, e, d>, x: f64[n, d]) -> f64[n, d] {
  let q = [sum(p.q[a, b, c] * x[i, c] for c) for a, i, b]
  let k = [sum(p.k[a, b, c] * x[i, c] for c) for a, i, b]
  let v = [sum(p.v[a, b, c] * x[i, c] for c) for a, i, b]
  let s = [softmax([sum(q[a, i, b] * k[a, j, b] for b) / sqrt(e) for j]) for a, i]
  [sum(p.o[c, a, b] * s[a, i, j] * v[a, j, b] for a, b, j) for i, c]
}

// Hochreiter and Schmidhuber, Long short-term memory, 1997, with the forget gate of Gers and others, 2000.
type cell<d, h> = {w: f64[4, h, d], u: f64[4, h, h], b: f64[4, h]}
fn lstm[t, d, h](p: cell<d, h>, xs: f64[t, d]) -> f64[t, h] {
  let step = |(c, y), x| {
    let z  = [dot(p.w[g, i], x) + dot(p.u[g, i], y) + p.b[g, i] for g, i]
    let c1 = sigmoid(z[0]) * c + sigmoid(z[1]) * tanh(z[2])
    let y1 = sigmoid(z[3]) * tanh(c1)
    ((c1, y1), y1)
  }
  let (_, ys) = scan(step, (zeros, zeros), xs)
  ys
}

test "a convolution by hand, and one that keeps the length" {
  let x = [[1.0], [2.0], [4.0], [8.0]]
  assert_close(conv1d(x, [[[1.0]], [[10.0]]], [0.5]), [[21.5], [42.5], [84.5]])
  assert_close(same([1.0, 2, 4, 8], [1.0, 10, 100]), [210.0, 421, 842, 84])
  // The gradient in the input is the convolution with the weights reversed.
  let y_bar = [1.0, -2, 3, 5]
  assert_close(vjp(same)([0.0, 0, 0, 0], [1.0, 10, 100], y_bar).0, same(y_bar, [100.0, 10, 1]))
}

let x: f64[5, 4] = normal(key(1))
let p: heads<2, 3, 4> = {q: normal(key(2)), k: normal(key(3)), v: normal(key(4)), o: normal(key(5))}

test "attention commutes with permutations of the positions" {
  let order = [3, 1, 4, 0, 2]
  assert_close(attention(p, x[order]), attention(p, x)[order], 1e-12)
}

test "equal keys give the mean of the values" {
  let flat = {q: p.q, k: 0 * p.k, v: p.v, o: p.o}
  let y = attention(flat, x)
  let middle = [mean(x[i, c] for i) for c]
  let want = [sum(p.o[c, a, b] * p.v[a, b, d] * middle[d] for a, b, d) for c]
  assert_close([y[i] for i], [want for i in 0..5], 1e-12)
}

test "the gradient through a recurrent layer agrees with differences" {
  let q: cell<4, 3> = {w: normal(key(6)), u: normal(key(7)), b: normal(key(8))}
  let v: cell<4, 3> = {w: normal(key(9)), u: normal(key(10)), b: normal(key(11))}
  let total = |q| { let y = lstm(q, x); dot(y, y) }
  let h = 1e-5
  let by_differences = (total(q + h*v) - total(q - h*v)) / (2*h)
  print("slope", dot(grad(total)(q), v), "by differences", by_differences)
  assert_close(dot(grad(total)(q), v), by_differences, 1e-8)
  assert_close(jvp(total)(q, v), by_differences, 1e-8)
}
