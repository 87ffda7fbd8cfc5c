//! Warnings about random keys: where they come, what they offer, and where they must not come.
#![allow(clippy::unwrap_used)]

mod support;

use std::rc::Rc;

use dslc_base::Severity;
use dslc_sema::{Limits, check};
use support::NoFiles;

/// Each warning about keys as `CODE text -> edit`. The program must have no mistake besides.
fn found(text: &str) -> Vec<String> {
    let (program, diagnostics, sources) = check(Rc::new(NoFiles), "t.dsl", text, Limits::default());
    assert!(program.is_some(), "{text}: {diagnostics:?}");
    let one = |d: &dslc_base::Diagnostic| {
        assert_eq!(d.severity, Severity::Warning);
        let edit = d.edits.first().map_or(String::new(), |e| format!(" -> {}", e.text));
        format!("{} {}{edit}", d.code, sources.text(d.span().unwrap()))
    };
    diagnostics.iter().filter(|d| d.code.starts_with("W061")).map(one).collect()
}

/// A function of a key with this body.
fn within(body: &str) -> Vec<String> {
    found(&format!("fn f(k: key, c: bool) -> f64 {{\n{body}\n}}"))
}

#[test]
fn a_key_for_two_draws() {
    for (body, expected) in [
        ("let a: f64 = normal(k)\nlet b: f64 = normal(k)\na + b", "W0611 k -> fold_in(k, 1)"),
        ("let a: f64 = normal(k)\nlet b: f64 = k.uniform(0, 1)\na + b", "W0611 k -> fold_in(k, 1)"),
        (
            "let a: f64 = normal(key(7))\nlet b: f64 = normal(key(7))\na + b",
            "W0611 key(7) -> fold_in(key(7), 1)",
        ),
        (
            "let (a, b) = split(k)\nlet (c, d) = split(k)\nlet x: f64 = normal(a)\nlet y: f64 = normal(c)\nx + y",
            "W0611 c -> fold_in(c, 1)",
        ),
        (
            "let x: f64 = normal(split(k).1)\nlet y: f64 = normal(fold_in(k, 1))\nx + y",
            "W0611 fold_in(k, 1) -> fold_in(fold_in(k, 1), 1)",
        ),
        ("let j = k\nlet x: f64 = normal(j)\nlet y: f64 = normal(k)\nx + y", "W0611 k -> fold_in(k, 1)"),
        (
            "let x: f64 = if c { normal(k) } else { normal(fold_in(k, 5)) }\nlet y: f64 = normal(k)\nx + y",
            "W0611 k -> fold_in(k, 1)",
        ),
        ("let p = permutation(k, 5)\nlet x: f64[5] = normal(k)\nx[p[0]]", "W0611 k -> fold_in(k, 1)"),
    ] {
        assert_eq!(within(body), [expected], "{body}");
    }
    let three = within("let a: f64 = normal(k)\nlet b: f64 = normal(k)\nlet c: f64 = normal(k)\na + b + c");
    assert_eq!(three, ["W0611 k -> fold_in(k, 1)", "W0611 k -> fold_in(k, 2)"]);
}

#[test]
fn a_key_in_a_loop() {
    for (body, expected) in [
        ("let mut s = 0.0\nfor i in 0..3 { s += normal(k) }\ns", "W0612 k -> fold_in(k, i)"),
        ("let mut s = 0.0\nfor _ in 0..3 { s += normal(k) }\ns", "W0612 k"),
        ("let mut s = 0.0\nwhile s < 3 { s += 1 + uniform(k, 0, 1) }\ns", "W0612 k"),
        ("sum([normal(k) * f64(i) for i in 0..3])", "W0612 k -> fold_in(k, i)"),
        ("sum(f64(i) * uniform(k, 0, 1) for i in 0..3)", "W0612 k -> fold_in(k, i)"),
        (
            "sum(normal(fold_in(k, i)) * f64(j) for i in 0..3, j in 0..2)",
            "W0612 fold_in(k, i) -> fold_in(fold_in(k, i), j)",
        ),
        ("sum(normal(k) * f64(i + j) for i in 0..3, j in 0..2)", "W0612 k -> fold_in(fold_in(k, i), j)"),
        (
            "let mut s = 0.0\nfor t in 0..3 {\n  let (a, b) = split(k)\n  let x: f64 = normal(a)\n  s += x\n}\ns",
            "W0612 a -> fold_in(a, t)",
        ),
        ("let (s, xs) = scan(|s, t| (s + t, s + normal(k)), 0.0, [1.0, 2.0])\ns + sum(xs)", "W0612 k"),
    ] {
        assert_eq!(within(body), [expected], "{body}");
    }
}

#[test]
fn a_function_that_draws_from_its_key() {
    let head = "fn noise(k: key) -> f64[3] = normal(k)\nfn more(k: key) -> f64[3] = 2.0 * noise(k)\n";
    let of = |rest: &str| found(&format!("{head}{rest}"));
    assert_eq!(of("let k = key(1)\nprint(noise(k), more(k))"), ["W0611 k -> fold_in(k, 1)"]);
    assert_eq!(of("let k = key(1)\nprint([k.noise()[0] for i in 0..3])"), ["W0612 k -> fold_in(k, i)"]);
    assert_eq!(of("print(noise(key(1)), more(key(2)))"), [""; 0]);
    // One that makes keys of its own may be run twice to compare.
    let tries = "fn tries(n: i64, k: key) -> f64 {\n  let mut s = 0.0\n  for t in 0..n { s += normal(fold_in(k, t)) }\n  s\n}\n";
    assert_eq!(found(&format!("{tries}let k = key(1)\nprint(tries(3, k), tries(4, k))")), [""; 0]);
}

#[test]
fn models_are_initialised_by_a_key() {
    let head = "model dense(n, m)(x: f64[n]) -> f64[m] {\n  param w: f64[m, n] = glorot\n  w @ x\n}\n\
                let a = dense(2, 3)\nlet b = dense(3, 2)\n";
    let of = |rest: &str| found(&format!("{head}{rest}"));
    assert_eq!(of("let k = key(1)\nlet p = a.init(k)\nlet q = b.init(k)"), ["W0611 k -> fold_in(k, 1)"]);
    assert_eq!(of("let (k, l) = split(key(1))\nlet p = a.init(k)\nlet q = b.init(l)"), [""; 0]);
}

#[test]
fn no_false_alarm() {
    for body in [
        "let (a, b) = split(k)\nlet x: f64 = normal(a)\nlet y: f64 = normal(b)\nx + y",
        "let x: f64 = normal(fold_in(k, 0))\nlet y: f64 = normal(fold_in(k, 1))\nx + y",
        "let x: f64 = if c { normal(k) } else { uniform(k, 0, 1) }\nx",
        "let mut s = 0.0\nfor i in 0..3 { s += normal(fold_in(k, i)) }\ns",
        "let mut s = 0.0\nfor i in 0..3 { s += normal(fold_in(k, 2 * i + 1)) }\ns",
        // A key that is carried.
        "let mut s = 0.0\nlet mut j = k\nfor _ in 0..3 {\n  let (a, b) = split(j)\n  let x: f64 = normal(a)\n  s += x\n  j = b\n}\ns",
        "let mut j = k\nlet x: f64 = normal(j)\nj = fold_in(j, 1)\nlet y: f64 = normal(j)\nx + y",
        "let mut j = k\nlet mut s = 0.0\nwhile s < 5 {\n  j = fold_in(j, 0)\n  s += 1 + uniform(j, 0, 1)\n}\ns",
        "sum(normal(fold_in(fold_in(k, i), j)) * f64(j) for i in 0..3, j in 0..2)",
        // One draw of a whole tensor, read in a loop.
        "let x: f64[3] = normal(k)\nsum(x[i] for i)",
        // Another value under the same name.
        "let j = key(1)\nlet x: f64 = normal(j)\nlet y: f64 = {\n  let j = key(2)\n  normal(j)\n}\nx + y",
    ] {
        assert_eq!(within(body), [""; 0], "{body}");
    }
    // Names of the file hide those of the language.
    assert_eq!(found("fn normal(x: f64) -> f64 = x\nprint(normal(1.0), normal(1.0))"), [""; 0]);
    // Each test draws for itself, and `init` of an optimiser takes no key.
    assert_eq!(
        found("test \"a\" { let x: f64 = normal(key(0)) }\ntest \"b\" { let x: f64 = normal(key(0)) }"),
        [""; 0]
    );
    assert_eq!(found("let o = {init: |p: f64| 2 * p}\nprint(o.init(1.0), o.init(1.0))"), [""; 0]);
}
