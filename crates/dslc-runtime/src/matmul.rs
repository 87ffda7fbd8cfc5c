//! Products of real matrices.
//!
//! Anything but tiny shapes goes to the crate `gemm`: of the candidates it was the fastest or near it at every
//! shape tried, thin ones and matrix-vector included. Below some hundred multiplications its set-up costs more
//! than the work, so a plain loop does those.

#![expect(unsafe_code, reason = "the kernel's interface is raw pointers with strides")]

use crate::matrix::{MatrixMut, MatrixRef};

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

/// `c = a b`. The order of the additions is the kernel's own.
///
/// # Panics
/// If the extents do not fit together.
pub fn matmul<T: Real>(a: MatrixRef<'_, T>, b: MatrixRef<'_, T>, mut c: MatrixMut<'_, T>) {
    assert_eq!(a.columns(), b.rows(), "the inner extents agree");
    assert_eq!((c.rows(), c.columns()), (a.rows(), b.columns()), "the result has the outer extents");
    let (m, k, n) = (a.rows(), a.columns(), b.columns());
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 {
        return c.fill(T::ZERO);
    }
    if m.saturating_mul(k).saturating_mul(n) <= TINY {
        return plain(a, b, &mut c);
    }
    let (la, lb, lc) = (a.layout(), b.layout(), c.layout());
    // SAFETY: the views promise that every element inside their extents may be read, or written, at these
    // strides; the extents were compared above; the old contents of `c` are not read.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            lc.column,
            lc.row,
            false,
            a.as_ptr(),
            la.column,
            la.row,
            b.as_ptr(),
            lb.column,
            lb.row,
            T::ZERO,
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
    use super::*;
    use crate::matrix::Layout;

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
        matmul(a, b, MatrixMut::new(&mut c, 0, layout(m, n, flip[2])).expect("inside"));
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
    fn views_may_run_backwards_and_repeat() {
        let a: Vec<f32> = (0..100).map(|x| x as f32).collect();
        let mut c = vec![0.0; 100];
        let backwards = Layout { rows: 10, columns: 10, row: -10, column: 1 };
        let repeated = Layout { rows: 10, columns: 10, row: 1, column: 0 };
        let a_view = MatrixRef::new(&a, 90, backwards).expect("inside");
        let b_view = MatrixRef::new(&a, 0, repeated).expect("inside");
        matmul(a_view, b_view, MatrixMut::new(&mut c, 0, Layout::row_major(10, 10)).expect("inside"));
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
            matmul(a, b, MatrixMut::new(&mut c, 0, square).expect("inside"));
            assert!(c[0].is_nan() && c[n] == f64::INFINITY);
        }
    }
}
