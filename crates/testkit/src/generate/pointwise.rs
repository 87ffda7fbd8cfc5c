//! Primitives, folds and constants.

use dslc_ir::prims::{self, arith, logic};
use dslc_ir::{AxisId, Bits, Extent, Monoid, NodeId, Scalar};

use super::{Generator, SCALARS};

impl Generator<'_> {
    pub(super) fn arithmetic(&mut self) {
        let x = self.any();
        let x = match self.b.scalar_of(x) {
            Scalar::F64 | Scalar::F32 | Scalar::I64 => x,
            Scalar::Bool | Scalar::Key | Scalar::Z2 => self.of(Scalar::F64),
        };
        let y = self.of(self.b.scalar_of(x));
        let node = match self.random.below(5) {
            0 => self.b.add(x, y),
            1 => self.b.sub(x, y),
            2 => self.b.mul(x, y),
            3 => self.b.map(&arith::MAX, &[x, y]),
            _ => self.b.neg(x),
        };
        self.keep(node);
    }
    pub(super) fn compare(&mut self) {
        let scalar = self.random.pick(&[Scalar::F64, Scalar::F32, Scalar::I64]);
        let (x, y) = (self.of(scalar), self.of(scalar));
        let node = self.b.map(&logic::LT, &[x, y]);
        self.keep(node);
    }
    pub(super) fn choose(&mut self) {
        let scalar = self.random.pick(&SCALARS);
        let (c, x, y) = (self.of(Scalar::Bool), self.of(scalar), self.of(scalar));
        let node = self.b.select(c, x, y);
        self.keep(node);
    }
    /// Any primitive of the table.
    pub(super) fn primitive(&mut self) {
        let prim = self.random.pick(prims::ALL);
        let instances = prim.sig.instances();
        let scalars = &instances[self.random.below(instances.len())];
        let args: Vec<NodeId> = scalars.iter().map(|&s| self.of(s)).collect();
        let node = self.b.map(prim, &args);
        self.keep(node);
    }
    pub(super) fn dense(&mut self) {
        let scalar = self.random.pick(&SCALARS);
        let extents = [self.random.pick(self.extents), self.random.pick(self.extents)];
        let extents = &extents[..1 + self.random.below(2)];
        let mut axes: Vec<AxisId> = extents.iter().map(|&n| self.b.axis(Extent::Static(n))).collect();
        let count = extents.iter().product::<u64>();
        let elements = (0..count).map(|_| {
            let x = self.random.pick(&[0.0, 1.0, 2.0, -1.0, 0.5]);
            Bits::number(scalar, x).bits
        });
        let elements = elements.collect();
        if self.random.one_in(2) {
            axes.reverse();
        }
        let node = self.b.dense(scalar, axes, elements);
        self.keep(node);
    }

    /// The value with axes added away.
    pub(super) fn less(&mut self, node: NodeId, axes: &[AxisId]) -> NodeId {
        if axes.is_empty() {
            return node;
        }
        let scalar = self.b.scalar_of(node);
        if scalar == Scalar::Key {
            // Keys do not add up.
            let positions = axes.iter().map(|&a| (a, dslc_ir::Index::constant(0)));
            let inside = axes.iter().all(|&a| self.extent(a) > 0);
            return if inside {
                self.b.read(node, positions.collect(), &[], None)
            } else {
                self.b.number(scalar, 7.0)
            };
        }
        let monoid = match (scalar, self.random.below(9)) {
            (Scalar::Bool, 0..=3) => Monoid::Any,
            (Scalar::Bool, _) => Monoid::All,
            (Scalar::Z2, 0..=4) => Monoid::Sum,
            (Scalar::Z2, _) => Monoid::Prod,
            (_, 0..=3) => Monoid::Sum,
            (_, 4) => Monoid::Max,
            (_, 5) => Monoid::Min,
            (_, 6) => Monoid::MaxPlus,
            (_, 7) => Monoid::MinPlus,
            (_, _) => Monoid::Prod,
        };
        self.site();
        self.b.fold(monoid, node, axes)
    }
    pub(super) fn reduce(&mut self) {
        let x = if self.random.one_in(4) { self.product() } else { self.any() };
        let mut axes = self.b.ty(x).axes.to_vec();
        if self.random.one_in(2) {
            axes.reverse();
        }
        axes.truncate(1 + self.random.below(3));
        if axes.is_empty() {
            return;
        }
        let scalar = self.b.scalar_of(x);
        if self.random.one_in(5) && !matches!(scalar, Scalar::Bool | Scalar::Key | Scalar::Z2) {
            let max = self.random.one_in(2);
            let found = self.b.arg_fold(max, x, &axes);
            return self.keep_all(found);
        }
        let folded = self.less(x, &axes);
        self.keep(folded);
    }
    /// What a contraction folds: a product or, over tropical numbers, a sum.
    fn product(&mut self) -> NodeId {
        let scalar = self.random.pick(&[Scalar::F64, Scalar::F32]);
        let (x, y) = (self.of(scalar), self.of(scalar));
        let node = if self.random.one_in(2) { self.b.mul(x, y) } else { self.b.add(x, y) };
        if self.count(node) > 8 * self.menu.most { x } else { node }
    }
}
