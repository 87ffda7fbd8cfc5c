//! The figures of the doc comments: the largest error of each primitive that rounds, over 1.5 million arguments, and where
//! it is. `cargo bench -p dslc-ir --bench accuracy [NAME..]` takes all of them, or those that are named.
#![allow(dead_code, unused_imports, clippy::print_stdout, reason = "the modules are those of the tests")]

#[path = "../tests/prims/accuracy.rs"]
mod accuracy;
#[path = "../tests/prims/evaluate.rs"]
mod evaluate;
#[path = "../tests/prims/samples.rs"]
mod samples;

use dslc_ir::{PrimRef, prims};

fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    for &prim in prims::ALL.iter().filter(|p| wanted(p.name)) {
        for types in prim.sig.instances() {
            let (error, args, got, truth) =
                accuracy::worst(prim, &samples::arguments(prim, &types, 1_500_000));
            if error >= 0.0 {
                let ops = PrimRef(prim).recipe(&types).ops.len();
                let (name, scalar) = (prim.name, types[0].name());
                println!("{name} {scalar} {ops} operations: {error:.3} at {args:?}: {got:?} for {truth:?}");
            }
        }
    }
}
