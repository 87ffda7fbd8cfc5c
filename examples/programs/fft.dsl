// The product of functions on a torus: circular convolution of their coefficients, by fft2 over complex scalars.
fn circular[n](a: c128[n, n], b: c128[n, n]) -> c128[n, n] = ifft2([fft2(a)[i, j] * fft2(b)[i, j] for i, j])
fn real_grid(coef: f64[4], n) -> f64[n, n] {
  [{ let th = 2*pi*i/n
     let ph = 2*pi*j/n
     coef[0] + coef[1]*sin(th)*cos(ph) + coef[2]*sin(th)*sin(ph) + coef[3]*cos(th) } for i in 0..n, j in 0..n]
}
fn complex_grid(coef: f64[4], n) -> c128[n, n] = complex(real_grid(coef, n), 0)

// The coefficients of a product are the convolution of the coefficients.
let (f, g) = (complex_grid([1.0, 2.0, -1.0, 0.5], 8), complex_grid([0.3, -1.0, 0.7, 2.0], 8))
let product = [f[i, j] * g[i, j] for i, j]
assert_close(fft2(product), circular(fft2(f), fft2(g)) / 64, 1e-12)

// Against the definition, with indices that wrap around.
let a = fft2(f)
let b = fft2(g)
let direct = [sum(a[p, q] * b[mod(i - p, 8), mod(j - q, 8)] for p, q) for i in 0..8, j in 0..8]
print("largest difference", max(abs(circular(a, b)[i, j] - direct[i, j]) for i, j))
assert_close(circular(a, b), direct, 1e-10)

// The gradient through both transforms: of the energy of a product in one coefficient, against a difference.
fn energy(coef: f64[4]) -> f64 = norm(circular(fft2(complex_grid(coef, 8)), b))^2 / 64^4
let at = [1.0, 2.0, -1.0, 0.5]
let slope = (energy([1.0, 2.0, -1.0, 0.5 + 1e-5]) - energy([1.0, 2.0, -1.0, 0.5 - 1e-5])) / 2e-5
print("energy", energy(at), " gradient", grad(energy)(at))
assert_close(grad(energy)(at)[3], slope, 1e-7)
