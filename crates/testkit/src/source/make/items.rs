//! Items, calls of functions, and whole programs.

use super::super::plan::{Block, Dim, Elem, Part, Stmt, Term, Ty, parts};
use super::corners::RULED;
use super::{F64, Fun, Make};

/// Functions over any semiring: of a square matrix and a vector.
const SEMIRING: [&str; 3] = [
    "fn $[S: semiring, n](a: S[n, n], x: S[n]) -> S[n] = a @ x + x",
    "fn $[S: semiring, n](a: S[n, n], x: S[n]) -> S[n] = [sum(a[i, k] * x[k] for k) for i]",
    "fn $[S: semiring, n](a: S[n, n], x: S[n]) -> S[n] {\n  let mut d = eye() + a\n  for _ in 0..ceil_log2(n) { d = d @ d }\n  d @ x\n}",
];
/// Functions over any float.
const OVER_FLOATS: [&str; 3] = [
    "fn $[F: float](x: F, y: F) -> F = x * tanh(y) + 1",
    "fn $[F: float](x: F, y: F) -> F = if x < y { 2 * x } else { y - x / 3 }",
    "fn $[F: float](x: F, y: F) -> F {\n  let mut s = x\n  for i in 0..3 { s = sin(s) + y }\n  s\n}",
];
const MODELS: [&str; 2] = [
    "model $(n, m)(x: f64[n]) -> f64[m] {\n  param w: f64[m, n] = glorot\n  param b: f64[m] = zeros\n  w @ x + b\n}",
    "model $(n, m)(x: f64[n]) -> f64[m] {\n  param w: f64[m, n] = normal\n  param b: f64[m] = ones\n  tanh([sum(w[i, j] * x[j] for j) for i]) + b\n}",
];

impl Make<'_> {
    pub(super) fn whole(&mut self) {
        self.helpers();
        for _ in 0..self.random.below(3) {
            self.input();
        }
        for _ in 0..self.random.below(4) {
            self.fuel = 25;
            self.function(false);
        }
        for _ in 0..1 + self.random.below(3) {
            self.fuel = 30;
            let mut stmts = Vec::new();
            self.statement_at_top(&mut stmts);
            stmts.into_iter().for_each(|s| self.push(s));
        }
        for _ in 0..1 + self.random.below(2) {
            self.fuel = 40;
            let (a, b) = (self.ty(), self.ty());
            let (x, y) = (self.term(&a, 4), self.term(&b, 3));
            self.push(stmt!("print", "print($, $)", x, y));
        }
    }

    /// `f` is differentiated at `p` in the direction `v`. Printed are the directional derivative by the forward and
    /// by the reverse derivative and the value, and for h = 2^-8, 2^-10, 2^-12 and 2^-14 the value h to either side.
    pub(super) fn difference(&mut self) {
        self.helpers();
        for _ in 0..self.random.below(2) {
            self.fuel = 20;
            self.function(false);
        }
        let ty = self.vector_ty();
        self.fuel = 40;
        let body = self.with(&[("p", &ty)], |m| m.term(&F64, 5));
        self.push(stmt!("function", "fn f(p: $) -> f64 = $", &ty, body));
        let (p, v) = (self.made(&ty, 0), self.made(&ty, 0));
        self.push(stmt!("let", "let p: $ = $", &ty, p));
        self.push(stmt!("let", "let v: $ = $", &ty, v));
        let dot = if matches!(ty, Ty::Tensor(_, ref dims) if dims.is_empty()) {
            "print(jvp(f)(p, v), grad(f)(p) * v, f(p))"
        } else {
            "print(jvp(f)(p, v), dot(grad(f)(p), v), f(p))"
        };
        self.push(stmt!("print", dot));
        for k in [8, 10, 12, 14] {
            let h = format!("{:?}", 0.5f64.powi(k));
            self.push(stmt!("print", "print(f(p + $ * v), f(p - $ * v))", h.clone(), h));
        }
    }

    fn statement_at_top(&mut self, out: &mut Vec<Stmt>) {
        let before = self.frozen;
        self.statement(4, out);
        self.frozen = before;
        // What may be assigned at top level runs step by step, which is a way of its own.
        self.vars.iter_mut().for_each(|v| v.mutable &= v.name.starts_with('m'));
    }

    fn helpers(&mut self) {
        if self.chance(3) {
            self.imports = true;
            self.push(stmt!("import", "import nn, loss, optim"));
        }
        for (list, kind, stem) in [
            (&SEMIRING[..], "function over semirings", "s"),
            (&OVER_FLOATS[..], "function over floats", "g"),
            (&MODELS[..], "model", "net"),
            (&RULED[..], "stated derivative", "r"),
        ] {
            if self.chance(2) {
                let name = self.fresh(stem);
                let text = self.random.pick(list);
                match stem {
                    "r" => self.push(stmt!(kind, text, name.clone(), name.clone())),
                    _ => self.push(stmt!(kind, text, name.clone())),
                }
                match stem {
                    "r" => self.ruled.push(name),
                    "s" => self.semiring.push(name),
                    "g" => self.over_floats.push(name),
                    _ => self.models.push(name),
                }
            }
        }
    }

    /// A name of plain data at top level.
    fn input(&mut self) {
        let (ty, name) = (self.ty(), self.fresh("x"));
        let value = match &ty {
            Ty::Tensor(elem, dims) => self.filled(*elem, dims),
            _ => self.made(&ty, 0),
        };
        self.push(stmt!("let", "let $: $ = $", name.clone(), &ty, value));
        self.define(&name, &ty);
    }

    /// A function, over sizes or not.
    fn function(&mut self, sees_all: bool) {
        let name = self.fresh("f");
        let generic = !sees_all && self.chance(2);
        let mut params: Vec<Ty> = (0..1 + self.random.below(2)).map(|_| self.ty()).collect();
        if generic && self.chance(2) {
            params.push(self.tensor_ty(Elem::F64, 1));
        }
        let known = sizes_of(&params, None);
        let size = (generic && self.chance(4)).then(|| self.dim()).flatten().filter(|d| !known.contains(d));
        let (sizes, vars) = (self.sizes.clone(), std::mem::take(&mut self.vars));
        if generic {
            self.generic = true;
            self.sizes = sizes_of(&params, size);
            self.at_most.clear();
        }
        // A function sees what stands before it.
        if !generic {
            self.vars.clone_from(&vars);
            self.vars.iter_mut().for_each(|v| v.mutable = false);
        }
        let result = self.ty();
        let names: Vec<String> = params.iter().map(|_| self.fresh("a")).collect();
        let given: Vec<(&str, &Ty)> = names.iter().map(String::as_str).zip(&params).collect();
        let body = self
            .with(&given, |m| if m.chance(2) { Ok(m.block(&result, 4)) } else { Err(m.term(&result, 4)) });
        let stmt = self.signature(&name, &names, &params, &result, size, body);
        self.push(stmt);
        (self.generic, self.sizes, self.vars) = (false, sizes, vars);
        self.funs.push(Fun { name, params, result, size, generic });
    }

    fn signature(
        &mut self,
        name: &str,
        names: &[String],
        params: &[Ty],
        result: &Ty,
        size: Option<Dim>,
        body: Result<Block, Term>,
    ) -> Stmt {
        let mut out: Vec<Part> = vec![format!("fn {name}").into()];
        if self.generic {
            let bound: Vec<Dim> = sizes_of(params, None).into_iter().filter(|d| Some(*d) != size).collect();
            let mut list: Vec<String> = bound.iter().map(|d| format!("n{d}")).collect();
            list.extend(self.at_most.iter().map(|(a, b)| format!("n{a} <= n{b}")));
            if !list.is_empty() {
                out.push(format!("[{}]", list.join(", ")).into());
            }
        }
        out.push("(".into());
        for (k, (n, t)) in names.iter().zip(params).enumerate() {
            out.push(format!("{}{n}: ", if k > 0 { ", " } else { "" }).into());
            out.push(t.into());
        }
        if let Some(d) = size {
            out.push(format!(", n{d}").into());
        }
        out.push(") -> ".into());
        out.push(result.into());
        match body {
            Ok(block) => out.extend(parts(" $", [block.into()])),
            Err(term) => out.extend(parts(" = $", [term.into()])),
        }
        let kind = match (self.generic, size, self.at_most.is_empty()) {
            (true, Some(_), _) => "function with a size argument",
            (true, None, false) => "function with a constraint",
            (true, None, true) => "function over sizes",
            (false, ..) => "function",
        };
        Stmt { kind, parts: out, generic: self.generic }
    }

    /// A call of a function that gives this type.
    pub(super) fn call(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        if let Ty::Tensor(elem, dims) = ty
            && let [n] = dims[..]
            && !matches!(elem, Elem::Key | Elem::I64 | Elem::Bool)
            && !self.semiring.is_empty()
        {
            let name = self.semiring[self.random.below(self.semiring.len())].clone();
            let a = Ty::Tensor(*elem, vec![n, n]);
            // `eye` and sums of truth values are the semiring's too.
            return Some(term!(
                ty,
                "function over semirings",
                "$($, $)",
                name,
                self.term(&a, d),
                self.term(ty, d)
            ));
        }
        let fits: Vec<Fun> =
            self.funs.iter().filter(|f| f.result == *ty && self.callable(f)).cloned().collect();
        if fits.is_empty() {
            return None;
        }
        let f = fits[self.random.below(fits.len())].clone();
        let mut args: Vec<Part> = vec![f.name.into()];
        args.extend(f.params.iter().map(|t| Part::from(self.term(t, d))));
        args.extend(f.size.map(Part::from));
        let text = format!("$({})", vec!["$"; args.len() - 1].join(", "));
        Some(Term { ty: ty.clone(), kind: "call", parts: parts(&text, args) })
    }

    /// Whether the types of a function can be written here.
    fn callable(&self, f: &Fun) -> bool {
        let needed = sizes_of(&f.params, f.size);
        // Where extents are sizes, no value has an extent that is a number.
        if self.generic
            && !f.generic
            && !(needed.is_empty() && sizes_of(std::slice::from_ref(&f.result), None).is_empty())
        {
            return false;
        }
        needed.iter().chain(&sizes_of(std::slice::from_ref(&f.result), None)).all(|d| self.sizes.contains(d))
    }
}

/// The axes of these types.
fn sizes_of(types: &[Ty], more: Option<Dim>) -> Vec<Dim> {
    fn of(ty: &Ty, out: &mut Vec<Dim>) {
        match ty {
            Ty::Tensor(_, dims) => out.extend(dims),
            Ty::Tuple(ts) => ts.iter().for_each(|t| of(t, out)),
            Ty::Record(fs) => fs.iter().for_each(|(_, t)| of(t, out)),
        }
    }
    let mut out: Vec<Dim> = more.into_iter().collect();
    types.iter().for_each(|t| of(t, &mut out));
    out.sort_unstable();
    out.dedup();
    out
}
