//! Tuples and records.

use super::super::plan::{Elem, Term, Ty, parts};
use super::Make;

impl Make<'_> {
    pub(super) fn composite(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        let vector = is_vector(ty);
        Some(match self.random.below(9) {
            0 | 1 => self.var(ty)?,
            2 | 3 => self.made(ty, d),
            4 if vector => {
                let text = self.pick(&["(2 * $ + $)", "($ - $)", "($ + $)", "(0.5 * $ - 3 * $)"]);
                term!(ty, "vector operators", text, self.term(ty, d), self.term(ty, d))
            }
            5 if vector => {
                let a = self.fresh("a");
                let f64 = Ty::scalar(Elem::F64);
                let body = self.with(&[(&a, &f64)], |m| m.term(&f64, d));
                term!(ty, "each", "each(|$| $, $)", a, body, self.term(ty, d))
            }
            6 if vector => {
                let n = self.dim()?;
                let (body, i) = self.over(n, |m, i| (m.term(ty, d), i.to_string()));
                term!(ty, "sum of records", "sum($ for $ in 0..$)", body, i, n)
            }
            7 if vector => {
                let p = self.fresh("p");
                let f64 = Ty::scalar(Elem::F64);
                let body = self.with(&[(&p, ty)], |m| m.term(&f64, d));
                term!(ty, "grad", "grad(|$: $| $)($)", p, ty, body, self.term(ty, d))
            }
            _ => {
                let block = self.block(ty, d);
                term!(ty, "block", "$", block)
            }
        })
    }

    /// One that is written out.
    pub(super) fn made(&mut self, ty: &Ty, d: usize) -> Term {
        let (text, members): (String, Vec<Term>) = match ty {
            Ty::Tuple(ts) => (
                format!("({})", vec!["$"; ts.len()].join(", ")),
                ts.iter().map(|t| self.term(t, d)).collect(),
            ),
            Ty::Record(fs) => {
                let names: Vec<String> = fs.iter().map(|(n, _)| format!("{n}: $")).collect();
                (format!("{{{}}}", names.join(", ")), fs.iter().map(|(_, t)| self.term(t, d)).collect())
            }
            Ty::Tensor(..) => return self.leaf(ty),
        };
        let kind = if matches!(ty, Ty::Tuple(_)) { "tuple" } else { "record" };
        Term { ty: ty.clone(), kind, parts: parts(&text, members.into_iter().map(Into::into)) }
    }
}

/// Whether all of it is floats.
pub(super) fn is_vector(ty: &Ty) -> bool {
    match ty {
        Ty::Tensor(e, _) => *e == Elem::F64,
        Ty::Tuple(ts) => ts.iter().all(is_vector),
        Ty::Record(fs) => fs.iter().all(|(_, t)| is_vector(t)),
    }
}
