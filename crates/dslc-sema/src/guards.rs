//! `require(c, "why")`: an error belongs to the value that needs it, so what a block gives, or what a loop or branch
//! leaves, waits for the conditions that were demanded on the way.

use dslc_base::Span;
use dslc_ir::Site;
use dslc_ir::prims::logic;

use crate::call::ArgValue;
use crate::check::Checker;
use crate::errors;
use crate::ty::Elem;
use crate::value::{Tensor, Value};

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
        let site = self.module.sites.push(Site { span: place, what: message.to_string() });
        self.b().site = Some(site);
        let held = self.pointwise(&logic::REQUIRE, &[t], Elem::Bool);
        self.guards.push(held);
        Value::unit()
    }

    /// The innermost place in the user's own text from which this one is reached.
    fn users_place(&self, span: Span) -> Span {
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

    /// A value that waits for conditions.
    pub(crate) fn guarded(&mut self, v: Value, guards: &[Tensor], span: Span) -> Value {
        if guards.is_empty() {
            return v;
        }
        let v = self.firm(v, None, span);
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
