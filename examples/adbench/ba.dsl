// Bundle adjustment (ADBench): where cameras see points, against where they were seen. A camera is a rotation vector, a
// centre, a focal length, a principal point and two coefficients of radial distortion.
fn cross(a: f64[3], b: f64[3]) -> f64[3] =
  [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]

// The formula of Rodrigues.
fn rotate(r: f64[3], v: f64[3]) -> f64[3] {
  let square = dot(r, r)
  if square == 0 { v + cross(r, v) } else {
    let angle = sqrt(square)
    let axis = r / angle
    cos(angle) * v + sin(angle) * cross(axis, v) + (1 - cos(angle)) * dot(axis, v) * axis
  }
}

fn project(camera: f64[11], point: f64[3]) -> f64[2] {
  let seen = rotate(camera[0..3], point - camera[3..6])
  let flat = [seen[0] / seen[2], seen[1] / seen[2]]
  let square = dot(flat, flat)
  let bent = (1 + camera[9] * square + camera[10] * square^2) * flat
  camera[6] * bent + camera[7..9]
}

fn residual(camera: f64[11], point: f64[3], weight: f64, feature: f64[2]) -> f64[2] =
  weight * (project(camera, point) - feature)

// The Jacobian of one residual, in the camera, the point and the weight, side by side.
fn block(camera: f64[11], point: f64[3], weight: f64, feature: f64[2]) -> f64[2, 15] {
  let (c, p, w) = jacobian(residual, wrt: (camera, point, weight))(camera, point, weight, feature)
  [if i < 11 { get(c, a, i, 0) } else if i < 14 { get(p, a, i - 11, 0) } else { w[a] } for a in 0..2, i in 0..15]
}

fn weight_error(weight: f64) -> f64 = 1 - weight^2

// All residuals: observation `o` is of camera `seen[o, 0]` and point `seen[o, 1]`.
fn residuals[n, m, p](cameras: f64[n, 11], points: f64[m, 3], weights: f64[p], seen: i64[p, 2], features: f64[p, 2]) -> (f64[p, 2], f64[p]) = (
  [residual(cameras[seen[o, 0]], points[seen[o, 1]], weights[o], features[o]) for o],
  weight_error(weights),
)

// What of the sparse Jacobian is not zero: each observation's block, and the slope of its weight's error.
fn blocks[n, m, p](cameras: f64[n, 11], points: f64[m, 3], weights: f64[p], seen: i64[p, 2], features: f64[p, 2]) -> (f64[p, 2, 15], f64[p]) = (
  [block(cameras[seen[o, 0]], points[seen[o, 1]], weights[o], features[o]) for o],
  [grad(weight_error)(weights[o]) for o],
)

// One camera of ADBench and one that does not turn, both seeing one point.
let cameras = [
  [0.417022, 0.720324, 0.000114, 0.302333, 0.146756, 0.092339, 0.18626, 0.345561, 0.396767, 0.538817, 0.419195],
  [0.0, 0, 0, 0, 0, -4, 400, 1, 2, 0.01, 0],
]
let points = [[0.5, -0.25, 1]]
let weights = [0.5, 2]
let features = [[0.1, 0.2], [40.0, -20]]
let seen = [[0, 0], [1, 0]]
let (errors, weight_errors) = residuals(cameras, points, weights, seen, features)
let (jacobians, _) = blocks(cameras, points, weights, seen, features)
print("errors", errors, weight_errors)

test "the camera that does not turn is a pinhole" {
  // (0.5, -0.25, 5) is seen at (0.1, -0.05), which the lens bends by 1 + 0.01 * 0.0125.
  assert_close(errors[1], [2 * (1 + 400 * 0.1 * 1.000125 - 40), 2 * (2 - 400 * 0.05 * 1.000125 + 20)], 1e-12)
  assert_close(jacobians[1][.., 14], errors[1] / 2, 1e-14)
}

test "the blocks agree with central differences" {
  let v: f64[11] = normal(key(1))
  let u: f64[3] = normal(key(2))
  for o in 0..2 {
    let at = |s| residual(cameras[o] + s * v, points[0] + s * u, weights[o], features[o])
    let apart = (at(1e-6) - at(-1e-6)) / 2e-6
    assert_close(jacobians[o][.., 0..11] @ v + jacobians[o][.., 11..14] @ u, apart, 1e-7)
  }
}
