// Tropical attention, one head: Q = Z WQ in the max-plus semiring, S = -d_H(q, k), C = max_j (S + v).
// Projection makes scores blind to a positive scale of the input; permuting rows permutes the result.
fn project[n, c](x: f64[n, c]) -> maxplus<f64>[n, c] {
  let u = log(max(x, 0))
  [maxplus(u[i, a] - max(u[i, b] for b)) for i, a]
}
fn hilbert[d](q: f64[d], r: f64[d]) -> f64 = max(q[t] - r[t] for t) - min(q[t] - r[t] for t)

// A first sketch called the keys and their number by one name, and a size cannot be hidden: `c` is the number here.
fn head[n, c, d](p: {q: maxplus<f64>[c, d], k: maxplus<f64>[c, d], v: maxplus<f64>[c, d]}, x: f64[n, c]) -> f64[n, d] {
  let z = project(x)
  let q = real(z @ p.q)
  let k = real(z @ p.k)
  let s = [maxplus(-hilbert(q[i], k[j])) for i, j]
  exp(real(s @ (z @ p.v)))
}

let (k1, k2) = split(key(4))
let (k3, k4) = split(k2)
let (kq, kk) = split(k3)
let wq: f64[5, 3] = normal(kq)
let wk: f64[5, 3] = normal(kk)
let wv: f64[5, 3] = normal(k4)
let p = {q: maxplus(wq), k: maxplus(wk), v: maxplus(wv)}
let x: f64[4, 5] = uniform(k1, 0.1, 3.0)

let y = head(p, x)
print(y)
assert_close(head(p, 7 * x), y, 1e-12)
let order = permutation(key(9), 4)
assert(all(head(p, x[order]) == y[order]))

// Hilbert's metric: symmetric, blind to a shift, and a max-plus linear map expands no distance.
let (a, b, c) = ([0.3, -1.0, 2.0, 0.5, 0.1], [1.0, 0.2, -0.5, 0.0, 2.0], [0.0, 1.5, 0.3, -2.0, 1.0])
assert(hilbert(a, b) == hilbert(b, a) and hilbert(a, c) <= hilbert(a, b) + hilbert(b, c))
assert_close(hilbert(a + 3, b), hilbert(a, b), 1e-15)
assert(hilbert(real(maxplus(a) @ p.q), real(maxplus(b) @ p.q)) <= hilbert(a, b) + 1e-12)

// Where nothing ties the gradient is that of the winners, which central differences agree with.
fn loss(w: f64[5, 3]) -> f64 = sum(head({q: maxplus(wq), k: maxplus(wk), v: maxplus(w)}, x))
let g = grad(loss)(wv)
let h = 1e-6
let fd = [(loss(bumped(i, j, h)) - loss(bumped(i, j, -h))) / (2 * h) for i in 0..5, j in 0..3]
fn bumped(i: i64, j: i64, h: f64) -> f64[5, 3] = [wv[a, b] + (if a == i and b == j { h } else { 0 }) for a, b]
assert_close(g, fd, 1e-6)
