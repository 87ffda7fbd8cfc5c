--- arithmetic and functions ---
// python: cmath, complex
let z = complex(1.0, 2.0)
let w: c128 = 3
assert(z * z == complex(-3.0, 4.0))
assert(z + 1 == complex(2.0, 2.0))
assert(1 - z == complex(0.0, -2.0))
assert(2 * z == complex(2.0, 4.0) and z / 2 == complex(0.5, 1.0))
assert_close(z / w, complex(0.3333333333333333, 0.6666666666666666), 1e-15)
assert_close(1 / z, complex(0.2, -0.4), 1e-15)
assert(z^3 == complex(-11.0, -2.0) and z^0 == 1)
assert_close(z^(-2), complex(-0.12, -0.16), 1e-15)
assert(conj(z) == complex(1.0, -2.0) and real(z) == 1.0 and imag(z) == 2.0)
assert_close(abs(z), 2.23606797749979, 1e-15)
assert_close(angle(z), 1.1071487177940904, 1e-15)
assert_close(exp(z), complex(-1.1312043837568135, 2.4717266720048188), 1e-15)
assert_close(log(z), complex(0.8047189562170503, 1.1071487177940904), 1e-15)
assert_close(sqrt(z), complex(1.272019649514069, 0.7861513777574233), 1e-15)
assert_close(sqrt(-z), complex(0.7861513777574233, -1.272019649514069), 1e-15)
assert_close(sqrt(complex(-3.0, -4.0)), complex(1.0, -2.0), 1e-15)
assert_close(sin(z), complex(3.165778513216168, 1.9596010414216063), 1e-15)
assert_close(cos(z), complex(2.0327230070196656, -3.0518977991517997), 1e-15)
assert_close(sinh(z), complex(-0.4890562590412937, 1.4031192506220405), 1e-15)
assert_close(cosh(z), complex(-0.64214812471552, 1.0686074213827783), 1e-15)
assert(sqrt(complex(-4.0, 0.0)) == complex(0.0, 2.0) and sqrt(complex(0.0, 0.0)) == 0)

--- nothing between overflows ---
assert_close(complex(3e200, 4e200) / complex(1e200, 2e200), complex(2.2, -0.4), 1e-15)
assert_close(abs(complex(3e200, 4e200)), 5e200, 1e-15)
assert_close(abs(complex(3e-200, 4e-200)) * 1e200, 5.0, 1e-15)

--- they print as sums ---
print(complex(1.0, 2.0), complex(1.0, -2.5), complex(f32(0.5), f32(0.0)))
print([complex(f64(k), 1.0) for k in 0..2], {z: complex(0.0, -1.0)})
===
1+2i 1-2.5i 0.5+0i
[0+1i, 1+1i] {z: 0-1i}

--- tensors, folds and products ---
let v = [complex(f64(k), 1.0) for k in 0..3]
assert(sum(v) == complex(3.0, 3.0) and prod(v) == complex(-3.0, 1.0))
assert(sum(v[k] * v[k] for k) == complex(2.0, 6.0) and mean(v) == complex(1.0, 1.0))
assert(prod(v[k] for k if k > 0) == complex(1.0, 3.0))
assert(sum(v[k] for k if k != 1) == complex(2.0, 2.0))
let m: c128[2, 2] = [[1, complex(0.0, 1.0)], [2, 3]]
assert(all(m @ v[0..2] == [complex(-1.0, 2.0), complex(3.0, 5.0)]))
assert(all(m.T[0] == [1, 2]) and m[0, 1] == complex(0.0, 1.0))
assert(v @ v == sum(v[k] * v[k] for k))
// The inner product of the plane, so that norm is one.
assert(dot(v, v) == 8.0)
assert_close(norm(v), sqrt(8.0))
assert(all(v[[2, 0]] == [v[2], v[0]]) and get(v, 7, 0) == 0 and get(v, 1, 0) == v[1])
let mut u = v
u[1] = 5
u[2] += v[2]
u[0..2] = conj(u[0..2])
assert(all(u == [complex(0.0, -1.0), 5, complex(4.0, 2.0)]))
let e: c128[2, 2] = eye
assert(all(e @ m == m))
let row: c128[2] = ones
assert(sum(row) == 2)
===
complex.dsl:8:22: error[E0501]: expected c128, found `i64[2]`

--- over any semiring ---
fn power4[n, S: semiring](a: S[n, n]) -> S[n, n] {
  let mut d: S[n, n] = eye
  for _ in 0..4 { d = d @ a }
  d
}
let m: c128[2, 2] = [[1, complex(0.0, 1.0)], [2, 3]]
// numpy.linalg.matrix_power(m, 4)
assert(all(power4(m) == [[complex(-3.0, 36.0), complex(-16.0, 40.0)], [complex(80.0, 32.0), complex(77.0, 68.0)]]))
assert(all(power4([[1, 2], [0, 1]]) == [[1, 8], [0, 1]]))

--- in loops, branches, closures, records and scans ---
let z = complex(0.5, 0.5)
let mut s: c128 = 0
for k in 0..4 { s = s * z + 1 }
// 1 + z + z^2 + z^3
assert_close(s, 1 + z + z^2 + z^3)
let mut t = complex(1.0, 2.0)
let mut turns = 0
while abs(t) < 100 {
  t = t * t
  turns += 1
}
assert(t == complex(-527.0, 336.0) and turns == 3)
fn step(p: {at: c128, by: c128}) -> {at: c128, by: c128} = {at: p.at * p.by, by: p.by}
let p = step(step({at: z, by: complex(0.0, 1.0)}))
assert(p.at == -z)
let turn = |x| x * complex(0.0, 1.0)
assert(turn(turn(z)) == -z)
let (last, all_of) = scan(|s, x| (s + x, s * x), zero, [z, z, z])
assert(last == 3 * z and all_of[1] == z * z)
fn square(x: c128) -> c128 = x * x
assert(all(square([z, 2 * z]) == [z * z, 4 * z * z]))
assert((if real(z) > 0 { z } else { 0 }) == z)
assert(all(where([true, false], [z, z], zero) == [z, 0]))

--- the gradient of a real function is df/dx + i df/dy ---
fn f(z: c128) -> f64 = real(z * z * conj(z))
let z = complex(1.0, 2.0)
// x (x^2 + y^2): (3 x^2 + y^2, 2 x y)
assert(grad(f)(z) == complex(7.0, 4.0))
assert_close(grad(|z| abs(z))(z), z / abs(z))
assert(grad(|z| abs(z))(complex(0.0, 0.0)) == 0)
let h = 1e-6
fn g(z: c128) -> f64 = abs(exp(z) / (z + 1) + sqrt(z) * log(z) - z^3)
fn slope(f: c128 -> f64, z: c128, d: c128) -> f64 = (f(z + 1e-6 * d) - f(z - 1e-6 * d)) / 2e-6
assert_close(grad(g)(z), complex(slope(g, z, 1), slope(g, z, complex(0.0, 1.0))), 1e-7)
assert_close(grad(g)(-z), complex(slope(g, -z, 1), slope(g, -z, complex(0.0, 1.0))), 1e-7)

--- tangents are multiplied by the derivative, cotangents by its conjugate ---
fn f(z: c128) -> c128 = sin(z)^2 / (z + 3)
let z = complex(0.3, -0.7)
let (v, y) = (complex(0.2, 1.1), complex(-0.4, 0.9))
let d = 2 * sin(z) * cos(z) / (z + 3) - sin(z)^2 / (z + 3)^2
assert_close(jvp(f)(z, v), d * v, 1e-13)
assert_close(vjp(f)(z, y), conj(d) * y, 1e-13)
assert_close(dot(jvp(f)(z, v), y), dot(v, vjp(f)(z, y)), 1e-13)

--- a gradient flows through records, folds and products of complex numbers ---
fn loss(p: {w: c128[2, 2], b: c128[2]}, x: c128[2]) -> f64 = norm(p.w @ x + p.b)^2 + abs(prod(p.b))
let p = {w: [[1, complex(0.0, 1.0)], [2, 3]], b: [complex(1.0, 1.0), complex(0.5, -1.0)]}
fn at(p: {w: c128[2, 2], b: c128[2]}) -> f64 = loss(p, [complex(0.5, 0.25), complex(-1.0, 2.0)])
let g = grad(at)(p)
let q = {w: [[complex(0.3, -0.1), 1], [0, complex(-0.7, 0.2)]], b: [complex(0.1, 0.9), complex(-0.3, 0.4)]}
let h = 1e-6
assert_close(dot(g, q), (at(p + h * q) - at(p - h * q)) / (2 * h), 1e-6)

--- in 32 bits ---
let z = complex(f32(1.0), f32(2.0))
assert(z * z == complex(f32(-3.0), f32(4.0)))
assert(c128(z) == complex(1.0, 2.0) and c64(complex(1.0, 2.0)) == z)
let k: c64 = 2
assert(k * z == complex(f32(2.0), f32(4.0)))

--- linear systems ---
// numpy: a = np.array([[1+1j, 2], [0.5j, 3-1j]]); b = np.array([1, 1j]); np.linalg.solve(a, b), np.linalg.inv(a)
let a = [[complex(1.0, 1.0), complex(2.0, 0.0)], [complex(0.0, 0.5), complex(3.0, -1.0)]]
let b = [complex(1.0, 0.0), complex(0.0, 1.0)]
let x = [complex(0.5294117647058824, -0.8823529411764706), complex(-0.20588235294117646, 0.17647058823529413)]
assert_close(solve(a, b), x, 1e-14)
assert_close(a @ inverse(a), eye, 1e-14)
assert_close(inverse(a)[1, 0], complex(-0.029411764705882353, -0.11764705882352941), 1e-14)
// numpy: np.linalg.solve(np.tril(a), b), np.linalg.solve(np.triu(a), b)
assert_close(solve_lower(a, b), [complex(0.5, -0.5), complex(-0.15, 0.2)], 1e-14)
assert_close(solve_upper(a, b), [complex(0.3, -0.9), complex(-0.1, 0.3)], 1e-14)
// A real side, several right-hand sides, a comprehension over systems, 32 bits.
assert_close(solve([[2.0, 1], [1, 3]], b), [complex(0.6, -0.2), complex(-0.2, 0.4)], 1e-14)
assert_close(solve(a, a), eye, 1e-14)
assert_close(a @ solve(a, [1, 2]), [1, 2], 1e-14)
let many = [solve([[k * a[i, j] for j] for i], b) for k in 1..3]
assert_close(2 * many[1], many[0], 1e-14)
fn f[n](m: c128[n, n], v: c128[n]) -> c128[n] = solve(m, v)
assert_close(f(a, b), x, 1e-14)
assert_close(c128(solve(c64(a), c64(b))), x, 1e-5)
// Of a real function of a complex matrix: against central differences.
fn g(t: f64) -> f64 = abs(solve([[complex(t, 1.0), 2], [complex(0.0, 0.5), complex(3.0, -t)]], b)[0])
assert_close(grad(g)(1.0), (g(1.0 + 1e-6) - g(1.0 - 1e-6)) / 2e-6, 1e-8)
assert_close(jvp(g)(1.0, 1.0), grad(g)(1.0), 1e-14)
print(solve([[complex(1.0, 1.0), 2], [complex(0.5, 0.5), 1]], b))
===
complex.dsl:14:36: error[E0502]: expected `c128[2]`, found `i64[2]`

--- powers ---
// python: (1+2j)**0.5, (1+2j)**(0.5-1j), 2**1j, (1+2j)**100, (0.5+0.2j)**-70
let z = complex(1.0, 2.0)
assert_close(z^0.5, complex(1.272019649514069, 0.7861513777574233), 1e-14)
assert_close(z^complex(0.5, -1.0), complex(4.382565059863358, -1.1243974773611554), 1e-14)
assert_close(2^complex(0.0, 1.0), complex(0.7692389013639721, 0.6389612763136348), 1e-14)
assert_close(z^100, complex(-6.443164690985892e34, -6.113241307762508e34), 1e-12)
assert_close(complex(0.5, 0.2)^(-70), complex(44.547685535322643e16, -653.2245703239783e16), 1e-12)
assert_close(complex(-1.0, 0.0)^0.5, complex(0.0, 1.0), 1e-15)
assert_close([z, 4]^[0.5, 0.5], [z^0.5, 2], 1e-15)
let o = complex(0.0, 0.0)
assert(o^0.5 == 0 and o^complex(1.0, 1.0) == 0 and o^complex(0.0, 0.0) == 1)
fn h(t: f64) -> f64 = real(complex(t, 2.0)^complex(t, 0.5) + complex(t, 1.0)^t)
assert_close(grad(h)(1.0), (h(1.0 + 1e-6) - h(1.0 - 1e-6)) / 2e-6, 1e-8)
assert_close(jvp(h)(1.0, 1.0), grad(h)(1.0), 1e-14)

--- draws ---
// The mean of |z|^2 is 1 with a deviation of 1 / sqrt(n), the mean of z is 0 with as much in all.
let z: c128[10000] = normal(key(0))
assert(abs(mean(abs(z)^2) - 1) < 0.05 and abs(mean(z)) < 0.05)
assert(abs(mean(real(z) * imag(z))) < 0.05 and abs(mean(real(z)^2) - 0.5) < 0.05)
let m: c128[2] = normal(key(1), complex(1.0, 2.0), 0.0)
assert(all(m == [complex(1.0, 2.0), complex(1.0, 2.0)]))
fn draw32(k: key) -> c64[3] = normal(k)
fn draw64(k: key) -> c128[3] = normal(k)
assert_close(c128(draw32(key(2))), draw64(key(2)), 1e-6)
===
complex.dsl:9:43: warning[W0611]: this key has been drawn from: the numbers will be the same again
