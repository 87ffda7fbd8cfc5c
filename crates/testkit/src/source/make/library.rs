//! What the standard library has, and complex numbers.

use super::super::plan::{Dim, Elem, Term, Ty};
use super::{F64, KEY, Make};

/// Numbers that are made of a complex one whose parts are two others; each is smooth, and finite for finite parts.
const COMPLEX: [&str; 9] = [
    "real(complex($, $)^2 * complex(1, -2))",
    "imag(exp(complex(tanh($), $)))",
    "abs(complex($, $) + complex(3, 0.5) * (1 + 0))",
    "imag(sin(complex(sin($), tanh($))) - conj(complex(1, 1)))",
    "real(complex($, 1) / complex(2, sin($)))",
    "real(log(complex(3 + sin($), $)))",
    "imag(sqrt(complex(3 + sin($), $)))",
    "angle(complex(3 + cos($), $))",
    "real(prod([complex($, 1), complex(2, $)]))",
];

impl Make<'_> {
    /// A number that is made of complex ones.
    pub(super) fn of_complex(&mut self, d: usize) -> Term {
        let text = self.random.pick(&COMPLEX);
        term!(F64, "complex", text, self.term(&F64, d), self.term(&F64, d))
    }

    /// A part of a Fourier transform.
    pub(super) fn transformed(&mut self, dims: &[Dim], d: usize) -> Option<Term> {
        let ty = Ty::Tensor(Elem::F64, dims.to_vec());
        let text = match dims.len() {
            1 => self.pick(&["real(fft(complex($, $)))", "imag(ifft(complex($, $)))"]),
            2 => self.pick(&["imag(fft2(complex($, $)))", "real(ifft2(complex($, $)))"]),
            _ => return None,
        };
        Some(term!(ty, "fft", text, self.term(&ty, d), self.term(&ty, d)))
    }

    /// A number by a function of one or two.
    pub(super) fn special_function(&mut self, ty: &Ty, d: usize) -> Term {
        match self.random.below(3) {
            0 if !self.smooth => term!(ty, "lgamma", "lgamma($)", self.term(ty, d)),
            0 => term!(ty, "lgamma", "lgamma(1.5 + sin($))", self.term(ty, d)),
            1 => term!(ty, "digamma", "digamma(2 + tanh($))", self.term(ty, d)),
            _ => term!(ty, "clamp", "clamp($, -1, 0.5)", self.term(ty, d)),
        }
    }

    /// Vectors by order: sorted, the largest, sums on the way.
    pub(super) fn ordered(&mut self, n: Dim, d: usize) -> Term {
        let ty = Ty::Tensor(Elem::F64, vec![n]);
        let (kind, text) = self.random.pick(&[
            ("sort", "sort($)"),
            ("cumsum", "cumsum($)"),
            ("cumprod", "cumprod(tanh($))"),
            ("top_k", "top_k($, $).0"),
        ]);
        if kind == "top_k" {
            return term!(ty, kind, text, self.term(&ty, d), n);
        }
        term!(ty, kind, text, self.term(&ty, d))
    }

    /// A number of elements in another shape.
    pub(super) fn reshaped(&mut self, d: usize) -> Option<Term> {
        let (m, n) = (self.dim()?, self.dim()?);
        let (x, v) = (Ty::Tensor(Elem::F64, vec![m, n]), Ty::Tensor(Elem::F64, vec![n]));
        let (i, k) = (self.fresh("i"), self.fresh("r"));
        Some(match self.random.below(3) {
            0 => term!(F64, "flatten", "norm(flatten($))", self.term(&x, d)),
            1 => term!(F64, "concat", "sum(concat($, [0.5], $))", self.term(&v, d), self.term(&v, d)),
            _ => {
                let text = "{ let $ = reshape($, ($, $)); sum(sum($[$]) * ($ + 1) for $) }";
                term!(F64, "reshape", text, k.clone(), self.term(&x, d), n, m, k, i.clone(), i.clone(), i)
            }
        })
    }

    /// Indices by a matrix of gains.
    pub(super) fn assigned(&mut self, n: Dim, d: usize) -> Term {
        let gains = self.term(&Ty::Tensor(Elem::F64, vec![n, n]), d);
        term!(Ty::Tensor(Elem::I64, vec![n]), "assignment", "assignment(tanh($))", gains)
    }

    /// An index that is drawn.
    pub(super) fn categorical(&mut self, d: usize) -> Option<Term> {
        let n = self.full_dim()?;
        let (key, scores) = (self.term(&KEY, d), self.term(&Ty::Tensor(Elem::F64, vec![n]), d));
        Some(term!(Ty::scalar(Elem::I64), "categorical", "categorical($, softmax(tanh($)))", key, scores))
    }

    /// Truth values that are drawn.
    pub(super) fn bernoulli(&mut self, dims: &[Dim], d: usize) -> Term {
        let ty = Ty::Tensor(Elem::Bool, dims.to_vec());
        let (b, key) = (self.fresh("b"), self.term(&KEY, d));
        let p = self.pick(&["0.5", "0.0", "1.0", "0.3"]);
        term!(ty, "bernoulli", "{ let $: $ = bernoulli($, $); $ }", b.clone(), &ty, key, p, b)
    }

    /// A network of the library, or a step of training.
    pub(super) fn by_library(&mut self, n: Dim, d: usize) -> Option<Term> {
        if !self.imports {
            return None;
        }
        let ty = Ty::Tensor(Elem::F64, vec![n]);
        let k = self.dim()?;
        let (net, p) = (self.fresh("net"), self.fresh("p"));
        let key = self.random.below(100).to_string();
        let between = self.pick(&["nn.tanh", "nn.sigmoid", "nn.softplus", "nn.silu", "nn.gelu"]);
        let given = self.term(&Ty::Tensor(Elem::F64, vec![k]), d);
        if self.chance(2) {
            let text = "{ let $ = nn.dense($, $) >> $; let $ = $.init(key($)); $($, $) }";
            return Some(term!(
                ty,
                "library model",
                text,
                net.clone(),
                k,
                n,
                between,
                p.clone(),
                net.clone(),
                key,
                net,
                p,
                given
            ));
        }
        let optimiser = self.pick(&[
            "optim.sgd(0.1)",
            "optim.momentum(0.1)",
            "optim.nesterov(0.1)",
            "optim.adagrad(0.1)",
            "optim.rmsprop(0.1)",
            "optim.adam(0.1)",
        ]);
        let (l, s) = (self.fresh("l"), self.fresh("s"));
        let wanted = self.term(&ty, d);
        let text = "{ let $ = learn(nn.dense($, $) >> $, loss.squared, $); let $ = $.init(key($)); \
            $.params($.step($, [$], [$]).0).b }";
        let (l2, l3, l4, s2) = (l.clone(), l.clone(), l.clone(), s.clone());
        Some(term!(ty, "learner", text, l, k, n, between, optimiser, s, l2, key, l3, l4, s2, given, wanted))
    }
}
