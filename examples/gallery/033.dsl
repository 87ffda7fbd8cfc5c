// 033 Nickel, Kiela: "Poincare Embeddings for Learning Hierarchical Representations", equations 1, 4, 5 and 6: the transitive
// closure of a binary tree of 31 nodes in the Poincare disc, by Riemannian gradient descent with burn-in.
let nodes = 31

// Nodes are numbered as in a heap: the parent of i is (i - 1) / 2.
fn parent(i: i64) -> i64 = div(i - 1, 2)
fn below(i: i64, j: i64) -> bool {
  let mut at = i
  let mut found = false
  for _ in 0..5 {
    at = if at > 0 { parent(at) } else { -1 }
    found = found or at == j
  }
  found
}
let closure  = [below(u, v) for u in 0..31, v in 0..31]
let negative = [u != v and not closure[u, v] and not closure[v, u] for u in 0..31, v in 0..31]

// arcosh(1 + t) without cancellation near 0.
fn arcosh1(t: f64) -> f64 = log1p(t + sqrt(t * (t + 2)))
fn distance(u: f64[2], v: f64[2]) -> f64 =
  arcosh1(2 * dot(u - v, u - v) / ((1 - dot(u, u)) * (1 - dot(v, v))))
fn flat(u: f64[2], v: f64[2]) -> f64 = norm(u - v)

// Its partial derivative in the paper's closed form.
let (u, v) = ([0.3, -0.4], [-0.2, 0.55])
let (alpha, beta) = (1 - dot(u, u), 1 - dot(v, v))
let g = 1 + 2 * dot(u - v, u - v) / (alpha * beta)
let closed = 4 / (beta * sqrt(g^2 - 1)) * ((dot(v, v) - 2 * dot(u, v) + 1) / alpha^2 * u - v / alpha)
assert_close(grad(distance)(u, v), closed, 1e-10)

fn loss(d: (f64[2], f64[2]) -> f64, x: f64[31, 2]) -> f64 {
  let far = [if i == j { 0 } else { d(x[i], x[j]) } for i in 0..31, j in 0..31]
  let others = [sum(exp(-far[i, j]) for j if negative[i, j]) for i]
  sum(far[i, j] + log(exp(-far[i, j]) + others[i]) for i, j if closure[i, j])
}

// The rank of each ancestor among what is no relation, on average.
fn mean_rank(d: (f64[2], f64[2]) -> f64, x: f64[31, 2]) -> f64 {
  let far = [d(x[i], x[j]) for i in 0..31, j in 0..31]
  let rank = [1 + sum(1 for k if negative[i, k] and far[i, k] < far[i, j]) for i in 0..31, j in 0..31]
  mean(f64(rank[i, j]) for i, j if closure[i, j])
}

fn inside(p: f64[2]) -> f64[2] = if norm(p) < 1 - 1e-5 { p } else { (1 - 1e-5) / norm(p) * p }
fn riemannian(x: f64[31, 2], eta: f64) -> f64[31, 2] {
  let g = grad(|x| loss(distance, x))(x)
  [inside(x[i] - eta * (1 - dot(x[i], x[i]))^2 / 4 * g[i]) for i]
}

let start: f64[31, 2] = uniform(key(2), -0.001, 0.001)
let mut x = start
let mut y = start
for t in 0..1000 {
  let eta = if t < 100 { 0.03 } else { 0.3 }
  x = riemannian(x, eta)
  y = y - 0.02 * grad(|y| loss(flat, y))(y)
}
print("mean rank: Poincare", mean_rank(distance, x), " Euclidean", mean_rank(flat, y))
assert(mean_rank(distance, x) < 1.5)
assert(all(norm(x[i]) < 1 for i))
