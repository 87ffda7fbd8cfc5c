// The first and second derivative of a function, at a point.
fn f(x: f64) -> f64 = sin(x) * exp(-x^2)
print("f'(1) =", grad(f)(1.0), " f''(1) =", grad(grad(f))(1.0))
