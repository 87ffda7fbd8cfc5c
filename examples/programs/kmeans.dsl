// k-means as a piecewise quadratic, by Newton's method on the diagonal of its Hessian (ADBench, Šrajer, Kukelova and Fitzgibbon,
// 2018; Bottou and Bengio, Convergence properties of the k-means algorithms, 1995): one step is one step of Lloyd's algorithm.
fn cost[n, k, d](c: f64[k, d], x: f64[n, d]) -> f64 = sum(min(sum((x[i, a] - c[j, a])^2 for a) for j) for i)
fn newton[n, k, d](c: f64[k, d], x: f64[n, d]) -> f64[k, d] {
  let g = grad(cost)(c, x)
  let h = hvp(cost)(c, ones, x)
  [c[j, a] - g[j, a] / h[j, a] for j, a]
}
fn lloyd[n, k, d](c: f64[k, d], x: f64[n, d]) -> f64[k, d] {
  let near = [argmin(sum((x[i, a] - c[j, a])^2 for a) for j) for i]
  [mean(x[i, a] for i if near[i] == j) for j in 0..k, a]
}

let centres = [[0.0, 0], [5.0, 1], [-1.0, 6]]
let noise: f64[60, 2] = normal(key(1))
let x = [centres[mod(i, 3), a] + noise[i, a] for i in 0..60, a]

test "a Newton step is a step of Lloyd's algorithm" {
  let c = [[1.0, 1], [4.0, 0], [0.0, 4]]
  assert_close(newton(c, x), lloyd(c, x), 1e-12)
}

test "it converges to the means of the clusters" {
  let mut c = [[1.0, 1], [4.0, 0], [0.0, 4]]
  let start = cost(c, x)
  for _ in 0..10 { c = newton(c, x) }
  print("cost", start, "becomes", cost(c, x), "at", c)
  assert(norm(grad(cost)(c, x)) < 1e-10)
  assert(all(norm(c[j] - centres[j]) < 0.7 for j))
}
