//! A chain of ten elementwise operations, compiled, against the same loop in Rust, which its compiler turns to vectors
//! of 128 bits for the default target: over a million elements, where memory counts, and over some thousands that stay
//! in the cache. Both by turns; the ratio of the medians is printed.
//!
//! `cargo bench -p dslc-jit --bench chain`
#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::hint::black_box;
use std::time::Instant;

use dslc_ir::{Builder, Extent, FuncId, Module, NodeId, Output, Scalar};
use dslc_jit::Jit;
use dslc_loops::program::Stmt;
use dslc_loops::{Options, lower};
use dslc_runtime::context::Context;
use dslc_runtime::value::Value;

/// How many elements, and how many times in one measurement.
const SIZES: [(usize, usize); 2] = [(1 << 20, 1), (1 << 12, 100)];
const ROUNDS: usize = 201;

/// The chain, as the language has it.
fn chain(b: &mut Builder, x: NodeId) -> NodeId {
    let [two, one, half, third] = [2.5, 1.25, 0.5, 0.3].map(|c| b.number(Scalar::F64, c));
    let y = b.mul(x, two);
    let y = b.add(y, one);
    let y = b.mul(y, x);
    let y = b.sub(y, half);
    let y = b.mul(y, third);
    let y = b.add(y, x);
    let y = b.mul(y, y);
    let y = b.sub(y, x);
    let y = b.mul(y, half);
    b.add(y, two)
}

/// The chain in Rust.
#[inline(never)]
fn rust(x: &[f64], to: &mut [f64]) {
    for (&x, to) in x.iter().zip(to) {
        let y = x * 2.5;
        let y = y + 1.25;
        let y = y * x;
        let y = y - 0.5;
        let y = y * 0.3;
        let y = y + x;
        let y = y * y;
        let y = y - x;
        let y = y * 0.5;
        *to = y + 2.5;
    }
}

fn module(n: usize) -> (Module, FuncId) {
    let mut b = Builder::new("chain");
    let i = b.axis(Extent::Static(n as u64));
    let x = b.param(Scalar::F64, vec![i]);
    let y = chain(&mut b, x);
    let mut module = Module::default();
    let func = module.funcs.push(b.finish(vec![Output { node: y, axes: vec![i] }]));
    (module, func)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn measure(n: usize, repeats: usize) -> Result<(), Box<dyn std::error::Error>> {
    let (module, func) = module(n);
    let program = lower(&module, func, Options::default())?;
    let loops = program.body.iter().filter(|s| matches!(s, Stmt::For(_))).count();
    assert_eq!((loops, program.arena), (1, 0), "one loop without temporaries");
    let compiled = Jit::new()?.compile(&program)?;
    let x: Vec<f64> = (0..n).map(|k| (k % 1009) as f64 / 512.0 - 1.0).collect();
    let arg = Value::from_f64s([n as u64], &x);
    let mut results = [Value::zeros(Scalar::F64, [n as u64])];
    let mut expected = vec![0.0; n];
    let mut context = Context::default();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..repeats {
            compiled.run(&mut context, &[black_box(&arg)], black_box(&mut results))?;
        }
        ours.push(start.elapsed().as_secs_f64() / repeats as f64);
        let start = Instant::now();
        for _ in 0..repeats {
            rust(black_box(&x), black_box(&mut expected));
        }
        theirs.push(start.elapsed().as_secs_f64() / repeats as f64);
    }
    assert_eq!(results[0].as_f64(), expected, "the same bits");
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "chain of 10 over {n} elements: {:.2} us, Rust {:.2} us, ratio {:.3}",
        ours * 1e6,
        theirs * 1e6,
        ours / theirs
    );
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    SIZES.into_iter().try_for_each(|(n, repeats)| measure(n, repeats))
}
