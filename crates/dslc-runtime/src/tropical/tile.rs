//! The inner loops: one tile of the result in registers.

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "calling a function compiled for more features than the crate's baseline")
)]

use super::algebra::{Algebra, Tropical};
use super::pack::Panels;
use super::vector::{Lanes, Vector};
use crate::matrix::MatrixMut;

/// Rows of a tile.
pub(super) const R: usize = 5;
/// Vectors in a row of a tile. Five rows of two leave room in sixteen registers for two vectors of `b`, one number
/// of `a`, a sum, and the number one.
pub(super) const W: usize = 2;
/// Numbers in the widest row of a tile.
const WIDEST: usize = W * 8;

/// A float and the vectors of its tile.
pub trait Tile: Sized {
    /// Numbers in a vector of 256 bits.
    const LANES: usize;
    /// Such a vector on any processor.
    type Plain: Vector<Self>;
    /// Such a vector where the processor has AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    type Wide: Vector<Self>;
}
impl Tile for f64 {
    const LANES: usize = 4;
    type Plain = Lanes<f64, 4>;
    #[cfg(target_arch = "x86_64")]
    type Wide = super::vector::Wide64;
}
impl Tile for f32 {
    const LANES: usize = 8;
    type Plain = Lanes<f32, 8>;
    #[cfg(target_arch = "x86_64")]
    type Wide = super::vector::Wide32;
}

/// Folds the product of two packed blocks into `c` from position `at`.
pub(super) fn multiply<T: Tropical, A: Algebra<T>>(
    a: &Panels<T>,
    b: &Panels<T>,
    c: &mut MatrixMut<'_, T>,
    at: (usize, usize),
) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the processor has both features.
        return unsafe { multiply_avx2::<T, A>(a, b, c, at) };
    }
    panels::<T, A, T::Plain>(a, b, c, at);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn multiply_avx2<T: Tropical, A: Algebra<T>>(
    a: &Panels<T>,
    b: &Panels<T>,
    c: &mut MatrixMut<'_, T>,
    at: (usize, usize),
) {
    panels::<T, A, T::Wide>(a, b, c, at);
}

#[inline(always)]
pub(super) fn panels<T: Tropical, A: Algebra<T>, X: Vector<T>>(
    a: &Panels<T>,
    b: &Panels<T>,
    c: &mut MatrixMut<'_, T>,
    at: (usize, usize),
) {
    let strict = a.edges.clash(b.edges);
    let mut row = [T::ZERO; WIDEST];
    for (j, columns, b_panel) in b.iter() {
        for (i, rows, a_panel) in a.iter() {
            let tile = if strict {
                tile::<T, X>(a_panel, b_panel, A::UNIT, A::strict_vector)
            } else {
                tile::<T, X>(a_panel, b_panel, A::UNIT, A::quick_vector)
            };
            for (r, vectors) in tile.iter().enumerate().take(rows) {
                for (w, vector) in vectors.iter().enumerate() {
                    vector.store(&mut row[w * X::LANES..]);
                }
                fold_row::<T, A>(c, (at.0 + i + r, at.1 + j), &row[..columns]);
            }
        }
    }
}

/// The tile of one panel of `a` and one of `b`.
#[inline(always)]
fn tile<T: Tropical, X: Vector<T>>(a: &[T], b: &[T], unit: T, better: impl Fn(X, X) -> X) -> [[X; W]; R] {
    let mut tile = [[X::splat(unit); W]; R];
    // Behind a barrier, or the compiler turns the multiplication by it back into an addition.
    let one = X::splat(std::hint::black_box(T::ONE));
    let (a, _) = a.as_chunks::<R>();
    for (a, b) in a.iter().zip(b.chunks_exact(W * X::LANES)) {
        let b: [X; W] = std::array::from_fn(|w| X::load(&b[w * X::LANES..]));
        for r in 0..R {
            let x = X::splat(a[r]);
            for w in 0..W {
                tile[r][w] = better(X::sum(x, b[w], one), tile[r][w]);
            }
        }
    }
    tile
}

/// Folds a row of a tile into the result; always strictly, since what stands there may be NaN by now.
#[inline(always)]
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
