//! Which of several writes to one place is the last: only that one gets the cotangent.

use dslc_ir::{AxisId, Builder, Index, NodeId};

use crate::build::spread;
use crate::index::read_or_zero;

/// Whether no two writes of an update meet, as far as the index map shows: every axis of the window moves some
/// index on its own. Indices that are data over the window may meet.
pub(crate) fn distinct(b: &Builder, index: &[(AxisId, Index)], over: &[AxisId], data: &[NodeId]) -> bool {
    let over: Vec<AxisId> =
        over.iter().copied().filter(|&a| b.func().axes[a].known().is_none_or(|n| n > 1)).collect();
    let moved_by =
        |i: &Index| -> Vec<AxisId> { i.terms.iter().map(|t| t.0).filter(|a| over.contains(a)).collect() };
    let steady = |i: &Index| i.data.is_none_or(|k| over.iter().all(|&a| !b.ty(data[k as usize]).has(a)));
    over.iter().all(|&axis| index.iter().any(|(_, i)| steady(i) && moved_by(i) == [axis]))
}

/// For each write of an update: whether it is the last to its place. Each write leaves its number in a tensor of
/// numbers; the writes that find their own number again are the last.
pub(crate) fn last_writer(
    b: &mut Builder,
    index: &[(AxisId, Index)],
    over: &[AxisId],
    data: &[NodeId],
) -> NodeId {
    let mut number = b.int(0);
    for &axis in over {
        let n = b.int(b.func().axes[axis].known().map_or(1, |n| n as i64));
        let rows = b.mul(number, n);
        let i = b.iota(axis);
        number = b.add(rows, i);
    }
    let nobody = b.int(-1);
    let indexed: Vec<AxisId> = index.iter().map(|(a, _)| *a).collect();
    let blank = spread(b, nobody, &indexed);
    let numbers = b.update(blank, number, index.to_vec(), over.to_vec(), data);
    let found = read_or_zero(b, numbers, index, data);
    b.eq(found, number)
}
