// Gradient descent on too many factors (Xiong, Ding and Du, How over-parameterization slows down gradient descent in matrix
// sensing, 2024; here all entries are seen). Symmetric X <- X - eta (X X^T - M) X, of k columns for a matrix of rank r, has
// |X X^T - M|^2 = Theta(1 / T^2) for k > r, and exp(-Omega(T)) for k = r. Asymmetric factors that start
// out of balance are exponential in a^2 T, where a is their scale.
let n = 10
let d: f64[10, 2] = normal(key(1))
let (u, _) = qr(d)
let m = u @ u.T

fn gap[n](a: f64[n, n]) -> f64 = dot(a, a)

fn symmetric[n, k](x0: f64[n, k], m: f64[n, n], steps: i64) -> f64[n, k] {
  let mut x = x0
  for _ in 0..steps { x -= 0.1 * ((x @ x.T - m) @ x) }
  x
}

fn asymmetric[n, k](f0: f64[n, k], g0: f64[n, k], m: f64[n, n], steps: i64) -> f64 {
  let mut (f, g) = (f0, g0)
  for _ in 0..steps {
    let e = f @ g.T - m
    (f, g) = (f - 0.1 * (e @ g), g - 0.1 * (e.T @ f))
  }
  gap(f @ g.T - m)
}

test "a rank that is guessed too high slows gradient descent from exponential to 1 / T^2" {
  let wide: f64[10, 5] = normal(key(2), 0, 0.3)
  let early = symmetric(wide, m, 1000)
  let late = symmetric(early, m, 7000)
  let (before, after) = (gap(early @ early.T - m), gap(late @ late.T - m))
  let slope = log(after / before) / log(8.0)
  let exact: f64[10, 2] = normal(key(3), 0, 0.3)
  let found = symmetric(exact, m, 8000)
  let (_, s, _) = svd(late)
  print("k = 5: slope", slope, "singular values", s)
  print("k = 2: final", gap(found @ found.T - m))
  assert(-2.3 <= slope and slope <= -1.7)
  assert(gap(found @ found.T - m) < 1e-25)
  // The columns too many die out like the root of 1 / T.
  assert(s[1] > 0.99 and s[2] < 0.1 and s[4] > 1e-4)
}

test "asymmetric factors out of balance are exponential again, the faster the larger they start" {
  let f: f64[10, 5] = normal(key(4))
  let g: f64[10, 5] = normal(key(5))
  let at = |a, steps| asymmetric(a / sqrt(5.0) * f, a / sqrt(45.0) * g, m, steps)
  let (large, small, end) = (at(0.5, 1000), at(0.1, 1000), at(0.5, 8000))
  print("after 1000 steps: scale 0.5", large, "scale 0.1", small, "; after 8000", end)
  assert(large < small)
  assert(end < 1e-20)
}
