--- an affine map has its range: w c - |w| r and w c + |w| r ---
// numpy: w = np.array([[1., -2, 0.5], [3, 0, -1]]); c = np.array([0.5, -1, 2]); r = np.array([0.5, 1, 0.25])
// (w @ c - abs(w) @ r, w @ c + abs(w) @ r) = ([0.875, -2.25], [6.125, 1.25])  plus b = [1, -1]
let w = [[1.0, -2, 0.5], [3.0, 0, -1]]
let b = [1.0, -1]
let (lo, hi) = bounds(|x: f64[3]| w @ x + b)([0.0, -2, 1.75], [1.0, 0, 2.25])
assert_close(lo, [1.875, -3.25], 1e-13)
assert_close(hi, [7.125, 0.25], 1e-13)

--- monotone functions have their values at the ends ---
let ends = |f: f64 -> f64| { let (lo, hi) = bounds(f)(0.25, 0.75); [lo, hi] }
assert_close(ends(exp), [exp(0.25), exp(0.75)], 1e-15)
assert_close(ends(log), [log(0.25), log(0.75)], 1e-15)
assert_close(ends(sqrt), [0.5, sqrt(0.75)], 1e-15)
assert_close(ends(tanh), [tanh(0.25), tanh(0.75)], 1e-15)
assert_close(ends(|x| -sigmoid(x)), [-sigmoid(0.75), -sigmoid(0.25)], 1e-15)
assert_close(ends(|x| 3 - 2 * x), [1.5, 2.5], 1e-15)
assert_close(ends(sin), [sin(0.25), sin(0.75)], 1e-15)

--- functions that turn have their extremes ---
// The sine has a crest at pi/2; x^3 rises; x^4 and the hyperbolic cosine have their least at 0.
let ends = |f: f64 -> f64, lo: f64, hi: f64| { let (a, b) = bounds(f)(lo, hi); [a, b] }
assert_close(ends(sin, 1.0, 2.0), [sin(1.0), 1], 1e-15)
assert_close(ends(|x| x^3, -1.0, 2.0), [-1.0, 8], 1e-14)
assert_close(ends(|x| x^4, -1.0, 2.0), [0.0, 16], 1e-13)
assert_close(ends(cosh, -1.0, 0.5), [1.0, cosh(1.0)], 1e-14)
assert_close(ends(|x| pow(x, 2.0), -3.0, 1.0), [0.0, 9], 1e-14)
assert_close(ends(abs, -3.0, 1.0), [0.0, 3], 0)
assert_close(ends(floor, -0.5, 1.5), [-1.0, 1], 0)

--- a product of intervals is the least and the largest of four products ---
// By hand: [-1, 2] * [-3, 5] = [min(3, -5, -6, 10), max] = [-6, 10]; of three with [2, 4]: [-24, 40].
let (lo, hi) = bounds(|x: f64[3]| prod(x))([-1.0, -3, 2], [2.0, 5, 4])
assert_close([lo, hi], [-24.0, 40], 1e-13)
let (lo2, hi2) = bounds(|x: f64[2]| x[0] * x[1])([-1.0, -3], [2.0, 5])
assert_close([lo2, hi2], [-6.0, 10], 1e-14)
// All decided: (-2)(-3) = 6 to (-4)(-5) = 20.
let (lo3, hi3) = bounds(|x: f64[2]| prod(x))([-4.0, -5], [-2.0, -3])
assert_close([lo3, hi3], [6.0, 20], 1e-14)

--- folds, sorting and reads ---
let lo = [1.0, -2, 5, 0]
let hi = [2.0, 3, 6, 0]
let (a, b) = bounds(|x: f64[4]| (max(x), min(x), sort(x), x[2], [x[3 - i] for i in 0..4]))(lo, hi)
assert(a.0 == 5 and b.0 == 6 and a.1 == -2 and b.1 == 0)
assert(all(a.2 == [-2.0, 0, 1, 5]) and all(b.2 == [0.0, 2, 3, 6]))
assert(a.3 == 5 and b.3 == 6 and all(a.4 == [0.0, 5, -2, 1]) and all(b.4 == [0.0, 6, 3, 2]))
let (a2, b2) = bounds(|x: f64[4]| (sum(x), mean(x), real(sum(logsum(x)))))(lo, hi)
assert_close([a2.0, b2.0, a2.1, b2.1], [4.0, 11, 1, 2.75], 1e-14)
assert_close([a2.2, b2.2], [logsumexp(lo), logsumexp(hi)], 1e-13)

--- conditions: decided ones take a side, undecided ones span both ---
let f = |x: f64| if x > 1 { x - 10 } else { -x }
let ends = |lo: f64, hi: f64| { let (a, b) = bounds(f)(lo, hi); [a, b] }
assert_close(ends(2.0, 3.0), [-8.0, -7], 1e-14)
assert_close(ends(0.0, 1.0), [-1.0, 0], 1e-14)
assert_close(ends(0.0, 3.0), [-10.0, 0], 1e-14)
let (a, b) = bounds(|x: f64[3]| where(x > 0, 2 * x, 0))([-1.0, 1, -3], [1.0, 2, -2])
assert(all(a == [-2.0, 2, 0]) and all(b == [2.0, 4, 0]))
let (a2, b2) = bounds(|x: f64| (x > 0, x > 5, not (x > -5)))(-1.0, 1.0)
print(a2, b2)
===
(false, false, false) (true, false, false)

--- loops, calls, updates and adding at places ---
fn horner(c: f64[3], x: f64) -> f64 {
  let mut s = 0.0
  for i in 0..3 { s = s * x + c[i] }
  s
}
// ((1 x) + [1, 2]) x + [0, 1] at x = 2: 4 + 2 + 0 = 6 to 4 + 4 + 1 = 9.
let (lo, hi) = bounds(horner, wrt: c)([1.0, 1, 0], 2.0, [1.0, 2, 1])
assert_close([lo, hi], [6.0, 9], 1e-13)
fn placed(x: f64[2], k: i64) -> f64[4] {
  let mut a = [1.0, 1, 1, 1]
  a[k] = x[0]
  a[0] = a[0] + x[1]
  a
}
let (lo2, hi2) = bounds(placed, wrt: x)([-1.0, 2], 3, [1.0, 3])
assert_close(lo2, [3.0, 1, 1, -1], 1e-14)
assert_close(hi2, [4.0, 1, 1, 1], 1e-14)
// The sums of the values that fall on each place, whose derivative in x adds at places.
let at = [0, 1, 1, 0]
let (lo3, hi3) = bounds(grad(|x: f64[2]| sum(x[at[i]]^2 for i)))([0.0, 1], [1.0, 2])
assert_close(lo3, [0.0, 4], 1e-13)
assert_close(hi3, [4.0, 8], 1e-13)

--- parameters, parts of them and what is captured ---
fn f(x: f64, y: f64) -> f64 = x - 2 * y
let (a, b) = bounds(f)(0.0, 0.0, 1.0, 3.0)
assert_close([a, b], [-6.0, 1], 1e-14)
let (a2, b2) = bounds(f, wrt: (y, x))(0.0, 0.0, 1.0, 3.0)
assert_close([a2, b2], [-6.0, 1], 1e-14)
// The derivative of the upper end, x - 2 y at the ends (1, 0), in these: through the same order of arguments.
let upper = |a: f64, b: f64, c: f64, d: f64| bounds(f, wrt: (y, x))(a, b, c, d).1
print(vjp(upper)(0.0, 0.0, 1.0, 3.0, 1.0))
let z = 5.0
let (a3, b3) = bounds(|x: f64| x * z)(1.0, 2.0)
assert_close([a3, b3], [5.0, 10], 1e-14)
===
(0, -2, 1, 0)

--- a model, in its argument and in its parameters ---
model affine(n)(x: f64[n]) -> f64 {
  param w: f64[n] = [f64(i + 1) for i in 0..n]
  param b: f64 = 0.5
  sum(w[i] * x[i] for i) + b
}
let net = affine(2)
let p   = net.init(key(0))
let (a, b) = bounds(net, wrt: x)(p, [0.0, 0], [1.0, 1])
assert_close([a, b], [0.5, 3.5], 1e-13)
let (a2, b2) = bounds(net)(p, [1.0, 1], {w: p.w + 1, b: p.b}, [1.0, 1])
assert_close([a2, b2], [3.5, 5.5], 1e-13)

--- a gradient goes through bounds, and bounds through a gradient ---
// The width of w x + b on a box of half width e is 2 |w| e: its derivative in w is 2 e sign w.
let width = |w: f64[2]| { let (lo, hi) = bounds(|x: f64[2]| dot(w, x))([-0.5, -0.5], [0.5, 0.5]); hi - lo }
assert_close(grad(width)([3.0, -4]), [1.0, -1], 1e-13)
// x e^x has the derivative (x + 1) e^x, whose ends on 0 to 1 are 1 and 2 e where the factors are taken by themselves.
let (lo, hi) = bounds(grad(|x: f64| x * exp(x)))(0.0, 1.0)
assert_close([lo, hi], [1.0, 2 * exp(1.0)], 1e-14)
// The second derivative of the lower end of t e^t on x to x + 1, for x > 0, is (x + 2) e^x.
assert_close(grad(grad(|x: f64| bounds(|t: f64| t * exp(t))(x, x + 1).0))(1.0), 3 * exp(1.0), 1e-13)

--- semirings are monotone ---
fn paths[n](w: minplus<f64>[n, n]) -> minplus<f64>[n, n] {
  let mut d = eye() + w
  for _ in 0..ceil_log2(n) { d = d @ d }
  d
}
let near = minplus([[0.0, 1, inf], [inf, 0, 2], [inf, inf, 0]])
let far  = minplus([[0.0, 4, inf], [inf, 0, 3], [inf, inf, 0]])
let (lo, hi) = bounds(|w: minplus<f64>[3, 3]| paths(w))(near, far)
assert_close(real(lo[0, 2]), 3, 1e-14)
assert_close(real(hi[0, 2]), 7, 1e-14)
assert(real(lo[2, 0]) == inf and real(hi[2, 0]) == inf)
let (lo2, hi2) = bounds(|x: logsum<f64>[2]| sum(x))(logsum([0.0, 1]), logsum([1.0, 2]))
assert_close([real(lo2), real(hi2)], [logsumexp([0.0, 1]), logsumexp([1.0, 2])], 1e-13)

--- complex numbers have a box of both parts ---
// (x + i y)^2 with x, y on 0 to 1: the real part x^2 - y^2 from -1 to 1, the imaginary part 2 x y from 0 to 2.
let (lo, hi) = bounds(|z: c128| z * z)(complex(0.0, 0), complex(1.0, 1))
assert_close([real(lo), imag(lo), real(hi), imag(hi)], [-1.0, 0, 1, 2], 1e-14)

--- no element, one number, and a box that is a point ---
let none: f64[0] = zeros
let (lo, hi) = bounds(|x: f64[0]| (sum(x), prod(x), max(x), x))(none, none)
assert(lo.0 == 0 and hi.0 == 0 and lo.2 == -inf and hi.2 == -inf)
assert_close([lo.1, hi.1], [1.0, 1], 1e-14)
let (lo2, hi2) = bounds(|x: f64| x * x + 1)(3.0, 3.0)
assert(lo2 <= 10 and 10 <= hi2 and hi2 - lo2 < 2e-14)

--- single precision is wider ---
let f = |x: f32[2]| x[0] + x[1] * x[1]
let (lo, hi) = bounds(f)([0.1, 0.2], [0.3, 0.4])
assert(f64(lo) <= 0.14 and f64(lo) > 0.1399999 and f64(hi) >= 0.46 and f64(hi) < 0.4600003)

--- ends that say nothing, and infinite ones ---
print(bounds(sqrt)(-1.0, 4.0), bounds(log)(0.0, 1.0), bounds(|x| 1 / x)(0.0, 1.0))
print(bounds(|x: f64| x + 1)(0.0 / 0.0, 1.0), bounds(exp)(-inf, 0.0).0, bounds(|x: f64| x * 0)(0.0, inf))
print(bounds(|x: f64| relu(x * 0))(0.0, inf), bounds(|x: f64| exp(x) > -1)(0.0, 0.0 / 0.0))
===
(-inf, inf) (-inf, 0) (-inf, inf)
(-inf, inf) 0 (-inf, inf)
(-inf, inf) (false, true)

--- the lower end is above the upper end ---
print(bounds(|x: f64[2]| sum(x))([0.0, 1], [1.0, 0.5]))
===
bounds.dsl:1:7: error[R1002]: the lower end of a box is above the upper end

--- a demand that holds nowhere on the box ---
fn f(x: f64) -> f64 { require(x > 0, "x is positive"); sqrt(x) }
let (lo, hi) = bounds(f)(1.0, 4.0)
assert_close([lo, hi], [1.0, 2], 1e-14)
print(bounds(f)(-2.0, 1.0))
print(bounds(f)(-2.0, -1.0))
===
(-inf, inf)
bounds.dsl:1:23: error[R1002]: x is positive

--- an index outside, and a place that no result needs ---
print(bounds(|x: f64[3]| { let k = argmax(x); max(x) })([0.0, 0, 0], [1.0, 1, 1]))
let i = i64(7.5)
print(bounds(|x: f64[2]| x[i])([0.0, 1], [1.0, 2]))
===
(0, 1)
bounds.dsl:3:26: error[R1002]: index 7 is outside the axis of 2 elements

--- bounds in a comprehension, and shown values ---
let z = [-1.0, 0, 1]
print([bounds(relu)(z[i], z[i] + 1) for i])
print(bounds(|x: f64| 2 * trace("x", x))(1.0, 2.0))
===
([0, 0, 1], [0, 1, 2])
x = 1
x = 2
(2, 4)
