//! Programs that the rules of sizes and index ranges accept, and programs that they reject: each rejected one
//! says with which code, and at which text.
#![allow(clippy::unwrap_used)]

mod support;

use std::rc::Rc;

use dslc_sema::{Limits, check};
use support::NoFiles;

/// Each diagnostic as `CODE text`.
fn found(text: &str) -> Vec<String> {
    let (program, diagnostics, sources) = check(Rc::new(NoFiles), "t.dsl", text, Limits::default());
    let rejected = diagnostics.iter().any(|d| d.severity == dslc_base::Severity::Error);
    assert_eq!(program.is_none(), rejected, "{text}");
    diagnostics
        .iter()
        .map(|d| format!("{} {} | {}", d.code, d.span().map_or("", |s| sources.text(s)), d.message))
        .collect()
}

const ACCEPTED: &[&str] = &[
    // Rule 1: where an index stands alone, the axis is the range.
    "fn f[n](x: f64[n]) -> f64[n] = [2 * x[i] for i]",
    "fn f[m, n](a: f64[m, n], x: f64[n]) -> f64[m] = [sum(a[i, k] * x[k] for k) for i]",
    "fn f[n](x: f64[n], y: f64[n]) -> f64 = sum(x[i] * y[i] for i)",
    "fn f[n](a: f64[n, n]) -> f64 = sum(a[i, i] for i)",
    "fn f[m, n](a: f64[m, n]) -> f64[n, m] = [a[i, j] for j, i]",
    // Rule 2: the range that keeps the read inside.
    "fn f[n, k, k >= 1](x: f64[n], w: f64[k]) -> f64[n - k + 1] = [sum(x[i + j] * w[j] for j) for i]",
    // Written ranges.
    "fn f[n, n >= 1](x: f64[n]) -> f64[n - 1] = [x[i + 1] - x[i] for i in 0..n - 1]",
    "fn f[n](x: f64[2*n]) -> f64[n] = [x[2*i] for i in 0..n]",
    "fn f[n](x: f64[n]) -> f64[n] = [x[n - 1 - i] for i in 0..n]",
    "fn f[n](x: f64[n]) -> f64[n] = [get(x, i - 1, 0) for i in 0..n]",
    // Filters instead of ragged ranges.
    "fn f[n](x: f64[n]) -> f64 = sum(x[i] * x[j] for i, j if j < i)",
    // Sizes: normal forms, cancellation, solving.
    "fn g[n](x: f64[n + 1]) -> f64[n + 1] = x\nfn f[n](x: f64[1 + n]) -> f64[n + 1] = g(x)",
    "fn half[m](x: f64[2*m]) -> f64[m] = [x[i] for i in 0..m]\nlet y = half([1.0, 2.0, 3.0, 4.0])",
    "fn f[n](x: f64[n], k) -> f64[k] = [x[i] for i in 0..k]\nlet y = f([1.0, 2.0, 3.0], 2)",
    "fn f[n](x: f64[n], y: f64[n]) -> f64[n] = x + y",
    "fn f[n](x: f64[3*n]) -> f64[n] = x[n..2*n]",
    "fn f[n](x: f64[n]) -> f64[div(2*n, 2)] = x",
    "fn f[n](w: f64[n, n]) -> f64[n, n] = eye() + w",
    // Conditions: a read under one is checked at the read.
    "let x = [1.0, 2.0, 3.0]\nlet y = [if i > 0 { x[i - 1] } else { 0 } for i in 0..3]",
    // Loops carry what they assign.
    "fn f[n](x: f64[n]) -> f64 {\n  let mut s = 0.0\n  for i in 0..n { s += x[i] }\n  s\n}",
    "fn f[n](x: f64[n]) -> f64[n] {\n  let mut y = x\n  for i in 0..n { y[i] = 2 * y[i] }\n  y\n}",
    "type pair<n> = {a: f64[n], b: f64[n]}\nfn f[n](p: pair<n>) -> f64 = dot(p.a, p.b)",
    "let y = grad(|x| sum(x[i]^2 for i))([1.0, 2.0])\nassert(y[0] == 2.0)",
];

const REJECTED: &[(&str, &str)] = &[
    ("fn f[n](x: f64[n]) = [x[i + 1] - x[i] for i]", "E0401 i + 1"),
    ("fn f[n](x: f64[n]) = x[n]", "E0401 n"),
    ("fn f[m, n](x: f64[m], y: f64[n]) = sum(x[i] * y[i] for i)", "E0408 i"),
    ("fn f[n](x: f64[n]) = [x[2*i] for i]", "E0405 i"),
    ("fn f[n](x: f64[n]) = [1.0 for i]", "E0405 i"),
    ("fn f[n](x: f64[n]) = sum(x[j] for i in 0..n, j in 0..i)", "E0406 i"),
    ("fn f[n](x: f64[n]) = [x[i] for i if x[i] > 0]", "E0409 x[i] > 0"),
    ("fn f[m, n](x: f64[m], y: f64[n]) = x + y", "E0301 +"),
    ("fn f[m, n](a: f64[m, n]) = a @ a", "E0302 @"),
    ("fn f[n](x: f64[n]) -> f64[n + 1] = x", "E0502 x"),
    ("fn f[n](x: f64[n]) -> f64[n] = x\nlet y = f(1.0)", "E0308 1.0"),
    ("fn f[n](x: f64[n], y: f64[n]) = x + y\nlet z = f([1.0], [1.0, 2.0])", "E0308 [1.0, 2.0]"),
    (
        "fn f[n, k, k <= n](x: f64[n], w: f64[k]) = x\nlet z = f([1.0], [1.0, 2.0])",
        "E0309 f([1.0], [1.0, 2.0])",
    ),
    ("fn f[n](x: f64[n]) { let n = 3; x }", "E0206 n"),
    ("let k = 2.0\nlet x: f64[k] = zeros", "E0305 k"),
    ("let x = zeros + 1", "E0310 zeros"),
    ("fn f(x: f64) -> f64 = g(x)\nfn g(x: f64) -> f64 = f(x)\nlet y = f(1.0)", "E0213 f(x)"),
    ("let x = [1.0, 2.0]\nlet y = x[1..3]", "E0412 1..3"),
    ("let x = [1.0, 2.0]\nlet y = x[0, 1]", "E0402 1"),
    ("fn f(w: minplus<f64>) -> minplus<f64> = w + 3", "E0506 3"),
    ("fn f(k: i64) -> f64 = k * 2.0", "E0501 2.0"),
    ("fn f[n](x: f64[n]) {\n  let mut s = 0.0\n  let y = [{ s = x[i]; s } for i]\n  y\n}", "E0210 s"),
    ("let x = {a: 1.0, bias: 2.0}\nprint(x.bais)", "E0510 bais"),
    ("print(sinn(1.0))", "E0201 sinn"),
];

#[test]
fn what_the_rules_allow_is_accepted() {
    for text in ACCEPTED {
        let errors: Vec<String> = found(text).into_iter().filter(|d| d.starts_with(['E', 'L'])).collect();
        assert_eq!(errors, Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_the_rules_forbid_is_rejected_where_it_stands() {
    let mut wrong = String::new();
    for (text, expected) in REJECTED {
        let errors = found(text);
        if !errors.iter().any(|d| d.starts_with(&format!("{expected} |"))) {
            wrong.push_str(&format!("\n{text}\n  expected {expected}\n  found {errors:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_mistake_for_all_sizes_is_reported_once_at_the_definition() {
    let errors = found("fn f[m, n](x: f64[m], y: f64[n]) = x + y\nprint(f([1.0], [1.0, 2.0]))");
    assert_eq!(errors, ["E0301 + | `+` needs equal shapes: `f64[m]` and `f64[n]`"]);
}
