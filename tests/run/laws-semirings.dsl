--- all-pairs shortest paths by two squarings ---
// A published trace: the weights and the distances of a graph of four nodes.
let w = minplus([[0.0, 3.0, inf, 7.0], [inf, 0.0, 2.0, inf], [inf, inf, 0.0, 1.0], [6.0, inf, inf, 0.0]])
let d = [[0.0, 3.0, 5.0, 6.0], [9.0, 0.0, 2.0, 3.0], [7.0, 10.0, 0.0, 1.0], [6.0, 9.0, 11.0, 0.0]]
let w2 = w @ w
assert(all(real(w2 @ w2) == d))
// Bellman and Ford: repeated products with a vector give the distances to node 3.
let e: minplus<f64>[4] = w @ (w @ (w @ minplus([inf, inf, inf, 0.0])))
assert(all(real(e) == [d[i, 3] for i]))

--- the most probable path of a hidden Markov model ---
// The two health states of the text books: probability 0.01512, path healthy, healthy, fever.
// The sum over all paths is 0.03628 by hand.
fn path[S: semiring, n](start: S[n], step: S[n, n], seen: S[3, n]) -> S[n] {
  let mut a = [start[i] * seen[0, i] for i]
  for t in 1..3 { a = [sum(a[i] * step[i, j] for i) * seen[t, j] for j] }
  a
}
let start = [0.6, 0.4]
let step = [[0.7, 0.3], [0.4, 0.6]]
let seen = [[0.5, 0.1], [0.4, 0.3], [0.1, 0.6]]
let best = path(maxplus(log(start)), maxplus(log(step)), maxplus(log(seen)))
assert_close(exp(real(best[1])), 0.01512)
assert(argmax(real(best)) == 1)
assert_close(sum(path(start, step, seen)), 0.03628)
assert_close(exp(real(sum(path(logsum(log(start)), logsum(log(step)), logsum(log(seen)))))), 0.03628)

--- the gradient of a tropical product goes to the winners ---
fn first(a: f64[3], b: f64[3]) -> f64 = real(maxplus(a) @ maxplus(b))
// a = [1, 1, 0], b = [2, 2, 3]: the value is 3, three times, and the lowest index wins.
assert(first([1.0, 1.0, 0.0], [2.0, 2.0, 3.0]) == 3.0)
let (da, db) = grad(first, wrt: (0, 1))([1.0, 1.0, 0.0], [2.0, 2.0, 3.0])
assert(all(da == [1.0, 0.0, 0.0]) and all(db == [1.0, 0.0, 0.0]))
// Nothing wins where everything is the zero.
assert(all(grad(first)([-inf, -inf, -inf], [2.0, 2.0, 3.0]) == [0.0, 0.0, 0.0]))
// The mass of a cotangent is kept on both sides: 1 + 2 + 3 + 4.
fn product(a: f64[2, 3], b: f64[3, 2]) -> f64[2, 2] = real(maxplus(a) @ maxplus(b))
let c = [[1.0, 2.0], [3.0, 4.0]]
let (a1, b1) = vjp(product)([[1.0, 5.0, 2.0], [0.0, 3.0, 8.0]], [[4.0, 1.0], [0.0, 2.0], [1.0, 9.0]], c)
assert(sum(a1) == 10.0 and sum(b1) == 10.0)

--- a NaN anywhere in a row makes the result NaN ---
fn row(x: f64[4]) -> bool {
  let y = real(maxplus(x) @ maxplus([0.0, 0.0, 0.0, 0.0]))
  y != y
}
assert(row([nan, 1.0, 2.0, 3.0]) and row([1.0, nan, 2.0, 3.0]) and row([1.0, 2.0, 3.0, nan]))
assert(not row([1.0, 2.0, 3.0, -inf]))

--- one program over eight semirings ---
// By hand, for the graph 0 -> 1 (3), 1 -> 2 (4), 0 -> 2 (5): the square of 1 + a.
fn twice[S: semiring, n](a: S[n, n]) -> S {
  let b = eye() + a
  (b @ b)[0, 2]
}
let edge = [[false, true, true], [false, false, true], [false, false, false]]
let long = [[-inf, 3.0, 5.0], [-inf, -inf, 4.0], [-inf, -inf, -inf]]
let short = [[inf, 3.0, 5.0], [inf, inf, 4.0], [inf, inf, inf]]
assert(twice([[f64(edge[i, j]) for j] for i]) == 3.0 and twice(edge))
assert(twice([[i64(edge[i, j]) for j] for i]) == 3)
assert(twice([[count(edge[i, j]) for j] for i]) == 3 and twice([[z2(edge[i, j]) for j] for i]) == 1)
assert(real(twice(maxplus(long))) == 7.0 and real(twice(minplus(short))) == 5.0)
// 2 e^5 + e^7
assert_close(real(twice(logsum(long))), log(2.0 * exp(5.0) + exp(7.0)))

--- log-sum-exp lies between the largest and the largest plus t log n ---
fn soft[n](t: f64, x: f64[n]) -> f64 = t * real(sum(logsum([x[i] / t for i])))
let x = [0.3, -2.0, 1.7, 1.65]
for k in 0..3 {
  let t = pow(0.1, f64(k))
  assert(soft(t, x) >= 1.7 and soft(t, x) <= 1.7 + t * log(4.0) + 1e-12)
}

--- every boolean function of three bits is learned in one pass ---
fn member(s: i64, i: i64) -> i64 = bit_and(shift_right(s, i), 1)
fn bits(i: i64) -> z2[3] = [z2(member(i, b)) for b in 0..3]
fn ev(p: z2[8], x: z2[3]) -> z2 = sum(p[i] * prod(x[b] + z2(1 - member(i, b)) for b) for i)
fn step(p: z2[8], x: z2[3], y: z2) -> z2[8] = p + reverse(|p| ev(p, x))(p, ev(p, x) + y)
fn learned(target: i64) -> bool {
  let mut p: z2[8] = zeros
  for i in 0..8 { p = step(p, bits(i), z2(member(target, i))) }
  all(ev(p, bits(i)) == z2(member(target, i)) for i in 0..8)
}
assert(all(learned(t) for t in 0..256))

--- a linear map over two elements is learned in one epoch ---
// A published trace: with the mask 1011 the errors of the epochs are 3, 0, 0.
fn inner(p: z2[4], x: z2[4]) -> z2 = p @ x
fn digits(n: i64) -> z2[4] = [z2(shift_right(n, b)) for b in 0..4]
fn epoch(p: z2[4]) -> (z2[4], count) {
  let mut p = p
  let mut errors: count = 0
  for n in 0..16 {
    let e = inner(p, digits(n)) + inner(digits(11), digits(n))
    errors += count(i64(e))
    p = p + reverse(|p| inner(p, digits(n)))(p, e)
  }
  (p, errors)
}
let (p1, e1) = epoch(zeros)
let (p2, e2) = epoch(p1)
assert(e1 == 3 and e2 == 0 and all(p2 == digits(11)))

--- the axioms of a semiring, at special values and at random ---
// Associative, commutative, distributive; neutral elements; a zero that absorbs. Numbers are multiples of a half, so that sums
// of them are exact.
fn holds[S: semiring](a: S, b: S, c: S) -> bool =
  (a + b) + c == a + (b + c) and a + b == b + a and (a * b) * c == a * (b * c) and a * b == b * a
    and a * (b + c) == a * b + a * c and a + zero == a and a * one == a and a * zero == zero
fn all_hold[S: semiring, n](x: S[n]) -> bool = all(holds(x[i], x[j], x[k]) for i, j, k)
let draws: f64[6] = normal(key(1))
let halves = [round(8 * draws[i]) / 2 for i]
let tropical = [-inf, -0.0, 0.0, 0.5, -7.0, 1e9, -1e9]
assert(all_hold(maxplus(tropical)) and all_hold(maxplus(halves)))
assert(all_hold(minplus(-tropical)) and all_hold(minplus(halves)))
assert(all_hold([0.0, -0.0, 1.0, -3.0, 0.5]) and all_hold(halves) and all_hold(f32(halves)))
assert(all_hold([0, 1, -1, 7, 1048576]) and all_hold([false, true]))
assert(all_hold([count(0), count(1), count(5), count(1000000)]) and all_hold([z2(0), z2(1)]))
// Sums of logarithms round; the axioms hold to rounding.
fn near(a: logsum<f64>, b: logsum<f64>) -> bool = a == b or abs(real(a) - real(b)) <= 1e-12 * (1 + abs(real(a)))
fn nearly(a: logsum<f64>, b: logsum<f64>, c: logsum<f64>) -> bool =
  near((a + b) + c, a + (b + c)) and a + b == b + a and near((a * b) * c, a * (b * c)) and a * b == b * a
    and near(a * (b + c), a * b + a * c) and a + zero == a and a * one == a and a * zero == zero
let logs = logsum([-inf, 0.0, 0.5, -700.0, 700.0, 1e9, draws[0], draws[1]])
assert(all(nearly(logs[i], logs[j], logs[k]) for i, j, k))
