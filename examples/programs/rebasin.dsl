// Weight matching (Ainsworth, Hayase and Srinivasa, Git Re-Basin, 2023, section 3.2): the permutation of hidden units that
// aligns one network with another is a linear assignment problem.
type mlp<h> = {w1: f64[h, 3], b1: f64[h], w2: f64[h]}

fn apply[h](p: mlp<h>, x: f64[3]) -> f64 = dot(p.w2, tanh(p.w1 @ x + p.b1))

fn permute[h](p: mlp<h>, s: i64[h]) -> mlp<h> = {w1: p.w1[s], b1: p.b1[s], w2: p.w2[s]}

// Unit i of A gets unit align(a, b)[i] of B.
fn align[h](a: mlp<h>, b: mlp<h>) -> i64[h] {
  let gain = a.w1 @ b.w1.T + [a.b1[i]*b.b1[j] + a.w2[i]*b.w2[j] for i, j]
  assignment(gain)
}

// The highest rise of the loss over the chord, on the way from p to q.
fn barrier[h, n](p: mlp<h>, q: mlp<h>, x: f64[n, 3], y: f64[n]) -> f64 {
  let loss = |r| mean((apply(r, x[i]) - y[i])^2 for i)
  max({ let t = k / 20; loss((1 - t)*p + t*q) - (1 - t)*loss(p) - t*loss(q) } for k in 0..21)
}

fn network(k: key) -> mlp<16> = {
  let (k1, rest) = split(k)
  let (k2, k3) = split(rest)
  {w1: normal(k1), b1: normal(k2), w2: normal(k3)}
}

let a = network(key(1))
let x: f64[64, 3] = normal(key(2))
let y = [apply(a, x[i]) for i]

test "a permuted network computes the same" {
  let p = permute(a, permutation(key(3), 16))
  assert_close([apply(p, x[i]) for i], y, 1e-12)
}

test "a hidden permutation is found, and the barrier is gone" {
  let hidden = permutation(key(3), 16)
  let noise = network(key(4))
  let b = permute(a, hidden) + 0.01 * noise
  let s = align(a, b)
  assert(all(hidden[s[i]] == i for i in 0..16))
  let (before, after) = (barrier(a, b, x, y), barrier(a, permute(b, s), x, y))
  print("barrier", before, "after matching", after)
  assert(before > 0.5)
  assert(after < 1e-3)
}

test "no other permutation that swaps two units is better" {
  let b = network(key(5))
  let gain = a.w1 @ b.w1.T + [a.b1[i]*b.b1[j] + a.w2[i]*b.w2[j] for i, j]
  let s = align(a, b)
  let worst = min(gain[i, s[i]] + gain[j, s[j]] - gain[i, s[j]] - gain[j, s[i]] for i in 0..16, j in 0..16)
  assert(worst >= -1e-12)
}
