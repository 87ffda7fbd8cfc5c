import nn, loss
import "a b.dsl" as ab
type cell<d, h> = {w: f64[4, h, d], b: (f64, i64), f: f64 -> f64}
type deep = minplus<params<net>>[3]
test "a \"name\"" { assert(true) }
fn f[n, S: semiring, k <= n](x: S[n], k, y: f64 = 1e-3) -> S[n + 1] = x
fn unit() -> () { () }
model m[F: float](n)(x: F[n]) -> F[n] {
  param w: F[n] = zeros
  param l = nn.dense(n, n)
  l(w * x)
}
derivative nn.f[n](x: f64[n], y: f64, y_bar: f64) -> f64[n] = y_bar * x
law "zero" (x: f64) = x * 0 == 0
let (a, _, {u, v}): f64 = 0x1F - 0b11 + 1_000
let mut s = "tab\t\u{e9}"
for (i, j) in 0..n { s += i; s -= 1; s *= 2; s[i] = 3 }
while not (a < 1) { p.w.0 = -x^2^y }
f(x, y: 2)(3).g[0, 1..2, 1.., ..2, ..]
sum(x[i] * w[j] for i, j in 0..n - 1 if i < j)
[x[i] for i]
([], [1, 2,], (1,), (1, 2), {a}, {a, b: 1}, {..p, a: 1})
if a { 1 } else if b { 2 } else { 3 }
|x: f64[n], (a, {b})| |y| a and b or c
f >> g & h >> k
a + b - c * d / e % g @ h
