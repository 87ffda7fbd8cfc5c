// The log-likelihood of a mixture of Gaussians with a Wishart prior (ADBench, Šrajer, Kukelova and Fitzgibbon, 2018, section 3):
// alphas[k], means[k, d], icf[k, d (d + 1) / 2], the log-diagonal and then the strictly lower part, column by column.
fn gmm[n, k, d](alphas: f64[k], means: f64[k, d], icf: f64[k, div(d*(d + 1), 2)], x: f64[n, d], gamma: f64, m: i64) -> f64 {
  let qdiag = [exp(icf[a, i]) for a, i in 0..d]
  let lower = [if i > j { icf[a, d + j*d - div(j*(j + 1), 2) + i - j - 1] } else { 0 } for a in 0..k, i in 0..d, j in 0..d]
  let term  = |a, r| {
    let c = x[r] - means[a]
    let y = qdiag[a] * c + lower[a] @ c
    alphas[a] + sum(icf[a, i] for i in 0..d) - 0.5 * dot(y, y)
  }
  sum(logsumexp(term(a, r) for a in 0..k) for r in 0..n) - n * logsumexp(alphas) - n * (d * log(2*pi) / 2) + wishart(qdiag, lower, icf, gamma, m)
}
// The prior without its constant.
fn wishart[k, d, e](qdiag: f64[k, d], lower: f64[k, d, d], icf: f64[k, e], gamma: f64, m: i64) -> f64 =
  sum(0.5 * gamma^2 * (dot(qdiag[a], qdiag[a]) + dot(lower[a], lower[a])) - f64(m) * sum(icf[a, i] for i in 0..d) for a)

let x: f64[40, 3] = normal(key(1))

// The density of x[r] by determinants and inverses: the precision of a component is L L^T with L = diag(qdiag) + lower.
fn direct[n, k, d](alphas: f64[k], means: f64[k, d], icf: f64[k, div(d*(d + 1), 2)], x: f64[n, d]) -> f64 {
  let density = |a, r| {
    let l = [if i == j { exp(icf[a, i]) } else { if i > j { icf[a, d + j*d - div(j*(j + 1), 2) + i - j - 1] } else { 0 } } for i in 0..d, j in 0..d]
    let cov = inverse(l.T @ l)
    let c = x[r] - means[a]
    exp(-0.5 * dot(c, solve(cov, c))) / sqrt(det(2 * pi * cov))
  }
  let weights = softmax(alphas)
  sum(log(sum(weights[a] * density(a, r) for a in 0..k)) for r in 0..n)
}

let alphas: f64[4]   = normal(key(2))
let means: f64[4, 3] = normal(key(3))
let icf: f64[4, 6]   = normal(key(4), 0, 0.3)

test "it is the sum of the logarithms of the density" {
  let prior = wishart([exp(icf[a, i]) for a, i in 0..3], [if i > j { icf[a, 3 + j*3 - div(j*(j + 1), 2) + i - j - 1] } else { 0 } for a in 0..4, i in 0..3, j in 0..3], icf, 1.0, 0)
  print("log-likelihood", gmm(alphas, means, icf, x, 1.0, 0) - prior)
  assert_close(gmm(alphas, means, icf, x, 1.0, 0) - prior, direct(alphas, means, icf, x), 1e-11)
  let by_parts = grad(gmm, wrt: (0, 1, 2))(alphas, means, icf, x, 0.0, 0)
  assert_close(by_parts, grad(direct, wrt: (0, 1, 2))(alphas, means, icf, x), 1e-10)
}

test "adding a number to all weights changes nothing" {
  assert_close(sum(grad(gmm)(alphas, means, icf, x, 1.0, 0)), 0.0, 1e-12)
}
