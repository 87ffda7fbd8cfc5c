// The log-likelihood of a linear Gaussian state space by the Kalman filter (Kalman, 1960; Roweis and Ghahramani, A unifying
// review of linear Gaussian models, 1999, section 5), against that of the joint Gaussian of all observations.
type lds<n, m> = {a: f64[n, n], c: f64[m, n], q: f64[n, n], r: f64[m, m]}

fn kalman[n, m, t](s: lds<n, m>, ys: f64[t, m]) -> f64 {
  let mut x: f64[n]    = zeros
  let mut p: f64[n, n] = eye()
  let mut ll = 0.0
  for k in 0..t {
    x = s.a @ x
    p = s.a @ p @ s.a.T + s.q
    let v = ys[k] - s.c @ x
    let w = s.c @ p @ s.c.T + s.r
    let gain = solve(w, s.c @ p).T
    ll -= 0.5 * (dot(v, solve(w, v)) + logdet(w) + m * log(2*pi))
    x = x + gain @ v
    p = p - gain @ w @ gain.T
  }
  ll
}

// For one observed number at a time: its covariances are c P_i (a^T)^(j - i) c^T for i <= j, where P_i is that of the state.
fn joint[n, t](s: lds<n, 1>, ys: f64[t, 1]) -> f64 {
  let mut p: f64[n, n] = eye()
  let mut cov: f64[t, t] = zeros
  for i in 0..t {
    p = s.a @ p @ s.a.T + s.q
    let mut ahead = p
    for j in i..t {
      let both = (s.c @ ahead @ s.c.T)[0, 0]
      cov[i, j] = both
      cov[j, i] = both
      ahead = ahead @ s.a.T
    }
  }
  for i in 0..t { cov[i, i] += s.r[0, 0] }
  let l = cholesky(cov)
  let z = solve_lower(l, [ys[i, 0] for i])
  -0.5 * dot(z, z) - sum(log(l[i, i]) for i) - t * log(2*pi) / 2
}

let s: lds<2, 1> = {a: [[0.9, 0.2], [-0.1, 0.8]], c: [[1.0, 0.5]], q: [[0.1, 0.02], [0.02, 0.05]], r: [[0.2]]}
let ys: f64[12, 1] = normal(key(1))

test "the filter's likelihood is the joint one, and so are its derivatives" {
  print("log-likelihood", kalman(s, ys))
  assert_close(kalman(s, ys), joint(s, ys), 1e-12)
  let (by_filter, by_joint) = (grad(kalman)(s, ys), grad(joint)(s, ys))
  let symmetric = |g| {a: g.a, c: g.c, q: g.q + g.q.T, r: g.r}
  assert_close(symmetric(by_filter), symmetric(by_joint), 1e-10)
  let v: lds<2, 1> = {a: normal(key(2)), c: normal(key(3)), q: eye, r: eye}
  assert_close(dot(hvp(kalman)(s, v, ys), v), dot(hvp(joint)(s, v, ys), v), 1e-9)
}

test "gradient ascent finds a system that explains the data better" {
  let mut found = s
  for _ in 0..200 { found = found + 1e-4 * grad(kalman)(found, ys) }
  assert(kalman(found, ys) > kalman(s, ys) + 1)
}
