//! Elements of semirings.

use super::super::plan::{Elem, Term, Ty};
use super::Make;

impl Make<'_> {
    pub(super) fn semiring_element(&mut self, elem: Elem, d: usize) -> Option<Term> {
        let ty = Ty::scalar(elem);
        Some(match self.random.below(10) {
            0 | 1 => {
                let (text, from) = elem.cast();
                let from = if elem == Elem::Z2 && self.chance(2) { Elem::Bool } else { from };
                term!(ty, "conversion", text, self.term(&Ty::scalar(from), d))
            }
            2 => term!(ty, "semiring sum", "($ + $)", self.term(&ty, d), self.term(&ty, d)),
            3 => term!(ty, "semiring product", "($ * $)", self.term(&ty, d), self.term(&ty, d)),
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
                term!(ty, "semiring product", "($ @ $)", self.term(&v, d), self.term(&v, d))
            }
        })
    }
}
