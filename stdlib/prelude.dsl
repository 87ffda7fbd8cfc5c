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

// Where `f` stays: `x = f(x)`, by iteration from `x0` until a step is no longer than `tolerance`. Its derivative is that
// of the equation, not of the iteration: with J the derivative of `f` at the fixpoint, (1 - J) y_dot = f_dot, solved by
// `linear_solve` to its tolerance, with products by J alone. What `f` captures gets its part; `x0` gets none.
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
derivative fixpoint[P: vector](f: P -> P, x0: P, tolerance: f64, max_steps: i64, y: P, y_bar: P) = {
  let w = linear_solve(|w| w - vjp(f)(y, w), y_bar)
  ((y, w), (), (), ())
}

// Where `f` is zero, by Newton's method from `x0`: a step solves with the derivative of `f`, with products by it alone,
// and is halved until the residual falls. It ends where the residual is no longer than `tolerance`. Its derivative is
// that of the equation f = 0, as for `fixpoint`.
fn root[P: vector](f: P -> P, x0: P, tolerance: f64 = 1e-10, max_steps: i64 = 100) -> P = {
  let mut x = x0
  let mut y = f(x)
  let mut steps = 0
  while not (f64(norm(y)) <= tolerance) {
    require(steps < max_steps, "no root is reached within `max_steps`")
    let step = linear_solve(|v| jvp(f)(x, v), y)
    let mut share = 0 * norm(y) + 1
    let mut next = x - step
    let mut value = f(next)
    while not (norm(value) <= (1 - share / 10000) * norm(y)) and f64(share) > 1e-6 {
      share = share / 2
      next = x - share * step
      value = f(next)
    }
    x = next
    y = value
    steps += 1
  }
  x
}
derivative root[P: vector](f: P -> P, x0: P, tolerance: f64, max_steps: i64, y: P, y_bar: P) = {
  let w = linear_solve(|w| vjp(f)(y, w), -y_bar)
  ((y, w), (), (), ())
}

// What `argmin(f, x0)` is for a function: a point from which `f` falls in no direction. Newton's method, with the
// directions of conjugate gradients up to the first along which `f` does not curve upwards (Nocedal and Wright, 2006,
// algorithm 7.1), until the gradient is no longer than `tolerance`. Its derivative is that of the equation
// grad(f) = 0, solved by `conjugate_gradient` to its tolerance.
fn minimiser[P: vector, F: float](f: P -> F, x0: P, tolerance: f64 = 1e-8, max_steps: i64 = 200) -> P =
  stationary(grad(f), |x| f64(f(x)), x0, tolerance, max_steps)

fn stationary[P: vector](g: P -> P, f: P -> f64, x0: P, tolerance: f64, max_steps: i64) -> P = {
  let mut x = x0
  let mut slope = g(x)
  let mut steps = 0
  while not (f64(norm(slope)) <= tolerance) {
    require(steps < max_steps, "no minimum is reached within `max_steps`")
    let step = downwards(|v| jvp(g)(x, v), slope)
    let gain = f64(dot(slope, step))
    let (height, length) = (f(x), norm(slope))
    let mut share = 0 * length + 1
    let mut next = x + step
    // Near the minimum differences of `f` are rounding; there the gradient tells.
    while not (f(next) <= height + f64(share) * gain / 10000 or norm(g(next)) <= length / 2) and f64(share) > 1e-12 {
      share = share / 2
      next = x + share * step
    }
    x = next
    slope = g(x)
    steps += 1
  }
  x
}
derivative stationary[P: vector](
  g: P -> P, f: P -> f64, x0: P, tolerance: f64, max_steps: i64, y: P, y_bar: P
) = {
  let w = conjugate_gradient(|v| jvp(g)(y, v), -y_bar)
  ((y, w), (), (), (), ())
}

// A direction in which a function falls whose gradient is `slope` and whose second derivative is `a`.
fn downwards[P: vector](a: P -> P, slope: P) -> P = {
  let mut x = 0 * slope
  let mut r = -slope
  let mut p = r
  let goal = norm(slope) * min(1/2, sqrt(norm(slope)))
  let mut steps = 0
  let mut curves = true
  while curves and norm(r) > goal and steps < 1000 {
    let q = a(p)
    let curvature = dot(p, q)
    curves = curvature > 0
    if curves {
      let length = dot(r, r) / curvature
      x += length * p
      let rest = r - length * q
      p = rest + dot(rest, rest) / dot(r, r) * p
      r = rest
    }
    steps += 1
  }
  if norm(x) > 0 { x } else { -slope }
}

// The `x` with `a(x) = b` for a linear map `a`, from products by it alone: GMRES, restarted after 30 steps (Saad and
// Schultz, 1986), until the residual is at most `tolerance` of what rounding can make of it: |b| + |a| |x|, with |a| as
// far as it shows. In f32 the tolerance is at least 1e-5. The derivative solves with the transpose.
fn linear_solve[P: vector](a: P -> P, b: P, tolerance: f64 = 1e-12, max_steps: i64 = 3000) -> P = {
  let goal = tolerance_for(norm(b), tolerance)
  let mut x = 0 * b
  let mut r = b
  let mut steps = 0
  let mut scale = 0 * norm(b)
  // A NaN ends it, and is in the result.
  while f64(norm(r)) > goal * f64(norm(b) + scale * norm(x)) {
    require(steps < max_steps, "`linear_solve` does not converge within `max_steps`")
    let zero = 0 * norm(b)
    let start = norm(r)
    // An orthonormal basis of r, a(r), a(a(r)), ..; in it `a` is nearly triangular, and rotations make it so.
    let mut basis: P[31] = zeros
    basis[0] = r / start
    let mut upper = [zero for i in 0..30, j in 0..30]
    let mut cosines = [zero for i in 0..30]
    let mut sines = [zero for i in 0..30]
    let mut left = [if i == 0 { start } else { 0 } for i in 0..31]
    let mut n = 0
    while n < 30 and f64(abs(left[n])) > goal * f64(norm(b)) / 10 {
      let mut w = a(basis[n])
      scale = max(scale, norm(w))
      let mut column = [zero for i in 0..31]
      for i in 0..n + 1 {
        column[i] = dot(basis[i], w)
        w -= column[i] * basis[i]
      }
      let below = norm(w)
      if below > 0 { basis[n + 1] = w / below }
      for i in 0..n {
        let (p, q) = (column[i], column[i + 1])
        column[i] = cosines[i] * p + sines[i] * q
        column[i + 1] = cosines[i] * q - sines[i] * p
      }
      let length = sqrt(column[n]^2 + below^2)
      require(not (length == 0), "the map of `linear_solve` has no inverse")
      cosines[n] = column[n] / length
      sines[n] = below / length
      column[n] = length
      for i in 0..n + 1 { upper[i, n] = column[i] }
      left[n + 1] = -sines[n] * left[n]
      left[n] = cosines[n] * left[n]
      n += 1
    }
    let mut y = [zero for i in 0..30]
    for k in 0..n {
      let i = n - 1 - k
      y[i] = (left[i] - sum(upper[i, j] * y[j] for j)) / upper[i, i]
      x += y[i] * basis[i]
    }
    r = b - a(x)
    steps += max(n, 1)
  }
  x
}
derivative linear_solve[P: vector](a: P -> P, b: P, tolerance: f64, max_steps: i64, y: P, y_bar: P) = {
  let w = linear_solve(|w| vjp(a)(y, w), y_bar, tolerance, max_steps)
  ((y, -w), w, (), ())
}

// The same for a symmetric map with positive eigenvalues, by conjugate gradients (Hestenes and Stiefel, 1952), which
// keep three vectors. It ends as `linear_solve` does.
fn conjugate_gradient[P: vector](a: P -> P, b: P, tolerance: f64 = 1e-12, max_steps: i64 = 3000) -> P = {
  let goal = tolerance_for(norm(b), tolerance)
  let mut x = 0 * b
  let mut r = b
  let mut p = b
  let mut steps = 0
  let mut scale = 0 * norm(b)
  while f64(norm(r)) > goal * f64(norm(b) + scale * norm(x)) {
    require(steps < max_steps, "`conjugate_gradient` does not converge within `max_steps`")
    let q = a(p)
    let curvature = dot(p, q)
    require(not (curvature <= 0), "the map of `conjugate_gradient` is not positive definite")
    scale = max(scale, norm(q) / norm(p))
    let length = dot(r, r) / curvature
    x += length * p
    let rest = r - length * q
    p = rest + dot(rest, rest) / dot(r, r) * p
    r = rest
    steps += 1
  }
  x
}
derivative conjugate_gradient[P: vector](a: P -> P, b: P, tolerance: f64, max_steps: i64, y: P, y_bar: P) = {
  let w = conjugate_gradient(a, y_bar, tolerance, max_steps)
  ((y, -w), w, (), ())
}

// A tolerance that the floats of `like` can hold.
fn tolerance_for[F: float](like: F, tolerance: f64) -> f64 = {
  let one = 0 * like + 1
  if one + 1e-12 == one { max(tolerance, 1e-5) } else { tolerance }
}

// The solution at `t1` of z' = f(z, t) with z(t0) = z0: Dormand and Prince, 1980, 5(4), with steps such that the estimated
// error of each is at most `tolerance` times 1 + |z|. Its derivative is that of the program, with the steps held.
fn ode[Z: vector](f: (Z, f64) -> Z, z0: Z, t0: f64, t1: f64, tolerance: f64 = 1e-9, max_steps: i64 = 100000) -> Z = {
  let mut z = z0
  let mut t = t0
  let mut slope = f(z0, t0)
  let mut h = stop_gradient((t1 - t0) / 100)
  let smallest = 1e-14 * abs(h)
  let mut steps = 0
  let mut running = t0 != t1
  while running {
    require(steps < max_steps, "`ode` does not arrive within `max_steps`")
    require(abs(h) > smallest, "the steps of `ode` become too small: the solution may not exist so far")
    let last = abs(h) >= abs(t1 - t)
    let s = if last { t1 - t } else { h }
    let k1 = slope
    let k2 = f(z + s * (1/5 * k1), t + s * (1/5))
    let k3 = f(z + s * (3/40 * k1 + 9/40 * k2), t + s * (3/10))
    let k4 = f(z + s * (44/45 * k1 - 56/15 * k2 + 32/9 * k3), t + s * (4/5))
    let k5 = f(z + s * (19372/6561 * k1 - 25360/2187 * k2 + 64448/6561 * k3 - 212/729 * k4), t + s * (8/9))
    let k6 = f(z + s * (9017/3168 * k1 - 355/33 * k2 + 46732/5247 * k3 + 49/176 * k4 - 5103/18656 * k5), t + s)
    let next = z + s * (35/384 * k1 + 500/1113 * k3 + 125/192 * k4 - 2187/6784 * k5 + 11/84 * k6)
    let k7 = f(next, t + s)
    let gap = 71/57600 * k1 - 71/16695 * k3 + 71/1920 * k4 - 17253/339200 * k5 + 22/525 * k6 - 1/40 * k7
    let error = stop_gradient(abs(s) * norm(gap) / (tolerance * (1 + norm(z))))
    if error <= 1 {
      z = next
      t = t + s
      slope = k7
      running = not last
    }
    // NaN makes a step smaller.
    h = h * (if error <= 1 { min(5, 0.9 * max(error, 1e-9)^(-0.2)) } else { max(0.2, 0.9 * error^(-0.2)) })
    if not (error >= 0 and error < inf) { h = 0.2 * stop_gradient(s) }
    steps += 1
  }
  z
}

// The same by `steps` steps of the classical method of fourth order (Kutta, 1901).
fn rk4[Z: vector](f: (Z, f64) -> Z, z0: Z, t0: f64, t1: f64, steps: i64) -> Z = {
  let h = (t1 - t0) / f64(steps)
  let mut z = z0
  for i in 0..steps {
    let t = t0 + f64(i) * h
    let k1 = f(z, t)
    let k2 = f(z + h/2 * k1, t + h/2)
    let k3 = f(z + h/2 * k2, t + h/2)
    let k4 = f(z + h * k3, t + h)
    z = z + h/6 * (k1 + 2 * k2 + 2 * k3 + k4)
  }
  z
}

// `ode`, with the continuous adjoint as its derivative (Chen, Rubanova, Bettencourt and Duvenaud, 2018, algorithm 1):
// a' = -a df/dz goes back from t1 with z and with the integral of a df/dp, for what `f` captures as p. Nothing is stored
// along the way, and the derivative has the error of another solution with the same tolerance.
fn ode_adjoint[Z: vector](
  f: (Z, f64) -> Z, z0: Z, t0: f64, t1: f64, tolerance: f64 = 1e-9, max_steps: i64 = 100000
) -> Z = {
  let (p, g) = captured(f, z0, t0)
  solved_ode(g, p, z0, t0, t1, tolerance, max_steps)
}

fn solved_ode[P: vector, Z: vector](
  f: (P, Z, f64) -> Z, p: P, z0: Z, t0: f64, t1: f64, tolerance: f64, max_steps: i64
) -> Z = ode(|z, t| f(p, z, t), z0, t0, t1, tolerance, max_steps)
derivative solved_ode[P: vector, Z: vector](
  f: (P, Z, f64) -> Z, p: P, z0: Z, t0: f64, t1: f64, tolerance: f64, max_steps: i64, z1: Z, z1_bar: Z
) = {
  let back = |s, t| {
    let (p_bar, z_bar, _) = vjp(f)(p, s.z, t, s.a)
    {z: f(p, s.z, t), a: -z_bar, p_bar: -p_bar}
  }
  let s = ode(back, {z: z1, a: z1_bar, p_bar: 0 * p}, t1, t0, tolerance, max_steps)
  ((), s.p_bar, s.a, -dot(s.a, f(p, z0, t0)), dot(z1_bar, f(p, z1, t1)), (), ())
}

// `f`, of which a reverse derivative keeps only what goes in: where it comes to it, it runs `f` again. `f` takes one vector.
fn checkpoint[F: type](f: F) = |x| {
  let (p, g) = captured(f, x)
  run_again(g, p, x)
}
fn run_again[F: type, P: vector, X: vector](f: F, p: P, x: X) = f(p, x)
derivative run_again[F: type, P: vector, X: vector, Y: type, D: type](f: F, p: P, x: X, y: Y, y_bar: D) = {
  let (p_bar, x_bar) = vjp(f)(p, x, y_bar)
  ((), p_bar, x_bar)
}

// `x` itself, which no derivative passes.
fn stop_gradient[T: type](x: T) -> T = x
derivative stop_gradient[T: type, D: type](x: T, y: T, y_bar: D) = ()

// What a bit changes: for each bit of `x` whether `f` changes when it does. Equal to the gradient where no variable is
// multiplied by itself; the gradient is that of the polynomial that is written.
fn boolean_difference[F: type](f: F) = |x| flips(f, x)
fn flips[n](f: z2[n] -> z2, x: z2[n]) -> z2[n] =
  [f([if j == i { x[j] + 1 } else { x[j] } for j]) + f(x) for i in 0..n]

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
