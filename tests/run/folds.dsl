--- sums, products and means ---
// numpy: a = np.array([[1., 2, 3], [4, 5, 6]])
let a = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
// numpy: a.sum()
assert(sum(a) == 21.0)
// numpy: a.prod()
assert(prod(a) == 720.0)
// numpy: a.mean()
assert(mean(a) == 3.5)
// numpy: a.sum(0)
assert(all([sum(a[i, j] for i) for j] == [5.0, 7.0, 9.0]))
// numpy: a.mean(1)
assert(all([mean(a[i, j] for j) for i] == [2.0, 5.0]))

--- extremes and where they are ---
// numpy: a = np.array([[1., 7, 3], [4, 7, 6]])
let a = [[1.0, 7.0, 3.0], [4.0, 7.0, 6.0]]
// numpy: a.max()
assert(max(a) == 7.0 and min(a) == 1.0)
// The lowest index wins a tie, row by row.
let (i, j) = argmax(a[i, j] for i, j)
assert(i == 0 and j == 1)
// numpy: a.argmax(1)
assert(all([argmax(a[i, j] for j) for i] == [1, 1]))
// numpy: a.argmin(0)
assert(all([argmin(a[i, j] for i) for j] == [0, 0, 0]))
assert(argmax([3.0, 5.0, 5.0]) == 1)

--- the index of a fold over a written range is the index itself ---
assert(argmin((k - 6)^2 for k in 3..10) == 6)
assert(argmax(-(k - 2.5)^2 for k in 1..5) == 2)

--- any and all ---
let x = [1.0, -2.0, 3.0]
assert(any(x[i] < 0 for i) and not all(x[i] > 0 for i))
assert(all(x == x) and any(x == 3.0))

--- the logarithm of a sum of exponentials does not overflow ---
fn near(a: f64, b: f64) -> bool = abs(a - b) <= 1e-14 * max(1, abs(b))
// numpy: np.logaddexp.reduce([1., 2, 3])
assert(near(logsumexp([1.0, 2.0, 3.0]), 3.4076059644443806))
// numpy: 1000 + np.log(2)
assert(near(logsumexp([1000.0, 1000.0]), 1000.6931471805599))
// numpy: np.logaddexp(-1000., -1001)
assert(near(logsumexp([-1000.0, -1001.0]), -999.6867383124818))

--- filters take part in a fold ---
let x = [1.0, 2.0, 3.0, 4.0]
assert(sum(x[i] * x[j] for i, j if j < i) == 35.0)
assert(mean(x[i] for i if x[i] > 1.5) == 3.0)
assert(max(x[i] for i if x[i] < 3) == 2.0)
assert(prod(x[i] for i if i != 0) == 24.0)
assert(sum(1 for i in 0..10 if mod(i, 3) == 0) == 4)

--- folds over nothing ---
let x: f64[0] = []
assert(sum(x) == 0.0 and prod(x) == 1.0)
assert(max(x) == -inf and min(x) == inf)
let m = mean(x)
assert(m != m)
assert(logsumexp(x) == -inf)
let b = [x[i] > 0 for i]
assert(all(b) and not any(b))

--- the position of the largest of nothing stops the program ---
let x: f64[0] = []
print(argmax(x))
===
folds.dsl:2:7: error[R1002]: nothing has no largest or smallest element

--- sums over several axes at once ---
// numpy: a = np.arange(24.).reshape(2, 3, 4)
let a = [12.0 * i + 4 * j + k for i in 0..2, j in 0..3, k in 0..4]
// numpy: a.sum((0, 2))
assert(all([sum(a[i, j, k] for i, k) for j] == [60.0, 92.0, 124.0]))
// numpy: (a * a).sum()
assert(sum(a[i, j, k] * a[i, j, k] for i, j, k) == 4324.0)

--- a sum of records ---
let s = sum({a: 1.0 * i, b: [1.0, 2.0 * i]} for i in 0..4)
assert(s.a == 6.0 and all(s.b == [4.0, 12.0]))

--- integers and bools fold too ---
assert(sum(i for i in 0..101) == 5050)
assert(max(mod(i * 7, 11) for i in 0..11) == 10)
assert(sum(i64(mod(i, 2) == 0) for i in 0..9) == 5)

--- lanes of a long sum join as defined ---
fn near(a: f64, b: f64) -> bool = abs(a - b) <= 1e-13 * max(1, abs(b))
// numpy: np.sum(1 / np.arange(1., 10001) ** 2)
assert(near(sum(1 / ((i + 1.0) * (i + 1.0)) for i in 0..10000), 1.6448340718480599))

--- a number that is chosen is a scalar beside a tensor ---
let z = [1, 2]
let c = z[0] < 2
let y: i64[2] = (if c { 5 } else { 7 }) - z
let x: i64[2] = z - (sum(3 for i in 0..4 if i != 1) - z)
assert(all(y == [4, 3]) and all(x == [-7, -5]))
