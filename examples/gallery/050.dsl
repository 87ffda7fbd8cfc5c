// Kernel thinning (Dwivedi and Mackey, Generalized kernel thinning, 2022, algorithms 1 and 2): repeated halving with signs that
// lean against the running sum, then greedy replacement of points, gives root n points that stand for n much better than
// every root-n-th point. Up to n = 256 here, to be quick. Target N(0, 1) in two dimensions, Gaussian kernel.
fn kernel(x: f64[2], y: f64[2]) -> f64 = exp(-((x[0] - y[0])^2 + (x[1] - y[1])^2) / 2)

// Of a Gaussian target the mean embedding is known: E k(x, Y) = 1/2 exp(-|x|^2 / 4), E k(X, Y) = 1/3.
fn mmd2[m](x: f64[m, 2]) -> f64 =
  mean(kernel(x[i], x[j]) for i, j) - mean(exp(-(x[i, 0]^2 + x[i, 1]^2) / 4) for i) + 1 / 3

// Kernel halving: of each pair one goes to each side, by a coin that leans against what went before.
fn halve[n](x: f64[2*n, 2], k: key) -> f64[n, 2] {
  let mut chosen: f64[n, 2] = zeros
  let mut other: f64[n, 2] = zeros
  let mut s2 = 0.0
  let level = 2 * log(4 * f64(n))
  for i in 0..n {
    let (a, b) = (x[2*i], x[2*i + 1])
    let b2 = 2 - 2 * kernel(a, b)
    let c = max(sqrt(b2 * s2 * level), b2)
    s2 += if c > 0 { max(0, b2 * (1 + (b2 - 2 * c) * s2 / c^2)) } else { 0.0 }
    let psi = |y| sum(if j < i { kernel(chosen[j], y) - kernel(other[j], y) } else { 0 } for j)
    let lean = psi(a) - psi(b)
    let coin: f64 = uniform(fold_in(k, i))
    let first = coin < 0.5 * (if c > 0 { 1 - lean / c } else { 1.0 })
    chosen[i] = if first { a } else { b }
    other[i] = if first { b } else { a }
  }
  chosen
}

// Each point in turn is replaced by the one of all that makes the difference to all points least.
fn swap[m, n](start: f64[m, 2], x: f64[n, 2]) -> f64[m, 2] {
  let embedding = [mean(kernel(x[i], x[j]) for j) for i]
  let mut s = start
  for t in 0..m {
    let cost = [(1 + 2 * sum(if j == t { 0 } else { kernel(x[i], s[j]) } for j)) / m - 2 * embedding[i] for i]
    s[t] = x[argmin(cost)]
  }
  s
}

// 4 points of 16, 8 of 64, 16 of 256.
fn thin16(x: f64[16, 2], k: key) -> f64[4, 2] = swap(halve(halve(x, fold_in(k, 0)), fold_in(k, 1)), x)
fn thin64(x: f64[64, 2], k: key) -> f64[8, 2] = swap(halve(halve(halve(x, fold_in(k, 0)), fold_in(k, 1)), fold_in(k, 2)), x)
fn thin256(x: f64[256, 2], k: key) -> f64[16, 2] =
  swap(halve(halve(halve(halve(x, fold_in(k, 0)), fold_in(k, 1)), fold_in(k, 2)), fold_in(k, 3)), x)

// The root of the mean over draws, of thinned points and of every root-n-th point.
fn compare(n, m, thin: (f64[n, 2], key) -> f64[m, 2], draws: i64) -> f64[2] {
  let mut totals = [0.0, 0.0]
  for d in 0..draws {
    let k = fold_in(key(1), d)
    let (k1, k2) = split(k)
    let x: f64[n, 2] = normal(k1)
    totals[0] += mmd2(thin(x, k2)) / f64(draws)
    totals[1] += mmd2([x[div(n, m) * i] for i in 0..m]) / f64(draws)
  }
  [sqrt(totals[0]), sqrt(totals[1])]
}

test "the error of thinned points falls nearly like 1 / root n, of standard thinning like its root" {
  let errors = [compare(16, 4, thin16, 10), compare(64, 8, thin64, 10), compare(256, 16, thin256, 10)]
  // n = 16, 64, 256: the slope by least squares over the logarithms.
  let slopes = [(log(errors[2, c]) - log(errors[0, c])) / (2 * log(4.0)) for c in 0..2]
  print("n = 16, 64, 256; thinned and standard:", errors)
  print("slopes", slopes, "ratio at the end", errors[2, 0] / errors[2, 1])
  assert(slopes[0] <= -0.42)
  assert(slopes[1] >= -0.35)
  assert(errors[2, 0] / errors[2, 1] <= 0.5)
}
