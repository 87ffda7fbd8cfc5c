--- a for loop carries what it assigns ---
fn fibonacci(n: i64) -> i64 {
  let mut (a, b) = (0, 1)
  for _ in 0..n { (a, b) = (b, a + b) }
  a
}
assert(fibonacci(10) == 55 and fibonacci(90) == 2880067194370816120)

--- a while loop runs until its condition fails ---
fn collatz(start: i64) -> i64 {
  let mut k = start
  let mut steps = 0
  while k != 1 {
    k = if mod(k, 2) == 0 { div(k, 2) } else { 3*k + 1 }
    steps += 1
  }
  steps
}
assert(collatz(27) == 111 and collatz(1) == 0)

--- updates have value semantics ---
fn f(x: f64[3]) -> (f64[3], f64[3]) {
  let mut y = x
  y[1] = 10
  (x, y)
}
let (x, y) = f([1.0, 2.0, 3.0])
assert(all(x == [1.0, 2.0, 3.0]) and all(y == [1.0, 10.0, 3.0]))

--- rows and slices can be assigned ---
fn f(a: f64[3, 2]) -> f64[3, 2] {
  let mut b = a
  b[1] = [7.0, 8.0]
  b[2][0..1] = [9.0]
  b
}
assert(all(f(zeros) == [[0.0, 0.0], [7.0, 8.0], [9.0, 0.0]]))

--- a matrix inverse by elimination ---
// numpy: a = np.array([[4., 1, 2], [1, 3, 0], [2, 0, 5]])
fn inverse[n](a: f64[n, n]) -> f64[n, n] {
  let mut m = a
  let mut r: f64[n, n] = eye()
  for k in 0..n {
    let s = 1 / m[k, k]
    m[k] = s * m[k]
    r[k] = s * r[k]
    for i in 0..n {
      if i != k {
        let f = m[i, k]
        m[i] = m[i] - f * m[k]
        r[i] = r[i] - f * r[k]
      }
    }
  }
  r
}
let y = inverse([[4.0, 1.0, 2.0], [1.0, 3.0, 0.0], [2.0, 0.0, 5.0]])
// numpy: np.linalg.inv(a)
let z = [[0.3488372093023256, -0.11627906976744187, -0.13953488372093023], [-0.11627906976744187, 0.372093023255814, 0.04651162790697675], [-0.13953488372093023, 0.04651162790697675, 0.2558139534883721]]
assert(all(abs(y[i, j] - z[i, j]) < 1e-15 for i, j))

--- a scan gives the last state and the outputs ---
// numpy: x = np.array([1., 2, 3, 4])
let (last, sums) = scan(|s, x| (s + x, s + x), 0.0, [1.0, 2.0, 3.0, 4.0])
// numpy: x.sum()
// numpy: x.cumsum()
assert(last == 10.0 and all(sums == [1.0, 3.0, 6.0, 10.0]))

--- a linear recurrence with a vector state ---
// numpy: a = np.array([[0.5, 0.25], [0.0, 0.5]])
// numpy: p = np.linalg.matrix_power
fn orbit(a: f64[2, 2], x: f64[2], k: i64) -> f64[2] {
  let mut y = x
  for _ in 0..k { y = a @ y }
  y
}
// numpy: p(a, 8) @ np.array([1., 1])
assert(all(orbit([[0.5, 0.25], [0.0, 0.5]], [1.0, 1.0], 8) == [0.01953125, 0.00390625]))

--- Newton's iteration converges ---
fn root(a: f64) -> f64 {
  let mut x = a
  while abs(x * x - a) > 1e-14 * a { x = (x + a / x) / 2 }
  x
}
// numpy: np.sqrt(2)
assert(abs(root(2.0) - 1.4142135623730951) < 1e-15)

--- branches carry what they assign ---
fn f(c: bool, x: f64) -> f64 {
  let mut y = 0.0
  let mut z = 1.0
  if c { y = x } else { z = x }
  10 * y + z
}
assert(f(true, 3.0) == 31.0 and f(false, 3.0) == 3.0)

--- a histogram by updates at places from data ---
fn histogram[n](at: i64[n]) -> i64[4] {
  let mut h = [0, 0, 0, 0]
  for k in 0..n { h[at[k]] += 1 }
  h
}
// numpy: np.bincount([1, 3, 1, 0, 1], minlength=4)
assert(all(histogram([1, 3, 1, 0, 1]) == [1, 3, 0, 1]))

--- a place from data outside stops the program ---
fn put(k: i64) -> f64 {
  let mut x = [1.0, 2.0]
  x[k] = 5
  x[0]
}
print(put(-1))
===
loops.dsl:3:3: error[R1002]: index -1 is outside the axis of 2 elements

--- a range may start where data says ---
// By hand: 1.5 -> 4 -> 10 -> 23, and 1 -> 2 -> 5 -> 12 -> 27.
fn f(c: i64) -> f64 {
  let mut m = 1.5
  for k in mod(c, 2)..4 { m = 2 * m + f64(k) }
  m
}
fn g(c: i64) -> i64 {
  let mut m = 1
  for k in mod(c, 2)..4 { m = 2 * m + k }
  m
}
assert(f(3) == 23.0 and g(2) == 27)

--- a loop transposes what it carries ---
// By hand: three transposes are one, and rows that are alike become columns that are.
let s = scan(|s: f64[3, 3], x: i64| (s.T, x), [[1.0, 2.0, 3.0] for i in 0..3], [1, 2, 3]).0
assert(all(s == [[1.0, 1, 1], [2, 2, 2], [3, 3, 3]]))
fn turned(c: bool, a: f64[2, 2], k: i64) -> f64[2, 2] {
  let mut m = a
  for _ in 0..k { if c { m = m.T } }
  let mut j = 0
  while j < k { m = m.T; j += 1; m[0, 0] += 1 }
  m
}
assert(all(turned(true, [[1.0, 2], [3, 4]], 3) == [[4.0, 2], [3, 4]]))
assert(all(turned(false, [[1.0, 2], [3, 4]], 3) == [[4.0, 3], [2, 4]]))
