// Square roots of matrices by products (Song, Sebe and Wang, Fast differentiable matrix square root, 2022): forward by a Taylor
// polynomial or a Pade approximant of (1 - z)^(1/2), backward by the sign iteration for the Lyapunov equation.

// By the matrix Taylor polynomial: 1 - sum |binomial(1/2, k)| z^k, with z = 1 - a / |a|.
fn taylor[n](a: f64[n, n], degree: i64) -> f64[n, n] {
  let one: f64[n, n] = eye
  let z = one - a / norm(a)
  let mut (sum, power) = (one, one)
  let mut c = 1.0
  for k in 0..degree {
    c = c * (0.5 - f64(k)) / f64(k + 1)
    power = power @ z
    sum -= abs(c) * power
  }
  sqrt(norm(a)) * sum
}

// By the diagonal Pade approximant of degree m: p(z) q(z)^-1 as a product over its poles (1 - z)^(1/2) = 1 - sum of a_j z / (1 - b_j z),
// with a_j = 2/(2m+1) sin(t_j)^2, b_j = cos(t_j)^2 and t_j = j pi / (2m+1) (Higham, Functions of matrices, 2008, 6.6).
fn pade[n](a: f64[n, n], m: i64) -> f64[n, n] {
  let one: f64[n, n] = eye
  let z = one - a / norm(a)
  let mut sum = one
  for j in 0..m {
    let t = f64(j + 1) * pi / f64(2 * m + 1)
    sum -= 2 / f64(2 * m + 1) * sin(t)^2 * solve(one - cos(t)^2 * z, z)
  }
  sqrt(norm(a)) * sum
}

// The x with r x + x r = g, by the sign iteration of the pair.
fn lyapunov[n](r: f64[n, n], g: f64[n, n], rounds: i64) -> f64[n, n] {
  let one: f64[n, n] = eye
  let mut b = r / norm(r)
  let mut c = g / norm(r)
  for _ in 0..rounds {
    let rest = 3 * one - b @ b
    c = (b @ c @ b - b @ b @ c + c @ rest) / 2
    b = b @ rest / 2
  }
  c / 2
}

// The root, with the paper's derivative: R x + x R = y_bar for a symmetric root R.
fn root_of[n](a: f64[n, n]) -> f64[n, n] = spectral(sqrt, a)
derivative root_of[n](a: f64[n, n], y: f64[n, n], y_bar: f64[n, n]) -> f64[n, n] =
  lyapunov(y, (y_bar + y_bar.T) / 2, 12)

// Eigenvalues from 1 to 20.
let basis: f64[8, 8] = normal(key(1))
let (q, _) = qr(basis)
let a = q @ [if i == j { 1 + 19 * f64(i) / 7 } else { 0 } for i in 0..8, j in 0..8] @ q.T
let b: f64[8, 8] = normal(key(2))
let g = b + b.T

test "the sign iteration solves the Lyapunov equation" {
  let r = spectral(sqrt, a)
  // In the basis of eigenvectors x_ij = g_ij / (r_i + r_j).
  let (values, p) = eigh(r)
  let y = p.T @ g @ p
  let known = p @ [y[i, j] / (values[i] + values[j]) for i, j] @ p.T
  let apart = |rounds: i64| norm(lyapunov(r, g, rounds) - known) / norm(known)
  print("distance after 6, 8, 10 rounds", apart(6), apart(8), apart(10))
  assert(apart(10) <= 1e-10)
  // The tail is quadratic.
  assert(apart(8) <= 10 * apart(7)^2 and apart(7) < 0.1)
}

test "the root with this rule is differentiated as through its eigenvalues" {
  let by_rule = |a: f64[8, 8]| dot(g, root_of(a))
  let by_eigh = |a: f64[8, 8]| {
    let (d, p) = eigh(a)
    dot(g, p @ [if i == j { sqrt(d[i]) } else { 0 } for i, j in 0..8] @ p.T)
  }
  let symmetric = |x: f64[8, 8]| (x + x.T) / 2
  assert_close(symmetric(grad(by_rule)(a)), symmetric(grad(by_eigh)(a)), 1e-8)
  assert_close(jvp(root_of)(a, g), lyapunov(root_of(a), g, 12), 1e-10)
}

test "the Pade approximant of degree 5 is nearer than the polynomial of degree 10" {
  let r = spectral(sqrt, a)
  let (by_taylor, by_pade) = (norm(taylor(a, 10) - r), norm(pade(a, 5) - r))
  print("errors", by_taylor, by_pade)
  assert(by_pade <= 0.2 * by_taylor)
}
