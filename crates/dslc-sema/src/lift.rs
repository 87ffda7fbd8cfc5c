//! Functions of scalars applied elementwise: to tensors of one shape, and to every leaf of a vector.
//!
//! The axes of the arguments become axes that nobody sees, as if a comprehension ran over them, and the result
//! gets them back.

use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Generic, TypeKind};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::errors;
use crate::ty::{Elem, Kind};
use crate::value::{Tensor, Value};

impl Checker<'_> {
    /// Whether a call is elementwise: all parameters are scalars, and an argument is a tensor.
    pub(crate) fn is_elementwise(item: &ast::FnItem, args: &[ArgValue]) -> bool {
        let scalar = |t: &ast::Type| is_scalar(&item.generics, t);
        args.iter().any(|a| with_axes(a).is_some())
            && item.params.iter().all(|p| p.ty.as_ref().is_some_and(scalar))
            && item.ret.as_ref().is_none_or(scalar)
    }

    /// Calls `f` with the elements of the arguments, which are tensors of one shape or scalars.
    pub(crate) fn elementwise(
        &mut self,
        mut args: Vec<ArgValue>,
        span: Span,
        f: impl FnOnce(&mut Self, Vec<ArgValue>) -> Value,
    ) -> Value {
        let tensors: Vec<(Tensor, Span)> = args.iter().filter_map(with_axes).collect();
        let Some((first, at)) = tensors.first() else { return f(self, args) };
        for (t, t_span) in &tensors[1..] {
            if !self.same_shape(first, *at, t, *t_span, span, "the call") {
                return Value::Poison;
            }
        }
        // Axes of their own, or an argument would meet itself along the diagonal.
        let dims = first.dims.clone();
        let axes = self.axes(&dims);
        for a in &mut args {
            if with_axes(a).is_none() {
                continue;
            }
            a.value = self.each_leaf(&a.value.clone(), |c, leaf| {
                let Value::Tensor(t) = leaf else { return leaf.clone() };
                let (node, frame) = (c.aligned(t, &axes), c.frame_id());
                Value::Tensor(Tensor { frame, node, axes: Vec::new(), dims: Vec::new(), ..t.clone() })
            });
        }
        self.ambient += 1;
        let v = f(self, args);
        let v = self.firm(v, None, span);
        self.ambient -= 1;
        match &v {
            Value::Tensor(t) if t.dims.is_empty() => self.lead(&v, &axes, &dims),
            Value::Complex(z) if z.re.dims.is_empty() => self.lead(&v, &axes, &dims),
            Value::Poison => Value::Poison,
            other => {
                let what = self.describe(other);
                self.fail(errors::elementwise_result(span, &what))
            }
        }
    }

    /// `each(f, p, q, ..)`: a function of scalars at every element of every leaf of vectors of one type.
    pub(crate) fn each(&mut self, f: &ArgValue, args: &[ArgValue], span: Span) -> Value {
        let [first, rest @ ..] = args else {
            return self.fail(errors::builtin_arity(span, "each", 1));
        };
        let first_value = self.firm(first.value.clone(), None, first.span);
        let ty = self.type_of(&first_value);
        let mut others: Vec<Vec<Tensor>> = Vec::new();
        for a in rest {
            let v = self.coerce(&a.value, &ty, a.span);
            if crate::derive::contains_poison(&v) {
                return Value::Poison;
            }
            let v = self.in_order_of(&first_value, &v);
            let mut leaves = Vec::new();
            Self::leaves(&v, &mut leaves);
            others.push(leaves);
        }
        let mut k = 0;
        self.each_leaf(&first_value, |c, leaf| {
            let Value::Tensor(t) = leaf else { return leaf.clone() };
            let parts = std::iter::once((t, first.span))
                .chain(others.iter().map(|o| &o[k]).zip(rest.iter().map(|a| a.span)));
            let parts = parts.map(|(t, span)| ArgValue { name: None, value: Value::Tensor(t.clone()), span });
            let parts: Vec<ArgValue> = parts.collect();
            k += 1;
            c.elementwise(parts, span, |c, parts| {
                let parts: Vec<Value> = parts.into_iter().map(|a| a.value).collect();
                c.call_value(&f.value, &parts, span)
            })
        })
    }
}

/// The tensor that an argument is, if it has axes.
fn with_axes(a: &ArgValue) -> Option<(Tensor, Span)> {
    match &a.value {
        Value::Tensor(t) if !t.dims.is_empty() => Some((t.clone(), a.span)),
        Value::Complex(z) if !z.re.dims.is_empty() => Some((z.re.clone(), a.span)),
        _ => None,
    }
}

/// Whether a written type is a scalar.
fn is_scalar(generics: &[Generic], t: &ast::Type) -> bool {
    let TypeKind::Path { path, .. } = &t.kind else { return false };
    let [name] = path.as_slice() else { return false };
    let kind = generics.iter().find_map(|g| match g {
        Generic::Kind { name: n, kind } if n.text == name.text => Kind::from_name(&kind.text),
        _ => None,
    });
    match kind {
        Some(k) => matches!(k, Kind::Float | Kind::Semiring),
        None => is_scalar_name(&name.text),
    }
}

fn is_scalar_name(name: &Rc<str>) -> bool {
    crate::types::scalar_named(name).is_some_and(|e| e != Elem::Key)
        || matches!(&**name, "minplus" | "maxplus" | "logsum")
}
