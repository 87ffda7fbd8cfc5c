// The Gaussian mixture of ADBench in gradbench's corrected form. The inverse covariance factor of a component is lower
// triangular: the exponential of `q` on its diagonal, `l` below it, column by column.
fn gmm[n, k, d](alpha: f64[k], mu: f64[k, d], q: f64[k, d], l: f64[k, div(d * (d - 1), 2)], x: f64[n, d], gamma: f64, m: i64) -> f64 {
  let diagonal = exp(q)
  let lower = [where(i > j, get(l, c, j * d - div(j * (j + 1), 2) + i - j - 1, 0), 0) for c in 0..k, i in 0..d, j in 0..d]
  let beta = |r, c| {
    let off = x[r] - mu[c]
    let y = diagonal[c] * off + lower[c] @ off
    alpha[c] + sum(q[c]) - dot(y, y) / 2
  }
  let fit = sum(logsumexp(beta(r, c) for c in 0..k) for r in 0..n) - n * logsumexp(alpha)
  fit - n * d / 2 * log(2 * pi) + wishart(diagonal, lower, gamma, m) + f64(m) * sum(q)
}

// The Wishart prior of the factors, up to the part that is linear in `q`.
fn wishart[k, d](diagonal: f64[k, d], lower: f64[k, d, d], gamma: f64, m: i64) -> f64 {
  let nu = f64(d + m + 1)
  let scale = nu * d * log(gamma / sqrt(2.0)) - lgamma_of(nu / 2, d)
  k * scale - gamma^2 / 2 * (sum(diagonal[c, i]^2 for c, i) + sum(lower[c, i, j]^2 for c, i, j))
}

// The multivariate gamma function's logarithm.
fn lgamma_of(a: f64, d) -> f64 = d * (d - 1) / 4 * log(pi) + sum(lgamma(a - f64(j) / 2) for j in 0..d)

// The small test of ADBench.
let alpha = [-0.649014, 1.181166, -0.758453]
let mu = [[0.092339, 0.18626], [0.345561, 0.396767], [0.538817, 0.419195]]
let q = [[0.586443, -0.851887], [-1.509405, 0.875874], [0.166813, -1.965419]]
let l = [[0.800321], [-0.24279], [-1.270071]]
let x = [[1.175171, 2.02916]]
print("objective", gmm(alpha, mu, q, l, x, 1.0, 0), " gradient", grad(gmm)(alpha, mu, q, l, x, 1.0, 0))

test "objective and gradient are JAX's" {
  // JAX 0.10 in f64; the hand-written C++ of gradbench agrees.
  assert_close(gmm(alpha, mu, q, l, x, 1.0, 0), -20.067360546658307, 1e-13)
  let expected = [0.10866285550865229, -0.7412700395238985, 0.6326071840152463]
  assert_close(grad(gmm)(alpha, mu, q, l, x, 1.0, 0), expected, 1e-12)
}
