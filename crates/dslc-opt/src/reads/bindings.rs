//! Renaming before a binding: the binding can name the old axes itself, so that no loop is handed a copy.

use dslc_ir::{AxisId, Binding, Builder, Function, Index, Node, NodeId, Op, Output};

/// Loops, conditions and routines whose arguments are renamed values, with the values themselves.
pub(super) fn look_through(b: &Builder, op: &Op, args: &[NodeId]) -> Option<(Op, Vec<NodeId>)> {
    let (bind, scanned) = match op {
        Op::If { bind, .. } | Op::While { bind, .. } | Op::Library { bind, .. } => (bind, None),
        Op::Scan(scan) => (&scan.bind, scan.axis),
        _ => return None,
    };
    let mut new = bind.clone();
    let mut values = args.to_vec();
    let mut changed = false;
    for (value, bound) in values.iter_mut().zip(&mut new.args) {
        while let Some((x, axes)) = before(b, *value, bound, scanned) {
            (*value, *bound, changed) = (x, axes, true);
        }
    }
    changed.then(|| (with_binding(op, new), values))
}

/// The value that `arg` renames, and the list of axes that binds it as `bound` binds `arg`.
fn before(
    b: &Builder,
    arg: NodeId,
    bound: &[AxisId],
    scanned: Option<AxisId>,
) -> Option<(NodeId, Vec<AxisId>)> {
    let (x, renamed) = renaming(b.func(), arg)?;
    let old = |to: &AxisId| renamed.iter().find(|(_, t)| t == to).map(|(from, _)| *from);
    // A mapped axis has to keep its name.
    let all_bound = renamed.iter().all(|(_, to)| bound.contains(to));
    let free = |from: &AxisId| Some(*from) != scanned && !bound.contains(from);
    let axes: Vec<AxisId> = bound.iter().map(|a| old(a).unwrap_or(*a)).collect();
    let clear = renamed.iter().all(|(from, _)| free(from) || old(from).is_some());
    (all_bound && clear).then_some((x, axes))
}

/// A result that is a renamed value, as the value itself.
pub(super) fn name_result(func: &Function, result: &mut Output) {
    while let Some((x, renamed)) = renaming(func, result.node) {
        let old = |to: AxisId| renamed.iter().find(|(_, t)| *t == to).map_or(to, |(from, _)| *from);
        let axes: Vec<AxisId> = result.axes.iter().map(|&a| old(a)).collect();
        // An axis along which the result is constant may have the old name.
        if axes.iter().enumerate().any(|(k, a)| axes[..k].contains(a)) {
            return;
        }
        *result = Output { node: x, axes };
    }
}

/// The value that a node renames, and how: `None` if it does anything else.
fn renaming(func: &Function, node: NodeId) -> Option<(NodeId, Vec<(AxisId, AxisId)>)> {
    let Node { op: Op::Read { index, fill: false }, args, .. } = &func.nodes[node] else { return None };
    let &[x] = args.as_slice() else { return None };
    let as_pair = |(from, at): &(AxisId, Index)| {
        let to = at.as_axis()?;
        (func.axes[to] == func.axes[*from]).then_some((*from, to))
    };
    let pairs: Vec<(AxisId, AxisId)> = index.iter().map(as_pair).collect::<Option<_>>()?;
    // A diagonal names one axis twice, and an axis that passes through may meet a renamed one.
    let distinct = func.nodes[node].ty().axes.len() == func.ty(x).axes.len();
    distinct.then_some((x, pairs))
}

fn with_binding(op: &Op, bind: Binding) -> Op {
    let mut op = op.clone();
    match &mut op {
        Op::If { bind: b, .. } | Op::While { bind: b, .. } | Op::Library { bind: b, .. } => *b = bind,
        Op::Scan(scan) => scan.bind = bind,
        _ => unreachable!("only these are looked through"),
    }
    op
}
