// Saddle-free Newton (Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio, Identifying and attacking the saddle point problem
// in high-dimensional non-convex optimization, 2014, algorithm 1): x <- x - |H|^-1 grad f, with |H| = sum |l_i| e_i e_i^T.

// Saddle at 0, minima near (1, 0) and (-1, 0).
fn f(x: f64[2]) -> f64 = x[0]^4 / 4 - x[0]^2 / 2 + x[1]^2 / 2 + 0.1 * x[0]^2 * x[1]

fn newton(x: f64[2]) -> f64[2] = x - solve(hessian(f)(x), grad(f)(x))

fn saddle_free(x: f64[2]) -> f64[2] = {
  let (l, e) = eigh(hessian(f)(x))
  let g = e.T @ grad(f)(x)
  x - e @ [g[i] / abs(l[i]) for i]
}

fn gradient(x: f64[2]) -> f64[2] = x - 0.1 * grad(f)(x)

// A thousandth away from the saddle. On the way out each step doubles the distance; a start whose doubles come near to where
// the curvature vanishes overshoots there and needs some steps more (20 from (1e-3, 1e-3)).
let start = [8e-4, 6e-4]

// Steps until the gradient is small, where they end.
fn run(step: f64[2] -> f64[2]) -> (i64, f64[2]) {
  let mut x = start
  let mut steps = 0
  while norm(grad(f)(x)) >= 1e-10 and steps < 1000 {
    x = step(x)
    steps += 1
  }
  (steps, x)
}

// How many directions go down.
fn index(x: f64[2]) -> i64 = { let (l, _) = eigh(hessian(f)(x)); sum(1 for i if l[i] < 0) }

test "from beside a saddle Newton's method goes into it, saddle-free Newton out of it" {
  let (n, at_saddle) = run(newton)
  let (s, at_minimum) = run(saddle_free)
  let (g, slowly) = run(gradient)
  print("Newton", n, "steps to", at_saddle, "of index", index(at_saddle))
  print("saddle-free", s, "steps to", at_minimum, "of index", index(at_minimum))
  print("gradient descent", g, "steps to", slowly)
  assert(index(at_saddle) == 1 and norm(at_saddle) < 1e-8)
  assert(index(at_minimum) == 0 and s <= 15 and norm(grad(f)(at_minimum)) < 1e-10)
  assert(g >= 3 * s and g < 1000)
}
