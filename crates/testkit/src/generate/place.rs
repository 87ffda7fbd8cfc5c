//! Reads, writes and stacks.

use dslc_ir::prims::{integer, logic};
use dslc_ir::{AxisId, Extent, Index, NodeId, Scalar};

use super::{Generator, SCALARS};

fn term(axis: AxisId, c: i64, offset: i64) -> Index {
    Index { terms: vec![(axis, c)], offset, data: None }
}

impl Generator<'_> {
    /// Integers to read or write at, most of them inside an axis of this extent.
    fn positions(&mut self, n: i64) -> NodeId {
        let data = self.of(Scalar::I64);
        if self.random.one_in(4) {
            return data;
        }
        let n = self.b.int(n);
        self.b.map(&integer::MOD_FLOOR, &[data, n])
    }
    /// A node with an axis that has elements, and its extent.
    fn with_axis(&mut self) -> Option<(NodeId, AxisId, i64)> {
        let x = self.any();
        let axes = self.b.ty(x).axes.to_vec();
        let axes: Vec<AxisId> = axes.into_iter().filter(|&a| self.extent(a) > 0).collect();
        (!axes.is_empty()).then(|| {
            let a = self.random.pick(&axes);
            (x, a, self.extent(a))
        })
    }
    pub(super) fn read(&mut self) {
        let Some((x, a, n)) = self.with_axis() else { return };
        let fill = self.of(self.b.scalar_of(x));
        let to = self.b.axis(Extent::Static(n as u64));
        let start = self.random.below(n as usize) as i64;
        let node = match self.random.below(9) {
            0 => self.b.read(x, vec![(a, Index::constant(start))], &[], None),
            1 => self.b.rename(x, &[(a, to)]),
            2 => {
                let shift = self.random.pick(&[-2, -1, 1, 2]);
                self.b.read(x, vec![(a, term(to, 1, shift))], &[], Some(fill))
            }
            3 => self.b.read(x, vec![(a, term(to, -1, n - 1))], &[], None),
            4 => {
                let data = self.of(Scalar::I64);
                self.b.read(x, vec![(a, Index::data(0))], &[data], Some(fill))
            }
            5 => self.window(x, a, n, start),
            6 => {
                let some = self.b.axis(Extent::Static((n as u64).div_ceil(2)));
                self.b.read(x, vec![(a, term(some, 2, 0))], &[], None)
            }
            7 => {
                // A slice with a start from data.
                let part = self.b.axis(Extent::Static((n - start) as u64));
                let data = self.positions(start + 1);
                let at = Index { terms: vec![(part, 1)], offset: 0, data: Some(0) };
                self.b.read(x, vec![(a, at)], &[data], None)
            }
            _ => {
                let iota = self.b.iota(to);
                let data = if self.random.one_in(3) { iota } else { self.positions(n) };
                self.b.read(x, vec![(a, Index::data(0))], &[data], None)
            }
        };
        self.keep(node);
    }
    /// Two axes in one position.
    fn window(&mut self, x: NodeId, a: AxisId, n: i64, start: i64) -> NodeId {
        let i = self.b.axis(Extent::Static((n - start) as u64));
        let j = self.b.axis(Extent::Static(start as u64 + 1));
        let at = Index { terms: vec![(i, 1), (j, 1)], offset: 0, data: None };
        self.b.read(x, vec![(a, at)], &[], None)
    }
    /// A value without an axis.
    fn without(&mut self, v: NodeId, a: AxisId) -> NodeId {
        if self.b.ty(v).has(a) { self.b.read(v, vec![(a, Index::constant(0))], &[], None) } else { v }
    }
    pub(super) fn write(&mut self) {
        let Some((x, a, n)) = self.with_axis() else { return };
        let v = self.of(self.b.scalar_of(x));
        let v = self.without(v, a);
        let at = Index::constant(self.random.below(n as usize) as i64);
        let number = matches!(self.b.scalar_of(x), Scalar::F64 | Scalar::F32 | Scalar::I64);
        let node = match self.random.below(5) {
            0 => {
                let data = self.positions(n);
                let data = self.without(data, a);
                self.b.update(x, v, vec![(a, Index::data(0))], vec![], &[data])
            }
            1 if number => {
                let to = self.b.axis(Extent::Static(n as u64));
                let data = self.positions(n);
                self.b.scatter(x, vec![(to, Index::data(0))], vec![a], &[data])
            }
            2 if number => {
                // The transpose of a shift, dropping what leaves.
                let to = self.b.axis(Extent::Static(n as u64));
                let shift = self.random.pick(&[-1, 0, 1, 3]);
                self.b.scatter(x, vec![(to, term(a, 1, shift))], vec![a], &[])
            }
            3 => self.write_window(x, v, a, n),
            _ => self.b.update(x, v, vec![(a, at)], vec![], &[]),
        };
        self.keep(node);
    }
    /// A part of the array is replaced at once.
    fn write_window(&mut self, x: NodeId, v: NodeId, a: AxisId, n: i64) -> NodeId {
        let length = n / 2 + 1;
        let over = self.b.axis(Extent::Static(length as u64));
        let iota = self.b.iota(over);
        let zero = self.b.int(0);
        let later = self.b.map(&logic::GT, &[iota, zero]);
        let scalar = self.b.scalar_of(x);
        let other = self.b.number(scalar, 1.0);
        let value = self.b.select(later, v, other);
        self.b.update(x, value, vec![(a, term(over, 1, (n - length).max(0)))], vec![over], &[])
    }
    pub(super) fn stack(&mut self) {
        let scalar = self.random.pick(&SCALARS);
        let args: Vec<NodeId> = (0..2 + self.random.below(2)).map(|_| self.of(scalar)).collect();
        let (node, _) = self.b.stack(&args);
        self.keep(node);
    }
}
