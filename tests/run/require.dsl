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
