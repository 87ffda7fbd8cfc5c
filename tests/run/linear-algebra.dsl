--- a Cholesky factor, of the symmetric part ---
// numpy.linalg.cholesky([[4, 1, -2], [1, 3, .5], [-2, .5, 5]])
let l = [[2.0, 0, 0], [0.5, 1.6583123951777, 0], [-1, 0.6030226891555273, 1.9069251784911847]]
assert_close(cholesky([[4.0, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]]), l, 1e-14)
assert_close(cholesky([[4.0, 3, -3], [-1, 3, -1.5], [-1, 2.5, 5]]), l, 1e-14)
let l32 = cholesky([[f32(4), f32(2)], [f32(2), f32(10)]])
assert(all(l32 == [[f32(2), f32(0)], [f32(1), f32(3)]]))

--- a QR factorisation has a diagonal that is not negative ---
// numpy.linalg.qr([[1, 2], [3, -1], [.5, 4]]), the columns with the signs of the diagonal
let (q, r) = qr([[1.0, 2], [3, -1], [0.5, 4]])
let want = [[0.3123475237772124, 0.4161139383483732], [0.9370425713316366, -0.282744086313638], [0.1561737618886061, 0.8642366411850824]]
assert_close(q, want, 1e-14)
assert_close(r, [[3.201562118716424, 0.3123475237772131], [0, 4.571918527750713]], 1e-14)
let (q2, r2) = qr([[-3.0, 1, 2], [0, -2, 5]])
assert_close((q2, r2), ([[-1.0, 0], [0, -1]], [[3.0, -1, -2], [0, 2, -5]]), 1e-14)

--- eigenvalues ascend, and vectors have a sign ---
// numpy.linalg.eigh([[4, 1, -2], [1, 3, .5], [-2, .5, 5]]), the first vector with the other sign
let (d, p) = eigh([[4.0, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]])
assert_close(d, [1.5842066930926224, 3.8393364524664815, 6.576456854440894], 1e-14)
let first = [0.6382426181957055, -0.6145469400410333, 0.46365765258959596]
let second = [0.4453394849537664, 0.7860144038136982, 0.4287821126615604]
let third = [-0.6279483286543613, -0.06718195802147686, 0.7753499087873778]
assert_close(p.T, [first, second, third], 1e-13)
// A tie of two elements: the first is positive.
assert_close(eigh([[2.0, 1], [1, 2]]).1, [[sqrt(0.5), sqrt(0.5)], [-sqrt(0.5), sqrt(0.5)]], 1e-14)

--- singular values descend ---
// numpy.linalg.svd([[1, 2], [3, -1], [.5, 4]], full_matrices=False)
let a = [[1.0, 2], [3, -1], [0.5, 4]]
let (u, s, v) = svd(a)
assert_close(s, [4.592627998451134, 3.1871253611746644], 1e-14)
let want = [[0.453637717707578, 0.25480307370714683], [-0.15682681401316861, 0.9661254314216234], [0.8772788447691755, 0.04095173243920892]]
assert_close(u, want, 1e-13)
assert_close([sum(u[i, k] * s[k] * v[j, k] for k) for i, j], a, 1e-14)
let (u2, s2, v2) = svd(a.T)
assert_close((s2, [sum(u2[i, k] * s2[k] * v2[j, k] for k) for i, j]), (s, a.T), 1e-14)

--- determinants, inverses, least squares, powers and exponentials ---
let m = [[0.5, -1, 2], [1.5, 0.25, -0.75], [-2, 1, 0.1]]
// numpy.linalg.det, slogdet, inv
assert_close((det(m), logdet(m)), (3.0375, 1.1110348086666668), 1e-14)
assert(det([[1.0, 2], [2, 4]]) == 0 and logdet([[1.0, 2], [2, 4]]) == -inf)
assert_close(logdet(-m), logdet(m), 1e-15)
let i = [[0.2551440329218107, 0.691358024691358, 0.08230452674897121], [0.4444444444444445, 1.3333333333333333, 1.1111111111111112], [0.6584362139917695, 0.49382716049382713, 0.5349794238683128]]
assert_close(inverse(m), i, 1e-14)
// numpy.linalg.lstsq, matrix_power; the fifth power of a graph counts walks
assert_close(lstsq([[1.0, 2], [3, -1], [0.5, 4]], [1.0, -2, 0.5]), [-0.49358226371061853, 0.30921820303383896], 1e-14)
let fifth = [[40.7600625, -48.66596875, 64.78741875], [40.088765625, 8.4817890625, -49.6635515625], [-81.2425125, 22.33781875, 21.22054125]]
assert_close(matrix_power(m, 5), fifth, 1e-14)
assert(all(matrix_power([[1, 1], [1, 0]], 10) == [[89, 55], [55, 34]]))
assert(all(matrix_power([[2, 3], [4, 5]], 0) == [[1, 0], [0, 1]]))
// scipy.linalg.expm, of a matrix and of ten times it
let e = [[-0.5376523843232888, 0.3487076228922435, 1.0574784372866095], [1.2515501552840913, 0.6340093817246069, 0.9713753530181652], [-0.17017264247538097, 1.070981648805722, -0.39422575385611935]]
assert_close(expm(m), e, 1e-14)
let e10 = [[22.050950072648973, 31.19515572013148, 22.47196939540493], [39.02305602890514, 82.29272154157776, 57.722682633739566], [20.43592540914625, 37.45747596715041, 34.71971411538847]]
assert_close(expm(10 * m), e10, 1e-11)
// scipy.linalg.expm_frechet
let x = [[0.1, 0.2, -0.3], [0.4, 0, 0.5], [-0.1, 0.7, 0.2]]
let move = [[0.46265012342149436, 0.5101393957646545, 0.15398040666417742], [0.17608016796372553, 0.4604168326152232, 0.3797883999408252], [0.1828509149555774, 0.40826927608014174, 0.49487325550297595]]
assert_close(jvp(expm)(m, x), move, 1e-13)
assert_close(grad(|x| dot(x, expm(m)))(m), expm(m), 1e-14)
assert_close(dot(grad(|a| sum(expm(a)))(m), x), sum(move), 1e-13)

--- triangular systems read their triangle only ---
// By hand: 2 x = 2, x + 4 y = 9.
assert_close(solve_lower([[2.0, nan], [1, 4]], [2.0, 9]), [1.0, 2], 0)
assert_close(solve_upper([[2.0, 1], [nan, 4]], [[4.0, 8], [8, 16]]), [[1.0, 2], [2, 4]], 0)
assert_close(grad(|a| sum(solve_lower(a, [2.0, 9])))([[2.0, 7], [1, 4]]), [[-0.375, 0], [-0.25, -0.5]], 1e-15)

--- factorisations inside a comprehension are mapped ---
let many = [[[4.0 + f64(k), 1], [1, 2]] for k in 0..3]
let dets = [det(many[k]) for k]
assert_close(dets, [7.0, 9, 11], 1e-15)
let factors = [cholesky(many[k]) for k]
assert_close([factors[k] @ factors[k].T for k], many, 1e-15)
let (values, _) = eigh(many[1])
assert_close([eigh(many[k]).0 for k][1], values, 0)
assert_close(grad(|a| sum(det(a[k]) for k))(many), [[[2.0, -1], [-1, 4.0 + f64(k)]] for k in 0..3], 1e-14)
let one: f64[2, 2] = eye
assert_close(hessian(|t| sum(logdet(many[k] + t[0] * one) for k))([0.0])[0, 0], sum({ let d = eigh(many[k]).0; sum(-1 / d[i]^2 for i) } for k), 1e-12)

--- derivatives of first and second order agree with differences ---
// What is left of the gradient, the tangent, and twice the second derivative along v, after central differences.
fn left[m, n](f: f64[m, n] -> f64, a: f64[m, n], v: f64[m, n]) -> f64 = {
  let h = 1e-5
  let first = (f(a + h * v) - f(a - h * v)) / (2 * h)
  let along = |x| dot(grad(f)(x), v)
  let second = (along(a + h * v) - along(a - h * v)) / (2 * h)
  let size = 1 + abs(first) + abs(second)
  let (reverse, forward) = (dot(grad(f)(a), v) - first, jvp(f)(a, v) - first)
  let (twice, mixed) = (dot(hvp(f)(a, v), v) - second, jvp(along)(a, v) - second)
  max(max(abs(reverse), abs(forward)), max(abs(twice), abs(mixed))) / size
}
let a: f64[4, 4] = normal(key(1))
let v: f64[4, 4] = normal(key(2))
let c: f64[4, 4] = normal(key(3))
let e: f64[4] = normal(key(4))
let s = a @ a.T + eye()
let one: f64[4, 4] = eye
let t = a + 4 * one
assert(left(|x| dot(c, cholesky(x)), s, v) < 1e-8)
assert(left(|x| det(x), a, v) < 1e-8)
assert(left(|x| logdet(x), t, v) < 1e-8)
assert(left(|x| dot(c, inverse(x)), t, v) < 1e-8)
assert(left(|x| dot(c, expm(x)), a, v) < 1e-7)
assert(left(|x| dot(e, solve_lower(x, x @ e)), t, v) < 1e-8)
assert(left(|x| dot(c, solve_upper(x, x.T @ x)), t, v) < 1e-7)
assert(left(|x| dot(e, eigh(x).0), a, v) < 1e-8)
assert(left(|x| { let (d, p) = eigh(x); dot(c, p) + dot(e, d)^2 }, a, v) < 1e-7)
let tall: f64[5, 3] = normal(key(5))
let up: f64[5, 3] = normal(key(6))
let w: f64[5, 3] = normal(key(7))
let z: f64[3, 3] = normal(key(8))
assert(left(|x| { let (q, r) = qr(x); dot(w, q) + dot(z, r)^2 }, tall, up) < 1e-7)
assert(left(|x| dot(w, qr(x).0), tall, up) < 1e-7)
assert(left(|x| dot(z, qr(x).1), tall, up) < 1e-7)
assert(left(|x| { let (q, r) = qr(x); dot(z, q) + dot(w.T, r)^2 }, tall.T, up.T) < 1e-7)
assert(left(|x| sum(svd(x).1), tall, up) < 1e-8)
assert(left(|x| dot(w, svd(x).0), tall, up) < 1e-7)
assert(left(|x| { let (u, s, v) = svd(x); dot(z, v) * dot(w, u) + sum(s)^2 }, tall, up) < 1e-6)
assert(left(|x| { let (u, s, v) = svd(x); dot(z, u) * dot(w, v) + sum(s)^2 }, tall.T, up.T) < 1e-6)
assert(left(|x| dot(z[0], lstsq(x, w @ z[1])), tall, up) < 1e-7)

--- derivatives where a matrix is singular or eigenvalues are equal ---
// The gradient of a determinant is the matrix of cofactors, by hand.
assert_close(grad(|a| det(a))([[1.0, 2, 0], [2, 4, 0], [0, 1, 1]]), [[4.0, -2, 2], [-2, 1, -1], [0, 0, 0]], 1e-13)
// The sum of the eigenvalues is the trace, the sum of their squares the squared norm: whatever vectors were chosen.
assert_close(grad(|a| sum(eigh(a).0))([[2.0, 0], [0, 2]]), [[1.0, 0], [0, 1]], 1e-15)
assert_close(grad(|a| { let (d, _) = eigh(a); dot(d, d) })([[2.0, 0], [0, 2]]), [[4.0, 0], [0, 4]], 1e-15)
assert_close(grad(|a| sum(svd(a).1))([[2.0, 0], [0, 2]]), [[1.0, 0], [0, 1]], 1e-15)

--- a function of a symmetric matrix acts on its eigenvalues ---
// scipy.linalg.sqrtm and logm of [[4, 1, -2], [1, 3, .5], [-2, .5, 5]]
let s = [[4.0, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]]
let root = [[1.9125393593339663, 0.3003875630018926, -0.5019566823862318], [0.3003875630018926, 1.6974949976381437, 0.16816077124959311], [-0.5019566823862318, 0.16816077124959311, 2.1725011954014057]]
let logarithm = [[1.1969248741300453, 0.3699130182027771, -0.5239954066132111], [0.3699130182027771, 1.0134110362024746, 0.22419844179090587], [-0.5239954066132111, 0.22419844179090587, 1.4785435437814103]]
assert_close(spectral(sqrt, s), root, 1e-14)
assert_close(spectral(|x| log(x), s), logarithm, 1e-14)
assert_close(spectral(|x| x^3, s), s @ s @ s, 1e-12)
assert_close([spectral(|x| f64(k) * x, s) for k in 0..3], [f64(k) * s for k in 0..3], 1e-14)
let s32 = [[f32(2), f32(1)], [f32(1), f32(2)]]
assert_close(spectral(|x| x * x, s32), s32 @ s32, 1e-6)

--- derivatives of a function of a matrix, where eigenvalues are equal, nearly equal and apart ---
// What is left of the first three derivatives of dot(c, f(s + t x)) at t = 0, where f is a polynomial and known by products.
fn left(s: f64[3, 3], x: f64[3, 3], c: f64[3, 3]) -> f64 = {
  let by_eigenvalues = |t: f64| dot(c, spectral(|d| d^4 - 2 * d^2, s + t * x))
  let by_products = |t: f64| { let a = s + t * x; let b = a @ a; dot(c, b @ b - 2 * b) }
  let first = grad(by_eigenvalues)(0.0) - grad(by_products)(0.0)
  let second = grad(grad(by_eigenvalues))(0.0) - grad(grad(by_products))(0.0)
  let third = jvp(grad(grad(by_eigenvalues)))(0.0, 1.0) - jvp(grad(grad(by_products)))(0.0, 1.0)
  max(abs(first), max(abs(second), abs(third)))
}
let x = [[1.0, 2, 0], [2, -1, 0.5], [0, 0.5, 3]]
let c = [[0.5, -1, 2], [1.5, 0.25, -0.75], [-2, 1, 0.1]]
assert(left([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]], x, c) < 1e-11)
assert(left([[2.0, 0, 0], [0, 2, 0], [0, 0, -1]], x, c) < 1e-11)
assert(left([[1.0, 0, 0], [0, 1 + 1e-9, 0], [0, 0, 1 - 1e-4]], x, c) < 1e-9)
assert(left([[1.0, 0, 0], [0, 1.01, 0], [0, 0, 1.02]], x, c) < 1e-7)
assert(left([[0.0, 0, 0], [0, 0, 0], [0, 0, 1e-9]], x, c) < 1e-9)
assert(left([[4.0, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]], x, c) < 1e-9)

--- the gradient of a logarithm of a matrix, of its trace, and in what its function captures ---
// The trace of the logarithm is the logarithm of the determinant.
let s = [[4.0, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]]
let trace = |a| { let l = spectral(log, a); sum(l[i, i] for i) }
assert_close(grad(trace)(s), inverse(s), 1e-13)
assert_close(hvp(trace)(s, s), -inverse(s), 1e-12)
// a^t by t is a^t log(a).
let power = |t, a| sum(spectral(|d| pow(d, t), a))
assert_close(grad(power)(0.7, s), sum(spectral(|d| pow(d, 0.7) * log(d), s)), 1e-12)
let h = 1e-5
let mixed = (grad(power)(0.7, s + h * s) - grad(power)(0.7, s - h * s)) / (2 * h)
assert_close(dot(grad(|a| grad(power)(0.7, a))(s), s), mixed, 1e-8)
// The exponential by two ways, in a loop and in a comprehension.
fn walk(a: f64[3, 3], steps: i64) -> f64 {
  let mut b = a
  for k in 0..steps { b = spectral(|x| exp(x / 8), b) }
  sum(b)
}
fn walk_by_series(a: f64[3, 3], steps: i64) -> f64 {
  let mut b = a
  for k in 0..steps { b = expm(b / 8) }
  sum(b)
}
assert_close(grad(walk)(s, 3), grad(walk_by_series)(s, 3), 1e-13)
assert_close(grad(|a| sum(sum(spectral(exp, f64(k) * a)) for k in 0..3))(s), grad(|a| sum(sum(expm(f64(k) * a)) for k in 0..3))(s), 1e-10)

--- a matrix that is not positive definite stops at the factorisation ---
let a = [[1.0, 2.0], [2.0, 1.0]]
print(cholesky(a))
===
linear-algebra.dsl:2:7: error[R1002]: the matrix is not positive definite, so it has no Cholesky factor

--- eigenvalues of NaN stop ---
let bad = [[nan, 0.0], [0.0, 1.0]]
print(eigh(bad))
===
linear-algebra.dsl:2:7: error[R1002]: the matrix has an element that is NaN or infinite

--- an inverse of a singular matrix stops at the call ---
let a = [[1.0, 2.0], [2.0, 4.0]]
print(inverse(a))
===
linear-algebra.dsl:2:7: error[R1002]: the matrix is singular, so it has no inverse

--- sorting, the largest, running sums and products ---
// numpy.sort, and by hand
assert(all(sort([3.0, 1, 2, -1]) == [-1.0, 1, 2, 3]))
assert(all(sort([3, 1, 2]) == [1, 2, 3]))
assert(grad(|x| dot(sort(x), [1.0, 10, 100]))([3.0, 1, 2])[0] == 100)
let (values, at) = top_k([3.0, 1, 5, 3], 3)
assert(all(values == [5.0, 3, 3]) and all(at == [2, 0, 3]))
assert(all(grad(|x| sum(top_k(x, 2).0))([3.0, 1, 5, 3]) == [1.0, 0, 1, 0]))
assert(all(cumsum([3, 1, 2]) == [3, 4, 6]) and all(cumprod([3.0, -1, 2]) == [3.0, -3, -6]))
assert(all(real(cumsum(minplus([3.0, 1, 2]))) == [3.0, 1, 1]))
assert(all(grad(|x| dot(cumsum(x), [1.0, 10, 100]))([3.0, 1, 2]) == [111.0, 110, 100]))
// By hand, through a zero: x0 + 2 x0 x1 + 3 x0 x1 x2.
assert(all(grad(|x| dot(cumprod(x), [1.0, 2, 3]))([2.0, 0, 3]) == [1.0, 22, 0]))

--- an assignment, and the first of several ---
// scipy.optimize.linear_sum_assignment([[4, 1, 3], [2, 0, 5], [3, 2, 2]], maximize=True)
assert(all(assignment([[4.0, 1, 3], [2, 0, 5], [3, 2, 2]]) == [0, 2, 1]))
assert(all(assignment([[1.0, 1, 1], [1, 1, 1], [1, 1, 1]]) == [0, 1, 2]))
assert(all(assignment([[f32(0), f32(1)], [f32(1), f32(3)]]) == [0, 1]))
assert(all([assignment([[f64(k), 1], [1, 0]]) for k in 0..4] == [[1, 0], [1, 0], [0, 1], [0, 1]]))

--- an assignment of NaN stops ---
print(assignment([[nan]]))
===
linear-algebra.dsl:1:7: error[R1002]: the matrix has an element that is NaN or infinite
