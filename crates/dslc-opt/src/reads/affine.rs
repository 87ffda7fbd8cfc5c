//! Positions that are data only by accident: constants and affine functions of an axis.

use dslc_base::Index as _;
use dslc_ir::infer::data_args;
use dslc_ir::{AxisId, Bits, Builder, Extent, Index, NodeId, Op};

use crate::rebuild::stays_inside;
use crate::relabel::normal_index;

/// The same access with affine data moved into the index map, and without a fill that no position reaches; `None`
/// if there is nothing to move.
pub(super) fn absorb(b: &mut Builder, op: &Op, args: &[NodeId]) -> Option<NodeId> {
    match op {
        Op::Read { index, fill } => absorb_read(b, index, *fill, args),
        // Positions outside are dropped by a scatter, so any affine position may move; its axes must then be
        // consumed as before, which `over` says by name.
        Op::Scatter { index, over } => {
            let (index, data) = rewrite(b, index, &args[1..], &[], |_, _, _| true)?;
            Some(b.scatter(args[0], index, over.clone(), &data))
        }
        Op::Update { index, over } => {
            let extents: Vec<Extent> = index.iter().map(|(a, _)| b.func().axes[*a]).collect();
            let (index, data) =
                rewrite(b, index, &args[2..], &extents, |b, at, n| stays_inside(b.func(), at, n))?;
            Some(b.update(args[0], args[1], index, over.clone(), &data))
        }
        _ => None,
    }
}

fn absorb_read(b: &mut Builder, index: &[(AxisId, Index)], fill: bool, args: &[NodeId]) -> Option<NodeId> {
    let data = data_args(index);
    let extents: Vec<Extent> = index.iter().map(|(a, _)| b.func().axes[*a]).collect();
    // With a fill every position may be affine; without one it has to be proved inside.
    let may = |b: &Builder, at: &Index, n: Extent| fill || stays_inside(b.func(), at, n);
    let moved = rewrite(b, index, &args[1..1 + data], &extents, may);
    let changed = moved.is_some();
    let (index, data_args) = moved.unwrap_or_else(|| (index.to_vec(), args[1..1 + data].to_vec()));
    let inside = index.iter().zip(&extents).all(|((_, at), &n)| stays_inside(b.func(), at, n));
    let keep_fill = fill && !inside;
    (changed || keep_fill != fill).then(|| {
        let fill = keep_fill.then(|| args[1 + data]);
        b.read(args[0], index, &data_args, fill)
    })
}

type Access = (Vec<(AxisId, Index)>, Vec<NodeId>);

/// Replaces data that is affine, where `may` allows the result, and renumbers the data that is left.
fn rewrite(
    b: &mut Builder,
    index: &[(AxisId, Index)],
    data: &[NodeId],
    extents: &[Extent],
    may: impl Fn(&Builder, &Index, Extent) -> bool,
) -> Option<Access> {
    let mut changed = false;
    let mut new = Vec::with_capacity(index.len());
    let mut left: Vec<NodeId> = Vec::new();
    for (k, (axis, at)) in index.iter().enumerate() {
        let extent = extents.get(k).copied().unwrap_or(Extent::Dynamic);
        let simpler = match at.data {
            Some(d) => add_affine(b, at, data[d as usize]).filter(|at| may(b, at, extent)),
            None => None,
        };
        changed |= simpler.is_some();
        let mut at = simpler.unwrap_or_else(|| at.clone());
        if let Some(d) = at.data {
            let node = data[d as usize];
            let place = left.iter().position(|&n| n == node).unwrap_or_else(|| {
                left.push(node);
                left.len() - 1
            });
            at.data = Some(place as u32);
        }
        new.push((*axis, at));
    }
    changed.then_some((new, left))
}

/// The index with its data, which is affine, added to its affine part.
fn add_affine(b: &Builder, at: &Index, data: NodeId) -> Option<Index> {
    let (mut terms, offset) = affine(b, data, 8)?;
    terms.extend_from_slice(&at.terms);
    normal_index(terms, at.offset.checked_add(offset)?, None)
}

/// `node` as coefficients of axes and a constant, if no operation on the way overflows anywhere.
pub(super) fn affine(b: &Builder, node: NodeId, depth: u32) -> Option<(Vec<(AxisId, i64)>, i64)> {
    let n = &b.func().nodes[node];
    let (terms, offset) = match &n.op {
        Op::Const(bits) => (vec![], bits.as_i64()?),
        Op::Iota(axis) => (vec![(*axis, 1)], 0),
        Op::Map(prim) if depth > 0 => {
            let of = |k: usize| affine(b, n.args[k], depth - 1);
            match prim.0.name {
                "add" | "index_add" => combine(of(0)?, of(1)?, 1)?,
                "sub" => combine(of(0)?, of(1)?, -1)?,
                "neg" => combine((vec![], 0), of(0)?, -1)?,
                "mul" | "index_mul" => match (constant(b, n.args[0]), constant(b, n.args[1])) {
                    (Some(c), _) => combine((vec![], 0), of(1)?, c)?,
                    (None, Some(c)) => combine((vec![], 0), of(0)?, c)?,
                    (None, None) => return None,
                },
                _ => return None,
            }
        }
        _ => return None,
    };
    let index = normal_index(terms, offset, None)?;
    fits(b, &index).then_some((index.terms, index.offset))
}

fn constant(b: &Builder, node: NodeId) -> Option<i64> {
    b.as_const(node).and_then(Bits::as_i64)
}

type Affine = (Vec<(AxisId, i64)>, i64);

/// `x + c * y`.
fn combine(x: Affine, y: Affine, c: i64) -> Option<Affine> {
    let mut terms = x.0;
    for (axis, k) in y.0 {
        terms.push((axis, k.checked_mul(c)?));
    }
    Some((terms, x.1.checked_add(y.1.checked_mul(c)?)?))
}

/// Whether every value of an affine function is an `i64`, so that computing it cannot have failed.
fn fits(b: &Builder, index: &Index) -> bool {
    let (mut low, mut high) = (i128::from(index.offset), i128::from(index.offset));
    for &(axis, c) in &index.terms {
        let Some(n) = b.func().axes[axis].known() else { return false };
        let last = i128::from(c) * i128::from(n.saturating_sub(1));
        low += last.min(0);
        high += last.max(0);
    }
    debug_assert!(index.terms.iter().all(|(a, _)| a.index() < b.func().axes.len()));
    low >= i128::from(i64::MIN) && high <= i128::from(i64::MAX)
}
