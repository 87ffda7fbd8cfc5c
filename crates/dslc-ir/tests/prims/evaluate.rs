//! Primitives and small graphs of them at numbers.

use dslc_base::IndexVec;
use dslc_ir::interpret::interpret;
use dslc_ir::mach::Trap;
use dslc_ir::{Bits, Builder, NodeId, Op, Prim, PrimRef, Scalar};

/// The value of a primitive, and its failure if there is one.
pub(crate) fn apply(prim: &'static Prim, args: &[Bits]) -> (Bits, Option<Trap>) {
    let types: Vec<Scalar> = args.iter().map(|a| a.scalar).collect();
    let Some(scalar) = prim.sig.result(&types) else {
        panic!("{} does not take {types:?}", prim.name);
    };
    let words: Vec<u64> = args.iter().map(|a| a.bits).collect();
    let (bits, trap) = interpret(&PrimRef(prim).recipe(&types), &words);
    (Bits { scalar, bits }, trap)
}

/// Each of `wanted`, given the parameters of the function.
pub(crate) fn nodes(b: &Builder, wanted: &[NodeId], params: &[Bits]) -> Vec<Bits> {
    let mut values: IndexVec<NodeId, Bits> = IndexVec::default();
    for node in b.func().nodes.iter() {
        let args: Vec<Bits> = node.args.iter().map(|&a| values[a]).collect();
        values.push(match &node.op {
            Op::Param(k) => params[*k as usize],
            Op::Const(bits) => *bits,
            Op::Map(prim) => apply(prim.0, &args).0,
            other => panic!("{other:?} is not pointwise"),
        });
    }
    wanted.iter().map(|&n| values[n]).collect()
}

/// Equal bits, or both NaN.
pub(crate) fn same(a: Bits, b: Bits) -> bool {
    a == b || (a.scalar == b.scalar && a.scalar.is_float() && a.as_f64().is_nan() && b.as_f64().is_nan())
}
