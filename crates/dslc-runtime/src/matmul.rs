//! Products of real matrices.
//!
//! Anything but tiny shapes goes to the crate `gemm`: of the candidates it was the fastest or near it at every
//! shape tried, thin ones and matrix-vector included. Below some hundred multiplications its set-up costs more
//! than the work, so a plain loop does those. A product that takes long is cut into blocks, between which the host is
//! asked whether to go on.

#![expect(unsafe_code, reason = "the kernel's interface is raw pointers with strides")]

use std::ops::Range;

use crate::interrupt::{Interrupt, Interrupted};
use crate::matrix::{Layout, MatrixMut, MatrixRef};

/// A float that has a product kernel.
pub trait Real: Copy + 'static + std::ops::Mul<Output = Self> + std::ops::AddAssign {
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
}
impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
}
impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
}

/// Up to this many multiplications a plain loop is quicker (measured: 4 x 4 x 4 is, 8 x 8 x 8 is not).
const TINY: usize = 128;

/// About as many multiplications are done between two polls: some hundredths of a second.
const BLOCK: usize = 1 << 28;
/// The longest side of a block of the result.
const SIDE: usize = 1 << 10;

/// `c = a b`. The order of the additions is the kernel's own.
///
/// # Errors
/// The host asked for it.
///
/// # Panics
/// If the extents do not fit together.
pub fn matmul<T: Real>(
    a: MatrixRef<'_, T>,
    b: MatrixRef<'_, T>,
    mut c: MatrixMut<'_, T>,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    assert_eq!(a.columns(), b.rows(), "the inner extents agree");
    assert_eq!((c.rows(), c.columns()), (a.rows(), b.columns()), "the result has the outer extents");
    let (m, k, n) = (a.rows(), a.columns(), b.columns());
    if m == 0 || n == 0 {
        return Ok(());
    }
    if k == 0 {
        c.fill(T::ZERO);
        return Ok(());
    }
    let work = m.saturating_mul(k).saturating_mul(n);
    if work <= TINY {
        plain(a, b, &mut c);
        return Ok(());
    }
    if work <= BLOCK {
        block(a, b, &mut c, Block { rows: 0..m, columns: 0..n, inner: 0..k });
        return Ok(());
    }
    let (tall, wide) = (m.min(SIDE), n.min(SIDE));
    let deep = (BLOCK / (tall * wide)).min(k);
    for i in (0..m).step_by(tall) {
        for j in (0..n).step_by(wide) {
            for p in (0..k).step_by(deep) {
                interrupt.poll()?;
                let to = |from: usize, step: usize, end: usize| from..end.min(from + step);
                let (rows, columns) = (to(i, tall, m), to(j, wide, n));
                block(a, b, &mut c, Block { rows, columns, inner: to(p, deep, k) });
            }
        }
    }
    Ok(())
}

/// Some rows and columns of the result, and some of the terms of their sums.
struct Block {
    rows: Range<usize>,
    columns: Range<usize>,
    inner: Range<usize>,
}

/// Some terms of some elements: the first terms replace what stands there, the others are added. **Invariant:** the
/// block lies inside of the extents.
fn block<T: Real>(a: MatrixRef<'_, T>, b: MatrixRef<'_, T>, c: &mut MatrixMut<'_, T>, part: Block) {
    let Block { rows, columns, inner } = part;
    assert!(rows.end <= a.rows() && inner.end <= a.columns() && columns.end <= b.columns());
    let (la, lb, lc) = (a.layout(), b.layout(), c.layout());
    let at = |row: usize, column: usize, l: Layout| row as isize * l.row + column as isize * l.column;
    let add = inner.start > 0;
    // SAFETY: the views promise that every element inside their extents may be read, or written, at these
    // strides; the block lies inside; the old contents of `c` are read only where a block has written them.
    unsafe {
        gemm::gemm(
            rows.len(),
            columns.len(),
            inner.len(),
            c.as_mut_ptr().offset(at(rows.start, columns.start, lc)),
            lc.column,
            lc.row,
            add,
            a.as_ptr().offset(at(rows.start, inner.start, la)),
            la.column,
            la.row,
            b.as_ptr().offset(at(inner.start, columns.start, lb)),
            lb.column,
            lb.row,
            if add { T::ONE } else { T::ZERO },
            T::ONE,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// Three loops, with the sum in a register.
fn plain<T: Real>(a: MatrixRef<'_, T>, b: MatrixRef<'_, T>, c: &mut MatrixMut<'_, T>) {
    for i in 0..a.rows() {
        for j in 0..b.columns() {
            let mut sum = T::ZERO;
            for p in 0..a.columns() {
                sum += a.get(i, p) * b.get(p, j);
            }
            *c.get_mut(i, j) = sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    const SIZES: [usize; 8] = [0, 1, 2, 3, 5, 8, 17, 40];

    /// Small integers, whose products and sums are exact in any order.
    fn integers(n: usize, seed: usize) -> Vec<f64> {
        (0..n).map(|k| ((k * 31 + seed * 17) % 23) as f64 - 11.0).collect()
    }

    fn check(m: usize, k: usize, n: usize, flip: [bool; 3]) {
        let layout = |rows, columns, flip: bool| {
            if flip {
                Layout::row_major(columns, rows).transposed()
            } else {
                Layout::row_major(rows, columns)
            }
        };
        let (a, b) = (integers(m * k, 1), integers(k * n, 2));
        let mut c = vec![f64::NAN; m * n];
        let a = MatrixRef::new(&a, 0, layout(m, k, flip[0])).expect("inside");
        let b = MatrixRef::new(&b, 0, layout(k, n, flip[1])).expect("inside");
        let result = MatrixMut::new(&mut c, 0, layout(m, n, flip[2])).expect("inside");
        assert_eq!(matmul(a, b, result, Interrupt::NEVER), Ok(()));
        let c = MatrixRef::new(&c, 0, layout(m, n, flip[2])).expect("inside");
        for i in 0..m {
            for j in 0..n {
                let want: f64 = (0..k).map(|p| a.get(i, p) * b.get(p, j)).sum();
                assert_eq!(c.get(i, j), want, "{m} {k} {n} {flip:?} at {i} {j}");
            }
        }
    }

    #[test]
    fn every_shape_and_order_agrees_with_three_loops() {
        for m in SIZES {
            for k in SIZES {
                for n in SIZES {
                    for flips in 0..8 {
                        check(m, k, n, [flips & 1 > 0, flips & 2 > 0, flips & 4 > 0]);
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_product_is_cut_into_blocks_and_can_be_stopped() {
        // Over the bound by every side: the terms of a thin one are cut, the result of a wide one is.
        for (m, k, n) in [(1, 140_000, 2_000), (2_100, 64, 2_050), (1_100, 300, 1_030)] {
            assert!(m * k * n > BLOCK);
            // One row of `a` and one column of `b` are not constant, so that each element has its own value.
            let a: Vec<f64> = (0..m * k).map(|at| (at / k % 7) as f64).collect();
            let b: Vec<f64> = (0..k * n).map(|at| (at % n % 5) as f64 + (at / n % 3) as f64).collect();
            let view =
                |x, rows, columns| MatrixRef::new(x, 0, Layout::row_major(rows, columns)).expect("inside");
            let mut c = vec![f64::NAN; m * n];
            let to = MatrixMut::new(&mut c, 0, Layout::row_major(m, n)).expect("inside");
            assert_eq!(matmul(view(&a, m, k), view(&b, k, n), to, Interrupt::NEVER), Ok(()));
            // The sum over p of (i mod 7) (j mod 5 + p mod 3), which is exact.
            let residues = (k / 3 * 3 + [0, 0, 1][k % 3]) as f64;
            for (at, &x) in c.iter().enumerate() {
                let (i, j) = (at / n, at % n);
                assert_eq!(
                    x,
                    (i % 7) as f64 * ((j % 5) as f64 * k as f64 + residues),
                    "{m} {k} {n} at {i} {j}"
                );
            }
            let to = MatrixMut::new(&mut c, 0, Layout::row_major(m, n)).expect("inside");
            let set = AtomicBool::new(true);
            assert_eq!(matmul(view(&a, m, k), view(&b, k, n), to, (&set).into()), Err(Interrupted));
        }
    }

    #[test]
    fn views_may_run_backwards_and_repeat() {
        let a: Vec<f32> = (0..100).map(|x| x as f32).collect();
        let mut c = vec![0.0; 100];
        let backwards = Layout { rows: 10, columns: 10, row: -10, column: 1 };
        let repeated = Layout { rows: 10, columns: 10, row: 1, column: 0 };
        let a_view = MatrixRef::new(&a, 90, backwards).expect("inside");
        let b_view = MatrixRef::new(&a, 0, repeated).expect("inside");
        let result = MatrixMut::new(&mut c, 0, Layout::row_major(10, 10)).expect("inside");
        assert_eq!(matmul(a_view, b_view, result, Interrupt::NEVER), Ok(()));
        for (at, &x) in c.iter().enumerate() {
            let row = 9 - at / 10;
            let want: f32 = (0..10).map(|p| a[row * 10 + p] * a[p]).sum();
            assert_eq!(x, want);
        }
    }

    #[test]
    fn nan_and_infinity_reach_the_result() {
        for n in [2, 20] {
            let mut a = vec![1.0; n * n];
            a[0] = f64::NAN;
            a[n] = f64::INFINITY;
            let mut c = vec![0.0; n * n];
            let square = Layout::row_major(n, n);
            let a = MatrixRef::new(&a, 0, square).expect("inside");
            let b = vec![2.0; n * n];
            let b = MatrixRef::new(&b, 0, square).expect("inside");
            let result = MatrixMut::new(&mut c, 0, square).expect("inside");
            assert_eq!(matmul(a, b, result, Interrupt::NEVER), Ok(()));
            assert!(c[0].is_nan() && c[n] == f64::INFINITY);
        }
    }
}
