//! Runs functions that are written as printed IR.
#![allow(dead_code, reason = "each test file uses some of it")]

use dslc_eval::{Limits, Stop, run};
use dslc_ir::mach::Trap;
use dslc_ir::{FuncId, Module, SiteId, parse, verify};
use dslc_runtime::failure::Failure;
use dslc_runtime::value::Value;

/// A well-formed module with two sites and these functions.
pub(crate) fn module(text: &str) -> Module {
    let m = parse::module(&format!("site !0 0 0 1 \"a\"\nsite !1 0 2 3 \"b\"\n{text}"))
        .unwrap_or_else(|why| panic!("{why}\n{text}"));
    verify::verify_module(&m).unwrap_or_else(|why| panic!("{why}\n{text}"));
    m
}

/// The outcome of the last function of a module.
pub(crate) fn outcome(text: &str, args: &[Value]) -> Result<Vec<Value>, Stop> {
    let m = module(text);
    run(&m, FuncId(m.funcs.len() as u32 - 1), args, &Limits::default())
}

/// The results of one function with these axes and lines.
#[track_caller]
pub(crate) fn results(axes: &str, lines: &str, args: &[Value]) -> Vec<Value> {
    outcome(&one(axes, lines), args).unwrap_or_else(|stop| panic!("{stop}\n{lines}"))
}

/// The failure of one function with these axes and lines.
#[track_caller]
pub(crate) fn failure(axes: &str, lines: &str, args: &[Value]) -> Failure {
    match outcome(&one(axes, lines), args) {
        Err(Stop::Failure(f)) => f,
        other => panic!("{other:?} is no failure\n{lines}"),
    }
}

/// The text of one function.
pub(crate) fn one(axes: &str, lines: &str) -> String {
    let axes = if axes.is_empty() { String::new() } else { format!("axis {axes}\n") };
    format!("fn @0 \"f\" {{\n{axes}{lines}\n}}\n")
}

pub(crate) fn at(site: u32, trap: Trap) -> Failure {
    Failure::new(Some(SiteId(site)), trap)
}

pub(crate) fn floats<const N: usize>(shape: [u64; N], x: &[f64]) -> Value {
    Value::from_f64s(shape, x)
}

pub(crate) fn ints<const N: usize>(shape: [u64; N], x: &[i64]) -> Value {
    Value::from_i64s(shape, x)
}
