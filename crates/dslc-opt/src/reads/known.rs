//! Elements at known positions: of stacks, constants, positions and updates; stacks of consecutive elements.

use std::sync::Arc;

use dslc_ir::op::Dense;
use dslc_ir::{AxisId, Bits, Builder, Extent, Index, Node, NodeId, Op};

/// The element that is read or written, if it is known which one it is.
pub(super) fn element(b: &mut Builder, op: &Op, args: &[NodeId]) -> Option<NodeId> {
    match op {
        Op::Read { index, fill: false } if index.iter().all(|(_, at)| at.data.is_none()) => {
            let inner = b.func().nodes[args[0]].clone();
            match &inner.op {
                Op::Stack { axis } => of_stack(b, index, *axis, &inner),
                Op::Dense(dense) => of_dense(b, index, dense),
                Op::Iota(axis) => of_iota(b, index, *axis),
                Op::Update { .. } => of_update(b, index, &inner),
                _ => None,
            }
        }
        Op::Stack { axis } => stack_of_reads(b, *axis, args),
        _ => None,
    }
}

/// A stack at a constant is one of its arguments; the other entries of the index go on to that one.
fn of_stack(b: &mut Builder, index: &[(AxisId, Index)], axis: AxisId, stack: &Node) -> Option<NodeId> {
    let (_, at) = index.iter().find(|(a, _)| *a == axis)?;
    let &arg = stack.args.get(usize::try_from(at.as_constant()?).ok()?)?;
    let ty = b.ty(arg).clone();
    let rest = index.iter().filter(|(a, _)| *a != axis && ty.has(*a)).cloned().collect();
    Some(b.read(arg, rest, &[], None))
}

/// A constant tensor at constants is a smaller one.
fn of_dense(b: &mut Builder, index: &[(AxisId, Index)], dense: &Dense) -> Option<NodeId> {
    let fixed: Vec<Option<i64>> = dense
        .axes
        .iter()
        .map(|axis| index.iter().find(|(a, _)| a == axis).and_then(|(_, at)| at.as_constant()))
        .collect();
    if fixed.iter().all(Option::is_none) {
        return None;
    }
    let extents: Vec<usize> =
        dense.axes.iter().map(|&a| b.func().axes[a].known().map(|n| n as usize)).collect::<Option<_>>()?;
    let mut positions = vec![0usize];
    for (at, &n) in fixed.iter().zip(&extents) {
        let along: Vec<usize> = match at {
            Some(at) => vec![usize::try_from(*at).ok().filter(|&at| at < n)?],
            None => (0..n).collect(),
        };
        positions = positions.iter().flat_map(|p| along.iter().map(move |q| p * n + q)).collect();
    }
    let elements: Vec<u64> = positions.iter().map(|&p| dense.elements[p]).collect();
    let axes: Vec<AxisId> =
        dense.axes.iter().zip(&fixed).filter(|(_, at)| at.is_none()).map(|(&a, _)| a).collect();
    let smaller = match elements.as_slice() {
        &[bits] if axes.is_empty() => b.constant(Bits { scalar: dense.scalar, bits }),
        _ => b.raw(Op::Dense(Arc::new(Dense { scalar: dense.scalar, axes, elements })), &[]),
    };
    let rest = index.iter().filter(|(_, at)| at.as_constant().is_none()).cloned().collect();
    Some(b.read(smaller, rest, &[], None))
}

/// The position at a constant is the constant, at an axis that axis' position.
fn of_iota(b: &mut Builder, index: &[(AxisId, Index)], axis: AxisId) -> Option<NodeId> {
    let (_, at) = index.iter().find(|(a, _)| *a == axis)?;
    match (at.as_constant(), at.as_axis()) {
        (Some(c), _) => Some(b.int(c)),
        (None, Some(to)) => Some(b.iota(to)),
        (None, None) => None,
    }
}

/// Reading where an update certainly wrote its one element, or certainly did not.
fn of_update(b: &mut Builder, index: &[(AxisId, Index)], update: &Node) -> Option<NodeId> {
    let Op::Update { index: written, over } = &update.op else { return None };
    let (x, v) = (update.args[0], update.args[1]);
    let both = |(a, _): &(AxisId, Index)| b.ty(v).has(*a);
    if !over.is_empty() || update.args.len() > 2 || written.iter().any(both) {
        return None;
    }
    let mut same = true;
    for (axis, at) in written {
        let (_, read) = index.iter().find(|(a, _)| a == axis)?;
        let (read, at) = (read.as_constant()?, at.as_constant()?);
        // A position outside is a failure of the update, which stays.
        let Extent::Static(n) = b.func().axes[*axis] else { return None };
        if !u64::try_from(at).is_ok_and(|at| at < n) {
            return None;
        }
        same &= read == at;
    }
    let source = if same { v } else { x };
    let ty = b.ty(source).clone();
    let rest = index
        .iter()
        .filter(|(a, _)| ty.has(*a) && !(same && written.iter().any(|(w, _)| w == a)))
        .cloned()
        .collect();
    Some(b.read(source, rest, &[], None))
}

/// `stack(x[c], x[c + d], x[c + 2 d], ..)` is `x[c + d * 's]`.
fn stack_of_reads(b: &mut Builder, axis: AxisId, args: &[NodeId]) -> Option<NodeId> {
    let single = |arg: NodeId| {
        let node = &b.func().nodes[arg];
        match &node.op {
            Op::Read { index, fill: false } if node.args.len() == 1 => match index.as_slice() {
                [(a, at)] => Some((node.args[0], *a, at.as_constant()?)),
                _ => None,
            },
            _ => None,
        }
    };
    let reads: Vec<_> = args.iter().map(|&a| single(a)).collect::<Option<_>>()?;
    let [first, second, ..] = reads.as_slice() else { return None };
    let step = second.2.checked_sub(first.2).filter(|&d| d != 0)?;
    let regular = reads.iter().zip(0i64..).all(|(r, k)| {
        (r.0, r.1) == (first.0, first.1)
            && step.checked_mul(k).and_then(|d| first.2.checked_add(d)) == Some(r.2)
    });
    regular.then(|| {
        let at = Index { terms: vec![(axis, step)], offset: first.2, data: None };
        b.read(first.0, vec![(first.1, at)], &[], None)
    })
}
