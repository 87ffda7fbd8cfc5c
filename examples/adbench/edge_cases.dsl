// Corners where derivatives go wrong: a zero cotangent meets an infinite partial, an intermediate overflows, equal
// elements compete. Where two libraries disagree or give NaN, the rules of the reference decide: a zero cotangent
// contributes zero, and of equal elements the first counts.
fn guarded_root(x: f64) -> f64 = where(x > 0, sqrt(x), 0)
fn root_of_safe(x: f64) -> f64 = where(x > 0, sqrt(where(x > 0, x, 1)), 0)
fn guarded_pole(x: f64) -> f64 = where(x < 1, x, 1 / (x - 1))
fn positive_part(x: f64) -> f64 = max(x, 0)
fn root_times_x(x: f64) -> f64 = x * sqrt(x)
fn norm_beside_zero(x: f64) -> f64 = norm([x, 0])
fn square(x: f64) -> f64 = x^2.0
fn power_zero(x: f64) -> f64 = x^0.0
fn power_of_zero(y: f64) -> f64 = pow(0.0, y)
fn soft(x: f64) -> f64 = log(1 + exp(x))
fn soft_pair(x: f64) -> f64 = logsumexp([0, x])
fn soft_as_written(x: f64) -> f64 = log1p(exp(x))
fn soft_with_a_sum(x: f64) -> f64 = log(1 + exp(x))
fn log_of_exp(x: f64) -> f64 = log(exp(x))
fn logistic(x: f64) -> f64 = 1 / (1 + exp(-x))
fn angle(x: f64) -> f64 = atan2(x, x)
fn remainder(x: f64) -> f64 = x - floor(x)
fn clipped(x: f64) -> f64 = min(max(x, 0), 1)
fn guarded_cube(x: f64) -> f64 = where(x > 0, x^3, 0)
fn largest(x: f64[4]) -> f64 = max(x)
fn product(x: f64[3]) -> f64 = prod(x)
fn twice_the_same(x: f64[3]) -> f64 = { let y = x[[0, 0, 2]]; dot(y, y) }

test "a zero cotangent contributes zero" {
  assert(grad(guarded_root)(0.0) == 0 and grad(root_of_safe)(0.0) == 0 and grad(root_times_x)(0.0) == 0)
  assert(grad(power_zero)(0.0) == 0 and grad(norm_beside_zero)(0.0) == 0)
}
test "what overflows on the way does no harm" {
  assert(grad(soft_pair)(800.0) == 1 and grad(logistic)(-800.0) == 0 and grad(tanh)(400.0) == 0)
  assert(grad(softplus)(800.0) == 1)
}
test "the first of equal elements counts" {
  assert(all(grad(largest)([1.0, 3, 3, 2]) == [0.0, 1, 0, 0]))
}
test "a product with a zero, and an element that is read twice" {
  assert(all(grad(product)([2.0, 0, 3]) == [0.0, 6, 0]))
  assert(all(grad(twice_the_same)([1.0, 2, 3]) == [4.0, 0, 6]))
}
