--- shortest paths ---
fn closure[n](w: minplus<f64>[n, n]) -> minplus<f64>[n, n] {
  let mut d = eye() + w
  for _ in 0..ceil_log2(n) { d = d @ d }
  d
}
let w = [[inf, 3.0, inf, 9.0], [inf, inf, 2.0, inf], [inf, inf, inf, 1.0], [4.0, inf, inf, inf]]
let d = [[0.0, 3.0, 5.0, 6.0], [7.0, 0.0, 2.0, 3.0], [5.0, 8.0, 0.0, 1.0], [4.0, 7.0, 9.0, 0.0]]
assert(all(real(closure(minplus(w))) == d))
// The gradient is 1 on the edges of the best route from 0 to 3.
let used = grad(|w| real(closure(minplus(w))[0, 3]))(w)
assert(all(used == [[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]]))

--- the longest increasing chain ---
// numpy: a = np.array([[0., 2], [1, 5]])
let a = maxplus([[0.0, 2.0], [1.0, 5.0]])
// numpy: np.max(a[:, :, None] + a[None, :, :], axis=1)
assert(all(real(a @ a) == [[3.0, 7.0], [6.0, 10.0]]))
assert(real(sum(a)) == 5.0 and real(prod(a)) == 8.0)
assert(real(maxplus(2.0) + maxplus(3.0)) == 3.0 and real(maxplus(2.0) * maxplus(3.0)) == 5.0)

--- one program over two semirings ---
fn chain[S: semiring, n](a: S[n, n], x: S[n]) -> S[n] = a @ (a @ x)
assert(all(chain([[1.0, 2.0], [0.0, 1.0]], [1.0, 1.0]) == [5.0, 1.0]))
assert(all(real(chain(minplus([[1.0, 2.0], [0.0, 1.0]]), minplus([1.0, 1.0]))) == [3.0, 2.0]))
assert(all(chain([[true, false], [true, true]], [false, true]) == [false, true]))

--- a tie of two zeros gives no gradient ---
// By hand: at a tie the first entry wins, but an entry that is the zero of its semiring never does.
fn most(x: f64[2]) -> f64 = real(maxplus(x[0]) + maxplus(x[1]))
fn least(x: f64[2]) -> f64 = real(minplus(x[0]) + minplus(x[1]))
assert(all(grad(most)([-inf, -inf]) == [0.0, 0.0]) and all(grad(least)([inf, inf]) == [0.0, 0.0]))
assert(all(grad(most)([2.0, 2.0]) == [1.0, 0.0]) and all(grad(least)([2.0, 2.0]) == [1.0, 0.0]))
assert(all(grad(most)([-inf, 2.0]) == [0.0, 1.0]) and all(grad(least)([2.0, inf]) == [1.0, 0.0]))
assert(most([-inf, -inf]) == -inf and least([inf, inf]) == inf and most([nan, 1.0]) != most([nan, 1.0]))

--- sums of logarithms ---
// python: math.log(math.exp(1) + math.exp(2)); the rest by lse(*v) = max(v) + log(sum(exp(v - max(v))))
assert_close(real(logsum(1.0) + logsum(2.0)), 2.313261687518223)
assert_close(real(sum(logsum([0.5, -1.0, 2.0]))), 2.241311296657157)
assert(real(logsum(1.0) * logsum(2.0)) == 3.0 and real(prod(logsum([0.5, -1.0, 2.0]))) == 1.5)
let a = logsum([[0.5, -1.0], [2.0, 0.0]])
assert_close(real(a @ a), [[1.6931471805599454, -0.025923015819893314], [2.9740769841801065, 1.3132616875182228]])
// Nothing overflows, and the zero is the unit of the sum.
let z: logsum<f64> = zero
let o: logsum<f64> = one
assert(real(logsum(1000.0) + z) == 1000.0 and real(z + z) == -inf and real(z) == -inf and real(o) == 0.0)
assert_close(real(logsum(1000.0) + logsum(1000.0)), 1000.0 + log(2.0))
assert(f64(real(sum(logsum(f32([0.0, 0.0, 0.0, 0.0]))))) - log(4.0) < 1e-6)

--- the gradient of a sum of logarithms is a softmax ---
fn total[n](x: f64[n]) -> f64 = real(sum(logsum(x)))
// python: [math.exp(x - lse(0.5, -1, 2)) for x in (0.5, -1, 2)]
let p = [0.1752903921400367, 0.03911257327068745, 0.7855970345892758]
assert_close(grad(total)([0.5, -1.0, 2.0]), p)
assert_close(jvp(total)([0.5, -1.0, 2.0], [1.0, 0.0, -1.0]), 0.1752903921400367 - 0.7855970345892758)
// By hand: the second derivative is p_i [i = j] - p_i p_j.
assert_close(hessian(total)([0.5, -1.0, 2.0]), [(if i == j { p[i] } else { 0.0 }) - p[i] * p[j] for i in 0..3, j in 0..3])
fn pair(x: f64[2]) -> f64 = real(logsum(x[0]) + logsum(x[1]))
assert_close(grad(pair)([1.0, 2.0]), [1.0 / (1.0 + exp(1.0)), exp(1.0) / (1.0 + exp(1.0))])
// The zero of the semiring has no share, not even in a sum of nothing else.
assert(all(grad(total)([-inf, 1.0]) == [0.0, 1.0]) and all(grad(total)([-inf, -inf]) == [0.0, 0.0]))
assert(all(grad(pair)([-inf, 1.0]) == [0.0, 1.0]) and all(grad(pair)([-inf, -inf]) == [0.0, 0.0]))

--- natural numbers ---
let most: count = 9223372036854775807
assert(most + 1 == most and most * 2 == most and most * 0 == 0)
assert(i64(count(3) * 4 + 5) == 17 and f64(count(3)) == 3.0 and count(true) == 1)
let c = count([1, 2, 3])
assert(sum(c) == 6 and prod(c) == 6 and max(c) == 3 and argmax(c) == 2 and c @ c == 14)
assert(max(c[i] for i in 0..3 if i > 5) == 0 and sum(most for i in 0..9000) == most)
// By hand: the walks of length 2 in the graph 0 -> 1 -> 2, 0 -> 2, 2 -> 2.
let g = count([[0, 1, 1], [0, 0, 1], [0, 0, 1]])
assert(all(g @ g == count([[0, 0, 2], [0, 0, 1], [0, 0, 1]])))
print(c, most)
===
[1, 2, 3] 9223372036854775807

--- two elements ---
let a: z2[2, 2] = [[1, 1], [0, 1]]
assert(all(a @ a == z2([[1, 2], [0, 1]])) and all(a + a == z2([[0, 0], [0, 0]])) and all(a - a == a + a))
assert(sum(a) == 1 and prod(a) == 0 and z2(7) == 1 and z2(-7) == 1 and z2(-2) == 0 and z2(true) == 1)
assert(i64(z2(5)) == 1 and f64(sum(z2([1, 1, 1]))) == 1.0 and -z2(1) == 1 and z2(1)^0 == 1)
print(a, z2(3))
===
[[1, 1],
 [0, 1]] 1

--- the derivative over two elements is that of polynomials ---
fn square(x: z2) -> z2 = x * x
fn both(x: z2, y: z2) -> z2 = x * y + x
// By hand: d(x x) = 2x dx = 0 and d(x y + x) = (y + 1) dx + x dy.
assert(reverse(square)(1, 1) == 0 and forward(square)(1, 1) == 0)
let (dx, dy) = reverse(both)(1, 1, 1)
assert(dx == 0 and dy == 1 and forward(both)(1, 0, 1, 1) == 0)
fn every(x: z2[3]) -> z2 = prod(x)
assert(all(reverse(every)(z2([1, 0, 1]), 1) == z2([0, 1, 0])))

--- products of truth values ---
// By hand: who reaches whom in one and two steps of 0 -> 1 -> 2.
let r = [[false, true, false], [false, false, true], [false, false, false]]
assert(all(r @ r == [[false, false, true], [false, false, false], [false, false, false]]))
assert(sum(r) and not prod(r) and all(r @ [false, true, false] == [true, false, false]))

--- sums and products of any semiring ---
fn line[S: semiring](a: S, x: S, b: S) -> S = a * x + b
// By hand, in each: (true and true) or false, 2 3 + 1, min(1 + 2, 5), 2 3 + 4, 1 1 + 1.
assert(line(true, true, false) and not line(true, false, false))
assert(line(2, 3, 1) == 7 and line(2.0, 3.0, 1.0) == 7.0 and real(line(minplus(1.0), minplus(2.0), minplus(5.0))) == 3.0)
assert(line(count(2), count(3), count(4)) == 10 and line(z2(1), z2(1), z2(1)) == 0)

--- products of many counts, and a type argument that is an element of a semiring ---
// 2^25 in one fold over an axis and over two; and beyond the end of the range.
assert(prod(count(2) for i in 0..5, j in 0..5) == 33554432)
assert(prod([count(2) for i in 0..25]) == 33554432 and prod(count(2) for i in 0..5000) == 9223372036854775807)
fn total[n](x: logsum<f64>[n], y: f64) -> f64 = real(sum(x)) + y
assert_close(total(logsum([1.0, 2.0]), 1.0), 3.313261687518223)
