//! Elements of tropical semirings.

use super::super::plan::{Elem, Term, Ty};
use super::{F64, Make};

impl Make<'_> {
    pub(super) fn tropical(&mut self, elem: Elem, d: usize) -> Option<Term> {
        let ty = Ty::scalar(elem);
        Some(match self.random.below(10) {
            0 | 1 => {
                let cast = if elem == Elem::MinPlus { "minplus" } else { "maxplus" };
                term!(ty, "conversion", "$($)", cast, self.term(&F64, d))
            }
            2 => term!(ty, "tropical sum", "($ + $)", self.term(&ty, d), self.term(&ty, d)),
            3 => term!(ty, "tropical product", "($ * $)", self.term(&ty, d), self.term(&ty, d)),
            4 => {
                let text = self.pick(&["($ + zero)", "($ * one)", "(one + $)"]);
                term!(ty, "semiring unit", text, self.term(&ty, d))
            }
            5 | 6 => self.fold(&ty, d)?,
            7 => self.whole_fold(&ty, d)?,
            8 => self.read(elem, &[], d)?,
            _ => {
                let n = self.dim()?;
                let v = Ty::Tensor(elem, vec![n]);
                term!(ty, "tropical product", "($ @ $)", self.term(&v, d), self.term(&v, d))
            }
        })
    }
}
