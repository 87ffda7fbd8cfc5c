--- records and tuples ---
let p = {w: [1.0, 2.0], b: 3.0}
let (a, (b, c)) = (1.0, (2.0, 3))
assert(p.w[1] == 2.0 and p.b == 3.0)
assert(a + b == 3.0 and c == 3)
let t = (1.0, [2.0, 3.0])
assert(t.0 == 1.0 and t.1[0] == 2.0)
print(p, t)
===
{w: [1, 2], b: 3} (1, [2, 3])

--- records of floats are vectors ---
let p = {w: [1.0, 2.0], b: 3.0}
let q = {b: 1.0, w: [1.0, 1.0]}
let r = 2 * p + q
assert(all(r.w == [3.0, 5.0]) and r.b == 7.0)
assert(dot(p, q) == 6.0 and dot(p, p) == 14.0)
let d = p - p
assert(d.b == 0.0 and norm(q) == sqrt(3.0))

--- a type names a record over sizes ---
type layer<n, m> = {w: f64[m, n], b: f64[m]}
fn apply[n, m](p: layer<n, m>, x: f64[n]) -> f64[m] = p.w @ x + p.b
let y = apply({w: [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], b: [1.0, 1.0, 1.0]}, [1.0, -1.0])
assert(all(y == [0.0, 0.0, 0.0]))

--- records update field by field ---
fn f(x: f64) -> f64 {
  let mut p = {w: [0.0, 0.0], n: 1.0}
  p.w[1] = x
  p.n += 2.0
  let (a, b) = (p.n, p.w)
  a + b[0] + 10 * b[1]
}
assert(f(4.0) == 43.0)

--- a method is a field or a function ---
fn double(x: f64) -> f64 = 2 * x
let p = {apply: |x| x + 1, b: 3.0}
assert(p.b.double() == 6.0)
assert(p.apply(1.0) == 2.0)
assert([1.0, 2.0].sum() == 3.0)

--- an array of records ---
type point = {x: f64, y: f64}
fn far(ps: point[3]) -> f64 = max(norm([ps[i].x, ps[i].y]) for i in 0..3)
let ps = [{x: 3.0 * i, y: 4.0 * i} for i in 0..3]
assert(far(ps) == 10.0)

--- integer literals in records follow the type of the parameter ---
type line<n> = {slope: f64[n], offset: f64}
fn at[n](p: line<n>, x: f64[n]) -> f64 = dot(p.slope, x) + p.offset
let g = grad(at)({slope: [1, 2], offset: 3}, [5, 7])
assert(at({slope: [1, 2], offset: 3}, [5, 7]) == 22.0)
assert(all(g.slope == [5.0, 7.0]) and g.offset == 1.0)

--- a sum of tuples is added to a field ---
let c = 1.0 < 2.0
let mut m = {w: [1.0], q: (1.0, 2.0)}
m.q += sum((if c { (1.0, 0.0) } else { (0.0, 2.0) }) for i in 0..2)
m.q -= (0, 1)
assert(m.q.0 == 3.0 and m.q.1 == 1.0)

--- literals in a record follow the type that is written ---
type cell<d> = {w: f64[d], b: f64}
fn make(x: f64) -> cell<2> = {w: [1, x], b: 0}
let many: cell<1>[2] = [{w: [1], b: i} for i in 0..2]
let two: cell<1>[2] = [{w: [1], b: 2}, {b: 3, w: [4]}]
assert(make(3.0).b / 2 == 0 and all(many.b / 2 == [0, 0.5]) and all(two.w == [[1.0], [4.0]]))
fn f(x: f64) -> {a: f64, b: f64} = if x > 0 { {a: 1, b: x} } else { {a: x, b: 0} }
assert(f(2.0).b == 2 and f(-2.0).a == -2)
