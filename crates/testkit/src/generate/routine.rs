//! Routines of the runtime.

use dslc_ir::{AxisId, Binding, Extent, NodeId, Routine, Scalar};

use super::Generator;

impl Generator<'_> {
    pub(super) fn routine(&mut self) {
        match self.random.below(7) {
            0 => self.solve(),
            1 | 2 => self.factor(),
            3 => self.fourier(),
            4 => {
                let key = self.of(Scalar::Key);
                let n = self.random.pick(self.extents);
                let to = self.b.axis(Extent::Static(n));
                let bind = Binding { args: vec![vec![]], results: vec![vec![to]] };
                let node = self.b.library(Routine::Permutation, &[key], bind);
                self.keep(node);
            }
            _ => {
                let scalar = self.random.pick(&[Scalar::F64, Scalar::F32, Scalar::I64]);
                let x = self.of(scalar);
                let n = self.random.pick(self.extents);
                let from = self.core(x, n, &[]);
                let to = self.b.axis_like(from);
                let bind = Binding { args: vec![vec![from]], results: vec![vec![to]] };
                let node = self.b.library(Routine::ArgSort, &[x], bind);
                self.keep(node);
            }
        }
    }
    /// A routine of one matrix.
    fn factor(&mut self) {
        let scalar = self.random.pick(&[Scalar::F64, Scalar::F32]);
        let a = self.of(scalar);
        let n = self.random.pick(self.extents).min(8);
        let row = self.core(a, n, &[]);
        let column = self.core(a, self.extent(row) as u64, &[row]);
        let (m, n) = (self.extent(row), self.extent(column));
        if self.count(a).saturating_mul(m.max(n) as u64) > self.menu.most {
            return;
        }
        let routine = self.random.pick(&[
            Routine::Assignment,
            Routine::Cholesky,
            Routine::Qr,
            Routine::Eigh,
            Routine::Svd,
            Routine::Det,
            Routine::LogDet,
            Routine::Cofactor,
        ]);
        let square = !matches!(routine, Routine::Qr | Routine::Svd);
        if (square && m != n) || (routine == Routine::Qr && m < n) {
            return;
        }
        // Something on the diagonal, so that few matrices are singular or have equal eigenvalues.
        let a = if square { self.diagonal(a, row, column) } else { a };
        let shorter = if m < n { row } else { column };
        let results = match routine {
            Routine::Assignment => vec![vec![column]],
            Routine::Qr => vec![vec![row, column], vec![column, column]],
            Routine::Eigh => vec![vec![column], vec![row, column]],
            Routine::Svd => vec![vec![row, shorter], vec![shorter], vec![column, shorter]],
            Routine::Det | Routine::LogDet => vec![vec![]],
            _ => vec![vec![row, column]],
        };
        let results =
            results.into_iter().map(|r| r.into_iter().map(|x| self.b.axis_like(x)).collect()).collect();
        let bind = Binding { args: vec![vec![row, column]], results };
        self.site();
        for node in self.b.library_results(routine, &[a], bind) {
            self.keep(node);
        }
    }
    fn fourier(&mut self) {
        let scalar = self.random.pick(&[Scalar::F64, Scalar::F32]);
        let x = self.of(scalar);
        let n = self.random.pick(self.extents).min(8);
        let row = self.core(x, n, &[]);
        // An axis of pairs is seldom there; where it is not, the parts are equal.
        let pair = self.core(x, 2, &[row]);
        let pair = if self.extent(pair) == 2 { pair } else { self.b.axis(Extent::Static(2)) };
        if self.count(x) * 2 * (self.extent(row).max(1) as u64) > self.menu.most {
            return;
        }
        let to = vec![self.b.axis_like(row), self.b.axis_like(pair)];
        let bind = Binding { args: vec![vec![row, pair]], results: vec![to] };
        let routine = if self.random.one_in(2) { Routine::Fourier } else { Routine::FourierBack };
        let node = self.b.library(routine, &[x], bind);
        self.keep(node);
    }
    fn solve(&mut self) {
        let scalar = self.random.pick(&[Scalar::F64, Scalar::F32]);
        let (a, x) = (self.of(scalar), self.of(scalar));
        let n = self.random.pick(self.extents).min(8);
        let row = self.core(a, n, &[]);
        let column = self.core(a, self.extent(row) as u64, &[row]);
        if self.extent(column) != self.extent(row) || self.count(a) * self.count(x) > self.menu.most {
            return;
        }
        // Something on the diagonal, so that few matrices are singular.
        let a = self.diagonal(a, row, column);
        let from = self.core(x, self.extent(row) as u64, &[row, column]);
        if self.extent(from) != self.extent(row) {
            return;
        }
        let to = self.b.axis_like(row);
        let bind = Binding { args: vec![vec![row, column], vec![from]], results: vec![vec![to]] };
        self.site();
        let kinds = [Routine::Solve, Routine::SolveLower, Routine::SolveUpper];
        let node = self.b.library(self.random.pick(&kinds), &[a, x], bind);
        self.keep(node);
    }
    fn diagonal(&mut self, a: NodeId, row: AxisId, column: AxisId) -> NodeId {
        let (i, j) = (self.b.iota(row), self.b.iota(column));
        let equal = self.b.eq(i, j);
        let (big, zero) = (self.b.like(a, 3.0), self.b.like(a, 0.0));
        let more = self.b.select(equal, big, zero);
        self.b.add(a, more)
    }
    /// An axis of a node that is not among `taken`, or a new one of this extent.
    fn core(&mut self, node: NodeId, n: u64, taken: &[AxisId]) -> AxisId {
        let axes: Vec<AxisId> = self.b.ty(node).axes.iter().copied().filter(|a| !taken.contains(a)).collect();
        match axes.first() {
            Some(&a) if !self.random.one_in(4) => a,
            _ => self.b.axis(Extent::Static(n)),
        }
    }
}
