// Bounds of a ReLU net on a box, and its Lipschitz constant there from the bounds of its gradient (Shi, Wang, Zhang, Kolter
// and Hsieh, Efficiently computing local Lipschitz constants of neural networks via bound propagation, 2022).
//
// The sketch of this program was a box, how it goes through a layer and the slopes of a ReLU, and a call of `bounds`. What
// was missing: the net with its weights, the point, the way of the gradient back through the layers, and what is claimed.
type box<n> = {lo: f64[n], hi: f64[n]}
fn affine[m, n](w: f64[m, n], b: f64[m], x: box<n>) -> box<m> = {
  let mid = (x.lo + x.hi) / 2
  let rad = (x.hi - x.lo) / 2
  let c = w @ mid + b
  let r = abs(w) @ rad
  {lo: c - r, hi: c + r}
}
fn slope[n](x: box<n>) -> box<n> =
  {lo: [if x.lo[i] > 0 { 1 } else { 0 } for i], hi: [if x.hi[i] > 0 { 1 } else { 0 } for i]}
fn through[n](x: box<n>) -> box<n> = {lo: relu(x.lo), hi: relu(x.hi)}
fn back[n](s: box<n>, g: box<n>) -> box<n> = {
  // No slope is negative.
  {lo: [min(s.lo[i] * g.lo[i], s.hi[i] * g.lo[i]) for i], hi: [max(s.lo[i] * g.hi[i], s.hi[i] * g.hi[i]) for i]}
}

// A net 3-16-16-1.
type weights = {w1: f64[16, 3], b1: f64[16], w2: f64[16, 16], b2: f64[16], w3: f64[1, 16], b3: f64[1]}
fn value(p: weights, x: f64[3]) -> f64 = (p.w3 @ relu(p.w2 @ relu(p.w1 @ x + p.b1) + p.b2) + p.b3)[0]
fn steepest(p: weights, x: box<3>) -> box<3> = {
  let one = affine(p.w1, p.b1, x)
  let two = affine(p.w2, p.b2, through(one))
  let three = {lo: p.w3[0], hi: p.w3[0]}
  affine(p.w1.T, zeros, back(slope(one), affine(p.w2.T, zeros, back(slope(two), three))))
}

let draw = |k| key(142 + k)
let p: weights = {
  w1: normal(draw(1)), b1: normal(draw(2)), w2: normal(draw(3)) / 4, b2: normal(draw(4)), w3: normal(draw(5)) / 4, b3: [0.5]
}
let net = |x: f64[3]| value(p, x)
let x = [0.3, -0.2, 0.5]
let eps = 0.1
let (lo, hi) = bounds(net)(x - eps, x + eps)
print("the net is", net(x), "and on the box between", lo, "and", hi)

// The largest sum of sizes that the gradient can have.
fn steepness(g: box<3>) -> f64 = sum(max(abs(g.lo[i]), abs(g.hi[i])) for i)
let lipschitz = |eps: f64| {
  let (lo, hi) = bounds(grad(net))(x - eps, x + eps)
  steepness({lo: lo, hi: hi})
}
let radii = [0.001, 0.01, 0.05, 0.2, 1.0]
let constants = [lipschitz(radii[k]) for k]
let points: f64[200, 3] = uniform(key(1), -1, 1)
let sampled = [max(norm1(grad(net)(x + radii[k] * points[j])) for j) for k]
fn norm1(g: f64[3]) -> f64 = sum(abs(g))
// The norm of a matrix between largest sizes: its largest row.
fn rows[m, n](w: f64[m, n]) -> f64 = max(sum(abs(w[i, j]) for j) for i)
print("found", sampled)
print("at most", constants, "and everywhere", rows(p.w1) * rows(p.w2) * rows(p.w3))

test "what the net gives at points of the box stands between its bounds" {
  let ys = [net(x + eps * points[j]) for j]
  assert(all(lo <= ys[j] and ys[j] <= hi for j))
}
test "the bounds of the net and of its gradient are those of the boxes written in the language" {
  for k in 0..5 {
    let around = {lo: x - radii[k], hi: x + radii[k]}
    let hidden = through(affine(p.w2, p.b2, through(affine(p.w1, p.b1, around))))
    let mine = affine(p.w3, p.b3, hidden)
    let (lo, hi) = bounds(net)(around.lo, around.hi)
    assert_close([lo, hi], [mine.lo[0], mine.hi[0]], 1e-12)
    let g = steepest(p, around)
    let (down, up) = bounds(grad(net))(around.lo, around.hi)
    assert_close(down, g.lo, 1e-12)
    assert_close(up, g.hi, 1e-12)
  }
}
test "no gradient is steeper than the constant, and no constant than the product of norms" {
  assert(all(sampled[k] <= constants[k] for k))
  assert(all(constants[k] <= rows(p.w1) * rows(p.w2) * rows(p.w3) for k))
}
test "the constant rises with the box, and is exact where no unit changes its side" {
  assert(all(constants[k] <= constants[k + 1] for k in 0..4))
  assert_close(constants[0], sampled[0], 1e-9)
  assert_close(constants[1], sampled[1], 1e-9)
}
test "the mean width of bounds has a gradient in the weights: nets can be trained to be certain" {
  let width = |p: weights| { let (lo, hi) = bounds(value, wrt: x)(p, x - eps, x + eps); hi - lo }
  let g = grad(width)(p)
  let trained = {w1: p.w1 - 0.001 * g.w1, b1: p.b1 - 0.001 * g.b1, w2: p.w2 - 0.001 * g.w2, b2: p.b2 - 0.001 * g.b2, w3: p.w3 - 0.001 * g.w3, b3: p.b3}
  assert(width(trained) < width(p) and all(g.b3 == [0.0]))
}
