--- trace gives its value and shows it, in derivatives too ---
// By hand: f = sin(x^2), f' = 2x cos(x^2), f'' = 2 cos(x^2) - 4x^2 sin(x^2).
fn f(x: f64) -> f64 {
  let y = trace("y", x * x)
  sin(y)
}
print(f(2.0) == sin(4.0))
print("first", grad(f)(2.0) == 4 * cos(4.0))
assert_close(grad(grad(f))(2.0), 2 * cos(4.0) - 16 * sin(4.0))
assert_close(forward(f)(2.0, 1.0), 4 * cos(4.0))
===
y = 4
true
y = 4
first true
y = 4
y = 4

--- as a statement it shows whatever is done with the value ---
fn f(x: f64) -> f64 {
  trace("x", x)
  trace("twice", 2 * x)
  1
}
print(f(3.0))
trace("a matrix", [[1, 2], [3, 4]])
trace("nothing", [1.0][0..0])
if f(0.0) == 1 { trace("taken", true) }
===
x = 3
twice = 6
1
a matrix = [[1, 2],
            [3, 4]]
nothing = []
x = 0
twice = 0
taken = true

--- each round, each element, each tensor of a record ---
fn rounds(n: i64) -> i64 {
  for i in 0..n { trace("the same", n) }
  let mut k = n
  while k > 0 {
    k = div(k, 2)
    trace("k", k)
  }
  k
}
print(rounds(3))
print(sum(trace("term", i * i) for i in 0..3))
print([trace("row", [i, j]) for i in 0..2, j in 0..2][1, 1, 0])
print(trace("r", {a: 1.0, b: ([1, 2], true), z: complex(1.0, -2.0)}))
===
the same = 3
the same = 3
the same = 3
k = 1
k = 0
0
term = 0
term = 1
term = 4
5
row = [0, 0]
row = [0, 1]
row = [1, 0]
row = [1, 1]
1
r.a = 1
r.b.0 = [1, 2]
r.b.1 = true
r.z.re = 1
r.z.im = -2
{a: 1, b: ([1, 2], true), z: 1-2i}

--- two labels for one value ---
fn f(x: f64) -> f64 = trace("left", x) + trace("right", x)
print(f(1.5))
===
left = 1.5
right = 1.5
3

--- what is not needed is not shown, nor what comes after a failure ---
fn f(x: f64) -> f64 {
  let unused = trace("unused", x)
  let checked = { require(x > 0, "positive"); x }
  trace("checked", checked)
  x
}
print(f(1.0))
print(f(-1.0))
===
checked = 1
1
trace.dsl:3:19: error[R1002]: positive

--- a gradient goes through a trace of a record ---
// By hand: d/dw of w^2 b is 2 w b, d/db is w^2.
fn loss(p: {w: f64, b: f64}) -> f64 {
  let q = trace("q", p)
  q.w^2 * q.b
}
print(grad(loss)({w: 3, b: 2}))
===
q.w = 3
q.b = 2
{w: 12, b: 9}
