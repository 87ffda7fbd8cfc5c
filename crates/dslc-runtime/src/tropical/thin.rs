//! Products in which one side is thin, or that are tiny: without packing, since each element is used but a few
//! times. The strict choice is cheap here, where memory or set-up is what costs.

use super::algebra::{Algebra, Tropical};
use crate::matrix::{MatrixMut, MatrixRef};

/// Up to this many rows are thin.
pub(super) const ROWS: usize = 2;

/// Partial results of a reduction, so that it runs along vectors.
const LANES: usize = 16;

/// Folds `a b` into `c`.
pub(super) fn product<T: Tropical, A: Algebra<T>>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
) {
    let along_columns = b.layout().row == 1 && b.layout().column != 1;
    for i in 0..a.rows() {
        match a.row(i) {
            Some(row) if along_columns => dots::<T, A>(row, b.transposed(), c, i),
            _ => rows::<T, A>(a, b, c, i),
        }
    }
}

/// Row `i` of the result as a combination of the rows of `b`.
fn rows<T: Tropical, A: Algebra<T>>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
    i: usize,
) {
    for p in 0..a.columns() {
        let x = a.get(i, p);
        if let (Some(from), Some(to)) = (b.row(p), c.row_mut(i)) {
            for (best, &y) in to.iter_mut().zip(from) {
                *best = A::strict(*best, x + y);
            }
            continue;
        }
        for j in 0..b.columns() {
            let best = c.get_mut(i, j);
            *best = A::strict(*best, x + b.get(p, j));
        }
    }
}

/// Row `i` of the result, each element a reduction along a row of `a` and one of the transposed `b`.
fn dots<T: Tropical, A: Algebra<T>>(row: &[T], b: MatrixRef<'_, T>, c: &mut MatrixMut<'_, T>, i: usize) {
    for j in 0..b.rows() {
        if let Some(column) = b.row(j) {
            *c.get_mut(i, j) = dot::<T, A>(row, column);
        }
    }
}

fn dot<T: Tropical, A: Algebra<T>>(x: &[T], y: &[T]) -> T {
    let mut lanes = [A::UNIT; LANES];
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    for (x, y) in x.iter().zip(y) {
        for l in 0..LANES {
            lanes[l] = A::strict(lanes[l], x[l] + y[l]);
        }
    }
    let rest = x_rest.iter().zip(y_rest).map(|(&x, &y)| x + y);
    lanes.into_iter().chain(rest).fold(A::UNIT, A::strict)
}
