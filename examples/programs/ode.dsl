// A neural ODE (Chen, Rubanova, Bettencourt and Duvenaud, 2018, equations 3 to 5): the gradient of the program that
// integrates against the continuous adjoint a' = -a^T df/dz, integrated backwards with dL/dp' = -a^T df/dp.
type field = {w1: f64[16, 2], b1: f64[16], w2: f64[2, 16]}

fn f(p: field, z: f64[2], t: f64) -> f64[2] = p.w2 @ tanh(p.w1 @ z + p.b1)

fn rk4[P: vector, Z: vector](f: (P, Z, f64) -> Z, p: P, z0: Z, t0: f64, t1: f64, steps: i64) -> Z {
  let h = (t1 - t0) / f64(steps)
  let mut z = z0
  for i in 0..steps {
    let t  = t0 + f64(i)*h
    let k1 = f(p, z, t)
    let k2 = f(p, z + h/2*k1, t + h/2)
    let k3 = f(p, z + h/2*k2, t + h/2)
    let k4 = f(p, z + h*k3, t + h)
    z = z + h/6 * (k1 + 2*k2 + 2*k3 + k4)
  }
  z
}

fn loss(p: field, z0: f64[2]) -> f64 = norm(rk4(f, p, z0, 0.0, 1.0, 100) - [1.0, 0.0])^2

fn adjoint(p: field, z0: f64[2]) -> field {
  let z1 = rk4(f, p, z0, 0.0, 1.0, 100)
  let s1: {z: f64[2], a: f64[2], g: field} = {z: z1, a: 2*(z1 - [1.0, 0.0]), g: zero}
  let back = |p, s, t| {
    let (p_bar, z_bar, _) = vjp(f)(p, s.z, t, s.a)
    {z: f(p, s.z, t), a: -z_bar, g: -p_bar}
  }
  rk4(back, p, s1, 1.0, 0.0, 100).g
}

let (k1, rest) = split(key(1))
let (k2, k3) = split(rest)
let p: field = {w1: normal(k1), b1: normal(k2), w2: normal(k3, 0, 0.5)}
let z0 = [0.5, -0.25]

test "the integrator is of fourth order" {
  // z' = a z: the solution and its derivative in a are known.
  let grow = |a| rk4(|a, z, t| a * z, a, 1.0, 0.0, 1.0, 100)
  assert_close(grow(0.5), exp(0.5), 1e-9)
  assert_close(grad(grow)(0.5), exp(0.5), 1e-9)
}

test "the program's gradient is the continuous adjoint's, up to the order of the integrator" {
  let (by_program, by_adjoint) = (grad(loss)(p, z0), adjoint(p, z0))
  let apart = norm(by_program - by_adjoint) / norm(by_program)
  print("loss", loss(p, z0), "relative distance of the gradients", apart)
  assert(apart < 1e-7)
}
