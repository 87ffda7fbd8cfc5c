//! Derivatives grow with the program, not faster: nodes of the intermediate representation and machine instructions, for
//! straight lines and for the body of a loop, of first and second order.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use dslc::{NoFiles, Session, Stage};

/// A function of so many times three operations, each of which uses the two before.
fn program(operations: usize, in_loop: bool, expr: &str) -> String {
    let mut lines = String::from("  let a0 = s\n");
    for k in 0..operations {
        let _ = writeln!(lines, "  let a{} = sin(a{k}) * x + a{}", k + 1, k.saturating_sub(1));
    }
    let body = match in_loop {
        true => format!("  let mut s = x\n  for _ in 0..100 {{\n{lines}  s = a{operations}\n  }}\n  s\n"),
        false => format!("  let s = x\n{lines}  a{operations}\n"),
    };
    // A number that is known when compiled would be folded.
    format!("fn f(x: f64) -> f64 {{\n{body}}}\nlet x: f64 = normal(key(1))\nlet y = {expr}(x)\n")
}

/// The lines of a stage.
fn lines(text: &str, stage: Stage) -> usize {
    let (found, diagnostics) = Session::new(NoFiles).emit("p.dsl", text, stage, Some("finish"));
    found.unwrap_or_else(|| panic!("{diagnostics:?}")).lines().count()
}

fn holds(in_loop: bool, stage: Stage, small: usize, large: usize) {
    for expr in ["f", "grad(f)", "grad(grad(f))"] {
        let count = |n: usize| lines(&program(n, in_loop, expr), stage) as f64;
        let (least, most) = (count(small), count(large));
        // What does not depend on the size only helps. Of a small body more stays in registers.
        let factor = large as f64 / small as f64;
        assert!(most <= 1.2 * factor * least, "{expr}, in a loop: {in_loop}: {least} becomes {most}");
        assert!(most >= 0.5 * factor * least, "{expr}: {least} becomes {most}; is it still computed?");
    }
}

#[test]
fn representations_of_straight_lines_grow_linearly() {
    holds(false, Stage::Grad, 100, 3000);
}

#[test]
fn representations_of_loops_grow_linearly() {
    holds(true, Stage::Grad, 100, 3000);
}

#[test]
fn machine_code_of_straight_lines_grows_linearly() {
    holds(false, Stage::Asm, 50, 500);
}

#[test]
fn machine_code_of_loops_grows_linearly() {
    holds(true, Stage::Asm, 50, 500);
}
