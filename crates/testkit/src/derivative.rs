//! A function that is the derivative of another.

use dslc_ir::{AxisId, Binding, Builder, Extent, FuncId, Module, NodeId, Op, Output};

use crate::Random;

/// Adds a function with a `Vjp` or a `Jvp` of `func`, by what moves: every float parameter. At times it is a batch
/// of derivatives. `None` if nothing moves or nothing can be moved.
pub fn derivative(random: &mut Random, module: &mut Module, func: FuncId) -> Option<FuncId> {
    let callee = &module.funcs[func];
    let wrt: Vec<bool> =
        (0..callee.params.len()).map(|k| callee.param_shape(k).scalar.has_tangent()).collect();
    let params: Vec<_> = (0..wrt.len()).map(|k| callee.param_shape(k)).collect();
    let results: Vec<_> = (0..callee.results.len()).map(|k| callee.result_shape(k)).collect();
    let moving: Vec<_> = params.iter().filter(|s| s.scalar.has_tangent()).cloned().collect();
    let moved: Vec<_> = results.iter().filter(|s| s.scalar.has_tangent()).cloned().collect();
    if moving.is_empty() || moved.is_empty() {
        return None;
    }
    let reverse = random.one_in(2);
    let (more, given) = if reverse { (moved, moving) } else { (moving, moved) };
    let mut b = Builder::new("derivative");
    let batch = random.one_in(3).then(|| b.axis(Extent::Static(2)));
    let mut args: Vec<NodeId> = Vec::new();
    let mut bind = Binding::default();
    for shape in params.iter().chain(&more) {
        let core = b.axes(&shape.extents);
        let mut axes: Vec<AxisId> = core.clone();
        // A batch of some arguments, the others in common.
        axes.extend(batch.filter(|_| random.one_in(2)));
        args.push(b.param(shape.scalar, axes));
        bind.args.push(core);
    }
    for shape in results.iter().chain(&given) {
        let axes = b.axes(&shape.extents);
        bind.results.push(axes);
    }
    let op = if reverse { Op::Vjp { func, wrt, bind } } else { Op::Jvp { func, wrt, bind } };
    let node = b.node(module, op, &args);
    let nodes = b.results_of(node);
    let outputs = nodes.into_iter().map(|node| Output { node, axes: b.ty(node).axes.to_vec() }).collect();
    Some(module.funcs.push(b.finish(outputs)))
}
