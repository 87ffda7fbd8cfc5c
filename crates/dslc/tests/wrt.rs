//! What derivatives are taken in: positions, parameters, parts of parameters, and tuples of these.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use dslc::{NoFiles, Part, Session};

/// `a^2 b + 3 b c`, a record, a tuple, and a size that is no parameter to differentiate in.
const HEAD: &str = "\
fn f(a: f64, b: f64, c: f64) -> f64 = a^2 * b + 3 * b * c
fn g(x: f64, p: {w: f64[2], s: {b: f64, k: i64}}) -> f64 = x * sum(p.w) * p.s.b
fn h(q: (f64, f64)) -> f64 = q.0^2 * q.1
fn t(x: f64[2], y: f64[2]) -> f64[2] = [x[i] * y[i]^2 for i]
fn s(x: f64, n) -> f64 = x^n
let p = {w: [1.0, 2.0], s: {b: 5.0, k: 7}}
";

/// What `print(e)` writes behind the head.
fn printed(e: &str) -> String {
    let mut session = Session::new(&NoFiles);
    let (ready, diagnostics) = session.check("t.dsl", &format!("{HEAD}print({e})"));
    let Some(ready) = ready else { panic!("{e}: {diagnostics:?}") };
    let mut lines = Vec::new();
    session.run(ready, Part::Script, &Arc::default(), &mut |l| lines.push(l.to_string())).unwrap();
    lines.join("\n")
}

/// The first diagnostic: code, the text it is about, and the text that would mend it.
fn refused(e: &str) -> (String, String, Option<String>) {
    let mut session = Session::new(&NoFiles);
    let (ready, diagnostics) = session.check("t.dsl", &format!("{HEAD}print({e})"));
    assert!(ready.is_none(), "{e}");
    assert_eq!(diagnostics.len(), 1, "{e}: {diagnostics:?}");
    let d = &diagnostics[0];
    let text = d.span().map_or("", |s| session.sources().text(s)).to_string();
    (d.code.to_string(), text, d.edits.first().map(|e| e.text.clone()))
}

#[test]
fn positions_names_and_paths() {
    for (e, expected) in [
        ("grad(f)(2.0, 5.0, 7.0)", "20"),
        ("grad(f, wrt: 1)(2.0, 5.0, 7.0)", "25"),
        ("grad(f, wrt: b)(2.0, 5.0, 7.0)", "25"),
        ("grad(f, wrt: c)(2, 5, 7)", "15"),
        ("grad(f, wrt: c)(c: 7, a: 2, b: 5)", "15"),
        ("f.grad(wrt: c)(2.0, 5.0, 7.0)", "15"),
        ("value_and_grad(f, wrt: b)(2.0, 5.0, 7.0)", "(125, 25)"),
        ("grad(|u, v| u * v^2, wrt: v)(3, 2)", "12"),
        ("grad(g, wrt: x)(2.0, p)", "15"),
        ("grad(g, wrt: p.w)(2.0, p)", "[10, 10]"),
        ("grad(g, wrt: p.s.b)(2.0, p)", "6"),
        ("grad(h, wrt: q.1)((3.0, 2.0))", "9"),
        ("grad(h, wrt: q.0)((3.0, 2.0))", "12"),
        ("grad(s, wrt: x)(2, 3)", "12"),
    ] {
        assert_eq!(printed(e), expected, "{e}");
    }
}

#[test]
fn a_tuple_gives_a_tuple() {
    for (e, expected) in [
        ("grad(f, wrt: (c, a))(2.0, 5.0, 7.0)", "(15, 20)"),
        ("grad(f, wrt: (0, b))(2.0, 5.0, 7.0)", "(20, 25)"),
        ("grad(g, wrt: (p.s.b, x, p.w))(2.0, p)", "(6, 15, [10, 10])"),
        ("value_and_grad(f, wrt: (a, b))(2.0, 5.0, 7.0)", "(125, (20, 25))"),
        ("jacobian(t, wrt: (y, x))([1.0, 2.0], [3.0, 4.0])", "([[6, 0],\n [0, 16]], [[9, 0],\n [0, 16]])"),
    ] {
        assert_eq!(printed(e), expected, "{e}");
    }
}

#[test]
fn every_operator_takes_it() {
    for (e, expected) in [
        ("jacobian(t, wrt: y)([1.0, 2.0], [3.0, 4.0])", "[[6, 0],\n [0, 16]]"),
        ("hessian(f, wrt: a)(2.0, 5.0, 7.0)", "10"),
        ("vjp(t, wrt: y)([1.0, 2.0], [3.0, 4.0], [1.0, 10.0])", "[6, 160]"),
        ("vjp(t)([1.0, 2.0], [3.0, 4.0], [1.0, 10.0])", "([9, 160], [6, 160])"),
        // A tangent stands behind the argument that it moves.
        ("jvp(f)(2.0, 1.0, 5.0, 7.0)", "20"),
        ("jvp(f, wrt: b)(2.0, 5.0, 10.0, 7.0)", "250"),
        ("jvp(f, wrt: (a, c))(2.0, 1.0, 5.0, 7.0, 10.0)", "170"),
        ("jvp(g, wrt: p.w)(2.0, p, [1.0, 10.0])", "110"),
        ("jvp(s, wrt: x)(2, 1, 3)", "12"),
        ("hvp(f, wrt: a)(2.0, 1.0, 5.0, 7.0)", "10"),
        ("hvp(f, wrt: (a, b))(2.0, 1.0, 5.0, 1.0, 7.0)", "(14, 4)"),
    ] {
        assert_eq!(printed(e), expected, "{e}");
    }
}

#[test]
fn arguments_take_the_types_of_parameters() {
    for (e, expected) in [
        // Numbers in a record, and values that take their shape from the parameter.
        ("grad(g, wrt: p.s.b)(2, {w: [1.0, 2.0], s: {b: 5.0, k: 7}})", "6"),
        ("grad(|r| r.a^2 * r.b)({a: 3.0, b: 5.0})", "{a: 30, b: 9}"),
        ("grad(|x: f64[2]| sum(x[i]^2 + x[i] for i))(zeros)", "[1, 1]"),
        ("grad(|x: f64[2]| sum(x[i]^3 for i))(ones)", "[3, 3]"),
        ("jvp(t, wrt: x)(ones, ones, [2.0, 3.0])", "[4, 9]"),
        ("vjp(t, wrt: x)(ones, [2.0, 3.0], ones)", "[4, 9]"),
        ("forward(t)(ones, [2.0, 3.0], zeros, ones)", "[4, 6]"),
        ("grad(|x: f32| x * x)(3)", "6"),
    ] {
        assert_eq!(printed(e), expected, "{e}");
    }
    assert_eq!(refused("grad(|x| sum(x))(zeros)").0, "E0310");
}

#[test]
fn names_reach_through_derivatives() {
    for (e, expected) in [
        ("grad(grad(f, wrt: b), wrt: a)(2.0, 5.0, 7.0)", "4"),
        ("grad(grad(f, wrt: c), wrt: b)(2.0, 5.0, 7.0)", "3"),
        ("grad(jvp(f, wrt: b), wrt: a)(2.0, 5.0, 10.0, 7.0)", "40"),
    ] {
        assert_eq!(printed(e), expected, "{e}");
    }
}

#[test]
fn a_variable_of_the_same_name_is_no_parameter() {
    // `p` is a variable and `b` none; both are parameters.
    assert_eq!(printed("grad(|w, p| w * p, wrt: p)(3.0, 2.0)"), "3");
    assert_eq!(refused("grad(f, wrt: p)(2.0, 5.0, 7.0)").0, "E0708");
}

#[test]
fn what_names_nothing_is_refused() {
    let found = |code: &str, text: &str, edit: Option<&str>| {
        (code.to_string(), text.to_string(), edit.map(str::to_string))
    };
    for (e, expected) in [
        ("grad(|weight, x| weight * x, wrt: wieght)(1.0, 2.0)", found("E0708", "wieght", Some("weight"))),
        ("grad(f, wrt: zzz)(2.0, 5.0, 7.0)", found("E0708", "zzz", None)),
        ("grad(sin, wrt: x)(2.0)", found("E0708", "x", None)),
        ("grad(f, wrt: 3)(2.0, 5.0, 7.0)", found("E0703", "3", None)),
        ("grad(sin, wrt: 1)(2.0)", found("E0703", "1", None)),
        ("grad(f, wrt: \"b\")(2.0, 5.0, 7.0)", found("E0704", "\"b\"", Some("b"))),
        ("grad(f, wrt: a + b)(2.0, 5.0, 7.0)", found("E0704", "a + b", None)),
        ("grad(f, b)(2.0, 5.0, 7.0)", found("E0201", "b", None)),
        ("grad(f, 1)(2.0, 5.0, 7.0)", found("E0704", "1", None)),
        ("grad(f, wrt: a, wrt: b)(2.0, 5.0, 7.0)", found("E0604", "wrt", None)),
        ("forward(f, wrt: a)", found("E0704", "a", None)),
        ("grad(g, wrt: p.ww)(2.0, p)", found("E0510", "p.ww", Some("w"))),
        ("grad(g, wrt: (p, p.w))(2.0, p)", found("E0709", "p.w", None)),
        ("grad(g, wrt: (x, x))(2.0, p)", found("E0709", "x", None)),
        ("grad(g, wrt: p.s.k)(2.0, p)", found("E0702", "grad(g, wrt: p.s.k)(2.0, p)", None)),
        ("grad(s, wrt: n)(2.0, 3)", found("E0702", "grad(s, wrt: n)(2.0, 3)", None)),
    ] {
        assert_eq!(refused(e), expected, "{e}");
    }
}
