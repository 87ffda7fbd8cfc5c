//! One way in for all routines from one matrix to floats: the results lie one after the other in one piece of memory, which
//! is all that a backend has to know of them.

use dslc_ir::Routine;

use super::determinant::{cofactor, det, logdet};
use super::factors::{Number, Unfactored, cholesky, eigh, qr, svd};
use super::fourier::fourier;
use crate::interrupt::Interrupt;

/// The sizes of the results of a routine that [`factor`] does, for an `m` by `n` matrix, in their order.
pub fn room(routine: Routine, m: usize, n: usize) -> Vec<usize> {
    let k = m.min(n);
    match routine {
        Routine::Cholesky | Routine::Cofactor => vec![n * n],
        Routine::Det | Routine::LogDet => vec![1],
        Routine::Qr => vec![m * n, n * n],
        Routine::Eigh | Routine::EighFixed => vec![n, n * n],
        Routine::Svd => vec![m * k, k, n * k],
        Routine::Fourier | Routine::FourierBack => vec![m * n],
        Routine::Solve
        | Routine::SolveLower
        | Routine::SolveUpper
        | Routine::Permutation
        | Routine::ArgSort
        | Routine::Assignment
        | Routine::Trace => Vec::new(),
    }
}

/// Does a routine on the row-major `m` by `n` matrix `a`; the results fill `to`, as [`room`] says.
///
/// # Errors
/// Those of the routine; `to` is then unspecified.
///
/// # Panics
/// If a slice does not have its length. Nothing is written for a routine that [`room`] gives no results.
pub fn factor<T: Number>(
    routine: Routine,
    (m, n): (usize, usize),
    a: &[T],
    to: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<(), Unfactored> {
    assert_eq!(a.len(), m * n, "the matrix has m * n elements");
    assert_eq!(to.len(), room(routine, m, n).iter().sum::<usize>(), "the results fill their room");
    match routine {
        Routine::Cholesky => cholesky(n, a, to, interrupt),
        Routine::Cofactor => cofactor(n, a, to, interrupt),
        Routine::Det => {
            to[0] = det(n, a, interrupt)?;
            Ok(())
        }
        Routine::LogDet => {
            to[0] = logdet(n, a, interrupt)?;
            Ok(())
        }
        Routine::Qr => {
            let (q, r) = to.split_at_mut(m * n);
            qr(m, n, a, q, r, interrupt)
        }
        Routine::Eigh | Routine::EighFixed => {
            let (d, p) = to.split_at_mut(n);
            eigh(n, a, d, p, interrupt)
        }
        Routine::Fourier | Routine::FourierBack => {
            interrupt.poll()?;
            to.copy_from_slice(a);
            fourier(to, routine == Routine::FourierBack);
            Ok(())
        }
        Routine::Svd => {
            let k = m.min(n);
            let (u, rest) = to.split_at_mut(m * k);
            let (s, v) = rest.split_at_mut(k);
            svd(m, n, a, u, s, v, interrupt)
        }
        Routine::Solve
        | Routine::SolveLower
        | Routine::SolveUpper
        | Routine::Permutation
        | Routine::ArgSort
        | Routine::Assignment
        | Routine::Trace => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix without structure.
    fn matrix(m: usize, n: usize) -> Vec<f64> {
        (0..m * n).map(|k| ((k * k * 7 + 13 * k + 5) % 101) as f64 / 50.0 - 1.0).collect()
    }
    fn done(routine: Routine, m: usize, n: usize, a: &[f64]) -> Vec<Vec<f64>> {
        let sizes = room(routine, m, n);
        let mut to = vec![f64::NAN; sizes.iter().sum()];
        factor(routine, (m, n), a, &mut to, Interrupt::NEVER).expect("the matrix has factors");
        let mut rest = to.as_slice();
        sizes
            .into_iter()
            .map(|size| {
                let (here, more) = rest.split_at(size);
                rest = more;
                here.to_vec()
            })
            .collect()
    }
    /// `x diag(d) y^T`.
    fn product(x: &[f64], d: &[f64], y: &[f64]) -> Vec<f64> {
        let k = d.len();
        let row = |m: &[f64], i: usize| m[i * k..(i + 1) * k].to_vec();
        let (rows, columns) = (x.len() / k, y.len() / k);
        let mut out = Vec::new();
        for i in 0..rows {
            for j in 0..columns {
                out.push(row(x, i).iter().zip(row(y, j)).zip(d).map(|((a, b), d)| a * b * d).sum());
            }
        }
        out
    }
    fn transposed(n: usize, a: &[f64]) -> Vec<f64> {
        let m = a.len() / n;
        (0..n * m).map(|k| a[k % m * n + k / m]).collect()
    }
    fn close(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
    }
    fn unit(n: usize) -> Vec<f64> {
        (0..n * n).map(|k| if k / n == k % n { 1.0 } else { 0.0 }).collect()
    }

    #[test]
    fn factors_multiply_to_the_matrix() {
        for (m, n) in [(1, 1), (3, 2), (2, 3), (7, 7), (40, 20), (20, 40)] {
            let a = matrix(m, n);
            let [u, s, v] = &done(Routine::Svd, m, n, &a)[..] else { panic!("three results") };
            assert!(close(&product(u, s, v), &a), "{m} {n}");
            assert!(s.is_sorted_by(|a, b| a >= b) && s.iter().all(|s| *s >= 0.0));
            let k = m.min(n);
            let ones = vec![1.0; m];
            assert!(close(&product(&transposed(k, u), &ones, &transposed(k, u)), &unit(k)));
            if m >= n {
                let [q, r] = &done(Routine::Qr, m, n, &a)[..] else { panic!("two results") };
                assert!(close(&product(q, &vec![1.0; n], &transposed(n, r)), &a));
                assert!(close(&product(&transposed(n, q), &ones, &transposed(n, q)), &unit(n)));
                assert!((0..n).all(|k| r[k * n + k] >= 0.0 && r[k * n..k * n + k].iter().all(|x| *x == 0.0)));
            }
        }
        for n in [1, 2, 5, 33] {
            let x = matrix(n, n);
            let square = product(&x, &vec![1.0; n], &x);
            let [d, p] = &done(Routine::Eigh, n, n, &square)[..] else { panic!("two results") };
            assert!(close(&product(p, d, p), &square) && d.is_sorted());
            let more: Vec<f64> = square.iter().zip(unit(n)).map(|(a, e)| a + e).collect();
            let [l] = &done(Routine::Cholesky, n, n, &more)[..] else { panic!("one result") };
            assert!(close(&product(l, &vec![1.0; n], l), &more));
            assert!((0..n).all(|i| l[i * n + i + 1..(i + 1) * n].iter().all(|x| *x == 0.0)));
        }
    }

    #[test]
    fn signs_do_not_depend_on_rounding() {
        // The eigenvectors are (1, -1) and (1, 1) by the root of two.
        let p = &done(Routine::Eigh, 2, 2, &[2.0, 1.0, 1.0, 2.0])[1];
        assert!(p[0] > 0.0 && p[2] < 0.0 && p[1] > 0.0 && p[3] > 0.0, "{p:?}");
        let found = done(Routine::Svd, 2, 2, &[-3.0, 0.0, 0.0, 2.0]);
        assert_eq!(found, [vec![1.0, 0.0, 0.0, 1.0], vec![3.0, 2.0], vec![-1.0, 0.0, 0.0, 1.0]]);
    }

    #[test]
    fn what_has_no_factors_says_why() {
        let fails = |routine, a: &[f64]| {
            let mut to = vec![0.0; room(routine, 2, 2).iter().sum()];
            factor(routine, (2, 2), a, &mut to, Interrupt::NEVER)
        };
        assert_eq!(fails(Routine::Cholesky, &[1.0, 2.0, 2.0, 1.0]), Err(Unfactored::NotPositive));
        assert_eq!(fails(Routine::Cholesky, &[1.0, f64::NAN, 0.0, 1.0]), Err(Unfactored::NotPositive));
        for routine in [Routine::Qr, Routine::Eigh, Routine::Svd] {
            assert_eq!(fails(routine, &[1.0, f64::NAN, 0.0, 1.0]), Err(Unfactored::NotFinite));
            assert_eq!(fails(routine, &[f64::INFINITY, 0.0, 0.0, 1.0]), Err(Unfactored::NotFinite));
        }
        let set = std::sync::atomic::AtomicBool::new(true);
        let stopped = factor(Routine::Eigh, (1, 1), &[1.0], &mut [0.0, 0.0], (&set).into());
        assert_eq!(stopped, Err(Unfactored::Interrupted));
    }

    #[test]
    fn empty_matrices_have_empty_factors() {
        for (m, n) in [(0, 0), (0, 3), (3, 0)] {
            assert_eq!(done(Routine::Svd, m, n, &[]), [vec![], vec![], Vec::<f64>::new()]);
        }
        assert_eq!(done(Routine::Qr, 3, 0, &[]), [vec![], Vec::<f64>::new()]);
        assert_eq!(done(Routine::Cholesky, 0, 0, &[]), [Vec::<f64>::new()]);
    }
}
