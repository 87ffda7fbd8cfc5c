// Layers and what belongs to networks.
import math

// An affine map.
model dense[F: float](n, m)(x: F[n]) -> F[m] {
  param w: F[m, n] = glorot
  param b: F[m] = zeros
  w @ x + b
}

// Activations: functions of one number, elementwise on tensors.
fn tanh[F: float](x: F) -> F = math.tanh(x)
fn relu[F: float](x: F) -> F = math.relu(x)
fn sigmoid[F: float](x: F) -> F = math.sigmoid(x)
fn softplus[F: float](x: F) -> F = math.softplus(x)
fn silu[F: float](x: F) -> F = x * math.sigmoid(x)
fn gelu[F: float](x: F) -> F = x / 2 * (1 + erf(x / sqrt(2)))

// The share of rows whose highest score is that of their class.
fn accuracy[T: type, D: type](trained: T, data: D) = {
  let x = matrix(data.x)
  mean(if argmax(trained.apply(x[i])) == data.y[i] { 1.0 } else { 0.0 } for i)
}

// How often each class was taken for each: rows are the true classes, columns the predicted ones.
fn confusion[T: type, D: type](trained: T, data: D, classes) = {
  let x = matrix(data.x)
  let found = [argmax(trained.apply(x[i])) for i]
  [sum(if data.y[i] == a and found[i] == b { 1 } else { 0 } for i) for a in 0..classes, b in 0..classes]
}
