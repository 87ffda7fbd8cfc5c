//! What the derivative of a fold needs: the product of the other elements, the shares in a
//! logarithm of a sum, and the winner of a selection.

use dslc_ir::prims::elementary::exponential;
use dslc_ir::prims::logic;
use dslc_ir::{AxisId, Binding, Builder, Extent, FuncId, Index, Monoid, NodeId, Output, Scalar, Scan};

use crate::build::{drop_where, keep_where, output};
use crate::deriver::Deriver;
use crate::index::read_or_zero;

/// For each element of `x` the product of the others over `axes`, all of which `x` has. Without a division, so
/// it is right at zeros: running products from both ends, one axis after the other (the last axis first). Two
/// loops and O(n) products for each axis. `None` where no axis has others.
pub(crate) fn others(d: &mut Deriver<'_>, b: &mut Builder, x: NodeId, axes: &[AxisId]) -> Option<NodeId> {
    let mut level = x;
    let mut rest: Option<NodeId> = None;
    for &axis in axes.iter().rev() {
        let long = b.func().axes[axis].known().is_none_or(|n| n > 1);
        if long {
            let before = running_product(d, b, level, axis, false);
            let after = running_product(d, b, level, axis, true);
            let both = b.mul(before, after);
            rest = Some(rest.map_or(both, |rest| b.mul(both, rest)));
        }
        level = b.fold(Monoid::Prod, level, &[axis]);
    }
    rest
}

/// The product of the elements before each one (after it, if `reverse`).
fn running_product(d: &mut Deriver<'_>, b: &mut Builder, x: NodeId, axis: AxisId, reverse: bool) -> NodeId {
    let scalar = b.scalar_of(x);
    let body = d.product_body(scalar);
    let count = b.int(b.func().axes[axis].known().map_or(0, |n| n as i64));
    let one = b.number(scalar, 1.0);
    let bind = Binding { args: vec![vec![]; 3], results: vec![vec![]; 2] };
    let scan = Scan { body, xs: 1, state: 1, axis: Some(axis), reverse, bind };
    b.scan(d.module, scan, &[count, x, one])[1]
}

impl Deriver<'_> {
    /// `(index, x, p) -> (p * x, p)`.
    fn product_body(&mut self, scalar: Scalar) -> FuncId {
        if let Some(&found) = self.products.get(&scalar) {
            return found;
        }
        let mut b = Builder::new("running_product");
        b.param(Scalar::I64, vec![]);
        let x = b.param(scalar, vec![]);
        let p = b.param(scalar, vec![]);
        let next = b.mul(p, x);
        let func = self.add(b.finish(vec![output(next, []), output(p, [])]));
        self.products.insert(scalar, func);
        func
    }

    /// The sum of two tapes of unknown length: a loop, because nothing else may see such an axis.
    pub(crate) fn add_tapes(
        &mut self,
        b: &mut Builder,
        axis: AxisId,
        count: NodeId,
        x: NodeId,
        y: NodeId,
    ) -> NodeId {
        let scalar = b.scalar_of(x);
        let body = match self.sums.get(&scalar) {
            Some(&found) => found,
            None => {
                let mut body = Builder::new("add_tapes");
                body.param(Scalar::I64, vec![]);
                let (x, y) = (body.param(scalar, vec![]), body.param(scalar, vec![]));
                let sum = body.add(x, y);
                let func = self.add(body.finish(vec![Output { node: sum, axes: vec![] }]));
                self.sums.insert(scalar, func);
                func
            }
        };
        let bind = Binding { args: vec![vec![]; 3], results: vec![vec![]] };
        let scan = Scan { body, xs: 2, state: 0, axis: Some(axis), reverse: false, bind };
        b.scan(self.module, scan, &[count, x, y])[0]
    }
    /// A tape of unknown length with the axes `gone` summed away and others renamed: a loop, for the same reason.
    pub(crate) fn sum_tape(
        &mut self,
        b: &mut Builder,
        (axis, count): (AxisId, NodeId),
        x: NodeId,
        gone: &[AxisId],
        pairs: &[(AxisId, AxisId)],
    ) -> NodeId {
        let scalar = b.scalar_of(x);
        let mut all: Vec<AxisId> = b.ty(x).axes.iter().copied().filter(|&a| a != axis).collect();
        all.extend(gone.iter().filter(|a| !b.ty(x).has(**a)));
        let extents: Vec<Extent> = all.iter().map(|&a| b.func().axes[a]).collect();
        let mut body = Builder::new("sum_tape");
        body.param(Scalar::I64, vec![]);
        let own = body.axes(&extents);
        let slice = body.param(scalar, own.clone());
        let (mut summed, mut kept, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (&here, &there) in own.iter().zip(&all) {
            if gone.contains(&there) {
                summed.push(here);
            } else {
                kept.push(here);
                names.push(pairs.iter().find(|p| p.0 == there).map_or(there, |p| p.1));
            }
        }
        let sum = body.fold(Monoid::Sum, slice, &summed);
        let body = self.add(body.finish(vec![Output { node: sum, axes: kept }]));
        let bind = Binding { args: vec![vec![], all], results: vec![names] };
        let scan = Scan { body, xs: 1, state: 0, axis: Some(axis), reverse: false, bind };
        b.scan(self.module, scan, &[count, x])[0]
    }
}

/// The share of each element of `x` in the logarithm of a sum of exponentials `y`; nothing of an element that is the
/// zero of its semiring, minus infinity.
pub(crate) fn shares(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    let least = b.like(x, f64::NEG_INFINITY);
    let some = b.map(&logic::NE, &[x, least]);
    let difference = b.sub(x, y);
    let share = b.map(&exponential::EXP, &[difference]);
    keep_where(b, some, share)
}

/// Where the winner of a selective fold stands.
pub(crate) struct Winner {
    /// For each axis that the argument has: the winner's position.
    at: Vec<(AxisId, NodeId)>,
    /// Where the fold's value is the zero of its semiring, so that nobody wins.
    dead: Option<NodeId>,
}

/// The lowest winner of a fold of `x` with the value `y`; `None` if there are no elements. A NaN wins, as it does
/// in the fold. Along an axis that `x` lacks all elements tie, and the first stands for them.
pub(crate) fn winner(
    b: &mut Builder,
    monoid: Monoid,
    x: NodeId,
    y: NodeId,
    axes: &[AxisId],
) -> Option<Winner> {
    if axes.iter().any(|&a| b.func().axes[a] == Extent::Static(0)) {
        return None;
    }
    let max = matches!(monoid, Monoid::Max | Monoid::MaxPlus);
    let here: Vec<AxisId> = axes.iter().copied().filter(|&a| b.ty(x).has(a)).collect();
    let at = if here.is_empty() { vec![] } else { b.arg_fold(max, x, &here) };
    let tropical = matches!(monoid, Monoid::MaxPlus | Monoid::MinPlus);
    let dead = tropical.then(|| {
        let unit = monoid.unit(b.scalar_of(y));
        let unit = b.constant(unit);
        b.eq(y, unit)
    });
    Some(Winner { at: here.into_iter().zip(at).collect(), dead })
}

impl Winner {
    /// The cotangent of the fold at the winner, zero elsewhere.
    pub(crate) fn only(&self, b: &mut Builder, bar: NodeId) -> NodeId {
        let bar = self.dead.map_or(bar, |dead| drop_where(b, dead, bar));
        let mut here = None;
        for &(axis, at) in &self.at {
            let i = b.iota(axis);
            let one = b.eq(i, at);
            here = Some(here.map_or(one, |here| b.map(&logic::AND, &[here, one])));
        }
        here.map_or(bar, |here| keep_where(b, here, bar))
    }

    /// A tangent of the elements, read at the winner.
    pub(crate) fn read(&self, b: &mut Builder, dot: NodeId) -> NodeId {
        let index: Vec<(AxisId, Index)> =
            self.at.iter().enumerate().map(|(k, (axis, _))| (*axis, Index::data(k as u32))).collect();
        let data: Vec<NodeId> = self.at.iter().map(|(_, at)| *at).collect();
        let dot = if self.at.iter().all(|(axis, _)| !b.ty(dot).has(*axis)) {
            dot
        } else {
            read_or_zero(b, dot, &index, &data)
        };
        self.dead.map_or(dot, |dead| drop_where(b, dead, dot))
    }
}
