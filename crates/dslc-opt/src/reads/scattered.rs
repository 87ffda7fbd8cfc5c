//! A diagonal of what was scattered along diagonals is what was scattered there.
//!
//! ```text
//! %3 = scatter {'r: 'p, 'c: 'p + off['d]} over ['p, 'd] %2
//! %4 = read %3['r -> 'a, 'c -> 'a + 1]                      becomes   %5 = read %2['p -> 'a, 'd -> 2]
//!                                                                     %4 = add 0 %5       where off[2] = 1
//! ```
//!
//! So the matrix of a sparse derivative is never there if only some of its diagonals are read.

use std::collections::HashMap;

use dslc_ir::{AxisId, Builder, Index, NodeId, Op};

use crate::relabel::normal_index;

/// What was scattered to the places that are read, if it is known which that is.
pub(super) fn scattered(b: &mut Builder, op: &Op, args: &[NodeId]) -> Option<NodeId> {
    let (Op::Read { index, fill: false }, &[x]) = (op, args) else { return None };
    let inner = b.func().nodes[x].clone();
    let Op::Scatter { index: to, over } = &inner.op else { return None };
    let (v, data) = (inner.args[0], &inner.args[1..]);
    if !b.scalar_of(v).is_float() {
        return None;
    }
    let read: HashMap<AxisId, &Index> = index.iter().map(|(a, at)| (*a, at)).collect();
    // Axes that are where a result axis is: no two of their points go to one place.
    let mut from: HashMap<AxisId, Index> = HashMap::new();
    for (axis, at) in to {
        let extent = b.func().axes[*axis];
        if let Some(p) = at.as_axis().filter(|p| over.contains(p) && b.func().axes[*p] == extent) {
            from.entry(p).or_insert((*read.get(axis)?).clone());
        }
    }
    let mut rest = over.iter().filter(|p| !from.contains_key(p));
    let which = rest.next().copied();
    if rest.next().is_some() {
        return None;
    }
    let count = which.map_or(Some(1), |d| b.func().axes[d].known())?;
    let mut fits = vec![true; usize::try_from(count).ok()?];
    for (axis, at) in to {
        let mut terms = read.get(axis)?.terms.clone();
        let mut apart = read.get(axis)?.offset.checked_sub(at.offset)?;
        for (p, c) in &at.terms {
            let place = from.get(p)?;
            apart = apart.checked_sub(place.offset.checked_mul(*c)?)?;
            for (a, k) in &place.terms {
                terms.push((*a, k.checked_mul(*c)?.checked_neg()?));
            }
        }
        let apart = normal_index(terms, apart, None)?.as_constant()?;
        for (d, fits) in fits.iter_mut().enumerate() {
            *fits &= apart == offset(b, at, data, which, d)?;
        }
    }
    let mut found = fits.iter().enumerate().filter(|(_, f)| **f).map(|(d, _)| d as i64);
    let (one, None) = (found.next()?, found.next()) else { return None };
    let ty = b.ty(v).clone();
    let mut map: Vec<(AxisId, Index)> = from.into_iter().filter(|(p, _)| ty.has(*p)).collect();
    map.extend(which.filter(|d| ty.has(*d)).map(|d| (d, Index::constant(one))));
    let passing = |(a, _): &&(AxisId, Index)| ty.has(*a) && to.iter().all(|(t, _)| t != a);
    map.extend(index.iter().filter(passing).cloned());
    map.sort_by_key(|(a, _)| *a);
    let value = b.read(v, map, &[], None);
    // It is a sum from zero, which has no negative zero.
    let zero = b.like(value, 0.0);
    Some(b.add(zero, value))
}

/// What data adds to a place, if that is a constant along the axis of offsets.
fn offset(b: &Builder, at: &Index, data: &[NodeId], which: Option<AxisId>, d: usize) -> Option<i64> {
    let Some(k) = at.data else { return Some(0) };
    match &b.func().nodes[data[k as usize]].op {
        Op::Const(bits) => bits.as_i64(),
        Op::Dense(dense) if which.is_some_and(|w| dense.axes == [w]) => {
            dense.elements.get(d).map(|&e| e as i64)
        }
        _ => None,
    }
}
