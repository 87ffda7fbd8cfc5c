//! Programs from text to numbers, through every stage that is joined.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use dslc::{Backend, Fp, Halt, NoFiles, Part, Session};

/// What a program prints, or the code of what stops it; the same by the evaluator and by machine code.
fn printed(text: &str) -> Result<Vec<String>, String> {
    let by = |backend| {
        let mut session = Session::new(&NoFiles).backend(backend).fp(Fp::Exact);
        let (ready, diagnostics) = session.check("t.dsl", text);
        let Some(ready) = ready else { return Err(diagnostics[0].code.to_string()) };
        let mut lines = Vec::new();
        match session.run(ready, Part::Script, &Arc::default(), &mut |l| lines.push(l.to_string())) {
            Ok(_) => Ok(lines),
            Err(Halt::Failure(d)) => Err(d.code.to_string()),
            Err(other) => Err(format!("{other:?}")),
        }
    };
    let (eval, native) = (by(Backend::Eval), by(Backend::Cranelift));
    assert_eq!(eval, native, "the evaluator and machine code agree on\n{text}");
    eval
}

fn numbers(text: &str) -> Vec<f64> {
    let lines = printed(text).unwrap();
    lines.iter().flat_map(|l| l.split_whitespace()).map(|w| w.parse().unwrap()).collect()
}

#[test]
fn derivatives_of_any_order() {
    let found =
        numbers("fn f(x: f64) -> f64 = sin(x) * exp(-x^2)\nprint(f(1.0), grad(f)(1.0), grad(grad(f))(1.0))");
    let (s, c, e) = (1f64.sin(), 1f64.cos(), (-1f64).exp());
    let expected = [s * e, e * (c - 2.0 * s), e * (s - 4.0 * c)];
    for (x, y) in found.iter().zip(expected) {
        assert!((x - y).abs() < 1e-14, "{found:?} {expected:?}");
    }
}

#[test]
fn a_loop_and_its_gradient_agree_with_differences() {
    let text = |x: f64| {
        format!(
            "fn f(x: f64) -> f64 {{\n  let mut y = x\n  for i in 0..10 {{ y = sin(y) + x }}\n  y\n}}\nprint(f({x:?}), grad(f)({x:?}))"
        )
    };
    let h = 1e-6;
    let (up, down, at) = (numbers(&text(1.0 + h)), numbers(&text(1.0 - h)), numbers(&text(1.0)));
    assert!(((up[0] - down[0]) / (2.0 * h) - at[1]).abs() < 1e-8);
}

#[test]
fn the_tropical_product_finds_shortest_paths() {
    let found = printed(
        "fn twice[n](d: minplus<f64>[n, n]) -> minplus<f64>[n, n] = d @ d\n\
         let w = [[0.0, 3.0, inf], [inf, 0.0, 2.0], [6.0, inf, 0.0]]\n\
         print(real(twice(minplus(w))))",
    );
    assert_eq!(found, Ok(vec!["[[0, 3, 5],\n [8, 0, 2],\n [6, 9, 0]]".to_string()]));
}

#[test]
fn failures_stop_the_program_where_they_belong() {
    assert_eq!(printed("assert(1 > 2)"), Err("R1001".into()));
    assert_eq!(printed("let x = [1.0, 2.0]\nlet k = i64(2.5)\nprint(x[k])"), Err("R1002".into()));
    assert_eq!(printed("let x = [1.0, 2.0]\nlet k = i64(1.5)\nprint(x[k])"), Ok(vec!["2".into()]));
    assert_eq!(printed("print(y)"), Err("E0201".into()));
}
