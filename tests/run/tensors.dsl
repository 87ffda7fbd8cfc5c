--- products of matrices and vectors ---
// numpy: a = np.array([[1., 2], [3, 4], [5, 6]])
// numpy: b = np.array([[1., 0, 2], [0, 1, 3]])
// numpy: x = np.array([1., -1])
let a = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
let b = [[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]]
let x = [1.0, -1.0]
// numpy: a @ b
assert(all(a @ b == [[1.0, 2.0, 8.0], [3.0, 4.0, 18.0], [5.0, 6.0, 28.0]]))
// numpy: a @ x
assert(all(a @ x == [-1.0, -1.0, -1.0]))
// numpy: x @ b
assert(all(x @ b == [1.0, -1.0, -1.0]))
assert(x @ x == 2.0 and dot(x, x) == 2.0)
// numpy: np.sum(a * b.T)
assert(dot(a, b.T) == 33.0)
assert(norm([3.0, 4.0]) == 5.0)

--- a system with the unit matrix gives the inverse ---
// numpy: np.linalg.inv([[2., 1], [1, 3]])
let a = [[2.0, 1.0], [1.0, 3.0]]
assert_close(solve(a, eye()), [[0.6, -0.2], [-0.2, 0.4]], 1e-15)
fn inverse[n](a: f64[n, n]) -> f64[n, n] = solve(a, eye())
assert_close(inverse(a) @ a, [[1.0, 0.0], [0.0, 1.0]], 1e-15)

--- elementwise operators need equal shapes or a scalar ---
let x = [1.0, 2.0]
let a = [[1.0, 2.0], [3.0, 4.0]]
assert(all(x + x == [2.0, 4.0]) and all(x - 1 == [0.0, 1.0]))
assert(all(2 * a == [[2.0, 4.0], [6.0, 8.0]]) and all(a / 2 == [[0.5, 1.0], [1.5, 2.0]]))
assert(all(-x == [-1.0, -2.0]))
assert(all([x[i]^2 for i] == [1.0, 4.0]))

--- makers take their shape from the context ---
let e: f64[2, 2] = eye()
let z: f64[2, 3] = zeros
let o: f64[2] = ones
assert(all(e == [[1.0, 0.0], [0.0, 1.0]]))
assert(sum(z) == 0.0 and all(o == [1.0, 1.0]))
assert(all(e + [[1.0, 1.0], [1.0, 1.0]] == eye() + [[1.0, 1.0], [1.0, 1.0]]))

--- where and if ---
let x = [-1.0, 4.0]
assert(all(where(x > 0, x, 0) == [0.0, 4.0]))
assert(all([if x[i] > 0 { sqrt(x[i]) } else { 0 } for i] == [0.0, 2.0]))

--- functions of scalars lift ---
fn bend(x: f64, y: f64) -> f64 = if x < y { x } else { y }
let a = [[1.0, 5.0], [3.0, 0.0]]
assert(all(bend(a, 2.0) == [[1.0, 2.0], [2.0, 0.0]]))
assert(all(exp(log([[1.0, 2.0]])) - [[1.0, 2.0]] < 1e-15))

--- a linear system ---
// numpy: a = np.array([[4., 1, 0], [1, 3, 1], [0, 1, 2]])
// numpy: b = np.array([1., 2, 3])
fn near(a: f64, b: f64) -> bool = abs(a - b) <= 1e-14 * max(1, abs(b))
let a = [[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]]
let x = solve(a, [1.0, 2.0, 3.0])
// numpy: np.linalg.solve(a, b)
let y = [0.22222222222222224, 0.11111111111111104, 1.4444444444444446]
assert(all(near(x[i], y[i]) for i))
let e: f64[3, 3] = eye()
let inverse = solve(a, e)
// numpy: np.linalg.inv(a)
let z = [[0.2777777777777778, -0.11111111111111112, 0.05555555555555556], [-0.11111111111111112, 0.4444444444444445, -0.22222222222222224], [0.05555555555555556, -0.22222222222222224, 0.6111111111111112]]
assert(all(near(inverse[i, j], z[i, j]) for i, j))

--- a singular system stops the program ---
let a = [[1.0, 2.0], [2.0, 4.0]]
print(solve(a, [1.0, 2.0]))
===
tensors.dsl:2:7: error[R1002]: the matrix is singular, so it has no inverse

--- sorting ---
// numpy: x = np.array([3., 1, 2, 1])
let x = [3.0, 1.0, 2.0, 1.0]
let order = argsort(x)
// numpy: np.argsort(x, kind="stable")
assert(all(order == [1, 3, 2, 0]))
// numpy: np.sort(x)
assert(all(x[order] == [1.0, 1.0, 2.0, 3.0]))

--- tensors of three axes print by planes ---
print([100 * i + 10 * j + k for i in 0..2, j in 0..2, k in 0..2])
print([0.5 * i for i in 0..12])
===
[[[0, 1],
  [10, 11]],
 [[100, 101],
  [110, 111]]]
[0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, ...]

--- what takes its shape from context takes it beside a number ---
let z: f64[3] = 2.0 * ones
let y: f64[3] = ones * 2 + 1
let w: f64[2, 2] = 3 * eye - ones
fn h(x: f64) -> f64[2] = x * ones + x
assert(all(z == [2, 2, 2]) and all(y == [3, 3, 3]) and all(w == [[2, -1], [-1, 2]]) and all(h(2.0) == [4, 4]))

--- arrays of integer literals follow the argument beside them ---
let v = [1.0, 2]
assert(all(max([1.0, 2], [2, 1]) == [2, 2]) and all(max([1, 2], [2.0, 1]) == [2, 2]))
assert(all(min([1, 5], v) == [1, 2]) and dot([1, 2], [0.5, 1]) == 2.5 and dot(v, [1, 2]) == 5)
assert(all(where([true, false], [1, 2], [0.5, 1.5]) == [1, 1.5]) and all(concat(v, [0]) == [1, 2, 0]))
assert(all(solve([[2, 0], [0, 2]], [1.0, 3]) == [0.5, 1.5]) and all(max([1, 2], [2, 1]) == [2, 2]))
