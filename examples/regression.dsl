// Disease progression of 442 diabetes patients from ten measures (Efron and others, 2004): the least-squares fit in
// closed form, and by gradient descent.
import data

let patients = data.csv("data/diabetes.csv", target: "progression")
let measures = matrix(patients.x)

// Each column minus its mean, by its standard deviation.
fn standardised[n, k](x: f64[n, k]) -> f64[n, k] {
  let centre = [mean(x[i, j] for i) for j]
  let spread = [sqrt(mean((x[i, j] - centre[j])^2 for i)) for j]
  [(x[i, j] - centre[j]) / spread[j] for i, j]
}

fn cost[n, k](w: f64[k], x: f64[n, k], y: f64[n]) -> f64 = mean((dot(x[i], w) - y[i])^2 for i) / 2

fn descend[n, k](x: f64[n, k], y: f64[n], rate: f64, steps: i64) -> f64[k] {
  let mut w: f64[k] = zeros
  for _ in 0..steps { w -= rate * grad(cost)(w, x, y) }
  w
}

let x = standardised(measures)
let progress = f64(patients.y)
let y = progress - mean(progress)

let exact   = solve(x.T @ x, x.T @ y)
let descent = descend(x, y, 0.2, 20000)

print("closed form     ", exact)
print("gradient descent", descent)
print("share of the variance explained", 1 - 2 * cost(exact, x, y) / mean(y[i]^2 for i))

test "both ways meet" {
  assert_close(exact, descent, 1e-8)
  assert(norm(grad(cost)(exact, x, y)) < 1e-10)
}
