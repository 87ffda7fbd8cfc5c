// A long sum of elementary functions: each element meets a hyperbolic tangent and a Gaussian.
fn chain[n](x: f64[n], a: f64, b: f64) -> f64 = sum(tanh(a * x[i] + b) * exp(-x[i]^2) for i)

let x = [-1.5, -0.25, 0.0, 0.75, 2.0]
print("objective", chain(x, 1.3, 0.2), " gradient", grad(chain)(x, 1.3, 0.2))

test "the gradient is the one derived by hand" {
  // tanh' = 1 - tanh^2, and the Gaussian brings -2 x.
  let by_hand = [exp(-x[i]^2) * (1.3 * (1 - tanh(1.3 * x[i] + 0.2)^2) - 2 * x[i] * tanh(1.3 * x[i] + 0.2)) for i]
  assert_close(grad(chain)(x, 1.3, 0.2), by_hand, 1e-14)
}
