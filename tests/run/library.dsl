--- softmax is a distribution, whatever is added to the scores ---
// numpy: np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum()
assert_close(softmax([1.0, 2, 3]), [0.09003057317038046, 0.24472847105479767, 0.6652409557748219], 1e-15)
assert_close(softmax([1001.0, 1002, 1003]), softmax([1.0, 2, 3]), 1e-12)
assert_close(log_softmax([1.0, 2, 3]), [log(softmax([1.0, 2, 3])[i]) for i], 1e-14)

--- the cross entropy of a softmax ---
import loss
assert_close(loss.softmax_cross_entropy([1.0, 2, 3], 0), -log(softmax([1.0, 2, 3])[0]), 1e-14)
// The gradient is the distribution minus the class.
assert_close(grad(loss.softmax_cross_entropy)([1.0, 2, 3], 2), softmax([1.0, 2, 3]) - [0.0, 0, 1], 1e-14)

--- a dense layer is an affine map ---
import nn
let net = nn.dense(3, 2)
let p = {w: [[1.0, 2, 3], [4, 5, 6]], b: [10.0, 20]}
assert(all(net(p, [1.0, 0, -1]) == [8.0, 18.0]))
print(net)
===
model with parameters
  w: f64[2, 3]
  b: f64[2]

--- activations work on tensors of any shape ---
import nn
assert(all(nn.relu([[-1.0, 2], [0, -3]]) == [[0.0, 2], [0, 0]]))
// scipy: x * special.ndtr(x) at 1
assert_close(nn.gelu(1.0), 0.8413447460685429, 1e-14)
assert_close(nn.silu([0.0, 1]), [0.0, 1 / (1 + exp(-1.0))], 1e-15)

--- a step of gradient descent ---
import nn, loss, optim
let l = learn(nn.dense(1, 1), loss.squared, optim.sgd(rate: 0.5))
let s = {state: (), params: {w: [[2.0]], b: [1.0]}}
// (2 x + 1 - y)^2 / 2 at x = 3, y = 5: the residual is 2, so w loses 0.5 * 2 * 3 and b 0.5 * 2.
let (next, cost, request) = l.step(s, [[3.0]], [[5.0]])
assert(cost == 2)
assert(next.params.w[0, 0] == -1)
assert(next.params.b[0] == 0)
// The request to the input is the residual times the weight.
assert(request[0, 0] == 4)

--- the first step of Adam has the length of the rate in every direction ---
import optim
let o = optim.adam(rate: 0.1)
let p = {a: 1.0, b: [2.0, 3.0]}
let g = {a: 5.0, b: [-0.25, 1e3]}
let (s, q) = o.put(o.init(p), p, g)
assert_close(q, {a: 0.9, b: [2.1, 2.9]}, 1e-7)

--- momentum gathers steps, and Nesterov looks ahead ---
import optim
let o = optim.momentum(rate: 0.1, gamma: 0.5)
let (s1, p1) = o.put(o.init(1.0), 1.0, 2.0)
let (s2, p2) = o.put(s1, p1, 2.0)
assert_close((p1, p2), (0.8, 0.5), 1e-15)
let n = optim.nesterov(rate: 0.1, gamma: 0.5)
assert_close(n.get(s1, p1), 0.7, 1e-15)

--- RMSProp and AdaGrad scale each direction by its gradients ---
import optim
let r = optim.rmsprop(rate: 0.1, rho: 0.75, epsilon: 0)
let (_, p) = r.put(r.init([1.0, 1]), [1.0, 1], [4.0, -100])
// g / sqrt(0.25 g^2) is 2 sign(g).
assert_close(p, [0.8, 1.2], 1e-14)
let a = optim.adagrad(rate: 0.1, epsilon: 0)
let (s, q) = a.put(a.init(1.0), 1.0, 3.0)
let (_, q2) = a.put(s, q, 4.0)
assert_close((q, q2), (0.9, 0.9 - 0.1 * 4 / 5), 1e-14)

--- every optimiser finds the foot of a bowl ---
import optim
fn bowl(p: {x: f64, y: f64[2]}) -> f64 = (p.x - 1)^2 + 3 * (p.y[0] + 2)^2 + (p.y[1] - p.x)^2
fn foot[O: type](o: O, steps: i64) = {
  let start = {x: 0.0, y: [0.0, 0]}
  let mut p = start
  let mut s = o.init(start)
  for _ in 0..steps {
    (s, p) = o.put(s, p, grad(bowl)(o.get(s, p)))
  }
  bowl(p)
}
assert(foot(optim.sgd(rate: 0.1), 200) < 1e-12)
assert(foot(optim.momentum(rate: 0.05, gamma: 0.5), 400) < 1e-12)
assert(foot(optim.nesterov(rate: 0.05, gamma: 0.5), 400) < 1e-12)
assert(foot(optim.adagrad(rate: 0.5), 2000) < 1e-12)
assert(foot(optim.rmsprop(rate: 1e-3), 5000) < 1e-5)
assert(foot(optim.adam(rate: 0.05), 3000) < 1e-12)

--- learning fits a line, and its history falls ---
import nn, loss, optim
let x = [[f64(i) / 10] for i in 0..20]
let data = {x: x, y: [[3 * x[i, 0] - 1] for i]}
let l = learn(nn.dense(1, 1), loss.squared, optim.adam(rate: 0.05))
let t = fit(l, data, epochs: 300, batch: 5, key: key(7))
assert_close(t.params, {w: [[3.0]], b: [-1.0]}, 1e-3)
assert(t.history[299] < 1e-5 and t.history[0] > 1)
assert_close(t.apply([2.0]), [5.0], 1e-2)
