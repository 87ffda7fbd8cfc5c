//! Small builders that every rule uses: sums over missing axes, values spread over axes, calls between core
//! values, copies without dead nodes.

use dslc_base::Index as _;
use dslc_ir::function::Shape;
use dslc_ir::prims::logic;
use dslc_ir::{
    AxisId, Binding, Builder, Extent, FuncId, Function, Module, Monoid, NodeId, Op, Output, Scalar, Type,
};

/// A value with the order of its core axes: what a call takes and gives.
pub(crate) fn output(node: NodeId, axes: impl Into<Vec<AxisId>>) -> Output {
    Output { node, axes: axes.into() }
}

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

/// `x` with these axes, constant along those that it lacked. The selection always takes `x`; it is not written
/// `select(c, x, x)` because that is `x` itself.
pub(crate) fn spread(b: &mut Builder, x: NodeId, axes: &[AxisId]) -> NodeId {
    axes.iter().fold(x, |x, &axis| {
        if b.ty(x).has(axis) {
            return x;
        }
        let at = b.iota(axis);
        let least = b.int(0);
        let always = b.map(&logic::GE, &[at, least]);
        let scalar = b.scalar_of(x);
        let other =
            b.number(scalar, if b.as_const(x).is_some_and(|c| c.as_f64() == 0.0) { 1.0 } else { 0.0 });
        b.select(always, x, other)
    })
}

/// Whether a value has an axis whose extent is only known when run.
pub(crate) fn dynamic_axis(b: &Builder, ty: &Type) -> Option<AxisId> {
    ty.axes.iter().copied().find(|&a| b.func().axes[a] == Extent::Dynamic)
}

/// A builder with the same axes as `f`, by id.
pub(crate) fn builder_with_axes(f: &Function, name: String) -> Builder {
    let mut b = Builder::new(name);
    for &extent in f.axes.iter() {
        b.axis(extent);
    }
    b
}

/// New parameters of these shapes, with fresh axes.
pub(crate) fn params(b: &mut Builder, shapes: impl IntoIterator<Item = Shape>) -> Vec<Output> {
    shapes
        .into_iter()
        .map(|shape| {
            let (node, axes) = b.param_of(&shape);
            Output { node, axes }
        })
        .collect()
}

/// The shapes of all parameters.
pub(crate) fn param_shapes(f: &Function) -> Vec<Shape> {
    (0..f.params.len()).map(|k| f.param_shape(k)).collect()
}

/// The shapes of all results.
pub(crate) fn result_shapes(f: &Function) -> Vec<Shape> {
    (0..f.results.len()).map(|k| f.result_shape(k)).collect()
}

/// A call whose arguments say which of their axes are core; the results get fresh axes.
pub(crate) fn call_core(b: &mut Builder, module: &Module, func: FuncId, args: &[Output]) -> Vec<Output> {
    call_named(b, module, func, args, |_| None)
}

/// The same, where some results keep the axes of what went in: a value that is only added to then stays where it is.
pub(crate) fn call_named(
    b: &mut Builder,
    module: &Module,
    func: FuncId,
    args: &[Output],
    named: impl Fn(usize) -> Option<Vec<AxisId>>,
) -> Vec<Output> {
    let shapes = result_shapes(&module.funcs[func]);
    let results: Vec<Vec<AxisId>> =
        shapes.iter().enumerate().map(|(k, s)| named(k).unwrap_or_else(|| b.axes(&s.extents))).collect();
    let bind = Binding { args: args.iter().map(|a| a.axes.clone()).collect(), results: results.clone() };
    let nodes: Vec<NodeId> = args.iter().map(|a| a.node).collect();
    let made = b.call(module, func, &nodes, bind);
    made.into_iter().zip(results).map(|(node, axes)| Output { node, axes }).collect()
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

/// The function without the nodes that no result needs. Parameters stay, and so do axes and their ids.
pub(crate) fn prune(module: &Module, f: &Function) -> Function {
    let mut live = vec![false; f.nodes.len()];
    for r in &f.results {
        live[r.node.index()] = true;
    }
    for id in f.nodes.ids().rev() {
        if live[id.index()] {
            f.nodes[id].args.iter().for_each(|a| live[a.index()] = true);
        }
    }
    let mut b = builder_with_axes(f, f.name.clone());
    let mut new = vec![NodeId(0); f.nodes.len()];
    for p in &f.params {
        new[p.node.index()] = b.param(f.ty(p.node).scalar, p.axes.clone());
    }
    for (id, node) in f.nodes.iter_enumerated() {
        if live[id.index()] && !matches!(node.op, Op::Param(_)) {
            let args: Vec<NodeId> = node.args.iter().map(|a| new[a.index()]).collect();
            b.site = node.site;
            new[id.index()] = b.node(module, node.op.clone(), &args);
        }
    }
    let results = f.results.iter().map(|r| output(new[r.node.index()], r.axes.clone())).collect();
    b.finish(results)
}
