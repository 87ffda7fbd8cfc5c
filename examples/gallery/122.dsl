// AdaHessian (Yao and others, AdaHessian: an adaptive second order optimizer for machine learning, 2021): the curvature along each
// coordinate is the mean of z * (H z) over random signs z, and takes the place of Adam's squared gradient.
import optim

// A network with six parameters, and its loss on four points.
let xs = [-1.0, 0.0, 0.5, 2.0]
let ys = [0.3, -0.2, 0.4, 0.9]
fn net(p: f64[6], x: f64) -> f64 = p[4] * tanh(p[0] * x + p[1]) + p[5] * tanh(p[2] * x + p[3])
fn misfit(p: f64[6]) -> f64 = mean((net(p, xs[i]) - ys[i])^2 for i)

fn signs(code: i64) -> f64[6] = [if mod(div(code, shift_left(1, i)), 2) == 1 { 1.0 } else { -1.0 } for i in 0..6]

test "the mean over all signs is the diagonal of the Hessian" {
  let p: f64[6] = normal(key(0))
  let along = |code: i64| {
    let z = signs(code)
    let hz = hvp(misfit)(p, z)
    [z[i] * hz[i] for i]
  }
  let all = [along(code) for code in 0..64]
  let h = hessian(misfit)(p)
  assert_close([mean(all[code, i] for code) for i], [h[i, i] for i], 1e-12)
}

// Valleys of very different curvature: 1 to 10,000.
let scales = [1.0, 10, 100, 1000, 10000]
fn valley(x: f64[5]) -> f64 = sum(scales[i] * x[i]^2 for i) / 2

test "for a diagonal Hessian one draw is enough" {
  let z: f64[5] = [1.0, -1, -1, 1, -1]
  let hz = hvp(valley)([0.3, 1, -2, 0.1, 5], z)
  assert_close([z[i] * hz[i] for i], scales, 1e-12)
}

// Steps until f is below 1e-6, from ones.
fn adahessian(eta: f64, k: key) -> i64 {
  let mut x: f64[5] = ones
  let mut m: f64[5] = zeros
  let mut v: f64[5] = zeros
  let mut t = 0
  while valley(x) > 1e-6 and t < 1000 {
    let coins: bool[5] = bernoulli(fold_in(k, t), 0.5)
    let z = [if coins[i] { 1.0 } else { -1.0 } for i]
    let hz = hvp(valley)(x, z)
    t += 1
    m = 0.9 * m + 0.1 * grad(valley)(x)
    v = [0.999 * v[i] + 0.001 * (z[i] * hz[i])^2 for i]
    let (c1, c2) = (1 - pow(0.9, f64(t)), 1 - pow(0.999, f64(t)))
    x -= eta * [m[i] / c1 / (sqrt(v[i] / c2) + 1e-8) for i]
  }
  t
}

fn adam(eta: f64) -> i64 {
  let by = optim.adam(rate: eta)
  let mut x: f64[5] = ones
  let mut s = by.init(x)
  let mut t = 0
  while valley(x) > 1e-6 and t < 1000 {
    (s, x) = by.put(s, x, grad(valley)(x))
    t += 1
  }
  t
}

test "it needs fewer steps than Adam at each rate" {
  let rates = [0.03, 0.1, 0.3]
  for i in 0..3 {
    let eta = rates[i]
    let (ours, theirs) = (adahessian(eta, key(1)), adam(eta))
    print("rate", eta, "steps", ours, "Adam's", theirs)
    assert(ours <= 200 and ours < theirs)
  }
}
