//! Makes programs: the state of a program that grows, and what types, names and statements it is made of.

use std::collections::BTreeSet;

use super::plan::{Block, Dim, Elem, Program, Stmt, Term, Ty};
use crate::Random;

/// A term from its type, its construct and its spelling.
macro_rules! term {
    ($ty:expr, $kind:expr, $template:expr $(, $arg:expr)* $(,)?) => {
        $crate::source::plan::Term {
            ty: $ty.clone(),
            kind: $kind,
            parts: $crate::source::plan::parts($template, [$($crate::source::plan::Part::from($arg)),*]),
        }
    };
}
/// A statement from its construct and its spelling.
macro_rules! stmt {
    ($kind:expr, $template:expr $(, $arg:expr)* $(,)?) => {
        $crate::source::plan::Stmt {
            kind: $kind,
            parts: $crate::source::plan::parts($template, [$($crate::source::plan::Part::from($arg)),*]),
            generic: false,
        }
    };
}

mod corners;
mod derive;
mod exact;
mod float;
mod items;
mod library;
mod matrix;
mod record;
mod semiring;
mod statement;
mod tensor;

const F64: Ty = Ty::scalar(Elem::F64);
const I64: Ty = Ty::scalar(Elem::I64);
const BOOL: Ty = Ty::scalar(Elem::Bool);
const KEY: Ty = Ty::scalar(Elem::Key);

/// A program with everything in it.
pub fn program(random: &mut Random) -> Program {
    let mut m = Make::new(random, false);
    m.whole();
    m.finish()
}

/// A program that prints a directional derivative by the forward and by the reverse derivative, and differences of
/// the function at four distances from the point; see [`items`].
pub fn difference(random: &mut Random) -> Program {
    let mut m = Make::new(random, true);
    m.difference();
    m.finish()
}

/// A name in scope.
#[derive(Clone, Debug)]
struct Var {
    name: String,
    ty: Ty,
    /// The axis, if it is an index over it.
    index: Option<Dim>,
    /// Whether it is one of a comprehension, which is an exact number; the index of a loop is an `i64`.
    exact: bool,
    mutable: bool,
}

/// A function of the program.
#[derive(Clone, Debug)]
struct Fun {
    name: String,
    params: Vec<Ty>,
    result: Ty,
    /// An axis whose extent is one more argument.
    size: Option<Dim>,
    generic: bool,
}

/// A program that grows.
struct Make<'r> {
    random: &'r mut Random,
    program: Program,
    vars: Vec<Var>,
    /// Names before this one may not be assigned here.
    frozen: usize,
    funs: Vec<Fun>,
    /// The names of functions over any semiring, of functions over any float, and of models.
    semiring: Vec<String>,
    over_floats: Vec<String>,
    ruled: Vec<String>,
    models: Vec<String>,
    /// Whether the modules of the standard library are imported.
    imports: bool,
    /// The axes that may be written here.
    sizes: Vec<Dim>,
    /// Whether extents are written as sizes here.
    generic: bool,
    /// Pairs of sizes of which the first must not be larger.
    at_most: BTreeSet<(Dim, Dim)>,
    /// Whether what is made must be smooth nearly everywhere.
    smooth: bool,
    names: u32,
    fuel: i32,
}

impl<'r> Make<'r> {
    fn new(random: &'r mut Random, smooth: bool) -> Self {
        let usual: &[u64] = if smooth { &[1, 2, 3, 4] } else { &[0, 1, 1, 2, 2, 3, 3, 4, 5] };
        let extents: Vec<u64> = [(); 3].map(|()| random.pick(usual)).to_vec();
        Self {
            random,
            program: Program { extents, stmts: Vec::new() },
            vars: Vec::new(),
            frozen: 0,
            funs: Vec::new(),
            semiring: Vec::new(),
            over_floats: Vec::new(),
            ruled: Vec::new(),
            models: Vec::new(),
            imports: false,
            sizes: vec![0, 1, 2],
            generic: false,
            at_most: BTreeSet::new(),
            smooth,
            names: 0,
            fuel: 0,
        }
    }

    fn finish(self) -> Program {
        self.program
    }

    fn push(&mut self, s: Stmt) {
        self.program.stmts.push(s);
    }
    fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}_{}", self.names)
    }
    fn define(&mut self, name: &str, ty: &Ty) {
        self.vars.push(Var {
            name: name.to_string(),
            ty: ty.clone(),
            index: None,
            exact: false,
            mutable: false,
        });
    }
    fn extent(&self, d: Dim) -> u64 {
        self.program.extents[d as usize]
    }
    fn dim(&mut self) -> Option<Dim> {
        (!self.sizes.is_empty()).then(|| self.random.pick(&self.sizes.clone()))
    }
    /// An axis that is not empty.
    fn full_dim(&mut self) -> Option<Dim> {
        let full: Vec<Dim> = self.sizes.iter().copied().filter(|d| self.extent(*d) > 0).collect();
        (!full.is_empty()).then(|| self.random.pick(&full))
    }
    fn chance(&mut self, n: usize) -> bool {
        self.random.one_in(n)
    }
    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        self.random.pick(of)
    }

    /// A scope of its own, in which outer names are not assigned.
    fn scope<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let (vars, frozen) = (self.vars.len(), self.frozen);
        self.frozen = vars;
        let out = inside(self);
        self.vars.truncate(vars);
        self.frozen = frozen;
        out
    }
    /// A scope with an index over an axis.
    fn over<T>(&mut self, d: Dim, inside: impl FnOnce(&mut Self, &str) -> T) -> T {
        let name = self.fresh("i");
        self.scope(|m| {
            m.vars.push(Var { name: name.clone(), ty: I64, index: Some(d), exact: true, mutable: false });
            inside(m, &name)
        })
    }
    /// A scope with names of these types.
    fn with<T>(&mut self, given: &[(&str, &Ty)], inside: impl FnOnce(&mut Self) -> T) -> T {
        self.scope(|m| {
            given.iter().for_each(|(name, ty)| m.define(name, ty));
            inside(m)
        })
    }

    /// A scalar type of those that programs compute with.
    fn elem(&mut self) -> Elem {
        if self.smooth {
            return Elem::F64;
        }
        use Elem::{Bool, Count, F32, F64, I64, LogSum, MaxPlus, MinPlus, Z2};
        let semirings = [MinPlus, MaxPlus, LogSum, Count, Z2];
        if self.chance(6) {
            return self.random.pick(&semirings);
        }
        self.random.pick(&[F64, F64, F64, F64, F64, F32, F32, I64, I64, I64, Bool, Bool])
    }
    fn float_elem(&mut self) -> Elem {
        if !self.smooth && self.chance(4) { Elem::F32 } else { Elem::F64 }
    }
    fn tensor_ty(&mut self, elem: Elem, rank: usize) -> Ty {
        let dims = (0..rank).filter_map(|_| self.dim()).collect();
        Ty::Tensor(elem, dims)
    }
    fn ty(&mut self) -> Ty {
        if self.chance(7) {
            return self.vector_ty();
        }
        let elem = self.elem();
        let rank = self.random.pick(&[0, 0, 0, 1, 1, 1, 2, 2, 3]);
        self.tensor_ty(elem, rank)
    }
    /// A type of floats only.
    fn vector_ty(&mut self) -> Ty {
        let (a, b) = (self.random.pick(&[0, 1, 1, 2]), self.random.below(2));
        let (a, b) = (self.tensor_ty(Elem::F64, a), self.tensor_ty(Elem::F64, b));
        match self.random.below(4) {
            0 => a,
            1 => Ty::Tuple(vec![a, b]),
            2 => Ty::Record(vec![("a", a), ("b", b)]),
            _ => Ty::Record(vec![("w", a), ("q", Ty::Tuple(vec![b, F64]))]),
        }
    }

    /// A term of a type, so deep.
    fn term(&mut self, ty: &Ty, depth: usize) -> Term {
        self.fuel -= 1;
        if depth > 0 && self.fuel > 0 {
            for _ in 0..6 {
                if let Some(t) = self.form(ty, depth - 1) {
                    return t;
                }
            }
        }
        self.leaf(ty)
    }

    fn form(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        if self.chance(12) {
            return self.shared_form(ty, d);
        }
        match ty {
            Ty::Tensor(elem, dims) if dims.is_empty() => match elem {
                Elem::F64 | Elem::F32 => self.float(*elem, d),
                Elem::I64 => self.integer(d),
                Elem::Bool => self.boolean(d),
                Elem::Key => self.key(d),
                Elem::MinPlus | Elem::MaxPlus | Elem::LogSum | Elem::Count | Elem::Z2 => {
                    self.semiring_element(*elem, d)
                }
            },
            Ty::Tensor(elem, dims) => self.tensor(*elem, dims, d),
            Ty::Tuple(_) | Ty::Record(_) => self.composite(ty, d),
        }
    }

    /// What there is for every type.
    fn shared_form(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        match self.random.below(6) {
            0 => {
                let (c, a, b) = (self.condition(d), self.term(ty, d), self.term(ty, d));
                Some(term!(ty, "if", "(if $ { $ } else { $ })", c, a, b))
            }
            1 | 2 => {
                if self.random.one_in(8) {
                    // Few of these fail, so that programs go on.
                    let (a, b, c) = (self.condition(d), self.condition(d), self.condition(d));
                    let held = self.term(ty, d);
                    return Some(term!(
                        ty,
                        "require",
                        "{ require($ or $ or $, \"demanded\"); $ }",
                        a,
                        b,
                        c,
                        held
                    ));
                }
                if self.random.one_in(12) {
                    let (seen, shown) = (self.term(ty, d), self.term(&BOOL, d));
                    let text = "{ trace(\"a condition\", $); trace(\"a value\", $) }";
                    return Some(term!(ty, "trace", text, shown, seen));
                }
                let block = self.block(ty, d);
                Some(term!(ty, "block", "$", block))
            }
            3 => self.call(ty, d),
            4 => {
                let given = self.ty();
                let name = self.fresh("c");
                let arg = self.term(&given, d);
                let body = self.with(&[(&name, &given)], |m| m.term(ty, d));
                Some(term!(ty, "closure", "(|$: $| $)($)", name, &given, body, arg))
            }
            _ => self.projection(ty, d),
        }
    }

    /// A field of a composite, or a member of a tuple.
    fn projection(&mut self, ty: &Ty, d: usize) -> Option<Term> {
        let found: Vec<(String, String)> = self.vars.iter().flat_map(|v| fields(v, ty)).collect();
        if !found.is_empty() && !self.chance(4) {
            let (name, field) = found[self.random.below(found.len())].clone();
            return Some(term!(ty, "field", "$.$", name, field));
        }
        let other = self.ty();
        let (a, b) = (self.term(ty, d), self.term(&other, d));
        Some(match self.random.below(3) {
            0 => term!(ty, "tuple", "($, $).0", a, b),
            1 => term!(ty, "record", "{k: $, l: $}.k", a, b),
            _ => {
                let (x, y) = (self.fresh("x"), self.fresh("y"));
                term!(ty, "pattern", "{ let ($, $) = ($, $); $ }", x.clone(), y, a, b, x)
            }
        })
    }

    /// A name of a type that is in scope; the later the likelier.
    fn var(&mut self, ty: &Ty) -> Option<Term> {
        let fits: Vec<usize> = (0..self.vars.len())
            .filter(|&k| self.vars[k].ty == *ty && self.vars[k].index.is_none())
            .collect();
        let k = fits.len().checked_sub(1 + self.random.below(3)).or(fits.len().checked_sub(1))?;
        let name = self.vars[fits[k]].name.clone();
        Some(term!(ty, "name", "$", name))
    }

    /// A term without others inside, or nearly.
    fn leaf(&mut self, ty: &Ty) -> Term {
        if !self.chance(4)
            && let Some(v) = self.var(ty)
        {
            return v;
        }
        match ty {
            Ty::Tensor(elem, dims) if dims.is_empty() => self.literal(*elem),
            Ty::Tensor(elem, dims) => self.filled(*elem, dims),
            Ty::Tuple(_) | Ty::Record(_) => self.made(ty, 0),
        }
    }

    fn literal(&mut self, elem: Elem) -> Term {
        let ty = Ty::scalar(elem);
        let text = match elem {
            Elem::F64 => self.number(),
            Elem::F32 => format!("f32({})", self.number()),
            Elem::I64 if self.chance(40) => self.random.pick(&["i64(9.2e18)", "i64(-9.2e18)"]).into(),
            Elem::I64 => self.random.pick(&["0", "1", "2", "3", "7", "12", "(-1)", "(-5)"]).into(),
            Elem::Bool => self.random.pick(&["true", "false"]).into(),
            Elem::Key => format!("key({})", self.random.below(100)),
            Elem::MinPlus | Elem::MaxPlus | Elem::LogSum => elem.cast().0.replace('$', &self.number()),
            Elem::Count => self.random.pick(&["count(0)", "count(1)", "count(3)"]).into(),
            Elem::Z2 => self.random.pick(&["z2(0)", "z2(1)", "z2(7)", "z2(true)"]).into(),
        };
        term!(ty, "literal", "$", text)
    }

    /// A float as text.
    fn number(&mut self) -> String {
        if !self.smooth && self.chance(10) {
            let special = ["0.0", "-0.0", "inf", "-inf", "nan", "5e-324", "2.5e-310", "1e308", "1e-160"];
            return format!("({})", self.random.pick(&special));
        }
        let x = self.random.below(4001) as f64 / 1000.0 - 2.0;
        // Ties and kinks are met where numbers repeat.
        let x = if !self.smooth && self.chance(3) { x.round() } else { x };
        if x < 0.0 { format!("({x:?})") } else { format!("{x:?}") }
    }

    /// A condition; of numbers, so that it is known only when run.
    fn condition(&mut self, d: usize) -> Term {
        self.term(&BOOL, d)
    }

    fn block(&mut self, ty: &Ty, d: usize) -> Block {
        self.scope(|m| {
            let mut stmts = Vec::new();
            for _ in 0..1 + m.random.below(3) {
                m.statement(d, &mut stmts);
            }
            let value = m.term(ty, d);
            Block { stmts, value: Some(Box::new(value)) }
        })
    }
}

/// The ways to a member of this type.
fn fields(v: &Var, ty: &Ty) -> Vec<(String, String)> {
    let named: Vec<(String, &Ty)> = match &v.ty {
        Ty::Tensor(..) => return Vec::new(),
        Ty::Tuple(ts) => ts.iter().enumerate().map(|(k, t)| (k.to_string(), t)).collect(),
        Ty::Record(fs) => fs.iter().map(|(n, t)| (n.to_string(), t)).collect(),
    };
    named.into_iter().filter(|(_, t)| *t == ty).map(|(n, _)| (v.name.clone(), n)).collect()
}
