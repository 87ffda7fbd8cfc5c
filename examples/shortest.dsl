// Shortest paths between all places of a road map, and which roads the best route takes. Over the semiring
// (min, +) a matrix product joins routes; squaring doubles how many roads a route may take.
fn closure[n](w: minplus<f64>[n, n]) -> minplus<f64>[n, n] {
  let mut d = eye() + w
  for _ in 0..ceil_log2(n) { d = d @ d }
  d
}

let roads = [
  [inf, 7.0, inf, inf, 2.0],
  [inf, inf, 1.0, inf, inf],
  [inf, inf, inf, 3.0, inf],
  [inf, inf, inf, inf, inf],
  [inf, 4.0, 8.0, inf, inf],
]

print("distances")
print(real(closure(minplus(roads))))
print("the roads of the best route from 0 to 3")
print(grad(|w| real(closure(minplus(w))[0, 3]))(roads))

test "the best route is 0 4 1 2 3, of length 10" {
  assert(real(closure(minplus(roads))[0, 3]) == 10)
  let route = [[0.0, 0, 0, 0, 1], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0], [0, 1, 0, 0, 0]]
  assert(all(grad(|w| real(closure(minplus(w))[0, 3]))(roads) == route))
}
