//! Kinks that derivatives meet are counted where they stand, and only where the choice counts.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use dslc::{Backend, Fp, Halt, Kinks, NoFiles, Part, Session};

/// The texts that were warned of, with how often, in order.
fn met(text: &str, backend: Backend, fp: Fp) -> Vec<(String, u64)> {
    let mut session = Session::new(NoFiles).backend(backend).fp(fp).kinks(Kinks::Warn);
    let (ready, diagnostics) = session.check("kinks.dsl", text);
    session
        .run(ready.unwrap_or_else(|| panic!("{diagnostics:?}")), Part::Script, &Arc::default(), &mut |_| ())
        .unwrap();
    let told = session.warnings().iter().map(|d| {
        assert_eq!(d.code, "W0713");
        let span = d.span().unwrap();
        let times = d.message.strip_prefix("a derivative met a kink").unwrap();
        let times =
            times.split_once(':').unwrap().0.trim().strip_suffix(" times").map_or(1, |n| n.parse().unwrap());
        (text[span.start as usize..span.end as usize].to_string(), times)
    });
    told.collect()
}

/// A program and what it must be warned of, as `text` or `text * times`.
const CASES: &[(&str, &[&str])] = &[
    // The counterexamples of Lee, Park and Aiken: both terms of a sum stand at their kink.
    ("print(grad(|w| relu(w) - relu(-w))(0.0))", &["relu(w)", "relu(-w)"]),
    ("print(grad(|w| relu(w) + relu(-w))(0.0))", &["relu(w)", "relu(-w)"]),
    ("print(grad(|w| relu(w) - relu(-w))(1.0))", &[]),
    // Nothing is told where a cotangent is zero.
    ("print(grad(|x| 0 * abs(x))(0.0), grad(|x| x * abs(x))(0.0))", &[]),
    ("print(grad(|x: f64[3]| x[1] * max(x))([1.0, 0, 1]))", &[]),
    ("print(grad(|x, y| max(x, y) + min(x, 2 * y), wrt: (0, 1))(0.0, 0.0))", &["max(x, y)", "min(x, 2 * y)"]),
    ("print(grad(|x: f64[5]| sum(relu(x[i]) for i))([0.0, 1, 0, -1, 0]))", &["relu(x[i]) * 3"]),
    ("print(grad(|x: f64[4]| max(x[i] for i))([1.0, 3, 3, 2]))", &["max(x[i] for i)"]),
    ("print(grad(|x: f64[4]| max(x[i] for i) + min(x))([1.0, 3, 2, 1]))", &["min(x)"]),
    // Two of three rows have two largest elements.
    (
        "print(grad(|x: f64[3, 2]| sum(max(x[i, j] for j) for i))([[1.0, 1], [1, 2], [3, 3]]))",
        &["max(x[i, j] for j) * 2"],
    ),
    // Both sides are known when compiled.
    (
        "print(grad(|x| clamp(x, -1, 1))(-1.0), grad(|x| max(2.0, x))(2.0))",
        &["clamp(x, -1, 1)", "max(2.0, x)"],
    ),
    ("print(grad(|x| if x > 0 { x } else { 2 * x })(0.0))", &["if x > 0 { x } else { 2 * x }"]),
    ("print(grad(|x| if x == 0 { 1 } else { sin(x) / x })(0.0))", &["if x == 0 { 1 } else { sin(x) / x }"]),
    ("print(grad(|x| where(not (x > 0 or x > 1), x^2, x))(1.0))", &["where(not (x > 0 or x > 1), x^2, x)"]),
    // A condition on what does not move is none.
    ("let n = 0.0\nprint(grad(|x| if n > 0 { x } else { 2 * x })(0.0))", &[]),
    ("print(grad(|x| where(x > 0, sqrt(x), 0))(-1.0))", &[]),
    ("print(grad(|x| sqrt(x) + x * log(x))(0.0))", &["sqrt(x)"]),
    ("print(grad(|x: f64[2]| norm(x))([0.0, 0]))", &["norm(x)"]),
    // The sum of what was sorted does not depend on the order, a weighted sum does.
    ("print(grad(|x: f64[4]| sum(sort(x)))([1.0, 3, 2, 3]))", &[]),
    ("print(grad(|x: f64[4]| sum(f64(i) * sort(x)[i] for i))([1.0, 3, 2, 3]))", &["sort(x)"]),
    ("print(grad(|x: f64[4]| sum(top_k(x, 2).0))([1.0, 3, 2, 2]))", &["top_k(x, 2)"]),
    ("print(grad(|x: f64[4]| sum(top_k(x, 3).0))([1.0, 3, 2, 2]))", &[]),
    ("print(grad(|a: f64[2, 2]| eigh(a).0[1])([[1.0, 0], [0, 1]]))", &["eigh(a)"]),
    ("print(grad(|a: f64[2, 2]| sum(eigh(a).0))([[1.0, 0], [0, 1]]))", &[]),
    ("print(grad(|a: f64[2, 2]| eigh(a).0[1])([[1.0, 0], [0, 2]]))", &[]),
    // Of the three trips, each of which has x = s, only the last reaches the result: max keeps its first side.
    (
        "fn f(x: f64) -> f64 {\n  let mut s = x\n  for k in 0..3 { s = max(x, s) }\n  s\n}\nprint(grad(f)(1.0))",
        &["max(x, s)"],
    ),
    ("print(jvp(|x| max(x, 0))(0.0, 1.0), jvp(|x| max(x, x * x))(1.0, 0.0))", &["max(x, 0)"]),
    // In forward mode the tangents of both winners are known.
    ("print(jvp(|x: f64[3]| max(x))([1.0, 1, 0], [1.0, 1, 0]))", &[]),
    ("print(jvp(|x: f64[3]| max(x))([1.0, 1, 0], [1.0, 0, 0]))", &["max(x)"]),
    // Tropical sums: an entry that is the zero of the semiring takes no part.
    ("print(grad(|x: f64[2]| real(sum(maxplus(x[i]) for i)))([1.0, 1]))", &["sum(maxplus(x[i]) for i)"]),
    ("print(grad(|x: f64[2]| real(sum(maxplus(x[i]) for i)))([-inf, -inf]))", &[]),
    // What stands in the standard library is told at the call.
    ("import nn\nprint(grad(|x| nn.relu(x))(0.0))", &["nn.relu(x)"]),
    // Second derivatives meet what the first ones meet.
    ("print(grad(grad(|x| relu(x) * x))(0.0))", &["relu(x)"]),
    // No derivative, no kink.
    ("print(max(1.0, 1.0), abs(0.0), sort([1.0, 1]))", &[]),
];

#[test]
fn kinks_are_counted_where_they_stand() {
    for (text, expected) in CASES {
        let expected: Vec<(String, u64)> = expected
            .iter()
            .map(|e| match e.rsplit_once(" * ").and_then(|(t, n)| Some((t, n.parse().ok()?))) {
                Some((text, times)) => (text.to_string(), times),
                None => (e.to_string(), 1),
            })
            .collect();
        for (backend, fp) in
            [(Backend::Eval, Fp::Exact), (Backend::Cranelift, Fp::Exact), (Backend::Cranelift, Fp::Default)]
        {
            assert_eq!(met(text, backend, fp), expected, "{backend:?} {fp:?}: {text}");
        }
    }
}

#[test]
fn kinks_of_a_batch_are_as_many_as_its_points() {
    let text = "let x = [-1.0, 0, 0, 2, 0]\nprint([grad(|v| abs(v))(x[i]) for i])";
    assert_eq!(met(text, Backend::Cranelift, Fp::Default), [("abs(v)".to_string(), 3)]);
    assert_eq!(met(text, Backend::Eval, Fp::Exact), [("abs(v)".to_string(), 3)]);
}

#[test]
fn an_error_stops_at_the_first_statement_that_meets_one() {
    for backend in [Backend::Eval, Backend::Cranelift] {
        let mut session = Session::new(NoFiles).backend(backend).kinks(Kinks::Error);
        let text = "print(grad(|x| abs(x))(1.0))\nprint(grad(|x| abs(x))(0.0))\nprint(3)";
        let (ready, _) = session.check("kinks.dsl", text);
        let mut printed = Vec::new();
        let halt =
            session.run(ready.unwrap(), Part::Script, &Arc::default(), &mut |l| printed.push(l.to_string()));
        let Err(Halt::Failure(d)) = halt else { panic!("{halt:?}") };
        assert_eq!((d.code, printed), ("R1008", vec!["1".to_string()]));
        assert_eq!(&text[d.span().unwrap().start as usize..d.span().unwrap().end as usize], "abs(x)");
        assert!(session.warnings().is_empty());
    }
}

#[test]
fn a_text_of_a_script_is_warned_of_its_own_kinks() {
    let mut script = Session::new(NoFiles).kinks(Kinks::Warn).script();
    let mut feed = |text: &str| script.feed("<line>", text, &mut |_| ()).unwrap().1.len();
    assert_eq!(feed("let g = grad(|x: f64| abs(x))"), 0);
    assert_eq!((feed("print(g(0.0))"), feed("print(g(1.0))"), feed("print(g(0.0))")), (1, 0, 1));
}
