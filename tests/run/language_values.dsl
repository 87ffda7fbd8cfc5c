--- records with a leading axis, their types over sizes, and vectors of them ---
type cell<d, h> = {w: f64[4, h, d], b: f64[4, h]}
fn one[k, d, h](ps: cell<d, h>[k], i: i64) -> cell<d, h> = ps[i]
let ps = [{w: [f64(i + a + b + c) for a in 0..4, b in 0..3, c in 0..2], b: [1.0 * j for a in 0..4, j in 0..3]} for i in 0..5]
assert(all(one(ps, 1).b[0] == [0.0, 1.0, 2.0]) and one(ps, 2).w[3, 2, 1] == 8.0)
// numpy: the sum of (a + b + c)^2 + 4 (0 + 1 + 4)
assert_close(norm(ps[0])^2, sum(f64(a + b + c)^2 for a in 0..4, b in 0..3, c in 0..2) + 20)
assert(norm(zero + ps[0] - ps[0]) == 0)

--- functions as parameters, constraints, slices by cancellation, fills and filters ---
fn twice(f: (f64, f64) -> f64, x: f64) -> f64 = f(x, x)
assert(twice(|a, b| a * b, 3.0) == 9.0)
fn top[n, k, k <= n](x: f64[n], like: f64[k]) -> f64[k] = x[0..k]
assert(all(top([1.0, 2.0, 3.0], [0.0, 0.0]) == [1.0, 2.0]))
fn part[n](x: f64[n], b, t: i64) -> f64[b] = x[t*b .. t*b + b]
assert(all(part([1.0, 2.0, 3.0, 4.0], 2, 1) == [3.0, 4.0]))
assert(all([get([1.0, 2.0], i - 1, 0) for i in 0..4] == [0.0, 1.0, 2.0, 0.0]))
assert(sum(i * j for i in 0..4, j in 0..4 if j < i) == 11)

--- updates of slices, rows, fields and elements ---
let mut x = [1.0, 2.0, 3.0]
x[0..2] = [7.0, 8.0]
let mut m: f64[2, 2] = eye
m[0] = [5.0, 6.0]
m[1, 0] += 2
let mut p = {w: m, g: 1.0}
p.w[0, 0] = 9
p.g *= 3
assert(all(x == [7.0, 8.0, 3.0]) and all(m == [[5.0, 6.0], [2.0, 1.0]]))
assert(all(p.w == [[9.0, 6.0], [2.0, 1.0]]) and p.g == 3.0)

--- literals follow context through the state of a scan and the extremes of two ---
let (s, ys) = scan(|s, x| (s + x, 2 * s), 0, [1.0, 2.0])
assert(s == 3.0 and all(ys == [0.0, 2.0]))
let (n, _) = scan(|n, x| (n + 1, x), 0, [1.0, 2.0])
assert(n == 2)
assert(max(3, 4.5) == 4.5 and min(2.5, 3) == 2.5 and max(3, 4) == 4)
