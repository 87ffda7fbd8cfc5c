//! `require(c, "why")`: an error belongs to the value that needs it, so what a block gives, or what a loop or branch
//! leaves, waits for the conditions that were demanded on the way.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_ir::{Binding, Bits, Role, Routine, Site};
use dslc_syntax::ast::Name;

use crate::call::ArgValue;
use crate::check::Checker;
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{Tensor, Value};

/// The name of a variable that no program can write: whether everything that a loop or branch demands has held.
const HELD: &str = "(held)";

impl Checker<'_> {
    /// `require(condition, "message")`.
    pub(crate) fn require(&mut self, c: &ArgValue, why: &ArgValue, span: Span) -> Value {
        let Value::Str(message) = &why.value else {
            let what = self.describe(&why.value);
            return self.fail(errors::expected_type(why.span, "a string", &what));
        };
        let Some(t) = self.as_tensor(&c.value, None, c.span) else { return Value::Poison };
        if t.elem != Elem::Bool {
            let what = self.describe(&c.value);
            return self.fail(errors::expected_type(c.span, "bool", &what));
        }
        if !t.dims.is_empty() {
            return self.fail(errors::condition_is_tensor(c.span));
        }
        // What the standard library demands is demanded of its caller.
        let place = self.users_place(span);
        let site = self.module.sites.push(Site::new(place, &**message));
        self.b().site = Some(site);
        let held = self.pointwise(&logic::REQUIRE, &[t], Elem::Bool);
        self.guards.push(held);
        Value::unit()
    }

    /// `trace("label", x)`: x, which waits until it has been shown. Each tensor of a record is shown with its path.
    pub(crate) fn trace(&mut self, label: &ArgValue, x: &ArgValue, span: Span) -> Value {
        let Value::Str(text) = &label.value else {
            let what = self.describe(&label.value);
            return self.fail(errors::expected_type(label.span, "a string", &what));
        };
        let exact = matches!(x.value, Value::Int(_));
        let v = self.firm(x.value.clone(), None, x.span);
        self.traced = Some((span, Vec::new()));
        match self.shown_as(text, &v, x.span) {
            // An exact integer stays one that a float may meet.
            Value::Tensor(t) => Value::Tensor(Tensor { flexible: exact || t.flexible, ..t }),
            other => other,
        }
    }

    fn shown_as(&mut self, label: &str, v: &Value, span: Span) -> Value {
        match v {
            Value::Tensor(t) => {
                let t = self.local(t);
                let shown = self.show_tensor(label, &t, span);
                if let Some((_, all)) = &mut self.traced {
                    all.push(shown.clone());
                }
                Value::Tensor(self.guarded_leaf(&t, &[shown]))
            }
            Value::Complex(z) => {
                let re = self.shown_as(&format!("{label}.re"), &Value::Tensor(z.re.clone()), span);
                let im = self.shown_as(&format!("{label}.im"), &Value::Tensor(z.im.clone()), span);
                Value::complex_of_parts(re, im)
            }
            Value::Tuple(parts) => {
                let parts = parts.iter().enumerate();
                Value::tuple(parts.map(|(k, p)| self.shown_as(&format!("{label}.{k}"), p, span)).collect())
            }
            Value::Record(fields) => Value::record(
                fields
                    .iter()
                    .map(|(n, f)| (n.clone(), self.shown_as(&format!("{label}.{n}"), f, span)))
                    .collect(),
            ),
            Value::Poison => Value::Poison,
            Value::Maker(_) => self.fail(errors::no_shape(span)),
            other => {
                let what = self.describe(other);
                self.fail(errors::not_a_tensor(span, &what))
            }
        }
    }

    /// Shows a tensor when what is given is needed, which is true.
    fn show_tensor(&mut self, label: &str, t: &Tensor, span: Span) -> Tensor {
        self.not_plain = true;
        let site = self.module.sites.push(Site { role: Role::Shown, ..Site::new(span, label) });
        let bind = Binding { args: vec![t.axes.clone()], results: vec![Vec::new()] };
        self.b().site = Some(site);
        let node = self.b().library(Routine::Trace, &[t.node], bind);
        self.tensor(node, Elem::Bool, Vec::new(), Vec::new())
    }

    /// After a statement whose value is dropped: what a `trace` at its head shows is shown nevertheless.
    pub(crate) fn keep_traced(&mut self, statement: Span) {
        if let Some((span, shown)) = self.traced.take()
            && span == statement
        {
            self.guards.extend(shown);
        }
    }

    /// Does a loop or condition that may demand something. It carries whether that held, and if it leaves no value, what
    /// is around it waits for this.
    pub(crate) fn holding(
        &mut self,
        demands: bool,
        span: Span,
        act: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        if !demands {
            return act(self);
        }
        self.push_scope(None);
        let yes = self.constant(Bits::bool(true), Elem::Bool);
        self.define(&Name::new(&Rc::from(HELD), span), Value::Tensor(yes.clone()), true);
        let v = act(self);
        self.mark_assigned(HELD);
        let held = self.values_of(&[Rc::from(HELD)]).pop();
        self.pop_scope();
        if let Some(Value::Tensor(held)) = held
            && v.is_unit()
            && held.node != yes.node
        {
            self.guards.push(held);
        }
        v
    }

    /// Adds to what a loop or branch carries whether its demands held, if it is asked.
    pub(crate) fn carry_held(&self, carried: &mut Vec<Rc<str>>) {
        let innermost = self.contexts.last().and_then(|c| c.scopes.last());
        if innermost.is_some_and(|s| s.vars.contains_key(HELD)) {
            carried.push(HELD.into());
        }
    }

    /// What a loop or branch leaves, in the order of the variables that it carries: each waits for what was demanded in
    /// it, and whether that held is known.
    pub(crate) fn leaves_held(&mut self, carried: &[Rc<str>], leaves: &[Tensor]) -> Vec<Tensor> {
        let guards = self.take_guards(0);
        let mut out: Vec<Tensor> = leaves
            .iter()
            .map(|t| {
                let t = self.local(t);
                self.guarded_leaf(&t, &guards)
            })
            .collect();
        if carried.last().is_some_and(|n| &**n == HELD)
            && let Some(held) = leaves.last()
        {
            let held = self.local(held);
            let all =
                guards.iter().fold(held, |all, g| self.pointwise(&logic::AND, &[all, g.clone()], Elem::Bool));
            out.pop();
            out.push(all);
        }
        out
    }

    /// The innermost place in the user's own text from which this one is reached.
    pub(crate) fn users_place(&self, span: Span) -> Span {
        let library = |s: Span| self.library_files.contains(&s.file);
        if !library(span) {
            return span;
        }
        self.calls.iter().rev().map(|c| c.span).find(|s| !library(*s)).unwrap_or(span)
    }

    /// The conditions of the innermost frame that were demanded since there were so many.
    pub(crate) fn take_guards(&mut self, since: usize) -> Vec<Tensor> {
        let here = self.frame_id();
        let since = since.min(self.guards.len());
        let (mine, others): (Vec<_>, Vec<_>) =
            self.guards.split_off(since).into_iter().partition(|g| g.frame == here);
        self.guards.extend(others);
        mine
    }

    /// A value, of which its context asks a type, that waits for conditions.
    pub(crate) fn guarded(&mut self, v: Value, guards: &[Tensor], want: Option<&Ty>, span: Span) -> Value {
        if guards.is_empty() {
            return v;
        }
        let v = self.firm(v, want, span);
        if matches!(v, Value::Maker(_) | Value::Fn(_)) {
            // It has no numbers yet; what is around it waits.
            self.guards.extend(guards.iter().cloned());
            return v;
        }
        self.each_leaf(&v, |c, leaf| match leaf {
            Value::Tensor(t) => Value::Tensor(c.guarded_leaf(t, guards)),
            other => other.clone(),
        })
    }

    /// The other side of the selection is never seen: the program has stopped.
    pub(crate) fn guarded_leaf(&mut self, t: &Tensor, guards: &[Tensor]) -> Tensor {
        guards.iter().fold(t.clone(), |t, held| {
            let other = self.constant(dslc_ir::Bits { scalar: t.elem.scalar(), bits: 0 }, t.elem.clone());
            let elem = t.elem.clone();
            Tensor { lin: None, ..self.pointwise(&logic::SELECT, &[held.clone(), t, other], elem) }
        })
    }
}
