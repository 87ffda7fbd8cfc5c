//! The inner loops: one tile of the result in registers.
//!
//! Portable code that the compiler turns into vectors; it is compiled a second time for AVX2 and FMA, and the
//! processor decides which runs. Both give the same bits.

#![expect(unsafe_code, reason = "calling a function compiled for more features than the crate's baseline")]

use super::algebra::{Algebra, Tropical};
use super::pack::Panels;
use crate::matrix::MatrixMut;

/// Rows of a tile.
pub(super) const R: usize = 4;
/// Vectors in a row of a tile: with four rows they fill twelve of sixteen registers.
pub(super) const W: usize = 3;

/// A float with a tile.
pub trait Tile {
    /// Numbers in a vector of 256 bits.
    const LANES: usize;
}
impl Tile for f64 {
    const LANES: usize = 4;
}
impl Tile for f32 {
    const LANES: usize = 8;
}

/// `L` numbers that the compiler keeps in one register of 256 bits.
type Vector<T, const L: usize> = [T; L];

/// Folds the product of two packed blocks into `c` from position `at`.
pub(super) fn multiply<T: Tropical, A: Algebra<T>>(
    a: &Panels<T>,
    b: &Panels<T>,
    c: &mut MatrixMut<'_, T>,
    at: (usize, usize),
) {
    match T::LANES {
        4 => sized::<T, A, 4>(a, b, c, at),
        _ => sized::<T, A, 8>(a, b, c, at),
    }
}

fn sized<T: Tropical, A: Algebra<T>, const L: usize>(
    a: &Panels<T>,
    b: &Panels<T>,
    c: &mut MatrixMut<'_, T>,
    at: (usize, usize),
) {
    let strict = a.edges.clash(b.edges);
    for (j, columns, b_panel) in b.iter() {
        for (i, rows, a_panel) in a.iter() {
            let tile = dispatch::<T, A, L>(a_panel, b_panel, strict);
            for (r, row) in tile.iter().enumerate().take(rows) {
                fold_row::<T, A>(c, (at.0 + i + r, at.1 + j), &row.as_flattened()[..columns]);
            }
        }
    }
}

/// Folds a row of a tile into the result; always strictly, since what stands there may be NaN by now.
fn fold_row<T: Tropical, A: Algebra<T>>(c: &mut MatrixMut<'_, T>, (i, j): (usize, usize), row: &[T]) {
    if let Some(to) = c.row_mut(i) {
        for (x, &y) in to[j..].iter_mut().zip(row) {
            *x = A::strict(*x, y);
        }
        return;
    }
    for (q, &y) in row.iter().enumerate() {
        let x = c.get_mut(i, j + q);
        *x = A::strict(*x, y);
    }
}

#[inline(always)]
fn dispatch<T: Tropical, A: Algebra<T>, const L: usize>(
    a: &[T],
    b: &[T],
    strict: bool,
) -> [[Vector<T, L>; W]; R] {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the processor has both features.
        return unsafe { with_avx2::<T, A, L>(a, b, strict) };
    }
    body::<T, A, L>(a, b, strict)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn with_avx2<T: Tropical, A: Algebra<T>, const L: usize>(
    a: &[T],
    b: &[T],
    strict: bool,
) -> [[Vector<T, L>; W]; R] {
    body::<T, A, L>(a, b, strict)
}

/// The tile of one panel of `a` and one of `b`.
#[inline(always)]
fn body<T: Tropical, A: Algebra<T>, const L: usize>(
    a: &[T],
    b: &[T],
    strict: bool,
) -> [[Vector<T, L>; W]; R] {
    if strict { run(a, b, A::UNIT, A::strict) } else { run(a, b, A::UNIT, A::quick) }
}

#[inline(always)]
fn run<T: Tropical, const L: usize>(
    a: &[T],
    b: &[T],
    unit: T,
    better: impl Fn(T, T) -> T,
) -> [[Vector<T, L>; W]; R] {
    let mut tile = [[[unit; L]; W]; R];
    let (a, _) = a.as_chunks::<R>();
    let (b, _) = b.as_chunks::<L>();
    let (b, _) = b.as_chunks::<W>();
    for (a, b) in a.iter().zip(b) {
        for r in 0..R {
            for w in 0..W {
                tile[r][w] = step(tile[r][w], a[r], b[w], &better);
            }
        }
    }
    tile
}

#[inline(always)]
fn step<T: Tropical, const L: usize>(
    best: Vector<T, L>,
    x: T,
    y: Vector<T, L>,
    better: impl Fn(T, T) -> T,
) -> Vector<T, L> {
    let mut next = best;
    for l in 0..L {
        next[l] = better(x + y[l], best[l]);
    }
    next
}
