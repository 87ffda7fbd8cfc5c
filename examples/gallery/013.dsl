// A preconditioner P = Q^T Q fitted on the triangular group (Pooladzandi and Li, Curvature-Informed SGD via General Purpose
// Lie-Group Preconditioners, 2024): Q <- Q - mu triu(a a^T - b b^T) Q / (|a|^2 + |b|^2) with a = Q h, b = Q^-T v, h = H v.
fn psgd_step[n](q: f64[n, n], h: f64[n], v: f64[n], mu: f64) -> f64[n, n] {
  let a = q @ h
  let b = solve(q.T, v)
  let g = [if j >= i { a[i]*a[j] - b[i]*b[j] } else { 0 } for i, j]
  q - mu / (dot(a, a) + dot(b, b)) * (g @ q)
}
fn rosenbrock(x: f64[2]) -> f64 = (1 - x[0])^2 + 100*(x[1] - x[0]^2)^2

// The curvature is up to 800 here, so the first steps need a small Q: from the unit matrix they leave for infinity.
fn minimise(steps: i64, eta: f64, k: key) -> f64[2] {
  let mut x = [-1.0, 1.0]
  let one: f64[2, 2] = eye
  let mut q = 0.03 * one
  for t in 0..steps {
    let v: f64[2] = normal(fold_in(k, t))
    q = psgd_step(q, hvp(rosenbrock)(x, v), v, 0.2)
    x -= eta * (q.T @ (q @ grad(rosenbrock)(x)))
  }
  x
}
fn descend(steps: i64, eta: f64) -> f64[2] {
  let mut x = [-1.0, 1.0]
  for _ in 0..steps { x -= eta * grad(rosenbrock)(x) }
  x
}

test "along a curved valley, where gradient descent is slow" {
  for seed in 0..3 {
    let found = rosenbrock(minimise(500, 0.5, key(seed)))
    print("seed", seed, "f =", found)
    assert(found < 1e-8)
  }
  let rates = [1e-4, 3e-4, 1e-3, 2e-3]
  assert(all(rosenbrock(descend(500, rates[i])) > 1e-3 for i))
}

// Eigenvalues from -10 to 10 and down to 0.1 in size, in a random basis.
let sizes = [0.1, -0.5, 1.0, -2.0, 5.0, -10.0]
fn curved(k: key) -> f64[6, 6] = {
  let m: f64[6, 6] = normal(k)
  let (basis, _) = qr(m)
  basis @ [if i == j { sizes[i] } else { 0 } for i, j in 0..6] @ basis.T
}

test "P H has the eigenvalues 1 and -1 in the end" {
  let h = curved(key(5))
  let mut q: f64[6, 6] = eye
  for t in 0..20000 {
    let v: f64[6] = normal(fold_in(key(7), t))
    q = psgd_step(q, h @ v, v, 0.02)
  }
  // Q H Q^T is similar to P H, and symmetric.
  let (after, _) = eigh(q @ h @ q.T)
  print("eigenvalues of P H", after)
  assert(all(abs(abs(after[i]) - 1) <= 0.1 for i) and sum(sign(after[i]) for i) == 0)
}
