//! The walk over a body, in the order in which it runs.

use std::collections::BTreeSet;
use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Block, Closure, Expr, ExprKind, ForClause, PatternKind, Stmt, StmtKind};

use super::origin::{Origin, is_key};
use super::{Keys, Loop};
use crate::{errors, free};

/// The builtins that draw.
const DRAWS: [&str; 6] = ["normal", "uniform", "bernoulli", "categorical", "glorot", "permutation"];

impl Keys<'_> {
    pub(super) fn block(&mut self, b: &Block) {
        let before = self.names.clone();
        b.stmts.iter().for_each(|s| self.statement(s));
        // Names of the block end with it; what it assigns outside stays assigned.
        let inside = std::mem::replace(&mut self.names, before);
        for n in free::assigned(b) {
            if let (Some(outer), Some(o)) = (self.names.get_mut(&n), inside.get(&n)) {
                *outer = o.clone();
            }
        }
    }

    pub(super) fn statement(&mut self, s: &Stmt) {
        match &s.kind {
            StmtKind::Let { pattern, value, .. } => {
                self.expr(value);
                self.bind(pattern, value);
            }
            StmtKind::Param { name, init, .. } => {
                self.expr(init);
                let o = self.unknown(BTreeSet::new());
                self.names.insert(name.text.clone(), o);
            }
            StmtKind::For { pattern, range, body } => {
                self.expr(&range.start);
                self.expr(&range.end);
                let index = match &pattern.kind {
                    PatternKind::Name(n) => Some(n.text.clone()),
                    _ => None,
                };
                self.turns(body, index, pattern.span, None);
            }
            StmtKind::While { cond, body } => self.turns(body, None, cond.span, Some(cond)),
            StmtKind::Assign { place, op, value } => {
                self.expr(value);
                self.assign(place, op.is_none(), value);
            }
            StmtKind::Expr(e) => self.expr(e),
        }
    }

    /// A loop of statements: what its body assigns may differ in every turn.
    fn turns(&mut self, body: &Block, index: Option<Rc<str>>, span: Span, cond: Option<&Expr>) {
        let assigned = free::assigned(body);
        let before = self.names.clone();
        let id = self.enter(index, span);
        self.change(&assigned, Some(id));
        cond.into_iter().for_each(|c| self.expr(c));
        self.block(body);
        self.loops.pop();
        self.names = before;
        self.change(&assigned, None);
    }

    /// New values for variables, which may differ in the turns of a loop too.
    fn change(&mut self, names: &[Rc<str>], in_loop: Option<u32>) {
        for n in names {
            if let Some(old) = self.names.get(n).cloned() {
                let mut o = self.unknown(old.loops);
                o.key = old.key;
                o.loops.extend(in_loop);
                self.names.insert(n.clone(), o);
            }
        }
    }

    /// Begins a loop with an index, or without one.
    fn enter(&mut self, index: Option<Rc<str>>, span: Span) -> u32 {
        self.fresh += 1;
        let id = self.fresh;
        if let Some(n) = &index {
            let o = self.unknown(BTreeSet::from([id]));
            self.names.insert(n.clone(), o);
        }
        self.loops.push(Loop { id, index, span });
        id
    }

    fn assign(&mut self, place: &Expr, plain: bool, value: &Expr) {
        let o = self.origin(value);
        let mut roots = Vec::new();
        free::roots(place, &mut roots);
        for n in roots {
            let Some(old) = self.names.get(&n).cloned() else { continue };
            let mut new = match (&place.kind, plain) {
                (ExprKind::Name(_), true) => o.clone(),
                _ => self.unknown(o.loops.clone()),
            };
            new.loops.extend(old.loops);
            self.names.insert(n, new);
        }
    }

    pub(super) fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Call(f, args) => self.call(e, f, args),
            ExprKind::Fold { body, clause, .. } | ExprKind::Comprehension { body, clause } => {
                self.comprehension(body, clause);
            }
            ExprKind::If { arms, otherwise } => {
                arms.iter().for_each(|(c, _)| self.expr(c));
                let blocks: Vec<&Block> = arms.iter().map(|a| &a.1).chain(otherwise).collect();
                self.branches(&blocks);
            }
            ExprKind::Block(b) => self.block(b),
            ExprKind::Closure(c) => self.closure(c, None),
            _ => {
                let mut inner = Vec::new();
                free::children_ref(e, &mut inner);
                inner.into_iter().for_each(|c| self.expr(c));
            }
        }
    }

    /// Only one of the blocks runs: two of them may draw from one key.
    fn branches(&mut self, blocks: &[&Block]) {
        let (names, used) = (self.names.clone(), self.used.clone());
        let mut all = used.clone();
        let mut assigned = Vec::new();
        for b in blocks {
            self.names.clone_from(&names);
            self.used.clone_from(&used);
            self.block(b);
            for (key, use_) in std::mem::take(&mut self.used) {
                all.entry(key).or_insert(use_);
            }
            assigned.extend(free::assigned(b));
        }
        (self.names, self.used) = (names, all);
        self.change(&assigned, None);
    }

    fn comprehension(&mut self, body: &Expr, clause: &ForClause) {
        let before = self.names.clone();
        for b in &clause.binders {
            for r in b.range.iter().flat_map(|r| [&r.start, &r.end]) {
                self.expr(r);
            }
        }
        for b in &clause.binders {
            self.enter(Some(b.name.text.clone()), b.name.span);
        }
        clause.filter.iter().for_each(|c| self.expr(c));
        self.expr(body);
        self.loops.truncate(self.loops.len() - clause.binders.len());
        self.names = before;
    }

    /// A closure runs where it is called, so the loops around it do not count; as the function of a `scan` it is the
    /// body of a loop.
    fn closure(&mut self, c: &Closure, scan: Option<Span>) {
        let (names, loops) = (self.names.clone(), self.loops.clone());
        let turn = match scan {
            Some(span) => Some(self.enter(None, span)),
            None => {
                self.loops.clear();
                None
            }
        };
        for (p, ty) in &c.params {
            let mut o = self.unknown(turn.into_iter().collect());
            o.key = ty.as_ref().is_some_and(is_key);
            self.bind_to(p, o);
        }
        self.expr(&c.body);
        (self.names, self.loops) = (names, loops);
    }

    fn call(&mut self, e: &Expr, f: &Expr, args: &[ast::Arg]) {
        let scan = matches!(self.builtin(e), Some(("scan", _)));
        match &f.kind {
            ExprKind::Name(_) => {}
            ExprKind::Field(base, _) => self.expr(base),
            _ => self.expr(f),
        }
        for a in args {
            match &a.value.kind {
                ExprKind::Closure(c) if scan => self.closure(c, Some(a.value.span)),
                _ => self.expr(&a.value),
            }
        }
        for key in self.drawn(e, f, args) {
            self.draw(key);
        }
    }

    /// The keys that a call draws from.
    fn drawn<'e>(&self, e: &'e Expr, f: &'e Expr, args: &'e [ast::Arg]) -> Vec<&'e Expr> {
        if let Some((name, values)) = self.builtin(e)
            && DRAWS.contains(&name)
        {
            return values.into_iter().take(1).collect();
        }
        let (name, base) = match &f.kind {
            ExprKind::Name(n) if !self.names.contains_key(n) => (n, None),
            ExprKind::Field(base, n) => (&n.text, Some(&**base)),
            _ => return Vec::new(),
        };
        if let ("init", Some(_), [k]) = (&**name, base, args)
            && self.origin(&k.value).key
        {
            return vec![&k.value];
        }
        // A function of this file, called by its name or as a method of its first argument.
        let values: Vec<(Option<&ast::Name>, &Expr)> = (base.map(|b| (None, b)).into_iter())
            .chain(args.iter().map(|a| (a.name.as_ref(), &a.value)))
            .collect();
        let params = self.drawing.get(name).map_or(&[][..], Vec::as_slice);
        let argument = |(position, param): &(usize, Rc<str>)| {
            let named = values.iter().find(|(n, _)| n.is_some_and(|n| n.text == *param));
            named.or_else(|| values.get(*position).filter(|v| v.0.is_none())).map(|v| v.1)
        };
        params.iter().filter_map(argument).collect()
    }

    /// Notes a draw and says what is wrong with it.
    fn draw(&mut self, key: &Expr) {
        let o = self.origin(key);
        let missing: Vec<Loop> = self.loops.iter().filter(|l| !o.loops.contains(&l.id)).cloned().collect();
        let before = self.used.get(&o.text).copied();
        let words = self.words(key.span).to_string();
        if let Some(inner) = missing.last() {
            // An index that is hidden or has no name cannot be written.
            let visible = |l: &Loop| l.index.clone().filter(|n| self.varies(n, l.id));
            let indices: Option<Vec<Rc<str>>> = missing.iter().map(visible).collect();
            let edit = indices.map(|all| all.iter().fold(words, |k, i| format!("fold_in({k}, {i})")));
            self.found.push(errors::key_in_loop(key.span, inner.span, edit.as_deref()));
        } else if let Some((first, count)) = before {
            let edit = format!("fold_in({words}, {count})");
            self.found.push(errors::key_used_twice(key.span, first, &edit));
        }
        let entry = self.used.entry(o.text).or_insert((key.span, 0));
        entry.1 += 1;
    }

    fn varies(&self, name: &str, id: u32) -> bool {
        self.names.get(name).is_some_and(|o: &Origin| o.loops.contains(&id))
    }
}
