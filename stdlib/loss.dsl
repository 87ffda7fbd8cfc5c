// Losses: what a prediction costs, given what was wanted.

// Minus the log-probability of a class under a softmax of scores.
fn softmax_cross_entropy[n, F: float](scores: F[n], class: i64) -> F = logsumexp(scores) - scores[class]

// Half the squared distance.
fn squared[n, F: float](found: F[n], wanted: F[n]) -> F = sum((found[i] - wanted[i])^2 for i) / 2

// The absolute distance.
fn absolute[n, F: float](found: F[n], wanted: F[n]) -> F = sum(abs(found[i] - wanted[i]) for i)
