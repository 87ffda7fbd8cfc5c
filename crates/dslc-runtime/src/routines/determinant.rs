//! Determinants and cofactors, from the LU factors of [`super::solve`].

use super::factors::{Number, Unfactored, svd};
use super::solve::{Lu, Unsolved, invert};
use crate::interrupt::{Interrupt, Interrupted};

impl<T: Number> Lu<T> {
    fn determinant(&self) -> T {
        self.pivots().fold(if self.odd { T::ZERO - T::ONE } else { T::ONE }, |d, p| d * p)
    }
}

/// The determinant of the row-major `n` by `n` matrix `a`. A matrix with NaN gives NaN.
pub fn det<T: Number>(n: usize, a: &[T], interrupt: Interrupt<'_>) -> Result<T, Interrupted> {
    match Lu::new(n, a, interrupt) {
        Ok(lu) => Ok(lu.determinant()),
        Err(Unsolved::Singular) => Ok(T::ZERO),
        Err(Unsolved::Interrupted) => Err(Interrupted),
    }
}

/// The logarithm of its magnitude: minus infinity for a singular matrix.
pub fn logdet<T: Number>(n: usize, a: &[T], interrupt: Interrupt<'_>) -> Result<T, Interrupted> {
    match Lu::new(n, a, interrupt) {
        Ok(lu) => Ok(lu.pivots().fold(T::ZERO, |sum, p| sum + p.magnitude().ln())),
        Err(Unsolved::Singular) => Ok(T::ZERO.ln()),
        Err(Unsolved::Interrupted) => Err(Interrupted),
    }
}

/// The cofactors: `det(a) a^-T`, or where a pivot is zero, from the singular value decomposition `a = u diag(s) v^T`,
/// `det(u) det(v) u diag(p) v^T`, where `p[k]` is the product of the other singular values.
///
/// # Errors
/// A singular matrix with an element that is not finite.
pub fn cofactor<T: Number>(
    n: usize,
    a: &[T],
    to: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<(), Unfactored> {
    match invert(n, a, T::ONE, interrupt) {
        Ok((inverse, lu)) => {
            let d = lu.determinant();
            for (k, c) in to.iter_mut().enumerate() {
                *c = d * inverse[k % n * n + k / n];
            }
            return Ok(());
        }
        Err(Unsolved::Interrupted) => return Err(Unfactored::Interrupted),
        Err(Unsolved::Singular) => {}
    }
    let (mut u, mut s, mut v) = (vec![T::ZERO; n * n], vec![T::ZERO; n], vec![T::ZERO; n * n]);
    svd(n, n, a, &mut u, &mut s, &mut v, interrupt)?;
    let sign = det(n, &u, interrupt)? * det(n, &v, interrupt)?;
    // Of orthogonal matrices it is 1 or -1, up to rounding.
    let sign = if sign < T::ZERO { T::ZERO - T::ONE } else { T::ONE };
    let others = |k: usize| (0..n).filter(|&j| j != k).fold(sign, |p, j| p * s[j]);
    let products: Vec<T> = (0..n).map(others).collect();
    for i in 0..n {
        for j in 0..n {
            to[i * n + j] = (0..n).fold(T::ZERO, |c, k| c + u[i * n + k] * products[k] * v[j * n + k]);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // By hand, along the first row.
    const A: [f64; 9] = [2.0, -1.0, 3.0, 0.0, 4.0, 1.0, 5.0, 2.0, -2.0];

    #[test]
    fn determinants_by_hand() {
        let d = det(3, &A, Interrupt::NEVER).expect("nobody asks");
        assert!((d - (2.0 * -10.0 + -5.0 + 3.0 * -20.0)).abs() < 1e-13, "{d}");
        let l = logdet(3, &A, Interrupt::NEVER).expect("nobody asks");
        assert!((l - 85f64.ln()).abs() < 1e-14, "{l}");
        assert_eq!(det(2, &[1.0f32, 2.0, 2.0, 4.0], Interrupt::NEVER), Ok(0.0));
        assert_eq!(logdet(2, &[1.0f32, 2.0, 2.0, 4.0], Interrupt::NEVER), Ok(f32::NEG_INFINITY));
        assert_eq!(det::<f64>(0, &[], Interrupt::NEVER), Ok(1.0));
        assert!(det(1, &[f64::NAN], Interrupt::NEVER).is_ok_and(f64::is_nan));
    }

    #[test]
    fn cofactors_by_hand_with_and_without_an_inverse() {
        let mut c = [0.0; 9];
        assert_eq!(cofactor(3, &A, &mut c, Interrupt::NEVER), Ok(()));
        let want = [-10.0, 5.0, -20.0, 4.0, -19.0, -9.0, -13.0, -2.0, 8.0];
        assert!(c.iter().zip(want).all(|(c, w)| (c - w).abs() < 1e-12), "{c:?}");
        // The rows are 1, 2, 3 times one row, but for the last.
        let a = [1.0, 2.0, 0.0, 2.0, 4.0, 0.0, 0.0, 1.0, 1.0];
        assert_eq!(cofactor(3, &a, &mut c, Interrupt::NEVER), Ok(()));
        let want = [4.0, -2.0, 2.0, -2.0, 1.0, -1.0, 0.0, 0.0, 0.0];
        assert!(c.iter().zip(want).all(|(c, w)| (c - w).abs() < 1e-13), "{c:?}");
        // Rank one: every minor is zero.
        assert_eq!(cofactor(3, &[1.0; 9], &mut c, Interrupt::NEVER), Ok(()));
        assert!(c.iter().all(|c| c.abs() < 1e-14), "{c:?}");
    }
}
