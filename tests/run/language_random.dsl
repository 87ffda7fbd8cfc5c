--- draws take their shape from context or from shape: ---
let u: f64[1000] = uniform(key(1), -1, 3)
assert(all(u[i] >= -1 and u[i] < 3 for i))
// The mean of 1000 draws is within five deviations, 5 * 4 / sqrt(12 * 1000).
assert(abs(mean(u) - 1) < 0.1826)
let z = normal(key(2), shape: (20, 50))
assert(abs(mean(z)) < 5 / sqrt(1000.0) and abs(mean(z[i, j]^2 for i, j) - 1) < 5 * sqrt(2 / 1000))
fn same() -> f64[20, 50] = normal(key(2))
assert(all(z == same()))
let three = uniform(key(5), shape: 3)
assert(all(three[i] >= 0 for i in 0..3))

--- coins and dice ---
let b: bool[4000] = bernoulli(key(3), 0.3)
let heads = sum(i64(b[i]) for i)
// Five deviations of a binomial distribution.
assert(abs(f64(heads) - 1200) < 5 * sqrt(4000 * 0.3 * 0.7))
let c = [categorical(fold_in(key(4), i), [1.0, 0.0, 3.0]) for i in 0..4000]
assert(sum(1 for i if c[i] == 1) == 0 and all(c[i] <= 2 for i))
assert(abs(f64(sum(1 for i if c[i] == 0)) - 1000) < 5 * sqrt(4000 * 0.25 * 0.75))

--- models that are frozen, and that share ---
import nn
let net = nn.dense(2, 2) >> nn.dense(2, 2)
let (q, p) = net.init(key(0))
let still = freeze(net, (q, p))
assert(all(still([1.0, 2.0]) == net((q, p), [1.0, 2.0])))
let tied = tie(net, |p| (p, p), |k| { let (_, p) = net.init(k); p })
assert(all(tied(p, [1.0, 2.0]) == net((p, p), [1.0, 2.0])))
assert(norm(tied(tied.init(key(7)), [0.0, 0.0])) == 0)
