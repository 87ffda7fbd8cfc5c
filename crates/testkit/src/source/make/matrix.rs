//! Linear algebra.

use super::super::plan::{Dim, Elem, Term, Ty};
use super::{F64, Make};

impl Make<'_> {
    /// A number that is made of a matrix.
    pub(super) fn of_matrix(&mut self, d: usize) -> Option<Term> {
        let n = self.dim()?;
        Some(match self.random.below(6) {
            0 if !self.smooth => term!(F64, "det", "det($)", self.square(n, d)),
            0 | 1 => term!(F64, "det", "det($)", self.regular(n, d)),
            2 => term!(F64, "logdet", "logdet($)", self.regular(n, d)),
            3 => {
                let (q, r) = (self.fresh("q"), self.fresh("r"));
                let (part, a) = (self.pick(&["q", "r"]), self.regular(n, d));
                let part = if part == "q" { q.clone() } else { r.clone() };
                term!(F64, "qr", "{ let ($, $) = qr($); sum(tanh($)) }", q, r, a, part)
            }
            // The values and vectors have kinks where values are equal, and second derivatives that are not right there.
            4 if !self.smooth => {
                let (l, p, i, a) = (self.fresh("l"), self.fresh("p"), self.fresh("i"), self.square(n, d));
                let text = "{ let ($, $) = eigh(tanh($)); sum($[$, $] * $[$] for $ in 0..$) }";
                let (l2, i2) = (l.clone(), i.clone());
                term!(F64, "eigh", text, l, p.clone(), a, p, i2.clone(), i2, l2, i.clone(), i, n)
            }
            5 if !self.smooth => {
                let (m, u, s, v) = (self.dim()?, self.fresh("u"), self.fresh("s"), self.fresh("v"));
                let a = Ty::Tensor(Elem::F64, vec![m, n]);
                let text = "{ let ($, $, $) = svd(tanh($)); sum($) - sum($ @ $) }";
                let (u2, v2, s2) = (u.clone(), v.clone(), s.clone());
                let a = self.term(&a, d);
                // The vectors of the smaller side: their product is a rotation or a part of one.
                if m == n {
                    term!(F64, "svd", text, u, s, v, a, s2, u2, v2)
                } else {
                    term!(F64, "svd", "{ let ($, $, $) = svd(tanh($)); sum($) }", u, s, v, a, s2)
                }
            }
            _ => term!(F64, "logdet", "logdet($ @ $.T)", self.regular(n, d), self.regular(n, d)),
        })
    }

    /// A matrix that is made of another, or the solution of a system.
    pub(super) fn by_routine(&mut self, dims: &[Dim], d: usize) -> Option<Term> {
        let ty = Ty::Tensor(Elem::F64, dims.to_vec());
        let n = *dims.first()?;
        let square = dims.len() == 2 && dims[0] == dims[1];
        Some(match self.random.below(if square { 10 } else { 4 }) {
            0 | 1 => {
                let text = self.pick(&["solve($, $)", "solve_lower($, $)", "solve_upper($, $)"]);
                let kind = if text.starts_with("solve(") { "solve" } else { "triangular solve" };
                term!(ty, kind, text, self.regular(n, d), self.term(&ty, d))
            }
            2 | 3 if dims.len() == 1 => {
                term!(ty, "lstsq", "lstsq($, $)", self.regular(n, d), self.term(&ty, d))
            }
            4 => term!(ty, "inverse", "inverse($)", self.regular(n, d)),
            5 => {
                let (a, b) = (self.fresh("a"), self.regular(n, d));
                term!(ty, "cholesky", "{ let $ = $; cholesky($ @ $.T) }", a.clone(), b, a.clone(), a)
            }
            6 => {
                let x = self.fresh("x");
                let f = self.pick(&["sin", "exp", "tanh", "x^2 + 1"]);
                let (call, a) = (f.strip_prefix('x').is_none(), self.square(n, d));
                if call {
                    term!(ty, "spectral", "spectral(|$| $($), tanh($))", x.clone(), f, x, a)
                } else {
                    term!(ty, "spectral", "spectral(|$| $^2 + 1, tanh($))", x.clone(), x, a)
                }
            }
            7 => term!(ty, "expm", "expm(tanh($))", self.square(n, d)),
            8 => {
                let k = self.pick(&["0", "1", "3", "6"]);
                term!(ty, "matrix_power", "matrix_power($, $)", self.regular(n, d), k)
            }
            _ => return None,
        })
    }

    fn square(&mut self, n: Dim, d: usize) -> Term {
        self.term(&Ty::Tensor(Elem::F64, vec![n, n]), d)
    }

    /// A matrix far from singular ones: the diagonal outweighs the rest.
    pub(super) fn regular(&mut self, n: Dim, d: usize) -> Term {
        let ty = Ty::Tensor(Elem::F64, vec![n, n]);
        let (e, a) = (self.fresh("e"), self.square(n, d));
        term!(ty, "eye", "{ let $: $ = eye(); tanh($) + 9 * $ }", e.clone(), &ty, a, e)
    }
}
