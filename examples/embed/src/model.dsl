// A damped oscillation with noise around it: amplitude, rate of decay, frequency.
fn curve(p: f64[3], t: f64) -> f64 = p[0] * exp(-p[1] * t) * cos(p[2] * t)

fn loss[n](p: f64[3], t: f64[n], y: f64[n]) -> f64 = sum((curve(p, t[i]) - y[i])^2 for i)

// A step of Levenberg and Marquardt: the residuals' Jacobian gives the curvature.
fn step[n](p: f64[3], t: f64[n], y: f64[n], damping: f64) -> f64[3] {
  let residuals = |p| [curve(p, t[i]) - y[i] for i]
  let j = jacobian(residuals)(p)
  let curvature = j.T @ j
  let damped = [if a == b { curvature[a, b] * (1 + damping) } else { curvature[a, b] } for a, b]
  p - solve(damped, j.T @ residuals(p))
}
