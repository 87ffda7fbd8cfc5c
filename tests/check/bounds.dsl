--- a place that differs ---
print(bounds(|x: f64[3]| argmax(x))([0.0, 0, 0], [1.0, 1, 1]))
===
bounds.dsl:1:7: error[E0713]: there are no bounds here: `argmax` of values that differ on the box is no one place

--- an index that differs ---
let t = [1.0, 2, 3]
print(bounds(|x: f64| t[i64(x)])(0.0, 1.0))
===
bounds.dsl:2:7: error[E0713]: there are no bounds here: `i64(..)` of values that differ on the box

--- a loop that ends at different trips ---
fn root(a: f64) -> f64 {
  let mut x = a
  while abs(x * x - a) > 1e-9 { x = (x + a / x) / 2 }
  x
}
print(bounds(root)(1.9, 2.1))
===
bounds.dsl:6:7: error[E0713]: there are no bounds here: a `while` whose condition depends on values that differ on the box

--- a routine ---
print(bounds(|x: f64| solve([[x, 1], [1, 3]], [1.0, 2]))(2.0, 3.0))
===
bounds.dsl:1:7: error[E0713]: there are no bounds here: `solve` has no bounds yet

--- integers that differ ---
print(bounds(|x: f64[2]| sum(if x[i] > 0 { 1 } else { 0 } for i))([0.0, 0], [1.0, 1]))
===
bounds.dsl:1:7: error[E0713]: there are no bounds here: `sum` of integers that differ on the box

--- a box of integers ---
fn f(x: f64, n: i64) -> f64 = f64(n) * x
print(bounds(f)(1.0, 3, 2.0, 3))
fn g(p: {w: f64, k: i64}) -> f64 = p.w * f64(p.k)
print(bounds(g)({w: 1.0, k: 2}, {w: 2.0, k: 2}))
===
bounds.dsl:2:7: error[E0714]: an argument of type `i64` is no box
bounds.dsl:4:7: error[E0714]: the field `k` of type `i64` is no box

--- no upper end, one of another shape, and one of no function ---
print(bounds(|x: f64| x)(1.0))
print(bounds(|x: f64[2]| x)([1.0, 2], [1.0, 2, 3]))
print(bounds(3.0))
===
bounds.dsl:1:7: error[E0605]: arguments are missing
bounds.dsl:2:39: error[E0502]: expected `f64[2]`, found `f64[3]`
bounds.dsl:3:14: error[E0601]: a number cannot be called
