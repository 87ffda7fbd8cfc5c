//! Laws that hold bit for bit, applied as nodes are made: constants fold, units vanish. They keep NaN,
//! infinities and the sign of zero, so every floating-point mode may use them.

use crate::builder::Builder;
use crate::function::NodeId;
use crate::interpret::interpret;
use crate::op::Op;
use crate::prim::{Prim, PrimRef};
use crate::scalar::{Bits, Scalar};

/// A simpler node equal to `prim(args)` with the same axes, if a law applies.
pub(crate) fn map(b: &mut Builder, prim: &'static Prim, args: &[NodeId]) -> Option<NodeId> {
    if let Some(bits) = constant(b, prim, args) {
        return Some(b.constant(bits));
    }
    unit(b, prim, args)
}

/// The value at constant arguments, unless it would fail at run time. What makes a NaN or an infinity stays an operation, so
/// that it can be named as the one that did.
fn constant(b: &Builder, prim: &'static Prim, args: &[NodeId]) -> Option<Bits> {
    let values: Vec<Bits> = args.iter().map(|&a| b.as_const(a)).collect::<Option<_>>()?;
    let scalars: Vec<Scalar> = values.iter().map(|v| v.scalar).collect();
    let scalar = prim.sig.result(&scalars)?;
    let recipe = PrimRef(prim).recipe(&scalars);
    let (bits, trap) = interpret(&recipe, &values.iter().map(|v| v.bits).collect::<Vec<_>>());
    let value = Bits { scalar, bits };
    (trap.is_none() && !makes_odd(&values, value)).then_some(value)
}

/// Whether a value is NaN or infinite and no argument is of its kind.
fn makes_odd(args: &[Bits], value: Bits) -> bool {
    if !value.scalar.is_float() {
        return false;
    }
    let any = |of: fn(f64) -> bool| args.iter().any(|a| a.scalar.is_float() && of(a.as_f64()));
    match value.as_f64() {
        x if x.is_nan() => !any(f64::is_nan),
        x => x.is_infinite() && !any(f64::is_infinite),
    }
}

/// `x * 1`, `x / 1`, `x - 0`, `x + -0`, `-(-x)`, `x * -1`, selections between equal values.
fn unit(b: &mut Builder, prim: &'static Prim, args: &[NodeId]) -> Option<NodeId> {
    let is =
        |b: &Builder, k: usize, x: f64| b.as_const(args[k]) == Some(Bits::number(b.scalar_of(args[k]), x));
    let integer = b.scalar_of(*args.last()?) == Scalar::I64;
    match prim.name {
        "mul" if is(b, 1, 1.0) => Some(args[0]),
        "mul" if is(b, 0, 1.0) => Some(args[1]),
        "mul" if !integer && is(b, 1, -1.0) => Some(b.neg(args[0])),
        "mul" if !integer && is(b, 0, -1.0) => Some(b.neg(args[1])),
        "div" if is(b, 1, 1.0) => Some(args[0]),
        "sub" if is(b, 1, 0.0) => Some(args[0]),
        "add" if is(b, 1, if integer { 0.0 } else { -0.0 }) => Some(args[0]),
        "add" if is(b, 0, if integer { 0.0 } else { -0.0 }) => Some(args[1]),
        "index_mul" if is(b, 1, 1.0) => Some(args[0]),
        "index_mul" if is(b, 0, 1.0) => Some(args[1]),
        "index_add" if is(b, 1, 0.0) => Some(args[0]),
        "index_add" if is(b, 0, 0.0) => Some(args[1]),
        "neg" if !integer => match b.func().nodes[args[0]].op {
            Op::Map(inner) if inner.0.name == "neg" => Some(b.func().nodes[args[0]].args[0]),
            _ => None,
        },
        "select" => match b.as_const(args[0]).and_then(Bits::as_bool) {
            Some(c) => {
                let (taken, other) = if c { (args[1], args[2]) } else { (args[2], args[1]) };
                // The result keeps the axes of both sides, so the other side must not add any.
                let covered = b.ty(other).axes.iter().all(|&a| b.ty(taken).has(a));
                covered.then_some(taken)
            }
            None if args[1] == args[2] => {
                let covered = b.ty(args[0]).axes.iter().all(|&a| b.ty(args[1]).has(a));
                covered.then_some(args[1])
            }
            None => None,
        },
        _ => None,
    }
}
