--- Hilbert's projective metric is two tropical products ---
// d(x, y) = max (x - y) + max (y - x), symmetric, blind to a constant, with the triangle inequality.
fn hilbert[n](x: f64[n], y: f64[n]) -> f64 = max(x[i] - y[i] for i) - min(x[i] - y[i] for i)
fn by_products[m, n, d](x: f64[m, d], y: f64[n, d]) -> f64[m, n] =
  real(maxplus(x) @ maxplus(-y).T) + real(maxplus(-x) @ maxplus(y).T)
let x: f64[7, 5] = normal(key(1))
let y: f64[6, 5] = normal(key(2))
// To the bit: a maximum does not round, and max(y - x) = -min(x - y).
assert(all(by_products(x, y) == [hilbert(x[i], y[j]) for i, j]))
for i in 0..7 {
  for j in 0..6 {
    assert(hilbert(x[i], y[j]) == hilbert(y[j], x[i]))
    assert_close(hilbert(x[i] + 3.5, y[j]), hilbert(x[i], y[j]), 1e-12)
    for k in 0..7 { assert(hilbert(x[i], y[j]) <= hilbert(x[i], x[k]) + hilbert(x[k], y[j]) + 1e-12) }
  }
}

--- tropical maps bring no two points further apart ---
// In Hilbert's metric and in the largest difference, over 20,000 random pairs.
fn hilbert[n](x: f64[n], y: f64[n]) -> f64 = max(x[i] - y[i] for i) - min(x[i] - y[i] for i)
fn far(k: key) -> f64 {
  let (ka, kx, ky) = (fold_in(k, 1), fold_in(k, 2), fold_in(k, 3))
  let a: f64[4, 5] = 3 * normal(ka, shape: (4, 5))
  let x: f64[5] = 10 * normal(kx, shape: (5))
  let y: f64[5] = 10 * normal(ky, shape: (5))
  let (ax, ay) = (real(maxplus(a) @ maxplus(x)), real(maxplus(a) @ maxplus(y)))
  max(hilbert(ax, ay) - hilbert(x, y), max(abs(ax - ay)) - max(abs(x - y)))
}
assert(max(far(fold_in(key(3), i)) for i in 0..20000) <= 1e-12)

--- tropical attention commutes with scaling and with permutations ---
// Hashemi and others, Tropical attention, 2025.
fn hilbert[n](x: f64[n], y: f64[n]) -> f64 = max(x[i] - y[i] for i) - min(x[i] - y[i] for i)
type heads<h, e, d> = {q: f64[h, e, d], k: f64[h, e, d], v: f64[h, e, d]}
fn logs[n, d](x: f64[n, d]) -> f64[n, d] = [log(relu(x[i, j])) for i, j]
fn projected[n, d](u: f64[n, d]) -> f64[n, d] = [u[i, j] - max(u[i]) for i, j]
fn scores[h, n, d, e](p: heads<h, e, d>, z: f64[n, d]) -> f64[h, n, n] =
  [-hilbert(real(maxplus(p.q[a]) @ maxplus(z[i])), real(maxplus(p.k[a]) @ maxplus(z[j]))) for a, i, j]
fn context[h, n, d, e](p: heads<h, e, d>, z: f64[n, d]) -> f64[n, h, e] {
  let s = scores(p, z)
  let v = [real(maxplus(p.v[a]) @ maxplus(z[j])) for a, j]
  [exp(max(s[a, i, j] + v[a, j, b] for j)) for i, a, b]
}
let p: heads<2, 3, 4> = {q: normal(key(4)), k: normal(key(5)), v: normal(key(6))}
let w: f64[6, 4] = uniform(key(7))
// Scaling the input adds a constant to its logarithms: the scores do not see it, and the projection takes it away.
assert_close(context(p, logs(7 * w)), 7 * context(p, logs(w)), 1e-12)
assert_close(context(p, projected(logs(7 * w))), context(p, projected(logs(w))), 1e-12)
assert_close(scores(p, logs(7 * w)), scores(p, logs(w)), 1e-12)
// A permutation of the positions permutes the result, to the bit.
let order = [4, 0, 5, 2, 1, 3]
assert(all(context(p, logs(w[order])) == context(p, logs(w))[order]))
// The diagonal of the scores is zero where keys are queries.
assert(all(scores({q: p.q, k: p.q, v: p.v}, logs(w))[a, i, i] == 0.0 for a, i))

--- plain subgradient steps leave no exact zeros, proximal steps do ---
// The lasso (Tibshirani, 1996) by the proximal gradient method (Daubechies, Defrise and De Mol, 2004).
let a: f64[50, 5] = normal(key(1))
let truth = [2.0, -1, 0, 0, 0.5]
let b = a @ truth + 0.1 * normal(key(2), shape: (50))
fn norm1(x: f64[5]) -> f64 = sum(abs(x))
fn fit(x: f64[5]) -> f64 = 0.5 * sum((a @ x - b)^2)
fn soft(v: f64, t: f64) -> f64 = sign(v) * max(abs(v) - t, 0.0)
fn subgradient(lambda: f64) -> f64[5] {
  let mut x: f64[5] = zeros
  for _ in 0..2000 { x = x - 0.002 * (grad(fit)(x) + lambda * grad(norm1)(x)) }
  x
}
fn proximal(lambda: f64) -> f64[5] {
  let mut x: f64[5] = zeros
  for _ in 0..2000 {
    let y = x - 0.002 * grad(fit)(x)
    x = [soft(y[i], 0.002 * lambda) for i]
  }
  x
}
let lambdas = [1.0, 10.0, 50.0, 200.0]
let (plain, exact) = ([subgradient(lambdas[i]) for i], [proximal(lambdas[i]) for i])
assert(all(plain[i, j] != 0 for i, j) and sum(i64(exact[2, j] == 0) for j) >= 2)
assert(all(norm1(exact[i + 1]) <= norm1(exact[i]) for i in 0..3))
assert(all(exact[3] == [0.0, 0, 0, 0, 0]) and norm1(plain[3]) > 0)
