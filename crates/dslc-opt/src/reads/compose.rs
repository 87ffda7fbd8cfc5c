//! A read of a read is one read.

use std::collections::HashMap;

use dslc_ir::infer::data_args;
use dslc_ir::{AxisId, Builder, Extent, Index, NodeId, Op};

use crate::relabel::normal_index;

/// `x[inner][outer]` as one read, where the outer one cannot leave the inner one's axes: it has no fill and no
/// data. The inner one may have both, if none of its data or fill varies along an axis that the outer one moves,
/// and if it cannot fail at a position that the outer one passes over.
pub(super) fn compose(b: &mut Builder, op: &Op, args: &[NodeId]) -> Option<NodeId> {
    let Op::Read { index: outer, fill: false } = op else { return None };
    if args.len() != 1 {
        return None;
    }
    let inner = b.func().nodes[args[0]].clone();
    let Op::Read { index, fill } = &inner.op else { return None };
    let x = inner.args[0];
    let renames =
        |(a, at): &(AxisId, Index)| at.as_axis().is_some_and(|to| b.func().axes[to] == b.func().axes[*a]);
    if !fill && inner.args.len() > 1 && !outer.iter().all(renames) {
        return None;
    }
    let moved: HashMap<AxisId, &Index> = outer.iter().map(|(a, at)| (*a, at)).collect();
    let varies = |node: NodeId| b.ty(node).axes.iter().any(|a| moved.contains_key(a));
    if inner.args[1..].iter().any(|&n| varies(n)) {
        return None;
    }
    let mut new: Vec<(AxisId, Index)> = Vec::new();
    for (axis, at) in index {
        new.push((*axis, substitute(at, &moved)?));
    }
    // Axes of `x` that pass through the inner read are moved by the outer one directly.
    for (axis, at) in outer {
        if b.ty(x).has(*axis) && index.iter().all(|(a, _)| a != axis) {
            new.push((*axis, at.clone()));
        }
    }
    if new.iter().any(|(a, _)| b.func().axes[*a] == Extent::Dynamic) {
        return None;
    }
    // The place of the failure is that of the read that can fail.
    b.site = inner.site.or(b.site);
    let data = data_args(index);
    let fill = fill.then(|| inner.args[1 + data]);
    Some(b.read(x, new, &inner.args[1..1 + data], fill))
}

/// An index with its axes replaced by what the outer read puts in their places.
pub(super) fn substitute(at: &Index, moved: &HashMap<AxisId, &Index>) -> Option<Index> {
    let mut terms = Vec::new();
    let mut offset = at.offset;
    for &(axis, c) in &at.terms {
        match moved.get(&axis) {
            None => terms.push((axis, c)),
            Some(to) => {
                for &(t, k) in &to.terms {
                    terms.push((t, k.checked_mul(c)?));
                }
                offset = offset.checked_add(to.offset.checked_mul(c)?)?;
            }
        }
    }
    normal_index(terms, offset, at.data)
}
