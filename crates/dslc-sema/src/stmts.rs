//! Statements inside functions: definitions and assignments.

use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{BinOp, Expr, ExprKind, Pattern, PatternKind, Stmt, StmtKind};

use crate::check::{Barrier, Checker};
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{Tensor, Value};

impl Checker<'_> {
    /// A statement whose value is not wanted.
    pub(crate) fn statement(&mut self, s: &Stmt) {
        if self.exhausted {
            return;
        }
        match &s.kind {
            StmtKind::Let { mutable, pattern, ty, value } => {
                let ty = match ty {
                    Some(t) => match self.resolve(t) {
                        Some(t) => Some(t),
                        None => {
                            self.expr(value, None);
                            self.destructure(pattern, &Value::Poison, false);
                            return;
                        }
                    },
                    None => None,
                };
                if let ExprKind::If { otherwise: None, .. } = &value.kind {
                    self.report(errors::no_else(value.span));
                    self.destructure(pattern, &Value::Poison, *mutable);
                    return;
                }
                let v = self.expr(value, ty.as_ref());
                let v = match &ty {
                    Some(t) => self.coerce(&v, t, value.span),
                    None => v,
                };
                let v = self.gradients_fit(pattern, value, v);
                self.destructure(pattern, &v, *mutable);
            }
            StmtKind::Param { name, ty, init } => self.param_statement(name, ty.as_ref(), init),
            StmtKind::For { pattern, range, body } => self.for_(pattern, range, body, s.span),
            StmtKind::While { cond, body } => self.while_(cond, body, s.span),
            StmtKind::Assign { place, op, value } => self.assignment(place, *op, value, s.span),
            StmtKind::Expr(e) => {
                self.traced = None;
                self.expr(e, None);
                self.keep_traced(e.span);
            }
        }
    }

    /// `let (a, b) = grad(f)(x, y)`: a gradient has as many parts as `wrt` names.
    fn gradients_fit(&mut self, pattern: &Pattern, value: &Expr, v: Value) -> Value {
        let (PatternKind::Tuple(parts), Value::Tensor(_)) = (&pattern.kind, &v) else { return v };
        let ExprKind::Call(callee, _) = &value.kind else { return v };
        let ExprKind::Call(op, given) = &callee.kind else { return v };
        let (ExprKind::Name(name), [f]) = (&op.kind, given.as_slice()) else { return v };
        if &**name != "grad" {
            return v;
        }
        let of = self.probe(|c| c.expr(&f.value, None));
        let names: Vec<String> = crate::wrt::parameter_names(&of)
            .into_iter()
            .enumerate()
            .map(|(k, n)| n.map_or(k.to_string(), |n| n.to_string()))
            .collect();
        if names.len() != parts.len() {
            return v;
        }
        let d = errors::gradient_pattern(pattern.span, name, &names.join(", "), callee.span, f.value.span);
        self.fail(d)
    }

    fn assignment(&mut self, place: &Expr, op: Option<BinOp>, value: &Expr, span: Span) {
        let ask = match &place.kind {
            ExprKind::Tuple(_) => None,
            _ => self.probe_type(place),
        };
        let ask = ask.map(|t| match op {
            Some(op) => operand_of(op, &t),
            None => t,
        });
        let v = self.expr(value, ask.as_ref());
        let v = match op {
            None => v,
            Some(op) => {
                let old = self.expr(place, None);
                self.binary(op, span, (&old, place.span), (&v, value.span), span, None)
            }
        };
        self.assign(place, &v, value.span, span);
    }

    /// The type of a place, without a report: what a literal that is assigned to it should be.
    fn probe_type(&mut self, place: &Expr) -> Option<Ty> {
        let t = self.probe(|c| {
            let v = c.expr(place, None);
            match v {
                Value::Tensor(_) | Value::Complex(_) | Value::Record(_) | Value::Tuple(_) => c.type_of(&v),
                _ => Ty::Poison,
            }
        });
        (t != Ty::Poison).then_some(t)
    }

    /// Assigns to a name, a field, elements, or each part of a tuple.
    pub(crate) fn assign(&mut self, place: &Expr, v: &Value, value_span: Span, span: Span) {
        match &place.kind {
            ExprKind::Name(n) => self.assign_name(n, v, place.span, value_span),
            ExprKind::Tuple(parts) => match v {
                Value::Tuple(vs) if vs.len() == parts.len() => {
                    for (p, v) in parts.iter().zip(vs.iter()) {
                        self.assign(p, v, value_span, span);
                    }
                }
                Value::Poison => parts.iter().for_each(|p| self.assign(p, &Value::Poison, value_span, span)),
                other => {
                    let what = self.describe(other);
                    self.report(errors::pattern_mismatch(place.span, &what));
                }
            },
            ExprKind::Field(base, name) => {
                let old = self.expr(base, None);
                let Value::Record(fs) = &old else {
                    if !old.is_poison() {
                        let what = self.describe(&old);
                        self.report(errors::not_a_record(base.span, &what));
                    }
                    return;
                };
                if !fs.iter().any(|(n, _)| *n == name.text) {
                    let names = fs.iter().map(|(n, _)| n.to_string()).collect();
                    self.report(errors::no_field(name.span, &name.text, names));
                    return;
                }
                let fields =
                    fs.iter().map(|(n, f)| (n.clone(), if *n == name.text { v.clone() } else { f.clone() }));
                let new = Value::record(fields.collect());
                self.assign(base, &new, value_span, span);
            }
            ExprKind::Index(base, subs) => {
                let old = self.expr(base, None);
                let new = self.assign_elements(&old, base.span, subs, v, value_span, span);
                self.assign(base, &new, value_span, span);
            }
            _ => self.report(errors::not_a_place(place.span)),
        }
    }

    fn assign_elements(
        &mut self,
        old: &Value,
        base: Span,
        subs: &[dslc_syntax::ast::Subscript],
        v: &Value,
        value_span: Span,
        span: Span,
    ) -> Value {
        if v.is_poison() {
            return Value::Poison;
        }
        match old {
            Value::Tensor(t) => {
                let t = self.local(t);
                let Some(picks) = self.picks(&t, base, subs) else { return Value::Poison };
                let ty = Ty::Tensor(t.elem.clone(), Self::picked_dims(&t, &picks));
                let v = self.coerce(v, &ty, value_span);
                let Value::Tensor(v) = v else { return Value::Poison };
                Value::Tensor(self.write(&t, picks, &v, span))
            }
            Value::Complex(z) => {
                let t = self.local(&z.re);
                let Some(picks) = self.picks(&t, base, subs) else { return Value::Poison };
                let ty = Ty::Tensor(crate::complex::complex_of(&t.elem), Self::picked_dims(&t, &picks));
                let Value::Complex(v) = self.coerce(v, &ty, value_span) else { return Value::Poison };
                let re = Value::Tensor(v.re.clone());
                let re =
                    self.assign_elements(&Value::Tensor(z.re.clone()), base, subs, &re, value_span, span);
                let im = Value::Tensor(v.im.clone());
                let im =
                    self.assign_elements(&Value::Tensor(z.im.clone()), base, subs, &im, value_span, span);
                Value::complex_of_parts(re, im)
            }
            Value::Record(fs) => {
                let Value::Record(new) = v else {
                    let what = self.describe(v);
                    return self.fail(errors::not_a_record(value_span, &what));
                };
                let mut out: Vec<(Rc<str>, Value)> = Vec::new();
                for (n, f) in fs.iter() {
                    let Some((_, x)) = new.iter().find(|(m, _)| m == n) else {
                        return self.fail(errors::missing_field(value_span, n));
                    };
                    out.push((n.clone(), self.assign_elements(f, base, subs, x, value_span, span)));
                }
                Value::record(out)
            }
            Value::Poison => Value::Poison,
            other => {
                let what = self.describe(other);
                self.fail(errors::cannot_index(base, &what))
            }
        }
    }

    fn picked_dims(t: &Tensor, picks: &[crate::index::Pick]) -> Vec<crate::dim::Dim> {
        use crate::index::Pick;
        let mut dims = Vec::new();
        for (p, d) in picks.iter().zip(&t.dims) {
            match p {
                Pick::All => dims.push(d.clone()),
                Pick::At(_) => {}
                Pick::Data(at) => dims.extend(at.dims.iter().cloned()),
                Pick::Window(_, n) => dims.push(n.clone()),
            }
        }
        dims
    }

    fn assign_name(&mut self, n: &Rc<str>, v: &Value, span: Span, value_span: Span) {
        let mut barrier = None;
        let mut found = None;
        if let Some(c) = self.contexts.last() {
            for s in c.scopes.iter().rev() {
                if let Some(var) = s.vars.get(n) {
                    found = Some((var.mutable, var.span, var.value.clone()));
                    break;
                }
                barrier = barrier.or(s.barrier);
            }
        }
        let Some((mutable, at, old)) = found else {
            let global = self.lookup(n).map(|v| v.span);
            let d = match global {
                Some(at) => errors::assign_global(span, n, at),
                None if self.broken.contains(n) => return,
                None => errors::assign_unknown(span, n),
            };
            if global.is_some() || self.poison(n) {
                self.report(d);
            }
            return;
        };
        match barrier {
            Some(b) => {
                self.report(errors::assign_captured(span, n, at, b == Barrier::Comprehension));
                return;
            }
            None if !mutable => {
                let line = self.sources.before(at).to_string();
                self.report(errors::assign_immutable(span, n, at, &line));
                return;
            }
            None => {}
        }
        let v = match &old {
            Value::Tensor(_) | Value::Complex(_) | Value::Record(_) | Value::Tuple(_) => {
                let ty = self.type_of(&old);
                let v = self.coerce(v, &ty, value_span);
                self.in_order_of(&old, &v)
            }
            _ => v.clone(),
        };
        if let Some(var) = self.variable(n) {
            var.value = v;
            var.assigned = true;
        }
    }
}

/// What is asked of the right side of an update: a record is added to a record; else only the element type of what a
/// literal is added to.
fn operand_of(op: BinOp, t: &Ty) -> Ty {
    match t {
        Ty::Tensor(e, _) => Ty::scalar(e.clone()),
        Ty::Tuple(_) | Ty::Record(_) if matches!(op, BinOp::Add | BinOp::Sub) => t.clone(),
        _ => Ty::scalar(Elem::F64),
    }
}
