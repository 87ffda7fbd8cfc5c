//! The routines of the runtime: their names, shapes and ways to fail. Core shapes are written by position.
//!
//! A routine that reads a *symmetric* matrix works on the symmetric part `(a + a^T) / 2` of what it is given, so it is
//! defined on all matrices and its derivative agrees with differences in each single element.

use crate::function::Extent;
use crate::mach::Trap;
use crate::scalar::Scalar;

/// A routine of the runtime.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Routine {
    /// `a[n, n], b[n] -> x[n]` with `a x = b`, by LU with partial pivoting. A singular `a` is a run-time error.
    /// Mapped axes that only `b` has are right-hand sides of one factorisation.
    Solve,
    /// The same for a lower triangular `a`: what stands above its diagonal is not read.
    SolveLower,
    /// The same for an upper triangular `a`: what stands below its diagonal is not read.
    SolveUpper,
    /// `key -> i64[n]`: a random permutation of `0..n`.
    Permutation,
    /// `x[n] -> i64[n]`: the stable order that sorts `x` ascending, NaN last.
    ArgSort,
    /// `gain[n, n] -> i64[n]`: the permutation `p` with the largest sum of `gain[i, p[i]]`.
    Assignment,
    /// `a[n, n] -> l[n, n]`: lower triangular with a positive diagonal, `l l^T` is the symmetric part of `a`.
    Cholesky,
    /// `a[m, n] -> q[m, n], r[n, n]` for `m >= n`: `a = q r`, the columns of `q` orthonormal, `r` upper triangular
    /// with no negative diagonal element.
    Qr,
    /// `a[n, n] -> d[n], p[n, n]`: the eigenvalues of the symmetric part, ascending, and orthonormal eigenvectors as
    /// columns; of each the first element of at least 0.99 of the largest magnitude is positive.
    Eigh,
    /// The same as `Eigh`, held fixed: it has no derivative.
    EighFixed,
    /// `a[m, n] -> u[m, k], s[k], v[n, k]` with `k = min(m, n)`: `a = u diag(s) v^T`, singular values descending,
    /// orthonormal columns; of each of `u` the first element of at least 0.99 of the largest magnitude is positive.
    Svd,
    /// `a[n, n] -> det`: the determinant, from the factors of `Solve`.
    Det,
    /// `a[n, n] -> log |det|`; minus infinity for a singular matrix.
    LogDet,
    /// `a[n, n] -> c[n, n]`: the cofactors, `det(a) a^-T` where there is an inverse: the derivative of `Det`.
    Cofactor,
    /// `x[n, 2] -> y[n, 2]`: the discrete Fourier transform of `n` complex numbers, real and imaginary part side by
    /// side: `y_k` is the sum of `x_j e^(-2 pi i jk/n)`.
    Fourier,
    /// The same with `e^(+2 pi i jk/n)`: `n` times the inverse, and the conjugate transpose.
    FourierBack,
    /// `x[..] -> bool`: shows `x` to whoever watches the run, under the label of the node's site, and gives true. What
    /// shows a value waits for this, so that it is shown when it is needed. Never shared with an equal node.
    Trace,
}

impl Routine {
    /// All routines.
    pub const ALL: [Routine; 17] = [
        Routine::Solve,
        Routine::SolveLower,
        Routine::SolveUpper,
        Routine::Permutation,
        Routine::ArgSort,
        Routine::Assignment,
        Routine::Cholesky,
        Routine::Qr,
        Routine::Eigh,
        Routine::EighFixed,
        Routine::Svd,
        Routine::Det,
        Routine::LogDet,
        Routine::Cofactor,
        Routine::Fourier,
        Routine::FourierBack,
        Routine::Trace,
    ];
    /// The name in printed IR.
    pub const fn name(self) -> &'static str {
        match self {
            Routine::Solve => "solve",
            Routine::SolveLower => "solve_lower",
            Routine::SolveUpper => "solve_upper",
            Routine::Permutation => "permutation",
            Routine::ArgSort => "argsort",
            Routine::Assignment => "assignment",
            Routine::Cholesky => "cholesky",
            Routine::Qr => "qr",
            Routine::Eigh => "eigh",
            Routine::EighFixed => "eigh_fixed",
            Routine::Svd => "svd",
            Routine::Det => "det",
            Routine::LogDet => "logdet",
            Routine::Cofactor => "cofactor",
            Routine::Fourier => "fourier",
            Routine::FourierBack => "fourier_back",
            Routine::Trace => "trace",
        }
    }
    /// Whether its results change smoothly with its arguments.
    pub const fn has_derivative(self) -> bool {
        match self {
            Routine::Permutation
            | Routine::ArgSort
            | Routine::Assignment
            | Routine::EighFixed
            | Routine::Trace => false,
            Routine::Solve
            | Routine::SolveLower
            | Routine::SolveUpper
            | Routine::Cholesky
            | Routine::Qr
            | Routine::Eigh
            | Routine::Svd
            | Routine::Det
            | Routine::LogDet
            | Routine::Cofactor
            | Routine::Fourier
            | Routine::FourierBack => true,
        }
    }
    /// Whether it solves a system: the mapped axes that only its second argument has are then right-hand sides.
    pub const fn is_system(self) -> bool {
        matches!(self, Routine::Solve | Routine::SolveLower | Routine::SolveUpper)
    }
    /// How it can stop the program.
    pub fn traps(self) -> Vec<Trap> {
        match self {
            Routine::Solve | Routine::SolveLower | Routine::SolveUpper => vec![Trap::Singular],
            Routine::Cholesky => vec![Trap::NotPositive],
            Routine::Eigh | Routine::EighFixed | Routine::Svd => vec![Trap::NotFinite, Trap::NoConvergence],
            Routine::Qr | Routine::Cofactor | Routine::Assignment => vec![Trap::NotFinite],
            Routine::Permutation
            | Routine::ArgSort
            | Routine::Det
            | Routine::LogDet
            | Routine::Fourier
            | Routine::FourierBack
            | Routine::Trace => Vec::new(),
        }
    }
    /// The types and core shapes of the results, from those of the arguments. The length of a permutation is not in its
    /// arguments: there `result`, the extents that the node says, are taken.
    ///
    /// # Errors
    /// What the routine takes, if the arguments are something else.
    pub fn results(self, args: &[Core], result: &[Extent]) -> Result<Vec<Core>, String> {
        let wrong = || Err(format!("{} takes {}", self.name(), self.takes()));
        let square = |a: &Core| a.0.is_float() && a.1.len() == 2 && a.1[0] == a.1[1];
        Ok(match (self, args) {
            (Routine::Solve | Routine::SolveLower | Routine::SolveUpper, [a, b])
                if square(a) && a.0 == b.0 && a.1[1..] == b.1 =>
            {
                vec![b.clone()]
            }
            (Routine::Permutation, [(Scalar::Key, core)]) if core.is_empty() && result.len() == 1 => {
                vec![(Scalar::I64, result.to_vec())]
            }
            (Routine::ArgSort, [(Scalar::F64 | Scalar::F32 | Scalar::I64, core)]) if core.len() == 1 => {
                vec![(Scalar::I64, core.clone())]
            }
            (Routine::Assignment, [a]) if square(a) => vec![(Scalar::I64, a.1[1..].to_vec())],
            (Routine::Cholesky | Routine::Cofactor, [a]) if square(a) => vec![a.clone()],
            (Routine::Fourier | Routine::FourierBack, [a])
                if a.0.is_float() && a.1.len() == 2 && a.1[1] == Extent::Static(2) =>
            {
                vec![a.clone()]
            }
            (Routine::Trace, [_]) => vec![(Scalar::Bool, Vec::new())],
            (Routine::Det | Routine::LogDet, [a]) if square(a) => vec![(a.0, Vec::new())],
            (Routine::Eigh | Routine::EighFixed, [a]) if square(a) => {
                vec![(a.0, a.1[1..].to_vec()), a.clone()]
            }
            (Routine::Qr, [(scalar, core)]) if scalar.is_float() => match core[..] {
                [Extent::Static(m), Extent::Static(n)] if m >= n => {
                    vec![(*scalar, core.clone()), (*scalar, vec![core[1], core[1]])]
                }
                _ => return wrong(),
            },
            (Routine::Svd, [(scalar, core)]) if scalar.is_float() => match core[..] {
                [Extent::Static(m), Extent::Static(n)] => {
                    let k = Extent::Static(m.min(n));
                    vec![(*scalar, vec![core[0], k]), (*scalar, vec![k]), (*scalar, vec![core[1], k])]
                }
                _ => return wrong(),
            },
            _ => return wrong(),
        })
    }
    /// What it takes, for messages.
    const fn takes(self) -> &'static str {
        match self {
            Routine::Solve | Routine::SolveLower | Routine::SolveUpper => "a[n, n] and b[n]",
            Routine::Permutation => "a key",
            Routine::ArgSort => "x[n]",
            Routine::Qr => "a[m, n] with m >= n",
            Routine::Svd => "a[m, n]",
            Routine::Fourier | Routine::FourierBack => "x[n, 2]",
            Routine::Trace => "one value",
            Routine::Assignment
            | Routine::Cholesky
            | Routine::Eigh
            | Routine::EighFixed
            | Routine::Det
            | Routine::LogDet
            | Routine::Cofactor => "a[n, n]",
        }
    }
}

/// A scalar type and the extents of core axes.
pub type Core = (Scalar, Vec<Extent>);
