// Optimisers: lenses from a state to parameters. `init` makes the state, `get` gives the parameters at which the
// gradient is taken, `put` takes the gradient and gives the next state and parameters.

type optimiser<S, P> = {init: P -> S, get: (S, P) -> P, put: (S, P, P) -> (S, P)}

// Gradient descent.
fn sgd(rate: f64 = 1e-2) = {
  init: |p| (),
  get: |s, p| p,
  put: |s, p, g| (s, p - rate * g),
}

// Gradient descent with momentum (Polyak, 1964).
fn momentum(rate: f64 = 1e-2, gamma: f64 = 0.9) = {
  init: |p| 0 * p,
  get: |s, p| p,
  put: |s, p, g| {
    let v = gamma * s - rate * g
    (v, p + v)
  },
}

// The gradient is taken ahead, where momentum leads (Nesterov, 1983).
fn nesterov(rate: f64 = 1e-2, gamma: f64 = 0.9) = {
  init: |p| 0 * p,
  get: |s, p| p + gamma * s,
  put: |s, p, g| {
    let v = gamma * s - rate * g
    (v, p + v)
  },
}

// Steps by the sum of squared gradients (Duchi, Hazan and Singer, 2011).
fn adagrad(rate: f64 = 1e-2, epsilon: f64 = 1e-10) = {
  init: |p| 0 * p,
  get: |s, p| p,
  put: |s, p, g| {
    let v = s + each(|x| x * x, g)
    (v, p - rate * each(|x, v| x / (sqrt(v) + epsilon), g, v))
  },
}

// Steps by a running mean of squared gradients (Tieleman and Hinton, 2012).
fn rmsprop(rate: f64 = 1e-3, rho: f64 = 0.9, epsilon: f64 = 1e-8) = {
  init: |p| 0 * p,
  get: |s, p| p,
  put: |s, p, g| {
    let v = rho * s + (1 - rho) * each(|x| x * x, g)
    (v, p - rate * each(|x, v| x / (sqrt(v) + epsilon), g, v))
  },
}

// Running means of gradients and of their squares, corrected for their start (Kingma and Ba, 2015, algorithm 1).
fn adam(rate: f64 = 1e-3, beta1: f64 = 0.9, beta2: f64 = 0.999, epsilon: f64 = 1e-8) = {
  init: |p| {t: 0.0, m: 0 * p, v: 0 * p},
  get: |s, p| p,
  put: |s, p, g| {
    let t = s.t + 1
    let m = beta1 * s.m + (1 - beta1) * g
    let v = beta2 * s.v + (1 - beta2) * each(|x| x * x, g)
    let (c1, c2) = (1 - pow(beta1, t), 1 - pow(beta2, t))
    let step = each(|m, v| (m / c1) / (sqrt(v / c2) + epsilon), m, v)
    ({t: t, m: m, v: v}, p - rate * step)
  },
}
