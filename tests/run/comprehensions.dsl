--- an index that stands alone has the axis as its range ---
let x = [1.0, 2.0, 3.0]
let y = [2 * x[i] for i]
assert(all(y == [2.0, 4.0, 6.0]))

--- an outer product ---
// numpy: x = np.array([1., 2, 3])
// numpy: y = np.array([4., 5])
let x = [1.0, 2.0, 3.0]
let y = [4.0, 5.0]
// numpy: np.outer(x, y)
assert(all([x[i] * y[j] for i, j] == [[4.0, 5.0], [8.0, 10.0], [12.0, 15.0]]))

--- the order of the binders is the order of the axes ---
// numpy: a = np.arange(6.).reshape(2, 3)
let a = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
// numpy: a.T
assert(all([a[i, j] for j, i] == [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]))
assert(all(a.T == [a[i, j] for j, i]))
print(a.T)
===
[[0, 3],
 [1, 4],
 [2, 5]]

--- a trace, a diagonal, a diagonal matrix ---
let a = [[1.0, 2.0], [3.0, 4.0]]
assert(sum(a[i, i] for i) == 5.0)
assert(all([a[i, i] for i] == [1.0, 4.0]))
let d = [a[i, i] for i]
assert(all([if i == j { d[i] } else { 0 } for i, j in 0..2] == [[1.0, 0.0], [0.0, 4.0]]))

--- a window takes the range that keeps it inside ---
// numpy: x = np.array([1., 4, 9, 16, 25])
// numpy: w = np.array([1., -2, 1])
let x = [1.0, 4.0, 9.0, 16.0, 25.0]
let w = [1.0, -2.0, 1.0]
// numpy: np.correlate(x, w)
assert(all([sum(x[i + j] * w[j] for j) for i] == [2.0, 2.0, 2.0]))

--- strides and reversal need a written range ---
// numpy: x = np.arange(6.)
let x = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
// numpy: x[::2]
assert(all([x[2*i] for i in 0..3] == [0.0, 2.0, 4.0]))
// numpy: x[1::2]
assert(all([x[2*i + 1] for i in 0..3] == [1.0, 3.0, 5.0]))
// numpy: x[::-1]
assert(all([x[5 - i] for i in 0..6] == [5.0, 4.0, 3.0, 2.0, 1.0, 0.0]))

--- get reads a fill outside ---
// numpy: x = np.array([1., 2, 3])
let x = [1.0, 2.0, 3.0]
// numpy: np.r_[0, x[:-1]]
assert(all([get(x, i - 1, 0) for i in 0..3] == [0.0, 1.0, 2.0]))
assert(all([get(x, i + 2, -1) for i in 0..3] == [3.0, -1.0, -1.0]))
let a = [[1.0, 2.0], [3.0, 4.0]]
assert(all([get(a, i - 1, j, 9) for i in 0..3, j in 0..2] == [[9.0, 9.0], [1.0, 2.0], [3.0, 4.0]]))

--- an index is a number in the body ---
assert(all([i * 0.5 for i in 0..4] == [0.0, 0.5, 1.0, 1.5]))
assert(all([i * i for i in 0..4] == [0, 1, 4, 9]))
assert(all([10 * i + j for i in 1..3, j in 0..2] == [[0, 1], [10, 11]] + 10))

--- gathers by data ---
// numpy: x = np.array([10., 20, 30])
let x = [10.0, 20.0, 30.0]
let at = [2, 0, 2, 1]
// numpy: x[[2, 0, 2, 1]]
assert(all(x[at] == [30.0, 10.0, 30.0, 20.0]))
assert(all([x[at[i]] for i] == x[at]))

--- rows, columns and slices ---
// numpy: a = np.arange(12.).reshape(3, 4)
let a = [4.0 * i + j for i in 0..3, j in 0..4]
// numpy: a[1]
assert(all(a[1] == [4.0, 5.0, 6.0, 7.0]))
// numpy: a[:, 2]
assert(all([a[i, 2] for i] == [2.0, 6.0, 10.0]))
// numpy: a[1:3]
assert(all(a[1..3] == [[4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]))
// numpy: a[1][1:3]
assert(all(a[1][1..3] == [5.0, 6.0]))

--- a slice may start where data says ---
let x = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
fn block[n](x: f64[n], t: i64) -> f64[2] = x[t*2 .. t*2 + 2]
assert(all(block(x, i64(2.0)) == [4.0, 5.0]))

--- a read outside stops the program at that index ---
let x = [1.0, 2.0]
let at = [0, 2]
print([x[at[i]] for i])
===
comprehensions.dsl:3:8: error[R1002]: index 2 is outside the axis of 2 elements

--- calling a function inside one is batching ---
fn f[n](x: f64[n]) -> f64 = sum(x[i]^2 for i)
let a = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
assert(all([f(a[i]) for i] == [5.0, 25.0, 61.0]))

--- a comprehension over a body with axes puts its own first ---
let x = [1.0, 2.0]
let a = [i * x for i in 0..3]
assert(all(a == [[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]]))

--- a comprehension of records is a record of tensors ---
let p = [{a: 1.0 * i, b: [1.0 * i, 2.0]} for i in 0..3]
assert(all(p.a == [0.0, 1.0, 2.0]))
assert(all(p.b == [[0.0, 2.0], [1.0, 2.0], [2.0, 2.0]]))
assert(p[2].a == 2.0 and all(p[2].b == [2.0, 2.0]))

--- empty axes are allowed ---
let x: f64[0] = []
assert(sum(x) == 0.0 and prod(x) == 1.0)
print(x, [[1.0 for i in 0..0] for j in 0..2])
===
[] [[],
 []]

--- get reads a fill outside of what is the same everywhere ---
fn f(a: f64) -> f64[3] {
  let z: f64[3] = ones
  [get(z, i - 1, a) for i in 0..3]
}
assert(all(f(2.0) == [2.0, 1.0, 1.0]))
