// Models written as their equations: comprehensions, folds and scans. The values are NumPy's, for inputs that are sines of whole
// numbers; `models.rs` runs the tests and looks at the memory that each model takes.
fn conv1d[n, k, c, d](x: f64[n, c], w: f64[k, c, d], b: f64[d]) -> f64[n - k + 1, d] =
  [sum(x[i + j, a] * w[j, a, o] for j, a) + b[o] for i, o]

fn conv2d[h, w, c, r, s, d](x: f64[h, w, c], k: f64[r, s, c, d]) -> f64[h - r + 1, w - s + 1, d] =
  [sum(x[i + p, j + q, a] * k[p, q, a, o] for p, q, a) for i, j, o]

// Vaswani and others, Attention is all you need, 2017, section 3.2.
type heads<h, e, d> = {q: f64[h, e, d], k: f64[h, e, d], v: f64[h, e, d], o: f64[d, h, e]}
fn attention[n, d, h, e](p: heads<h, e, d>, x: f64[n, d]) -> f64[n, d] {
  let q = [sum(p.q[a, b, c] * x[i, c] for c) for a, i, b]
  let k = [sum(p.k[a, b, c] * x[i, c] for c) for a, i, b]
  let v = [sum(p.v[a, b, c] * x[i, c] for c) for a, i, b]
  let s = [softmax([sum(q[a, i, b] * k[a, j, b] for b) / sqrt(e) for j]) for a, i]
  [sum(p.o[c, a, b] * s[a, i, j] * v[a, j, b] for a, b, j) for i, c]
}

// Hochreiter and Schmidhuber, Long short-term memory, 1997, with the forget gate of Gers and others, 2000.
type cell<d, h> = {w: f64[4, h, d], u: f64[4, h, h], b: f64[4, h]}
fn lstm[t, d, h](p: cell<d, h>, xs: f64[t, d]) -> f64[t, h] {
  let step = |(c, y), x| {
    let z  = [dot(p.w[g, i], x) + dot(p.u[g, i], y) + p.b[g, i] for g, i]
    let c1 = sigmoid(z[0]) * c + sigmoid(z[1]) * tanh(z[2])
    let y1 = sigmoid(z[3]) * tanh(c1)
    ((c1, y1), y1)
  }
  let (_, ys) = scan(step, (zeros, zeros), xs)
  ys
}

// Kalman, 1960: the mean after each observation, and the log-likelihood of all of them.
type lds<n, m> = {a: f64[n, n], c: f64[m, n], q: f64[n, n], r: f64[m, m]}
fn kalman[n, m, t](s: lds<n, m>, ys: f64[t, m]) -> (f64[t, n], f64) {
  let step = |(x0, p0, ll), y| {
    let x = s.a @ x0
    let p = s.a @ p0 @ s.a.T + s.q
    let v = y - s.c @ x
    let w = s.c @ p @ s.c.T + s.r
    let gain = solve(w, s.c @ p).T
    let x1 = x + gain @ v
    ((x1, p - gain @ w @ gain.T, ll - 0.5 * (dot(v, solve(w, v)) + logdet(w) + m * log(2*pi))), x1)
  }
  let start: (f64[n], f64[n, n], f64) = (zeros, eye, 0.0)
  let ((_, _, ll), xs) = scan(step, start, ys)
  (xs, ll)
}

// A mixture of Gaussians: its log-likelihood, and the share of each component in each point. `l[a]` is the lower triangular
// factor of the inverse covariance of component `a`, `alphas` are the logarithms of the weights, up to a constant.
type mixture<k, d> = {alphas: f64[k], means: f64[k, d], l: f64[k, d, d]}
fn terms[n, k, d](p: mixture<k, d>, x: f64[n, d]) -> f64[n, k] =
  [p.alphas[a] + sum(log(p.l[a, i, i]) for i in 0..d) - 0.5 * sum(sum(p.l[a, i, j] * (x[r, j] - p.means[a, j]) for j)^2 for i) for r, a]
fn gmm[n, k, d](p: mixture<k, d>, x: f64[n, d]) -> f64 =
  sum(logsumexp(terms(p, x)[r]) for r in 0..n) - n * logsumexp(p.alphas) - n * d / 2 * log(2*pi)
fn shares[n, k, d](p: mixture<k, d>, x: f64[n, d]) -> f64[n, k] = [softmax(terms(p, x)[r]) for r in 0..n]

test "a convolution of a sequence" {
  let x = [sin(1 + 2*i + a) for i in 0..7, a in 0..2]
  let w = [sin(2 + 4*j + 2*a + o) for j in 0..3, a in 0..2, o in 0..2]
  assert_close(conv1d(x, w, [sin(3.0), sin(4.0)]), [[0.10153077890363613, -0.8876661209434402], [-0.05459105888373908, -0.9976084859774309],
    [0.3435983199877938, -0.4255175671949877], [0.16830965704704903, -0.7917228542983207],
    [-0.08398807669374528, -1.059023429570984]], 1e-14)
}

test "a convolution of an image" {
  let x = [sin(4 + 8*i + 2*j + a) for i in 0..5, j in 0..4, a in 0..2]
  let k = [sin(5 + 12*p + 4*q + 2*a + o) for p in 0..2, q in 0..3, a in 0..2, o in 0..2]
  assert_close(conv2d(x, k), [[[-0.01673440729263931, -0.36745240413731234], [-0.223165569496236, -0.0914623533558584]],
    [[-0.24795687598208077, -0.21242876578782033], [0.15172494809377357, 0.45452621459059733]],
    [[0.08888987496958156, 0.4292691893454121], [0.17901359934172723, -0.04080480582380763]],
    [[0.22208991635544578, 0.08751140266231294], [-0.20381791760661938, -0.4426520133367615]]], 1e-14)
}

test "attention with two heads" {
  let part = |s| [sin(s + 6*a + 3*b + c) for a in 0..2, b in 0..2, c in 0..3]
  let o = [sin(10 + 4*c + 2*a + b) for c in 0..3, a in 0..2, b in 0..2]
  let x = [sin(6 + 3*i + c) for i in 0..4, c in 0..3]
  assert_close(attention({q: part(7), k: part(8), v: part(9), o: o}, x), [[-0.22870135450205353, 0.847224841773337, -0.8788648720225959],
    [0.19610336878814738, -0.733002507719164, 0.7621414577071762],
    [-0.21868072685971135, 0.6239238673793408, -0.596966984774409],
    [0.20315765135258826, -0.4443486786633538, 0.37773370714236376]], 1e-14)
}

test "a recurrent layer" {
  let w = [sin(12 + 6*g + 2*i + j) for g in 0..4, i in 0..3, j in 0..2]
  let u = [sin(13 + 9*g + 3*i + j) for g in 0..4, i in 0..3, j in 0..3]
  let b = [sin(14 + 3*g + i) for g in 0..4, i in 0..3]
  let xs = [sin(11 + 2*i + j) for i in 0..5, j in 0..2]
  assert_close(lstm({w: w, u: u, b: b}, xs), [[0.22803902000103224, -0.0053348368329125, 0.019439030149646673],
    [0.06822341622800021, 0.2712955352709416, -0.08864727830097524],
    [0.0692911840801552, 0.17288138306946102, 0.04798476972970107],
    [0.3286908068383635, 0.012787800173750107, 0.10008526133261027],
    [0.13177370464381075, 0.2645479334007291, -0.06384253203911645]], 1e-14)
}

test "a filter of noisy observations" {
  let s = {a: [[0.9, 0.2], [-0.1, 0.8]], c: [[1.0, 0.5]], q: [[0.1, 0.02], [0.02, 0.05]], r: [[0.2]]}
  let (xs, ll) = kalman(s, [sin(15 + i + j) for i in 0..6, j in 0..1])
  assert_close(ll, -7.649481084523458, 1e-13)
  assert_close(xs, [[0.45726954131189496, 0.20220964640928019], [0.10626636564164371, -0.1400619057238477],
    [-0.3196768157630848, -0.42244217817735713], [-0.46413456414444115, -0.3683660851693289],
    [-0.17217309964085187, -0.060962961163205126], [0.29760749036402245, 0.21170356039094865]], 1e-13)
}

test "a mixture of three components" {
  let l = [if j > i { 0 } else { sin(19 + a + 2*i + j) + 2 * f64(i == j) } for a in 0..3, i in 0..2, j in 0..2]
  let p = {alphas: [sin(18.0), sin(19.0), sin(20.0)], means: [sin(17 + 2*a + j) for a in 0..3, j in 0..2], l: l}
  let x = [sin(16 + 2*i + j) for i in 0..6, j in 0..2]
  assert_close(gmm(p, x), -17.407987370174823, 1e-13)
  assert_close(shares(p, x), [[0.7643944043585744, 0.18375819311207114, 0.05184740252935443],
    [0.7542231351012214, 0.2454992286529154, 0.00027763624586312255],
    [1.5081230219666264e-09, 0.059262996207141455, 0.9407370022847354],
    [0.19070826029350527, 0.41451883437256576, 0.3947729053339289],
    [0.9812552361282636, 0.018727392946399454, 1.737092533690672e-05],
    [3.522326432962345e-09, 0.16396005697649263, 0.8360399395011809]], 1e-13)
}
