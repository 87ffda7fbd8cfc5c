//! Rows 70 to 80: derivatives where they do not exist, do not matter, or are large.

use crate::trial::{Trial, all};

#[test]
fn rows_70_to_73_what_has_no_derivative() {
    all(&[
        ("70", "fn f(k: i64) -> i64 = k\nprint(grad(f)(1))", 1),
        ("71", "fn f(x: f64[2]) -> f64[2] = x\nprint(grad(f)([1.0, 2.0]))", 1),
        ("72", "fn f(b: bool) -> f64 = if b { 1.0 } else { 2.0 }\nprint(grad(f)(true))", 1),
        ("73", "print(grad(nothing)(1.0))", 1),
        ("73-none", "print(grad(sin)())", 1),
        ("73-integers", "print(jacobian(argmax)([1.0, 2.0]))", 1),
    ]);
}

#[test]
fn rows_76_to_78_edges() {
    let rows = [
        ("76-sqrt", "grad(|x| x * sqrt(x))(0.0)", "0"),
        ("76-norm", "grad(|x| norm(x))([0.0, 0.0])", "[0, 0]"),
        ("76-where", "grad(|x| where(x > 0, log(x), 0))(0.0)", "0"),
        ("76-power", "grad(|x| x^0)(0.0)", "0"),
        ("76-relu", "grad(relu)(0.0)", "0"),
        ("76-tie", "grad(|x| max(x))([1.0, 1.0])", "[1, 0]"),
        ("77", "grad(|x| 1.0)(2.0)", "0"),
        ("78-sum", "sum(e)", "0"),
        ("78-mean", "mean(e)", "nan"),
        ("78-gradient", "grad(|x| mean(x))(e)", "[]"),
        ("78-largest", "max(e)", "-inf"),
        ("78-product", "grad(|m| sum(m.T @ m))(z)", "[]"),
        ("78-solve", "solve(q, e)", "[]"),
        ("78-split", "split(e, 0.5, key(1))", "([], [])"),
        ("78-scan", "scan(|s, a| (s + a, s), 0.0, e)", "(0, [])"),
        ("80", "grad(|w| real(maxplus(w[0]) + maxplus(w[1])))([2.0, 2.0])", "[1, 0]"),
        ("80-far", "grad(|w| real(maxplus(w[0]) + maxplus(w[1])))([-inf, inf])", "[0, 1]"),
    ];
    for (name, expression, expected) in rows {
        for backend in ["eval", "cranelift"] {
            let program = format!(
                "let e: f64[0] = zeros\nlet z: f64[0, 3] = zeros\nlet q: f64[0, 0] = zeros\nprint({expression})"
            );
            let e = Trial::of(name, program).words(&format!("--backend {backend}")).ends(0);
            assert_eq!(e.out.trim(), expected, "{name} by {backend}: {}", e.err);
        }
    }
    Trial::of("78-argmax", "let e: f64[0] = zeros\nprint(argmax(e))").ends(3);
    let uses = vec!["x"; 1_000].join(" + ");
    assert_eq!(Trial::of("77-uses", format!("print(grad(|x| {uses})(2.0))")).ends(0).out, "1000\n");
}

#[test]
fn row_79_tapes_are_memory() {
    let program = |trips: &str| {
        format!(
            "fn f(a: f64) -> f64 {{\nlet mut x = a\nfor _ in 0..{trips} {{ x = sin(x) }}\nx }}\nprint(grad(f)(1.0) > 0)"
        )
    };
    Trial::of("79", program("1000000")).ends(0);
    Trial::of("79-small", program("1000000")).words("--max-memory 1M").ends(5);
    Trial::of("79-far", program("100000000000")).ends(5);
}
