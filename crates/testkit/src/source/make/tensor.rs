//! Tensors, reads of them, and what folds.

use super::super::plan::{Dim, Elem, Term, Ty};
use super::{F64, I64, KEY, Make};

/// The folds that give this type of elements again.
fn folds(elem: Elem) -> &'static [&'static str] {
    match elem {
        Elem::F64 | Elem::F32 => &["sum", "sum", "sum", "prod", "max", "min", "mean", "logsumexp"],
        Elem::I64 => &["sum", "prod", "max", "min"],
        Elem::Bool => &["any", "all"],
        Elem::MinPlus | Elem::MaxPlus | Elem::LogSum | Elem::Count | Elem::Z2 => &["sum", "prod"],
        Elem::Key => &[],
    }
}

impl Make<'_> {
    /// A fold over indices.
    pub(super) fn fold(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        let Ty::Tensor(elem, _) = ty else { return None };
        let name = self.random.pick(folds(*elem));
        let n = self.dim()?;
        if self.chance(4) {
            let k = self.dim()?;
            let (body, filter, i, j) = self.over(n, |m, i| {
                m.over(k, |m, j| {
                    let filter = m.filter(Some((i, j)), d);
                    (m.term(ty, d), filter, i.to_string(), j.to_string())
                })
            });
            return Some(match filter {
                Some(f) => {
                    term!(
                        ty,
                        "fold with a filter",
                        "$($ for $ in 0..$, $ in 0..$ if $)",
                        name,
                        body,
                        i,
                        n,
                        j,
                        k,
                        f
                    )
                }
                None => term!(ty, name, "$($ for $ in 0..$, $ in 0..$)", name, body, i, n, j, k),
            });
        }
        // The range of an index that stands alone as a subscript is that of the axis.
        if let Some((x, n)) = self.vector_var(*elem, None)
            && matches!(elem, Elem::F64 | Elem::F32 | Elem::I64)
            && self.chance(2)
        {
            let (body, filter, i) = self.over(n, |m, i| (m.term(ty, d), m.filter(None, d), i.to_string()));
            let op = self.pick(&["*", "-", "+"]);
            return Some(match filter {
                Some(f) => term!(
                    ty,
                    "fold with a filter",
                    "$($[$] $ $ for $ if $)",
                    name,
                    x,
                    i.clone(),
                    op,
                    body,
                    i,
                    f
                ),
                None => {
                    term!(ty, "range by a subscript", "$($[$] $ $ for $)", name, x, i.clone(), op, body, i)
                }
            });
        }
        let (body, i) = self.over(n, |m, i| (m.term(ty, d), i.to_string()));
        Some(term!(ty, name, "$($ for $ in 0..$)", name, body, i, n))
    }

    fn filter(&mut self, indices: Option<(&str, &str)>, d: usize) -> Option<Term> {
        match (self.random.below(3), indices) {
            (0, Some((i, j))) => {
                let compare = self.pick(&["<", "<=", "!=", "=="]);
                Some(term!(super::BOOL, "comparison", "$ $ $", j, compare, i))
            }
            (1, _) => Some(self.condition(d)),
            _ => None,
        }
    }

    /// A fold of all elements.
    pub(super) fn whole_fold(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        let Ty::Tensor(elem, _) = ty else { return None };
        let name = self.random.pick(folds(*elem));
        let rank = self.random.pick(&[1, 1, 2, 3]);
        let t = self.tensor_ty(*elem, rank);
        if matches!(&t, Ty::Tensor(_, dims) if dims.is_empty()) {
            return None;
        }
        let x = self.term(&t, d);
        if self.chance(5) {
            return Some(term!(ty, "method", "$.$()", x, name));
        }
        Some(term!(ty, name, "$($)", name, x))
    }

    /// An element, a row or a plane of a tensor that has a name.
    pub(super) fn read(&mut self, elem: Elem, dims: &[Dim], d: usize) -> Option<Term> {
        let found: Vec<(String, Vec<Dim>)> = self
            .vars
            .iter()
            .filter_map(|v| match &v.ty {
                Ty::Tensor(e, all) if *e == elem && all.len() > dims.len() && all.ends_with(dims) => {
                    Some((v.name.clone(), all[..all.len() - dims.len()].to_vec()))
                }
                _ => None,
            })
            .collect();
        if found.is_empty() {
            return None;
        }
        let (name, lead) = found[self.random.below(found.len())].clone();
        let mut kind = "read";
        let mut at = Vec::new();
        for n in lead {
            let indices: Vec<String> =
                self.vars.iter().filter(|v| v.index == Some(n)).map(|v| v.name.clone()).collect();
            if !indices.is_empty() && !self.chance(6) {
                at.push(term!(I64, "index", "$", indices[self.random.below(indices.len())].clone()));
            } else if self.extent(n) == 0 {
                return None;
            } else if self.chance(2) {
                at.push(term!(I64, "index", "0"));
            } else if self.chance(25) {
                kind = "read at data";
                at.push(term!(I64, "conversion", "i64(4 * tanh($))", self.term(&F64, d)));
            } else {
                kind = "read at data";
                at.push(term!(I64, "mod", "mod($, $)", self.term(&I64, d), n));
            }
        }
        let ty = Ty::Tensor(elem, dims.to_vec());
        let mut at = at.into_iter();
        Some(match (at.next()?, at.next(), at.next()) {
            (i, None, _) => term!(ty, kind, "$[$]", name, i),
            (i, Some(j), None) if self.chance(3) => term!(ty, "read of a row", "$[$][$]", name, i, j),
            (i, Some(j), None) => term!(ty, kind, "$[$, $]", name, i, j),
            (i, Some(j), Some(k)) => term!(ty, kind, "$[$, $, $]", name, i, j, k),
        })
    }

    /// A tensor of plain elements.
    pub(super) fn filled(&mut self, elem: Elem, dims: &[Dim]) -> Term {
        let ty = Ty::Tensor(elem, dims.to_vec());
        let Some((n, rest)) = dims.split_first() else { return self.literal(elem) };
        // At top level the elements are written out.
        if !self.generic && dims.len() == 1 && self.extent(*n) > 0 && !self.chance(5) {
            let all: Vec<Term> = (0..self.extent(*n)).map(|_| self.literal(elem)).collect();
            let text = format!("[{}]", vec!["$"; all.len()].join(", "));
            let parts = super::super::plan::parts(&text, all.into_iter().map(Into::into));
            return Term { ty, kind: "literal tensor", parts };
        }
        let (body, i) = self.over(*n, |m, i| (m.filled(elem, rest), i.to_string()));
        match elem {
            Elem::F64 if rest.is_empty() => {
                term!(ty, "comprehension", "[0.25 * $ - $ for $ in 0..$]", i.clone(), body, i, *n)
            }
            _ => term!(ty, "comprehension", "[$ for $ in 0..$]", body, i, *n),
        }
    }

    pub(super) fn tensor(&mut self, elem: Elem, dims: &[Dim], d: usize) -> Option<Term> {
        let ty = Ty::Tensor(elem, dims.to_vec());
        match self.random.below(32) {
            0 | 1 => self.var(&ty),
            2..=6 => Some(self.comprehension(elem, dims, d)),
            7..=12 => self.operators(elem, dims, d),
            13 | 14 => self.matmul(elem, dims, d),
            15 | 16 => self.read(elem, dims, d),
            17..=19 => self.moved(elem, dims, d),
            20 => Some(self.maker(&ty)),
            21 | 22 => self.derivative(dims, d).filter(|_| elem == Elem::F64),
            23..=26 => self.special(elem, dims, d),
            27 | 28 => self.scanned(&ty, d),
            29 => self.call(&ty, d),
            30 => self.lifted(elem, dims, d),
            _ if elem == Elem::F64 => Some(self.drawn(dims, d)),
            _ => None,
        }
    }

    fn comprehension(&mut self, elem: Elem, dims: &[Dim], d: usize) -> Term {
        let ty = Ty::Tensor(elem, dims.to_vec());
        let (n, rest) = (dims[0], &dims[1..]);
        if let [k, inner @ ..] = rest
            && !self.chance(3)
        {
            let inner_ty = Ty::Tensor(elem, inner.to_vec());
            let (body, i, j) =
                self.over(n, |m, i| m.over(*k, |m, j| (m.term(&inner_ty, d), i.to_string(), j.to_string())));
            return term!(ty, "comprehension", "[$ for $ in 0..$, $ in 0..$]", body, i, n, j, *k);
        }
        let inner_ty = Ty::Tensor(elem, rest.to_vec());
        let (body, i) = self.over(n, |m, i| (m.term(&inner_ty, d), i.to_string()));
        if rest.is_empty()
            && matches!(elem, Elem::F64 | Elem::F32 | Elem::I64)
            && let Some((x, _)) = self.vector_var(elem, Some(n))
        {
            return term!(ty, "range by a subscript", "[$[$] - $ for $]", x, i.clone(), body, i);
        }
        term!(ty, "comprehension", "[$ for $ in 0..$]", body, i, n)
    }

    fn operators(&mut self, elem: Elem, dims: &[Dim], d: usize) -> Option<Term> {
        let ty = Ty::Tensor(elem, dims.to_vec());
        let scalar = Ty::scalar(elem);
        Some(match (elem, self.random.below(6)) {
            (Elem::F64 | Elem::F32, 0 | 1) => self.arithmetic(&ty, d),
            (Elem::F64 | Elem::F32, 2) => self.unary(&ty, d),
            (Elem::F64 | Elem::F32, 3) => self.binary(&ty, d),
            (Elem::Bool, k) => {
                let of = if k < 3 {
                    self.float_elem()
                } else if self.smooth {
                    Elem::F64
                } else {
                    Elem::I64
                };
                let of = Ty::Tensor(of, dims.to_vec());
                let compare = self.pick(&["==", "<", ">="]);
                term!(ty, "elementwise comparison", "($ $ $)", self.term(&of, d), compare, self.term(&of, d))
            }
            (Elem::Key, _) => return None,
            (_, 4) if elem.is_float() => {
                let mask = Ty::Tensor(Elem::Bool, dims.to_vec());
                term!(
                    ty,
                    "where",
                    "where($, $, $)",
                    self.term(&mask, d),
                    self.term(&ty, d),
                    self.term(&ty, d)
                )
            }
            (_, k) => {
                let text = if elem.is_semiring() {
                    self.pick(&["($ + $)", "($ * $)"])
                } else {
                    self.pick(&["($ + $)", "($ - $)", "($ * $)"])
                };
                let (a, b) = if k % 2 == 0 { (&ty, &ty) } else { (&scalar, &ty) };
                term!(ty, "elementwise operator", text, self.term(a, d), self.term(b, d))
            }
        })
    }

    fn matmul(&mut self, elem: Elem, dims: &[Dim], d: usize) -> Option<Term> {
        if matches!(elem, Elem::Key | Elem::I64) || dims.len() > 2 {
            return None;
        }
        let ty = Ty::Tensor(elem, dims.to_vec());
        let k = self.dim()?;
        let tensor = |dims: &[Dim]| Ty::Tensor(elem, dims.to_vec());
        let (a, b) = match dims {
            [m] if self.chance(2) => (tensor(&[*m, k]), tensor(&[k])),
            [n] => (tensor(&[k]), tensor(&[k, *n])),
            [m, n] => (tensor(&[*m, k]), tensor(&[k, *n])),
            _ => return None,
        };
        let kind = if elem.is_semiring() { "semiring product" } else { "@" };
        Some(term!(ty, kind, "($ @ $)", self.term(&a, d), self.term(&b, d)))
    }

    /// Transposes, slices and gathers.
    fn moved(&mut self, elem: Elem, dims: &[Dim], d: usize) -> Option<Term> {
        let ty = Ty::Tensor(elem, dims.to_vec());
        let (n, rest) = (dims[0], &dims[1..]);
        if let [m, n] = dims
            && self.chance(2)
        {
            let t = Ty::Tensor(elem, vec![*n, *m]);
            return Some(term!(ty, "transpose", "$.T", self.term(&t, d)));
        }
        let k = self.dim()?;
        let longer = Ty::Tensor(elem, [&[k], rest].concat());
        if self.chance(2) && self.extent(n) <= self.extent(k) {
            if n != k {
                self.at_most.insert((n, k));
            }
            let x = self.term(&longer, d);
            if !self.generic && self.chance(2) {
                let most = self.extent(k) - self.extent(n);
                let from = self.random.below(most as usize + 1).to_string();
                return Some(term!(ty, "slice", "$[$ .. $ + $]", x, from.clone(), from, n));
            }
            return Some(term!(ty, "slice", "$[0..$]", x, n));
        }
        if self.extent(k) == 0 {
            return None;
        }
        let x = self.term(&longer, d);
        let (at, i) = self.over(n, |m, i| (m.term(&I64, d), i.to_string()));
        Some(term!(ty, "gather", "$[[mod($, $) for $ in 0..$]]", x, at, k, i, n))
    }

    fn maker(&mut self, ty: &Ty) -> Term {
        let Ty::Tensor(elem, dims) = ty else { return self.leaf(ty) };
        if matches!(elem, Elem::Bool | Elem::Key) {
            return self.filled(*elem, dims);
        }
        let z = self.fresh("z");
        let square = dims.len() == 2 && dims[0] == dims[1];
        let kind = if square { "eye" } else { self.pick(&["zeros", "ones"]) };
        let call = if square { "eye()" } else { kind };
        term!(ty, kind, "{ let $: $ = $; $ }", z.clone(), ty, call, z)
    }

    /// Routines, and what is made of integers and models.
    fn special(&mut self, elem: Elem, dims: &[Dim], d: usize) -> Option<Term> {
        let ty = Ty::Tensor(elem, dims.to_vec());
        Some(match (elem, dims) {
            (Elem::F64, [_] | [_, _]) if self.chance(2) => self.by_routine(dims, d)?,
            (Elem::F64, [_, _]) => self.transformed(dims, d)?,
            (Elem::F64, [n]) => match self.random.below(7) {
                0 => term!(ty, "library", "$($)", self.pick(&["softmax", "log_softmax"]), self.term(&ty, d)),
                1 => self.transformed(dims, d)?,
                2 | 3 => self.by_library(*n, d)?,
                4 => self.ordered(*n, d),
                _ => self.modelled(*n, d)?,
            },
            (Elem::Bool, _) => self.bernoulli(dims, d),
            (Elem::I64, [n]) if self.chance(3) => self.assigned(*n, d),
            (Elem::I64, [n]) if self.chance(2) => {
                let of = Ty::Tensor(Elem::F64, vec![*n]);
                term!(ty, "argsort", "argsort($)", self.term(&of, d))
            }
            (Elem::I64, [n]) => term!(ty, "permutation", "permutation($, $)", self.term(&KEY, d), *n),
            (Elem::Key, [n]) => {
                let (key, i) = self.over(*n, |m, i| (m.term(&KEY, d), i.to_string()));
                term!(ty, "fold_in", "[fold_in($, $) for $ in 0..$]", key, i.clone(), i, *n)
            }
            (Elem::F32, _) if !self.smooth => {
                let of = Ty::Tensor(Elem::F64, dims.to_vec());
                term!(ty, "conversion", "f32($)", self.term(&of, d))
            }
            (Elem::MinPlus | Elem::MaxPlus | Elem::LogSum, _) => {
                let (text, from) = elem.cast();
                term!(ty, "conversion", text, self.term(&Ty::Tensor(from, dims.to_vec()), d))
            }
            (Elem::Z2, _) => {
                let from = self.random.pick(&[Elem::I64, Elem::Bool]);
                term!(ty, "conversion", "z2($)", self.term(&Ty::Tensor(from, dims.to_vec()), d))
            }
            (Elem::Count, _) => {
                term!(ty, "conversion", "count($)", self.term(&Ty::Tensor(Elem::Bool, dims.to_vec()), d))
            }
            _ => return None,
        })
    }

    /// A function of scalars on the elements of a tensor.
    fn lifted(&mut self, elem: Elem, dims: &[Dim], d: usize) -> Option<Term> {
        let ty = Ty::Tensor(elem, dims.to_vec());
        if elem.is_float() { self.over_float(&ty, d) } else { None }
    }

    /// The last state of a recurrence, or what it gave on its way.
    pub(super) fn scanned(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        let n = self.dim()?;
        let over = if self.smooth || self.chance(2) { Elem::F64 } else { Elem::I64 };
        let given = Ty::scalar(over);
        let (s, x) = (self.fresh("s"), self.fresh("x"));
        let Ty::Tensor(elem, dims) = ty else { return None };
        let (state, out, n, member) = match dims.split_first() {
            Some((n, rest)) if self.chance(2) => (F64, Ty::Tensor(*elem, rest.to_vec()), *n, "1"),
            _ => (ty.clone(), F64, n, "0"),
        };
        let start = self.term(&state, d);
        let (next, told) = self.with(&[(&s, &state), (&x, &given)], |m| (m.term(&state, d), m.term(&out, d)));
        let xs = self.term(&Ty::Tensor(over, vec![n]), d);
        Some(term!(
            ty,
            "scan",
            "scan(|$: $, $: $| ($, $), $, $).$",
            s,
            &state,
            x,
            &given,
            next,
            told,
            start,
            xs,
            member
        ))
    }
}
