//! The problems by which packages for derivatives are compared (ADBench, gradbench, and some of our own), each a program
//! under `examples/adbench`: objective and derivative against reference values that JAX gave and hand-written C++ or
//! central differences confirmed.
#![allow(clippy::unwrap_used)]

mod corners;
mod cost;
mod golden;
mod problems;

use dslc::{Argument, Arguments, Backend, Border, Fields, Fp, Module, NoFiles, Session, Views};

/// The arguments of one call.
pub(crate) struct Args(pub(crate) Vec<Box<dyn Argument>>);

impl Arguments for &Args {
    fn borders(&self) -> Vec<Border> {
        self.0.iter().map(|a| a.border()).collect()
    }
    fn fit(&self, borders: &[Border]) -> bool {
        self.0.len() == borders.len() && self.0.iter().zip(borders).all(|(a, b)| a.fits(b))
    }
    fn views<'a>(&'a self, out: &mut Views<'a>) {
        self.0.iter().for_each(|a| a.views(out));
    }
}

/// One case of a problem: functions of its program that are called with the same arguments, and what they give.
pub(crate) struct Case {
    /// The program, `examples/adbench/NAME.dsl`.
    pub(crate) program: &'static str,
    /// The case, for messages.
    pub(crate) name: String,
    /// The arguments.
    pub(crate) args: Args,
    /// Functions, the numbers of their results in order, and how far they may be off.
    pub(crate) expected: Vec<(&'static str, Vec<f64>, f64)>,
    /// Whether the evaluator is quick enough for it.
    pub(crate) small: bool,
}

/// The text of a program.
pub(crate) fn text(program: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/adbench");
    std::fs::read_to_string(format!("{root}/{program}.dsl")).unwrap()
}

/// A program, checked and run.
pub(crate) fn module(program: &str, backend: Backend, fp: Fp) -> Module<'static> {
    let session = Session::new(NoFiles).backend(backend).fp(fp);
    session.compile(&format!("{program}.dsl"), &text(program)).unwrap()
}

/// The distance that ADBench measures.
fn apart(a: f64, b: f64) -> f64 {
    (a - b).abs() / (a.abs() + b.abs()).max(1.0)
}

fn numbers(fields: &Fields) -> Vec<f64> {
    fields.0.iter().flat_map(|(_, v)| v.as_f64().to_vec()).collect()
}

fn hold(case: &Case, module: &Module<'static>) {
    for (expr, expected, tolerance) in &case.expected {
        let found = module.function::<Fields>(expr).call(&case.args);
        let found = numbers(&found.unwrap_or_else(|e| panic!("{}, {expr}: {e}", case.name)));
        assert_eq!(found.len(), expected.len(), "{}, {expr}", case.name);
        for (k, (&a, &b)) in found.iter().zip(expected).enumerate() {
            assert!(apart(a, b) <= *tolerance, "{}, {expr}, number {k}: {a} is not {b}", case.name);
        }
    }
}

#[test]
fn objectives_and_derivatives_are_the_reference_values() {
    for case in problems::cases() {
        hold(&case, &module(case.program, Backend::Cranelift, Fp::Default));
    }
}

#[test]
fn the_evaluator_gives_them_too() {
    for case in problems::cases().iter().filter(|c| c.small) {
        hold(case, &module(case.program, Backend::Eval, Fp::Exact));
    }
}
