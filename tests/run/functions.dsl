--- sizes flow from arguments to numbers ---
fn average[n](x: f64[n]) -> f64 = sum(x) / n
assert(average([1.0, 2.0, 6.0]) == 3.0)

--- sizes are solved from linear forms ---
fn halves[m](x: f64[2*m]) -> (f64[m], f64[m]) = (x[0..m], x[m..2*m])
let (a, b) = halves([1.0, 2.0, 3.0, 4.0])
assert(all(a == [1.0, 2.0]) and all(b == [3.0, 4.0]))

--- a parameter without a type is a size ---
fn powers(x: f64, n) -> f64[n] = [x^i for i in 0..n]
assert(all(powers(2.0, 4) == [1.0, 2.0, 4.0, 8.0]))

--- arguments may be named and have defaults ---
fn line(x: f64, slope: f64 = 2.0, offset: f64 = 1.0) -> f64 = slope * x + offset
assert(line(3.0) == 7.0 and line(3.0, offset: 0.0) == 6.0 and line(3.0, slope: 1.0) == 4.0)

--- closures capture values ---
fn shifts(k: f64) -> f64 -> f64 = |x| x + k
let factor = 3.0
let f = |x| x * factor
assert(f(2.0) == 6.0)
assert(shifts(2.0)(3.0) == 5.0)
let g = |(a, b), c| a + 10 * b + 100 * c
assert(g((1.0, 2.0), 3.0) == 321.0)

--- functions are arguments and fields ---
fn twice(f: f64 -> f64, x: f64) -> f64 = f(f(x))
let ops = {square: |x| x * x, bump: |x| x + 1}
assert(twice(ops.square, 3.0) == 81.0 and twice(ops.bump, 3.0) == 5.0)

--- types are variables too ---
fn mix[P: vector](a: P, b: P, t: f64) -> P = (1 - t) * a + t * b
let m = mix({x: 0.0, y: [0.0, 2.0]}, {x: 4.0, y: [4.0, 6.0]}, 0.25)
assert(m.x == 1.0 and all(m.y == [1.0, 3.0]))

--- functions see each other in any order, and earlier lets ---
let scale = 10.0
fn outer(x: f64) -> f64 = inner(x) + 1
fn inner(x: f64) -> f64 = scale * x
assert(outer(2.0) == 21.0)

--- functions of scalars work on the elements of tensors ---
fn clip(x: f64, top: f64) -> f64 = if x < top { x } else { top }
let a = [[1.0, 5.0], [3.0, 0.0]]
assert(all(clip(a, 2.0) == [[1.0, 2.0], [2.0, 0.0]]))
assert(all(clip(a, [[0.0, 9.0], [9.0, 9.0]]) == [[0.0, 5.0], [3.0, 0.0]]))

--- composition applies the left one first ---
let h = (|x| x + 1) >> (|x| 2 * x)
assert(h(3.0) == 8.0)

--- a block is an expression ---
let y = { let a = 2.0; let b = a * a; a + b }
assert(y == 6.0)

--- tests see the file and do not see each other ---
let x = 2.0
test "doubles" { let y = 2 * x; assert(y == 4.0) }
test "triples" { let y = 3 * x; assert(y == 6.0) }

--- a test that fails is named ---
test "wrong" { assert(1 + 1 == 3) }
===
test "wrong" failed: functions.dsl:1:16: error[R1001]: this assertion does not hold

--- what a call passed on assigns is not idle ---
fn run[P: vector](step: P -> P, p0: P) -> P {
  let mut p = p0
  for _ in 0..3 { p = step(p) }
  p
}
assert(run(|x| 2 * x, 1.0) == 8.0)

--- types in a closure name the sizes around it ---
fn f[n](x: f64[n]) -> f64 = (|c: f64[n]| sum(c))(x) + (|a| { let u: f64[n] = ones; a + sum(u) })(1)
fn g[n](x: f64[n]) -> f64[n] = grad(|p: {a: f64[n], b: f64}| p.b * sum(p.a))({a: x, b: 3.0}).a
assert(f([1.0, 2.0]) == 6.0 and all(g([1.0, 2.0]) == [3.0, 3.0]))

--- a function that is warned of is called ---
fn f(p: f64) -> f64 {
  let mut m = 1.0
  p
}
print(f(2.0))
===
functions.dsl:2:11: warning[W0208]: `m` is `mut`, but nothing assigns it
2

--- integer literals in arrays take the type of a type variable ---
fn f[F: float](x: F[2]) -> F = x[0] * x[1]
fn g[F: float](x: F[2], y: F[2]) -> F = x[0] * y[1]
assert(f([1, 2]) == 2.0)
assert(g([1, 2], f32([3.0, 4.0])) == f32(4.0))
assert(all(grad(f)([1, 2]) == [2.0, 1.0]))
assert(norm([3, 4]) == 5.0)

--- and so do those that a derivative takes ---
fn q(x: f64[2]) -> f64 = x[0] * x[1]
assert(all(grad(q)([1, 2]) == [2.0, 1.0]))
assert(all(hvp(q)([1, 2], [1, 0]) == [0.0, 1.0]))
assert(jvp(q)([1, 2], [1, 0]) == 2.0)
// d(x * x[0]) transposed at (1, 1): (2 x0 + x1, x0)
assert(all(vjp(|x| x * x[0])([1, 2], [1, 1]) == [4.0, 1.0]))

--- a sum of products over any semiring takes bools ---
fn apply[m, n, S: semiring](a: S[m, n], x: S[n]) -> S[m] {
  let row = |i| sum(a[i, k] * x[k] for k)
  [row(i) for i in 0..m]
}
assert(all(apply([[true, false], [false, true]], [true, false]) == [true, false]))
assert(all(apply([[1, 2], [3, 4]], [1, 1]) == [3, 7]))

--- a function without sizes of its own fixes those of a function type ---
fn f(x: f64[3]) -> f64[2] = x[0..2]
fn lengths[m, n](f: f64[n] -> f64[m]) -> i64[2] = [m, n]
assert(all(lengths(f) == [2, 3]))

--- a static condition guards what sizes would make wrong ---
let n = 2
let v = [1.0, 2.0]
print(if n > 3 { v[3] } else { v[1] })
print(if n == 3 { sum(v + [1.0, 2.0, 3.0]) } else { sum(v) })
===
2
3

--- a function that takes a function is called inside one ---
// The inner call is given another function: it is no recursion. The last value is from a loop in Python.
fn twice(f: f64 -> f64, x: f64) -> f64 = f(f(x))
fn each_of[F: type](f: F, x: f64) = f(x) + f(-x)
assert(twice(|x| twice(|y| y + x, x), 1.0) == 9.0)
assert(each_of(|x| each_of(|y| x * y + y^2, 2.0), 3.0) == 16.0)
assert_close(fixpoint(|x: f64| 0.5 * cos(fixpoint(|y: f64| 0.5 * cos(y) + x / 4, 0.0)), 0.0), 0.4296178927851, 1e-9)

--- types of functions see the top-level values of the file ---
let m = 2
fn total(x: f64[m]) -> f64 = sum(x)
fn grow(x: f64) -> f64[m, m] { let y: f64[m, m] = x * eye; y }
assert(total(ones) == 2 and all(grow(3.0) == [[3, 0], [0, 3]]))
