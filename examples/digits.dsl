// Handwritten digits, whole: 1,797 pictures of 8 by 8 grey levels (Alpaydin and Kaynak, 1998), a network with one hidden
// layer, and which digits it takes for which.
import nn, loss, optim, data, plot

let digits = {x: f64(data.npy("data/digits_x.npy")), y: data.npy("data/digits_y.npy")}
let (train, held_out) = digits.split(0.8, key(1))

let net     = nn.dense(64, 32) >> nn.tanh >> nn.dense(32, 10)
let learner = learn(net, loss.softmax_cross_entropy, optim.adam(rate: 1e-2))
let trained = learner.fit(train, epochs: 20, batch: 32, key: key(1))
let taken   = nn.confusion(trained, held_out, 10)

print("accuracy on held-out digits", nn.accuracy(trained, held_out))
plot.heat(taken, "confusion.svg", title: "Held-out digits", x_label: "taken for", y_label: "digit")

test "at least 96 of 100 digits are named rightly" {
  assert(nn.accuracy(trained, held_out) >= 0.96)
}

test "the diagonal holds what is right, and each digit counts once" {
  let rows = sum(1 for i if held_out.y[i] >= 0)
  assert(sum(taken) == rows)
  assert_close(f64(sum(taken[d, d] for d)) / f64(rows), nn.accuracy(trained, held_out), 1e-12)
}
