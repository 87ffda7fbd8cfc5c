--- over the field of two elements: the derivative of the polynomial as written ---
// d(x x) = x + x = 0, d(x 1) = 1, d(x + x y) = (1 + y, x), and x^2 y + x y: (y, x + x)
let bits = [z2(1), z2(1)]
print(vjp(|x: z2| x * x)(1, 1), vjp(|x: z2| x * one)(0, 1), vjp(|p: z2[2]| p[0] + p[0] * p[1])(bits, 1))
let square = |p: z2[2]| p[0] * p[0] * p[1] + p[0] * p[1]
print([vjp(square)([z2(a), z2(b)], 1) for a in 0..2, b in 0..2])
// The difference sees that x x = x: this polynomial is 0 everywhere.
print([boolean_difference(square)([z2(a), z2(b)]) for a in 0..2, b in 0..2])
===
0 1 [0, 1]
[[[0, 0],
  [1, 0]],
 [[0, 0],
  [1, 0]]]
[[[0, 0],
  [0, 0]],
 [[0, 0],
  [0, 0]]]

--- the two agree where no variable is multiplied by itself ---
// x y + y z + z x is the majority of three bits
let majority = |p: z2[3]| p[0] * p[1] + p[1] * p[2] + p[2] * p[0]
let at = |k: i64| [z2(bit_and(shift_right(k, i), 1)) for i in 0..3]
assert(all(vjp(majority)(at(k), 1)[i] == boolean_difference(majority)(at(k))[i] for k in 0..8, i in 0..3))
// A bit matters where the other two differ.
print(boolean_difference(majority)(at(3)))
===
[1, 1, 0]

--- tropical products go to the winner ---
// max(1 + 2, 1 + 2, 0 + 3): all are 3, the first wins; the mass of a cotangent is kept.
let product = |a: f64[3], b: f64[3]| real(sum(maxplus(a[k]) * maxplus(b[k]) for k))
print(product([1.0, 1, 0], [2.0, 2, 3]), vjp(product)([1.0, 1, 0], [2.0, 2, 3], 5.0))
// Nothing goes through a row that is minus infinity everywhere.
print(vjp(product)([-inf, -inf, -inf], [1.0, 2, 3], 1.0))
let rows = |a: f64[2, 3]| real(maxplus(a) @ [maxplus(0.0), maxplus(1.0), maxplus(5.0)])
print(vjp(rows)([[1.0, 0, -4], [-inf, -inf, -inf]], [2.0, 3]))
// Nearest by least sum, against differences where no two are equal.
let least = |a: f64[3]| real(minplus(a[0]) * minplus(a[1]) + minplus(a[2]))
print(grad(least)([1.0, 2, 4]), grad(least)([1.0, 2, 3]), grad(least)([2.0, 2, 3]))
===
3 ([5, 0, 0], [5, 0, 0])
([0, 0, 0], [0, 0, 0])
[[2, 0, 0],
 [0, 0, 0]]
[1, 1, 0] [1, 1, 0] [0, 0, 1]
