// Barycentric subspaces of a sphere, and principal components as the best flag of subspaces (Pennec, Barycentric subspace
// analysis on manifolds, Annals of Statistics, 2018).

// log_x(y) on the unit sphere.
fn sphere_log[n](x: f64[n], y: f64[n]) -> f64[n] = {
  let c = dot(x, y)
  let u = y - c * x
  acos(c) / norm(u) * u
}

// x lies in the subspace of the x_i where Z(x) = [log_x x_0 ... log_x x_k] is rank-deficient.
fn least_singular[n, k](x: f64[n], points: f64[k, n]) -> f64 = {
  let z = [sphere_log(x, points[i]) for i]
  let (_, s, _) = svd(z)
  min(s)
}

fn unit[n](x: f64[n]) -> f64[n] = x / norm(x)

test "the barycentric subspace of three points of a sphere is their great subsphere" {
  let drawn: f64[3, 4] = normal(key(1))
  let points = [unit(drawn[i]) for i]
  let weights: f64[20, 3] = normal(key(2))
  let on = [least_singular(unit(weights[t] @ points), points) for t]
  let anywhere: f64[20, 4] = normal(key(3))
  let off = [least_singular(unit(anywhere[t]), points) for t]
  print("least singular value on the subsphere at most", max(on), "off it at least", min(off))
  assert(max(on) < 1e-10)
  assert(min(off) > 1e-3)
}

// The unexplained variance of a flag, spanned by the columns of an orthonormal q, summed over its subspaces.
fn auv[n, d, k](q: f64[d, k], x: f64[n, d]) -> f64 = {
  let a = x @ q
  sum((dot(x, x) - sum(a[i, b]^2 for i, b if b <= j)) / n for j in 0..k)
}

test "the flag of least accumulated unexplained variance is principal component analysis" {
  let raw: f64[60, 5] = normal(key(4))
  let scales = [3.0, 2.2, 1.5, 0.8, 0.4]
  let middle = [mean(raw[i, a] for i) for a]
  let x = [(raw[i, a] - middle[a]) * scales[a] for i, a]
  let start: f64[5, 3] = normal(key(5))
  let (first, _) = qr(start)
  let mut q = first
  for _ in 0..800 {
    // A step down the slope, and back to the orthonormal matrices.
    let (next, _) = qr(q - 0.02 * grad(auv)(q, x))
    q = next
  }
  let (l, _) = eigh(x.T @ x / 60)
  // The eigenvalues ascend, so what a subspace of dimension k + 1 leaves is the sum of the first 4 - k.
  let least = sum(sum(l[i] for i if i < 4 - k) for k in 0..3)
  print("accumulated unexplained variance by descent", auv(q, x), "by eigenvalues", least)
  assert_close(auv(q, x), least, 1e-6)
}
