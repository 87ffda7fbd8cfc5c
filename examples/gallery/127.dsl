// 127 Lee, Park, Aiken: "On the Correctness of Automatic Differentiation for Neural Networks with Machine-Representable
// Parameters", Theorems 3.5 and 3.7, by trying every parameter in {-2, -1, 0, 1, 2} at the input x = 1.5.
let x = 1.5
let h = 1e-4

// Without biases a network may be differentiable where its derivative is not what is computed; with them it is not.
fn bare(p: f64[2]) -> f64 = relu(p[0]*x) - relu(-p[0]*x) + p[1]
fn biased(p: f64[4]) -> f64 = relu(p[0]*x + p[1]) - relu(-p[2]*x + p[3])
fn deep(p: f64[5]) -> f64 = p[4] * relu(p[2] * relu(p[0]*x + p[1]) + p[3])

// The i-th parameter of the grid, its digits to the base 5.
fn parameter(i: i64, n) -> f64[n] {
  let mut p: f64[n] = zeros
  let mut rest = i
  for j in 0..n {
    p[j] = f64(mod(rest, 5) - 2)
    rest = div(rest, 5)
  }
  p
}

// A function of pieces is differentiable where its slopes to both sides are one, in every direction of a fan. A product
// bends the function by a multiple of h, a kink by one half or more.
fn fan(d: i64, n) -> f64[n] = [sin(1.7*f64(d) + 2.3*j) for j in 0..n]
fn slope[n](f: f64[n] -> f64, p: f64[n], v: f64[n]) -> f64 = (f(p + h*v) - f(p)) / h
fn kinked[n](f: f64[n] -> f64, p: f64[n]) -> bool =
  any(abs(slope(f, p, fan(d, n)) + slope(f, p, -fan(d, n))) > 0.01 for d in 0..16)
fn wrong[n](f: f64[n] -> f64, p: f64[n]) -> bool =
  any(abs(slope(f, p, fan(d, n)) - dot(grad(f)(p), fan(d, n))) > 0.01 for d in 0..16)
fn one(j: i64, n) -> f64[n] = [if i == j { 1 } else { 0 } for i in 0..n]
fn modes_differ[n](f: f64[n] -> f64, p: f64[n]) -> bool = any(jvp(f)(p, one(j, n)) != grad(f)(p)[j] for j in 0..n)

// Kinks, incorrect derivatives, and points at which forward and reverse mode differ, of so many parameters.
fn census[n](f: f64[n] -> f64, count) -> i64[3] {
  let kinks = [kinked(f, parameter(i, n)) for i in 0..count]
  let bad   = [not kinks[i] and wrong(f, parameter(i, n)) for i]
  [sum(i64(kinks[i]) for i), sum(i64(bad[i]) for i), sum(i64(modes_differ(f, parameter(i, n))) for i in 0..count)]
}

let without = census(bare, 25)
let shallow = census(biased, 625)
let two     = census(deep, 3125)
print("kinks, incorrect, modes that differ")
print("no biases:      ", without, "of 25")
print("biases:         ", shallow, "of 625")
print("two layers:     ", two, "of 3125")
assert(all(without == [0, 5, 0]))
assert(all(shallow == [49, 0, 0]))
assert(all(two == [404, 0, 0]))
// The bound: kinks of relu times neurons, by the number of values of a parameter.
assert(f64(shallow[0]) <= 2 / 5 * 625)
