// Neural ordinary differential equations (Chen, Rubanova, Bettencourt and Duvenaud, 2018): z' = f(z, t) with a network f.
// The gradient of the program that integrates against the continuous adjoint, a' = -a df/dz, integrated backwards; the
// density along a flow, d log p / dt = -tr df/dz; and a spiral that is learnt from its points.
import optim

type field = {w1: f64[16, 2], b1: f64[16], w2: f64[2, 16]}

fn flow(p: field, z: f64[2]) -> f64[2] = p.w2 @ tanh(p.w1 @ z + p.b1)

fn start(k: key) -> field = {
  let (k1, rest) = split(k)
  let (k2, k3) = split(rest)
  {w1: normal(k1), b1: normal(k2), w2: normal(k3, 0, 0.5)}
}

let p = start(key(1))
let z0 = [0.5, -0.25]
let goal = [1.0, 0.0]

// Steps of the fourth order, and their adjoint by as many steps backwards.
fn end(p: field, steps: i64) -> f64[2] = rk4(|z, t| flow(p, z), z0, 0.0, 1.0, steps)

fn adjoint(p: field, steps: i64) -> field = {
  let z1 = end(p, steps)
  let last: {z: f64[2], a: f64[2], g: field} = {z: z1, a: 2 * (z1 - goal), g: zero}
  let back = |s, t| {
    let (p_bar, z_bar) = vjp(flow)(p, s.z, s.a)
    {z: flow(p, s.z), a: -z_bar, g: -p_bar}
  }
  rk4(back, last, 1.0, 0.0, steps).g
}

fn apart(steps: i64) -> f64 = {
  let by_program = grad(|p: field| norm(end(p, steps) - goal)^2)(p)
  norm(by_program - adjoint(p, steps)) / norm(by_program)
}

test "the adjoint is the program's gradient, up to the order of the steps" {
  print("relative distance with 100 steps", apart(100))
  assert(apart(100) <= 1e-6)
  let order = log(apart(10) / apart(20)) / log(2.0)
  print("order", order)
  assert(order >= 3.5)
  // With steps that choose themselves, and the adjoint of the language.
  let loss = |p: field| norm(ode_adjoint(|z, t| flow(p, z), z0, 0.0, 1.0, tolerance: 1e-10) - goal)^2
  assert_close(grad(loss)(p), grad(|p: field| norm(end(p, 400) - goal)^2)(p), 1e-8)
}

test "a flow changes the density by the determinant of its Jacobian" {
  let move = |z: f64[2], t: f64| flow(p, z)
  let with_density = |s, t| {
    let j = jacobian(|z: f64[2]| flow(p, z))(s.z)
    {z: flow(p, s.z), log_p: -sum(j[i, i] for i)}
  }
  let change = ode(with_density, {z: z0, log_p: 0.0}, 0.0, 1.0).log_p
  let j = jacobian(|z: f64[2]| ode(move, z, 0.0, 1.0))(z0)
  print("log-density changes by", change)
  assert_close(change, -logdet(j), 1e-6)
}

// A spiral, z' = A z, at 20 times; the network is to go from each point to the next.
fn spiral(t: f64) -> f64[2] = [2 * exp(-t / 10) * cos(t), 2 * exp(-t / 10) * sin(t)]
let points = [spiral(i * 6 / 20) for i in 0..21]

fn misfit(p: field) -> f64 =
  mean(norm(rk4(|z, t| flow(p, z), points[i], 0.0, 0.3, 4) - points[i + 1])^2 for i in 0..20)

fn learn_spiral(steps: i64) -> field = {
  let by = optim.adam(rate: 0.02)
  let mut q = start(key(2))
  let mut state = by.init(q)
  for _ in 0..steps { (state, q) = by.put(state, q, grad(misfit)(q)) }
  q
}

test "a spiral is learnt" {
  let (before, after) = (misfit(start(key(2))), misfit(learn_spiral(300)))
  print("misfit", before, "becomes", after)
  assert(after <= before / 20)
}
