// A two-layer graph convolution on Zachary's karate club, from the labels of its two leaders alone. The adjacency is the
// environment of the layers and gets no gradient.
import data

let edges = data.csv("data/karate_edges.csv").x
let clubs = data.csv("data/karate_clubs.csv", target: "club").y

fn adjacency[e](n, src: i64[e], dst: i64[e]) -> f64[n, n] {
  let mut a: f64[n, n] = eye()
  for k in 0..e { a[src[k], dst[k]] = 1; a[dst[k], src[k]] = 1 }
  a
}
fn normalised[n](a: f64[n, n]) -> f64[n, n] {
  let d = [1 / sqrt(sum(a[i, j] for j)) for i]
  [d[i] * a[i, j] * d[j] for i, j]
}
model gcn[n](k, h, m)(a: f64[n, n], x: f64[n, k]) -> f64[n, m] {
  param w1: f64[k, h] = glorot
  param w2: f64[h, m] = glorot
  a @ relu(a @ x @ w1) @ w2
}

let a = normalised(adjacency(34, edges.source, edges.target))
let net = gcn(34, 16, 2)
let x: f64[34, 34] = eye()
let objective = |p| -log_softmax(net(p, a, x)[0])[0] - log_softmax(net(p, a, x)[33])[1]

let start = net.init(key(0))
let mut p = start
for _ in 0..200 { p = p - 0.2 * grad(objective)(p) }
let scores = net(p, a, x)
let guess = [if scores[i, 0] > scores[i, 1] { 0 } else { 1 } for i]
let leader = clubs[0]
let right = sum(i64((guess[i] == 0) == (clubs[i] == leader)) for i)
print("loss", objective(p), " right", right, "of 34")
assert(objective(p) < 0.02 and right >= 31)

// Renaming the vertices renames the result: a graph has no first vertex.
let order = permutation(key(3), 34)
let moved = net(p, [a[order[i], order[j]] for i, j], x[order])
assert_close(moved, scores[order], 1e-12)
