//! Which of several writes to one place is the last: only that one gets the cotangent.

use dslc_ir::prims::logic;
use dslc_ir::{AxisId, Builder, Index, NodeId};

use crate::build::spread;
use crate::index::{read_or_zero, running};

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

/// For each write of an update: whether it is the last to its place. Each write leaves its position in the window
/// in tensors of positions, one for each axis; the writes that find their own position again are the last.
pub(crate) fn last_writer(
    b: &mut Builder,
    index: &[(AxisId, Index)],
    over: &[AxisId],
    data: &[NodeId],
) -> Option<NodeId> {
    let nobody = b.int(-1);
    let indexed: Vec<AxisId> = index.iter().map(|(a, _)| *a).collect();
    let blank = spread(b, nobody, &indexed);
    let mut last = None;
    for &axis in over {
        let own = b.iota(axis);
        // An axis over which only the value runs is written over and over: its last position stays.
        let runs = running(b, own, index, over, data)?;
        let positions = b.update(blank, own, index.to_vec(), runs, data);
        let found = read_or_zero(b, positions, index, data);
        let same = b.eq(found, own);
        last = Some(last.map_or(same, |last| b.map(&logic::AND, &[last, same])));
    }
    last
}
