//! Products of real matrices whose sums are in the order that the language defines for folds.
//!
//! An element of the result is the fold of `K` products. Lane `l` of `L` adds the terms `l, l + L, ...` from the left;
//! lanes join as a balanced tree; above 4,096 terms each block of 4,096 is folded so, and the results of
//! the blocks likewise. A lane of a tile of the result is therefore an ordinary register tile that steps through
//! the inner axis `L` at a time, and the tree adds whole tiles. Both factors are packed in the order in which
//! the terms are met, so the steps are contiguous. Multiplication and addition round on their own: no fused
//! instruction, which would be another number.
//!
//! The register tile is that of Goto and van de Geijn, *Anatomy of High-Performance Matrix Multiplication* (2008).

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "calling a function compiled for more features than the crate's baseline")
)]

use crate::interrupt::{Interrupt, Interrupted};
use crate::matmul::Real;
use crate::matrix::{MatrixMut, MatrixRef};

/// Terms of a block.
const BLOCK: usize = 4096;
/// Rows of a tile.
const ROWS: usize = 4;
/// Rows of `a` that are packed at a time, so that they stay in a near cache while all of `b` goes by.
const TALL: usize = 32;
/// Up to this many rows, packing the other factor costs more than it gains.
const THIN: usize = 2;

/// A float and the shape of its folds.
pub trait Ordered: Real + std::ops::Add<Output = Self> {
    /// `c = a b` on a processor without more than the baseline.
    fn plain(
        a: MatrixRef<'_, Self>,
        b: MatrixRef<'_, Self>,
        c: &mut MatrixMut<'_, Self>,
        interrupt: Interrupt<'_>,
    ) -> Result<(), Interrupted>;
    /// The same with AVX2.
    ///
    /// # Safety
    /// The processor has AVX2.
    #[cfg(target_arch = "x86_64")]
    unsafe fn avx2(
        a: MatrixRef<'_, Self>,
        b: MatrixRef<'_, Self>,
        c: &mut MatrixMut<'_, Self>,
        interrupt: Interrupt<'_>,
    ) -> Result<(), Interrupted>;
}

macro_rules! ordered {
    ($($float:ident $lanes:literal $width:literal $wide:literal;)*) => {
        $(impl Ordered for $float {
            fn plain(
                a: MatrixRef<'_, Self>,
                b: MatrixRef<'_, Self>,
                c: &mut MatrixMut<'_, Self>,
                interrupt: Interrupt<'_>,
            ) -> Result<(), Interrupted> {
                body::<Self, $lanes, $width, $wide>(a, b, c, interrupt)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            unsafe fn avx2(
                a: MatrixRef<'_, Self>,
                b: MatrixRef<'_, Self>,
                c: &mut MatrixMut<'_, Self>,
                interrupt: Interrupt<'_>,
            ) -> Result<(), Interrupted> {
                body::<Self, $lanes, $width, $wide>(a, b, c, interrupt)
            }
        })*
    };
}
// The lanes of a fold are 128 bytes' worth; a row of a tile is two registers of 256 bits, of a thin one eight.
ordered! {
    f64 16 8 32;
    f32 32 16 64;
}

/// `c = a b`, every sum in the defined order; the empty sum is +0.
///
/// # Errors
/// The host asked for it.
///
/// # Panics
/// If the extents do not fit together.
pub fn ordered<T: Ordered>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    mut c: MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    assert_eq!(a.columns(), b.rows(), "the inner extents agree");
    assert_eq!((c.rows(), c.columns()), (a.rows(), b.columns()), "the result has the outer extents");
    if a.columns() == 0 {
        c.fill(T::ZERO);
        return Ok(());
    }
    // Multiplication commutes, so the transposed problem has the same value: take the one that writes along rows,
    // or, if one side is thin, the one in which the long side runs along vectors.
    let (m, n) = (a.rows(), b.columns());
    let turn = if m.min(n) <= THIN { n < m } else { c.layout().column != 1 && c.layout().row == 1 };
    let (a, b, mut c) = if turn { (b.transposed(), a.transposed(), c.transposed()) } else { (a, b, c) };
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has it.
        return unsafe { T::avx2(a, b, &mut c, interrupt) };
    }
    T::plain(a, b, &mut c, interrupt)
}

#[inline(always)]
fn body<T: Ordered, const L: usize, const W: usize, const X: usize>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    if a.rows() <= THIN && (b.layout().row == 1 || b.layout().column == 1) {
        return thin::<T, L, X>(a, b, c, interrupt);
    }
    let (m, n, order) = (a.rows(), b.columns(), order::<L>(a.columns()));
    let b_panels = pack::<T, W>(b.transposed(), 0, n, &order);
    for top in (0..m).step_by(TALL) {
        let rows = TALL.min(m - top);
        let a_panels = pack::<T, ROWS>(a, top, rows, &order);
        for (j, b_panel) in b_panels.chunks_exact(order.len()).enumerate() {
            interrupt.poll()?;
            for (i, a_panel) in a_panels.chunks_exact(order.len()).enumerate() {
                let tile = blocks::<_, L>(order.len(), &mut Steps { a: a_panel, b: b_panel });
                let (i, j) = (i * ROWS, j * W);
                for (r, row) in tile.iter().enumerate().take(rows - i) {
                    store(c, (top + i + r, j), &row[..W.min(n - j)]);
                }
            }
        }
    }
    Ok(())
}

/// Few rows: `b` is read where it lies.
#[inline(always)]
fn thin<T: Ordered, const L: usize, const X: usize>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    c: &mut MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    let mut row = vec![T::ZERO; a.columns()];
    for i in 0..a.rows() {
        row.iter_mut().enumerate().for_each(|(p, x)| *x = a.get(i, p));
        if b.layout().row == 1 {
            for j in 0..b.columns() {
                interrupt.poll()?;
                if let Some(column) = b.transposed().row(j) {
                    *c.get_mut(i, j) = dot::<T, L>(&row, column);
                }
            }
        } else {
            for j in (0..b.columns()).step_by(X) {
                interrupt.poll()?;
                let [sums] = blocks::<_, L>(row.len(), &mut Across::<T, X> { row: &row, b, j });
                store(c, (i, j), &sums[..X.min(b.columns() - j)]);
            }
        }
    }
    Ok(())
}

/// Writes part of a row.
#[inline(always)]
fn store<T: Ordered>(c: &mut MatrixMut<'_, T>, (i, j): (usize, usize), row: &[T]) {
    if let Some(to) = c.row_mut(i) {
        return to[j..j + row.len()].copy_from_slice(row);
    }
    row.iter().enumerate().for_each(|(q, &x)| *c.get_mut(i, j + q) = x);
}

/// The terms in the order in which a tile meets them: block by block, lane by lane.
fn order<const L: usize>(depth: usize) -> Vec<usize> {
    let mut order = Vec::with_capacity(depth);
    for block in (0..depth).step_by(BLOCK) {
        let end = depth.min(block + BLOCK);
        (0..L).for_each(|lane| order.extend((block + lane..end).step_by(L)));
    }
    order
}

/// Panels of `W` rows, each column by column in the order of the terms; missing rows are zeros.
#[inline(always)]
fn pack<T: Ordered, const W: usize>(
    from: MatrixRef<'_, T>,
    first: usize,
    rows: usize,
    order: &[usize],
) -> Vec<[T; W]> {
    let turned = from.transposed();
    let mut panels = Vec::with_capacity(rows.div_ceil(W) * order.len());
    for start in (first..first + rows).step_by(W) {
        let count = W.min(first + rows - start);
        for &p in order {
            let column = turned.row(p).map(|column| &column[start..start + count]);
            panels.push(match column {
                Some(column) => column
                    .first_chunk()
                    .copied()
                    .unwrap_or_else(|| std::array::from_fn(|r| column.get(r).copied().unwrap_or(T::ZERO))),
                None => std::array::from_fn(|r| if r < count { from.get(start + r, p) } else { T::ZERO }),
            });
        }
    }
    panels
}

/// Terms of a fold of which several go on side by side.
trait Terms {
    /// As many sums as there are folds.
    type Sums: Copy;
    /// The sum from the left of every `step`th term from `first` on, before `end`. Each lane is asked for once, in
    /// order.
    fn chain(&mut self, first: usize, end: usize, step: usize) -> Self::Sums;
    /// Adds sums.
    fn add(x: Self::Sums, y: Self::Sums) -> Self::Sums;
}

/// The fold of all terms.
#[inline(always)]
fn blocks<F: Terms, const L: usize>(depth: usize, terms: &mut F) -> F::Sums {
    if depth <= BLOCK {
        return lanes::<F, L>(0, depth, terms);
    }
    let mut sums: Vec<F::Sums> =
        (0..depth).step_by(BLOCK).map(|b| lanes::<F, L>(b, depth.min(b + BLOCK), terms)).collect();
    while sums.len() > 1 {
        let join = |s: &[F::Sums]| lanes::<Given<'_, F>, L>(0, s.len(), &mut Given(s));
        sums = sums.chunks(BLOCK).map(join).collect();
    }
    sums[0]
}

/// The fold of one block.
#[inline(always)]
fn lanes<F: Terms, const L: usize>(start: usize, end: usize, terms: &mut F) -> F::Sums {
    let first = terms.chain(start, end, L);
    let mut count = L.min(end - start);
    let mut sums = [first; L];
    for (l, sum) in sums.iter_mut().enumerate().take(count).skip(1) {
        *sum = terms.chain(start + l, end, L);
    }
    let mut half = L / 2;
    while half > 0 {
        // A lane without terms takes no part.
        for l in half..count.min(2 * half) {
            sums[l - half] = F::add(sums[l - half], sums[l]);
        }
        count = count.min(half);
        half /= 2;
    }
    sums[0]
}

/// Packed panels: a tile of the result.
struct Steps<'p, T, const W: usize> {
    a: &'p [[T; ROWS]],
    b: &'p [[T; W]],
}

impl<T: Ordered, const W: usize> Terms for Steps<'_, T, W> {
    type Sums = [[T; W]; ROWS];
    #[inline(always)]
    fn chain(&mut self, first: usize, end: usize, step: usize) -> Self::Sums {
        let steps = (end - first).div_ceil(step);
        let (a, rest_a) = self.a.split_at(steps);
        let (b, rest_b) = self.b.split_at(steps);
        (self.a, self.b) = (rest_a, rest_b);
        let mut sums: Self::Sums = std::array::from_fn(|r| std::array::from_fn(|w| a[0][r] * b[0][w]));
        for (a, b) in a[1..].iter().zip(&b[1..]) {
            for r in 0..ROWS {
                for w in 0..W {
                    sums[r][w] += a[r] * b[w];
                }
            }
        }
        sums
    }
    #[inline(always)]
    fn add(x: Self::Sums, y: Self::Sums) -> Self::Sums {
        std::array::from_fn(|r| std::array::from_fn(|w| x[r][w] + y[r][w]))
    }
}

/// A row times some columns from `j` on, read from the rows of `b`. What lies beyond the last column is 0.
struct Across<'p, T, const X: usize> {
    row: &'p [T],
    b: MatrixRef<'p, T>,
    j: usize,
}

impl<T: Ordered, const X: usize> Terms for Across<'_, T, X> {
    type Sums = [[T; X]; 1];
    #[inline(always)]
    fn chain(&mut self, first: usize, end: usize, step: usize) -> Self::Sums {
        let mut sums = [T::ZERO; X];
        let columns = X.min(self.b.columns() - self.j);
        for p in (first..end).step_by(step) {
            let Some(b) = self.b.row(p) else { continue };
            let (x, b) = (self.row[p], &b[self.j..self.j + columns]);
            if p == first {
                sums.iter_mut().zip(b).for_each(|(s, &y)| *s = x * y);
            } else if let Some(b) = b.first_chunk::<X>() {
                (0..X).for_each(|w| sums[w] += x * b[w]);
            } else {
                sums.iter_mut().zip(b).for_each(|(s, &y)| *s += x * y);
            }
        }
        [sums]
    }
    #[inline(always)]
    fn add([x]: Self::Sums, [y]: Self::Sums) -> Self::Sums {
        [std::array::from_fn(|w| x[w] + y[w])]
    }
}

/// Sums that are known.
struct Given<'s, F: Terms>(&'s [F::Sums]);

impl<F: Terms> Terms for Given<'_, F> {
    type Sums = F::Sums;
    #[inline(always)]
    fn chain(&mut self, first: usize, end: usize, step: usize) -> Self::Sums {
        let rest = (first + step..end).step_by(step);
        rest.fold(self.0[first], |sums, at| F::add(sums, self.0[at]))
    }
    #[inline(always)]
    fn add(x: Self::Sums, y: Self::Sums) -> Self::Sums {
        F::add(x, y)
    }
}

/// The fold of the products of two rows: the lanes are lanes of vectors.
#[inline(always)]
fn dot<T: Ordered, const L: usize>(x: &[T], y: &[T]) -> T {
    if x.len() <= BLOCK {
        return dot_block::<T, L>(x, y);
    }
    let pieces = x.chunks(BLOCK).zip(y.chunks(BLOCK));
    let sums: Vec<T> = pieces.map(|(x, y)| dot_block::<T, L>(x, y)).collect();
    blocks::<Numbers<'_, T>, L>(sums.len(), &mut Numbers(&sums))
}

#[inline(always)]
fn dot_block<T: Ordered, const L: usize>(x: &[T], y: &[T]) -> T {
    let mut lanes = [T::ZERO; L];
    let first = x.len().min(L);
    lanes.iter_mut().zip(x.iter().zip(y)).for_each(|(s, (&x, &y))| *s = x * y);
    let (x, y) = (x[first..].as_chunks::<L>(), y[first..].as_chunks::<L>());
    for (x, y) in x.0.iter().zip(y.0) {
        (0..L).for_each(|l| lanes[l] += x[l] * y[l]);
    }
    lanes.iter_mut().zip(x.1.iter().zip(y.1)).for_each(|(s, (&x, &y))| *s += x * y);
    let (mut half, mut count) = (L / 2, first);
    while half > 0 {
        for l in half..count.min(2 * half) {
            lanes[l - half] = lanes[l - half] + lanes[l];
        }
        count = count.min(half);
        half /= 2;
    }
    lanes[0]
}

/// Numbers to be added.
struct Numbers<'s, T>(&'s [T]);

impl<T: Ordered> Terms for Numbers<'_, T> {
    type Sums = T;
    #[inline(always)]
    fn chain(&mut self, first: usize, end: usize, step: usize) -> T {
        (first + step..end).step_by(step).fold(self.0[first], |sum, at| sum + self.0[at])
    }
    #[inline(always)]
    fn add(x: T, y: T) -> T {
        x + y
    }
}

#[cfg(test)]
mod tests;
