// What every program sees.

// Probabilities from scores.
fn softmax[n, F: float](x: F[n]) -> F[n] = {
  let top = logsumexp(x)
  [exp(x[i] - top) for i]
}

// Their logarithms.
fn log_softmax[n, F: float](x: F[n]) -> F[n] = {
  let top = logsumexp(x)
  [x[i] - top for i]
}

// An index, drawn with probabilities proportional to the weights.
fn categorical[n](k: key, weights: f64[n]) -> i64 = {
  let u: f64 = uniform(k, 0, sum(weights))
  let sums = cumsum(weights)
  min(sum(i64(u >= sums[i]) for i), n - 1)
}

// A model whose parameters are fixed: a plain function.
fn freeze[M: type, P: type](net: M, p: P) = |x| net(p, x)

// A model with other parameters: `share` makes those of `net` from them, `start` draws them. What `share` uses twice is tied.
fn tie[M: type, F: type, S: type](net: M, share: F, start: S) = {
  init: start,
  apply: |q, x| net(share(q), x),
}

// Where `f` stays: `x = f(x)`, by iteration from `x0` until a step is no longer than `tolerance`. Derivatives go
// through the iteration, which converges at the rate at which the values do.
fn fixpoint[P: vector](f: P -> P, x0: P, tolerance: f64 = 1e-10, max_steps: i64 = 1000) -> P = {
  let mut x = x0
  let mut steps = 0
  let mut far = true
  while far {
    require(steps < max_steps, "no fixpoint is reached within `max_steps`")
    let y = f(x)
    // NaN is not near anything.
    far = not (f64(norm(y - x)) <= tolerance)
    x = y
    steps += 1
  }
  x
}

// A learner: a model, a loss and an optimiser as one machine. A step takes the gradient of the mean loss over a
// batch, at the parameters that the optimiser looks at, and hands it to the optimiser. It gives the next state, the
// loss, and the request to the input: the gradient in it, by which learners chain.
fn learn[M: type, L: type, O: type](net: M, loss: L, optimiser: O) = {
  net: net,
  init: |k| {
    let p = net.init(k)
    {state: optimiser.init(p), params: p}
  },
  params: |s| optimiser.get(s.state, s.params),
  step: |s, x, y| {
    let at = optimiser.get(s.state, s.params)
    let cost = |p, x| mean(loss(net(p, x[i]), y[i]) for i)
    let (value, (g, request)) = value_and_vjp(cost)(at, x, 1)
    let (state, params) = optimiser.put(s.state, s.params, g)
    ({state: state, params: params}, value, request)
  },
}

// Trains on rows in random order, a batch at a time; what is left of the last batch waits for the next epoch.
// Gives the network with its parameters, and the mean loss of each epoch.
fn fit[L: type, D: type](learner: L, data: D, epochs, batch, key: key) =
  fit_rows(learner, matrix(data.x), data.y, epochs, batch, key)

fn fit_rows[n, k, L: type, Y: type](learner: L, x: f64[n, k], y: Y[n], epochs, batch, key: key) = {
  let (start, order) = split(key)
  let mut s = learner.init(start)
  let mut history: f64[epochs] = zeros
  for e in 0..epochs {
    let rows = permutation(fold_in(order, e), n)
    let mut total = 0.0
    for b in 0..div(n, batch) {
      let part = rows[b * batch .. b * batch + batch]
      let (next, cost, _) = learner.step(s, x[part], y[part])
      s = next
      total += cost
    }
    history[e] = total / div(n, batch)
  }
  let p = learner.params(s)
  {params: p, apply: |x| learner.net(p, x), history: history}
}

// The `x` with the least norm of `a @ x - b`, for a matrix of full rank with at least as many rows as columns.
fn lstsq[m, n, n <= m, F: float](a: F[m, n], b: F[m]) -> F[n] = {
  let (q, r) = qr(a)
  solve_upper(r, q.T @ b)
}

// A square matrix to a power from 0 up, over any semiring, by repeated squaring.
fn matrix_power[n, S: semiring](a: S[n, n], k: i64) -> S[n, n] = {
  let mut x: S[n, n] = eye
  let mut square = a
  require(k >= 0, "a power of a matrix is not negative; take that of its inverse")
  let mut left = k
  while left > 0 {
    if mod(left, 2) == 1 { x = x @ square }
    left = div(left, 2)
    if left > 0 { square = square @ square }
  }
  x
}

// The exponential of a square matrix: halved until it is small, a rational function of degree 13, squared as often
// (Higham, The scaling and squaring method for the matrix exponential revisited, 2005, algorithm 2.3).
fn expm[n, F: float](a: F[n, n]) -> F[n, n] = {
  let size = max(sum(abs(a[i, j]) for i) for j)
  let mut (scale, halvings): (F, i64) = (1, 0)
  while size > 5.371920351148152 * scale {
    scale = 2 * scale
    halvings += 1
  }
  let x = a / scale
  let one: F[n, n] = eye
  let x2 = x @ x
  let x4 = x2 @ x2
  let x6 = x2 @ x4
  let odd_high = x6 @ (x6 + 16380 * x4 + 40840800 * x2)
  let odd_low = 33522128640 * x6 + 10559470521600 * x4 + 1187353796428800 * x2 + 32382376266240000 * one
  let odd = x @ (odd_high + odd_low)
  let even_high = x6 @ (182 * x6 + 960960 * x4 + 1323241920 * x2)
  let even = even_high + 670442572800 * x6 + 129060195264000 * x4 + 7771770303897600 * x2 + 64764752532480000 * one
  let mut y = solve(even - odd, even + odd)
  for _ in 0..halvings { y = y @ y }
  y
}

// The elements in ascending order, NaN last.
fn sort[n, S: type](x: S[n]) -> S[n] = x[argsort(x)]

// The k largest elements, descending, and where they stand; of equal ones the first comes first.
fn top_k[n, S: type, k <= n](x: S[n], k) -> (S[k], i64[k]) = {
  let order = argsort(-x)
  let at = order[0..k]
  (x[at], at)
}

// The sums of the first element, the first two, and so on.
fn cumsum[n, S: semiring](x: S[n]) -> S[n] = {
  let (_, sums) = scan(|s, e| (s + e, s + e), zero, x)
  sums
}

// The products of the first element, the first two, and so on.
fn cumprod[n, S: semiring](x: S[n]) -> S[n] = {
  let (_, products) = scan(|p, e| (p * e, p * e), one, x)
  products
}

// The nearest number between `low` and `high`. At both ends it has the derivative from the left, 0 and 1: one side at every
// kink keeps the gradient of a layer a limit of gradients (Park, Chun and Lee, 2024, theorem 4).
fn clamp[F: float](x: F, low: F, high: F) -> F = min(max(low, x), high)

// The logarithm of the magnitude of the gamma function, in f64 within 1e-14 of its size or of 1: Stirling's series from 8 on, below by the recurrence, left of a
// half by reflection (DLMF 5.11.1, 5.5.1, 5.5.3).
fn lgamma[F: float](x: F) -> F =
  if x <= 0 and x == floor(x) { 1 / (x - x) }
  else if x < 0.5 { log(pi / sin(pi * (x - floor(x)))) - lgamma_right(1 - x) }
  else { lgamma_right(x) }

fn lgamma_right[F: float](x: F) -> F = {
  let (z, below) = if x < 8 { (x + 8, prod(x + k for k in 0..8)) } else { (x, 1) }
  let r = 1 / (z * z)
  let tail = 1/12 - r * (1/360 - r * (1/1260 - r * (1/1680 - r * (1/1188 - r * (691/360360 - r / 156)))))
  (z - 0.5) * (log(z) - 1) - 0.5 + log(2*pi) / 2 + tail / z - log(below)
}

// Its derivative; the derivatives of that are the polygamma functions. At a pole of lgamma there is none.
fn digamma[F: float](x: F) -> F = grad(lgamma)(x)
