// AI-SARAH (Shi, Sadiev, Loizou, Richtarik and Takac, AI-SARAH: adaptive and implicit stochastic recursive gradient methods,
// 2023): a recursive gradient estimate, and a step length from the local curvature of the batch: the minimiser of
// xi(a) = |grad f(w - a v) - grad f(w) + v|^2, by one Newton step from a = 0, in which third derivatives stand.

// Rows of a logistic regression with a regularised loss.
let rows = 1024
let truth: f64[8] = normal(key(0))
let x: f64[1024, 8] = normal(key(1))
let noise: f64[1024] = normal(key(2))
let y = [if dot(x[i], truth) + noise[i] > 0 { 1.0 } else { -1.0 } for i]

fn loss(w: f64[8], at: i64[16]) -> f64 = mean(softplus(-y[at[i]] * dot(x[at[i]], w)) for i) + dot(w, w) / 50
fn whole(w: f64[8]) -> f64 = mean(softplus(-y[i] * dot(x[i], w)) for i) + dot(w, w) / 50

fn xi(f: f64[8] -> f64, w: f64[8], v: f64[8], a: f64) -> f64 = norm(grad(f)(w - a * v) - grad(f)(w) + v)^2
fn length(f: f64[8] -> f64, w: f64[8], v: f64[8]) -> f64 = {
  let along = |a: f64| xi(f, w, v, a)
  -grad(along)(0.0) / abs(jvp(grad(along))(0.0, 1.0))
}

test "for a quadratic the step is v.Hv / |Hv|^2" {
  let m: f64[8, 8] = normal(key(3))
  let h = m @ m.T
  let v: f64[8] = normal(key(4))
  let w: f64[8] = normal(key(5))
  assert_close(length(|w| dot(w, h @ w) / 2, w, v), dot(v, h @ v) / dot(h @ v, h @ v), 1e-12)
}

test "the second derivative of xi, which holds third derivatives of the loss, against differences" {
  let v = grad(whole)(zeros())
  let w = 0.3 * truth
  let slope = |a: f64| grad(|a: f64| xi(whole, w, v, a))(a)
  let h = 1e-5
  let by_steps = (slope(h) - slope(-h)) / (2 * h)
  print("second derivative", jvp(slope)(0.0, 1.0), "by differences", by_steps)
  assert_close(jvp(slope)(0.0, 1.0), by_steps, 1e-7)
  // The slope at 0 is -2 v.Hv.
  assert_close(slope(0.0), -2 * dot(v, hvp(whole)(w, v)), 1e-12)
}

// Runs until passes over the data are used up: gives the squared gradient and the passes. A `rate` of 0 chooses for itself.
fn sarah(rate: f64, passes: f64, k: key) -> (f64, f64) {
  let mut w: f64[8] = zeros
  let mut used = 0.0
  let mut t = 0
  let mut (smoothed, first) = (1.0, true)
  while used < passes and norm(grad(whole)(w))^2 > 1e-8 {
    let mut v = grad(whole)(w)
    let start = norm(v)^2
    used += 1
    let mut inner = 0
    // The inner loop stops when the estimate has become small.
    while norm(v)^2 >= start / 32 and inner < 1000 {
      let order = permutation(fold_in(k, t), rows)
      let at = order[0..16]
      let f = |w: f64[8]| loss(w, at)
      let own = length(f, w, v)
      // A smoothed harmonic mean of the steps bounds them.
      smoothed = if first { own } else { 1 / (0.9 / smoothed + 0.1 / own) }
      first = false
      let step = if rate > 0 { rate } else { min(own, smoothed) }
      let next = w - step * v
      v = grad(f)(next) - grad(f)(w) + v
      w = next
      used += 2 * 16 / f64(rows)
      inner += 1
      t += 1
    }
  }
  (norm(grad(whole)(w))^2, used)
}

test "it needs no rate, few passes, and is ahead of a fixed small step" {
  // The largest curvature of any row is |x|^2 / 4 + 1/25.
  let most = max(dot(x[i], x[i]) for i) / 4 + 1/25
  let (ours, used) = sarah(0.0, 25.0, key(6))
  let (theirs, _) = sarah(0.1 / most, used, key(6))
  print("squared gradient", ours, "after", used, "passes; with a fixed step", theirs)
  assert(ours < 1e-8 and used <= 25 and ours < theirs)
}
