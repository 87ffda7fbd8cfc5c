--- reshape and flatten keep the elements in row-major order ---
// numpy: np.arange(6.).reshape(2, 3).ravel(), and .reshape(3, 2)
let x = [f64(i) for i in 0..6]
let m = reshape(x, (2, 3))
assert(all(m == [[0, 1, 2], [3, 4, 5]]) and all(flatten(m) == x))
assert(all(reshape(m, (3, 2)) == [[0, 1], [2, 3], [4, 5]]))
assert(all(reshape(m, (1, 3, 2)) == [[[0, 1], [2, 3], [4, 5]]]))
assert(reshape([7], ())== 7 and all(reshape(7, (1, 1)) == [[7]]) and all(flatten(3.0) == [3.0]))
// numpy: np.arange(24).reshape(2, 3, 4).reshape(2, 12)[1, 7], .reshape(6, 4)[4, 2]
let t = [12 * i + 4 * j + k for i in 0..2, j in 0..3, k in 0..4]
assert(reshape(t, (2, 12))[1, 7] == 19 and reshape(t, (6, 4))[4, 2] == 18)
assert(reshape(t, (2, 2, 6))[1, 0, 3] == 15)
assert(all(flatten(m.T) == [0, 3, 1, 4, 2, 5]))
// Nothing is lost where there is nothing.
assert(all(reshape(x[0..0], (0, 3)) == reshape(x[0..0], (0, 3))))

--- sizes are names, too: the heads of an attention ---
fn heads[n, d](x: f64[n, h * d], h) -> f64[n, h, d] = reshape(x, (n, h, d))
fn merge[n, h, d](x: f64[n, h, d]) -> f64[n, h * d] = [flatten(x[i]) for i]
fn blocks[m, n](x: f64[2 * m, 2 * n]) -> f64[m, n] = {
  let y = reshape(x, (m, 2, n, 2))
  [max(y[i, a, j, b] for a, b) for i, j]
}
let x = [[10.0 * i + j for j in 0..4] for i in 0..2]
let y = heads(x, 2)
assert(all(y[1] == [[10, 11], [12, 13]]) and all(merge(y) == x))
assert(all(blocks(x) == [[11, 13]]))

--- derivatives go through ---
// By hand: the gradient of sum(w_k flatten(x)_k) is w in the shape of x.
let w = [1.0, 2, 3, 4, 5, 6]
fn f(x: f64[2, 3]) -> f64 = dot(w, flatten(x)^2)
let x = [[1.0, 1, 1], [2, 2, 2]]
assert(all(grad(f)(x) == [[2, 4, 6], [16, 20, 24]]))
fn g(x: f64[6]) -> f64 = { let m = reshape(x, (2, 3)); sum(m[i, j] * m[1 - i, j] for i in 0..2, j) }
// By hand: sum_j 2 m0j m1j.
assert(all(grad(g)(w) == [8, 10, 12, 2, 4, 6]))
assert(jvp(g)(w, ones) == 42)
assert(all(jacobian(|x: f64[2]| flatten([x[i] * x[j] for i, j]))([1, 2]) == [[2, 0], [2, 1], [2, 1], [0, 4]]))

--- concat puts one behind the other ---
// numpy: np.concatenate
let a = [1.0, 2]
let b = [3.0]
assert(all(concat(a, b, a) == [1, 2, 3, 1, 2]) and all(concat(a) == a))
assert(all(concat([[1, 2]], [[3, 4], [5, 6]]) == [[1, 2], [3, 4], [5, 6]]))
fn both[m, n](x: f64[m], y: f64[n]) -> f64[m + n] = concat(x, y)
assert(all(both(a, b) == [1, 2, 3]))
// By hand: of x . (0, 1, 2), the parts that x and y see.
let weights = [0.0, 1, 2]
assert(all(grad(|x: f64[2], y: f64[1]| dot(concat(x, y)^2, weights))(a, b) == [0, 4]))
let (p, q) = grad(|x: f64[2], y: f64[1]| dot(concat(x, y)^2, weights), wrt: (0, 1))(a, b)
assert(all(q == [12]))
let r = concat({x: a, n: [1, 2]}, {x: b, n: [3]})
assert(all(r.x == [1, 2, 3]) and all(r.n == [1, 2, 3]))
let z = concat([complex(1.0, 2.0)], [complex(3.0, 4.0)])
assert(imag(z[1]) == 4 and all(concat([true], [false]) == [true, false]))
let m = concat([minplus(1.0)], [minplus(2.0)])
assert(real(m[0] * m[1]) == 3)
