// Invariant metrics on symmetric positive definite matrices (Thanwerdas and Pennec, O(n)-invariant Riemannian metrics on SPD
// matrices, 2023): with s = p diag(d) p^T and y = p^T x p the metric is sum y_ij^2 / phi(d_i, d_j), and it is the Hessian at
// q = s of half the squared distance.
//
// There all eigenvalues of s^-1/2 q s^-1/2 are 1, and a second derivative by way of `eigh`, which divides by their differences,
// is noise. `spectral` is differentiated by divided differences, so distances are written as its traces.
fn trace[n](a: f64[n, n]) -> f64 = sum(a[i, i] for i)

// Affine-invariant: |log(s^-1/2 q s^-1/2)|^2; phi is d_i d_j.
fn affine[n](s: f64[n, n], q: f64[n, n]) -> f64 = {
  let r = spectral(|d| 1 / sqrt(d), s)
  trace(spectral(|l| log(l)^2, r @ q @ r)) / 2
}

// Log-Euclidean: |log(s) - log(q)|^2; phi is ((d_i - d_j) / (log d_i - log d_j))^2.
fn log_euclidean[n](s: f64[n, n], q: f64[n, n]) -> f64 = {
  let e = spectral(log, s) - spectral(log, q)
  dot(e, e) / 2
}

// Bures and Wasserstein: tr s + tr q - 2 tr (s^1/2 q s^1/2)^1/2; phi is 2 (d_i + d_j).
fn bures_wasserstein[n](s: f64[n, n], q: f64[n, n]) -> f64 = {
  let r = spectral(sqrt, s)
  (trace(s) + trace(q) - 2 * trace(spectral(sqrt, r @ q @ r))) / 2
}

fn metric[n](phi: (f64, f64) -> f64, s: f64[n, n], x: f64[n, n]) -> f64 = {
  let (d, p) = eigh(s)
  let y = p.T @ x @ p
  sum(y[i, j]^2 / phi(d[i], d[j]) for i, j)
}

fn second[n](distance: (f64[n, n], f64[n, n]) -> f64, s: f64[n, n], x: f64[n, n]) -> f64 =
  grad(|t| grad(|t| distance(s, s + t*x))(t))(0.0)

let a: f64[3, 3] = normal(key(1))
let s = a @ a.T + eye()
let b: f64[3, 3] = normal(key(2))
let x = b + b.T

test "the Hessian of half the squared distance is the metric" {
  let found = (second(affine, s, x), second(log_euclidean, s, x), second(bures_wasserstein, s, x))
  print("affine-invariant, log-Euclidean, Bures-Wasserstein", found)
  let slope = |u, v| if abs(u - v) < 1e-6 { u } else { (u - v) / (log(u) - log(v)) }
  assert_close(found.0, metric(|u, v| u * v, s, x), 1e-9)
  assert_close(found.1, metric(|u, v| slope(u, v)^2, s, x), 1e-9)
  assert_close(found.2, metric(|u, v| 2 * (u + v), s, x), 1e-9)
}

test "the same where eigenvalues of the point are equal too" {
  let s2 = [[2.0, 0, 0], [0, 2, 0], [0, 0, 3]]
  assert_close(second(affine, s2, x), metric(|u, v| u * v, s2, x), 1e-9)
  assert_close(second(bures_wasserstein, s2, x), metric(|u, v| 2 * (u + v), s2, x), 1e-9)
}

test "the affine-invariant distance does not see a change of basis" {
  let q = s + 0.3 * x @ x
  let along: f64[3, 3] = normal(key(3))
  assert_close(affine(along @ s @ along.T, along @ q @ along.T), affine(s, q), 1e-9)
}

test "the metrics do not see rotations" {
  let apart = |k: i64| {
    let m: f64[3, 3] = normal(fold_in(key(4), k))
    let (r, _) = qr(m)
    let (s2, x2) = (r @ s @ r.T, r @ x @ r.T)
    let slope = |u, v| if abs(u - v) < 1e-6 { u } else { (u - v) / (log(u) - log(v)) }
    let of = |phi: (f64, f64) -> f64| abs(metric(phi, s2, x2) - metric(phi, s, x)) / metric(phi, s, x)
    max(of(|u, v| u * v), max(of(|u, v| slope(u, v)^2), of(|u, v| 2 * (u + v))))
  }
  assert(max(apart(k) for k in 0..20) <= 1e-10)
}
