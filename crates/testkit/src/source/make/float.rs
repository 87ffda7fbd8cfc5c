//! Floats.

use super::super::plan::{Elem, Part, Term, Ty};
use super::{F64, I64, Make};

/// Functions of one number, each with a spelling that is smooth and finite everywhere.
const UNARY: [(&str, &str); 23] = [
    ("exp", "exp(sin($))"),
    ("log", "log(1.5 + $^2)"),
    ("expm1", "expm1(cos($))"),
    ("log1p", "log1p($^2)"),
    ("sin", "sin($)"),
    ("cos", "cos($)"),
    ("tan", "tan(0.5 * sin($))"),
    ("tanh", "tanh($)"),
    ("sinh", "sinh(tanh($))"),
    ("cosh", "cosh(tanh($))"),
    ("asin", "asin(0.5 * tanh($))"),
    ("acos", "acos(0.5 * sin($))"),
    ("atan", "atan($)"),
    ("sqrt", "sqrt(1.5 + $^2)"),
    ("erf", "erf($)"),
    ("sigmoid", "sigmoid($)"),
    ("softplus", "softplus($)"),
    ("abs", "abs($)"),
    ("sign", "sign($)"),
    ("floor", "floor($)"),
    ("ceil", "ceil($)"),
    ("round", "round($)"),
    ("relu", "relu($)"),
];

impl Make<'_> {
    pub(super) fn float(&mut self, elem: Elem, d: usize) -> Option<Term> {
        let ty = Ty::scalar(elem);
        Some(match self.random.below(40) {
            0..=4 => self.arithmetic(&ty, d),
            5..=8 => self.unary(&ty, d),
            9 => self.binary(&ty, d),
            10..=13 => self.fold(&ty, d)?,
            14 | 15 => self.whole_fold(&ty, d)?,
            16 => self.product(&ty, d)?,
            17..=19 => self.read(elem, &[], d)?,
            20 => {
                let (c, a, b) = (self.condition(d), self.term(&ty, d), self.term(&ty, d));
                term!(ty, "where", "where($, $, $)", c, a, b)
            }
            21 | 22 => self.converted(elem, d)?,
            23 => self.affine(elem)?,
            24 if elem == Elem::F64 => self.drawn(&[], d),
            25 if elem == Elem::F64 => self.of_records(d)?,
            26 | 27 if elem == Elem::F64 => self.derivative(&[], d)?,
            28 => self.over_float(&ty, d)?,
            29 | 30 if elem == Elem::F64 => self.of_matrix(d)?,
            31 | 32 if elem == Elem::F64 => self.of_complex(d),
            33 if elem == Elem::F64 => self.solved(d),
            36 if elem == Elem::F64 => self.corner(d)?,
            37 if elem == Elem::F64 => self.by_rule(d)?,
            38 if elem == Elem::F64 && self.chance(2) => self.iterated(d)?,
            34 if elem == Elem::F64 => self.special_function(&ty, d),
            35 if elem == Elem::F64 => self.reshaped(d)?,
            _ => self.scanned(&ty, d)?,
        })
    }

    /// Operators, as elementwise ones on tensors too.
    pub(super) fn arithmetic(&mut self, ty: &Ty, d: usize) -> Term {
        let (a, b) = (self.term(ty, d), self.term(ty, d));
        match self.random.below(12) {
            0 | 1 => term!(ty, "+", "($ + $)", a, b),
            2 | 3 => term!(ty, "-", "($ - $)", a, b),
            4..=6 => term!(ty, "*", "($ * $)", a, b),
            7 if self.smooth => match ty {
                Ty::Tensor(_, dims) if dims.is_empty() => term!(ty, "/", "($ / (1 + $^2))", a, b),
                _ => term!(ty, "/", "($ / (2 + tanh($)))", a, b),
            },
            7 => term!(ty, "/", "($ / $)", a, b),
            8 => term!(ty, "neg", "(-$)", a),
            // What binds tighter, and literals that take their type from the context.
            9 => {
                let text =
                    self.pick(&["($ * 2 - $)", "(3 - $ * $)", "(0.5 * $ + $ / 4)", "(-$ - 1 + 2 * $)"]);
                term!(ty, "literal by context", text, a, b)
            }
            _ => match ty {
                Ty::Tensor(_, dims) if dims.is_empty() => {
                    let text = self.pick(&["($^2)", "(-$^2)", "($^3)", "($^1)", "($^0)"]);
                    term!(ty, "^", text, a)
                }
                _ => term!(ty, "+", "($ + $)", a, b),
            },
        }
    }

    pub(super) fn unary(&mut self, ty: &Ty, d: usize) -> Term {
        let (name, safe) = self.random.pick(&UNARY);
        let scalar = matches!(ty, Ty::Tensor(_, dims) if dims.is_empty());
        let x = self.term(ty, d);
        if self.smooth || self.chance(2) {
            if !scalar && safe.contains('^') {
                return term!(ty, "tanh", "tanh($)", x);
            }
            return term!(ty, name, safe, x);
        }
        if self.chance(6) {
            term!(ty, "method", &format!("($).{name}()"), x)
        } else {
            term!(ty, name, &format!("{name}($)"), x)
        }
    }

    pub(super) fn binary(&mut self, ty: &Ty, d: usize) -> Term {
        let scalar = matches!(ty, Ty::Tensor(_, dims) if dims.is_empty());
        let (a, b) = (self.term(ty, d), self.term(ty, d));
        match self.random.below(if scalar { 6 } else { 2 }) {
            0 => term!(ty, "max of two", "max($, $)", a, b),
            1 => term!(ty, "min of two", "min($, $)", a, b),
            2 if self.smooth => term!(ty, "atan2", "atan2($, 2 + sin($))", a, b),
            2 | 3 if !self.smooth => term!(ty, "atan2", "atan2($, $)", a, b),
            4 | 5 if !self.smooth => {
                let text = self.pick(&["pow($, $)", "($^$)"]);
                term!(ty, "pow", text, a, b)
            }
            _ => term!(ty, "pow", "pow(1.5 + sin($), tanh($))", a, b),
        }
    }

    /// A product that folds, or a norm.
    fn product(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        let Ty::Tensor(elem, _) = ty else { return None };
        let v = self.tensor_ty(*elem, 1);
        let m = self.tensor_ty(*elem, 2);
        Some(match self.random.below(4) {
            0 => term!(ty, "dot", "dot($, $)", self.term(&v, d), self.term(&v, d)),
            1 => term!(ty, "dot", "dot($, $)", self.term(&m, d), self.term(&m, d)),
            2 if matches!(&v, Ty::Tensor(_, dims) if dims.len() == 1) => {
                term!(ty, "@", "($ @ $)", self.term(&v, d), self.term(&v, d))
            }
            _ => term!(ty, "norm", "norm($)", self.term(&v, d)),
        })
    }

    fn converted(&mut self, elem: Elem, d: usize) -> Option<Term> {
        let ty = Ty::scalar(elem);
        let index = self.vars.iter().rev().find(|v| v.exact).map(|v| v.name.clone());
        if let Some(i) = index
            && self.chance(2)
        {
            let x = self.term(&ty, d);
            return Some(term!(ty, "index as number", "($ * $ / 2)", x, i));
        }
        if self.smooth {
            return None;
        }
        let from = match (self.random.below(4), elem) {
            (0, _) | (2, Elem::F32) => Ty::scalar(Elem::Bool),
            (1, _) => I64,
            (_, Elem::F64) => Ty::scalar(Elem::F32),
            _ => F64,
        };
        let x = self.term(&from, d);
        if elem == Elem::F64 && self.chance(3) {
            let semi = self.random.pick(&[Elem::MinPlus, Elem::MaxPlus, Elem::LogSum]);
            let x = self.term(&Ty::scalar(semi), d);
            return Some(term!(ty, "real", "real($)", x));
        }
        Some(term!(ty, "conversion", &format!("{}($)", elem.name()), x))
    }

    /// Reads at places that are affine in indices.
    fn affine(&mut self, elem: Elem) -> Option<Term> {
        let ty = Ty::scalar(elem);
        let x = self.vector_var(elem, None)?;
        let (name, n) = x;
        let i = self.fresh("i");
        Some(match self.random.below(5) {
            0 => term!(ty, "stride", "sum($[2 * $] for $ in 0..div($ + 1, 2))", name, i.clone(), i, n),
            1 => term!(
                ty,
                "reversal",
                "sum($[$ - 1 - $] * ($ + 1) for $ in 0..$)",
                name,
                n,
                i.clone(),
                i.clone(),
                i,
                n
            ),
            2 if !self.generic && self.extent(n) > 0 => term!(
                ty,
                "neighbours",
                "sum(($[$ + 1] - $[$])^2 for $ in 0..$ - 1)",
                name.clone(),
                i.clone(),
                name,
                i.clone(),
                i,
                n
            ),
            3 => {
                let k = self.random.pick(&["- 1", "+ 1", "- 2", "+ 3"]);
                term!(
                    ty,
                    "get",
                    "sum(get($, $ $, $) * 2 for $ in 0..$)",
                    name,
                    i.clone(),
                    k,
                    if elem == Elem::F64 { "0.5" } else { "f32(0.5)" },
                    i,
                    n
                )
            }
            _ => {
                let (w, k) = self.vector_var(elem, None)?;
                let (small, large) = (self.extent(k), self.extent(n));
                if small > large || small == 0 {
                    return None;
                }
                if k != n {
                    self.at_most.insert((k, n));
                }
                let j = self.fresh("j");
                let fold = self.pick(&["sum", "max", "mean"]);
                term!(
                    ty,
                    "window",
                    "$([sum($[$ + $] * $[$] for $) for $])",
                    fold,
                    name,
                    i.clone(),
                    j.clone(),
                    w,
                    j.clone(),
                    j,
                    i
                )
            }
        })
    }

    /// A vector that has a name, of this element and axis.
    pub(super) fn vector_var(&mut self, elem: Elem, axis: Option<u8>) -> Option<(String, u8)> {
        let found: Vec<(String, u8)> = self
            .vars
            .iter()
            .filter_map(|v| match &v.ty {
                Ty::Tensor(e, dims) if *e == elem && dims.len() == 1 && axis.is_none_or(|a| a == dims[0]) => {
                    Some((v.name.clone(), dims[0]))
                }
                _ => None,
            })
            .collect();
        (!found.is_empty()).then(|| found[self.random.below(found.len())].clone())
    }

    /// Numbers from a key; their shape is that of the type that is asked.
    pub(super) fn drawn(&mut self, dims: &[u8], d: usize) -> Term {
        let ty = Ty::Tensor(Elem::F64, dims.to_vec());
        let key = self.term(&super::KEY, d);
        let u = self.fresh("u");
        let (kind, call) = self.random.pick(&[
            ("normal", "normal($)"),
            ("uniform", "uniform($)"),
            ("uniform", "uniform($, -1, 2)"),
        ]);
        let text = format!("{{ let $: $ = {call}; $ }}");
        term!(ty, kind, &text, u.clone(), &ty, key, u)
    }

    /// An array of records.
    fn of_records(&mut self, d: usize) -> Option<Term> {
        let n = self.dim()?;
        let (a, b, i) = self.over(n, |m, i| (m.term(&F64, d), m.term(&F64, d), i.to_string()));
        let (r, j) = (self.fresh("r"), self.fresh("j"));
        let text = "{ let $ = [{a: $, b: $} for $ in 0..$]; sum($[$].a - $.b[$] for $ in 0..$) }";
        let args: Vec<Part> = vec![
            r.clone().into(),
            a.into(),
            b.into(),
            i.into(),
            n.into(),
            r.clone().into(),
            j.clone().into(),
            r.into(),
            j.clone().into(),
            j.into(),
            n.into(),
        ];
        Some(Term { ty: F64, kind: "array of records", parts: super::super::plan::parts(text, args) })
    }

    /// A function over any float.
    pub(super) fn over_float(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        if self.over_floats.is_empty() {
            return None;
        }
        let name = self.over_floats[self.random.below(self.over_floats.len())].clone();
        let (a, b) = (self.term(ty, d), self.term(ty, d));
        Some(term!(ty, "function over floats", "$($, $)", name, a, b))
    }
}
