--- a model has parameters and is applied to them ---
model dense(n, m)(x: f64[n]) -> f64[m] {
  param w: f64[m, n] = zeros
  param b: f64[m]    = ones
  w @ x + b
}
let net = dense(2, 3)
let p = net.init(key(0))
assert(all(p.w == [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]) and all(p.b == [1.0, 1.0, 1.0]))
assert(all(net({w: [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], b: [0.0, 0.0, 1.0]}, [1.0, 1.0]) == [3.0, 7.0, 12.0]))

--- composition pairs the parameters ---
model scale(n)(x: f64[n]) -> f64[n] {
  param k: f64 = ones
  k * x
}
let net = scale(2) >> (|x| x + 1) >> scale(2)
let p = net.init(key(0))
assert(all(net(p, [1.0, 2.0]) == [2.0, 3.0]))

--- a sub-model is a parameter ---
model inner(n)(x: f64[n]) -> f64[n] {
  param b: f64[n] = ones
  x + b
}
model residual(n)(x: f64[n]) -> f64[n] {
  param l = inner(n)
  x + l(x)
}
let net = residual(2)
let p = net.init(key(3))
assert(all(net(p, [1.0, 2.0]) == [3.0, 5.0]))
assert(all(p.l.b == [1.0, 1.0]))

--- copies in a row ---
model add(n)(x: f64[n]) -> f64[n] {
  param b: f64[n] = ones
  x + b
}
let net = repeat(3, add(2))
let p = net.init(key(0))
assert(all(net(p, [0.0, 1.0]) == [3.0, 4.0]))

--- gradients have the type of the parameters ---
model dense(n, m)(x: f64[n]) -> f64[m] {
  param w: f64[m, n] = zeros
  param b: f64[m]    = zeros
  w @ x + b
}
let net = dense(2, 1)
let p = {w: [[1.0, 2.0]], b: [0.5]}
let g = grad(|p| (net(p, [3.0, 4.0])[0])^2)(p)
assert(all(g.w == [[69.0, 92.0]]) and all(g.b == [23.0]))

--- a plain function repeated is a plain function ---
fn half(x: f64[3]) -> f64[3] = 0.5 * x
let r = repeat(3, half)
assert(all(r([8.0, 16, 24]) == [1, 2, 3]))
assert(all(grad(|x: f64[3]| sum(r(x)))([1.0, 2, 3]) == [0.125, 0.125, 0.125]))
// By hand: ((1.5^2)^2)^2, with derivative 8 x^7.
let power = repeat(3, |x| x * x)
assert(power(1.5) == 1.5^8)
assert_close(grad(power)(1.5), 8 * 1.5^7)

--- the type of a model's parameters makes values ---
import nn
let net = nn.dense(2, 3) >> tanh >> nn.dense(3, 1)
let p: params<net> = zero
fn size(p: params<net>) -> f64 = dot(p, p)
// 2 * 3 + 3 + 3 * 1 + 1 numbers.
assert(size(p) == 0 and size(ones) == 13 and size(net.init(key(0))) > 0)
assert(all(net(p, [1.0, 2]) == [0]))
