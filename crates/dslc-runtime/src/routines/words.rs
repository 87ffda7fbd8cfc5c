//! Routines on elements as bits, zero-extended, as the evaluator and the interpreter of loops hold them.

use dslc_ir::{Routine, Scalar};

use super::factors::{Number, Unfactored};
use super::solve::{Real, Unsolved, solve};
use super::{assignment, factor, room, solve_lower, solve_upper};
use crate::interrupt::Interrupt;

/// A float and its bits.
trait Word: Number {
    fn read(word: u64) -> Self;
    fn word(self) -> u64;
}

impl Word for f64 {
    fn read(word: u64) -> Self {
        f64::from_bits(word)
    }
    fn word(self) -> u64 {
        self.to_bits()
    }
}

impl Word for f32 {
    fn read(word: u64) -> Self {
        f32::from_bits(word as u32)
    }
    fn word(self) -> u64 {
        u64::from(self.to_bits())
    }
}

/// Solves one system of floats of a type; gives the solutions.
///
/// # Errors
/// Those of [`solve`].
pub fn system_on_words(
    (routine, scalar): (Routine, Scalar),
    n: usize,
    a: &[u64],
    b: &[u64],
    columns: usize,
    interrupt: Interrupt<'_>,
) -> Result<Vec<u64>, Unsolved> {
    match scalar {
        Scalar::F32 => system::<f32>(routine, n, a, b, columns, interrupt),
        _ => system::<f64>(routine, n, a, b, columns, interrupt),
    }
}

fn system<T: Word>(
    routine: Routine,
    n: usize,
    a: &[u64],
    b: &[u64],
    columns: usize,
    interrupt: Interrupt<'_>,
) -> Result<Vec<u64>, Unsolved> {
    let (a, mut x) = (read::<T>(a), read::<T>(b));
    match routine {
        Routine::SolveLower => solve_lower(n, &a, &mut x, columns, interrupt)?,
        Routine::SolveUpper => solve_upper(n, &a, &mut x, columns, interrupt)?,
        _ => solve(n, &a, &mut x, columns, interrupt)?,
    }
    Ok(x.into_iter().map(Word::word).collect())
}

/// Does a routine on one `m` by `n` matrix of floats of a type; gives its results.
///
/// # Errors
/// Those of the routine.
pub fn factor_on_words(
    (routine, scalar): (Routine, Scalar),
    extents: (usize, usize),
    a: &[u64],
    interrupt: Interrupt<'_>,
) -> Result<Vec<Vec<u64>>, Unfactored> {
    match scalar {
        Scalar::F32 => factors::<f32>(routine, extents, a, interrupt),
        _ => factors::<f64>(routine, extents, a, interrupt),
    }
}

fn factors<T: Word>(
    routine: Routine,
    (m, n): (usize, usize),
    a: &[u64],
    interrupt: Interrupt<'_>,
) -> Result<Vec<Vec<u64>>, Unfactored> {
    let a = read::<T>(a);
    if routine == Routine::Assignment {
        let p = assignment(n, &a, interrupt)?;
        return Ok(vec![p.into_iter().map(|j| j as u64).collect()]);
    }
    let sizes = room(routine, m, n);
    let mut to = vec![<T as Real>::ZERO; sizes.iter().sum()];
    factor(routine, (m, n), &a, &mut to, interrupt)?;
    let mut rest = to.into_iter().map(Word::word);
    Ok(sizes.into_iter().map(|size| rest.by_ref().take(size).collect()).collect())
}

fn read<T: Word>(words: &[u64]) -> Vec<T> {
    words.iter().map(|&w| T::read(w)).collect()
}
