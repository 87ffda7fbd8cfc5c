// A determinant: the routine of the library, against the expansion by cofactors that the benchmark writes.
fn determinant[n](a: f64[n, n]) -> f64 = det(a)

let a = [[2.0, -1, 0.5], [1, 3, -2], [0.25, 1, 1]]
print("objective", determinant(a), " gradient", grad(determinant)(a))

test "the gradient of a determinant is the determinant times the inverse, transposed" {
  assert_close(grad(determinant)(a), determinant(a) * inverse(a).T, 1e-13)
}

test "a singular matrix has a gradient too" {
  // The cofactors of [[1, 2], [2, 4]].
  assert_close(grad(determinant)([[1.0, 2], [2, 4]]), [[4.0, -2], [-2, 1]], 1e-14)
}
