// 098 Cai, Song, Wright, Diakonikolas: "Cyclic Block Coordinate Descent With Variance Reduction for Composite Nonconvex
// Optimization", Algorithm 1 (P-CCD): x^i <- prox_{r_i/L_i}(x^i - grad^i f(x) / L_i) for each block, with what the blocks
// before it have become. A lasso whose columns differ in scale, against proximal gradient steps of one length for all.
let (ka, kb) = split(key(11))
let (kx, kn) = split(kb)
let raw: f64[40, 20] = normal(ka)
let a = [raw[i, j] * (if j < 10 { 3 } else { 1 }) for i, j]
let sparse: f64[20] = normal(kx)
let noise: f64[40] = normal(kn)
let b = a @ [if mod(j, 3) == 0 { sparse[j] } else { 0 } for j] + 0.1 * noise
let lambda = 6.0

fn smooth(x: f64[20]) -> f64 = 0.5 * norm(a @ x - b)^2
fn value(x: f64[20]) -> f64 = smooth(x) + lambda * sum(abs(x))
fn shrink(z: f64, t: f64) -> f64 = sign(z) * max(abs(z) - t, 0.0)

// The largest eigenvalue of the Hessian, whole and for four columns from j on, by powers.
fn largest[n](m: f64[n, n]) -> f64 {
  let mut v: f64[n] = ones
  for _ in 0..500 { v = m @ v / norm(m @ v) }
  dot(v, m @ v)
}
let hessian = a.T @ a
let whole = largest(hessian)
let blocks = [largest([hessian[4*k + p, 4*k + q] for p in 0..4, q in 0..4]) for k in 0..5]

fn cycle(x0: f64[20]) -> f64[20] {
  let mut x = x0
  for k in 0..5 {
    let g = grad(smooth)(x)
    let length = 1.001 * blocks[k]
    for p in 0..4 {
      let j = 4*k + p
      x[j] = shrink(x[j] - g[j] / length, lambda / length)
    }
  }
  x
}
fn proximal(x: f64[20]) -> f64[20] {
  let g = grad(smooth)(x)
  [shrink(x[j] - g[j] / whole, lambda / whole) for j]
}

// The value that both tend to.
let mut best: f64[20] = zeros
for _ in 0..5000 { best = cycle(best) }
let least = value(best)

let mut x: f64[20] = zeros
let mut y: f64[20] = zeros
let mut gaps: f64[60] = zeros
for k in 0..60 {
  let next = cycle(x)
  assert(value(next) <= value(x) + 1e-12)
  x = next
  y = proximal(y)
  gaps[k] = value(x) - least
}
print("after 60 rounds: cyclic", value(x) - least, " proximal gradient", value(y) - least)
print("of 20 coefficients", sum(i64(x[j] == 0) for j), "are 0")
assert(value(x) - least <= 1e-8)
assert(value(y) - least >= 1e-2)
