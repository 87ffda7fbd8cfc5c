//! Integers, truth values and keys.

use super::super::plan::{Elem, Term, Ty};
use super::{BOOL, F64, I64, KEY, Make};

impl Make<'_> {
    pub(super) fn integer(&mut self, d: usize) -> Option<Term> {
        let ty = I64;
        let index = self.vars.iter().rev().find(|v| v.index.is_some()).map(|v| v.name.clone());
        Some(match self.random.below(23) {
            0..=2 => {
                let text = self.pick(&["($ + $)", "($ - $)", "($ * $)"]);
                term!(ty, "integer arithmetic", text, self.term(&ty, d), self.term(&ty, d))
            }
            3 => {
                let (kind, text) =
                    self.random.pick(&[("div", "div($, 3)"), ("mod", "mod($, 4)"), ("mod", "mod($, -3)")]);
                term!(ty, kind, text, self.term(&ty, d))
            }
            4 => {
                let (kind, text) = self.random.pick(&[("div", "div($, $)"), ("mod", "mod($, $)")]);
                let by = self.var(&ty)?;
                term!(ty, kind, text, self.term(&ty, d), by)
            }
            5 | 6 => {
                let name = self.pick(&["bit_and", "bit_or", "bit_xor"]);
                term!(ty, name, &format!("{name}($, $)"), self.term(&ty, d), self.term(&ty, d))
            }
            7 => {
                let name = self.pick(&["shift_left", "shift_right"]);
                let text = if self.chance(8) { "$($, $)" } else { "$($, bit_and($, 7))" };
                term!(ty, name, text, name, self.term(&ty, d), self.term(&ty, d))
            }
            22 => self.categorical(d)?,
            8 => term!(ty, "popcount", "popcount($)", self.term(&ty, d)),
            9 => term!(ty, "integer sign", "(-$)", self.term(&ty, d)),
            10 => {
                let text = self.pick(&["max($, $)", "min($, $)"]);
                term!(ty, "integer extreme", text, self.term(&ty, d), self.term(&ty, d))
            }
            11 | 12 => {
                let x = self.float_elem();
                let x = self.term(&Ty::scalar(x), d);
                // Mostly in range.
                let text = if self.chance(8) { "i64($)" } else { "i64(4 * tanh($))" };
                term!(ty, "conversion", text, x)
            }
            13 => {
                let from = self.random.pick(&[Elem::Bool, Elem::Count, Elem::Z2]);
                term!(ty, "conversion", "i64($)", self.term(&Ty::scalar(from), d))
            }
            14 | 15 => term!(ty, "index as number", "(2 * $ + $)", index?, self.term(&ty, d)),
            16 => {
                let n = self.full_dim()?;
                let elem = self.float_elem();
                let t = Ty::Tensor(elem, vec![n]);
                let (kind, text) = self.random.pick(&[("argmax", "argmax($)"), ("argmin", "argmin($)")]);
                term!(ty, kind, text, self.term(&t, d))
            }
            17 => {
                let n = self.full_dim()?;
                let (kind, text) = self.random.pick(&[
                    ("argmax", "argmax($ for $ in 0..$)"),
                    ("argmin", "argmin($ for $ in 0..$)"),
                    ("argmax", "argmax($ for $ in 0..$ if $ != 7)"),
                ]);
                let (body, i) = self.over(n, |m, i| (m.term(&F64, d), i.to_string()));
                if text.ends_with("!= 7)") {
                    return Some(term!(ty, kind, text, body, i.clone(), n, i));
                }
                term!(ty, kind, text, body, i, n)
            }
            18 | 19 => self.fold(&ty, d)?,
            20 => self.whole_fold(&ty, d)?,
            _ => self.read(Elem::I64, &[], d)?,
        })
    }

    pub(super) fn boolean(&mut self, d: usize) -> Option<Term> {
        let ty = BOOL;
        let compare = self.pick(&["==", "!=", "<", "<=", ">", ">="]);
        Some(match self.random.below(14) {
            0..=3 => {
                let e = self.float_elem();
                let t = Ty::scalar(e);
                term!(ty, compare_name(compare), "($ $ $)", self.term(&t, d), compare, self.term(&t, d))
            }
            4 | 5 if !self.smooth => {
                term!(ty, compare_name(compare), "($ $ $)", self.term(&I64, d), compare, self.term(&I64, d))
            }
            6 => {
                let t = if self.chance(2) { BOOL } else { KEY };
                let compare = self.pick(&["==", "!="]);
                term!(ty, compare_name(compare), "($ $ $)", self.term(&t, d), compare, self.term(&t, d))
            }
            7 => term!(ty, "and", "($ and $)", self.term(&ty, d), self.term(&ty, d)),
            8 => term!(ty, "or", "($ or $)", self.term(&ty, d), self.term(&ty, d)),
            9 => term!(ty, "not", "(not $)", self.term(&ty, d)),
            10 | 11 => self.fold(&ty, d)?,
            12 => self.read(Elem::Bool, &[], d)?,
            _ => self.whole_fold(&ty, d)?,
        })
    }

    pub(super) fn key(&mut self, d: usize) -> Option<Term> {
        let ty = KEY;
        Some(match self.random.below(4) {
            0 => term!(ty, "fold_in", "fold_in($, $)", self.term(&ty, d), self.term(&I64, d)),
            1 => term!(ty, "split", "split($).0", self.term(&ty, d)),
            2 => term!(ty, "split", "($).split().1", self.term(&ty, d)),
            _ => term!(ty, "key", "key($)", self.term(&I64, d)),
        })
    }
}

fn compare_name(op: &'static str) -> &'static str {
    match op {
        "==" | "!=" => "equality",
        _ => "comparison",
    }
}
