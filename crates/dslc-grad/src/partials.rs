//! Scalar primitives: partial derivatives, the rule for a zero cotangent, the choice between two arguments.

use dslc_ir::prim::{Deriv, Sig};
use dslc_ir::prims::{ALL, arith, logic};
use dslc_ir::{Bits, Builder, NodeId, Prim, PrimRef, Scalar};

use crate::build::{drop_where, keep_where};

/// How a primitive moves at its arguments.
pub(crate) enum Motion {
    /// It does not.
    None,
    /// There is no derivative, and this is why.
    Undefined(&'static str),
    /// A cast between floats, and the cast back.
    Cast(&'static Prim),
    /// A partial for each argument, and whether it can be infinite.
    Partials(Vec<NodeId>, bool),
    /// The bool that says whether the first of two arguments was taken.
    Choice(NodeId, (usize, usize)),
}

/// The motion of `prim` at `args` with the value `y`.
pub(crate) fn motion(b: &mut Builder, prim: PrimRef, args: &[NodeId], y: NodeId) -> Motion {
    if let Sig::Cast(from, to) = prim.0.sig {
        return match cast(to, from) {
            _ if !(from.is_float() && to.is_float()) => Motion::None,
            Some(back) => Motion::Cast(back),
            None => Motion::Undefined("there is no cast back"),
        };
    }
    match prim.0.deriv {
        Deriv::Zero => Motion::None,
        Deriv::Undefined(why) => Motion::Undefined(why),
        Deriv::Partials { build, singular } => Motion::Partials(build(b, args, y), singular),
        Deriv::Kinked { build, .. } => Motion::Partials(vec![build(b, args, y)], false),
        Deriv::Choice { build, between } => Motion::Choice(build(b, args), between),
    }
}

fn cast(from: Scalar, to: Scalar) -> Option<&'static Prim> {
    ALL.iter().copied().find(|p| p.sig == Sig::Cast(from, to))
}

/// `moving * partial`, where `moving` is a cotangent or a tangent.
///
/// Where the partial is infinite or NaN and `moving` is zero, the product is zero. It is the *partial* that is
/// replaced, not the product, and only where it is not finite: so the product stays linear in `moving` at zero
/// with the right slope, which the second reverse derivative needs (axiom RD.6 differentiates there).
pub(crate) fn times(b: &mut Builder, moving: NodeId, partial: NodeId, singular: bool) -> NodeId {
    let known = b.as_const(partial).is_some_and(|c| c.as_f64().is_finite());
    if !singular || known {
        return b.mul(moving, partial);
    }
    let nothing = b.like(moving, 0.0);
    let moves = b.map(&logic::NE, &[moving, nothing]);
    let minus = b.neg(partial);
    let size = b.map(&arith::MAX, &[partial, minus]);
    let scalar = b.scalar_of(partial);
    let infinity = b.constant(Bits::number(scalar, f64::INFINITY));
    let finite = b.map(&logic::LT, &[size, infinity]);
    let use_it = b.map(&logic::OR, &[moves, finite]);
    let partial = keep_where(b, use_it, partial);
    b.mul(moving, partial)
}

/// The two cotangents of a choice.
pub(crate) fn route(b: &mut Builder, first: NodeId, bar: NodeId) -> (NodeId, NodeId) {
    (keep_where(b, first, bar), drop_where(b, first, bar))
}
