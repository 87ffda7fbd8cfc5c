//! Products of tropical matrices: `c[i, j] = max over k of a[i, k] + b[k, j]`, or with `min`.
//!
//! The value is the one that IEEE 754-2019 `maximum` (`minimum`) gives in any order: NaN if any term is, and of two zeros
//! the positive (negative) one. The fast inner loop is `x > y ? x : y`, one instruction, which gives just that as long
//! as no term is NaN and no two zeros of different sign meet. Whether that can happen is read off the blocks
//! while they are packed ([`pack::Edges`]); a pair of blocks where it can takes the strict loop, at a third of
//! the speed. So infinities, which are common (they are the semiring's zero), keep the fast loop.
//!
//! The blocking is that of Goto and van de Geijn, *Anatomy of High-Performance Matrix Multiplication* (2008).

mod algebra;
mod pack;
mod thin;
mod tile;
mod vector;

use crate::interrupt::{Interrupt, Interrupted};
use crate::matrix::{MatrixMut, MatrixRef};
pub use algebra::Tropical;
use algebra::{Algebra, Max, Min};
use pack::{Block, Panels};

/// Inner extent of a block: long enough to pay for reading and writing a tile of the result.
const DEEP: usize = 256;
/// Columns of `b` in a block, which should stay in the second-level cache.
const WIDE: usize = 240;
/// Rows of `a` in a block.
const TALL: usize = 120;
/// Up to this many terms, packing costs more than it gains.
const TINY: usize = 256;

/// `c = a b` with `(max, +)`; the empty sum is minus infinity.
///
/// # Errors
/// The host asked for it.
///
/// # Panics
/// If the extents do not fit together.
pub fn max_plus<T: Tropical>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    product::<T, Max>(a, b, c, interrupt)
}

/// `c = a b` with `(min, +)`; the empty sum is infinity.
///
/// # Errors
/// The host asked for it.
///
/// # Panics
/// If the extents do not fit together.
pub fn min_plus<T: Tropical>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    product::<T, Min>(a, b, c, interrupt)
}

fn product<T: Tropical, A: Algebra<T>>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    assert_eq!(a.columns(), b.rows(), "the inner extents agree");
    assert_eq!((c.rows(), c.columns()), (a.rows(), b.columns()), "the result has the outer extents");
    // Addition commutes, so the transposed problem has the same value: take the one that writes along rows,
    // or, if one side is thin, the one in which the long side runs along vectors.
    let (m, n) = (a.rows(), b.columns());
    let thin = m.min(n) <= thin::ROWS;
    let turn = if thin { n < m } else { c.layout().column != 1 && c.layout().row == 1 };
    let (a, b, mut c) = if turn { (b.transposed(), a.transposed(), c.transposed()) } else { (a, b, c) };
    c.fill(A::UNIT);
    if thin || m.saturating_mul(n).saturating_mul(a.columns()) <= TINY {
        thin::product::<T, A>(a, b, &mut c, interrupt)
    } else {
        blocked::<T, A>(a, b, &mut c, interrupt)
    }
}

fn blocked<T: Tropical, A: Algebra<T>>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    let (m, k, n) = (a.rows(), a.columns(), b.columns());
    let mut a_panels = Panels::<T>::new(tile::R);
    let mut b_panels = Panels::<T>::new(tile::W * T::LANES);
    for j in (0..n).step_by(WIDE) {
        let columns = WIDE.min(n - j);
        for p in (0..k).step_by(DEEP) {
            let depth = DEEP.min(k - p);
            b_panels.pack(b.transposed(), Block { first: j, count: columns, inner: p, depth }, A::UNIT);
            for i in (0..m).step_by(TALL) {
                interrupt.poll()?;
                let rows = TALL.min(m - i);
                a_panels.pack(a, Block { first: i, count: rows, inner: p, depth }, A::UNIT);
                tile::multiply::<T, A>(&a_panels, &b_panels, c, (i, j));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
