//! Products of a value with itself. Both factors are the same number, so the ends of `x * x` are those of the square, not
//! those of the product of two numbers of one range; and so on for the powers that are built from it.

use dslc_base::Index as _;
use dslc_ir::NodeId;
use dslc_ir::interval::{self, Ends};
use dslc_ir::prims::arith;

use crate::walk::Walk;

impl Walk<'_> {
    /// What a node is a power of, and which.
    fn as_power(&self, node: NodeId) -> (NodeId, u32) {
        self.powers.get(&node).copied().unwrap_or((node, 1))
    }

    /// The ends of a product of powers of one value; `None` if it is another product.
    pub(crate) fn power(&mut self, id: NodeId, factors: &[NodeId]) -> Option<Ends> {
        let (one, other) = (self.as_power(factors[0]), self.as_power(factors[1]));
        let (base, exponent) = (one.0, one.1.checked_add(other.1)?);
        if base != other.0 {
            return None;
        }
        let x = self.ends[base.index()][0].clone().ok()?;
        if !self.b.scalar_of(x.lo).is_float() {
            return None;
        }
        self.powers.insert(id, (base, exponent));
        let x = interval::known(&mut self.b, x);
        let (left, right) = (self.raised(x.lo, exponent), self.raised(x.hi, exponent));
        // One rounding for each product, at the end and at the point.
        let width = 2.0 * f64::from(exponent) * interval::unit(self.b.scalar_of(x.lo));
        if exponent % 2 == 1 {
            return Some(interval::outward(&mut self.b, left, right, width));
        }
        let Ends { lo, hi } = interval::span(&mut self.b, &[left, right]);
        let (flat, zero) = (interval::has_zero(&mut self.b, x), self.b.like(lo, 0.0));
        let lo = self.b.select(flat, zero, lo);
        let ends = interval::outward(&mut self.b, lo, hi, width);
        Some(Ends { lo: self.b.map(&arith::MAX, &[zero, ends.lo]), ..ends })
    }

    /// `x^k` by squaring.
    fn raised(&mut self, x: NodeId, k: u32) -> NodeId {
        if k == 1 {
            return x;
        }
        let half = self.raised(x, k / 2);
        let square = self.b.mul(half, half);
        if k % 2 == 1 { self.b.mul(square, x) } else { square }
    }
}
