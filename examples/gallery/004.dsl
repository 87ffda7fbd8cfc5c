// Data sets distilled by implicit gradients (Loo, Hasani, Lechner and Rus, Dataset distillation with convexified implicit
// gradients, 2023): a few points are moved such that a model that is fitted to them alone does well on all the data. The model is
// linear in the features of a frozen network, so the fit is a ridge regression; its derivative in the points is that of the
// equation grad = 0, by conjugate gradients and Hessian-vector products.
import optim

// The frozen network.
let (k1, k2) = split(key(0))
let w: f64[64, 2] = normal(k1, 0, 2)
let b: f64[64] = normal(k2)
fn phi(x: f64[2]) -> f64[64] = tanh(w @ x + b) / 8
let lambda = 1e-3

// The weights by which the fit to the points ends, and what they cost on the data.
fn fitted[k](xs: f64[k, 2], ys: f64[k]) -> f64[64] = {
  let start: f64[64] = zeros
  let cost = |t: f64[64]| sum((dot(phi(xs[i]), t) - ys[i])^2 for i) / 2 + lambda * dot(t, t) / 2
  argmin(cost, start, tolerance: 1e-12)
}

// The same in closed form, by the kernel.
fn by_kernel[k](xs: f64[k, 2], ys: f64[k]) -> f64[64] = {
  let f = [phi(xs[i]) for i]
  f.T @ solve([dot(f[i], f[j]) + if i == j { lambda } else { 0 } for i, j], ys)
}

// Two moons.
fn moon(k: key, class: i64) -> f64[2] = {
  let (k1, k2) = split(k)
  let angle = uniform(k1, 0, pi)
  let off: f64[2] = normal(k2, 0, 0.1)
  if class == 0 { [cos(angle), sin(angle)] + off } else { [1 - cos(angle), 0.5 - sin(angle)] + off }
}
fn sign_of(class: i64) -> f64 = if class == 0 { -1.0 } else { 1.0 }
let seen = [moon(fold_in(key(1), i), mod(i, 2)) for i in 0..200]
let fresh = [moon(fold_in(key(2), i), mod(i, 2)) for i in 0..400]

fn cost(t: f64[64]) -> f64 = mean((dot(phi(seen[i]), t) - sign_of(mod(i, 2)))^2 for i in 0..200)
fn error(t: f64[64]) -> f64 = mean(if dot(phi(fresh[i]), t) * sign_of(mod(i, 2)) > 0 { 0.0 } else { 1.0 } for i in 0..400)

test "the implicit gradient is that through the closed form" {
  let xs: f64[10, 2] = normal(key(3))
  let ys = [sign_of(mod(i, 2)) for i in 0..10]
  assert_close(fitted(xs, ys), by_kernel(xs, ys), 1e-9)
  let implicit = grad(|xs: f64[10, 2]| cost(fitted(xs, ys)))(xs)
  let closed = grad(|xs: f64[10, 2]| cost(by_kernel(xs, ys)))(xs)
  print("largest difference", max(abs(implicit[i, j] - closed[i, j]) for i, j))
  assert_close(implicit, closed, 1e-8)
}

// With two points the boundary is hardly more than a line, which is wrong on an eighth of the data.
test "two distilled points do better than two real ones" {
  let ys = [-1.0, 1.0]
  let by = optim.adam(rate: 0.2)
  // The labels move too, as they do in the paper.
  let mut p = {xs: [seen[0], seen[1]], ys: ys}
  let mut s = by.init(p)
  for _ in 0..200 { (s, p) = by.put(s, p, grad(|p| cost(fitted(p.xs, p.ys)))(p)) }
  let distilled = error(by_kernel(p.xs, p.ys))
  let real = mean(error(by_kernel([seen[2 * i], seen[2 * i + 1]], ys)) for i in 0..20)
  print("points", p, "error", distilled, "with real pairs", real)
  assert(distilled <= real / 2)
}
