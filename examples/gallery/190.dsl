// Two levels without strong convexity below (Liu and others, Averaged method of multipliers for bi-level optimization without
// lower-level strong convexity, 2023): the lower variable follows a mean of both objectives, whose share of the upper one fades,
// and a multiplier stands for the inverse of the lower Hessian, by Hessian-vector products only.
type point = {x: f64, y: f64[2], v: f64[2]}

// The lower objective leaves y[1] free; the upper one wants x = y[1] and y[0] = 1.
fn upper(x: f64, y: f64[2]) -> f64 = (x - y[1])^2 / 2 + (y[0] - 1)^2 / 2
fn lower(x: f64, y: f64[2]) -> f64 = y[0]^2 / 2 - x * y[0]

fn bamm(start: point, steps: i64) -> point {
  let (s, eta, alpha) = (0.1, 0.5, 0.02)
  let mut p = start
  for k in 0..steps {
    let mu = 0.9 / pow(f64(k + 1), 0.1)
    let mixed = |x: f64, y: f64[2]| mu * upper(x, y) + (1 - mu) * lower(x, y)
    let (x, y, v) = (p.x, p.y, p.v)
    let next = y - s * grad(mixed, wrt: y)(x, y)
    let along = hvp(|y: f64[2]| mixed(x, y))(next, v)
    let multiplier = v - eta * (along - grad(upper, wrt: y)(x, next))
    // d/dx of grad_y(mixed) . v
    let cross = grad(|x: f64| dot(grad(mixed, wrt: y)(x, next), multiplier))(x)
    p = {x: x - alpha * (grad(upper)(x, next) - cross), y: next, v: multiplier}
  }
  p
}

// The implicit gradient of the lower problem alone moves y only where the lower objective does.
fn plain(start: point, steps: i64) -> point {
  let mut p = start
  for _ in 0..steps {
    let (x, y) = (p.x, p.y)
    let next = y - 0.1 * grad(lower, wrt: y)(x, y)
    // The lower solution is y[0] = x, so dy[0]/dx = 1.
    let slope = grad(upper)(x, next) + grad(upper, wrt: y)(x, next)[0]
    p = {x: x - 0.02 * slope, y: next, v: p.v}
  }
  p
}

let start: point = {x: 3.0, y: [-1.0, 2.5], v: [0.0, 0]}

test "the averaged method finds the solution" {
  let found = bamm(start, 20000)
  print("x, y", found.x, found.y)
  assert_close(found.x, 1.0, 1e-6)
  assert_close(found.y, [1.0, 1], 1e-6)
}

test "the plain implicit gradient leaves what the lower problem leaves free" {
  let found = plain(start, 20000)
  print("x, y", found.x, found.y)
  assert(found.y[1] == 2.5 and abs(found.x - 1) > 0.1)
}
