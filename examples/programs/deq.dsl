// A deep equilibrium layer: z = (W z + b)^0.7 contracts by 0.7 in Thompson's metric, for any nonnegative W.
fn layer[n](z: f64[n], w: f64[n, n], b: f64[n]) -> f64[n] = [(w @ z + b)[i]^0.7 for i]
fn deq[n](w: f64[n, n], b: f64[n]) -> f64[n] = fixpoint(|z| layer(z, w, b), ones, tolerance: 1e-13)
fn thompson[n](x: f64[n], y: f64[n]) -> f64 = max(abs(log(x[i] / y[i])) for i)
fn e(i: i64, j: i64) -> f64[6, 6] = [if a == i and c == j { 1 } else { 0 } for a in 0..6, c in 0..6]

let (k1, k2) = split(key(0))
let w: f64[6, 6] = uniform(k1, 0, 5)
let b: f64[6]    = uniform(k2, 0.1, 1)

// It stays where it is, and a step from anywhere shrinks distances by 0.7.
let z = deq(w, b)
assert_close(layer(z, w, b), z, 1e-12)
let (x, y) = ([1.0, 2.0, 3.0, 0.1, 5.0, 0.7], [4.0, 0.2, 1.0, 1.0, 9.0, 2.0])
let ratio = thompson(layer(x, w, b), layer(y, w, b)) / thompson(x, y)
print("contraction", ratio)
assert(ratio <= 0.7)

// The gradient through the equilibrium against central differences.
let g  = grad(|w| sum(deq(w, b)))(w)
let h  = 1e-5
let fd = [(sum(deq(w + h*e(i, j), b)) - sum(deq(w - h*e(i, j), b))) / (2*h) for i in 0..6, j in 0..6]
print("largest difference", max(abs(g[i, j] - fd[i, j]) for i, j))
assert_close(g, fd, 1e-6)
