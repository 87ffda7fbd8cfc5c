--- a demand that holds costs nothing ---
fn root(x: f64) -> f64 {
  require(x >= 0, "a root of a negative number")
  sqrt(x)
}
assert(root(4.0) == 2.0 and grad(root)(4.0) == 0.25)
assert(all([root(k) for k in 0..3] == [0, 1, sqrt(2.0)]))
require(root(9.0) == 3.0, "the script may demand, too")

--- one that fails says why ---
fn root(x: f64) -> f64 {
  require(x >= 0, "a root of a negative number")
  sqrt(x)
}
print(root(4.0))
print(sum(root(f64(1 - k)) for k in 0..4))
===
2
require.dsl:2:3: error[R1002]: a root of a negative number

--- in a loop ---
fn sum_to(n: i64) -> i64 {
  let mut t = 0
  for k in 0..n {
    require(k < 5, "too far")
    t += k
  }
  t
}
assert(sum_to(5) == 10)
print(sum_to(7))
===
require.dsl:4:5: error[R1002]: too far

--- what no result needs raises nothing ---
fn f(x: f64) -> {a: f64, b: f64} = {a: x, b: { require(x > 0, "positive"); log(x) }}
print(f(-1.0).a)
===
-1

--- a branch demands where it is taken ---
fn f(x: f64) -> f64 = if x < 0 { require(x > -1, "far below"); -x } else { x }
assert(f(2.0) == 2.0 and f(-0.5) == 0.5)
print(f(-2.0))
===
require.dsl:1:34: error[R1002]: far below

--- in a condition that gives nothing ---
fn f(x: f64) -> f64 {
  if x > 1 { require(x < 2, "x is below 2") }
  x
}
print(f(1.5), f(0.0), grad(f)(1.5))
print([f(i) for i in 0..2])
print(grad(f)(3.0))
===
1.5 0 1
[0, 1]
require.dsl:2:14: error[R1002]: x is below 2

--- in a loop that gives nothing, within conditions ---
fn all_positive[n](x: f64[n]) -> f64 {
  for i in 0..n {
    if x[i] < 10 { require(x[i] > 0, "an element is not positive") }
  }
  sum(x)
}
print(all_positive([1.0, 2, 30]))
print(all_positive([1.0, -2, 3]))
===
33
require.dsl:3:20: error[R1002]: an element is not positive

--- in a while, through a function that gives nothing ---
fn check(k: i64, n: i64) { require(k < n, "too many rounds") }
fn halvings(x: f64) -> f64 {
  let mut y = x
  let mut k = 0
  while y > 1 {
    y = y / 2
    k += 1
    if k > 2 { check(k, 5) } else if k < 0 { require(false, "never") }
  }
  1
}
print(halvings(16.0))
print(halvings(100.0))
===
1
require.dsl:1:28: error[R1002]: too many rounds

--- what no result needs of a conditional value raises nothing ---
fn f(x: f64) -> f64 {
  let y = if x > 1 { require(x < 2, "x is below 2"); log(x) } else { 0 }
  x
}
print(f(3.0))
===
3
