// Rates of convex optimisation (Bubeck, Convex optimization: algorithms and complexity, 2015): theorem 3.14, the worst case of
// all first-order methods; theorem 3.19, Nesterov's acceleration; theorem 3.8, Frank and Wolfe; theorem 4.2, mirror descent.

// f(x) = b/8 (x^T A x - 2 x_1), A tridiagonal (2, -1), of size 2 t + 1: what spans gradients from 0 is blind to the far end.
fn worst[n](x: f64[n], b: f64) -> f64 = {
  let quadratic = sum(2 * x[i]^2 for i) - 2 * sum(x[i] * x[i + 1] for i in 0..n - 1)
  b / 8 * (quadratic - 2 * x[0])
}

// The gap of the best of t steps, for gradient descent, and of the last for Nesterov's method.
fn descent[n](x1: f64[n], b: f64, steps: i64) -> f64 {
  let mut x = x1
  let mut best = worst(x, b)
  for _ in 0..steps {
    x -= grad(worst)(x, b) / b
    best = min(best, worst(x, b))
  }
  best
}
fn nesterov[n](x1: f64[n], b: f64, steps: i64) -> f64[2] {
  let mut (x, y, l) = (x1, x1, 1.0)
  let mut best = worst(x, b)
  for _ in 0..steps {
    let next = x - grad(worst)(x, b) / b
    let grown = (1 + sqrt(1 + 4 * l^2)) / 2
    let g = (1 - l) / grown
    x = (1 - g) * next + g * y
    (y, l) = (next, grown)
    best = min(best, worst(y, b))
  }
  [worst(y, b), best]
}
fn conjugate[n](x1: f64[n], b: f64, steps: i64) -> f64 {
  let mut x = x1
  let mut r = -grad(worst)(x, b)
  let mut p = r
  for _ in 0..steps {
    let h = hvp(worst)(x, p, b)
    let a = dot(r, r) / dot(p, h)
    x += a * p
    let left = r - a * h
    p = left + dot(left, left) / dot(r, r) * p
    r = left
  }
  worst(x, b)
}

fn bounds_hold(t, b: f64) -> bool = {
  let x1: f64[2*t + 1] = zeros
  // The minimiser is 1 - i / (n + 1).
  let best = [1 - f64(i + 1) / (2*t + 2) for i in 0..2*t + 1]
  let (least, far) = (worst(best, b), dot(best, best))
  let (lower, upper) = (3 * b * far / (32 * f64(t + 1)^2), 2 * b * far / f64(t)^2)
  let fast = nesterov(x1, b, t - 1) - [least, least]
  fast[0] <= upper and fast[1] >= lower and descent(x1, b, t - 1) - least >= lower and conjugate(x1, b, t - 1) - least >= lower
}

test "on the worst quadratic Nesterov keeps his bound, and nobody beats the lower one" {
  assert(norm(grad(worst)([1 - f64(i + 1) / 22 for i in 0..21], 1.0)) < 1e-14)
  assert(bounds_hold(10, 1.0) and bounds_hold(25, 1.0) and bounds_hold(50, 1.0))
  let x1: f64[101] = zeros
  let best = [1 - f64(i + 1) / 102 for i in 0..101]
  let least = worst(best, 1.0)
  print("t = 50: Nesterov", nesterov(x1, 1.0, 49)[0] - least, "gradient descent", descent(x1, 1.0, 49) - least)
  print("lower bound", 3 * dot(best, best) / (32 * 51.0^2), "upper bound", 2 * dot(best, best) / 50.0^2)
}

// A quadratic over the simplex.
let factor: f64[8, 20] = normal(key(1))
let target: f64[8] = normal(key(2))
fn loss(x: f64[20]) -> f64 = { let r = factor @ x - target; dot(r, r) / 2 }

test "Frank and Wolfe on the simplex" {
  let (spectrum, _) = eigh(factor.T @ factor)
  let beta = max(spectrum)
  let mut x = [1.0 / 20 for i in 0..20]
  let mut certificate = inf
  for t in 1..500 {
    let g = grad(loss)(x)
    let corner = argmin(g)
    // The gap of duality bounds the distance from the minimum.
    certificate = min(certificate, dot(g, x) - g[corner])
    let step = 2 / (f64(t) + 1)
    x = (1 - step) * x
    x[corner] += step
  }
  print("value", loss(x), "at most", certificate, "above the minimum; the theorem says", 4 * beta / 501)
  // Of the best certificate a constant factor more is known (Jaggi, 2013, theorem 2).
  assert(certificate <= 27 / 4 * beta * 2 / 500)
  assert_close(sum(x), 1.0, 1e-12)
}

test "mirror descent with entropy" {
  // Linear losses bounded by 1: the average is no worse than the best by more than root (2 log n / t).
  let costs: f64[400, 20] = uniform(key(3), 0, 1)
  let t = 400
  let eta = sqrt(2 * log(20.0) / t)
  let mut total: f64[20] = zeros
  let mut paid = 0.0
  for i in 0..400 {
    let x = softmax(-eta * total)
    paid += dot(costs[i], x)
    total += costs[i]
  }
  let regret = (paid - min(total)) / t
  print("mirror descent: average regret", regret, "bound", sqrt(2 * log(20.0) / t))
  assert(regret <= sqrt(2 * log(20.0) / t))
}
