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
  min(sum(i64(u >= sum(weights[j] for j if j <= i)) for i in 0..n), n - 1)
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
