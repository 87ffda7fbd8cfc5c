// 081 Tian: "Composing Global Optimizers to Reasoning Tasks via Algebraic Objects in Neural Nets", Sections 4 and 5: weights
// for addition modulo d form a semiring (+ puts hidden nodes side by side, x multiplies them pairwise), sum potentials are
// ring homomorphisms, and a product of an order-3 and an order-2 piece solves the task for each frequency.
import optim

// Fourier weights of one frequency: a complex number for each hidden node and each of the layers a, b, c.
type piece<n> = {a: c128[n], b: c128[n], c: c128[n]}

// Index j of a product is the pair (div(j, m), mod(j, m)).
fn times[n, m](z: piece<n>, y: piece<m>, nm) -> piece<nm> = {
  a: [z.a[div(j, m)] * y.a[mod(j, m)] for j in 0..nm],
  b: [z.b[div(j, m)] * y.b[mod(j, m)] for j in 0..nm],
  c: [z.c[div(j, m)] * y.c[mod(j, m)] for j in 0..nm],
}
fn potential[n](z: piece<n>) -> c128 = sum(z.a[j] * z.b[j] * z.c[j] for j)
fn potential_a[n](z: piece<n>) -> c128 = sum(z.a[j] * z.a[j] * z.c[j] for j)

// Homomorphisms, at random weights.
fn random(k: key, n) -> c128[n] = { let (p, q) = split(k); let x: f64[n] = normal(p); let y: f64[n] = normal(q); complex(x, y) }
let z = {a: random(key(1), 4), b: random(key(2), 4), c: random(key(3), 4)}
let y = {a: random(key(4), 3), b: random(key(5), 3), c: random(key(6), 3)}
assert_close(potential(times(z, y, 12)), potential(z) * potential(y), 1e-12)
assert_close(potential_a(times(z, y, 12)), potential_a(z) * potential_a(y), 1e-12)
let both = {a: [if j < 4 { get(z.a, j, 0) } else { get(y.a, j - 4, 0) } for j in 0..7],
            b: [if j < 4 { get(z.b, j, 0) } else { get(y.b, j - 4, 0) } for j in 0..7],
            c: [if j < 4 { get(z.c, j, 0) } else { get(y.c, j - 4, 0) } for j in 0..7]}
assert_close(potential(both), potential(z) + potential(y), 1e-12)

// The pieces.
let third = [exp(complex(0.0, 2*pi*j/3)) for j in 0..3]
let order3 = {a: third, b: third, c: third}
let order2 = {a: [complex(1.0, 0.0), complex(1.0, 0.0)],
              b: [complex(1.0, 0.0), complex(-1.0, 0.0)],
              c: [complex(1.0, 0.0), complex(-1.0, 0.0)]}
let order6 = times(order3, order2, 6)
assert_close(potential(order6), complex(6.0, 0.0), 1e-12)

// The network with this piece at each of the frequencies 1, 2, 3: o(g, h)_c = sum_j w_c[c] (w_a[g] + w_b[h])^2.
fn wave(z: c128, k: i64, g: i64) -> f64 = 2 * real(z * exp(complex(0.0, 2*pi/7) * f64(k * g)))
fn network[n](z: piece<n>) -> f64[7, 7, 7] =
  [sum(wave(z.c[j], -k, c) * (wave(z.a[j], k, g) + wave(z.b[j], k, h))^2 for j, k in 1..4)
   for g in 0..7, h in 0..7, c in 0..7]

// How far the scores, less their mean, are from the answer, less its mean, up to a scale.
let answer = [if mod(g + h, 7) == c { 6/7 } else { -1/7 } for g in 0..7, h in 0..7, c in 0..7]
fn missed(o: f64[7, 7, 7]) -> f64 {
  let m = [mean(o[g, h, c] for c) for g, h]
  let centred = [o[g, h, c] - m[g, h] for g, h, c]
  let scale = dot(centred, answer) / dot(centred, centred)
  norm(scale * centred - answer)^2 / norm(answer)^2
}
fn accuracy(o: f64[7, 7, 7]) -> f64 = mean(if argmax(o[g, h]) == mod(g + h, 7) { 1.0 } else { 0.0 } for g in 0..7, h in 0..7)
print("order 3", missed(network(order3)), " order 2", missed(network(order2)), " order 6", missed(network(order6)))
assert_close(missed(network(order3)), 1/3, 1e-12)
assert_close(missed(network(order2)), 3/4, 1e-12)
assert(missed(network(order6)) < 1e-20 and accuracy(network(order6)) == 1)

// Gradient descent from random weights finds a solution, too.
fn scores(p: {a: f64[7, 24], b: f64[7, 24], c: f64[7, 24]}) -> f64[7, 7, 7] =
  [sum(p.c[c, j] * (p.a[g, j] + p.b[h, j])^2 for j) for g, h, c]
fn loss(p: {a: f64[7, 24], b: f64[7, 24], c: f64[7, 24]}) -> f64 = {
  let o = scores(p)
  let m = [mean(o[g, h, c] for c) for g, h]
  sum((o[g, h, c] - m[g, h] - answer[g, h, c])^2 for g, h, c) / 49
}
let start = {a: 0.3 * random_real(key(7)), b: 0.3 * random_real(key(8)), c: 0.3 * random_real(key(9))}
fn random_real(k: key) -> f64[7, 24] = normal(k)
let adam = optim.adam(rate: 1e-2)
let mut p = start
let mut s = adam.init(start)
for _ in 0..2000 { (s, p) = adam.put(s, p, grad(loss)(p)) }
print("trained: loss", loss(p), " accuracy", accuracy(scores(p)))
assert(accuracy(scores(p)) == 1)
