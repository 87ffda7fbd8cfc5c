//! Matrices as nodes with two axes each, in which the derivatives of factorisations read as on paper. A node may lack an
//! axis: it is constant along it. Every matrix that comes from outside gets axes of its own, so no two share one.

use dslc_ir::prims::logic;
use dslc_ir::{AxisId, Binding, Builder, Monoid, NodeId, Routine};

/// A matrix. Its transpose is itself with the axes exchanged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix {
    pub(crate) node: NodeId,
    pub(crate) row: AxisId,
    pub(crate) column: AxisId,
}

/// A vector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vector {
    pub(crate) node: NodeId,
    pub(crate) axis: AxisId,
}

impl Matrix {
    /// A node along these axes, as a matrix along new ones.
    pub(crate) fn new(b: &mut Builder, node: NodeId, axes: &[AxisId]) -> Self {
        let (row, column) = (b.axis_like(axes[0]), b.axis_like(axes[1]));
        let node = b.rename(node, &[(axes[0], row), (axes[1], column)]);
        Self { node, row, column }
    }
    /// The transpose.
    pub(crate) fn t(self) -> Self {
        Self { row: self.column, column: self.row, ..self }
    }
    /// The same axes with another value.
    pub(crate) fn with(self, node: NodeId) -> Self {
        Self { node, ..self }
    }
    fn fresh(self, b: &mut Builder) -> Self {
        Self::new(b, self.node, &[self.row, self.column])
    }
    /// The node along the axes of another matrix of the same shape.
    pub(crate) fn along(self, b: &mut Builder, other: Matrix) -> NodeId {
        // By way of new axes: rows of the one may be columns of the other.
        let new = self.fresh(b);
        b.rename(new.node, &[(new.row, other.row), (new.column, other.column)])
    }
    /// `self other`.
    pub(crate) fn times(self, b: &mut Builder, other: Matrix) -> Matrix {
        let other = other.fresh(b);
        let right = b.rename(other.node, &[(other.row, self.column)]);
        let product = b.mul(self.node, right);
        let node = b.fold(Monoid::Sum, product, &[self.column]);
        // The rows are new, or a product with itself would run along one axis only.
        Matrix { node, row: self.row, column: other.column }.fresh(b)
    }
    /// `self + other`.
    pub(crate) fn plus(self, b: &mut Builder, other: Matrix) -> Matrix {
        let other = other.along(b, self);
        self.with(b.add(self.node, other))
    }
    /// `self - other`.
    pub(crate) fn minus(self, b: &mut Builder, other: Matrix) -> Matrix {
        let other = other.along(b, self);
        self.with(b.sub(self.node, other))
    }
    /// The product of each two elements.
    pub(crate) fn each_times(self, b: &mut Builder, other: Matrix) -> Matrix {
        let other = other.along(b, self);
        self.with(b.mul(self.node, other))
    }
    /// `self diag(v)`.
    pub(crate) fn columns_times(self, b: &mut Builder, v: Vector) -> Matrix {
        let v = b.rename(v.node, &[(v.axis, self.column)]);
        self.with(b.mul(self.node, v))
    }
    /// The elements on the diagonal.
    pub(crate) fn diagonal(self, b: &mut Builder) -> Vector {
        let axis = b.axis_like(self.row);
        Vector { node: b.rename(self.node, &[(self.row, axis), (self.column, axis)]), axis }
    }
    /// The symmetric part.
    pub(crate) fn symmetric(self, b: &mut Builder) -> Matrix {
        let sum = self.plus(b, self.t());
        let half = b.like(sum.node, 0.5);
        sum.with(b.mul(half, sum.node))
    }
    /// The strict lower triangle, and the diagonal times `on_diagonal`.
    pub(crate) fn lower(self, b: &mut Builder, on_diagonal: f64) -> Matrix {
        let (i, j) = (b.iota(self.row), b.iota(self.column));
        let (below, on) = (b.map(&logic::GT, &[i, j]), b.eq(i, j));
        let zero = b.like(self.node, 0.0);
        let diagonal = if on_diagonal == 0.0 {
            zero
        } else {
            let factor = b.like(self.node, on_diagonal);
            let scaled = b.mul(factor, self.node);
            b.map(&logic::SELECT, &[on, scaled, zero])
        };
        self.with(b.select(below, self.node, diagonal))
    }
    /// `x` with `self x = right`, by a routine that solves systems.
    pub(crate) fn solve(self, b: &mut Builder, routine: Routine, right: Matrix) -> Matrix {
        let (a, right) = (self.fresh(b), right.fresh(b));
        let row = b.axis_like(a.column);
        let bind = Binding { args: vec![vec![a.row, a.column], vec![right.row]], results: vec![vec![row]] };
        let node = b.library(routine, &[a.node, right.node], bind);
        Matrix { node, row, column: right.column }
    }
    /// Its rows as complex numbers, transformed.
    pub(crate) fn transformed(self, b: &mut Builder, routine: Routine) -> Matrix {
        let x = self.fresh(b);
        let (row, column) = (b.axis_like(x.row), b.axis_like(x.column));
        let bind = Binding { args: vec![vec![x.row, x.column]], results: vec![vec![row, column]] };
        Matrix { node: b.library(routine, &[x.node], bind), row, column }
    }
    /// The sum of the diagonal.
    pub(crate) fn trace(self, b: &mut Builder) -> NodeId {
        let d = self.diagonal(b);
        b.fold(Monoid::Sum, d.node, &[d.axis])
    }
    /// The sum of all elements.
    pub(crate) fn total(self, b: &mut Builder) -> NodeId {
        b.fold(Monoid::Sum, self.node, &[self.row, self.column])
    }
}

/// What a routine that solves systems reads of its matrix.
pub(crate) fn triangle(b: &mut Builder, routine: Routine, a: Matrix) -> Matrix {
    match routine {
        Routine::SolveLower => a.lower(b, 1.0),
        Routine::SolveUpper => a.t().lower(b, 1.0).t(),
        _ => a,
    }
}

/// `x` times the unit matrix, whose size is that of `axis`.
pub(crate) fn multiple_of_unit(b: &mut Builder, x: NodeId, axis: AxisId) -> Matrix {
    let (row, column) = (b.axis_like(axis), b.axis_like(axis));
    let (i, j) = (b.iota(row), b.iota(column));
    let (on, zero) = (b.eq(i, j), b.like(x, 0.0));
    Matrix { node: b.select(on, x, zero), row, column }
}

impl Vector {
    /// A node along this axis, as a vector along a new one.
    pub(crate) fn new(b: &mut Builder, node: NodeId, axis: AxisId) -> Self {
        let new = b.axis_like(axis);
        Self { node: b.rename(node, &[(axis, new)]), axis: new }
    }
    /// `diag(self)`.
    pub(crate) fn on_diagonal(self, b: &mut Builder) -> Matrix {
        let (row, column) = (b.axis_like(self.axis), b.axis_like(self.axis));
        let (i, j) = (b.iota(row), b.iota(column));
        let (on, zero) = (b.eq(i, j), b.like(self.node, 0.0));
        let x = b.rename(self.node, &[(self.axis, row)]);
        Matrix { node: b.select(on, x, zero), row, column }
    }
    /// `1 / x`, and 0 where `x` is 0.
    pub(crate) fn inverse(self, b: &mut Builder) -> Vector {
        Vector { node: inverse_or_zero(b, self.node), ..self }
    }
}

/// `1 / x`, and 0 where `x` is 0: what no gap divides moves nothing, and its derivative is 0 too.
pub(crate) fn inverse_or_zero(b: &mut Builder, x: NodeId) -> NodeId {
    let (zero, one) = (b.like(x, 0.0), b.like(x, 1.0));
    let nothing = b.eq(x, zero);
    let safe = b.select(nothing, one, x);
    let inverse = b.div(one, safe);
    b.select(nothing, zero, inverse)
}
