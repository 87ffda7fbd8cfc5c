// The minimum of a difference of two submodular functions (El Halabi, Orfanides and Hoheisel, Difference of submodular
// minimization via DC programming, 2023): DCA on sets of 7 items, written as bit masks.
fn member(s: i64, i: i64) -> i64 = bit_and(shift_right(s, i), 1)
fn cut(w: f64[7, 7], s: i64) -> f64 = sum(w[i, j] for i, j if member(s, i) == 1 and member(s, j) == 0)
fn coverage[m](c: bool[7, m], s: i64) -> f64 = 1.2 * f64(sum(i64(any(c[i, u] and member(s, i) == 1 for i)) for u))
fn prefixes(x: f64[7]) -> i64[8] {
  let order = argsort(-x)
  [sum(shift_left(1, order[j]) for j in 0..7 if j < k) for k in 0..8]
}
fn subgradient(h: i64 -> f64, x: f64[7]) -> f64[7] {
  let order = argsort(-x)
  let s     = prefixes(x)
  let mut y: f64[7] = zeros
  for k in 0..7 { y[order[k]] = h(s[k + 1]) - h(s[k]) }
  y
}
fn dca(g: i64 -> f64, h: i64 -> f64, start: i64) -> i64 {
  let mut s = start
  let mut last = -1
  while s != last {
    last = s
    let y = subgradient(h, [f64(member(s, i)) for i in 0..7])
    s = argmin(g(t) - sum(y[i] for i if member(t, i) == 1) for t in 0..128)
  }
  s
}

// Cuts of a graph less a coverage function, both submodular.
let pairs: f64[7, 7] = uniform(key(1), 0, 1)
let draws: f64[7, 12] = uniform(key(2), 0, 1)
let w = [if i == j { 0.0 } else { pairs[min(i, j), max(i, j)] } for i in 0..7, j in 0..7]
let c = [draws[i, u] < 0.25 for i, u]
let g = |s| cut(w, s)
let h = |s| coverage(c, s)

test "both functions are submodular, and the subgradient is a lower bound that is tight on its chain" {
  let slack = |f| min(f(s) + f(t) - f(bit_or(s, t)) - f(bit_and(s, t)) for s in 0..128, t in 0..128)
  assert(slack(g) >= -1e-12 and slack(h) >= -1e-12)
  let x: f64[7] = uniform(key(3), 0, 1)
  let y = subgradient(h, x)
  // The base polyhedron: y(S) <= h(S) for all S, with equality at the prefixes.
  let bound = min(h(t) - sum(y[i] for i if member(t, i) == 1) for t in 0..128)
  assert(bound >= -1e-12)
  let chain = prefixes(x)
  assert(all(abs(h(chain[k]) - sum(y[i] for i if member(chain[k], i) == 1)) < 1e-12 for k))
}

test "each step descends, and the end is no worse than any start" {
  let best = min(g(t) - h(t) for t in 0..128)
  let ends = [dca(g, h, s) for s in 0..128]
  assert(all(g(ends[s]) - h(ends[s]) <= g(s) - h(s) + 1e-12 for s in 0..128))
  let reached = sum(1 for s in 0..128 if g(ends[s]) - h(ends[s]) < best + 1e-12)
  print("least difference", best, "reached from", reached, "of 128 starts")
  assert(reached > 0)
}
