--- an unknown name with a near one ---
fn area(radius: f64) -> f64 = pi * radus^2
===
names.dsl:1:36: error[E0201]: nothing is called `radus` here

--- an unknown name with none near ---
print(quux(1.0))
===
names.dsl:1:7: error[E0201]: nothing is called `quux` here

--- a module that is not imported ---
let net = nn.dense(2, 3)
===
names.dsl:1:11: error[E0201]: nothing is called `nn` here

--- a let that comes later ---
let y = x + 1
let x = 2.0
===
names.dsl:1:9: error[E0202]: `x` is used before its `let` has run

--- no such method ---
print([1.0, 2.0].summ())
===
names.dsl:1:18: error[E0203]: there is no field or function `summ`

--- a size that is hidden ---
fn f[n](x: f64[n]) -> f64 = sum(x[n] for n)
===
names.dsl:1:42: error[E0206]: `n` is a size of this function and cannot be hidden

--- an unknown type ---
fn f(x: float64) -> f64 = x
===
names.dsl:1:9: error[E0207]: there is no type `float64`

--- a mut that nothing assigns ---
fn f(x: f64) -> f64 {
  let mut y = x
  y + 1
}
===
names.dsl:2:11: warning[W0208]: `y` is `mut`, but nothing assigns it

--- an assignment to what is not mut ---
fn f(x: f64) -> f64 {
  let y = x
  y = 2
  y
}
===
names.dsl:3:3: error[E0209]: `y` cannot be assigned

--- an assignment out of a closure ---
fn f(x: f64) -> f64 {
  let mut y = x
  let g = |z| { y = z; z }
  g(1.0) + y
}
===
names.dsl:3:17: error[E0210]: `y` cannot be assigned from here

--- an assignment out of a comprehension ---
fn f[n](x: f64[n]) -> f64[n] {
  let mut s = 0.0
  [{ s += x[i]; s } for i]
}
===
names.dsl:3:6: error[E0210]: `s` cannot be assigned from here

--- an assignment to no place ---
fn f(x: f64) -> f64 {
  let mut y = x
  y + 1 = 2
  y
}
===
names.dsl:3:3: error[E0211]: this cannot be assigned

--- two definitions ---
fn f(x: f64) -> f64 = x
fn f(x: f64) -> f64 = 2 * x
===
names.dsl:2:4: error[E0212]: `f` is defined twice

--- a circle of calls ---
fn even(k: i64) -> bool = if k == 0 { true } else { odd(k - 1) }
fn odd(k: i64) -> bool = if k == 0 { false } else { even(k - 1) }
===
names.dsl:2:53: error[E0213]: recursion: even calls odd calls even

--- a type that contains itself ---
type tree = {value: f64, children: (tree, tree)}
fn top(t: tree) -> f64 = t.value
===
names.dsl:1:37: error[E0214]: the type `tree` contains itself

--- what is wrong once is told once ---
let y = sofmax([1.0, 2.0])
print([y[i] * 2 for i])
===
names.dsl:1:9: error[E0201]: nothing is called `sofmax` here
