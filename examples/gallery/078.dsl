// Damped Newton steps with the root of a polynomial as step size (Hanzely, Abdukhakimov and Takáč, Damped Newton method with
// near-optimal global O(k^-3) convergence rate, 2024): x <- x - a H^-1 g, where a in (0, 1] is the root of
// 1 - a - M a^(q-1) G^(q-2) for G = sqrt(g^T H^-1 g), with q = 3 or 4. For q = 3 and a self-concordant function it is a root
// of a quadratic; 1 / (1 + G) is the classical step.

fn root(c: f64, q: i64) -> f64 {
  // 1 - a - c a^(q-1) falls from 1 at 0 to -c at 1: bisection.
  let mut (low, high) = (0.0, 1.0)
  for _ in 0..60 {
    let a = (low + high) / 2
    let value = 1 - a - c * (if q == 3 { a^2 } else { a^3 })
    if value > 0 { low = a } else { high = a }
  }
  high
}

// The logarithmic barrier of a polytope, whose analytic centre is sought.
fn barrier[m, n](x: f64[n], a: f64[m, n]) -> f64 = -sum(log(1 - sum(a[i, j] * x[j] for j)) for i)

type trace = {x: f64[2], steps: i64, local: f64, fell: bool, step: f64, exponent: f64}

// Damped steps until the local norm of the gradient is small.
fn minimise(f: f64[2] -> f64, rule: f64 -> f64, start: f64[2]) -> trace {
  let mut s: trace = {x: start, steps: 0, local: inf, fell: true, step: 0, exponent: 0}
  let mut going = true
  while going {
    let g = grad(f)(s.x)
    let d = solve(hessian(f)(s.x), g)
    let local = sqrt(max(0, dot(g, d)))
    if local < 1e-10 or s.steps >= 1000 {
      s.local = local
      going = false
    } else {
      // The local norm contracts like its power in the end.
      if local < 1e-2 and s.local < 0.3 { s.exponent = log(local) / log(s.local) }
      s.local = local
      s.step = rule(local)
      let next = s.x - s.step * d
      s.fell = s.fell and f(next) <= f(s.x) + 1e-12
      s.x = next
      s.steps += 1
    }
  }
  s
}

let a: f64[12, 2] = normal(key(1))
// Beside the boundary, by a millionth, in the direction of the first row.
let towards = a[0]
let reach = min(if dot(a[i], towards) > 0 { 1 / dot(a[i], towards) } else { inf } for i)
let start = (1 - 1e-6) * reach * towards

test "centring from beside the boundary: higher order is no slower" {
  let f = |x| barrier(x, a)
  let classical = minimise(f, |g| 1 / (1 + g), start)
  let cubic = minimise(f, |g| root(g, 3), start)
  let quartic = minimise(f, |g| root(g^2, 4), start)
  print("steps: classical", classical.steps, "q = 3", cubic.steps, "q = 4", quartic.steps)
  print("centre", quartic.x, "last step size", quartic.step, "exponent", quartic.exponent)
  assert(quartic.steps <= cubic.steps and cubic.steps <= classical.steps)
  assert(quartic.local < 1e-10 and cubic.local < 1e-10 and classical.local < 1e-10)
  assert(classical.fell and cubic.fell and quartic.fell)
  assert(quartic.step > 0.999 and quartic.exponent > 1.9)
}

// log(cosh(t)) without overflow.
fn log_cosh(t: f64) -> f64 = abs(t) + log1p(exp(-2 * abs(t))) - log(2.0)
fn smooth(x: f64) -> f64 = log_cosh(x - 0.5) + log_cosh(0.5 * x + 1) + log_cosh(0.3 * x)

// Of this function no M is known: it grows until the step goes down.
fn backtracked(start: f64, m0: f64) -> (f64, f64) {
  let (g, h) = (grad(smooth)(start), grad(grad(smooth))(start))
  let mut m = m0
  let mut x = start - root(m * abs(g) / sqrt(h), 3) * g / h
  while smooth(x) > smooth(start) and m < 1e30 {
    m = 4 * m
    x = start - root(m * abs(g) / sqrt(h), 3) * g / h
  }
  (x, m / 4)
}

test "full Newton steps diverge where damped ones converge" {
  let mut full = 20.0
  for _ in 0..2 { full -= grad(smooth)(full) / grad(grad(smooth))(full) }
  let mut (x, m, steps) = (20.0, 1.0, 0)
  while abs(grad(smooth)(x)) > 1e-10 and steps < 100 {
    (x, m) = backtracked(x, m)
    steps += 1
  }
  print("damped:", steps, "steps to", x, "; full steps are at", full, "after two")
  assert(not (abs(full) < 1e3))
  assert(abs(grad(smooth)(x)) < 1e-10 and steps <= 60)
}
