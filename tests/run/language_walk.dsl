--- first programs ---
fn f(x: f64) -> f64 = sin(x) * exp(-x^2)
print("f'(1) =", grad(f)(1.0), " f''(1) =", grad(grad(f))(1.0))
let roads = [[0.0, 1.0, inf, inf], [inf, 0.0, 2.0, 9.0], [inf, inf, 0.0, 3.0], [inf, inf, inf, 0.0]]
fn closure[n](w: minplus<f64>[n, n]) -> minplus<f64>[n, n] {
  let mut d = eye() + w
  for _ in 0..ceil_log2(n) { d = d @ d }
  d
}
print(closure(minplus(roads)))
print(grad(|w| real(closure(minplus(w))[0, 3]))(roads))
===
f'(1) = -0.42035364095981154  f''(1) = -0.4855045657325397
[[0, 1, 3, 6],
 [inf, 0, 2, 5],
 [inf, inf, 0, 3],
 [inf, inf, inf, 0]]
[[0, 1, 0, 0],
 [0, 0, 1, 0],
 [0, 0, 0, 1],
 [0, 0, 0, 0]]

--- scalars and numbers ---
let a: f32 = 1.5
let b: c64 = 2
let c: z2 = 1
let d: count = 3
let e: maxplus<f32> = maxplus(f32(2.0))
let l: logsum<f64> = logsum(0.0)
print(a, b, c, d, e, l, real(l + l))
print(sum([1.0, 2.0]) / 2, [2*pi*i/4 for i in 0..4], f64(3), i64(2.9), i64(-2.9))
let z: minplus<f64> = zero
let o: minplus<f64> = one
print(z, o, minplus(3) + minplus(4), minplus(3) * minplus(4))
print(div(-7, 2), mod(-7, 2), bit_and(6, 3), bit_or(6, 3), bit_xor(6, 3), shift_left(1, 4), shift_right(-16, 2), popcount(7))
print(pi, inf, -inf, nan)
print(1/4, c + c, c * c, d + 1, d * d, i64(d), z2(1) + 1)
print(true and not false or false, 1 == 2, 1.0 < 2, [1, 2] == [1, 3], all([1, 2] == [1, 2]))
let big = count(9223372036854775807)
print(big + 1, i64(big + 1))
===
1.5 2+0i 1 3 2 0 0.6931471805599453
1.5 [0, 1.5707963267948966, 3.141592653589793, 4.71238898038469] 3 2 -2
inf 0 3 7
-4 1 2 7 5 16 -4 3
3.141592653589793 inf -inf nan
0.25 0 1 4 9 3 0
true false true [true, false] true
9223372036854775807 9223372036854775807

--- tensors and sizes ---
fn top[n](x: f64[n], k) -> f64[k] = sort(x)[n - k..n]
print(top([3.0, 1, 2], 2))
fn half[m](x: f64[2*m]) -> f64[m] = [x[2*i] + x[2*i + 1] for i in 0..m]
print(half([1.0, 2, 3, 4]))
fn atleast[n, k, k <= n](x: f64[n], k2: f64[k]) -> f64[k] = [x[i] + k2[i] for i in 0..k]
print(atleast([1.0, 2, 3], [1.0, 1]))
type cell<d, h> = {w: f64[4, h, d], b: f64[4, h]}
let q: cell<2, 3> = zeros
print(q.b)
fn norm2[P: vector](p: P) -> f64 = dot(p, p)
print(norm2({w: [1.0, 2], b: 3.0}), norm({w: [3.0], b: 4.0}))
fn lin[m, n, S: semiring](x: S[m, n]) -> S[n] = [sum(x[i, j] for i) for j]
print(lin([[1.0, 2], [3, 4]]), lin([[true, false], [false, false]]), lin(maxplus([[1.0, 2], [3, 4]])))
fn g(x: f64) -> f64 = 0.5 * x * (1 + erf(x / sqrt(2.0)))
print(g([0.0, 1.0]))
fn sized[n: size](x: f64[n]) -> i64 = n
print(sized([1.0, 2]))
let ps = [{a: f64(i), b: [1.0, i]} for i in 0..3]
print(ps[1], ps.b)
fn ty[S: type](x: S[2]) -> S = x[0]
print(ty([1.0, 2]), ty([true, false]))
fn fl[F: float](x: F) -> F = x * 2
print(fl(f32(1.5)), fl(2.0))
fn two[n](x: f64[n], y: f64[n + 1]) -> f64 = sum(x) + sum(y)
print(two([1.0], [1.0, 2]))
let m = 3
let t: f64[m, m] = eye
print(t)
fn mm(x: f64[m]) -> f64 = sum(x)
print(mm(ones))
fn bs[n, n >= 1](x: f64[n]) -> f64 = x[0]
print(bs([2.0]))
fn windows[n](x: f64[n]) -> f64[n - 2] = [sum(x[i + j] for j in 0..3) for i]
print(windows([1.0, 2, 3, 4]))
===
[2, 3]
[3, 7]
[2, 3]
[[0, 0, 0],
 [0, 0, 0],
 [0, 0, 0],
 [0, 0, 0]]
14 5
[4, 6] [true, false] [3, 4]
[0, 0.8413447460685429]
2
{a: 1, b: [1, 1]} [[1, 0],
 [1, 1],
 [1, 2]]
1 true
3 4
4
[[1, 0, 0],
 [0, 1, 0],
 [0, 0, 1]]
3
2
[6, 9]

--- expressions ---
let a = [[1.0, 2], [3, 4]]
let x = [5.0, 6]
print([a[i, j] * x[j] for i, j], sum(a[i, k] * a[k, j] for i, j, k), [sum(a[i, k] * a[k, j] for k) for i, j])
print(prod(x[i] for i), max(x[i] for i), min(x), mean(x), any(x[i] > 5 for i), all(x > 4), argmax(x[i] for i), argmin(a[i, j] for i, j), logsumexp(x))
let w = [1.0, 2]
let y = [1.0, 2, 3, 4]
print([sum(y[i + j] * w[j] for j) for i], sum(y[i] * y[j] for i, j if j < i))
print([y[i + 1] - y[i] for i in 0..3], [get(y, i - 1, 0) for i in 0..5])
print(a @ x, x @ a, x @ x, a @ a, a.T)
print(y[1], y[1..3], y[..2], y[2..], y[[0, 3]], a[0], a[.., 1])
for t in 0..2 { print(y[t*2 .. t*2 + 2]) }
print(if x[0] > 1 { 1.0 } else { 2.0 }, where(y > 2, y, 0))
fn upd(x: f64[3]) -> f64[3] {
  let mut p = {w: x, s: 0.0}
  p.w[1] = 7
  p.w += 1
  p.s += 2
  let (u, v) = (p.s, p.w)
  let mut q = v
  (q[0], p.s) = (u, 3)
  q[1..3] = [p.s, 9]
  q
}
print(upd([1.0, 2, 3]))
let (last, outs) = scan(|s, x| (s + x, s * x), 0.0, y)
print(last, outs)
print(y.sum(), x.norm(), y.max())
fn opt(x: f64, rate: f64 = 0.5) -> f64 = x * rate
print(opt(2.0), opt(2.0, rate: 0.25), opt(rate: 1.0, x: 3.0), 2.0.opt())
print(-2^2, 2^3^2, (-2)^2, -x[0]^2, not true or true)
let h = |x, (a, b)| x * a + b
print(h(2.0, (3.0, 4.0)))
print([i * 10 + j for i in 0..2, j in 0..2], {..{a: 1, b: 2}, b: 3})
let s = sum(
  y[i]
  for i
)
print(s)
let k0 = key(0)
let (k1, k2) = split(k0)
let n: f64[2] = normal(k1)
let u = uniform(k2, shape: (2, 2))
print(all(u < 1), n == n)
print(sum({a: y[i], b: (y[i], 1.0)} for i), mean(a[i] for i))
print(argmax(a[i, j] for i, j), argmax(y[i] for i in 2..4), max([0.0][0..0]), min([0.0][0..0]), mean([0.0][0..0]), prod([0.0][0..0]), sum(y[i] for i if y[i] > 9), logsumexp([0.0][0..0]))
===
[[5, 12],
 [15, 24]] 54 [[7, 10],
 [15, 22]]
30 6 5 5.5 true true 1 (0, 0) 6.313261687518223
[5, 8, 11] 35
[1, 1, 1] [0, 1, 2, 3, 4]
[17, 39] [23, 34] 61 [[7, 10],
 [15, 22]] [[1, 3],
 [2, 4]]
2 [2, 3] [1, 2] [3, 4] [1, 4] [1, 2] [2, 4]
[1, 2]
[3, 4]
1 [0, 0, 3, 4]
[2, 3, 9]
10 [0, 2, 9, 24]
10 7.810249675906654 4
1 0.5 3 1
-4 512 4 -25 true
10
[[0, 1],
 [10, 11]] {a: 1, b: 3}
10
true [true, true]
{a: 10, b: (10, 4)} [2, 3]
(1, 1) 3 -inf inf nan 1 0 -inf

--- derivatives, parametrised maps ---
fn f(x: f64, y: f64) -> f64 = x^2 * y
print(grad(f)(2.0, 3.0), grad(f, wrt: y)(2.0, 3.0), grad(f, wrt: (x, y))(2.0, 3.0), grad(f, wrt: 1)(2.0, 3.0))
print(value_and_grad(f)(2.0, 3.0), vjp(f)(2.0, 3.0, 1.0), jvp(f)(2.0, 1.0, 3.0), hvp(f)(2.0, 1.0, 3.0))
print(forward(f)(2.0, 3.0, 1.0, 0.0), reverse(f)(2.0, 3.0, 1.0))
print(jacobian(|x: f64[2]| [x[0] * x[1], x[0]])([2.0, 3.0]), hessian(|x: f64[2]| x[0]^2 * x[1])([2.0, 3.0]))
fn s(p: {w: f64[2], k: i64}) -> f64 = sum(p.w) * f64(p.k)
print(grad(s, wrt: p.w)({w: [1.0, 2], k: 3}))
print(grad(|x| where(x > 0, sqrt(x), 0))(0.0), grad(|x| x * sqrt(x))(0.0), grad(norm)([0.0, 0.0]), grad(relu)(0.0), grad(abs)(0.0))
print(grad(|x| x^0)(0.0), grad(|x| 0.0^x)(1.0), 0.0^0.0)
fn w(x: f64) -> f64 { let mut y = x
  while y < 100 { y = y * x }
  y }
print(grad(w)(3.0), grad(|x: f64[3]| max(x))([1.0, 3, 3]))
print(grad(|m: minplus<f64>[2]| real(m[0] * m[1]))(minplus([1.0, 2])))
print(forward(|x: z2| x * x)(z2(1), z2(1)))
print(grad(|x: f32| x * x)(f32(3.0)))
// models
import nn
model dense2[F: float](n, m)(x: F[n]) -> F[m] {
  param w: F[m, n] = glorot
  param b: F[m]    = zeros
  w @ x + b
}
let net = dense2(2, 3) >> tanh >> dense2(3, 1)
let p = net.init(key(0))
print(net(p, [0.0, 0]), net.apply(p, [0.0, 0]), net)
model res(n)(x: f64[n]) -> f64[n] {
  param l1 = nn.dense(n, n)
  x + l1(x)
}
let r = repeat(2, res(2))
print(r.init(key(1)).l1.b)
let both = (net & sin)
print(both(p, [0.0, 0], 0.0))
print((sin >> cos)(0.0), (sin & cos)(0.0, 0.0))
===
12 4 (12, 4) 4
(12, 12) (12, 4) 12 6
12 (12, 4)
[[3, 2],
 [1, 0]] [[6, 4],
 [4, 0]]
[3, 3]
0 0 [0, 0] 0 0
0 0 1
405 [0, 1, 0]
[1, 1]
0
6
[0] [0] model with parameters
  0
    w: f64[1, 3]
    b: f64[1]
  1
    w: f64[3, 2]
    b: f64[3]
[[0, 0],
 [0, 0]]
([0], 0)
1 (0, 1)

--- the program as a script ---
let mut total = 0
for i in 0..3 { total += i }
print(total)
let mut k = 0
while k < 3 {
  k += 1
  if k == 2 { print("two") } else { print("other", k) }
}
assert_close(1.0, 1.0 + 1e-12)
assert_close(inf, inf)
assert_close({a: [nan]}, {a: [nan]})
let rate = arg("rate", 0.1)
let name = arg("name", "x")
let flag = arg("flag", false)
let count2 = arg("count", 3)
print(rate, name, flag, count2)
print((1, 2.0), {a: 1, b: [true]}, [[1, 2], [3, 4]], "text", sin)
let (p, q) = (1, 2); let r = 3
print(p + q +
  r)
let {a, b} = {a: 1, b: 2}
print(a, b)
let z = [1.0,
         2.0]
print(z)
let y = z
  .sum()
print(y)
fn noresult(x: f64) { require(x > 0, "positive") }
noresult(1.0)
test "sum" { assert(total == 3) }
let fs = {f: sin, g: |x| x + 1}
print(fs.f(0.0), fs.g(1.0))
let u: (f64, {a: i64}) = (1, {a: 2})
print(u.1.a, u.0)
fn rec2(x: f64) = {value: x, twice: 2 * x}
print(rec2(2.0).twice)
let _ = 5
fn pair(x: f64) -> (f64, f64) = (x, -x)
let (_, neg) = pair(2.0)
print(neg)
let xs = [1.0, 2.0, 3.0]
let i = argmax(xs)
print(xs[i], xs[argsort(xs)], top_k(xs, 2))
===
3
other 1
two
other 3
0.1 x false 3
(1, 2) {a: 1, b: [true]} [[1, 2],
 [3, 4]] text a function
6
1 2
[1, 2]
3
0 2
2 1
4
-2
3 [1, 2, 3] ([3, 2], [2, 1])

--- whole algorithms ---
fn outer[n](x: f64[n]) -> f64 {
  let mut best = -inf
  let mut at = 0
  for i in 0..n {
    if x[i] > best {
      best = x[i]
      at = i
    }
  }
  best + f64(at)
}
print(outer([1.0, 5.0, 2.0]), grad(outer)([1.0, 5.0, 2.0]))
fn newton(f: f64 -> f64, x0: f64) -> f64 {
  let mut x = x0
  for _ in 0..20 { x -= f(x) / grad(f)(x) }
  x
}
print(newton(|x| x^2 - 2, 1.0))
fn lu[n](a: f64[n, n]) -> f64[n, n] {
  let mut m = a
  for k in 0..n {
    for i in k+1..n {
      m[i, k] = m[i, k] / m[k, k]
      for j in k+1..n { m[i, j] -= m[i, k] * m[k, j] }
    }
  }
  m
}
print(lu([[4.0, 3.0], [6.0, 3.0]]))
fn ragged[n](x: f64[n]) -> f64 = sum(x[i] * x[j] for i, j if i < j)
print(ragged([1.0, 2, 3]))
fn conv2[h, w, a, b](x: f64[h, w], k: f64[a, b]) -> f64[h - a + 1, w - b + 1] =
  [sum(x[i + p, j + q] * k[p, q] for p, q) for i, j]
print(conv2([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]], [[1.0, 0], [0, 1]]))
fn attention[n, m, d](q: f64[n, d], k: f64[m, d], v: f64[m, d]) -> f64[n, d] {
  let s = [softmax([dot(q[i], k[j]) / sqrt(d) for j]) for i]
  s @ v
}
print(attention([[1.0, 0]], [[1.0, 0], [0, 1]], [[1.0, 2], [3, 4]]))
fn chunk[b](x: f64[3 * b]) -> f64[3] = [sum(x[t*b .. t*b + b]) for t in 0..3]
print(chunk([1.0, 2, 3, 4, 5, 6]))
fn onehot(k: i64, n) -> f64[n] = [if i == k { 1.0 } else { 0.0 } for i in 0..n]
print(onehot(1, 3))
fn hist[n](x: i64[n], k) -> i64[k] {
  let mut h: i64[k] = zeros
  for i in 0..n { h[x[i]] += 1 }
  h
}
print(hist([0, 2, 2, 1], 3))
fn dp(n: i64) -> i64 {
  let mut a = 0
  let mut b = 1
  for _ in 0..n { (a, b) = (b, a + b) }
  a
}
print(dp(10))
fn cumulative[n](x: f64[n]) -> f64[n] = scan(|s, v| (s + v, s + v), 0.0, x).1
print(cumulative([1.0, 2, 3]))
fn masked[n](x: f64[n]) -> f64 = sum(if x[i] > 0 { log(x[i]) } else { 0 } for i)
print(masked([1.0, -1.0]), grad(masked)([1.0, -1.0]))
fn rev[n](x: f64[n]) -> f64[n] = [x[n - 1 - i] for i in 0..n]
print(rev([1.0, 2, 3]))
fn diag[n](a: f64[n, n]) -> f64[n] = [a[i, i] for i]
print(diag([[1.0, 2], [3, 4]]))
fn strided[n](x: f64[2*n]) -> f64[n] = [x[2*i] for i in 0..n]
print(strided([1.0, 2, 3, 4]))
===
6 [0, 1, 0]
1.414213562373095
[[4, 3],
 [1.5, -1.5]]
11
[[6, 8],
 [12, 14]]
[[1.6604769013466862, 2.6604769013466862]]
[3, 7, 11]
[0, 1, 0]
[1, 1, 2]
55
[1, 3, 6]
0 [1, 0]
[3, 2, 1]
[1, 4]
[1, 3]

--- what takes its type from context ---
let x: f64[3] = zeros()
print(x, [zeros, [1.0, 2]])
fn f[n](p: {w: f64[n, n], b: f64[n]}, x: f64[n]) -> f64[n] = p.w @ x + p.b
print(f({w: eye, b: zeros}, [1.0, 2]))
print(f({w: eye, b: ones}, x: [1.0, 2]))
print([1.0, 2] @ zeros)
let m = [[1.0, 2], [3, 4]] + eye
print(m, m - one)
print(2 * [1, 2], 3 - [1.0, 2])
let g: (f64, f64) -> f64 = |a, b| a * b
print(g(2.0, 3.0))
===
[0, 0, 0] [[0, 0],
 [1, 2]]
[1, 2]
[2, 3]
0
[[2, 2],
 [3, 5]] [[1, 1],
 [2, 4]]
[2, 4] [2, 1]
6

--- a read with a fill in an inner fold ---
fn f[n](x: f64[n]) -> f64[n] = [sum(get(x, i + j - 1, 0) for j in 0..3) for i in 0..n]
print(f([1.0, 2, 3]))
let x = [[1.0, 2], [3, 4]]
print(get(x, 5, 0, 9.0), get(x, 1, 0, 9.0))
===
[3, 6, 5]
9 3

--- comprehensions of comprehensions ---
let x = [1.0, 2]
let y = [[x[i] * x[j] for j] for i]
print(y, [[i, j] for i in 0..1, j in 0..2])
===
[[1, 2],
 [2, 4]] [[[0, 0],
  [0, 1]]]

--- a mean of what a filter keeps ---
print(mean(i for i in 0..4 if i > 1))
===
2.5

--- functions of scalars lift ---
fn relu6(x: f64) -> f64 = min(max(x, 0), 6)
print(relu6([7.0, -1, 3]), relu6([[1.0]]))
fn two(x: f64, y: f64) -> f64 = x * y
print(two([1.0, 2], 3), two([1.0, 2], [3.0, 4]))
===
[6, 0, 3] [[1]]
[3, 6] [3, 8]

--- elements of an array have one type ---
print([1, 2.5], [i64(1), 2], [[1, 2], [3, 4.5]])
===
[1, 2.5] [1, 2] [[1, 2],
 [3, 4.5]]

--- a while over a record ---
fn f[n](x: f64[n]) -> f64 {
  let mut s = 0.0
  let mut p = {v: x, k: 0}
  while s < 3 {
    s += p.v[p.k]
    p.k += 1
  }
  s
}
print(f([1.0, 2, 3]), grad(f)([1.0, 2, 3]))
===
3 [1, 1, 0]

--- updates at gathered places, slices and rows ---
fn step(x: f64[4], idx: i64[2]) -> f64[4] {
  let mut y = x
  y[idx] = [10, 20]
  y[0..2] += 1
  y
}
print(step([1.0, 2, 3, 4], [3, 0]))
let mut m = [[1.0, 2], [3, 4]]
m[0] = [9, 9]
m[.., 1] = [7, 7]
print(m)
===
[21, 3, 3, 10]
[[9, 7],
 [3, 7]]

--- a function inside a comprehension is a batch ---
let xs = [[1.0, 2], [3, 4]]
fn net(x: f64[2]) -> f64 = sum(x)
print([net(xs[i]) for i], [grad(net)(xs[i]) for i])
===
[3, 7] [[1, 1],
 [1, 1]]

--- a top-level value may be hidden ---
let n = 3
fn f(x: f64) -> f64 { let n = 2.0
 x * n }
print(f(2.0))
===
4

--- an index from data stops the program ---
let a = [1.0, 2, 3]
let i = argmax(a)
print(a[i + 1])
===
language_walk.dsl:3:7: error[R1002]: index 3 is outside the axis of 3 elements

--- integers stop at 64 bits ---
print(9223372036854775807 + i64(1.0))
===
language_walk.dsl:1:7: error[R1002]: the integer result does not fit in 64 bits

--- so does a division by zero ---
print(div(1, i64(0.0)))
===
language_walk.dsl:1:7: error[R1002]: an integer is divided by zero

--- and a float that is no integer ---
print(i64(nan), i64(1e30))
===
language_walk.dsl:1:7: error[R1002]: a float that is NaN or out of range of the integers cannot become one

--- over nothing there is no largest ---
print(argmin([0.0][0..0]))
===
language_walk.dsl:1:7: error[R1002]: nothing has no largest or smallest element

--- a key used again is a warning ---
let k = key(0)
let a = uniform(k, shape: 2)
let b = uniform(k, shape: 2)
for i in 0..2 { print(uniform(k, shape: 1) == uniform(fold_in(k, i), shape: 1)) }
===
language_walk.dsl:3:17: warning[W0611]: this key has been drawn from: the numbers will be the same again
language_walk.dsl:4:31: warning[W0612]: this key draws the same numbers in every turn
[false]
[false]
