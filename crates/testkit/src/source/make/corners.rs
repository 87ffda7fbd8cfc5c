//! What is solved for, functions with rules of their own, and the corners of derivatives: ties, equal eigenvalues, cotangents of zero.

use super::super::plan::{Dim, Elem, Term, Ty};
use super::{F64, Make};

/// Functions whose derivative is stated: the right one, and one that is read off the result.
pub(super) const RULED: [&str; 3] = [
    "fn $(x: f64) -> f64 = sin(x) * x\nderivative $(x: f64, y: f64, y_bar: f64) -> f64 = y_bar * (cos(x) * x + sin(x))",
    "fn $(x: f64) -> f64 = 1 / (1 + exp(-x))\nderivative $(x: f64, y: f64, y_bar: f64) -> f64 = y_bar * y * (1 - y)",
    "fn $(x: f64) -> f64 = if x > 0 { x^3 } else { 0 }\nderivative $(x: f64, y: f64, y_bar: f64) -> f64 = 3 * max(x, 0)^2 * y_bar",
];

/// Numbers that a function of one unknown and a given number is solved for, with the names of the unknown. Each is smooth
/// in what is given.
const SOLVED: [(&str, &str, usize); 7] = [
    ("fixpoint", "fixpoint(|$: f64| 0.25 * sin($) + tanh($), 0.0)", 2),
    ("fixpoint", "fixpoint(|$: f64| 0.5 * cos($ / 2) - tanh($), 1.0)", 2),
    ("root", "root(|$: f64| $ + 0.5 * sin($) - tanh($), 0.0)", 3),
    ("root", "root(|$: f64| exp($) + $ - sin($), 0.5)", 3),
    ("argmin", "argmin(|$: f64| $^2 + 0.1 * $^4 - $ * tanh($), 0.25)", 4),
    ("rk4", "rk4(|$: f64, t| -$ * t + tanh($), 0.5, 0.0, 1.0, 3)", 2),
    ("rk4", "rk4(|$: f64, t| sin($) - tanh($), 0.25, 0.0, 0.5, 2)", 2),
];

impl Make<'_> {
    /// Where an equation of one unknown holds.
    pub(super) fn solved(&mut self, d: usize) -> Term {
        let x = self.fresh("x");
        let (kind, text, uses) = self.random.pick(&SOLVED);
        let given = self.term(&F64, d);
        match uses {
            2 => term!(F64, kind, text, x.clone(), x, given),
            3 => term!(F64, kind, text, x.clone(), x.clone(), x, given),
            _ => term!(F64, kind, text, x.clone(), x.clone(), x.clone(), x, given),
        }
    }

    /// A call of a function whose derivative is stated.
    pub(super) fn by_rule(&mut self, d: usize) -> Option<Term> {
        if self.ruled.is_empty() {
            return None;
        }
        let name = self.ruled[self.random.below(self.ruled.len())].clone();
        Some(term!(F64, "stated derivative", "$($)", name, self.term(&F64, d)))
    }

    /// A number whose derivative stands at a corner, and is right there.
    pub(super) fn corner(&mut self, d: usize) -> Option<Term> {
        let (x, e, h) = (self.fresh("x"), self.fresh("e"), self.fresh("h"));
        Some(match self.random.below(8) {
            // Winners that are the same number: one of them counts, once.
            0 => term!(
                F64,
                "ties",
                "{ let $ = $; max([$, $, 0.5 * $]) }",
                x.clone(),
                self.term(&F64, d),
                x.clone(),
                x.clone(),
                x
            ),
            1 => term!(
                F64,
                "ties",
                "{ let $ = $; min($, $) + sum(top_k([$, $], 1).0) }",
                x.clone(),
                self.term(&F64, d),
                x.clone(),
                x.clone(),
                x.clone(),
                x
            ),
            2 => term!(
                F64,
                "ties",
                "{ let $ = tanh($); real(maxplus($) * maxplus(2) + maxplus($ + 2)) }",
                x.clone(),
                self.term(&F64, d),
                x.clone(),
                x
            ),
            // Partials that are infinite or NaN, behind a cotangent of zero.
            3 => term!(
                F64,
                "cotangent of zero",
                "{ let $ = tanh($); where($ > 1.5, sqrt($ - 1.5) / log(0 * $), $) }",
                x.clone(),
                self.term(&F64, d),
                x.clone(),
                x.clone(),
                x.clone(),
                x
            ),
            4 => term!(
                F64,
                "cotangent of zero",
                "{ let $ = 0 * $; $ * sqrt($) + $ * log1p($) + pow($, 2.0) }",
                x.clone(),
                self.term(&F64, d),
                x.clone(),
                x.clone(),
                x.clone(),
                x.clone(),
                x
            ),
            // A reflection: the eigenvalues are 1 but for one, and their vectors move.
            5 | 6 => {
                let n = self.full_dim()?;
                let (v, i, j) = (self.fresh("v"), self.fresh("i"), self.fresh("j"));
                let ty = Ty::Tensor(Elem::F64, vec![n]);
                let square = Ty::Tensor(Elem::F64, vec![n, n]);
                let given = self.term(&ty, d);
                let text = "{ let $ = 1.5 + tanh($); let $: $ = eye(); let $ = [$[$, $] - 2 * $[$] * $[$] / dot($, $) for $, $]; sum(spectral(|x| exp(0.5 * x), $)) }";
                term!(
                    F64,
                    "equal eigenvalues",
                    text,
                    v.clone(),
                    given,
                    e.clone(),
                    &square,
                    h.clone(),
                    e,
                    i.clone(),
                    j.clone(),
                    v.clone(),
                    i.clone(),
                    v.clone(),
                    j.clone(),
                    v.clone(),
                    v,
                    i,
                    j,
                    h
                )
            }
            _ => {
                let n = self.full_dim()?;
                let ty = Ty::Tensor(Elem::F64, vec![n, n]);
                let text = "{ let $: $ = eye(); sum(spectral(sin, tanh($) * $)) }";
                term!(F64, "equal eigenvalues", text, e.clone(), &ty, self.term(&F64, d), e)
            }
        })
    }

    /// The solution of a system by an iteration, a number of a matrix.
    pub(super) fn iterated(&mut self, d: usize) -> Option<Term> {
        let n: Dim = self.full_dim()?;
        let ty = Ty::Tensor(Elem::F64, vec![n]);
        let (a, z) = (self.fresh("a"), self.fresh("z"));
        let (kind, text) = self.random.pick(&[
            ("linear_solve", "{ let $ = $; sum(linear_solve(|$| $ @ $, $)) }"),
            ("conjugate_gradient", "{ let $ = $; sum(conjugate_gradient(|$| $.T @ ($ @ $), $)) }"),
        ]);
        let (matrix, right) = (self.regular(n, d), self.term(&ty, d));
        Some(match kind {
            "linear_solve" => term!(F64, kind, text, a.clone(), matrix, z.clone(), a, z, right),
            _ => term!(F64, kind, text, a.clone(), matrix, z.clone(), a.clone(), a, z, right),
        })
    }
}
