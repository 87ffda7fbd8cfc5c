//! Index maps: reads that give zero outside, and the transpose of a read.
//!
//! The transpose of `y[out] = x[index(out)]` adds `y_bar[out]` at `index(out)`. Where each index has an axis of
//! its own with coefficient 1 or -1, that equation is solved for the axis and the transpose is a *gather*, which
//! loops vectorise: a rename is renamed back, a slice is padded, a window `x[i + j]` becomes a sum over `j`
//! of a padded read. Else it is a scatter.

use dslc_ir::{AxisId, Bits, Builder, Extent, Index, Monoid, NodeId, Type};

use crate::build::{keep_where, spread, sum_to};
use crate::writes::distinct;

/// An index map: for each axis, where.
pub(crate) type IndexMap = Vec<(AxisId, Index)>;

/// Whether an index lies inside `0..extent` wherever its axes are, known without running.
pub(crate) fn proved_inside(b: &Builder, index: &Index, extent: Extent) -> bool {
    let (Some(n), None) = (extent.known(), index.data) else {
        return false;
    };
    let (mut lo, mut hi) = (i128::from(index.offset), i128::from(index.offset));
    for &(axis, c) in &index.terms {
        match b.func().axes[axis].known() {
            Some(0) => return true,
            Some(e) => {
                let reach = i128::from(c) * (i128::from(e) - 1);
                lo += reach.min(0);
                hi += reach.max(0);
            }
            None => return false,
        }
    }
    lo >= 0 && hi < i128::from(n)
}

/// A bool that says whether all positions of an index map lie inside; nothing if they are known to. It is read
/// from a tensor of truths, `false` outside: integer arithmetic could overflow, a read cannot.
pub(crate) fn inside(b: &mut Builder, index: &[(AxisId, Index)], data: &[NodeId]) -> Option<NodeId> {
    let open: IndexMap =
        index.iter().filter(|(a, i)| !proved_inside(b, i, b.func().axes[*a])).cloned().collect();
    if open.is_empty() {
        return None;
    }
    let axes: Vec<AxisId> = open.iter().map(|(a, _)| *a).collect();
    let yes = b.constant(Bits::bool(true));
    let no = b.constant(Bits::bool(false));
    let truths = spread(b, yes, &axes);
    let (open, data) = renumber(open, data);
    Some(b.read(truths, open, &data, Some(no)))
}

/// `x[index]` with 0 outside. `x` may lack indexed axes: it is constant along them, inside.
pub(crate) fn read_or_zero(b: &mut Builder, x: NodeId, index: &[(AxisId, Index)], data: &[NodeId]) -> NodeId {
    let ty = b.ty(x).clone();
    let (here, lacking): (IndexMap, IndexMap) = index.iter().cloned().partition(|(a, _)| ty.has(*a));
    let mask = inside(b, &lacking, data);
    let may_leave = here.iter().any(|(a, i)| !proved_inside(b, i, b.func().axes[*a]));
    let fill = may_leave.then(|| b.like(x, 0.0));
    let (here, data) = renumber(here, data);
    let read = b.read(x, here, &data, fill);
    mask.map_or(read, |mask| keep_where(b, mask, read))
}

/// The same index map with only the data that it uses.
pub(crate) fn renumber(mut index: IndexMap, data: &[NodeId]) -> (IndexMap, Vec<NodeId>) {
    let mut kept: Vec<NodeId> = Vec::new();
    for (_, one) in &mut index {
        if let Some(k) = one.data {
            one.data = Some(kept.len() as u32);
            kept.push(data[k as usize]);
        }
    }
    (index, kept)
}

/// The consumed axes that something still runs over when the written value lacks some: the others would write the
/// same value again. `None` if one of those is empty, so that nothing is written at all.
pub(crate) fn running(
    b: &Builder,
    v: NodeId,
    index: &[(AxisId, Index)],
    over: &[AxisId],
    data: &[NodeId],
) -> Option<Vec<AxisId>> {
    let runs = |a: AxisId| {
        index.iter().any(|(_, i)| i.terms.iter().any(|t| t.0 == a))
            || b.ty(v).has(a)
            || data.iter().any(|&d| b.ty(d).has(a))
    };
    let idle = |a: &&AxisId| !runs(**a);
    let empty = over.iter().filter(idle).any(|&a| b.func().axes[a] == Extent::Static(0));
    (!empty).then(|| over.iter().copied().filter(|&a| runs(a)).collect())
}

/// How the equations `index(over) = a` are solved: `pivot = .. a ..` for each, and what is left to sum over.
struct Solved {
    /// For each pivot, where it is read as a function of the result's axes.
    back: IndexMap,
    /// Axes with a constant index: the result is zero elsewhere.
    constants: Vec<(AxisId, i64)>,
    /// The other consumed axes; all are summed.
    rest: Vec<AxisId>,
}

/// The transpose of a read: `result[index(over)] += y_bar`, positions outside dropped. `over` are the axes of
/// `y_bar` that the read had made (it may lack some of them). Order of the sum: row-major by axis id.
pub(crate) fn transpose_read(
    b: &mut Builder,
    y_bar: NodeId,
    index: &[(AxisId, Index)],
    data: &[NodeId],
    over: &[AxisId],
) -> NodeId {
    // Axes that the position does not depend on are summed first, wherever they came from.
    let mut used: Vec<AxisId> = index.iter().flat_map(|(_, i)| i.terms.iter().map(|t| t.0)).collect();
    for &d in data {
        used.extend_from_slice(&b.ty(d).axes.clone());
    }
    let used = Type::new(b.scalar_of(y_bar), used);
    let y_bar = sum_to(b, y_bar, over, &used);
    let over: Vec<AxisId> = over.iter().copied().filter(|&a| used.has(a)).collect();
    match solve(b, index, data, &over) {
        Some(solved) => gather_back(b, y_bar, solved),
        None => b.scatter(y_bar, index.to_vec(), over, data),
    }
}

fn gather_back(b: &mut Builder, mut y_bar: NodeId, mut solved: Solved) -> NodeId {
    // A result axis may have the id of a summed one (`x[i] -> x[2*i + j]`): the summed one gets a fresh id.
    for k in 0..solved.rest.len() {
        let old = solved.rest[k];
        let result = |(a, _): &(AxisId, i64)| *a == old;
        let clash = solved.constants.iter().any(result)
            || solved.back.iter().any(|(_, i)| i.terms.first().is_some_and(|t| t.0 == old));
        if clash {
            let fresh = b.axis_like(old);
            y_bar = b.rename(y_bar, &[(old, fresh)]);
            solved.rest[k] = fresh;
            for (_, i) in &mut solved.back {
                i.terms.iter_mut().skip(1).filter(|t| t.0 == old).for_each(|t| t.0 = fresh);
            }
        }
    }
    for (_, i) in &mut solved.back {
        i.terms.sort_unstable_by_key(|t| t.0);
    }
    let read = read_or_zero(b, y_bar, &solved.back, &[]);
    solved.rest.sort_unstable();
    let mut x_bar = b.fold(Monoid::Sum, read, &solved.rest);
    for (axis, at) in solved.constants {
        let i = b.iota(axis);
        let at = b.int(at);
        let here = b.eq(i, at);
        x_bar = keep_where(b, here, x_bar);
    }
    x_bar
}

/// Solves the index equations for one axis each, if that is possible and does not cost more than scattering.
/// In each of `back` the first term is the result's axis.
fn solve(b: &Builder, index: &[(AxisId, Index)], data: &[NodeId], over: &[AxisId]) -> Option<Solved> {
    if !data.is_empty() {
        return None;
    }
    let extent = |a: AxisId| b.func().axes[a].known().unwrap_or(u64::MAX);
    let mut solved = Solved { back: Vec::new(), constants: Vec::new(), rest: over.to_vec() };
    let mut results = 1u64;
    for (k, (axis, one)) in index.iter().enumerate() {
        results = results.saturating_mul(extent(*axis));
        if let Some(at) = one.as_constant() {
            solved.constants.push((*axis, at));
            continue;
        }
        let alone = |t: AxisId| {
            index.iter().enumerate().all(|(m, (_, i))| m == k || i.terms.iter().all(|s| s.0 != t))
        };
        let (pivot, sign) = one
            .terms
            .iter()
            .copied()
            .filter(|&(t, c)| c.abs() == 1 && over.contains(&t) && alone(t))
            .max_by_key(|&(t, _)| (extent(t), std::cmp::Reverse(t)))?;
        let mut terms = vec![(*axis, sign)];
        terms.extend(one.terms.iter().filter(|t| t.0 != pivot).map(|&(t, c)| (t, -sign * c)));
        solved.back.push((pivot, Index { terms, offset: -sign * one.offset, data: None }));
        solved.rest.retain(|&a| a != pivot);
    }
    let product = |axes: &[AxisId]| axes.iter().fold(1u64, |n, &a| n.saturating_mul(extent(a)));
    let gather = results.saturating_mul(product(&solved.rest));
    let scatter = product(over).saturating_add(results);
    (gather <= scatter.saturating_mul(2)).then_some(solved)
}

/// `sum` with the cotangent of a read added where it was read, if few of its elements were, no two of them the same: the
/// transpose as a tensor would be zeros but for these.
pub(crate) fn add_elements(
    b: &mut Builder,
    sum: NodeId,
    y_bar: NodeId,
    index: &[(AxisId, Index)],
    data: &[NodeId],
    over: &[AxisId],
) -> Option<NodeId> {
    let ty = b.ty(sum).clone();
    let extent = |a: AxisId| b.func().axes[a].known();
    let product = |axes: &[AxisId]| axes.iter().try_fold(1u64, |n, &a| Some(n.saturating_mul(extent(a)?)));
    let indexed: Vec<AxisId> = index.iter().map(|(a, _)| *a).collect();
    let (read, all) = (product(over)?, product(&indexed)?);
    let whole = index.iter().all(|(a, _)| ty.has(*a));
    if !whole || read == 0 || read.saturating_mul(2) > all || !distinct(b, index, over, data) {
        return None;
    }
    // A result axis may have the id of an axis that is read along.
    if index.iter().any(|(a, i)| over.contains(a) || i.terms.iter().any(|t| t.0 == *a)) {
        return None;
    }
    // Axes over which only the cotangent runs are summed before.
    let moves = |a: &AxisId| {
        let term = |(_, i): &(AxisId, Index)| i.terms.iter().any(|t| t.0 == *a);
        index.iter().any(term) || data.iter().any(|&d| b.ty(d).has(*a))
    };
    let (runs, idle): (Vec<AxisId>, Vec<AxisId>) = over.iter().copied().partition(moves);
    let y_bar = b.fold(Monoid::Sum, y_bar, &idle);
    let before = b.read(sum, index.to_vec(), data, None);
    let after = b.add(before, y_bar);
    Some(b.update(sum, after, index.to_vec(), runs, data))
}
