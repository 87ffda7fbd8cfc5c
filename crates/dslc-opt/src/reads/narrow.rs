//! A diagonal of something computed is computed on the diagonal: the entries of a derivative's matrix that are read.
//!
//! ```text
//! %3 = mul %1{'0} %2{'0, '1}                       %4 = read %2['0 -> 'a, '1 -> 'a + 1]
//! %4 = read %3['0 -> 'a, '1 -> 'a + 1]   becomes   %5 = mul (read %1['0 -> 'a]) %4
//! ```
//!
//! Where the matrix is a Hessian, what it is made of are ones where two positions are equal; along a diagonal these are
//! known, and what is left takes as many steps as there are entries. Only reads that join axes, or look at one position of two
//! axes, are pushed up: others save a share of the work at best, and would do it again for each read.

use std::collections::HashMap;

use dslc_ir::prims::{index, logic};
use dslc_ir::verify::can_fail;
use dslc_ir::{AxisId, Bits, Builder, Extent, Index, Module, Node, NodeId, Op, Scalar};

use crate::reads::affine::affine;
use crate::rebuild::{make, stays_inside};
use crate::relabel::normal_index;

use super::compose::substitute;

/// More nodes than this are not made for one read.
const MOST: usize = 4_096;
/// What is smaller, in elements, is not worth a look.
const SMALL: u64 = 64;

/// An index map: for each axis that is read, where. Sorted by axis.
type Map = Vec<(AxisId, Index)>;

/// What is wanted: a node at an index map; and whether positions may be outside, where any value does.
type Want = (NodeId, Map, bool);

/// The same values, computed only where they are read.
pub(super) fn narrow(b: &mut Builder, out: &Module, op: &Op, args: &[NodeId]) -> Option<NodeId> {
    let Op::Read { index, fill: false } = op else { return None };
    let &[x] = args else { return None };
    let fixed = index.iter().filter(|(_, at)| at.as_constant().is_some()).count();
    if !(joins(b, index, x) || fixed > 1) || b.func().count(&b.ty(x).axes).is_none_or(|n| n < SMALL) {
        return None;
    }
    let first = want(b, x, index, false);
    if !matches!(b.func().nodes[x].op, Op::Map(_) | Op::Fold { .. } | Op::Read { fill: true, .. })
        || parts(b, &first).is_none()
    {
        return None;
    }
    let mut made: HashMap<Want, NodeId> = HashMap::new();
    let mut work = vec![(first.clone(), false)];
    while let Some((wanted, ready)) = work.pop() {
        if made.contains_key(&wanted) {
            continue;
        }
        if made.len() > MOST {
            return None;
        }
        let below = parts(b, &wanted).unwrap_or_default();
        if !ready {
            work.push((wanted, true));
            work.extend(below.into_iter().rev().map(|w| (w, false)));
            continue;
        }
        let args: Vec<NodeId> = below.iter().map(|w| made[w]).collect();
        let node = build(b, out, &wanted, &args)?;
        made.insert(wanted, node);
    }
    made.get(&first).copied()
}

/// Whether two axes of `x` end up on one.
fn joins(b: &Builder, index: &[(AxisId, Index)], x: NodeId) -> bool {
    let moved = index.iter().flat_map(|(_, at)| at.terms.iter().map(|t| t.0));
    let kept = b.ty(x).axes.iter().copied().filter(|a| index.iter().all(|(i, _)| i != a));
    let mut all: Vec<AxisId> = moved.chain(kept).collect();
    let before = all.len();
    all.sort_unstable();
    all.dedup();
    all.len() < before
}

/// What is wanted of a node: the part of an index map that concerns it.
fn want(b: &Builder, node: NodeId, index: &[(AxisId, Index)], loose: bool) -> Want {
    let ty = b.ty(node);
    let mut map: Map = index.iter().filter(|(a, _)| ty.has(*a)).cloned().collect();
    map.sort_by_key(|(a, _)| *a);
    let inside = map.iter().all(|(a, at)| stays_inside(b.func(), at, b.func().axes[*a]));
    (node, map, loose && !inside)
}

/// What a wanted value is made of; nothing if it is read as it is.
fn parts(b: &Builder, (id, map, loose): &Want) -> Option<Vec<Want>> {
    if map.is_empty() {
        return None;
    }
    let node = &b.func().nodes[*id];
    match &node.op {
        Op::Map(_) if !can_fail(b.func(), node) => {
            Some(node.args.iter().map(|&a| want(b, a, map, *loose)).collect())
        }
        Op::Fold { axes, .. } => {
            let free = map.iter().all(|(_, at)| at.terms.iter().all(|t| !axes.contains(&t.0)));
            let x = b.ty(node.args[0]);
            let whole = axes.iter().all(|a| x.has(*a));
            (free && whole).then(|| vec![want(b, node.args[0], map, *loose)])
        }
        Op::Read { .. } => {
            let (inner, fill) = composed(b, node, map)?;
            Some(vec![want(b, node.args[0], &inner, *loose || fill)])
        }
        _ => None,
    }
}

/// The index map of a read after another, and whether the read has a fill.
fn composed(b: &Builder, node: &Node, map: &Map) -> Option<(Map, bool)> {
    let Op::Read { index, fill } = &node.op else { return None };
    let x = node.args[0];
    // The fill is a constant, and there is no data.
    if node.args.len() != 1 + usize::from(*fill) || (*fill && b.as_const(node.args[1]).is_none()) {
        return None;
    }
    let moved: HashMap<AxisId, &Index> = map.iter().map(|(a, at)| (*a, at)).collect();
    let mut new = Map::new();
    for (axis, at) in index {
        new.push((*axis, substitute(at, &moved)?));
    }
    for (axis, at) in map {
        if b.ty(x).has(*axis) && index.iter().all(|(a, _)| a != axis) {
            new.push((*axis, at.clone()));
        }
    }
    (new.iter().all(|(a, _)| b.func().axes[*a] != Extent::Dynamic)).then_some((new, *fill))
}

/// A wanted value from the values that it is made of.
fn build(b: &mut Builder, out: &Module, (id, map, loose): &Want, args: &[NodeId]) -> Option<NodeId> {
    if map.is_empty() {
        return Some(*id);
    }
    let node = b.func().nodes[*id].clone();
    b.site = node.site.or(b.site);
    if args.is_empty() {
        return leaf(b, &node, *id, map, *loose);
    }
    match &node.op {
        Op::Map(prim) => Some(match compared(b, prim.0.name, args) {
            Some(known) => b.constant(Bits::bool(known)),
            None => make(b, out, node.op, args),
        }),
        Op::Fold { .. } => Some(make(b, out, node.op, args)),
        Op::Read { fill: true, .. } => {
            let (inner, _) = composed(b, &node, map)?;
            let fill = node.args[1];
            let mut value = args[0];
            for (axis, at) in inner {
                let extent = b.func().axes[axis];
                if stays_inside(b.func(), &at, extent) {
                    continue;
                }
                let (at, zero, end) = (position(b, &at), b.int(0), b.int(extent.known()? as i64));
                let low = b.map(&logic::GE, &[at, zero]);
                let high = b.map(&logic::LT, &[at, end]);
                let inside = b.map(&logic::AND, &[low, high]);
                value = b.select(inside, value, fill);
            }
            Some(value)
        }
        Op::Read { .. } => Some(args[0]),
        _ => None,
    }
}

/// A value that is read as it is; anything does for positions outside.
fn leaf(b: &mut Builder, node: &Node, id: NodeId, map: &Map, loose: bool) -> Option<NodeId> {
    if let (Op::Iota(axis), [(of, at)]) = (&node.op, &map[..])
        && axis == of
    {
        return Some(position(b, at));
    }
    let fill = match (loose, b.scalar_of(id)) {
        (false, _) => None,
        (true, Scalar::Key) => return None,
        (true, scalar) => Some(b.number(scalar, 0.0)),
    };
    Some(b.read(id, map.clone(), &[], fill))
}

/// An affine position as a value.
fn position(b: &mut Builder, at: &Index) -> NodeId {
    let mut sum = b.int(at.offset);
    if let Some(axis) = at.as_axis() {
        return b.iota(axis);
    }
    for &(axis, c) in &at.terms {
        let place = b.iota(axis);
        let place = match c {
            1 => place,
            _ => {
                let c = b.int(c);
                b.map(&index::MUL, &[place, c])
            }
        };
        sum = b.map(&index::ADD, &[sum, place]);
    }
    sum
}

/// What a comparison of two positions is, if it is the same everywhere.
fn compared(b: &Builder, name: &str, args: &[NodeId]) -> Option<bool> {
    let &[x, y] = args else { return None };
    if b.scalar_of(x) != Scalar::I64 {
        return None;
    }
    let ((mut terms, p), (other, q)) = (affine(b, x, 8)?, affine(b, y, 8)?);
    terms.extend(other.into_iter().map(|(a, c)| (a, -c)));
    let apart = normal_index(terms, p.checked_sub(q)?, None)?.as_constant()?;
    match name {
        "eq" => Some(apart == 0),
        "ne" => Some(apart != 0),
        "lt" => Some(apart < 0),
        "le" => Some(apart <= 0),
        "gt" => Some(apart > 0),
        "ge" => Some(apart >= 0),
        _ => None,
    }
}
