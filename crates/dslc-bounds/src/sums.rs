//! Sums, and sums of products.
//!
//! A sum of `n` numbers in any order is off by at most `(n - 1) u` times the sum of their sizes, where `u` is half a unit in
//! the last place of 1 (Jeannerod and Rump, *Improved error bounds for inner products in floating-point arithmetic*,
//! 2013). Each end is moved outward by a multiple of that before it is added, so the sum of the ends needs nothing more,
//! in whatever order compiled code adds.
//!
//! A sum of products of known numbers `w` with values between `c - r` and `c + r` stands between `w c - |w| r` and
//! `w c + |w| r`: its range, by two contractions.

use dslc_base::Index as _;
use dslc_ir::interval::{Ends, unit};
use dslc_ir::prims::{arith, outward, round};
use dslc_ir::{AxisId, Monoid, NodeId, Op, PrimRef, Scalar};

use crate::walk::Walk;

/// A product of known numbers and one value that differs.
pub(crate) struct Weighted {
    /// The known factors, new nodes.
    weights: Vec<NodeId>,
    /// The other one.
    value: Ends,
}

impl Walk<'_> {
    /// How far a number moves that is one of so many in a sum, as a part of its size. `None` where that is no small part,
    /// so that the sum may be anything.
    pub(crate) fn share(&self, scalar: Scalar, axes: &[AxisId], more: f64) -> Option<f64> {
        let count = self.b.func().count(axes)? as f64;
        // Twice, for the values and for the ends, and a quarter more for errors of errors.
        let share = (2.5 * (count + more) + 4.0) * unit(scalar);
        (share < 0.25).then_some(share)
    }

    /// The ends moved outward by the rounding of the sum in which they are added.
    pub(crate) fn for_sum(&mut self, x: Ends, axes: &[AxisId]) -> Ends {
        let scalar = self.b.scalar_of(x.lo);
        match self.share(scalar, axes, 0.0) {
            Some(share) => dslc_ir::interval::outward(&mut self.b, x.lo, x.hi, share),
            None => {
                let nan = self.b.like(x.lo, f64::NAN);
                let lo = self.b.add(x.lo, nan);
                Ends { lo, hi: lo }
            }
        }
    }

    /// A sum of values.
    pub(crate) fn sum(&mut self, x: Ends, axes: &[AxisId]) -> Ends {
        let x = self.for_sum(x, axes);
        Ends { lo: self.b.fold(Monoid::Sum, x.lo, axes), hi: self.b.fold(Monoid::Sum, x.hi, axes) }
    }

    /// The product that a sum over these axes adds, if known factors of it run over them.
    pub(crate) fn weighted(&self, term: NodeId, axes: &[AxisId]) -> Option<Weighted> {
        let mut weights = Vec::new();
        let mut node = term;
        let value = loop {
            let ends = self.ends[node.index()][0].clone().ok()?;
            let args = match &self.f.nodes[node].op {
                Op::Map(p) if *p == PrimRef(&arith::MUL) && !self.powers.contains_key(&node) => {
                    &self.f.nodes[node].args
                }
                _ => break ends,
            };
            let (weight, rest) = match (self.point(args[0]), self.point(args[1])) {
                (Some(weight), None) => (weight, args[1]),
                (None, Some(weight)) => (weight, args[0]),
                _ => break ends,
            };
            weights.push(weight);
            node = rest;
        };
        let runs = |w: &NodeId| axes.iter().any(|&a| self.b.ty(*w).has(a));
        (!value.is_point() && weights.iter().any(runs)).then_some(Weighted { weights, value })
    }

    fn point(&self, node: NodeId) -> Option<NodeId> {
        self.ends[node.index()][0].as_ref().ok().filter(|e| e.is_point()).map(|e| e.lo)
    }

    /// A sum of products with known factors.
    pub(crate) fn contraction(&mut self, sum: &Weighted, axes: &[AxisId]) -> Option<Ends> {
        let Weighted { weights, value: Ends { lo, hi } } = sum;
        let (lo, hi) = (*lo, *hi);
        let share = self.share(self.b.scalar_of(lo), axes, 4.0 + 2.0 * weights.len() as f64)?;
        let b = &mut self.b;
        let weight = weights[1..].iter().fold(weights[0], |all, &w| b.mul(all, w));
        let half = b.like(lo, 0.5);
        let (left, right) = (b.mul(lo, half), b.mul(hi, half));
        let (center, radius) = (b.add(left, right), b.sub(right, left));
        let (size, share) = (b.map(&outward::SIZE, &[lo, hi]), b.like(lo, share));
        let error = b.mul(size, share);
        let radius = b.add(radius, error);
        let center = b.mul(weight, center);
        let center = b.fold(Monoid::Sum, center, axes);
        let size = b.map(&round::ABS, &[weight]);
        let radius = b.mul(size, radius);
        let radius = b.fold(Monoid::Sum, radius, axes);
        let (lo, hi) = (b.sub(center, radius), b.add(center, radius));
        let one = dslc_ir::interval::width(&arith::ADD, b.scalar_of(lo));
        let Ends { lo, hi } = dslc_ir::interval::outward(b, lo, hi, one);
        // A center that overflows says nothing.
        let other = b.neg(hi);
        Some(Ends { lo: b.map(&outward::KNOWN, &[lo, other]), hi })
    }
}
