//! Products in which one side is thin, or that are tiny: without packing, since each element is used but a few
//! times. The strict choice is cheap here, where memory or set-up is what costs.

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "calling a function compiled for more features than the crate's baseline")
)]

use super::algebra::{Algebra, Tropical};
use super::vector::Vector;
use crate::interrupt::{Interrupt, Interrupted};
use crate::matrix::{MatrixMut, MatrixRef};

/// So many rows or columns of `b` are worked on between two polls.
const BLOCK: usize = 256;

/// Up to this many rows are thin.
pub(super) const ROWS: usize = 4;

/// Vectors of partial results of a reduction, so that one need not wait for the last.
const PARTS: usize = 4;

/// Folds `a b` into `c`.
pub(super) fn product<T: Tropical, A: Algebra<T>>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the processor has both features.
        return unsafe { product_avx2::<T, A>(a, b, c, interrupt) };
    }
    body::<T, A, T::Plain>(a, b, c, interrupt)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn product_avx2<T: Tropical, A: Algebra<T>>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    body::<T, A, T::Wide>(a, b, c, interrupt)
}

#[inline(always)]
fn body<T: Tropical, A: Algebra<T>, X: Vector<T>>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    if b.layout().row != 1 || b.layout().column == 1 {
        return (0..a.rows()).try_for_each(|i| combine_rows::<T, A>(a, b, c, i, interrupt));
    }
    let mut row = vec![T::ZERO; a.columns()];
    for i in 0..a.rows() {
        row.iter_mut().enumerate().for_each(|(p, x)| *x = a.get(i, p));
        for j in 0..b.columns() {
            if j.is_multiple_of(BLOCK) {
                interrupt.poll()?;
            }
            if let Some(column) = b.transposed().row(j) {
                *c.get_mut(i, j) = dot::<T, A, X>(&row, column);
            }
        }
    }
    Ok(())
}

/// Row `i` of the result as a combination of the rows of `b`.
#[inline(always)]
fn combine_rows<T: Tropical, A: Algebra<T>>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
    i: usize,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    for p in 0..a.columns() {
        if p.is_multiple_of(BLOCK) {
            interrupt.poll()?;
        }
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
    Ok(())
}

/// The best sum of two neighbouring elements.
#[inline(always)]
fn dot<T: Tropical, A: Algebra<T>, X: Vector<T>>(x: &[T], y: &[T]) -> T {
    let step = PARTS * X::LANES;
    let mut parts = [X::splat(A::UNIT); PARTS];
    let one = X::splat(T::ONE);
    let (x_chunks, y_chunks) = (x.chunks_exact(step), y.chunks_exact(step));
    let rest = x_chunks.remainder().iter().zip(y_chunks.remainder());
    for (x, y) in x_chunks.zip(y_chunks) {
        for (k, part) in parts.iter_mut().enumerate() {
            let from = k * X::LANES;
            let sum = X::sum(X::load(&x[from..]), X::load(&y[from..]), one);
            *part = A::strict_vector(*part, sum);
        }
    }
    let mut best = rest.map(|(&x, &y)| x + y).fold(A::UNIT, A::strict);
    let mut lanes = [A::UNIT; 8];
    for part in parts {
        part.store(&mut lanes);
        best = lanes[..X::LANES].iter().fold(best, |best, &x| A::strict(best, x));
    }
    best
}
