// Batch normalisation on symmetric positive definite matrices (Chen and others, A Lie group approach to Riemannian batch
// normalization, 2024). Where a group makes them flat, by coordinates `chart` with inverse `unchart`, it is that of vectors: the
// mean moves to `b`, the spread becomes `s`.
fn normalised[k, n](
  chart: f64[n, n] -> f64[n, n], unchart: f64[n, n] -> f64[n, n], ps: f64[k, n, n], b: f64[n, n], s: f64
) -> f64[k, n, n] = {
  let at = [chart(ps[i]) for i]
  let centre = mean(at[i] for i)
  let spread = mean(norm(at[i] - centre)^2 for i)
  [unchart(chart(b) + s / sqrt(spread) * (at[i] - centre)) for i]
}

// The mean and the variance that belong to the coordinates.
fn moments[k, n](chart: f64[n, n] -> f64[n, n], ps: f64[k, n, n]) -> (f64[n, n], f64) = {
  let at = [chart(ps[i]) for i]
  let centre = mean(at[i] for i)
  (centre, mean(norm(at[i] - centre)^2 for i))
}

// The log-Euclidean group: p * q = exp(log p + log q).
fn log_of[n](p: f64[n, n]) -> f64[n, n] = spectral(log, p)
fn exp_of[n](x: f64[n, n]) -> f64[n, n] = spectral(exp, x)

// The log-Cholesky group: the lower part of the factor, and the logarithm of its diagonal.
fn log_cholesky[n](p: f64[n, n]) -> f64[n, n] = {
  let l = cholesky(p)
  [if i == j { log(l[i, i]) } else { l[i, j] } for i, j]
}
fn exp_cholesky[n](x: f64[n, n]) -> f64[n, n] = {
  let l = [if i == j { exp(x[i, i]) } else { if i > j { x[i, j] } else { 0 } } for i, j]
  l @ l.T
}

fn positive(k: key) -> f64[4, 4] = {
  let a: f64[4, 4] = normal(k)
  let one: f64[4, 4] = eye
  a @ a.T + 0.5 * one
}
let ps = [positive(fold_in(key(0), i)) for i in 0..32]
let b = positive(key(1))
let s = 0.7

test "the result has the mean b and the variance s^2, in both groups" {
  let (mean1, variance1) = moments(log_of, normalised(log_of, exp_of, ps, b, s))
  assert_close(exp_of(mean1), b, 1e-10)
  assert_close(variance1, s^2, 1e-10)
  let (mean2, variance2) = moments(log_cholesky, normalised(log_cholesky, exp_cholesky, ps, b, s))
  assert_close(exp_cholesky(mean2), b, 1e-10)
  assert_close(variance2, s^2, 1e-10)
}

test "the logarithm's gradient is right, where eigenvalues are equal too" {
  let w = [[1.0, 2, 0], [2, -1, 3], [0, 3, 0.5]]
  let f = |p: f64[3, 3]| dot(w, log_of(p))
  let h = 1e-5
  let apart = |p: f64[3, 3]| {
    let e = |i: i64, j: i64| [if a == i and c == j { h } else { 0 } for a in 0..3, c in 0..3]
    let by_steps = [(f(p + e(i, j)) - f(p - e(i, j))) / (2 * h) for i in 0..3, j in 0..3]
    max(abs(grad(f)(p)[i, j] - by_steps[i, j]) for i, j)
  }
  let (one_apart, equal_apart) = (apart([[2.0, 0.5, 0], [0.5, 3, 1], [0, 1, 4]]), apart([[2.0, 0, 0], [0, 2, 0], [0, 0, 3]]))
  print("distance from differences", one_apart, equal_apart)
  assert(one_apart <= 1e-6 and equal_apart <= 1e-6)
}
