//! Comprehensions and folds: the ranges of indices, and what they build.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_ir::{AxisId, Bits, Monoid};
use dslc_syntax::ast::{Expr, ExprKind, ForClause, Name, Subscript};

use crate::builtins::{Builtin, FoldKind};
use crate::check::{Barrier, Checker};
use crate::control::Branch;
use crate::dim::Dim;
use crate::errors;
use crate::free::{defined_inside, names};
use crate::ty::{Elem, Ty};
use crate::value::{FnVal, IndexVar, Lin, Tensor, Value, VarOf};

/// The range of an index: where it starts and how many there are.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    start: Dim,
    extent: Dim,
}

impl Checker<'_> {
    /// `[e for i, j]`.
    pub(crate) fn comprehension(&mut self, body: &Rc<Expr>, clause: &ForClause, want: Option<&Ty>) -> Value {
        if let Some(filter) = &clause.filter {
            return self.fail(errors::filter_in_tensor(filter.span));
        }
        let Some((axes, reaches)) = self.enter(body, clause) else { return Value::Poison };
        let dims: Vec<Dim> = reaches.into_iter().map(|r| r.extent).collect();
        let n = axes.len();
        let inner = want.and_then(|t| t.element(n));
        let v = self.expr(body, inner.as_ref());
        let v = self.firm(v, inner.as_ref(), body.span);
        self.leave();
        if let Value::Fn(_) | Value::Str(_) | Value::Module(_) | Value::Maker(_) = v {
            let what = self.describe(&v);
            return self.fail(errors::no_elements(body.span, &what));
        }
        self.lead(&v, &axes, &dims)
    }

    /// A value with leading axes on every leaf.
    pub(crate) fn lead(&mut self, v: &Value, axes: &[AxisId], dims: &[Dim]) -> Value {
        self.each_leaf(v, |c, leaf| match leaf {
            Value::Tensor(t) => {
                let mut t = c.local(t);
                // The inner axes of the element must not be an index that has just been closed twice.
                if t.axes.iter().any(|a| axes.contains(a)) {
                    let fresh = c.axes(&t.dims.clone());
                    t.node = c.aligned(&t, &fresh);
                    t.axes = fresh;
                }
                t.axes = axes.iter().copied().chain(t.axes).collect();
                t.dims = dims.iter().cloned().chain(t.dims).collect();
                t.lin = None;
                t.flexible = false;
                Value::Tensor(t)
            }
            other => other.clone(),
        })
    }

    /// Exact numbers get the type that is asked, or their own; makers the shape that is asked.
    pub(crate) fn firm(&mut self, v: Value, want: Option<&Ty>, span: Span) -> Value {
        match (&v, want) {
            (Value::Int(_) | Value::Float(_), Some(Ty::Tensor(e, _))) if e.part().is_some() => {
                self.coerce(&v, &Ty::scalar(e.clone()), span)
            }
            (Value::Maker(_), Some(ty @ Ty::Tensor(e, _))) if e.part().is_some() => {
                self.coerce(&v, &ty.clone(), span)
            }
            (Value::Int(_) | Value::Float(_), _) | (Value::Maker(_), Some(_)) => {
                self.as_tensor(&v, want, span).map_or(Value::Poison, Value::Tensor)
            }
            (Value::Tensor(t), Some(Ty::Tensor(e, _))) if t.flexible && e.is_float() => {
                Value::Tensor(self.int_to_float(&t.clone(), e))
            }
            (Value::Tuple(_) | Value::Record(_), None) => {
                self.each_leaf(&v, |c, leaf| c.firm(leaf.clone(), None, span))
            }
            (Value::Tuple(_) | Value::Record(_), Some(ty)) => self.coerce(&v, &ty.clone(), span),
            _ => v,
        }
    }

    /// Opens the indices of a clause: their ranges, their axes, their names.
    fn enter(&mut self, body: &Expr, clause: &ForClause) -> Option<(Vec<AxisId>, Vec<Reach>)> {
        let reaches = self.reaches(body, clause)?;
        self.push_scope(Some(Barrier::Comprehension));
        self.ambient += 1;
        let mut axes = Vec::new();
        for (binder, reach) in clause.binders.iter().zip(&reaches) {
            let axis = self.bind_index(&binder.name, reach);
            if binder.range.is_none() {
                let here = self.frame_id();
                self.implied.insert((here, axis), binder.name.span);
            }
            axes.push(axis);
        }
        Some((axes, reaches))
    }

    fn leave(&mut self) {
        self.ambient -= 1;
        self.pop_scope();
    }

    /// Defines an index over a fresh axis.
    fn bind_index(&mut self, name: &Name, reach: &Reach) -> AxisId {
        let axis = self.axis(&reach.extent);
        let var =
            IndexVar { frame: self.frame_id(), of: VarOf::Axis(axis), extent: Some(reach.extent.clone()) };
        let lin = Lin { constant: reach.start.clone(), terms: vec![(var, Dim::constant(1))] };
        self.define(name, Value::Int(lin), false);
        axis
    }

    /// The range of each index: as written, or found in the subscripts of the body.
    fn reaches(&mut self, body: &Expr, clause: &ForClause) -> Option<Vec<Reach>> {
        let mut local = Vec::new();
        defined_inside(body, &mut local);
        let mut found: Vec<Option<Reach>> = Vec::new();
        for binder in &clause.binders {
            if let Some(at) = binder.range.as_ref().and_then(|r| other_index(r, clause)) {
                let end = self.sources.text(at).to_string();
                self.report(errors::ragged_range(at, &binder.name.text, &end));
                return None;
            }
            found.push(match &binder.range {
                Some(range) => Some(self.written_range(&range.start, &range.end)?),
                None => {
                    let quick = self.quick_range(&binder.name.text, body, &local);
                    quick.map(|extent| Reach { start: Dim::default(), extent })
                }
            });
        }
        self.unknown_base = false;
        if found.iter().any(Option::is_none) {
            self.probe_ranges(body, clause, &mut found);
        }
        if std::mem::take(&mut self.unknown_base) && found.iter().any(Option::is_none) {
            self.elaborate_without_ranges(body, clause);
            return None;
        }
        let mut out = Vec::new();
        for (binder, reach) in clause.binders.iter().zip(found) {
            match reach {
                Some(r) => out.push(r),
                None => {
                    let used = mentions(body, &binder.name.text);
                    self.report(errors::no_range(binder.name.span, &binder.name.text, used));
                    return None;
                }
            }
        }
        Some(out)
    }

    /// What is indexed is unknown: only what is wrong with it is said, if that has not been said yet.
    fn elaborate_without_ranges(&mut self, body: &Expr, clause: &ForClause) {
        self.push_scope(Some(Barrier::Comprehension));
        for b in &clause.binders {
            self.define(&b.name, Value::Poison, false);
        }
        self.expr(body, None);
        self.pop_scope();
    }

    fn written_range(&mut self, start: &Expr, end: &Expr) -> Option<Reach> {
        let a = self.static_range_end(start)?;
        let b = self.static_range_end(end)?;
        let extent = b.sub(&a)?;
        match self.nonnegative(&extent) {
            // A range that runs backwards is empty.
            crate::dim::Truth::No => Some(Reach { start: a, extent: Dim::default() }),
            _ => Some(Reach { start: a, extent }),
        }
    }

    fn static_range_end(&mut self, e: &Expr) -> Option<Dim> {
        match self.expr(e, None) {
            Value::Int(l) => match l.as_static() {
                Some(d) => Some(d.clone()),
                None => {
                    let end = self.sources.text(e.span).to_string();
                    self.report(errors::ragged_range(e.span, "j", &end));
                    None
                }
            },
            Value::Poison => None,
            other => {
                let what = self.describe(&other);
                self.report(errors::range_not_static(e.span, &what));
                None
            }
        }
    }

    /// Rule 1 without elaborating anything: the index stands alone as a subscript of a plain path.
    fn quick_range(&mut self, name: &str, body: &Expr, local: &[Rc<str>]) -> Option<Dim> {
        let mut sites: Vec<(&Expr, usize)> = Vec::new();
        collect_alone(body, name, &mut sites);
        sites.into_iter().find_map(|(base, k)| self.path_dims(base, local)?.get(k).cloned())
    }

    /// The dimensions of a path such as `p.w` or `xs[t]`, if all of it is defined outside the body.
    fn path_dims(&self, e: &Expr, local: &[Rc<str>]) -> Option<Vec<Dim>> {
        match self.path_value(e, local)? {
            Value::Tensor(t) => Some(t.dims),
            Value::Complex(z) => Some(z.re.dims.clone()),
            _ => None,
        }
    }

    fn path_value(&self, e: &Expr, local: &[Rc<str>]) -> Option<Value> {
        match &e.kind {
            ExprKind::Name(n) if !local.contains(n) => Some(self.lookup(n)?.value.clone()),
            ExprKind::Field(b, name) => match self.path_value(b, local)? {
                Value::Record(fs) => fs.iter().find(|(n, _)| *n == name.text).map(|(_, v)| v.clone()),
                Value::Complex(z) if &*name.text == "T" => {
                    let mut t = z.re.clone();
                    t.dims.reverse();
                    Some(Value::Tensor(t))
                }
                Value::Tensor(mut t) if &*name.text == "T" => {
                    t.dims.reverse();
                    Some(Value::Tensor(t))
                }
                _ => None,
            },
            ExprKind::Proj(b, k, _) => match self.path_value(b, local)? {
                Value::Tuple(ps) => ps.get(*k as usize).cloned(),
                _ => None,
            },
            ExprKind::Index(b, subs) => {
                let plain = |s: &Subscript| matches!(s, Subscript::At(e) if is_index_like(e));
                let whole = match self.path_value(b, local)? {
                    Value::Complex(z) => Value::Tensor(z.re.clone()),
                    other => other,
                };
                match whole {
                    Value::Tensor(mut t) if subs.iter().all(plain) && subs.len() <= t.dims.len() => {
                        // A name that is a tensor gathers and keeps an axis: only scalars drop one.
                        let scalar = |s: &Subscript| match s {
                            Subscript::At(Expr { kind: ExprKind::Name(n), .. }) => {
                                !matches!(self.lookup(n).map(|v| &v.value), Some(Value::Tensor(t)) if !t.dims.is_empty())
                            }
                            _ => true,
                        };
                        if !subs.iter().all(scalar) {
                            return None;
                        }
                        t.dims.drain(..subs.len());
                        Some(Value::Tensor(t))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Rules 1 and 2 by elaborating the body once with ranges that are looked for, and throwing it away.
    fn probe_ranges(&mut self, body: &Expr, clause: &ForClause, found: &mut [Option<Reach>]) {
        let before = self.candidates.len();
        let known: Vec<Option<Reach>> = found.to_vec();
        let sizes: Vec<Option<crate::dim::SizeId>> = known
            .iter()
            .map(|r| if r.is_none() { Some(self.new_size("?", 0, true)) } else { None })
            .collect();
        self.probe(|c| {
            c.push_scope(Some(Barrier::Comprehension));
            c.ambient += 1;
            for ((binder, reach), size) in clause.binders.iter().zip(&known).zip(&sizes) {
                let reach = match (reach, size) {
                    (Some(r), _) => r.clone(),
                    (None, Some(s)) => Reach { start: Dim::default(), extent: Dim::size(*s) },
                    (None, None) => continue,
                };
                c.bind_index(&binder.name, &reach);
            }
            if let Some(f) = &clause.filter {
                c.expr(f, None);
            }
            c.expr(body, None);
            c.ambient -= 1;
        });
        let candidates = self.candidates.split_off(before);
        for (slot, size) in found.iter_mut().zip(sizes) {
            let Some(size) = size else { continue };
            let mine: Vec<_> = candidates.iter().filter(|c| c.size == size).collect();
            let rule = mine.iter().map(|c| c.rule).min();
            let mut best = mine.iter().filter(|c| Some(c.rule) == rule);
            if let Some(first) = best.next() {
                if let Some(other) = best.find(|c| !self.dims_equal(&c.dim, &first.dim)) {
                    let (a, b) = (self.show_dim(&first.dim), self.show_dim(&other.dim));
                    let d = errors::unequal_ranges(other.span, &b, first.span, &a);
                    self.report(d);
                    // One of the two reads is outside, which is no further mistake.
                    self.unknown_base = true;
                    continue;
                }
                *slot = Some(Reach { start: Dim::default(), extent: first.dim.clone() });
            }
        }
    }

    /// `head(e for i if c)`.
    pub(crate) fn fold(
        &mut self,
        head: &Expr,
        body: &Rc<Expr>,
        clause: &ForClause,
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        let f = self.expr(head, None);
        let kind = match f.as_fn().map(|f| &**f) {
            Some(FnVal::Builtin(Builtin::Fold(kind))) => *kind,
            _ if f.is_poison() => return Value::Poison,
            _ => return self.fail(errors::not_a_fold(head.span, self.sources.text(head.span))),
        };
        let Some((axes, reaches)) = self.enter(body, clause) else { return Value::Poison };
        let (starts, dims): (Vec<Dim>, Vec<Dim>) = reaches.into_iter().map(|r| (r.start, r.extent)).unzip();
        let float = Ty::scalar(Elem::F64);
        let ask = match kind {
            FoldKind::ArgMax | FoldKind::ArgMin | FoldKind::Any | FoldKind::All => None,
            // What is exact becomes a float there.
            FoldKind::Mean | FoldKind::LogSumExp => want.or(Some(&float)),
            _ => want,
        };
        let monoid = kind.monoid();
        let filter = clause.filter.as_ref().map(|f| self.condition(f));
        let v = match &filter {
            None => self.expr(body, ask),
            Some(None) => Value::Poison,
            Some(Some(c)) => {
                let c = c.clone();
                self.choose(c, Branch::Expr(body), Branch::Unit(monoid), ask, body.span)
            }
        };
        let v = self.firm(v, ask, body.span);
        let kept = match &filter {
            Some(Some(c)) if kind == FoldKind::Mean => {
                let name = "bool_to_i64";
                let prim = self.prim(name);
                let n = self.pointwise(prim, std::slice::from_ref(c), Elem::I64);
                let n = self.local(&n);
                self.at(span);
                let node = self.b().fold(Monoid::Sum, n.node, &axes);
                Some(self.scalar(node, Elem::I64))
            }
            _ => None,
        };
        self.leave();
        let v = self.fold_value(kind, &v, &axes, &dims, kept.as_ref(), span);
        match kind {
            FoldKind::ArgMax | FoldKind::ArgMin => self.shifted_to(v, &starts),
            _ => v,
        }
    }

    /// Positions along ranges as the indices themselves.
    fn shifted_to(&mut self, v: Value, starts: &[Dim]) -> Value {
        let mut starts = starts.iter();
        self.each_leaf(&v, |c, leaf| match (leaf, starts.next()) {
            (Value::Tensor(t), Some(start)) if *start != Dim::default() => {
                let start = c.lin_tensor(&Lin::constant(start.clone()));
                Value::Tensor(c.pointwise(&dslc_ir::prims::index::ADD, &[t.clone(), start], Elem::I64))
            }
            _ => leaf.clone(),
        })
    }

    /// Folds these axes of every leaf (`sum` and `mean`) or of one scalar away.
    pub(crate) fn fold_value(
        &mut self,
        kind: FoldKind,
        v: &Value,
        axes: &[AxisId],
        dims: &[Dim],
        kept: Option<&Tensor>,
        span: Span,
    ) -> Value {
        self.not_plain = true;
        match (kind, v) {
            (_, Value::Poison) => Value::Poison,
            (FoldKind::Sum | FoldKind::Mean, Value::Record(_) | Value::Tuple(_)) => {
                self.each_leaf(v, |c, leaf| c.fold_value(kind, leaf, axes, dims, kept, span))
            }
            (_, Value::Complex(z)) => {
                if !matches!(kind, FoldKind::Sum | FoldKind::Mean) && !z.re.dims.is_empty() {
                    return self.fail(errors::fold_of_tensor(span, kind.name()));
                }
                self.complex_fold(kind, z, axes, dims, kept, span)
            }
            (_, Value::Tensor(t)) => {
                let t = self.local(t);
                match kind {
                    FoldKind::Sum | FoldKind::Mean => {}
                    _ if t.dims.is_empty() => {}
                    _ => return self.fail(errors::fold_of_tensor(span, kind.name())),
                }
                self.fold_tensor(kind, &t, axes, dims, kept, span)
            }
            (_, other) => {
                let what = self.describe(other);
                self.fail(errors::not_a_tensor(span, &what))
            }
        }
    }

    fn fold_tensor(
        &mut self,
        kind: FoldKind,
        t: &Tensor,
        axes: &[AxisId],
        dims: &[Dim],
        kept: Option<&Tensor>,
        span: Span,
    ) -> Value {
        self.at(span);
        let out = |c: &Self, node, elem: Elem| c.tensor(node, elem, t.axes.clone(), t.dims.clone());
        let elem = t.elem.clone();
        let needs =
            |ok: bool, what: &str| (!ok).then(|| errors::fold_type(span, kind.name(), &elem.show(), what));
        let wrong = match kind {
            FoldKind::Any | FoldKind::All => needs(elem == Elem::Bool, "bool"),
            FoldKind::Mean | FoldKind::LogSumExp => needs(elem.is_float() || elem.is_unknown(), "a float"),
            FoldKind::Sum | FoldKind::Prod => {
                needs(elem.semiring().is_some() || elem.is_vector(), "a number")
            }
            _ => needs(elem.is_comparable(), "a number"),
        };
        if let Some(d) = wrong {
            return self.fail(d);
        }
        match kind {
            FoldKind::Sum => {
                let node = self.b().fold(elem.sum(), t.node, axes);
                Value::Tensor(out(self, node, elem))
            }
            FoldKind::Prod => match elem.semiring() {
                Some(ring) => {
                    let node = self.b().fold(ring.product, t.node, axes);
                    Value::Tensor(out(self, node, elem))
                }
                None => Value::Poison,
            },
            FoldKind::Max | FoldKind::Min | FoldKind::Any | FoldKind::All => {
                let node = self.b().fold(kind.monoid(), t.node, axes);
                let found = out(self, node, elem.clone());
                if kind == FoldKind::Max && elem == Elem::Count {
                    // The largest of no counts is no negative number.
                    let zero = self.constant(elem.zero(), elem.clone());
                    return Value::Tensor(self.pointwise(&dslc_ir::prims::arith::MAX, &[found, zero], elem));
                }
                Value::Tensor(found)
            }
            FoldKind::Mean => {
                let node = self.b().fold(Monoid::Sum, t.node, axes);
                let sum = out(self, node, elem.clone());
                let n = match kept {
                    Some(n) => self.int_to_float(n, &elem),
                    None => {
                        let count = dims.iter().try_fold(Dim::constant(1), |a, d| a.mul(d));
                        let count = count.and_then(|c| c.as_const()).unwrap_or(1);
                        self.number(&elem, count as f64)
                    }
                };
                Value::Tensor(self.pointwise(&dslc_ir::prims::arith::DIV, &[sum, n], elem))
            }
            FoldKind::LogSumExp => self.log_sum_exp(t, axes),
            FoldKind::ArgMax | FoldKind::ArgMin => {
                let nodes = self.b().arg_fold(kind == FoldKind::ArgMax, t.node, axes);
                let parts: Vec<Value> =
                    nodes.into_iter().map(|n| Value::Tensor(self.scalar(n, Elem::I64))).collect();
                if parts.len() == 1 { parts[0].clone() } else { Value::tuple(parts) }
            }
        }
    }

    /// `log(sum(exp(x)))`, shifted by the largest so that nothing overflows; -inf over nothing.
    fn log_sum_exp(&mut self, t: &Tensor, axes: &[AxisId]) -> Value {
        let elem = t.elem.clone();
        let max = self.b().fold(Monoid::Max, t.node, axes);
        // An infinite largest one is no shift: inf - inf would be NaN.
        let zero = self.b().like(max, 0.0);
        let difference = self.b().sub(max, max);
        let finite = self.b().map(&logic::EQ, &[difference, zero]);
        let shift = self.b().select(finite, max, zero);
        let x = self.b().sub(t.node, shift);
        let (exp, log) = (self.prim("exp"), self.prim("log"));
        let e = self.b().map(exp, &[x]);
        let s = self.b().fold(Monoid::Sum, e, axes);
        let l = self.b().map(log, &[s]);
        let node = self.b().add(l, shift);
        Value::Tensor(self.tensor(node, elem, Vec::new(), Vec::new()))
    }

    /// A condition: one bool.
    pub(crate) fn condition(&mut self, e: &Expr) -> Option<Tensor> {
        let v = self.expr(e, None);
        // A draw is one bool here; a number stays what it is.
        let one = Ty::scalar(Elem::Bool);
        let ask = matches!(v, Value::Maker(_)).then_some(&one);
        let t = self.as_tensor(&v, ask, e.span)?;
        if t.elem != Elem::Bool {
            self.report(errors::condition_is_number(e.span, &t.elem.show()));
            return None;
        }
        if !t.dims.is_empty() {
            self.report(errors::condition_is_tensor(e.span));
            return None;
        }
        Some(t)
    }

    /// The unit of a monoid, of the same type as a value.
    pub(crate) fn unit_like(&mut self, monoid: Monoid, v: &Value) -> Value {
        if let (Monoid::Prod, Value::Complex(z)) = (monoid, v) {
            let one = self.unit_like(monoid, &Value::Tensor(z.re.clone()));
            return Value::complex_of_parts(one, self.unit_like(Monoid::Sum, &Value::Tensor(z.im.clone())));
        }
        self.each_leaf(v, |c, leaf| match leaf {
            Value::Tensor(t) => {
                let bits: Bits = match monoid {
                    Monoid::Sum => t.elem.zero(),
                    Monoid::Prod => t.elem.one(),
                    // No count is below the empty sum.
                    Monoid::Max if t.elem == Elem::Count => t.elem.zero(),
                    _ => monoid.unit(t.elem.scalar()),
                };
                let mut u = c.constant(bits, t.elem.clone());
                u.axes = c.axes(&t.dims.clone());
                u.dims = t.dims.clone();
                Value::Tensor(u)
            }
            Value::Int(_) | Value::Float(_) => Value::int(if monoid == Monoid::Prod { 1 } else { 0 }),
            other => other.clone(),
        })
    }
}

fn is_index_like(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Name(_) | ExprKind::Int(_) => true,
        ExprKind::Chain(a, rest) => is_index_like(a) && rest.iter().all(|(_, _, b)| is_index_like(b)),
        _ => false,
    }
}

/// Where an index stands alone as a subscript, not inside closures or under a name that hides it.
fn collect_alone<'e>(e: &'e Expr, name: &str, out: &mut Vec<(&'e Expr, usize)>) {
    let hides = |c: &ForClause| c.binders.iter().any(|b| &*b.name.text == name);
    match &e.kind {
        ExprKind::Closure(_) => return,
        ExprKind::Fold { clause, .. } | ExprKind::Comprehension { clause, .. } if hides(clause) => return,
        ExprKind::Index(base, subs) => {
            for (k, s) in subs.iter().enumerate() {
                if let Subscript::At(Expr { kind: ExprKind::Name(n), .. }) = s
                    && &**n == name
                {
                    out.push((base, k));
                }
            }
        }
        _ => {}
    }
    // `children` gives references that live as long as the expression itself.
    let mut inner: Vec<&'e Expr> = Vec::new();
    children_of(e, &mut inner);
    for c in inner {
        collect_alone(c, name, out);
    }
}

fn children_of<'e>(e: &'e Expr, out: &mut Vec<&'e Expr>) {
    crate::free::children_ref(e, out);
}

/// Where a range uses an index of its own clause.
fn other_index(range: &dslc_syntax::ast::Range, clause: &ForClause) -> Option<Span> {
    let mut at = None;
    for end in [&range.start, &range.end] {
        names(end, &mut |e| {
            if let ExprKind::Name(n) = &e.kind
                && clause.binders.iter().any(|b| b.name.text == *n)
            {
                at = at.or(Some(e.span));
            }
        });
    }
    at
}

fn mentions(e: &Expr, name: &str) -> bool {
    let mut found = false;
    names(e, &mut |e| found |= matches!(&e.kind, ExprKind::Name(n) if &**n == name));
    found
}
