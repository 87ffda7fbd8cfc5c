//! Small builders that every rule uses: sums over missing axes, selections, zeros.

use dslc_ir::function::Shape;
use dslc_ir::{AxisId, Builder, Extent, Monoid, NodeId, Output, Scalar, Type};

pub(crate) use dslc_ir::construct::{
    builder_with_axes, call_core, call_named, output, param_shapes, params, prune, result_shapes, spread,
};

/// Zero of a scalar type.
pub(crate) fn zero(b: &mut Builder, scalar: Scalar) -> NodeId {
    b.number(scalar, 0.0)
}

/// `c ? x : 0`.
pub(crate) fn keep_where(b: &mut Builder, c: NodeId, x: NodeId) -> NodeId {
    let nothing = b.like(x, 0.0);
    b.select(c, x, nothing)
}

/// `c ? 0 : x`.
pub(crate) fn drop_where(b: &mut Builder, c: NodeId, x: NodeId) -> NodeId {
    let nothing = b.like(x, 0.0);
    b.select(c, nothing, x)
}

/// Sums away the axes `from` that `to` lacks. `x` may be constant along some of `from`: the fold multiplies.
pub(crate) fn sum_to(b: &mut Builder, x: NodeId, from: &[AxisId], to: &Type) -> NodeId {
    let mut axes: Vec<AxisId> = from.iter().copied().filter(|&a| !to.has(a)).collect();
    axes.sort_unstable();
    axes.dedup();
    b.fold(Monoid::Sum, x, &axes)
}

/// Whether a value has an axis whose extent is only known when run.
pub(crate) fn dynamic_axis(b: &Builder, ty: &Type) -> Option<AxisId> {
    ty.axes.iter().copied().find(|&a| b.func().axes[a] == Extent::Dynamic)
}

/// A zero of this shape as a result: constant along fresh axes.
pub(crate) fn zero_output(b: &mut Builder, shape: &Shape) -> Output {
    let axes = b.axes(&shape.extents);
    Output { node: zero(b, shape.scalar), axes }
}

/// Whether a value has a tangent.
pub(crate) fn has_tangent(ty: &Type) -> bool {
    ty.scalar.has_tangent()
}
