// 001 Fu, Xu, Wilson: "Accelerated Stochastic Optimization Methods under Quasar-convexity", in the deterministic form of
// Hinder, Sidford, Sohoni (Algorithm 2): y stands on the segment from v to x, x is a gradient step from y, and v a long one.

// A function that is quasar-convex but not convex.
fn f(x: f64) -> f64 = (x^2 + 1/8)^(1/6)
let gamma = min({ let x = k / 2000; x * grad(f)(x) / (f(x) - f(0.0)) } for k in 1..20001)
let bend = grad(grad(f))(2.0)
print("gamma", gamma, " second derivative at 2", bend)
assert_close(gamma, 0.4955, 0.002)
assert_close(bend, -0.0631, 1e-4)

// A generalised linear model: half the sum of (sigmoid(a_i x) - sigmoid(a_i x*))^2, with cond(A^T A) = 1000.
let scale = [10^(-1.5 * j / 9) for j in 0..10]
let raw: f64[200, 10] = normal(key(5))
let a = [raw[i, j] * scale[j] / sqrt(200) for i, j]
let target: f64[10] = normal(key(6))
let y = sigmoid(a @ target)
fn loss(x: f64[10]) -> f64 = 0.5 * norm(sigmoid(a @ x) - y)^2

// sigmoid' is at most 1/4, and the largest eigenvalue of A^T A is that of a power iteration.
fn largest(m: f64[10, 10]) -> f64 {
  let mut v: f64[10] = ones
  for _ in 0..200 { v = m @ v / norm(m @ v) }
  dot(v, m @ v)
}
let l = largest(a.T @ a) / 16

fn descent(limit: i64) -> i64 {
  let mut x: f64[10] = zeros
  let mut steps = 0
  while loss(x) > 1e-5 and steps < limit {
    x = x - grad(loss)(x) / l
    steps += 1
  }
  steps
}

// A point of the segment from v to x at which a step towards v is no dearer than quasar-convexity allows: x or v if one of
// them is, else by bisection between a point above f(x) and one that is not.
fn between(x: f64[10], v: f64[10], c: f64) -> f64[10] {
  let at = |t| t * x + (1 - t) * v
  let slope = |t| dot(grad(loss)(at(t)), x - v)
  let mut t = 1.0
  if slope(1.0) > 0 {
    t = 0.0
    let mut (low, high) = (0.0, 1.0)
    while t * slope(t) > c * (loss(x) - loss(at(t))) and high - low > 1e-12 {
      if t > 0 and loss(at(t)) <= loss(x) { high = t } else { low = t }
      t = (low + high) / 2
    }
  }
  at(t)
}
fn accelerated(limit: i64, gamma: f64) -> i64 {
  let mut x: f64[10] = zeros
  let mut v = x
  let mut steps = 0
  while loss(x) > 1e-5 and steps < limit {
    let k = f64(steps)
    let p = between(x, v, max(gamma * (k - 1) / 2, 0))
    let g = grad(loss)(p)
    v = v - gamma * (k + 1) / (2 * l) * g
    x = p - g / l
    steps += 1
  }
  steps
}
let (plain, fast) = (descent(20000), accelerated(20000, 0.5))
print("to a gap of 1e-5: gradient descent", plain, " accelerated", fast)
assert(plain < 20000 and 2 * fast <= plain)
