// Canonical forms of polytopes (Arkani-Hamed, Bai and Lam, Positive geometries and canonical forms, 2017):
// the form of a simplex with vertices Z_1 .. Z_3 in the projective plane at Y is
// det(Z_1, Z_2, Z_3)^2 / (det(Y, Z_1, Z_2) det(Y, Z_2, Z_3) det(Y, Z_3, Z_1)); of a polygon it is the sum over any
// triangulation, and 2! times the area of the polar dual about Y.
fn form(y: f64[3], z: f64[3, 3]) -> f64 =
  det(z)^2 / (det([y, z[0], z[1]]) * det([y, z[1], z[2]]) * det([y, z[2], z[0]]))

// Over the triangles that a point makes with the edges of a polygon.
fn fan[n](y: f64[3], p: f64[n, 3], from: f64[3]) -> f64 =
  sum({ let z = [from, p[i], p[mod(i + 1, n)]]; if abs(det(z)) < 1e-12 { 0.0 } else { form(y, z) } } for i)

// The polar dual has a vertex for each edge: the line through it, scaled to 1 at y.
fn dual_area[n](y: f64[3], p: f64[n, 3]) -> f64 = {
  let lines = [line(p[i], p[mod(i + 1, n)], y) for i]
  abs(sum(lines[i, 0] * lines[mod(i + 1, n), 1] - lines[i, 1] * lines[mod(i + 1, n), 0] for i)) / 2
}
fn line(a: f64[3], b: f64[3], y: f64[3]) -> f64[2] = {
  let w = cross(a, b)
  [w[0], w[1]] / dot(w, y)
}
fn cross(a: f64[3], b: f64[3]) -> f64[3] =
  [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]

// A pentagon: angles that ascend, radii that differ little, so it is convex.
let turn: f64[5] = uniform(key(1), 0, 0.5)
let far: f64[5] = uniform(key(2), 0.9, 1.1)
let p = [[far[i] * cos(2*pi*(f64(i) + turn[i])/5), far[i] * sin(2*pi*(f64(i) + turn[i])/5), 1] for i]
let y = [0.1, -0.2, 1.0]

test "all triangulations agree, and the form is twice the area of the dual" {
  let fans = [fan(y, p, p[k]) for k]
  let outside = fan(y, p, [3.0, 2.0, 1.0])
  let twice = 2 * dual_area(y, p)
  print("fans", fans)
  print("from outside", outside, "dual", twice)
  for k in 0..5 { assert_close(fans[k], twice, 1e-11) }
  assert_close(outside, twice, 1e-11)
}

test "the residue at an edge is the form of the edge" {
  // On the edge between p[0] and p[1], a third and two thirds: the form of an interval is the length by both distances.
  let on = (2 * p[0] + p[1]) / 3
  let inward = -p[0] / 2 - p[1] / 2 + [mean(p[i, a] for i) for a]
  let w = cross(p[0], p[1])
  // 1 / form vanishes on the edge; its slope across it, by the slope of the edge's equation, is 1 / residue.
  let across = |t| 1 / fan(on + t * inward, p, p[3])
  let slope = jvp(across)(1e-9, 1.0)
  let residue = dot(w, inward) / (slope * dot(w, w))
  // In the plane the edge's own form is |p1 - p0| / (distance to p0 * distance to p1), times |w| by the choice of equation.
  let long = norm(p[1] - p[0])
  let wanted = long / (long / 3 * (2 * long / 3)) / norm(w)
  let flat = norm([w[0], w[1]]) / norm(w)
  print("residue", residue, "form of the edge", wanted * flat)
  assert_close(residue, wanted * flat, 1e-6)
}

test "nothing happens on a line that a triangulation drew" {
  let on = (p[0] + p[2]) / 2
  let slope = |t| jvp(|t| fan(on + t * [0.3, -0.2, 0.0], p, p[0]))(t, 1.0)
  let other = |t| jvp(|t| fan(on + t * [0.3, -0.2, 0.0], p, p[1]))(t, 1.0)
  // The triangles meet there: each has a pole, and the two cancel up to rounding.
  assert_close(slope(1e-3), other(1e-3), 1e-6)
}
