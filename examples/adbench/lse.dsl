// The logarithm of a sum of exponentials, shifted by the largest, so that nothing overflows.
fn lse[n](x: f64[n]) -> f64 {
  let top = max(x)
  top + log(sum(exp(x[i] - top) for i))
}

let x = [1000.0, 1001, 1000.5, -1000]
print("objective", lse(x), " gradient", grad(lse)(x))

test "it is the fold of the language, and its gradient is softmax" {
  assert_close(lse(x), logsumexp(x), 1e-15)
  assert_close(grad(lse)(x), softmax(x), 1e-12)
}

test "equal elements share the gradient" {
  assert_close(grad(lse)([2.5, 2.5, 2.5]), [1/3, 1/3, 1/3], 1e-15)
}
