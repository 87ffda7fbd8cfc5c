// k-means as the sum of squared distances to the nearest centroid; the gradient over the diagonal of the Hessian is
// the step of Newton's method (Bottou and Bengio, Convergence properties of the k-means algorithms, 1995).
fn cost[k, n, d](centroids: f64[k, d], points: f64[n, d]) -> f64 =
  sum(min(sum((centroids[j, a] - points[i, a])^2 for a) for j) for i)

// Centroids do not meet in the Hessian: it is diagonal, and one product with ones gives all of it.
fn newton[k, n, d](centroids: f64[k, d], points: f64[n, d]) -> (f64, f64[k, d], f64[k, d], f64[k, d]) {
  let (value, g) = value_and_grad(cost)(centroids, points)
  let h = hvp(cost)(centroids, ones, points)
  (value, g, h, [g[j, a] / h[j, a] for j, a])
}

let points = [[0.0, 0], [1, 0], [0, 1], [5, 5], [6, 5]]
let centroids = [[0.5, 0.5], [5.0, 4]]
let (value, g, h, step) = newton(centroids, points)
print("cost", value, " gradient", g, " Hessian's diagonal", h)

test "a step leads to the means" {
  assert_close(centroids - step, [[1/3, 1/3], [5.5, 5.0]], 1e-14)
  assert_close(h, [[6.0, 6], [4, 4]], 1e-14)
}
