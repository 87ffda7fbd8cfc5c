//! What moves values: reads, scatters, updates, stacks. Each is done to both ends.

use dslc_base::Index as _;
use dslc_ir::interval::{self, Ends};
use dslc_ir::prims::{arith, logic};
use dslc_ir::{AxisId, Index, Monoid, Node, NodeId, Op, Routine, Scalar};

use crate::walk::Walk;

impl Walk<'_> {
    /// The operator on the lower ends, and on the upper ones.
    pub(crate) fn both(&mut self, node: &Node, args: &[Ends]) -> Ends {
        let at = |end: fn(&Ends) -> NodeId| -> Vec<NodeId> { args.iter().map(end).collect() };
        let (low, high) = (at(|a| a.lo), at(|a| a.hi));
        let mut make = |args: &[NodeId]| self.b.node(self.module, node.op.clone(), args);
        Ends { lo: make(&low), hi: make(&high) }
    }

    /// Adds at places. Where two values may meet they are rounded as those of a sum.
    pub(crate) fn scatter(
        &mut self,
        node: &Node,
        args: &[Ends],
        index: &[(AxisId, Index)],
        over: &[AxisId],
    ) -> Result<Ends, String> {
        let scalar = self.b.scalar_of(args[0].lo);
        if !scalar.is_float() {
            return Err(format!("adding values of type `{scalar}` that differ on the box"));
        }
        let mut args = args.to_vec();
        if !apart(index, over) {
            args[0] = self.for_sum(args[0], over);
        }
        Ok(self.both(node, &args))
    }

    /// The values of an array in rising order, which is read at the order that sorts it: the `k`th of the lower ends is the
    /// least that the `k`th value can be. `None` if the read is another one.
    pub(crate) fn sorted(&mut self, node: &Node) -> Option<Ends> {
        let Op::Read { index, fill: false } = &node.op else { return None };
        let [(axis, at)] = index.as_slice() else { return None };
        let [x, order] = node.args.as_slice() else { return None };
        let (mut order, mut names) = (*order, Vec::new());
        while let Op::Read { index, fill: false } = &self.f.nodes[order].op {
            let [(from, to)] = index.as_slice() else { return None };
            names.push((*from, to.as_axis()?));
            order = self.f.nodes[order].args[0];
        }
        names.reverse();
        let Op::Library { routine: Routine::ArgSort, bind } = &self.f.nodes[order].op else { return None };
        let same = self.f.nodes[order].args == [*x] && bind.args == [vec![*axis]];
        if !same || *at != Index::data(0) {
            return None;
        }
        let x = self.ends[x.index()][0].clone().ok()?;
        let (index, bind) = (index.clone(), bind.clone());
        let in_order = |walk: &mut Self, x: NodeId| {
            let order = walk.b.library(Routine::ArgSort, &[x], bind.clone());
            let order = names.iter().fold(order, |order, &pair| walk.b.rename(order, &[pair]));
            walk.b.read(x, index.clone(), &[order], None)
        };
        if self.b.scalar_of(x.lo) == Scalar::I64 {
            return Some(Ends { lo: in_order(self, x.lo), hi: in_order(self, x.hi) });
        }
        // A NaN is sorted to the end, and moves the others.
        let x = interval::known(&mut self.b, x);
        let says = self.b.map(&logic::LE, &[x.lo, x.hi]);
        let all = self.b.fold(Monoid::All, says, &[*axis]);
        let (zero, nan) = (self.b.like(x.lo, 0.0), self.b.like(x.lo, f64::NAN));
        let extra = self.b.select(all, zero, nan);
        let (lo, hi) = (in_order(self, x.lo), in_order(self, x.hi));
        Some(Ends { lo: self.b.map(&arith::ADD, &[lo, extra]), hi })
    }
}

/// Whether no two values meet: each axis that is consumed moves an index alone.
fn apart(index: &[(AxisId, Index)], over: &[AxisId]) -> bool {
    over.iter().all(|&axis| {
        index.iter().any(|(_, i)| {
            let moved: Vec<AxisId> = i.terms.iter().map(|t| t.0).filter(|a| over.contains(a)).collect();
            i.data.is_none() && moved == [axis]
        })
    })
}
