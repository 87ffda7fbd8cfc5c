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
