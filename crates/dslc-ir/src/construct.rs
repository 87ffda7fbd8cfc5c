//! Small builders for what makes functions of functions: values spread over axes, calls between core values, copies
//! without dead nodes.

use dslc_base::Index as _;

use crate::builder::Builder;
use crate::function::{AxisId, FuncId, Function, Module, NodeId, Output, Shape};
use crate::op::{Binding, Op};
use crate::prims::logic;

/// A value with the order of its core axes: what a call takes and gives.
pub fn output(node: NodeId, axes: impl Into<Vec<AxisId>>) -> Output {
    Output { node, axes: axes.into() }
}

/// `x` with these axes, constant along those that it lacked. The selection always takes `x`; it is not written
/// `select(c, x, x)` because that is `x` itself.
pub fn spread(b: &mut Builder, x: NodeId, axes: &[AxisId]) -> NodeId {
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

/// A builder with the same axes as `f`, by id.
pub fn builder_with_axes(f: &Function, name: String) -> Builder {
    let mut b = Builder::new(name);
    for &extent in f.axes.iter() {
        b.axis(extent);
    }
    b
}

/// New parameters of these shapes, with fresh axes.
pub fn params(b: &mut Builder, shapes: impl IntoIterator<Item = Shape>) -> Vec<Output> {
    shapes
        .into_iter()
        .map(|shape| {
            let (node, axes) = b.param_of(&shape);
            Output { node, axes }
        })
        .collect()
}

/// The shapes of all parameters.
pub fn param_shapes(f: &Function) -> Vec<Shape> {
    (0..f.params.len()).map(|k| f.param_shape(k)).collect()
}

/// The shapes of all results.
pub fn result_shapes(f: &Function) -> Vec<Shape> {
    (0..f.results.len()).map(|k| f.result_shape(k)).collect()
}

/// A call whose arguments say which of their axes are core; the results get fresh axes.
pub fn call_core(b: &mut Builder, module: &Module, func: FuncId, args: &[Output]) -> Vec<Output> {
    call_named(b, module, func, args, |_| None)
}

/// The same, where some results keep the axes of what went in: a value that is only added to then stays where it is.
pub fn call_named(
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

/// The function without the nodes that no result needs. Parameters stay, and so do axes and their ids.
pub fn prune(module: &Module, f: &Function) -> Function {
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
