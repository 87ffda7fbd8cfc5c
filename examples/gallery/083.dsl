// 083 Zhang, Lu, Zhao: "On Enhancing Expressive Power via Compositions of Single Fixed-Size ReLU Network", Theorem 1:
// L2 . g^r . L1 with one fixed block g. Here g is the tent map made homogeneous, and L2 . g^r . L1 is x^2 up to 4^-(r+1).
type state = {u: f64, s: f64, acc: f64}

fn first(x: f64) -> state = {u: x, s: 1.0, acc: x}
fn block(z: state) -> state {
  let u = (2*relu(z.u) - 4*relu(z.u - z.s/2)) / 4
  {u: u, s: z.s / 4, acc: z.acc - u}
}
fn composed(x: f64, r: i64) -> state {
  let mut z = first(x)
  for _ in 0..r { z = block(z) }
  z
}
fn square(x: f64, r: i64) -> f64 = composed(x, r).acc
fn tent(x: f64, r: i64) -> f64 = composed(x, r).u                            // T^r(x) / 4^r

// The error on a grid: 2^17 + 1 points, so that the midpoints of all pieces are among them.
let grid = 131072
for r in 1..11 {
  let error = max(abs(square(k / grid, r) - (k / grid)^2) for k in 0..131073)
  print(r, "blocks: error", error, " bound", 1 / f64(shift_left(1, 2*r + 2)))
  assert_close(error, 1 / f64(shift_left(1, 2*r + 2)), 1e-9)
}

// T^r has 2^r linear pieces: the sign of its slope changes 2^r - 1 times between the middles of 2^12 cells.
for r in 1..11 {
  let slope = [grad(tent)((k + 0.5) / 4096, r) for k in 0..4096]
  let pieces = 1 + sum(1 for k in 0..4095 if slope[k] * slope[k + 1] < 0)
  assert(pieces == shift_left(1, r))
}
print("pieces double with each block; the block is the same each time")
