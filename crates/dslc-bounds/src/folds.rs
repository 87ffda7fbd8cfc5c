//! Folds.
//!
//! A fold of a monotone operation is monotone, so its ends are the folds of the ends. A product is not: its size lies
//! between the product of the least sizes and that of the largest, which are folds of numbers that are not negative.
//! Taken at the ends of largest size it has a sign. If all signs are decided this is the sign of the product; else the
//! largest product of the other sign takes the other end at the one place where least is lost.

use dslc_ir::interval::{self, Ends};
use dslc_ir::prims::{arith, logic};
use dslc_ir::{AxisId, Monoid, NodeId};

use crate::walk::Walk;

impl Walk<'_> {
    /// The ends of a fold; `Err` with what has none.
    pub(crate) fn fold(
        &mut self,
        monoid: Monoid,
        term: NodeId,
        x: Ends,
        axes: &[AxisId],
    ) -> Result<Ends, String> {
        let scalar = self.b.scalar_of(x.lo);
        let ends = |walk: &mut Self, x: Ends| Ends {
            lo: walk.b.fold(monoid, x.lo, axes),
            hi: walk.b.fold(monoid, x.hi, axes),
        };
        match monoid {
            Monoid::Sum if scalar.is_float() => {
                let sum = self.weighted(term, axes);
                let found = sum.and_then(|sum| self.contraction(&sum, axes));
                Ok(found.unwrap_or_else(|| self.sum(x, axes)))
            }
            Monoid::Prod if scalar.is_float() => Ok(self.product(x, axes)),
            Monoid::LogSum => {
                let x = interval::known(&mut self.b, x);
                let Ends { lo, hi } = ends(self, x);
                Ok(self.log_sum(lo, hi, axes))
            }
            Monoid::Max | Monoid::Min | Monoid::MaxPlus | Monoid::MinPlus => {
                let x = interval::known(&mut self.b, x);
                Ok(ends(self, x))
            }
            Monoid::Any | Monoid::All => Ok(ends(self, x)),
            Monoid::Sum | Monoid::Prod | Monoid::CountSum | Monoid::CountProd => {
                Err(format!("`{}` of integers that differ on the box", monoid.name()))
            }
        }
    }

    /// Each of the `n` additions of logarithms is off by a few units of the larger of its result and 1, and a result that
    /// counts is hardly below the last one.
    fn log_sum(&mut self, lo: NodeId, hi: NodeId, axes: &[AxisId]) -> Ends {
        let scalar = self.b.scalar_of(lo);
        let share = self.share(scalar, axes, 2.0).map_or(f64::NAN, |s| 4.0 * s);
        let Ends { lo, hi } = interval::outward(&mut self.b, lo, hi, share);
        let share = self.b.like(lo, share);
        Ends { lo: self.b.sub(lo, share), hi: self.b.add(hi, share) }
    }

    fn product(&mut self, x: Ends, axes: &[AxisId]) -> Ends {
        let scalar = self.b.scalar_of(x.lo);
        let width = self.share(scalar, axes, 2.0).unwrap_or(f64::NAN);
        let b = &mut self.b;
        let x = interval::known(b, x);
        let sizes = interval::size(b, x);
        let (zero, one) = (b.like(x.lo, 0.0), b.like(x.lo, 1.0));
        let (minus, none) = (b.like(x.lo, -1.0), b.like(x.lo, f64::NEG_INFINITY));
        let flipped = b.neg(x.lo);
        let up = b.map(&logic::GE, &[x.hi, flipped]);
        let sign = b.select(up, one, minus);
        let (below, above) = (b.map(&logic::LT, &[x.lo, zero]), b.map(&logic::GT, &[x.hi, zero]));
        let undecided = b.map(&logic::AND, &[below, above]);
        let smaller = b.map(&arith::MIN, &[flipped, x.hi]);
        let ratio = b.div(smaller, sizes.hi);
        let ratio = b.select(undecided, ratio, none);
        let [most, least, sign, ratio] =
            [(Monoid::Prod, sizes.hi), (Monoid::Prod, sizes.lo), (Monoid::Prod, sign), (Monoid::Max, ratio)]
                .map(|(monoid, x)| b.fold(monoid, x, axes));
        let some = b.map(&logic::GT, &[ratio, none]);
        let other = b.mul(ratio, most);
        let other = b.neg(other);
        let other = b.select(some, other, least);
        let up = b.map(&logic::GT, &[sign, zero]);
        let (down, back) = (b.neg(most), b.neg(other));
        let (lo, hi) = (b.select(up, other, down), b.select(up, most, back));
        // Zero times infinity.
        let both = b.mul(least, most);
        let wild = b.map(&logic::NE, &[both, both]);
        let nan = b.like(lo, f64::NAN);
        let lo = b.select(wild, nan, lo);
        interval::outward(b, lo, hi, width)
    }
}
