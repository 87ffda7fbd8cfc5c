--- the same key gives the same numbers, another key others ---
let (k1, k2) = split(key(7))
let a: f64[5] = normal(k1)
let b: f64[5] = normal(key(7).split().0)
let c: f64[5] = normal(k2)
assert(all(a == b) and all(a != c))
===
randomness.dsl:3:24: warning[W0611]: this key has been drawn from: the numbers will be the same again

--- draws have the moments that they should have ---
let x: f64[20000] = normal(key(1))
let u: f64[20000] = uniform(key(2), -1, 3)
// Five standard errors of the mean and of the variance.
assert(abs(mean(x)) < 0.036 and abs(mean(x[i]^2 for i) - 1) < 0.05)
assert(abs(mean(u) - 1) < 0.041 and all(u >= -1) and all(u < 3))
assert(abs(mean((u[i] - 1)^2 for i) - 4 / 3.0) < 0.05)

--- a permutation has every number once ---
let p = permutation(key(3), 50)
assert(all([sum(i64(p[i] == k) for i) for k in 0..50] == 1))
assert(any([p[i] != i for i]))

--- fold_in gives a key for each index ---
let x = [{ let u: f64 = normal(fold_in(key(5), i)); u } for i in 0..4]
assert(all(x[i] != x[j] for i, j if i != j))

--- the type asked reaches through a condition to what has no shape yet ---
let c = 1 < 2
let x: f64 = if c { normal(key(1)) } else { 0.0 }
let y: f64 = if c { 1 } else { zero }
let z: {a: f64[2], b: f64} = if c { {a: zeros, b: 1} } else { {a: ones, b: zero} }
assert(x != 0 and y == 1 and z.b == 1 and all(z.a == [0.0, 0]))

--- a coin where one bool is asked, a mask where there are several ---
assert(if bernoulli(key(0), 1.0) { true } else { false })
assert(not bernoulli(key(1), 0.0) and bernoulli(key(2), 1.0))
assert(all(where(bernoulli(key(3), 1.0), [1.0, 2], [3, 4]) == [1, 2]))
assert(all(bernoulli(key(4), [0.0, 1.0]) == [false, true]))
assert(all(normal(key(5), [1.0, 2.0], 0.0) == [1, 2]) and uniform(key(6)) < 1)
assert(bernoulli(key(7), 1.0, shape: ()))
