--- exponential growth, by the program and by the adjoint ---
// z' = a z: z(t) = z0 exp(a t), and its derivatives in a, z0 and t
let by_program = |a: f64, z0: f64, t: f64| ode(|z, t| a * z, z0, 0.0, t)
let by_adjoint = |a: f64, z0: f64, t: f64| ode_adjoint(|z, t| a * z, z0, 0.0, t)
let known = (exp(0.5), exp(0.5), 0.5 * exp(0.5))
assert_close(by_program(0.5, 1.0, 1.0), exp(0.5), 1e-9)
assert_close(vjp(by_program)(0.5, 1.0, 1.0, 1.0), known, 1e-8)
assert_close(vjp(by_adjoint)(0.5, 1.0, 1.0, 1.0), known, 1e-8)
assert_close((jvp(by_program)(0.5, 1.0, 1.0, 1.0), jvp(by_adjoint)(0.5, 1.0, 1.0, 1.0)), (exp(0.5), exp(0.5)), 1e-8)
assert_close((grad(grad(by_program))(0.5, 1.0, 1.0), grad(grad(by_adjoint))(0.5, 1.0, 1.0)), (exp(0.5), exp(0.5)), 1e-7)
assert_close(grad(|a| rk4(|z, t| a * z, 1.0, 0.0, 1.0, 100))(0.5), exp(0.5), 1e-9)
// The start of time: dz/dt0 = -a z0 exp(a (t1 - t0))
let later = |t0| ode_adjoint(|z, t| 0.5 * z, 1.0, t0, 1.0)
assert_close((grad(later)(0.0), grad(|t0| ode(|z, t| 0.5 * z, 1.0, t0, 1.0))(0.0)), (-0.5 * exp(0.5), -0.5 * exp(0.5)), 1e-8)

--- a circle, a record, backwards in time, no time at all ---
let turn = |z: f64[2], t| ode(|z, t| [z[1], -z[0]], z, 0.0, t)
assert_close(turn([1.0, 0], 2 * pi), [1.0, 0], 1e-8)
assert_close(jacobian(|z: f64[2]| turn(z, 1.0))([1.0, 0]), [[cos(1), sin(1)], [-sin(1), cos(1)]], 1e-8)
assert_close(turn(turn([1.0, 2], 3.0), -3.0), [1.0, 2], 1e-8)
let swing = ode(|s, t| {place: s.speed, speed: -s.place + t}, {place: 0.0, speed: 1.0}, 0.0, 2.0)
// place = t
assert_close(swing, {place: 2.0, speed: 1.0}, 1e-8)
print(turn([1.0, 2], 0.0))
// z' = z^2 from 1 is 1/(1 - t)
print(ode(|z, t| z^2, 1.0, 0.0, 2.0))
===
[1, 2]
ode.dsl:10:7: error[R1002]: the steps of `ode` become too small: the solution may not exist so far

--- a closer tolerance is closer ---
// scipy: solve_ivp(lambda t, z: [z[1], (1 - z[0]**2)*z[1] - z[0]], (0, 5), [2, 0], method="DOP853", rtol=1e-13, atol=1e-13)
let van_der_pol = |tolerance| ode(|z, t| [z[1], (1 - z[0]^2) * z[1] - z[0]], [2.0, 0], 0.0, 5.0, tolerance)
let end = [-0.8370774502947506, 1.3070889377996338]
print(norm(van_der_pol(1e-4) - end) < 1e-2, norm(van_der_pol(1e-8) - end) < 1e-7, norm(van_der_pol(1e-12) - end) < 1e-11)
===
true true true

--- a network as a field: the values of jax ---
// shared golden data for neural fields, d = 3: z' = w2 tanh(w1 z + b1) + b2, 4 steps of 0.1, |z|^2 / 2
type field = {w1: f64[3, 3], b1: f64[3], w2: f64[3, 3], b2: f64[3]}
let p: field = {w1: [[-1.968796607080243, -3.2514384154965383, -0.5301153497723121], [1.3335598501027237, 0.04711990613059292, -1.1725457074049794], [-0.9406998682024224, 1.1306132302500087, 0.15762662339846478]], b1: [0.04799924156205696, -0.05346178883805718, 0.038400261555346496],
  w2: [[0.8054056469437983, 0.5525672973560755, 0.21570470002449457], [-1.0428683575900106, 0.511108764909727, -0.6842470779924941], [1.0938456759004787, -1.2710508217241274, -0.13762097627558853]], b2: [-0.007358286291270949, -1.3246455506441366, 1.721971643856479]}
let start = [1.4604067672595522, -0.46358376160908316, 0.7717211655645232]
fn loss(p: field, z0: f64[3]) -> f64 = norm(rk4(|z, t| p.w2 @ tanh(p.w1 @ z + p.b1) + p.b2, z0, 0.0, 0.4, 4))^2 / 2
fn by_adjoint(p: field, z0: f64[3]) -> f64 = norm(ode_adjoint(|z, t| p.w2 @ tanh(p.w1 @ z + p.b1) + p.b2, z0, 0.0, 0.4))^2 / 2
let wanted: field = {w1: [[0.09381571048760218, -0.024005228619719515, 0.05213627330758023], [-0.1585182032410797, 0.03989906935416132, -0.08842768531050134], [0.03271761801880391, -0.007790327694168935, 0.018487331885470172]], b1: [0.06906789987573066, -0.11728523242016348, 0.02460697393440717],
  w2: [[-0.4122848357593767, 0.2929802239070851, -0.3858377082683181], [0.11254983811346708, -0.08153848884880475, 0.10650234977276477], [-0.303870716847089, 0.21778286711493472, -0.28576547665973195]], b2: [0.43054962801696706, -0.11783401316484954, 0.31768163348941986]}
assert_close(loss(p, start), 1.0458803778042316, 1e-12)
assert_close(vjp(loss)(p, start, 1.0), (wanted, [0.9073157826995227, -0.4108276435107346, 0.8483608555199869]), 1e-12)
// The adjoint is that of the equation, four steps of 0.1 are only near.
assert_close(grad(by_adjoint)(p, start), grad(loss)(p, start), 1e-3)
let fine = |p: field| norm(rk4(|z, t| p.w2 @ tanh(p.w1 @ z + p.b1) + p.b2, start, 0.0, 0.4, 400))^2 / 2
assert_close(grad(by_adjoint)(p, start), grad(fine)(p), 1e-8)
