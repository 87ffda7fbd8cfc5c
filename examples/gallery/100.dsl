// 100 Chen, Zhou, Liang, Lu: "Generalized-Smooth Nonconvex Optimization is As Efficient As Smooth Nonconvex Optimization",
// Algorithm 1: beta-normalised gradient descent, w <- w - gamma grad f(w) / |grad f(w)|^beta. x^4 has alpha = 2/3.
fn f(x: f64) -> f64 = x^4
fn step(x: f64, gamma: f64, beta: f64) -> f64 {
  let g = grad(f)(x)
  x - gamma * g / abs(g)^beta
}

// beta = 0 is gradient descent, which leaves.
let mut x = 10.0
for _ in 0..10 { if abs(x) < 1e6 { x = step(x, 0.1, 0.0) } }
print("gradient descent at", x)
assert(abs(x) > 1e6)

// beta = 2/3 contracts by 1 - gamma 4^(1/3) each step: |f'|^(2/3) = 4^(2/3) x^2.
let ratio = 1 - 0.1 * 4.0^(1/3)
let mut y = 10.0
let mut worst = 0.0
for _ in 0..400 {
  let next = step(y, 0.1, 2/3)
  worst = max(worst, abs(next / y - ratio))
  y = next
}
print("normalised at", y, " ratio", ratio, " off by at most", worst)
assert(worst <= 1e-10 and abs(grad(f)(y)) < 1e-50)

// The smoothness that the rate is for: |f''| <= L1 |f'|^(2/3) with L1 = 12 / 4^(2/3).
let points = [(k - 499.5) / 50 for k in 0..1000]
let bound = 12 / 4.0^(2/3)
assert(all(abs(grad(grad(f))(points[k])) <= bound * abs(grad(f)(points[k]))^(2/3) * (1 + 1e-12) for k))
