//! Factorisations by the crate `faer`, on one thread, with the signs fixed that a factorisation leaves open.
//!
//! All matrices are row-major without gaps. Sizes of blocks are `faer`'s choice by the shape alone, its vectors are those of
//! the processor: results are the same on one machine, and between machines within the usual bounds.

use std::fmt;

use dslc_ir::mach::Trap;
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::{cholesky, evd, householder, qr, svd};
use faer::{Conj, Mat, MatMut, MatRef, Par, Spec};

use super::fourier::Transformed;
use super::solve::Real;
use crate::interrupt::{Interrupt, Interrupted};

/// What part of the largest element of a column counts as nearly the largest.
const NEARLY: f64 = 0.99;

/// What the factorisations need of a number: `f64` and `f32`.
pub trait Number: Real + Transformed + faer::traits::RealField + Default {
    /// One.
    const ONE: Self;
    /// A half.
    const HALF: Self;
    /// Whether it is neither NaN nor infinite.
    fn is_finite(self) -> bool;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The same in 64 bits.
    fn wide(self) -> f64;
}

macro_rules! number {
    ($($float:ident)*) => {
        $(impl Number for $float {
            const ONE: Self = 1.0;
            const HALF: Self = 0.5;
            fn is_finite(self) -> bool {
                $float::is_finite(self)
            }
            fn ln(self) -> Self {
                $float::ln(self)
            }
            fn wide(self) -> f64 {
                f64::from(self)
            }
        })*
    };
}
number!(f32 f64);

/// Why there are no factors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfactored {
    /// A symmetric matrix without a Cholesky factor.
    NotPositive,
    /// An element is NaN or infinite.
    NotFinite,
    /// The iteration does not end.
    NoConvergence,
    /// The host asked for it.
    Interrupted,
}

impl fmt::Display for Unfactored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unfactored::NotPositive => "the matrix is not positive definite",
            Unfactored::NotFinite => "the matrix has an element that is NaN or infinite",
            Unfactored::NoConvergence => "the iteration does not converge",
            Unfactored::Interrupted => "interrupted",
        })
    }
}
impl std::error::Error for Unfactored {}

impl Unfactored {
    /// How it stops the program; nothing if the host asked for it.
    pub fn trap(self) -> Option<Trap> {
        match self {
            Unfactored::NotPositive => Some(Trap::NotPositive),
            Unfactored::NotFinite => Some(Trap::NotFinite),
            Unfactored::NoConvergence => Some(Trap::NoConvergence),
            Unfactored::Interrupted => None,
        }
    }
}

impl From<Interrupted> for Unfactored {
    fn from(_: Interrupted) -> Self {
        Unfactored::Interrupted
    }
}

/// The lower triangular `l` with `l l^T` the symmetric part of `a`.
///
/// # Errors
/// The symmetric part is not positive definite (NaN is not).
pub fn cholesky<T: Number>(
    n: usize,
    a: &[T],
    l: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<(), Unfactored> {
    interrupt.poll()?;
    symmetric(n, a, l);
    if n == 0 {
        return Ok(());
    }
    let params: Spec<cholesky::llt::factor::LltParams, T> = Spec::default();
    with_stack(cholesky::llt::factor::cholesky_in_place_scratch::<T>(n, Par::Seq, params), |stack| {
        let l = MatMut::from_row_major_slice_mut(l, n, n);
        cholesky::llt::factor::cholesky_in_place(l, Default::default(), Par::Seq, stack, params)
    })
    .map_err(|_| Unfactored::NotPositive)?;
    for i in 0..n {
        l[i * n + i + 1..(i + 1) * n].fill(T::ZERO);
    }
    // A NaN off the diagonal may leave the pivots before it as they are.
    if l.iter().all(|&x| Number::is_finite(x)) { Ok(()) } else { Err(Unfactored::NotPositive) }
}

/// `a = q r` for an `m` by `n` matrix with `m >= n`; the diagonal of `r` is not negative.
///
/// # Errors
/// An element is not finite.
pub fn qr<T: Number>(
    m: usize,
    n: usize,
    a: &[T],
    q: &mut [T],
    r: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<(), Unfactored> {
    interrupt.poll()?;
    finite(a)?;
    if n == 0 {
        return Ok(());
    }
    let block = qr::no_pivoting::factor::recommended_block_size::<T>(m, n);
    let mut factors = MatRef::from_row_major_slice(a, m, n).to_owned();
    let mut coefficients = Mat::<T>::zeros(block, n);
    let params: Spec<qr::no_pivoting::factor::QrParams, T> = Spec::default();
    with_stack(qr::no_pivoting::factor::qr_in_place_scratch::<T>(m, n, block, Par::Seq, params), |stack| {
        qr::no_pivoting::factor::qr_in_place(factors.as_mut(), coefficients.as_mut(), Par::Seq, stack, params)
    });
    let mut basis = Mat::<T>::identity(m, n);
    let scratch =
        householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<T>(m, block, n);
    with_stack(scratch, |stack| {
        householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
            factors.as_ref(),
            coefficients.as_ref(),
            Conj::No,
            basis.as_mut(),
            Par::Seq,
            stack,
        )
    });
    for k in 0..n {
        let flip = factors[(k, k)] < T::ZERO;
        for j in 0..n {
            r[k * n + j] = if j < k { T::ZERO } else { signed(flip, factors[(k, j)]) };
        }
        for i in 0..m {
            q[i * n + k] = signed(flip, basis[(i, k)]);
        }
    }
    Ok(())
}

/// Eigenvalues, ascending, and eigenvectors, as columns of `p`, of the symmetric part of `a`. Of each vector the
/// first element of at least 0.99 of the largest magnitude is positive.
///
/// # Errors
/// An element is not finite, or the iteration does not converge.
pub fn eigh<T: Number>(
    n: usize,
    a: &[T],
    d: &mut [T],
    p: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<(), Unfactored> {
    interrupt.poll()?;
    finite(a)?;
    if n == 0 {
        return Ok(());
    }
    let mut part = vec![T::ZERO; n * n];
    symmetric(n, a, &mut part);
    let (mut values, mut vectors) = (faer::diag::Diag::<T>::zeros(n), Mat::<T>::zeros(n, n));
    let params: Spec<evd::SelfAdjointEvdParams, T> = Spec::default();
    let scratch = evd::self_adjoint_evd_scratch::<T>(n, evd::ComputeEigenvectors::Yes, Par::Seq, params);
    with_stack(scratch, |stack| {
        let part = MatRef::from_row_major_slice(&part, n, n);
        evd::self_adjoint_evd(part, values.as_mut(), Some(vectors.as_mut()), Par::Seq, stack, params)
    })
    .map_err(|_| Unfactored::NoConvergence)?;
    for k in 0..n {
        d[k] = values[k];
        let flip = leads_negative(vectors.as_ref(), k);
        for i in 0..n {
            p[i * n + k] = signed(flip, vectors[(i, k)]);
        }
    }
    Ok(())
}

/// `a = u diag(s) v^T` for an `m` by `n` matrix, with `min(m, n)` singular values, descending. Of each column of `u` the
/// first element of at least 0.99 of the largest magnitude is positive.
///
/// # Errors
/// An element is not finite, or the iteration does not converge.
pub fn svd<T: Number>(
    m: usize,
    n: usize,
    a: &[T],
    u: &mut [T],
    s: &mut [T],
    v: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<(), Unfactored> {
    interrupt.poll()?;
    finite(a)?;
    let k = m.min(n);
    if k == 0 {
        return Ok(());
    }
    let mut values = faer::diag::Diag::<T>::zeros(k);
    let (mut left, mut right) = (Mat::<T>::zeros(m, k), Mat::<T>::zeros(n, k));
    let (thin, params) = (svd::ComputeSvdVectors::Thin, Spec::<svd::SvdParams, T>::default());
    with_stack(svd::svd_scratch::<T>(m, n, thin, thin, Par::Seq, params), |stack| {
        let a = MatRef::from_row_major_slice(a, m, n);
        let (left, right) = (Some(left.as_mut()), Some(right.as_mut()));
        svd::svd(a, values.as_mut(), left, right, Par::Seq, stack, params)
    })
    .map_err(|_| Unfactored::NoConvergence)?;
    for c in 0..k {
        s[c] = values[c];
        let flip = leads_negative(left.as_ref(), c);
        (0..m).for_each(|i| u[i * k + c] = signed(flip, left[(i, c)]));
        (0..n).for_each(|i| v[i * k + c] = signed(flip, right[(i, c)]));
    }
    Ok(())
}

/// `(a + a^T) / 2`, halved before the sum, which then does not overflow.
fn symmetric<T: Number>(n: usize, a: &[T], to: &mut [T]) {
    for i in 0..n {
        for j in 0..n {
            to[i * n + j] =
                if i == j { a[i * n + i] } else { T::HALF * a[i * n + j] + T::HALF * a[j * n + i] };
        }
    }
}

fn finite<T: Number>(a: &[T]) -> Result<(), Unfactored> {
    if a.iter().all(|&x| Number::is_finite(x)) { Ok(()) } else { Err(Unfactored::NotFinite) }
}

fn signed<T: Number>(flip: bool, x: T) -> T {
    if flip { T::ZERO - x } else { x }
}

/// Whether the element that says the sign of a column is negative: the first that is nearly the largest in magnitude.
/// Nearly, because elements of one magnitude are common and differ by rounding.
fn leads_negative<T: Number>(m: MatRef<'_, T>, column: usize) -> bool {
    let elements = || (0..m.nrows()).map(|i| m[(i, column)]);
    let most = elements().map(|x| x.magnitude().wide()).fold(0.0, f64::max);
    elements().find(|x| x.magnitude().wide() >= NEARLY * most).is_some_and(|lead| lead < T::ZERO)
}

fn with_stack<R>(size: StackReq, work: impl FnOnce(&mut MemStack) -> R) -> R {
    work(MemStack::new(&mut MemBuffer::new(size)))
}
