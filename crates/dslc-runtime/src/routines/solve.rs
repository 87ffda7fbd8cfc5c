//! Linear systems by LU factorisation with partial pivoting (Golub and Van Loan, *Matrix Computations*,
//! section 3.4).
//!
//! Our own forty lines rather than `faer`, which does the other factorisations: this order is fixed, so two machines give
//! the same bits. What is missing: blocking, so large systems run at memory speed.

use std::fmt;

use crate::interrupt::{Interrupt, Interrupted};

/// What the factorisation needs of a number.
pub trait Real:
    Copy
    + PartialOrd
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
{
    /// Zero.
    const ZERO: Self;
    /// The sign cleared.
    fn magnitude(self) -> Self;
    /// Whether it is NaN.
    fn is_nan(self) -> bool;
}

macro_rules! real {
    ($($float:ident)*) => {
        $(impl Real for $float {
            const ZERO: Self = 0.0;
            fn magnitude(self) -> Self {
                self.abs()
            }
            fn is_nan(self) -> bool {
                $float::is_nan(self)
            }
        })*
    };
}
real!(f32 f64);

/// Why there is no solution.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unsolved {
    /// The matrix has no inverse: a pivot is exactly zero.
    Singular,
    /// The host asked for it.
    Interrupted,
}

impl fmt::Display for Unsolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unsolved::Singular => "the matrix is singular",
            Unsolved::Interrupted => "interrupted",
        })
    }
}
impl std::error::Error for Unsolved {}

impl From<Interrupted> for Unsolved {
    fn from(_: Interrupted) -> Self {
        Unsolved::Interrupted
    }
}

/// Solves `a x = b` for `columns` right-hand sides: `a` is `n` by `n` and `b` is `n` by `columns`, both row-major;
/// `b` is replaced by `x`. A matrix with NaN gives NaN, not an error. On an error `b` is unspecified.
///
/// # Panics
/// If a slice does not have the length that `n` and `columns` say.
pub fn solve<T: Real>(
    n: usize,
    a: &[T],
    b: &mut [T],
    columns: usize,
    interrupt: Interrupt<'_>,
) -> Result<(), Unsolved> {
    assert_eq!(a.len(), n * n, "the matrix has n * n elements");
    assert_eq!(b.len(), n * columns, "the right-hand sides have n * columns elements");
    let mut lu = a.to_vec();
    for k in 0..n {
        let pivot = pivot_row(&lu, n, k)?;
        swap_rows(&mut lu, n, k, pivot);
        swap_rows(b, columns, k, pivot);
        eliminate(&mut lu, b, n, columns, k, interrupt)?;
    }
    substitute_back(&lu, b, n, columns, interrupt)?;
    Ok(())
}

/// The factors of a matrix without right-hand sides: the upper one in the upper triangle.
pub(super) struct Lu<T> {
    n: usize,
    upper: Vec<T>,
    /// Whether an odd number of rows were exchanged.
    pub(super) odd: bool,
}

impl<T: Real> Lu<T> {
    /// Factors the row-major `n` by `n` matrix `a`, as [`solve`] does.
    pub(super) fn new(n: usize, a: &[T], interrupt: Interrupt<'_>) -> Result<Self, Unsolved> {
        let mut lu = Self { n, upper: a.to_vec(), odd: false };
        for k in 0..n {
            let pivot = pivot_row(&lu.upper, n, k)?;
            lu.odd ^= pivot != k;
            swap_rows(&mut lu.upper, n, k, pivot);
            eliminate(&mut lu.upper, &mut [], n, 0, k, interrupt)?;
        }
        Ok(lu)
    }
    /// The diagonal of the upper factor.
    pub(super) fn pivots(&self) -> impl Iterator<Item = T> {
        (0..self.n).map(|k| self.upper[k * self.n + k])
    }
}

/// The inverse of the row-major `n` by `n` matrix `a`, with its factors. The inverse of the lower factor is triangular
/// too, so this takes `2 n^3` operations, where [`solve`] with the columns of the identity takes `8/3 n^3`.
pub(super) fn invert<T: Real>(
    n: usize,
    a: &[T],
    one: T,
    interrupt: Interrupt<'_>,
) -> Result<(Vec<T>, Lu<T>), Unsolved> {
    let mut lu = Lu { n, upper: a.to_vec(), odd: false };
    let mut rows: Vec<usize> = (0..n).collect();
    let mut x: Vec<T> = (0..n * n).map(|at| if at / n == at % n { one } else { T::ZERO }).collect();
    for k in 0..n {
        let pivot = pivot_row(&lu.upper, n, k)?;
        if pivot != k {
            lu.odd = !lu.odd;
            rows.swap(k, pivot);
            swap_rows(&mut lu.upper, n, k, pivot);
            swap_rows(&mut x, n, k, pivot);
            // Only what was eliminated moves; the ones stay on the diagonal.
            x.swap(k * n + k, k * n + pivot);
            x.swap(pivot * n + k, pivot * n + pivot);
        }
        let (upper, lower) = lu.upper.split_at_mut((k + 1) * n);
        let pivot = &upper[k * n + k..];
        let (x_upper, x_lower) = x.split_at_mut((k + 1) * n);
        for (row, x_row) in lower.chunks_exact_mut(n).zip(x_lower.chunks_exact_mut(n)) {
            interrupt.poll()?;
            let factor = row[k] / pivot[0];
            subtract_multiple(&mut row[k + 1..], factor, &pivot[1..]);
            subtract_multiple(&mut x_row[..k + 1], factor, &x_upper[k * n..]);
        }
    }
    substitute_back(&lu.upper, &mut x, n, n, interrupt)?;
    let mut inverse = vec![T::ZERO; n * n];
    for (at, &element) in x.iter().enumerate() {
        inverse[at / n * n + rows[at % n]] = element;
    }
    Ok((inverse, lu))
}

/// The row of the entry of column `k` that is largest in magnitude, from the diagonal down; lowest at ties.
/// A NaN wins, so that it spreads to the result instead of being stepped over.
fn pivot_row<T: Real>(lu: &[T], n: usize, k: usize) -> Result<usize, Unsolved> {
    let mut best = k;
    for row in k..n {
        let here = lu[row * n + k].magnitude();
        if here.is_nan() {
            return Ok(row);
        }
        if here > lu[best * n + k].magnitude() {
            best = row;
        }
    }
    if lu[best * n + k].magnitude() == T::ZERO { Err(Unsolved::Singular) } else { Ok(best) }
}

fn swap_rows<T>(m: &mut [T], width: usize, upper: usize, lower: usize) {
    if upper != lower {
        let (head, tail) = m.split_at_mut(lower * width);
        head[upper * width..(upper + 1) * width].swap_with_slice(&mut tail[..width]);
    }
}

/// Subtracts multiples of row `k` from the rows below, in the matrix right of the diagonal and in `b`.
fn eliminate<T: Real>(
    lu: &mut [T],
    b: &mut [T],
    n: usize,
    columns: usize,
    k: usize,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    let (upper, lower) = lu.split_at_mut((k + 1) * n);
    let pivot = &upper[k * n + k..];
    let (b_upper, b_lower) = b.split_at_mut((k + 1) * columns);
    for (i, row) in lower.chunks_exact_mut(n).enumerate() {
        // A row is short; the load is nothing beside its division.
        interrupt.poll()?;
        let factor = row[k] / pivot[0];
        subtract_multiple(&mut row[k + 1..], factor, &pivot[1..]);
        subtract_multiple(&mut b_lower[i * columns..(i + 1) * columns], factor, &b_upper[k * columns..]);
    }
    Ok(())
}

fn substitute_back<T: Real>(
    lu: &[T],
    b: &mut [T],
    n: usize,
    columns: usize,
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    for k in (0..n).rev() {
        interrupt.poll()?;
        let (upper, lower) = b.split_at_mut(k * columns);
        let solved = &mut lower[..columns];
        for x in solved.iter_mut() {
            *x = *x / lu[k * n + k];
        }
        for i in 0..k {
            subtract_multiple(&mut upper[i * columns..(i + 1) * columns], lu[i * n + k], solved);
        }
    }
    Ok(())
}

pub(super) fn subtract_multiple<T: Real>(row: &mut [T], factor: T, other: &[T]) {
    for (x, &y) in row.iter_mut().zip(other) {
        *x = *x - factor * y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permuted_system_is_solved_exactly() {
        let a = [0.0, 2.0, 0.0, 0.0, 0.0, 4.0, 8.0, 0.0, 0.0];
        let mut b = [2.0, 20.0, 4.0, 40.0, 8.0, 80.0];
        assert_eq!(solve(3, &a, &mut b, 2, Interrupt::NEVER), Ok(()));
        assert_eq!(b, [1.0, 10.0, 1.0, 10.0, 1.0, 10.0]);
    }

    #[test]
    fn the_residual_of_a_dense_system_is_small() {
        let n = 40;
        let a: Vec<f64> = (0..n * n).map(|k| ((k * k + 7 * k) % 101) as f64 / 50.0 - 1.0).collect();
        let x: Vec<f64> = (0..n).map(|k| k as f64 - 20.0).collect();
        let row = |i: usize| (0..n).map(|j| a[i * n + j] * x[j]).sum::<f64>();
        let mut b: Vec<f64> = (0..n).map(row).collect();
        assert_eq!(solve(n, &a, &mut b, 1, Interrupt::NEVER), Ok(()));
        for (got, want) in b.iter().zip(&x) {
            assert!((got - want).abs() < 1e-9, "{got} {want}");
        }
    }

    #[test]
    fn a_singular_matrix_is_an_error_and_nan_is_not() {
        assert_eq!(
            solve(2, &[1.0, 2.0, 2.0, 4.0], &mut [1.0, 1.0], 1, Interrupt::NEVER),
            Err(Unsolved::Singular)
        );
        assert_eq!(solve(1, &[0.0f32], &mut [], 0, Interrupt::NEVER), Err(Unsolved::Singular));
        let mut b = [1.0f32, 1.0];
        assert_eq!(solve(2, &[f32::NAN, 2.0, 2.0, 4.0], &mut b, 1, Interrupt::NEVER), Ok(()));
        assert!(b.iter().all(|x| x.is_nan()));
    }

    #[test]
    fn an_inverse_is_the_solution_for_the_identity() {
        for n in [0, 1, 2, 3, 7, 20] {
            let a: Vec<f64> = (0..n * n).map(|k| ((k * k + 7 * k) % 101) as f64 / 50.0 - 1.0).collect();
            let mut b: Vec<f64> = (0..n * n).map(|k| f64::from(u8::from(k / n == k % n))).collect();
            assert_eq!(solve(n, &a, &mut b, n, Interrupt::NEVER), Ok(()));
            let (inverse, _) = invert(n, &a, 1.0, Interrupt::NEVER).expect("nobody asks");
            for (got, want) in inverse.iter().zip(&b) {
                assert!((got - want).abs() < 1e-10 * want.abs().max(1.0), "{n}: {got} {want}");
            }
        }
    }

    #[test]
    fn an_empty_system_has_an_empty_solution() {
        assert_eq!(solve::<f64>(0, &[], &mut [], 3, Interrupt::NEVER), Ok(()));
    }

    #[test]
    fn a_host_can_stop_it() {
        let set = std::sync::atomic::AtomicBool::new(true);
        let a = [2.0, 0.0, 0.0, 2.0];
        assert_eq!(solve(2, &a, &mut [1.0, 1.0], 1, (&set).into()), Err(Unsolved::Interrupted));
    }
}
