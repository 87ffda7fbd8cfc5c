//! `captured(f, x, ..)`, for the standard library alone: the floats that a function captures as one vector, and the
//! function as one of that vector too. A rule can then name the cotangent of what its function captures, as the
//! continuous adjoint of a differential equation must, which adds it up along the way.
//!
//! The function stays what it is. While it is called with a vector, the captured values stand for the parts of the
//! vector in the innermost frame, so that whatever frame the function opens finds these and not the values outside.

use std::rc::Rc;

use dslc_base::Span;

use crate::call::ArgValue;
use crate::check::Checker;
use crate::frame::Origin;
use crate::stated::Mode;
use crate::ty::Elem;
use crate::value::{FnVal, Tensor, Value};

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
}
