//! Derivatives and models.

use super::super::plan::{Dim, Elem, Term, Ty};
use super::{F64, Make};

impl Make<'_> {
    /// A derivative that has this shape.
    pub(super) fn derivative(&mut self, dims: &[Dim], d: usize) -> Option<Term> {
        let ty = Ty::Tensor(Elem::F64, dims.to_vec());
        let x = self.fresh("x");
        if dims.len() == 2 && self.chance(3) {
            return self.squared(dims, &x, d);
        }
        Some(match self.random.below(9) {
            0 => {
                let body = self.with(&[(&x, &ty)], |m| m.term(&F64, d));
                term!(ty, "checkpoint", "grad(checkpoint(|$: $| $))($)", x, &ty, body, self.term(&ty, d))
            }
            1 => {
                let body = self.with(&[(&x, &ty)], |m| m.term(&F64, d));
                term!(ty, "grad", "grad(|$| $)($)", x, body, self.term(&ty, d))
            }
            2 => {
                let (over, y) = (self.ty_moved(), self.fresh("y"));
                let body = self.with(&[(&y, &over), (&x, &ty)], |m| m.term(&F64, d));
                let (a, b) = (self.term(&over, d), self.term(&ty, d));
                term!(ty, "grad by position", "grad(|$, $| $, wrt: 1)($, $)", y, x, body, a, b)
            }
            3 => {
                let text = self.pick(&["value_and_grad(|$| $)($).1", "value_and_vjp(|$| $)($, 0.5).1"]);
                let body = self.with(&[(&x, &ty)], |m| m.term(&F64, d));
                term!(ty, "value_and_grad", text, x, body, self.term(&ty, d))
            }
            4 | 5 => {
                let over = self.ty_moved();
                let (kind, text) =
                    self.random.pick(&[("jvp", "jvp(|$| $)($, $)"), ("forward", "forward(|$| $)($, $)")]);
                let body = self.with(&[(&x, &over)], |m| m.term(&ty, d));
                term!(ty, kind, text, x, body, self.term(&over, d), self.term(&over, d))
            }
            6 => {
                let over = self.ty_moved();
                let (kind, text) =
                    self.random.pick(&[("vjp", "vjp(|$| $)($, $)"), ("reverse", "reverse(|$| $)($, $)")]);
                let body = self.with(&[(&x, &ty)], |m| m.term(&over, d));
                term!(ty, kind, text, x, body, self.term(&ty, d), self.term(&over, d))
            }
            7 => {
                let body = self.with(&[(&x, &ty)], |m| m.term(&F64, d));
                term!(ty, "hvp", "hvp(|$| $)($, $)", x, body, self.term(&ty, d), self.term(&ty, d))
            }
            _ if dims.is_empty() => {
                let body = self.with(&[(&x, &F64)], |m| m.term(&F64, d));
                term!(ty, "grad of grad", "grad(grad(|$| $))($)", x, body, self.term(&F64, d))
            }
            _ => return None,
        })
    }

    fn ty_moved(&mut self) -> Ty {
        let rank = self.random.pick(&[0, 1, 1, 2]);
        self.tensor_ty(Elem::F64, rank)
    }

    /// A matrix of derivatives.
    fn squared(&mut self, dims: &[Dim], x: &str, d: usize) -> Option<Term> {
        let [m, n] = dims else { return None };
        let ty = Ty::Tensor(Elem::F64, dims.to_vec());
        let (given, result) = (Ty::Tensor(Elem::F64, vec![*n]), Ty::Tensor(Elem::F64, vec![*m]));
        if m == n && self.chance(2) {
            let body = self.with(&[(x, &given)], |m| m.term(&F64, d));
            return Some(term!(ty, "hessian", "hessian(|$| $)($)", x, body, self.term(&given, d)));
        }
        let body = self.with(&[(x, &given)], |m| m.term(&result, d));
        Some(term!(ty, "jacobian", "jacobian(|$| $)($)", x, body, self.term(&given, d)))
    }

    /// What a model gives, or how its parameters move it.
    pub(super) fn modelled(&mut self, n: Dim, d: usize) -> Option<Term> {
        if self.models.is_empty() {
            return None;
        }
        let model = self.models[self.random.below(self.models.len())].clone();
        let ty = Ty::Tensor(Elem::F64, vec![n]);
        let k = self.dim()?;
        let given = Ty::Tensor(Elem::F64, vec![k]);
        let (net, p, x) = (self.fresh("net"), self.fresh("p"), self.fresh("x"));
        let key = self.random.below(100).to_string();
        let arg = self.term(&given, d);
        Some(match self.random.below(4) {
            0 => {
                let text = "{ let $ = $($, $) >> (|$| tanh($)) >> $($, $); let $ = $.init(key($)); $($, $) }";
                let via = self.dim()?;
                term!(
                    ty,
                    "composition",
                    text,
                    net.clone(),
                    model.clone(),
                    k,
                    via,
                    x.clone(),
                    x,
                    model,
                    via,
                    n,
                    p.clone(),
                    net.clone(),
                    key,
                    net,
                    p,
                    arg
                )
            }
            1 => {
                let text = "{ let $ = repeat(2, $($, $)); let $ = $.init(key($)); $($, $) }";
                let (p2, net2) = (p.clone(), net.clone());
                let arg = self.term(&ty, d);
                term!(ty, "repeat", text, net.clone(), model, n, n, p2, net2, key, net, p, arg)
            }
            2 => {
                let text = "{ let $ = $($, $); let $ = $.init(key($)); let $ = $; grad(|p| dot($(p, $), $(p, $)))($).b }";
                term!(
                    ty,
                    "grad of a model",
                    text,
                    net.clone(),
                    model,
                    k,
                    n,
                    p.clone(),
                    net.clone(),
                    key,
                    x.clone(),
                    arg,
                    net.clone(),
                    x.clone(),
                    net,
                    x,
                    p
                )
            }
            _ => {
                let text = "{ let $ = $($, $); let $ = $.init(key($)); $($, $) }";
                term!(ty, "model", text, net.clone(), model, k, n, p.clone(), net.clone(), key, net, p, arg)
            }
        })
    }
}
