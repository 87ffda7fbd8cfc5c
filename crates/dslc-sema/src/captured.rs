//! What a function captures: the cotangents of it, and itself as a vector.
//!
//! `captured(f, x, ..)`, which the standard library is written with, gives the floats that a function captures as one vector, and the
//! function as one of that vector too. A rule can then name the cotangent of what its function captures, as the
//! continuous adjoint of a differential equation must, which adds it up along the way.
//!
//! The function stays what it is. While it is called with a vector, the captured values stand for the parts of the
//! vector in the innermost frame, so that whatever frame the function opens finds these and not the values outside.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::{Binding, Op};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::derive::{contains_poison, tangent_type};
use crate::frame::Origin;
use crate::stated::Mode;
use crate::ty::Elem;
use crate::value::{FnVal, GLOBAL, Tensor, Value};
use crate::wrt::Arguments;

impl Checker<'_> {
    /// `captured(f, x, ..)`: `(p, g)` with `g(p, x, ..) = f(x, ..)`. The vector starts with a zero, so that it is one
    /// where nothing is captured.
    pub(crate) fn captured(&mut self, f: &Value, at: Vec<Value>, span: Span) -> Value {
        let mut parts = vec![Value::Tensor(self.number(&Elem::F64, 0.0))];
        let mut origins = Vec::new();
        if !self.is_scratch() {
            let args = self.derivative_args_of(f, at, span);
            let Some(found) = args.and_then(|a| self.captures_of(f, &a, Mode::Reverse, span)) else {
                return Value::Poison;
            };
            for (origin, t) in found {
                parts.push(Value::Tensor(t));
                origins.push(origin);
            }
        }
        Value::tuple(vec![Value::tuple(parts), Value::function(FnVal::Opened(f.clone(), Rc::new(origins)))])
    }

    /// A function of what it captures, called.
    pub(crate) fn call_opened(
        &mut self,
        f: &Value,
        origins: &[Origin],
        mut args: Vec<ArgValue>,
        span: Span,
    ) -> Value {
        let given = args.remove(0).value;
        let mut leaves = Vec::new();
        Self::leaves(&given, &mut leaves);
        let leaves: Vec<Tensor> = leaves.iter().skip(1).map(|t| self.local(t)).collect();
        if leaves.len() != origins.len() {
            let (here, kept) =
                ("a function of what this statement captured", "one that was kept from another");
            return self.fail(crate::errors::expected_type(span, here, kept));
        }
        let known = &mut self.frame().known;
        let before: Vec<_> = origins
            .iter()
            .zip(&leaves)
            .map(|(o, t)| (o.clone(), known.insert(o.clone(), (t.node, t.axes.clone()))))
            .collect();
        let args: Vec<Value> = args.into_iter().map(|a| a.value).collect();
        let v = self.call_value(f, &args, span);
        for (origin, old) in before {
            let known = &mut self.frame().known;
            match old {
                Some(old) => drop(known.insert(origin, old)),
                None => drop(known.remove(&origin)),
            }
        }
        v
    }

    /// The floats that a function captures when it is called with these arguments: where they come from, and the
    /// values in the innermost frame.
    pub(crate) fn captures_of(
        &mut self,
        f: &Value,
        args: &Arguments,
        mode: Mode,
        span: Span,
    ) -> Option<Vec<(Origin, Tensor)>> {
        self.push_frame("captures");
        self.modes.push(mode);
        let inner: Vec<Value> = args.primal.iter().map(|v| self.opaque_like(v)).collect();
        let found = self.call_value(f, &inner, span);
        self.modes.pop();
        let frame = self.frames.pop()?;
        if contains_poison(&found) {
            return None;
        }
        let first = frame.builder.func().params.len() - frame.captures.len();
        let mut out = Vec::new();
        for (k, t) in frame.captures.iter().enumerate().filter(|(_, t)| t.elem.is_differentiable()) {
            let node = frame.builder.func().params[first + k].node;
            let origin = frame.known.iter().find(|(_, v)| v.0 == node).map(|(origin, _)| origin.clone());
            out.extend(origin.filter(|o| o.0 != GLOBAL).map(|o| (o, t.clone())));
        }
        Some(out)
    }

    /// What the captures of a function get when it is called here and its result has this cotangent: each capture, a
    /// value of the innermost frame, with its cotangent.
    pub(crate) fn pull_back_captures(
        &mut self,
        f: &Value,
        at: Vec<Value>,
        y_bar: &Value,
        span: Span,
    ) -> Option<Vec<(Tensor, Tensor)>> {
        let args = self.derivative_args_of(f, at, span)?;
        let o = self.open(f, &args, Some(Mode::Reverse), span)?;
        let ty = tangent_type(&self.type_of(&o.result));
        let y_bar = self.coerce(y_bar, &ty, span);
        if contains_poison(&y_bar) || self.is_scratch() {
            return None;
        }
        let moving: Vec<Tensor> =
            o.closed.captures.iter().filter(|t| t.elem.is_differentiable()).cloned().collect();
        if moving.is_empty() {
            return Some(Vec::new());
        }
        let still = o.inputs.iter().map(|_| false);
        let wrt = still.chain(o.closed.captures.iter().map(|t| t.elem.is_differentiable())).collect();
        let mut bars = Vec::new();
        Self::leaves(&y_bar, &mut bars);
        let (mut bind, mut nodes) = (Binding::default(), Vec::new());
        for t in o.inputs.iter().chain(&o.closed.captures).chain(&bars) {
            self.bind(&mut bind, &mut nodes, t);
        }
        bind.results = o.results.iter().chain(&moving).map(|t| self.axes(&t.dims)).collect();
        let axes = bind.results.clone();
        self.at(span);
        let made = self.emit(Op::Vjp { func: o.closed.func, wrt, bind }, &nodes);
        let given = made.into_iter().zip(axes).skip(o.results.len()).zip(moving);
        Some(given.map(|((n, a), t)| (t.clone(), self.tensor(n, t.elem.tangent(), a, t.dims))).collect())
    }
}
