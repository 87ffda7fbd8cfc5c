--- elementary functions at a point ---
fn near(a: f64, b: f64) -> bool = abs(a - b) <= 1e-15 * max(1, abs(b))
// numpy: np.exp(0.7)
assert(near(exp(0.7), 2.0137527074704766))
// numpy: np.expm1(1e-5)
assert(near(expm1(1e-5), 1.0000050000166668e-05))
// numpy: np.log(0.7)
assert(near(log(0.7), -0.35667494393873245))
// numpy: np.log1p(1e-5)
assert(near(log1p(1e-5), 9.999950000333332e-06))
// numpy: np.sin(2.5)
assert(near(sin(2.5), 0.5984721441039565))
// numpy: np.cos(2.5)
assert(near(cos(2.5), -0.8011436155469337))
// numpy: np.tan(0.5)
assert(near(tan(0.5), 0.5463024898437905))
// numpy: np.arcsin(0.3)
assert(near(asin(0.3), 0.30469265401539747))
// numpy: np.arccos(0.3)
assert(near(acos(0.3), 1.2661036727794992))
// numpy: np.arctan(3.0)
assert(near(atan(3.0), 1.2490457723982544))
// numpy: np.arctan2(1.0, -2.0)
assert(near(atan2(1.0, -2.0), 2.677945044588987))
// numpy: np.sinh(0.4)
assert(near(sinh(0.4), 0.4107523258028155))
// numpy: np.cosh(0.4)
assert(near(cosh(0.4), 1.0810723718384547))
// numpy: np.tanh(0.4)
assert(near(tanh(0.4), 0.3799489622552249))
// numpy: np.sqrt(2.0)
assert(near(sqrt(2.0), 1.4142135623730951))
// numpy: scipy.special.erf(0.5)
assert(near(erf(0.5), 0.5204998778130465))
// numpy: expit(-3.0)
assert(near(sigmoid(-3.0), 0.04742587317756678))
// numpy: np.logaddexp(0, 0.5)
assert(near(softplus(0.5), 0.9740769841801067))
// numpy: 2.5 ** -1.5
assert(near(pow(2.5, -1.5), 0.25298221281347033))

--- rounding and signs ---
assert(floor(-1.5) == -2.0 and ceil(-1.5) == -1.0)
// Halves go to the even neighbour.
// numpy: np.round(2.5)
assert(round(2.5) == 2.0 and round(3.5) == 4.0 and round(-0.5) == 0.0)
assert(abs(-3.0) == 3.0 and sign(-3.0) == -1.0 and sign(0.0) == 0.0)
assert(relu(-2.0) == 0.0 and relu(2.0) == 2.0)

--- literals take the type that the context asks for ---
let a: f32 = 1
let b = 1 / 4
let c = 7
print(a, b, c, 2 * 3.5, 1e3)
assert(b == 0.25 and c == 7)
===
1 0.25 7 7 1000

--- powers bind tighter than signs, and to the right ---
assert(-2.0^2 == -4.0)
assert(2.0^3^2 == 512.0)
assert(2 * 3 + 4 == 10 and 2 + 3 * 4 == 14)
assert(10.0 - 4.0 - 3.0 == 3.0)
assert(not true == false or true)

--- integers divide towards minus infinity ---
// numpy: 7 // 2
assert(div(7, 2) == 3)
assert(mod(7, 2) == 1)
let k = i64(-7.0)
// numpy: -7 // 2
assert(div(k, 2) == -4)
// numpy: -7 % 2
assert(mod(k, 2) == 1)
// numpy: -7 // -2
assert(div(k, -2) == 3)
// numpy: -7 % -2
assert(mod(k, -2) == -1)

--- bits of integers ---
let k = i64(12.0)
// numpy: 12 & 10
assert(bit_and(k, 10) == 8)
// numpy: 12 | 10
assert(bit_or(k, 10) == 14)
// numpy: 12 ^ 10
assert(bit_xor(k, 10) == 6)
// numpy: 12 << 3
assert(shift_left(k, 3) == 96)
// numpy: 12 >> 2
assert(shift_right(k, 2) == 3)
// numpy: bin(12).count('1')
assert(popcount(k) == 2)

--- conversions are written ---
assert(i64(2.9) == 2 and i64(-2.9) == -2)
assert(f64(i64(3.0)) == 3.0)
// numpy: float(np.float32(0.1))
assert(f64(f32(0.1)) == 0.10000000149011612)
assert(i64(true) == 1 and f64(false) == 0.0)

--- infinities and NaN ---
assert(1 / 0.0 == inf and -1 / 0.0 == -inf)
assert(not (nan == nan) and nan != nan)
assert(max(1.0, inf) == inf and min(1.0, -inf) == -inf)
let m = max(nan, 1.0)
assert(m != m)
assert(exp(-inf) == 0.0 and log(0.0) == -inf)

--- an overflow stops the program at its place ---
let big = 9223372036854775807
print(big + i64(1.0))
===
scalars.dsl:2:7: error[R1002]: the integer result does not fit in 64 bits

--- a division by zero stops the program at its place ---
let k = i64(0.0)
print(div(5, k))
===
scalars.dsl:2:7: error[R1002]: an integer is divided by zero

--- NaN does not become an integer ---
print(i64(nan))
===
scalars.dsl:1:7: error[R1002]: a float that is NaN or out of range of the integers cannot become one

--- the gamma function ---
// Python: math.lgamma; mpmath: psi(0, x), psi(1, x) to 18 digits.
let x = [0.1, 0.5, 1.0, 2.0, 3.5, 7.999, 8.0, 100.0, 1e10, -0.5, -3.7, 1e-5, 171.6]
let truth = [2.2527126517342055, 0.5723649429247004, 0.0, 0.0, 1.2009736023470738, 8.523145786158915, 8.525161361065415,
  359.1342053695754, 220258509288.81058, 1.265512123484645, -1.3797399049658248, 11.512919692895824, 709.6573587630564]
assert_close(lgamma(x), truth, 1e-14)
assert(lgamma(0.0) == inf and lgamma(-2.0) == inf and lgamma(inf) == inf and not (lgamma(nan) == 0.0))
let y = [0.1, 0.5, 1.0, 3.5, 10.0, -0.5, -3.7]
let psi = [-10.4237549404110762, -1.96351002602142348, -0.57721566490153286, 1.10315664064524319, 2.25175258906672111,
  0.0364899739785765201, -0.845076858870419357]
let psi_1 = [101.433299150792749, 4.934802200544679, 1.64493406684822641, 0.330357756100234878, 0.105166335681685749,
  8.934802200544679, 14.8424218641242796]
assert_close(digamma(y), psi, 1e-14)
assert_close([grad(digamma)(y[i]) for i], psi_1, 1e-13)
assert(abs(f64(lgamma(f32(3.5))) - 1.2009736023470738) < 1e-5)

--- powers of integers with an exponent that is data ---
// python: 3**39, [(-1)**k for k in (0, 1, 2, 63, 64, 1000001)], (-2)**63
fn f(k: i64) -> i64 = 3^k
assert(f(0) == 1 and f(4) == 81 and f(39) == 4052555153018976267)
let ks = [0, 1, 2, 63, 64, 1000001]
assert(all([(-1)^ks[i] for i] == [1, -1, 1, -1, 1, -1]) and all([0^ks[i] for i] == [1, 0, 0, 0, 0, 0]))
assert((-2)^ks[3] == i64(-9223372036854775808) and sum(2^k for k in 0..62) == 4611686018427387903)
assert(all([2, 3]^[5, 4] == [32, 81]) and all(ks[0..3]^ks[2] == [0, 1, 4]))
// What is exact meets a float; a size gives an integer for all sizes.
assert(all([0.5 * 2^k for k in 0..3] == [0.5, 1, 2]))
fn g[n](x: f64[n]) -> i64 = 2^n
assert(g([1.0, 2.0, 3.0]) == 8)
test "over" { print(f(40)) }
test "beyond" { print((-2)^ks[4]) }
test "negative" { print(f(ks[0] - 1)) }
===
test "over" failed: scalars.dsl:2:23: error[R1002]: the integer result does not fit in 64 bits
test "beyond" failed: scalars.dsl:13:23: error[R1002]: the integer result does not fit in 64 bits
test "negative" failed: scalars.dsl:2:23: error[R1002]: the exponent of an integer is negative

--- sizes and signs of integers ---
assert(abs(-3) == 3 and all(abs([1, -2]) == [1, 2]) and abs(-1.5) == 1.5 and sign(-4) == -1)
assert(all(sign([0, 5, -2]) == [0, 1, -1]) and all([abs(i - 2) for i in 0..4] == [2, 1, 0, 1]))
let x = [10.0, 20, 30]
assert(x[abs(-2)] == 30 and grad(abs)(-0.0) == 0)
print(grad(abs)(-0.0), grad(abs)(0.0), grad(abs)(-2.0), abs(i64(-9223372036854775808)))
===
scalars.dsl:5:57: error[R1002]: the integer result does not fit in 64 bits

--- stable forms have their digits from -120 to 120 ---
// Four steps of f32 beside the value in f64, or of its smallest number.
fn near(a: f32, b: f64) -> bool = abs(f64(a) - b) <= 4 * max(1.2e-7 * abs(b), 1.5e-45)
let xs = [f32(i) / 10 for i in -1200..1201]
assert(all(near(sigmoid(xs[i]), sigmoid(f64(xs[i]))) for i))
assert(all(near(softplus(xs[i]), softplus(f64(xs[i]))) for i))
assert(all(near(tanh(xs[i]), tanh(f64(xs[i]))) for i))
assert(all(near(grad(softplus)(xs[i]), sigmoid(f64(xs[i]))) for i))
assert(all(near(grad(sigmoid)(xs[i]), sigmoid(f64(xs[i])) * sigmoid(-f64(xs[i]))) for i))
// Rows of scores: nothing is infinite or NaN, and the logarithm of a share has the digits of the largest score.
let rows: f64[200, 8] = 120 * uniform(key(1), -1, 1, shape: (200, 8))
let single = f32(rows)
assert(all(abs(f64(logsumexp(single[i])) - logsumexp(rows[i])) <= 4 * 1.2e-7 * 120 for i))
assert(all(abs(f64(log_softmax(single[i])[j]) - log_softmax(rows[i])[j]) <= 8 * 1.2e-7 * 240 for i, j))
assert(all(abs(f64(softmax(single[i])[j]) - softmax(rows[i])[j]) <= 1e-4 for i, j))
assert(all(abs(f64(sum(softmax(single[i]))) - 1) <= 1e-5 for i))
