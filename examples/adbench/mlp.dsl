// A network with one hidden layer under a softmax: loss, gradient, one step of descent, and a product with the Hessian.
type net<i, h, o> = {w1: f64[i, h], b1: f64[h], w2: f64[h, o], b2: f64[o]}

fn scores[i, h, o](p: net<i, h, o>, x: f64[i]) -> f64[o] = tanh(x @ p.w1 + p.b1) @ p.w2 + p.b2

fn loss[n, i, h, o](p: net<i, h, o>, x: f64[n, i], y: i64[n]) -> f64 = -mean(log_softmax(scores(p, x[r]))[y[r]] for r)

fn descend[n, i, h, o](p: net<i, h, o>, x: f64[n, i], y: i64[n], rate: f64) -> net<i, h, o> = p - rate * grad(loss)(p, x, y)

let x: f64[4, 6] = uniform(key(1))
let y = [0, 2, 1, 2]
let p: net<6, 5, 3> = {w1: normal(key(2)), b1: zeros, w2: normal(key(3)), b2: zeros}
print("loss", loss(p, x, y), "and after a step", loss(descend(p, x, y, 0.1), x, y))

test "gradient and Hessian agree with central differences" {
  let v: net<6, 5, 3> = {w1: normal(key(4)), b1: normal(key(5)), w2: normal(key(6)), b2: normal(key(7))}
  let (above, below) = (p + 1e-5 * v, p - 1e-5 * v)
  assert_close(dot(grad(loss)(p, x, y), v), (loss(above, x, y) - loss(below, x, y)) / 2e-5, 1e-8)
  assert_close(norm(hvp(loss)(p, v, x, y) - 1 / 2e-5 * (grad(loss)(above, x, y) - grad(loss)(below, x, y))), 0.0, 1e-8)
}
