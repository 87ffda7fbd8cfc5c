//! Statements of a block: names, loops, conditions and updates.

use super::super::plan::{Block, Dim, Elem, Stmt, Ty};
use super::{BOOL, F64, I64, Make, Var};

impl Make<'_> {
    /// Adds a statement, and what goes with it.
    pub(super) fn statement(&mut self, d: usize, out: &mut Vec<Stmt>) {
        match self.random.below(8) {
            0 | 1 => self.let_(d, out),
            2 => self.pattern(d, out),
            3..=5 => {
                self.variable(d, out);
                let change = self.change(d, 2);
                out.extend(change);
            }
            6 => out.extend(self.change(d, 2)),
            _ => self.counted(d, out),
        }
    }

    fn let_(&mut self, d: usize, out: &mut Vec<Stmt>) {
        let (ty, name) = (self.ty(), self.fresh("x"));
        let value = self.term(&ty, d);
        if self.chance(3) {
            out.push(stmt!("let with a type", "let $: $ = $", name.clone(), &ty, value));
        } else {
            out.push(stmt!("let", "let $ = $", name.clone(), value));
        }
        self.define(&name, &ty);
    }

    fn pattern(&mut self, d: usize, out: &mut Vec<Stmt>) {
        let (a, b, x, y) = (self.ty(), self.ty(), self.fresh("x"), self.fresh("y"));
        let value = self.term(&Ty::Tuple(vec![a.clone(), b.clone()]), d);
        out.push(stmt!("let of a pattern", "let ($, $) = $", x.clone(), y.clone(), value));
        self.define(&x, &a);
        self.define(&y, &b);
    }

    fn variable(&mut self, d: usize, out: &mut Vec<Stmt>) {
        let (ty, name) = (self.variable_ty(), self.fresh("m"));
        let value = self.term(&ty, d);
        out.push(stmt!("let mut", "let mut $ = $", name.clone(), value));
        self.vars.push(Var { name, ty, index: None, exact: false, mutable: true });
    }

    fn variable_ty(&mut self) -> Ty {
        let rank = self.random.pick(&[1, 1, 2]);
        match self.random.below(8) {
            0..=2 => F64,
            3..=5 => self.tensor_ty(Elem::F64, rank),
            6 => self.vector_ty(),
            _ if self.smooth => F64,
            _ => self.ty(),
        }
    }

    /// Something that assigns; nothing if there is nothing to assign.
    fn change(&mut self, d: usize, nested: usize) -> Option<Stmt> {
        let names = self.vars[self.frozen..].iter().filter(|v| v.mutable).count();
        if names == 0 {
            return None;
        }
        Some(match self.random.below(if nested > 0 { 9 } else { 4 }) {
            0..=3 => self.assign(d)?,
            4 | 5 => {
                let n = self.dim()?;
                let name = self.fresh("k");
                let vars = self.vars.len();
                self.vars.push(Var {
                    name: name.clone(),
                    ty: I64,
                    index: Some(n),
                    exact: false,
                    mutable: false,
                });
                let body = self.changes(d, nested - 1);
                self.vars.truncate(vars);
                stmt!("for", "for $ in 0..$ $", name, n, body)
            }
            6 => {
                let times = self.term(&I64, 1.min(d));
                let body = self.changes(d, nested - 1);
                let text = self.pick(&["for _ in 0..bit_and($, 3) $", "for _ in mod($, 2)..4 $"]);
                stmt!("for with a count of data", text, times, body)
            }
            7 => {
                let c = self.condition(d);
                stmt!("if statement", "if $ $", c, self.changes(d, nested - 1))
            }
            _ => {
                let c = self.condition(d);
                let (a, b) = (self.changes(d, nested - 1), self.changes(d, nested - 1));
                stmt!("if else statement", "if $ $ else $", c, a, b)
            }
        })
    }

    fn changes(&mut self, d: usize, nested: usize) -> Block {
        let vars = self.vars.len();
        let mut stmts = Vec::new();
        if self.chance(3) {
            self.let_(d, &mut stmts);
        }
        for _ in 0..1 + self.random.below(2) {
            stmts.extend(self.change(d, nested));
        }
        self.vars.truncate(vars);
        Block { stmts, value: None }
    }

    /// A loop that runs until a counter or a condition ends it.
    fn counted(&mut self, d: usize, out: &mut Vec<Stmt>) {
        self.variable(d, out);
        let c = self.fresh("c");
        out.push(stmt!("let mut", "let mut $ = 0", c.clone()));
        self.define(&c, &I64);
        let most = self.random.below(5).to_string();
        let mut body = self.changes(d, 1);
        body.stmts.insert(0, stmt!("update", "$ += 1", c.clone()));
        if self.chance(2) {
            let until = self.term(&BOOL, d);
            out.push(stmt!("while", "while $ < $ and $ $", c, most, until, body));
        } else {
            out.push(stmt!("while", "while $ < $ $", c, most, body));
        }
    }

    fn assign(&mut self, d: usize) -> Option<Stmt> {
        let mutable: Vec<Var> = self.vars[self.frozen..].iter().filter(|v| v.mutable).cloned().collect();
        let v = mutable[self.random.below(mutable.len())].clone();
        let (name, whole) = (v.name.clone(), self.chance(3));
        match &v.ty {
            Ty::Tensor(elem, dims) if !dims.is_empty() && !whole => self.update(name, *elem, dims, d),
            Ty::Record(fs) if !whole => {
                let (field, ty) = fs[self.random.below(fs.len())].clone();
                let value = self.term(&ty, d);
                let text = if self.chance(2) { "$.$ += $" } else { "$.$ = $" };
                Some(stmt!("update of a field", text, name, field, value))
            }
            Ty::Tensor(Elem::F64 | Elem::F32 | Elem::I64, _) if self.chance(2) => {
                let op = self.pick(&["+=", "-=", "*="]);
                Some(stmt!("update", "$ $ $", name, op, self.term(&v.ty, d)))
            }
            ty => Some(stmt!("assignment", "$ = $", name, self.term(ty, d))),
        }
    }

    /// An element, a row or a slice is assigned.
    fn update(&mut self, name: String, elem: Elem, dims: &[Dim], d: usize) -> Option<Stmt> {
        let n = dims[0];
        let row = Ty::Tensor(elem, dims[1..].to_vec());
        if self.chance(5)
            && let Some(k) = self.dim()
            && self.extent(k) <= self.extent(n)
        {
            if k != n {
                self.at_most.insert((k, n));
            }
            let part = Ty::Tensor(elem, [&[k], &dims[1..]].concat());
            return Some(stmt!("update of a slice", "$[0..$] = $", name, k, self.term(&part, d)));
        }
        let add = elem.is_float() || elem == Elem::I64;
        let op = if add && self.chance(2) { "+=" } else { "=" };
        let index = self.vars.iter().rev().find(|v| v.index == Some(n)).map(|v| v.name.clone());
        match index {
            Some(i) if !self.chance(5) => {
                Some(stmt!("update at an index", "$[$] $ $", name, i, op, self.term(&row, d)))
            }
            _ if self.extent(n) == 0 => None,
            _ => {
                let at = self.term(&I64, d);
                let text = if self.chance(25) { "$[i64(f64($))] $ $" } else { "$[mod($, $)] $ $" };
                let value = self.term(&row, d);
                Some(match text {
                    "$[i64(f64($))] $ $" => stmt!("update at data", text, name, at, op, value),
                    _ => stmt!("update at data", text, name, at, n, op, value),
                })
            }
        }
    }
}
