//! Models that are written as their equations give NumPy's values, and take no more memory than what goes in and comes out.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write;
use std::sync::Arc;

use dslc::{Backend, Fp, NoFiles, Part, Session, Stage};

const MODELS: &str = include_str!("models.dsl");

#[test]
fn they_give_the_values_of_numpy() {
    for (backend, fp) in
        [(Backend::Eval, Fp::Exact), (Backend::Cranelift, Fp::Exact), (Backend::Cranelift, Fp::Default)]
    {
        let mut session = Session::new(NoFiles).backend(backend).fp(fp);
        let (ready, diagnostics) = session.check("models.dsl", MODELS);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let outcome = session.run(ready.unwrap(), Part::Tests, &Arc::default(), &mut |_| {}).unwrap();
        assert!(outcome.failed.is_empty() && outcome.passed.len() == 6, "{:?}", outcome.failed);
    }
}

/// The elements of the buffers of a loop program: those of parameters and results, and those of temporaries.
fn buffers(program: &str) -> (Vec<u64>, Vec<u64>) {
    let (mut ends, mut inner) = (Vec::new(), Vec::new());
    for line in program.lines() {
        let Some((_, buffer)) = line.strip_prefix("  b").and_then(|l| l.split_once(": ")) else { continue };
        let Some((_, (elements, place))) =
            buffer.split_once('[').and_then(|(s, b)| Some((s, b.split_once("] ")?)))
        else {
            continue;
        };
        match place.split(' ').next() {
            Some("param" | "result") => ends.push(elements.parse().unwrap()),
            Some("arena" | "tape") => inner.push(elements.parse().unwrap()),
            _ => {}
        }
    }
    (ends, inner)
}

/// Inputs for a model, the model, and the sizes at which one that kept everything would be found out.
const LARGE: [(&str, &str); 7] = [
    ("x: f64[10000, 4]; w: f64[9, 4, 3]; b: f64[3]", "conv1d(x, w, b)"),
    ("x: f64[100, 120, 3]; k: f64[5, 5, 3, 4]", "conv2d(x, k)"),
    ("p: heads<4, 8, 32>; x: f64[500, 32]", "attention(p, x)"),
    ("p: cell<20, 30>; xs: f64[1000, 20]", "lstm(p, xs)"),
    ("s: lds<6, 3>; ys: f64[1000, 3]", "kalman(s, ys)"),
    ("p: mixture<8, 4>; x: f64[5000, 4]", "gmm(p, x)"),
    ("p: mixture<8, 4>; x: f64[5000, 4]", "shares(p, x)"),
];

#[test]
fn nothing_within_is_larger_than_what_goes_in_and_comes_out() {
    let mut seen = 0;
    for (fp, (inputs, call)) in [Fp::Default, Fp::Exact].into_iter().flat_map(|fp| LARGE.map(|l| (fp, l))) {
        let mut text = MODELS.split("test \"").next().unwrap().to_string();
        for (k, input) in inputs.split("; ").enumerate() {
            let _ = writeln!(text, "let {input} = normal(key({k}))");
        }
        let _ = writeln!(text, "let found = {call}");
        let loops = Session::new(NoFiles).fp(fp).emit("m.dsl", &text, Stage::Loops, None).0.unwrap();
        let (ends, inner) = buffers(loops.rsplit("// m.dsl:").next().unwrap());
        let (large, most) = (*inner.iter().max().unwrap_or(&0), *ends.iter().max().unwrap());
        seen += inner.len();
        assert!(large <= most, "{call}: {large} elements within, {most} at the ends\n{ends:?} {inner:?}");
    }
    // Attention has its queries, keys and values, so there is something to be seen.
    assert!(seen > 6, "{seen}");
}
