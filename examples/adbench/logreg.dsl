// Logistic regression with the classes -1 and 1: the mean of the logarithmic loss.
fn logreg[n, d](w: f64[d], x: f64[n, d], y: f64[n]) -> f64 = mean(softplus(-y[i] * dot(x[i], w)) for i)

let x = [[0.5, 1], [-1, 0.25], [2, -1], [0.75, -2]]
let y = [1.0, -1, 1, -1]
let w = [0.5, -0.25]
print("objective", logreg(w, x, y), " gradient", grad(logreg)(w, x, y))
print("Hessian", hessian(logreg)(w, x, y))

test "gradient and Hessian are the ones derived by hand" {
  // The loss of one row has the slope -y p and the curvature p (1 - p) in its margin, where p is the chance of the other class.
  let p = [sigmoid(-y[i] * dot(x[i], w)) for i]
  assert_close(grad(logreg)(w, x, y), [mean(-y[i] * p[i] * x[i, a] for i) for a], 1e-15)
  assert_close(hessian(logreg)(w, x, y), [mean(p[i] * (1 - p[i]) * x[i, a] * x[i, b] for i) for a, b], 1e-15)
}
