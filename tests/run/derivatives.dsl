--- first and second derivatives of a scalar function ---
fn near(a: f64, b: f64) -> bool = abs(a - b) <= 1e-14 * max(1, abs(b))
fn f(x: f64) -> f64 = sin(x) * exp(-x^2)
// numpy: np.exp(-1) * (np.cos(1) - 2 * np.sin(1))
assert(near(grad(f)(1.0), -0.4203536409598114))
// numpy: np.exp(-1) * (np.sin(1) - 4 * np.cos(1))
assert(near(grad(grad(f))(1.0), -0.48550456573253964))

--- third and fifth derivative of a power ---
assert(grad(grad(grad(|x| x^5)))(2.0) == 240.0)
assert(grad(grad(grad(grad(grad(|x| x^5)))))(2.0) == 120.0)

--- partials of every elementary function ---
fn near(a: f64, b: f64) -> bool = abs(a - b) <= 2e-15 * max(1, abs(b))
let x = 0.3
// numpy: np.exp(0.3)
assert(near(grad(exp)(x), 1.3498588075760032))
// numpy: 1 / 0.3
assert(near(grad(log)(x), 3.3333333333333335))
// numpy: np.exp(0.3)
assert(near(grad(expm1)(x), 1.3498588075760032))
// numpy: 1 / 1.3
assert(near(grad(log1p)(x), 0.7692307692307692))
// numpy: np.cos(0.3)
assert(near(grad(sin)(x), 0.955336489125606))
// numpy: -np.sin(0.3)
assert(near(grad(cos)(x), -0.29552020666133955))
// numpy: 1 / np.cos(0.3) ** 2
assert(near(grad(tan)(x), 1.095688915322547))
// numpy: 1 / np.sqrt(1 - 0.3 ** 2)
assert(near(grad(asin)(x), 1.0482848367219182))
// numpy: -1 / np.sqrt(1 - 0.3 ** 2)
assert(near(grad(acos)(x), -1.0482848367219182))
// numpy: 1 / (1 + 0.3 ** 2)
assert(near(grad(atan)(x), 0.9174311926605504))
// numpy: np.cosh(0.3)
assert(near(grad(sinh)(x), 1.0453385141288605))
// numpy: np.sinh(0.3)
assert(near(grad(cosh)(x), 0.3045202934471426))
// numpy: 1 - np.tanh(0.3) ** 2
assert(near(grad(tanh)(x), 0.9151369618266292))
// numpy: 0.5 / np.sqrt(0.3)
assert(near(grad(sqrt)(x), 0.9128709291752769))
// numpy: 2 / np.sqrt(np.pi) * np.exp(-0.09)
assert(near(grad(erf)(x), 1.031260909618963))
// numpy: expit(0.3) * (1 - expit(0.3))
assert(near(grad(sigmoid)(x), 0.24445831169074586))
// numpy: expit(0.3)
assert(near(grad(softplus)(x), 0.574442516811659))

--- the gradient of a quadratic form ---
// numpy: a = np.array([[1., 2], [3, 4]])
// numpy: x = np.array([1., -2])
let a = [[1.0, 2.0], [3.0, 4.0]]
let x = [1.0, -2.0]
// numpy: (a + a.T) @ x
assert(all(grad(|x| x @ (a @ x))(x) == [-8.0, -11.0]))
// numpy: np.outer(x, x)
assert(all(grad(|a| x @ (a @ x))(a) == [[1.0, -2.0], [-2.0, 4.0]]))
// numpy: a + a.T
assert(all(hessian(|x| x @ (a @ x))(x) == [[2.0, 5.0], [5.0, 8.0]]))

--- the Jacobian has the axes of the result, then those of the argument ---
// numpy: x = np.array([1., 2, 3])
fn f(x: f64[3]) -> f64[2] = [x[0] * x[1], x[2]^2]
assert(all(jacobian(f)([1.0, 2.0, 3.0]) == [[2.0, 1.0, 0.0], [0.0, 0.0, 6.0]]))

--- forward, reverse and their products agree ---
fn f(x: f64[3]) -> f64[2] = [x[0] * x[1], x[2]^2]
let x = [1.0, 2.0, 3.0]
let v = [1.0, 0.5, -1.0]
let u = [2.0, -1.0]
assert(all(jvp(f)(x, v) == [2.5, -6.0]))
assert(all(vjp(f)(x, u) == [4.0, 2.0, -6.0]))
assert(dot(jvp(f)(x, v), u) == dot(v, vjp(f)(x, u)))
assert(all(forward(f)(x, v) == jvp(f)(x, v)) and all(reverse(f)(x, u) == vjp(f)(x, u)))

--- value and gradient, and a product with the Hessian ---
// numpy: x = np.array([-1., 1])
fn rosenbrock(x: f64[2]) -> f64 = (1 - x[0])^2 + 100*(x[1] - x[0]^2)^2
let (y, g) = value_and_grad(rosenbrock)([-1.0, 2.0])
// numpy: (1 + 1) ** 2 + 100 * (2 - 1) ** 2
// numpy: -2 * 2 + 400 * 1
assert(y == 104.0 and all(g == [396.0, 200.0]))
// numpy: 2 - 400 * (2 - 3)
assert(all(hvp(rosenbrock)([-1.0, 2.0], [1.0, 0.0]) == [402.0, 400.0]))

--- gradients flow to records ---
fn loss(p: {w: f64[2], b: f64}, x: f64[2]) -> f64 = (dot(p.w, x) + p.b)^2
let g = grad(loss)({w: [1.0, 2.0], b: -1.0}, [3.0, 1.0])
assert(all(g.w == [24.0, 8.0]) and g.b == 8.0)
let h = grad(loss, wrt: 1)({w: [1.0, 2.0], b: -1.0}, [3.0, 1.0])
assert(all(h == [8.0, 16.0]))

--- through loops ---
fn near(a: f64, b: f64) -> bool = abs(a - b) <= 1e-14 * max(1, abs(b))
fn power(x: f64, n: i64) -> f64 {
  let mut y = 1.0
  for _ in 0..n { y = y * x }
  y
}
// numpy: 7 * 1.5 ** 6
assert(near(grad(|x| power(x, 7))(1.5), 79.734375))
// numpy: 42 * 1.5 ** 5
assert(near(grad(grad(|x| power(x, 7)))(1.5), 318.9375))
fn root(a: f64) -> f64 {
  let mut x = a
  while abs(x * x - a) > 1e-14 * a { x = (x + a / x) / 2 }
  x
}
// numpy: 0.5 / np.sqrt(2)
assert(near(grad(root)(2.0), 0.35355339059327373))

--- through gathers, updates and scans ---
let x = [1.0, 2.0, 3.0]
let at = [2, 0, 2]
assert(all(grad(|x| sum(x[at[i]]^2 for i))(x) == [2.0, 0.0, 12.0]))
fn put(x: f64) -> f64 {
  let mut y = [0.0, 0.0, 0.0]
  for k in 0..3 { y[k] = x^f64(k + 1) }
  sum(y)
}
assert(grad(put)(2.0) == 17.0)
assert(all(grad(|x| scan(|s, a| (s * a, s), 1.0, x).0)(x) == [6.0, 3.0, 2.0]))

--- through a linear system ---
// numpy: a = np.array([[4., 1], [2, 3]])
// numpy: b = np.array([1., 2])
// numpy: u = np.linalg.solve(a.T, np.ones(2))
let a = [[4.0, 1.0], [2.0, 3.0]]
let b = [1.0, 2.0]
let g = grad(|b| sum(solve(a, b)))(b)
let h = grad(|a| sum(solve(a, b)))(a)
// numpy: u
let e = [0.1, 0.3]
// numpy: -np.outer(u, np.linalg.solve(a, b))
let k = [[-0.010000000000000002, -0.06], [-0.03, -0.18]]
assert(all(abs(g[i] - e[i]) < 1e-15 for i) and all(abs(h[i, j] - k[i, j]) < 1e-15 for i, j))

--- one side at kinks, the lowest index at ties ---
assert(grad(relu)(0.0) == 0.0 and grad(relu)(1.0) == 1.0)
assert(grad(|x| max(0, x))(0.0) == 0.0 and grad(|x| max(x, 0))(0.0) == 1.0)
assert(all(grad(|x| max(x))([2.0, 5.0, 5.0]) == [0.0, 1.0, 0.0]))
assert(all(grad(|x| min(x))([2.0, 2.0, 5.0]) == [1.0, 0.0, 0.0]))

--- a zero cotangent contributes zero ---
assert(grad(|x| where(x > 0, sqrt(x), 0))(0.0) == 0.0)
assert(grad(|x| x * sqrt(x))(0.0) == 0.0)
assert(all(grad(norm)([0.0, 0.0]) == [0.0, 0.0]))
assert(all(abs(grad(norm)([3.0, 4.0]) - [0.6, 0.8]) < 1e-15))

--- the gradient in an argument that is not used is zero ---
fn f(x: f64, _y: f64[2]) -> f64 = x
assert(all(grad(f, wrt: 1)(1.0, [1.0, 2.0]) == [0.0, 0.0]))

--- the gradient of a network agrees with its formula ---
// numpy: w1 = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]])
// numpy: w2 = np.array([0.7, -0.8, 0.9])
// numpy: x = np.array([0.5, -1.5])
// numpy: t = np.tanh(w1 @ x)
// numpy: e = 2 * (w2 @ t - 1)
fn loss(p: {w1: f64[3, 2], w2: f64[3]}, x: f64[2]) -> f64 = (dot(p.w2, tanh(p.w1 @ x)) - 1)^2
let p = {w1: [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]], w2: [0.7, -0.8, 0.9]}
let g = grad(loss)(p, [0.5, -1.5])
// numpy: e * np.outer(w2 * (1 - t * t), x)
let a = [[-0.7219836805345848, 2.1659510416037544], [0.7647876980567194, -2.294363094170158], [-0.3467479448745396, 1.0402438346236187]]
// numpy: e * t
let b = [-0.7824072186395095, 0.9813342045888453, 1.9020903999968408]
assert(all(abs(g.w1[i, j] - a[i, j]) < 1e-14 for i, j) and all(abs(g.w2[i] - b[i]) < 1e-14 for i))

--- several arguments give a tuple ---
fn f(x: f64, y: f64) -> f64 = x * y
let (a, b) = grad(f, wrt: (0, 1))(2.0, 3.0)
let (c, d) = vjp(f)(2.0, 3.0, 10.0)
let (v, g) = value_and_grad(f, wrt: 1)(2.0, 3.0)
assert(a == 3.0 and b == 2.0 and c == 30.0 and d == 20.0 and v == 6.0 and g == 2.0)
assert(forward(f)(2.0, 3.0, 1.0, 10.0) == 23.0)

--- through a recurrence with outputs ---
// By hand: the states are 1, 2.5, 4.25; their derivatives in w are 0, 1, 3.
fn f(w: f64, xs: f64[3]) -> f64 {
  let (s, ys) = scan(|s, x| (w * s + x, s^2), 0.0, xs)
  s + sum(ys)
}
assert(f(0.5, [1.0, 2.0, 3.0]) == 11.5 and grad(f)(0.5, [1.0, 2.0, 3.0]) == 8.0)
assert(all(grad(f, wrt: 1)(0.5, [1.0, 2.0, 3.0]) == [4.75, 5.5, 1.0]))

--- through a sorted order ---
fn f(x: f64[3]) -> f64 {
  let order = argsort(x)
  sum((i + 1) * x[order[i]] for i in 0..3)
}
assert(f([3.0, 1.0, 2.0]) == 14.0 and all(grad(f)([3.0, 1.0, 2.0]) == [3.0, 1.0, 2.0]))

--- powers at the edges of their domain ---
assert(grad(|x| x^0)(0.0) == 0.0 and grad(|y| 0^y)(0.0) == 0.0 and grad(|x| x^2.5)(0.0) == 0.0)
assert(grad(|x| where(x > 0, log(x), 0))(0.0) == 0.0)
assert(0.0^0.0 == 1.0)

--- what a branch gives counts once for each point ---
// By hand: three times b, whichever axes the cotangent has.
fn f(b: f64) -> f64 = sum([if b >= 5 {
  let mut m = [1.0, 2.0, 3.0]
  m[i] += 1.5
  m[0]
} else { b } for i in 0..3])
assert(f(2.0) == 6.0 and grad(f)(2.0) == 3.0 and jvp(f)(2.0, 1.0) == 3.0 and grad(f)(6.0) == 0.0)
// Loops too: the index of the axis changes nothing that moves.
fn g(b: f64) -> f64 = sum([{
  let mut m = b
  let mut n = 0
  for k in 0..2 {
    m = m * 2
    n += i
  }
  m
} for i in 0..3])
assert(g(2.0) == 24.0 and grad(g)(2.0) == 12.0 and jvp(g)(2.0, 1.0) == 12.0)

--- a literal as a cotangent moves like any other argument ---
// By hand: vjp of x^2 is 2 x y; of a linear map the second reverse derivative in the cotangent is the cotangent's.
fn f(x: f64) -> f64 = x^2
fn i(x: f64) -> f64 = x
fn h(x: f32) -> f32 = x * x
assert(grad(vjp(f), wrt: 1)(3.0, 1.0) == 6.0 and grad(vjp(f), wrt: 1)(3.0, 1) == 6.0 and grad(vjp(f))(3.0, 5) == 10.0)
assert(jvp(vjp(f), wrt: 1)(3.0, 1.0, 1.0) == 6.0)
assert(f64(grad(vjp(h), wrt: 1)(3, 1)) == 6.0)
let (a, b) = reverse(reverse(i))(2.0, 0.5, 1.0)
assert(a == 0.0 and b == 1.0)
let sum_of = |x| sum(x[k] * x[k] for k in 0..2)
assert(all(jacobian(vjp(sum_of), wrt: 1)([1.0, 2.0], 1.0) == [2.0, 4.0]))

--- one side at every kink ---
// Lee, Park and Aiken, 2023, and Park, Chun and Lee, 2024: a sum of kinks is not the kink of the sum.
assert(clamp(-1.0, 0, 6) == 0.0 and clamp(2.5, 0, 6) == 2.5 and clamp(7.0, 0, 6) == 6.0)
assert(grad(|x| clamp(x, 0, 6))(0.0) == 0.0 and grad(|x| clamp(x, 0, 6))(6.0) == 1.0)
assert(grad(|w| relu(w) - relu(-w))(0.0) == 0.0 and grad(|w| relu(w) + relu(-w))(0.0) == 0.0)
assert(grad(|x| max(x, 0.0))(0.0) == 1.0 and grad(|x| max(0.0, x))(0.0) == 0.0)
assert(grad(|x| max(x, x))(2.0) == 1.0 and all(grad(max)([2.0, 5.0, 5.0]) == [0.0, 1.0, 0.0]))
assert(grad(sign)(0.0) == 0.0 and grad(floor)(1.0) == 0.0)

--- a Hessian that is read along its diagonals takes as long as they are ---
// As a whole it would have 10^10 elements; its entries are by hand.
let n = 100000
fn separable(x: f64[n]) -> f64 = sum(exp(x[i]) * sin(x[i]) for i)
fn rosenbrock(x: f64[n]) -> f64 = sum(100 * (x[i + 1] - x[i]^2)^2 + (1 - x[i])^2 for i in 0..n - 1)
fn diagonal(f: f64[n] -> f64, x: f64[n]) -> f64[n] { let h = hessian(f)(x); [h[i, i] for i] }
fn above(f: f64[n] -> f64, x: f64[n]) -> f64[n - 1] { let h = hessian(f)(x); [h[i, i + 1] for i in 0..n - 1] }
let x: f64[n] = normal(key(1))
assert_close(diagonal(separable, x), [2 * exp(x[i]) * cos(x[i]) for i], 1e-12)
assert(all(above(separable, x) == [0 * x[i] for i in 0..n - 1]))
assert_close(diagonal(rosenbrock, x)[1..n - 1], [200 + 1200 * x[i]^2 - 400 * x[i + 1] + 2 for i in 1..n - 1], 1e-12)
assert_close(diagonal(rosenbrock, x)[n - 1], 200.0)
assert_close(above(rosenbrock, x), [-400 * x[i] for i in 0..n - 1], 1e-12)
// Two steps from the diagonal there is nothing; the diagonal of a Jacobian of windows.
assert({ let h = hessian(rosenbrock)(x); all(h[i, i + 2] == 0 for i in 0..n - 2) })
fn smooth(x: f64[n]) -> f64[n] = [get(x, i - 1, 0) + x[i]^2 * get(x, i + 1, 0) for i]
assert_close({ let j = jacobian(smooth)(x); [j[i, i] for i in 0..n - 1] }, [2 * x[i] * x[i + 1] for i in 0..n - 1], 1e-12)

--- reads of single elements in loops, branches and calls add to single elements ---
fn step(s: f64, x: f64[5], y: f64[5], i: i64) -> f64 = sin(s * x[i] + y[4 - i]) + x[0]
fn walk(x: f64[5]) -> f64 {
  let mut s = 0.5
  for i in 0..5 { s = step(s, x, x, i) }
  for i in 0..5 { for j in 0..5 { if x[i] > x[j] { s = s + x[i] * x[j]^2 } else { s = s * cos(x[j]) + x[4] } } }
  s
}
fn swept(x: f64[5]) -> f64 {
  let mut y = x
  let mut k = 1
  while k < 5 and y[0] > -100 {
    y[k] = sin(y[k - 1] * y[k]) + x[k]
    y[0] += y[k] * x[mod(2 * k, 5)]
    k += 1
  }
  y[0] + y[4]
}
fn rows(a: f64[3, 5], at: i64[4]) -> f64 {
  let mut s: f64[5] = zeros
  for k in 0..4 { s = tanh(s + a[at[k]]) * a[at[k], k] }
  sum(s) + sum(sin(a[at[k], k]) * a[0, 0] for k in 0..4)
}
let x = [0.3, -0.7, 1.1, 0.9, -0.2]
let v = [1.0, 0.5, -2.0, 0.25, 1.5]
let at = [2, 0, 2, 1]
let a = [[x[j] * (1 + f64(i)) for j] for i in 0..3]
let u = [[v[j] - f64(i) for j] for i in 0..3]
let h = 1e-5
assert_close(dot(grad(walk)(x), v), jvp(walk)(x, v), 1e-13)
assert_close(dot(grad(walk)(x), v), (walk(x + h * v) - walk(x - h * v)) / (2 * h), 1e-8)
assert_close(dot(grad(swept)(x), v), jvp(swept)(x, v), 1e-13)
assert_close(dot(grad(swept)(x), v), (swept(x + h * v) - swept(x - h * v)) / (2 * h), 1e-8)
assert_close(dot(grad(rows)(a, at), u), jvp(rows)(a, u, at), 1e-13)
assert_close(dot(grad(rows)(a, at), u), (rows(a + h * u, at) - rows(a - h * u, at)) / (2 * h), 1e-8)
assert_close(hvp(walk)(x, v), (grad(walk)(x + h * v) - grad(walk)(x - h * v)) / (2 * h), 1e-7)
assert_close(dot(hessian(swept)(x) @ v, v), dot(hvp(swept)(x, v), v), 1e-12)
