// Newton's method in the curved valley of Rosenbrock (1960). Gradient and Hessian are asked for, not derived by hand.
import plot

fn valley(p: f64[2]) -> f64 = (1 - p[0])^2 + 100 * (p[1] - p[0]^2)^2
fn newton(p: f64[2]) -> f64[2] = p - solve(hessian(valley)(p), grad(valley)(p))

let (last, path) = scan(|p, _| (newton(p), p), [-1.2, 1.0], [k for k in 0..7])

print(path)
plot.line(path[0..7, 0], path[0..7, 1], "rosenbrock.svg", title: "Newton's steps to (1, 1)", x_label: "x", y_label: "y")

test "six steps lead to the floor of the valley" {
  assert_close(path[6], [1.0, 1], 1e-9)
  assert(norm(grad(valley)(last)) < 1e-9)
}

test "the steps are those of NumPy" {
  // p - np.linalg.solve(H(p), g(p)) from p = [-1.2, 1.], with g and H derived by hand; NumPy 2.
  let theirs = [
    [-1.2, 1.0],
    [-1.1752808988764043, 1.3806741573033705],
    [0.763114871176473, -3.175033854748202],
    [0.7634296788840773, 0.5828247754971532],
    [0.9999953110850088, 0.9440273238533772],
    [0.9999956956536854, 0.9999913913257503],
    [0.9999999999999999, 0.9999999999814724],
  ]
  assert_close(path, theirs, 1e-11)
}
