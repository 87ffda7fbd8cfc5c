// Training in batches with records and an optimiser written by hand.
type opt<S, P> = {init: P -> S, get: (S, P) -> P, put: (S, P, P) -> (S, P)}

fn momentum[P: vector](rate: f64, gamma: f64 = 0.9) -> opt<P, P> = {
  init: |p| 0 * p,
  get:  |s, p| p,
  put:  |s, p, g| { let s1 = gamma*s - rate*g; (s1, p + s1) },
}

fn epoch[n, k, P: vector, S: type](loss: (P, f64[k], i64) -> f64, o: opt<S, P>, x: f64[n, k], y: i64[n], batch, s0: S, p0: P, seed: key) -> (S, P) {
  let order = permutation(seed, n)
  let mut (s, p) = (s0, p0)
  for t in 0..div(n, batch) {
    let rows = order[t*batch .. t*batch + batch]
    let g = grad(|q| mean(loss(q, x[rows[i]], y[rows[i]]) for i))(o.get(s, p))
    (s, p) = o.put(s, p, g)
  }
  (s, p)
}

// Two classes that a line divides.
let x: f64[200, 2] = normal(key(1))
let y = [if x[i, 0] + 2 * x[i, 1] > 0.3 { 1 } else { 0 } for i]
let loss = |p, x, c| { let z = dot(p.w, x) + p.b; softplus(z) - f64(c) * z }

test "the classes are learned" {
  let o = momentum(0.1)
  let start = {w: [0.0, 0.0], b: 0.0}
  let mut (s, p) = (o.init(start), start)
  for e in 0..30 { (s, p) = epoch(loss, o, x, y, 20, s, p, fold_in(key(2), e)) }
  let right = mean(if (dot(p.w, x[i]) + p.b > 0) == (y[i] == 1) { 1.0 } else { 0.0 } for i)
  print("right", right, "direction", p.w[1] / p.w[0], "offset", p.b / p.w[0])
  assert(right > 0.97)
  assert(abs(p.w[1] / p.w[0] - 2) < 0.3 and abs(p.b / p.w[0] + 0.3) < 0.15)
}
