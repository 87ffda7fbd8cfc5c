//! Stated derivatives are compared with differences of their functions when tests run.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use dslc::{NoFiles, Part, Session};

/// The tests that pass and those that fail.
fn outcome(text: &str) -> (Vec<String>, Vec<String>) {
    let mut session = Session::new(NoFiles);
    let (ready, diagnostics) = session.check("rules.dsl", text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let outcome = session.run(ready.unwrap(), Part::Tests, &Arc::default(), &mut |_| ()).unwrap();
    (outcome.passed, outcome.failed.into_iter().map(|(name, _)| name).collect())
}

#[test]
fn right_rules_pass() {
    let (passed, failed) = outcome(
        "fn huber(x: f64) -> f64 = if abs(x) <= 1 { x^2/2 } else { abs(x) - 0.5 }
derivative huber(x: f64, y: f64, y_bar: f64) -> f64 = y_bar * max(-1, min(1, x))
fn scaled[n](a: f64[n, 2*n], x: f64[2*n], s: f64, k: i64) -> f64[n] = s * (a @ x)
derivative scaled[n](a: f64[n, 2*n], x: f64[2*n], s: f64, k: i64, y: f64[n], y_bar: f64[n])
  -> (f64[n, 2*n], f64[2*n], f64, ()) = ([s * y_bar[i] * x[j] for i, j], s * (a.T @ y_bar), dot(y, y_bar) / s, ())
fn total(p: {a: f64, b: f64[2]}, n) -> f64 = p.a * sum(p.b) * n
derivative total(p: {a: f64, b: f64[2]}, n, y: f64, y_bar: f64) =
  ({a: y_bar * y / p.a, b: y_bar * p.a * n * [1.0, 1]}, ())
fn single(x: f32) -> f32 = x^2
derivative single(x: f32, y: f32, y_bar: f32) -> f32 = 2 * x * y_bar
fn any[F: float](x: F) -> F = x * x
derivative any[F: float](x: F, y: F, y_bar: F) -> F = 2 * x * y_bar",
    );
    let names: Vec<String> =
        ["huber", "scaled", "total", "single", "any"].iter().map(|n| format!("derivative {n}")).collect();
    assert_eq!((passed, failed), (names, Vec::new()));
}

#[test]
fn wrong_rules_fail() {
    let (passed, failed) = outcome(
        "fn twice(x: f64[3]) -> f64[3] = 2 * x
derivative twice(x: f64[3], y: f64[3], y_bar: f64[3]) -> f64[3] = 2.001 * y_bar
fn product(a: f64, b: f64) -> f64 = a * b
derivative product(a: f64, b: f64, y: f64, y_bar: f64) -> (f64, f64) = (b * y_bar, b * y_bar)
// Right between 0 and 1 only.
fn clamped(x: f64) -> f64 = min(x, 1)
derivative clamped(x: f64, y: f64, y_bar: f64) -> f64 = y_bar",
    );
    let names: Vec<String> =
        ["twice", "product", "clamped"].iter().map(|n| format!("derivative {n}")).collect();
    assert_eq!((passed, failed), (Vec::new(), names));
}

#[test]
fn what_cannot_be_drawn_is_left_alone() {
    let none = (Vec::new(), Vec::new());
    let text = "fn call(f: f64 -> f64, x: f64) -> f64 = f(x)
derivative call(f: f64 -> f64, x: f64, y: f64, y_bar: f64) -> ((), f64) = ((), 0 * y_bar)
fn best(x: maxplus<f64>) -> f64 = real(x)
derivative best(x: maxplus<f64>, y: f64, y_bar: f64) -> f64 = y_bar";
    assert_eq!(outcome(text), none);
}
