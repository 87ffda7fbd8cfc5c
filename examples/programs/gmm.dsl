// The Gaussian mixture of ADBench in gradbench's corrected form: alphas[k], means[k, d], and icf[k, d (d + 1) / 2], each
// row the logarithms of the diagonal of an inverse covariance factor, then what stands below it, column by column.
fn gmm[n, k, d](alphas: f64[k], means: f64[k, d], icf: f64[k, div(d*(d + 1), 2)], x: f64[n, d], gamma: f64, m: i64) -> f64 {
  let qdiag = [exp(icf[a, i]) for a, i in 0..d]
  let lower = [if i > j { icf[a, d + j*d - div(j*(j + 1), 2) + i - j - 1] } else { 0 } for a in 0..k, i in 0..d, j in 0..d]
  let term  = |a, r| {
    let c = x[r] - means[a]
    let y = qdiag[a] * c + lower[a] @ c
    alphas[a] + sum(icf[a, i] for i in 0..d) - 0.5 * dot(y, y)
  }
  let fit = sum(logsumexp(term(a, r) for a in 0..k) for r in 0..n) - n * logsumexp(alphas)
  let logs = [icf[a, i] for a in 0..k, i in 0..d]
  fit - n * d / 2 * log(2*pi) + wishart(qdiag, lower, logs, gamma, m)
}

// The Wishart prior of the factors.
fn wishart[k, d](qdiag: f64[k, d], lower: f64[k, d, d], logs: f64[k, d], gamma: f64, m: i64) -> f64 {
  let nu = d + m + 1
  let scale = f64(nu) * d * log(gamma / sqrt(2.0)) - log_gamma(nu, d)
  k * scale - 0.5 * gamma^2 * (sum(qdiag[a, i]^2 for a, i) + sum(lower[a, i, j]^2 for a, i, j)) + f64(m) * sum(logs)
}

// log Gamma_d(n / 2), and log Gamma(n / 2) by its recursion from 1/2 or 1: only halves are needed.
fn log_gamma(n: i64, d) -> f64 = d * (d - 1) / 4 * log(pi) + sum(log_gamma_half(n - j) for j in 0..d)
fn log_gamma_half(n: i64) -> f64 {
  let mut at = mod(n + 1, 2) + 1
  let mut value = if at == 1 { 0.5 * log(pi) } else { 0.0 }
  while at < n {
    value += log(f64(at) / 2)
    at += 2
  }
  value
}

// The small test of ADBench; the numbers are JAX's, and gradbench's hand-written C++ agrees with them.
let alphas = [-0.649014, 1.181166, -0.758453]
let means = [[0.092339, 0.18626], [0.345561, 0.396767], [0.538817, 0.419195]]
let icf = [[0.586443, -0.851887, 0.800321], [-1.509405, 0.875874, -0.24279], [0.166813, -1.965419, -1.270071]]
let x = [[1.175171, 2.02916]]
let objective = gmm(alphas, means, icf, x, 1.0, 0)
let (a, mu, q) = grad(gmm, wrt: (alphas, means, icf))(alphas, means, icf, x, 1.0, 0)
print("objective", objective, " gradient", a)
assert_close(objective, -20.067360546658307, 1e-13)
assert_close(a, [0.10866285550865229, -0.7412700395238985, 0.6326071840152463], 1e-12)
assert_close(mu, [
  [1.1169257653278692, 0.1633330135514552],
  [-0.021998982407119318, 0.22777829225423613],
  [1.2096302561283223, -0.06063759207339566]], 1e-12)
assert_close(q, [
  [-3.8773095398535964, -0.25135805704682374, -1.2148976901503878],
  [-0.024200595440323023, -6.110977409271949, 0.1640855903225535],
  [-1.0731187704460854, 0.8208366546891368, 1.5455010695336773]], 1e-12)
