// Riemannian features of surfaces (Hu and others, Incorporating Riemannian geometric features for learning coefficient of
// pressure distributions on airplane wings, 2024): from a surface r(u, v) by derivatives alone the metric, the Christoffel symbols
// and the Gauss curvature, which takes third derivatives; and what these features are worth to a network.
import optim

fn metric(r: f64[2] -> f64[3], p: f64[2]) -> f64[2, 2] = {
  let j = jacobian(r)(p)
  j.T @ j
}

// Gamma^k_ij = g^kl (d_i g_jl + d_j g_il - d_l g_ij) / 2, first k.
fn christoffel(r: f64[2] -> f64[3], p: f64[2]) -> f64[2, 2, 2] = {
  let inverted = inverse(metric(r, p))
  let d = jacobian(|p: f64[2]| metric(r, p))(p)
  [sum(inverted[k, l] * (d[j, l, i] + d[i, l, j] - d[i, j, l]) for l) / 2 for k, i, j in 0..2]
}

// R^l_212 lowered, by det g: K = R_1212 / det g.
fn curvature(r: f64[2] -> f64[3], p: f64[2]) -> f64 = {
  let g = metric(r, p)
  let c = christoffel(r, p)
  let d = jacobian(|p: f64[2]| christoffel(r, p))(p)
  // R^l_{212} = d_1 Gamma^l_22 - d_2 Gamma^l_12 + Gamma^l_1m Gamma^m_22 - Gamma^l_2m Gamma^m_12
  let riemann = |l: i64| {
    let quadratic = sum(c[l, 0, m] * c[m, 1, 1] - c[l, 1, m] * c[m, 0, 1] for m)
    d[l, 1, 1, 0] - d[l, 0, 1, 1] + quadratic
  }
  sum(g[0, l] * riemann(l) for l) / det(g)
}

// Of radius 2, by the angle from the pole and the longitude; and a torus by the angle around its tube and the longitude.
fn sphere(p: f64[2]) -> f64[3] = [2 * sin(p[0]) * cos(p[1]), 2 * sin(p[0]) * sin(p[1]), 2 * cos(p[0])]
fn torus(p: f64[2]) -> f64[3] = {
  let ring = 3 + cos(p[0])
  [ring * cos(p[1]), ring * sin(p[1]), sin(p[0])]
}

fn place(k: key) -> f64[2] = uniform(k, 0.3, 2.8)

test "a sphere has the curvature 1/4, a torus cos t / (3 + cos t)" {
  let points = [place(fold_in(key(0), i)) for i in 0..50]
  assert_close([curvature(sphere, points[i]) for i], [0.25 for i in 0..50], 1e-8)
  let known = [cos(points[i, 0]) / (3 + cos(points[i, 0])) for i]
  assert_close([curvature(torus, points[i]) for i], known, 1e-8)
  let turns = [christoffel(sphere, points[i])[0, 1, 1] for i]
  assert_close(turns, [-sin(points[i, 0]) * cos(points[i, 0]) for i], 1e-10)
}

// The integral of K dA by the midpoint rule on n by n cells.
fn total(r: f64[2] -> f64[3], n, top: f64) -> f64 = {
  let (h, w) = (top / n, 2 * pi / n)
  let at = |i: i64, j: i64| [(f64(i) + 0.5) * h, (f64(j) + 0.5) * w]
  h * w * sum(curvature(r, at(i, j)) * sqrt(det(metric(r, at(i, j)))) for i in 0..n, j in 0..n)
}

test "Gauss and Bonnet" {
  print("sphere", total(sphere, 200, pi), "torus", total(torus, 40, 2 * pi))
  assert_close(total(sphere, 200, pi), 4 * pi, 1e-4)
  assert_close(total(torus, 40, 2 * pi), 0.0, 1e-4)
}

// A wavy sheet, and a pressure that depends on its curvature.
fn sheet(p: f64[2]) -> f64[3] = [p[0], p[1], 0.3 * sin(2 * p[0]) * cos(3 * p[1])]
fn pressure(p: f64[2]) -> f64 = tanh(curvature(sheet, p) / 2) + 0.2 * p[0]

fn coordinates(p: f64[2]) -> f64[4] = {
  let r = sheet(p)
  [r[0], r[1], r[2], 1]
}
fn features(p: f64[2]) -> f64[8] = {
  let (r, g) = (sheet(p), metric(sheet, p))
  [r[0], r[1], r[2], 1, curvature(sheet, p), g[0, 0], g[0, 1], g[1, 1]]
}

type weights<d> = {w: f64[8, d], v: f64[8]}
fn net[d](q: weights<d>, x: f64[d]) -> f64 = dot(q.v, tanh(q.w @ x))

// The mean squared error at 100 new points of a network that was trained at 100.
fn tested[d](feature: f64[2] -> f64[d]) -> f64 = {
  let spot = |k: key| (place(k) - [1.5, 1.5]) * 1.2
  let (seen, fresh) = (
    [spot(fold_in(key(1), i)) for i in 0..100],
    [spot(fold_in(key(2), i)) for i in 0..100],
  )
  let (xs, ys) = ([feature(seen[i]) for i], [pressure(seen[i]) for i])
  let loss = |q: weights<d>| mean((net(q, xs[i]) - ys[i])^2 for i)
  let (k1, k2) = split(key(3))
  let mut q: weights<d> = {w: normal(k1, 0, 0.5), v: normal(k2, 0, 0.3)}
  let by = optim.adam(rate: 0.02)
  let mut s = by.init(q)
  for _ in 0..600 { (s, q) = by.put(s, q, grad(loss)(q)) }
  mean((net(q, feature(fresh[i])) - pressure(fresh[i]))^2 for i)
}

test "geometric features help" {
  let (by_place, by_shape) = (tested(coordinates), tested(features))
  print("error by coordinates", by_place, "with the geometry", by_shape)
  assert(by_shape < by_place)
}
