--- a transform and its inverse ---
// numpy: np.fft.fft([1, 2, 3, 4]), np.fft.fft([1+1j, 0, -2, 0.5j, 3])
let x: c128[4] = [1, 2, 3, 4]
assert_close(fft(x), [complex(10.0, 0.0), complex(-2.0, 2.0), complex(-2.0, 0.0), complex(-2.0, -2.0)], 1e-14)
let y = [complex(1.0, 1.0), complex(0.0, 0.0), complex(-2.0, 0.0), complex(0.0, 0.5), complex(3.0, 0.0)]
let z = fft(y)
assert_close(z, [complex(2.0, 1.5), complex(3.2511923457285006, 4.624231556282933), complex(-1.5695567137271604, 1.015751221474586), complex(-2.520613230022314, 1.2932657729003614), complex(3.838977598020974, -3.4332485506578805)], 1e-14)
assert_close(ifft(z), y, 1e-14)

--- in two dimensions, and over rows ---
// numpy: np.fft.fft2([[1, 2j, 3], [4, 5, -1j]])
let a: c128[2, 3] = [[1, complex(0.0, 2.0), 3], [4, 5, complex(0.0, -1.0)]]
assert_close(fft2(a), [[complex(13.0, 1.0), complex(3.5980762113533156, -2.2320508075688767), complex(-1.5980762113533158, 1.2320508075688767)], [complex(-5.0, 3.0), complex(-1.1339745962155612, 5.428203230275509), complex(-2.8660254037844384, -8.428203230275509)]], 1e-14)
assert_close(ifft2(fft2(a)), a, 1e-14)
let rows = [fft(a[i]) for i]
assert_close(rows[1], fft(a[1]), 1e-15)
let columns = [fft([rows[i, j] for i]) for j in 0..3]
assert_close(columns.T, fft2(a), 1e-14)

--- every length, in 32 bits too ---
fn defined[n](x: c128[n]) -> c128[n] =
  [sum(x[j] * exp(complex(0.0, -2*pi*j*k/n)) for j) for k in 0..n]
fn held[n](x: c128[n]) -> f64 = norm(fft(x) - defined(x))
fn sample(n) -> c128[n] = [complex(sin(1.0 + i), cos(3.0 * i)) for i in 0..n]
assert(held(sample(1)) < 1e-13 and held(sample(2)) < 1e-13 and held(sample(7)) < 1e-13 and held(sample(12)) < 1e-12)
assert_close(fft(c64(sample(6))), c64(fft(sample(6))), 1e-5)
let nothing: c128[0] = zeros
assert(norm(fft(nothing)) == 0)

--- its derivative is itself, its transpose the conjugate ---
fn loss(z: c128[5]) -> f64 = sum(abs(fft(z)[k] + k)^2 for k) + real(ifft(z)[2])
fn at(i: i64, d: c128) -> c128[5] = [complex(sin(1.0 + j), cos(2.0 * j)) + (if j == i { d } else { 0 }) for j in 0..5]
let z = at(0, 0)
let g = grad(loss)(z)
let h = 1e-5
for i in 0..5 {
  let across = (loss(at(i, h)) - loss(at(i, -h))) / (2 * h)
  let up = (loss(at(i, complex(0.0, 1e-5))) - loss(at(i, complex(0.0, -1e-5)))) / (2 * h)
  assert_close(g[i], complex(across, up), 1e-7)
}
let v = at(2, 1)
assert_close(jvp(loss)(z, v), dot(g, v), 1e-12)
assert_close(jvp(fft)(z, v), fft(v), 1e-13)
assert_close(vjp(fft)(z, v), 5 * ifft(v), 1e-13)
assert_close(hvp(loss)(z, v), grad(|z| dot(grad(loss)(z), v))(z), 1e-11)
let m: c128[2, 3] = [[1, complex(0.0, 2.0), 3], [4, 5, complex(0.0, -1.0)]]
assert_close(vjp(|a| [fft(a[i]) for i])(m, m), [3 * ifft(m[i]) for i], 1e-13)
assert_close(vjp(fft2)(m, m), 6 * ifft2(m), 1e-13)
let mapped = [grad(|z| real(fft(z)[1]))([z[i] * s for i]) for s in 0..3]
assert_close(mapped[2], mapped[0], 1e-15)

--- circular convolution ---
fn circular[n](a: c128[n, n], b: c128[n, n]) -> c128[n, n] = ifft2([fft2(a)[i, j] * fft2(b)[i, j] for i, j])
let a: c128[3, 3] = [[1, 2, 0], [0, complex(0.0, 1.0), 4], [3, 0, 1]]
let b: c128[3, 3] = [[2, 0, 1], [1, 1, 0], [0, 3, complex(1.0, -1.0)]]
let direct = [sum(a[p, q] * b[mod(i - p, 3), mod(j - q, 3)] for p, q) for i in 0..3, j in 0..3]
assert_close(circular(a, b), direct, 1e-14)
