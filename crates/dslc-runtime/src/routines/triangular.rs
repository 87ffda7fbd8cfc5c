//! Triangular systems by substitution (Golub and Van Loan, *Matrix Computations*, section 3.1), a row at a time, so
//! that all right-hand sides are done together.

use super::solve::{Real, Unsolved, subtract_multiple};
use crate::interrupt::Interrupt;

/// Solves `a x = b` for a lower triangular `a`; what stands above its diagonal is not read. Shapes and failures are those
/// of [`super::solve::solve`].
///
/// # Panics
/// If a slice does not have the length that `n` and `columns` say.
pub fn solve_lower<T: Real>(
    n: usize,
    a: &[T],
    b: &mut [T],
    columns: usize,
    interrupt: Interrupt<'_>,
) -> Result<(), Unsolved> {
    check(n, a, b, columns)?;
    for k in 0..n {
        interrupt.poll()?;
        let (head, tail) = b.split_at_mut((k + 1) * columns);
        let solved = &mut head[k * columns..];
        divide(solved, a[k * n + k]);
        for (i, row) in tail.chunks_exact_mut(columns.max(1)).enumerate() {
            subtract_multiple(row, a[(k + 1 + i) * n + k], solved);
        }
    }
    Ok(())
}

/// Solves `a x = b` for an upper triangular `a`; what stands below its diagonal is not read.
///
/// # Panics
/// If a slice does not have the length that `n` and `columns` say.
pub fn solve_upper<T: Real>(
    n: usize,
    a: &[T],
    b: &mut [T],
    columns: usize,
    interrupt: Interrupt<'_>,
) -> Result<(), Unsolved> {
    check(n, a, b, columns)?;
    for k in (0..n).rev() {
        interrupt.poll()?;
        let (head, tail) = b.split_at_mut(k * columns);
        let solved = &mut tail[..columns];
        divide(solved, a[k * n + k]);
        for (i, row) in head.chunks_exact_mut(columns.max(1)).enumerate() {
            subtract_multiple(row, a[i * n + k], solved);
        }
    }
    Ok(())
}

fn check<T: Real>(n: usize, a: &[T], b: &[T], columns: usize) -> Result<(), Unsolved> {
    assert_eq!(a.len(), n * n, "the matrix has n * n elements");
    assert_eq!(b.len(), n * columns, "the right-hand sides have n * columns elements");
    if (0..n).any(|k| a[k * n + k] == T::ZERO) { Err(Unsolved::Singular) } else { Ok(()) }
}

fn divide<T: Real>(row: &mut [T], by: T) {
    for x in row {
        *x = *x / by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitution_reads_its_triangle_only() {
        // By hand: 2 x = 2, x + 4 y = 9; and the transposed system 2 x + y = 4, 4 y = 8.
        let mut b = [2.0, 9.0];
        assert_eq!(solve_lower(2, &[2.0, f64::NAN, 1.0, 4.0], &mut b, 1, Interrupt::NEVER), Ok(()));
        assert_eq!(b, [1.0, 2.0]);
        let mut b = [4.0f32, 8.0, 8.0, 16.0];
        assert_eq!(solve_upper(2, &[2.0, 1.0, f32::NAN, 4.0], &mut b, 2, Interrupt::NEVER), Ok(()));
        assert_eq!(b, [1.0, 2.0, 2.0, 4.0]);
    }

    #[test]
    fn a_zero_on_the_diagonal_is_singular_and_nothing_is_solved() {
        let singular = Err(Unsolved::Singular);
        assert_eq!(solve_lower(2, &[1.0, 0.0, 1.0, 0.0], &mut [1.0, 1.0], 1, Interrupt::NEVER), singular);
        assert_eq!(solve_upper::<f64>(0, &[], &mut [], 2, Interrupt::NEVER), Ok(()));
        assert_eq!(solve_lower(1, &[2.0], &mut [], 0, Interrupt::NEVER), Ok(()));
    }
}
