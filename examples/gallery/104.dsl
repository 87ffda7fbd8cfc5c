// Deep equilibria without a bound on the weights (Sittoni and Tudisco, Subhomogeneous deep equilibrium models, 2024): a layer
// z = F(z) with |F'(z)| z <= mu F(z) contracts by mu in Thompson's metric, whatever the nonnegative weights are.
fn layer[n](z: f64[n], w: f64[n, n], b: f64[n]) -> f64[n] = [(w @ z + b)[i]^0.7 for i]
fn equilibrium[n](w: f64[n, n], b: f64[n]) -> f64[n] = fixpoint(|z| layer(z, w, b), ones, tolerance: 1e-12)
fn thompson[n](x: f64[n], y: f64[n]) -> f64 = max(abs(log(x[i] / y[i])) for i)

let (k1, k2) = split(key(0))
let w: f64[6, 6] = uniform(k1, 0, 5)
let b: f64[6] = uniform(k2, 0.1, 1)

test "the layer contracts by 0.7, though its weights are large" {
  let (_, s, _) = svd(w)
  let ratio = |k: i64| {
    let (k1, k2) = split(fold_in(key(1), k))
    let x: f64[6] = uniform(k1, 0.01, 10)
    let y: f64[6] = uniform(k2, 0.01, 10)
    thompson(layer(x, w, b), layer(y, w, b)) / thompson(x, y)
  }
  let worst = max(ratio(k) for k in 0..500)
  print("|w| =", s[0], " largest ratio", worst)
  assert(s[0] > 10 and worst <= 0.7)
}

test "every start leads to the same place" {
  let after = |start: f64[6]| {
    let mut z = start
    for _ in 0..150 { z = layer(z, w, b) }
    z
  }
  let (k1, k2) = split(key(2))
  assert_close(after(uniform(k1, 0.01, 10)), after(uniform(k2, 10, 1000)), 1e-10)
  assert_close(after(ones()), equilibrium(w, b), 1e-10)
}

test "the gradient is that of the equation" {
  let loss = |w: f64[6, 6]| sum(equilibrium(w, b))
  let g = grad(loss)(w)
  // With J = dF/dz and v = (1 - J^T)^-1 1 it is v_i dF_i/dw_ij.
  let z = equilibrium(w, b)
  let j = jacobian(|z: f64[6]| layer(z, w, b))(z)
  let v = solve([if i == k { 1.0 } else { 0 } - j[k, i] for i, k], [1.0 for i in 0..6])
  assert_close(g, vjp(|w: f64[6, 6]| layer(z, w, b))(w, v), 1e-10)
  let h = 1e-5
  let e = |i: i64, k: i64| [if a == i and c == k { h } else { 0 } for a in 0..6, c in 0..6]
  let by_steps = [(loss(w + e(i, k)) - loss(w - e(i, k))) / (2 * h) for i in 0..6, k in 0..6]
  print("largest difference", max(abs(g[i, k] - by_steps[i, k]) for i, k))
  assert_close(g, by_steps, 1e-6)
}
