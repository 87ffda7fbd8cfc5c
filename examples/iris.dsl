// A classifier of real data, whole: 150 iris flowers of three species, four measures each (Fisher, 1936).
import nn, loss, optim, data, plot

let (train, held_out) = data.csv("data/iris.csv", target: "species").split(0.8, key(1))

let net     = nn.dense(4, 16) >> nn.tanh >> nn.dense(16, 3)
let learner = learn(net, loss.softmax_cross_entropy, optim.adam(rate: 1e-2))
let trained = learner.fit(train, epochs: 100, batch: 30, key: key(1))

print("accuracy on held-out flowers", nn.accuracy(trained, held_out))
plot.line(trained.history, "loss.svg", x_label: "epoch", y_label: "mean loss")

test "at least 95 of 100 flowers are named rightly" {
  assert(nn.accuracy(trained, held_out) >= 0.95)
  assert(trained.history[99] < trained.history[0] / 5)
}
