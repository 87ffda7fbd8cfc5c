//! Conditions and loops: bodies are inner functions, what they assign is carried.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_ir::{Binding, FuncId, Monoid, Node, NodeId, Op, Param, Type};
use dslc_syntax::ast::{Block, Expr, Name, Pattern, PatternKind, Stmt, StmtKind};

use crate::check::{Barrier, Checker};
use crate::errors;
use crate::frame::Frame;
use crate::free::{assigned, demands};
use crate::ty::{Elem, Ty};
use crate::value::{Tensor, Value};

/// One side of a choice.
#[derive(Clone, Copy)]
pub(crate) enum Branch<'a> {
    /// A block.
    Block(&'a Block),
    /// A block whose value is dropped.
    Statements(&'a Block),
    /// The remaining arms of an `if`.
    Arms(&'a [(Expr, Block)], Option<&'a Block>),
    /// An expression: the element of a filtered fold.
    Expr(&'a Expr),
    /// The unit of a fold's monoid, of the type that the other side has.
    Unit(Monoid),
    /// Nothing.
    Nothing,
}

impl Checker<'_> {
    /// `if c { } else if d { } else { }`.
    pub(crate) fn if_(
        &mut self,
        arms: &[(Expr, Block)],
        otherwise: Option<&Block>,
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        let Some(((cond, then), rest)) = arms.split_first() else {
            return otherwise.map_or(Value::unit(), |b| self.block(b, want));
        };
        let Some(c) = self.condition(cond) else {
            // The arms are still checked, so that their own mistakes are reported.
            self.block(then, want);
            return Value::Poison;
        };
        let other = match (rest.is_empty(), otherwise) {
            (true, None) => Branch::Nothing,
            (true, Some(b)) => Branch::Block(b),
            _ => Branch::Arms(rest, otherwise),
        };
        let dropped = otherwise.is_none();
        let demands = arms.iter().map(|a| &a.1).chain(otherwise).any(|b| demands(b, dropped));
        let then =
            if matches!(other, Branch::Nothing) { Branch::Statements(then) } else { Branch::Block(then) };
        self.holding(demands, span, |s| s.choose(c, then, other, want, span))
    }

    /// One of two branches; only the chosen one runs.
    pub(crate) fn choose(
        &mut self,
        c: Tensor,
        then: Branch<'_>,
        otherwise: Branch<'_>,
        want: Option<&Ty>,
        span: Span,
    ) -> Value {
        let c = self.local(&c);
        let mut carried = Vec::new();
        for b in [&then, &otherwise] {
            self.carried_by(b, &mut carried);
        }
        self.carry_held(&mut carried);
        if let Some(known) = self.b().as_const(c.node).and_then(dslc_ir::Bits::as_bool)
            && !matches!(otherwise, Branch::Unit(_))
        {
            let (taken, other) = if known { (then, otherwise) } else { (otherwise, then) };
            let statement = matches!((taken, other), (Branch::Nothing, _) | (_, Branch::Nothing));
            let left_out = self.check_untaken(other, want, &carried);
            let v = self.branch(taken, want);
            // A static condition may choose a shape or a function, but not a kind of value.
            if let Some(w) = left_out.filter(|w| !statement && !alike(&v, w)) {
                let (a, b) = (self.describe(&v), self.describe(&w));
                let (a, b) = if known { (a, b) } else { (b, a) };
                return self.fail(errors::branches_differ(span, &a, &b));
            }
            return v;
        }
        if carried.is_empty()
            && self.ambient > 0
            && let Some(v) = self.select_plain(&c, then, otherwise, want, span)
        {
            return v;
        }
        self.choose_framed(&c, then, otherwise, want, &carried, span)
    }

    /// A branch that a static condition leaves out is checked all the same. A body was checked for all sizes; here
    /// only the script, and conditions without sizes, are left. Gives the value of a single block.
    fn check_untaken(&mut self, b: Branch<'_>, want: Option<&Ty>, carried: &[Rc<str>]) -> Option<Value> {
        if self.muted > 0 || !(self.symbolic || self.contexts.len() == 1) {
            return None;
        }
        let start = self.values_of(carried);
        let (symbolic, plain) = (std::mem::replace(&mut self.symbolic, true), self.not_plain);
        let effects = self.script.pending.len();
        let said = self.diagnostics.len();
        self.push_frame("untaken");
        let (ambient, conditional) =
            (std::mem::take(&mut self.ambient), std::mem::replace(&mut self.conditional, 1));
        let v = match b {
            // A chain may be long, so it is walked, not descended into.
            Branch::Arms(arms, otherwise) => {
                for (cond, then) in arms {
                    self.condition(cond);
                    self.block(then, want);
                    self.set_values(carried, &start);
                }
                otherwise.into_iter().for_each(|b| drop(self.block(b, want)));
                None
            }
            other => Some(self.branch(other, want)),
        };
        (self.ambient, self.conditional) = (ambient, conditional);
        self.drop_frame();
        self.set_values(carried, &start);
        // What is wrong with sizes and positions may be why the condition stands there.
        let mut k = 0;
        self.diagnostics.retain(|d| {
            k += 1;
            k <= said || !(d.code.starts_with("E03") || d.code.starts_with("E04"))
        });
        self.rejected = self.has_errors();
        self.script.pending.truncate(effects);
        (self.symbolic, self.not_plain) = (symbolic, plain);
        v
    }

    pub(crate) fn branch(&mut self, b: Branch<'_>, want: Option<&Ty>) -> Value {
        match b {
            Branch::Block(b) => self.block(b, want),
            Branch::Statements(b) => {
                self.push_scope(None);
                self.statements(b);
                self.pop_scope();
                Value::unit()
            }
            Branch::Arms(arms, otherwise) => self.if_(arms, otherwise, arms[0].0.span, want),
            Branch::Expr(e) => self.expr(e, want),
            Branch::Unit(_) | Branch::Nothing => Value::unit(),
        }
    }

    /// Both branches in place and a selection, where both may be computed: nothing in them can fail or is dear.
    pub(crate) fn select_plain(
        &mut self,
        c: &Tensor,
        then: Branch<'_>,
        otherwise: Branch<'_>,
        want: Option<&Ty>,
        span: Span,
    ) -> Option<Value> {
        let before = std::mem::replace(&mut self.not_plain, false);
        let guards = self.guards.len();
        self.conditional += 1;
        let a = self.branch(then, want);
        let b = match otherwise {
            Branch::Unit(m) => self.unit_like(m, &a),
            other => self.branch(other, want),
        };
        self.conditional -= 1;
        let plain = !self.not_plain;
        self.not_plain = before || !plain;
        if !plain || a.is_poison() || b.is_poison() {
            self.guards.truncate(guards);
            return None;
        }
        let ty = self.join(&a, &b, want, span)?;
        let (a, b) = (self.coerce(&a, &ty, span), self.coerce(&b, &ty, span));
        let (mut x, mut y) = (Vec::new(), Vec::new());
        Self::leaves(&a, &mut x);
        Self::leaves(&b, &mut y);
        if x.len() != y.len() {
            return None;
        }
        let mut chosen = Vec::new();
        for (t, u) in x.iter().zip(&y) {
            let t = self.local(t);
            let other = self.aligned(u, &t.axes);
            let node = self.b().map(&logic::SELECT, &[c.node, t.node, other]);
            chosen.push(self.tensor(node, t.elem.clone(), t.axes.clone(), t.dims.clone()));
        }
        let mut k = 0;
        Some(Self::with_leaves(&a, &mut |_| {
            k += 1;
            Value::Tensor(chosen[k - 1].clone())
        }))
    }

    /// The mutable variables around a branch that it assigns.
    pub(crate) fn carried_by(&mut self, b: &Branch<'_>, out: &mut Vec<Rc<str>>) {
        let mut names = Vec::new();
        match b {
            Branch::Block(b) | Branch::Statements(b) => names = assigned(b),
            Branch::Arms(arms, otherwise) => {
                arms.iter().map(|a| &a.1).chain(*otherwise).for_each(|b| names.extend(assigned(b)));
            }
            Branch::Expr(_) | Branch::Unit(_) | Branch::Nothing => {}
        }
        self.keep_assignable(names, out);
    }

    /// Of these names, the mutable variables that are in scope and not behind a barrier.
    pub(crate) fn keep_assignable(&mut self, names: Vec<Rc<str>>, out: &mut Vec<Rc<str>>) {
        for n in names {
            let reachable = self.contexts.last().is_some_and(|c| {
                for s in c.scopes.iter().rev() {
                    if let Some(v) = s.vars.get(&n) {
                        return v.mutable;
                    }
                    if s.barrier.is_some() {
                        return false;
                    }
                }
                false
            });
            if reachable && !out.contains(&n) {
                // It is not idle, even where this call never comes to the assignment.
                self.variable(&n).into_iter().for_each(|var| var.assigned = true);
                out.push(n);
            }
        }
    }

    pub(crate) fn variable(&mut self, name: &str) -> Option<&mut crate::check::Var> {
        self.touch(name);
        self.context().scopes.iter_mut().rev().find_map(|s| s.vars.get_mut(name))
    }

    pub(crate) fn values_of(&mut self, names: &[Rc<str>]) -> Vec<Value> {
        names.iter().map(|n| self.variable(n).map_or(Value::Poison, |v| v.value.clone())).collect()
    }

    pub(crate) fn mark_assigned(&mut self, name: &str) {
        if let Some(var) = self.variable(name) {
            var.assigned = true;
        }
    }

    pub(crate) fn set_values(&mut self, names: &[Rc<str>], values: &[Value]) {
        for (n, v) in names.iter().zip(values) {
            if let Some(var) = self.variable(n) {
                var.value = v.clone();
                var.assigned = true;
            }
        }
    }

    /// Runs a branch in a frame of its own; gives the frame, its value and what it left in the carried variables.
    pub(crate) fn framed(
        &mut self,
        b: Branch<'_>,
        want: Option<&Ty>,
        carried: &[Rc<str>],
        start: &[Value],
    ) -> (Frame, Value, Vec<Value>) {
        self.push_frame("branch");
        let (ambient, conditional) =
            (std::mem::take(&mut self.ambient), std::mem::take(&mut self.conditional));
        let v = self.branch(b, want);
        self.ambient = ambient;
        self.conditional = conditional;
        let left = self.values_of(carried);
        self.set_values(carried, start);
        (self.frames.pop().expect("the branch's frame"), v, left)
    }

    pub(crate) fn choose_framed(
        &mut self,
        c: &Tensor,
        then: Branch<'_>,
        otherwise: Branch<'_>,
        want: Option<&Ty>,
        carried: &[Rc<str>],
        span: Span,
    ) -> Value {
        self.not_plain = true;
        let start = self.values_of(carried);
        let (mut f1, v1, left1) = self.framed(then, want, carried, &start);
        let (mut f2, mut v2, left2) = self.framed(otherwise, want, carried, &start);
        if v1.is_poison() || v2.is_poison() || left1.iter().chain(&left2).any(Value::is_poison) {
            return Value::Poison;
        }
        // The value of a branch matters where both have one.
        let (mut v1, statement) = (v1, matches!(otherwise, Branch::Nothing));
        if statement {
            (v1, v2) = (Value::unit(), Value::unit());
        }
        if let Branch::Unit(m) = otherwise {
            self.frames.push(f2);
            v2 = self.unit_like(m, &v1);
            f2 = self.frames.pop().expect("just pushed");
        }
        let mut types = Vec::new();
        for (a, b) in std::iter::once((&v1, &v2)).chain(left1.iter().zip(&left2)) {
            match self.join(a, b, want.filter(|_| types.is_empty()), span) {
                Some(t) => types.push(t),
                None => return Value::Poison,
            }
        }
        let (all1, leaves1) = self.finish_branch(&mut f1, &v1, (carried, &left1), &types, span);
        let (_, leaves2) = self.finish_branch(&mut f2, &v2, (carried, &left2), &types, span);
        let (Some(leaves1), Some(leaves2)) = (leaves1, leaves2) else { return Value::Poison };
        if self.is_scratch() {
            let results = self.opaque_like(&all1);
            return self.split_results(results, carried);
        }
        self.frames.push(f1);
        let one = self.close_frame(&leaves1);
        self.frames.push(f2);
        let two = self.close_frame(&leaves2);
        self.join_captures(one.func, &[], &two.captures, 0);
        self.join_captures(two.func, &one.captures, &[], 0);
        let mut bind = Binding { args: vec![Vec::new()], results: Vec::new() };
        let mut nodes = vec![self.local(c).node];
        for t in one.captures.iter().chain(&two.captures) {
            self.bind(&mut bind, &mut nodes, t);
        }
        bind.results = leaves1.iter().map(|t| self.axes(&t.dims)).collect();
        self.at(span);
        let op = Op::If { then: one.func, otherwise: two.func, bind: bind.clone() };
        let results = self.emit(op, &nodes);
        let results = self.rebuild(&all1, &results, &bind.results);
        self.split_results(results, carried)
    }

    /// The values of a branch in its frame, with the joint types; its leaves.
    pub(crate) fn finish_branch(
        &mut self,
        f: &mut Frame,
        v: &Value,
        (carried, left): (&[Rc<str>], &[Value]),
        types: &[Ty],
        span: Span,
    ) -> (Value, Option<Vec<Tensor>>) {
        self.frames.push(std::mem::replace(f, Frame::empty()));
        let values: Vec<Value> =
            std::iter::once(v).chain(left).zip(types).map(|(v, t)| self.coerce(v, t, span)).collect();
        let all = Value::tuple(values);
        let mut leaves = Vec::new();
        Self::leaves(&all, &mut leaves);
        let leaves = self.leaves_held(carried, &leaves);
        *f = self.frames.pop().expect("just pushed");
        let poison = matches!(&all, Value::Tuple(p) if p.iter().any(Value::is_poison));
        (all, (!poison).then_some(leaves))
    }

    /// The first of the results is the value; the others are the carried variables.
    pub(crate) fn split_results(&mut self, results: Value, carried: &[Rc<str>]) -> Value {
        let Value::Tuple(parts) = results else { return Value::Poison };
        self.set_values(carried, &parts[1..]);
        parts[0].clone()
    }

    /// Whether what is built now is thrown away: inner functions are not finished then. After a mistake a value may
    /// be a parameter that nobody passes, so that they could not be.
    pub(crate) fn is_scratch(&self) -> bool {
        self.symbolic || self.muted > 0 || self.rejected
    }

    /// Fresh values of the same types.
    pub(crate) fn opaque_like(&mut self, v: &Value) -> Value {
        self.each_leaf(v, |c, leaf| match leaf {
            Value::Tensor(t) => Value::Tensor(c.param(&t.elem.clone(), &t.dims.clone())),
            other => other.clone(),
        })
    }

    /// A node with callees, and its results.
    pub(crate) fn emit(&mut self, op: Op, args: &[NodeId]) -> Vec<NodeId> {
        let Some(frame) = self.frames.last_mut() else { return Vec::new() };
        let node = frame.builder.node(&self.module, op, args);
        frame.builder.results_of(node)
    }

    /// A value like the template whose leaves are these results.
    pub(crate) fn rebuild(
        &mut self,
        template: &Value,
        nodes: &[NodeId],
        axes: &[Vec<dslc_ir::AxisId>],
    ) -> Value {
        let mut k = 0;
        let frame = self.frame_id();
        Self::with_leaves(template, &mut |t| {
            k += 1;
            Value::Tensor(Tensor {
                frame,
                node: nodes[k - 1],
                elem: t.elem.clone(),
                axes: axes[k - 1].clone(),
                dims: t.dims.clone(),
                lin: None,
                flexible: false,
                label: None,
            })
        })
    }

    /// Gives a function more parameters, which it does not use, around the captures that it has: so that two
    /// functions take the same list. `fixed` parameters stand first and stay.
    pub(crate) fn join_captures(&mut self, func: FuncId, before: &[Tensor], after: &[Tensor], fixed: usize) {
        let f = &mut self.module.funcs[func];
        let mut add = |t: &Tensor| {
            let axes: Vec<_> = t.dims.iter().map(|d| f.axes.push(Self::extent(d))).collect();
            let types = vec![Type::new(t.elem.scalar(), axes.iter().copied())];
            let node = f.nodes.push(Node { op: Op::Param(0), args: vec![], types, site: None });
            Param { node, axes }
        };
        let before: Vec<Param> = before.iter().map(&mut add).collect();
        let after: Vec<Param> = after.iter().map(&mut add).collect();
        let own = f.params.split_off(fixed);
        f.params.extend(before.into_iter().chain(own).chain(after));
        for (k, p) in f.params.clone().iter().enumerate() {
            f.nodes[p.node].op = Op::Param(k as u32);
        }
    }

    /// The common type of two values, if they have one.
    pub(crate) fn join(&mut self, a: &Value, b: &Value, want: Option<&Ty>, span: Span) -> Option<Ty> {
        let ty = self.join_types(a, b, want);
        if ty.is_none() {
            let d = if let (Value::Str(_), Value::Str(_)) = (a, b) {
                errors::string_chosen(span)
            } else {
                errors::branches_differ(span, &self.describe(a), &self.describe(b))
            };
            self.report(d);
        }
        ty
    }

    pub(crate) fn join_types(&self, a: &Value, b: &Value, want: Option<&Ty>) -> Option<Ty> {
        match (a, b) {
            (Value::Fn(_), _) | (_, Value::Fn(_)) | (Value::Module(_), _) | (_, Value::Module(_)) => None,
            (Value::Tuple(x), Value::Tuple(y)) if x.len() == y.len() => {
                let parts = x.iter().zip(y.iter()).enumerate().map(|(k, (v, w))| {
                    let ask = match want {
                        Some(Ty::Tuple(ts)) => ts.get(k),
                        _ => None,
                    };
                    self.join_types(v, w, ask)
                });
                Some(Ty::Tuple(parts.collect::<Option<_>>()?))
            }
            (Value::Record(x), Value::Record(y)) if x.len() == y.len() => {
                let fields = x.iter().map(|(n, v)| {
                    let w = y.iter().find(|(m, _)| m == n)?;
                    let ask = match want {
                        Some(Ty::Record(ts)) => ts.iter().find(|(m, _)| m == n).map(|(_, t)| t),
                        _ => None,
                    };
                    Some((n.clone(), self.join_types(v, &w.1, ask)?))
                });
                Some(Ty::Record(fields.collect::<Option<_>>()?))
            }
            (Value::Tensor(t), Value::Tensor(u)) => {
                let same = t.elem == u.elem
                    && t.dims.len() == u.dims.len()
                    && t.dims.iter().zip(&u.dims).all(|(x, y)| self.dims_equal(x, y));
                same.then(|| self.type_of(a))
            }
            (Value::Complex(z), Value::Complex(w)) => {
                let (x, y) = (Value::Tensor(z.re.clone()), Value::Tensor(w.re.clone()));
                self.join_types(&x, &y, None).map(|_| self.type_of(a))
            }
            (Value::Complex(z), Value::Int(_) | Value::Float(_)) => {
                z.re.dims.is_empty().then(|| self.type_of(a))
            }
            (Value::Int(_) | Value::Float(_) | Value::Maker(_), Value::Complex(_)) => {
                self.join_types(b, a, want)
            }
            (Value::Complex(_), Value::Maker(_)) => Some(self.type_of(a)),
            (Value::Tensor(t), Value::Int(_) | Value::Float(_)) if t.dims.is_empty() => {
                let exact = t.elem == Elem::I64 && matches!(b, Value::Int(_));
                (exact || t.elem.is_float()).then(|| self.type_of(a))
            }
            (Value::Int(_) | Value::Float(_), Value::Tensor(_)) => self.join_types(b, a, want),
            // Numbers are scalars where a tensor is asked, too: what asks may be a sum of which they are a part.
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) if matches!(want, Some(Ty::Tensor(e, _)) if e.part().is_some()) => {
                match want {
                    Some(Ty::Tensor(e, _)) => Some(Ty::scalar(e.clone())),
                    _ => None,
                }
            }
            (Value::Int(_), Value::Int(_)) => match want {
                Some(Ty::Tensor(e, _)) => Some(Ty::scalar(e.clone())),
                _ => Some(Ty::scalar(Elem::I64)),
            },
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => match want {
                Some(Ty::Tensor(e, _)) if e.is_float() => Some(Ty::scalar(e.clone())),
                _ => Some(Ty::scalar(Elem::F64)),
            },
            (Value::Maker(_), Value::Maker(_)) => want.cloned(),
            (Value::Maker(_), Value::Tensor(_) | Value::Record(_)) => Some(self.type_of(b)),
            (Value::Tensor(_) | Value::Record(_), Value::Maker(_)) => Some(self.type_of(a)),
            // A number meets what has no shape yet as a scalar.
            (Value::Maker(_), Value::Int(_) | Value::Float(_)) => match want {
                Some(t @ Ty::Tensor(_, dims)) => dims.is_empty().then(|| t.clone()),
                _ => Some(Ty::scalar(Elem::F64)),
            },
            (Value::Int(_) | Value::Float(_), Value::Maker(_)) => self.join_types(b, a, want),
            (Value::Str(_), Value::Str(_)) => None,
            _ => None,
        }
    }

    pub(crate) fn in_order_of(&mut self, template: &Value, v: &Value) -> Value {
        match (template, v) {
            (Value::Record(a), Value::Record(b)) => Value::record(
                a.iter()
                    .map(|(n, t)| {
                        let found = b.iter().find(|(m, _)| m == n).map_or(Value::Poison, |(_, v)| v.clone());
                        (n.clone(), self.in_order_of(t, &found))
                    })
                    .collect(),
            ),
            (Value::Tuple(a), Value::Tuple(b)) if a.len() == b.len() => {
                Value::tuple(a.iter().zip(b.iter()).map(|(t, v)| self.in_order_of(t, v)).collect())
            }
            _ => v.clone(),
        }
    }

    pub(crate) fn same_type(&self, a: &Ty, b: &Ty) -> bool {
        match (a, b) {
            (Ty::Poison, _) | (_, Ty::Poison) => true,
            (Ty::Tensor(e, d), Ty::Tensor(f, g)) => {
                e == f && d.len() == g.len() && d.iter().zip(g).all(|(x, y)| self.dims_equal(x, y))
            }
            (Ty::Tuple(x), Ty::Tuple(y)) => {
                x.len() == y.len() && x.iter().zip(y).all(|(s, t)| self.same_type(s, t))
            }
            (Ty::Record(x), Ty::Record(y)) => {
                x.len() == y.len()
                    && x.iter().all(|(n, s)| y.iter().any(|(m, t)| n == m && self.same_type(s, t)))
            }
            _ => a == b,
        }
    }

    /// A block: its statements, and the value of the last if it is an expression.
    pub(crate) fn block(&mut self, b: &Block, want: Option<&Ty>) -> Value {
        self.push_scope(None);
        let guards = self.guards.len();
        let v = self.block_value(&b.stmts, want);
        self.pop_scope();
        // A block without a value leaves it to what is around it to wait.
        if self.guards.len() == guards || v.is_unit() {
            return v;
        }
        let guards = self.take_guards(guards);
        match b.stmts.last() {
            Some(last) => self.guarded(v, &guards, want, last.span),
            None => v,
        }
    }

    pub(crate) fn block_value(&mut self, stmts: &[Stmt], want: Option<&Ty>) -> Value {
        let Some((last, rest)) = stmts.split_last() else { return Value::unit() };
        for s in rest {
            self.statement(s);
        }
        match &last.kind {
            StmtKind::Expr(e) => self.expr(e, want),
            _ => {
                self.statement(last);
                Value::unit()
            }
        }
    }

    pub(crate) fn statements(&mut self, b: &Block) {
        for s in &b.stmts {
            self.statement(s);
        }
    }

    /// A scope for the parameters of a closure.
    pub(crate) fn closure_scope(&mut self) {
        self.push_scope(Some(Barrier::Closure));
    }

    /// Defines the names of a pattern.
    pub(crate) fn destructure(&mut self, p: &Pattern, v: &Value, mutable: bool) {
        match (&p.kind, v) {
            (PatternKind::Wild, _) => {}
            (PatternKind::Name(n), _) => self.define(n, v.clone(), mutable),
            (_, Value::Poison) => {
                let mut names = Vec::new();
                crate::free::pattern_names(p, &mut names);
                for n in names {
                    self.define(&Name::new(&n, p.span), Value::Poison, false);
                }
            }
            (PatternKind::Tuple(ps), Value::Tuple(vs)) if ps.len() == vs.len() => {
                for (p, v) in ps.iter().zip(vs.iter()) {
                    self.destructure(p, v, mutable);
                }
            }
            (PatternKind::Record(names), Value::Record(fields)) => {
                for n in names {
                    match fields.iter().find(|(m, _)| *m == n.text) {
                        Some((_, v)) => self.define(n, v.clone(), mutable),
                        None => {
                            let all = fields.iter().map(|(n, _)| n.to_string()).collect();
                            self.report(errors::no_field(n.span, &n.text, all));
                            self.define(n, Value::Poison, false);
                        }
                    }
                }
            }
            (_, other) => {
                let what = self.describe(other);
                self.report(errors::pattern_mismatch(p.span, &what));
                self.destructure(p, &Value::Poison, false);
            }
        }
    }
}

/// Whether two values are of one kind, whatever their sizes. Functions and what takes its type from context may be
/// anything.
fn alike(a: &Value, b: &Value) -> bool {
    let number = |t: &Tensor, whole: bool| {
        t.elem.is_float() || t.elem.part().is_some() || (whole && t.elem.takes_literals())
    };
    match (a, b) {
        (Value::Poison | Value::Maker(_) | Value::Fn(_) | Value::Module(_), _)
        | (_, Value::Poison | Value::Maker(_) | Value::Fn(_) | Value::Module(_)) => true,
        (Value::Tensor(t), Value::Tensor(u)) => t.elem == u.elem || t.flexible || u.flexible,
        (Value::Tensor(t), Value::Int(_)) | (Value::Int(_), Value::Tensor(t)) => number(t, true),
        (Value::Tensor(t), Value::Float(_)) | (Value::Float(_), Value::Tensor(t)) => number(t, false),
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => true,
        (Value::Complex(_), Value::Complex(_) | Value::Int(_) | Value::Float(_)) => true,
        (Value::Int(_) | Value::Float(_), Value::Complex(_)) => true,
        (Value::Str(_), Value::Str(_)) => true,
        (Value::Tuple(x), Value::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|(v, w)| alike(v, w))
        }
        (Value::Record(x), Value::Record(y)) => {
            x.len() == y.len() && x.iter().all(|(n, v)| y.iter().any(|(m, w)| n == m && alike(v, w)))
        }
        _ => false,
    }
}
