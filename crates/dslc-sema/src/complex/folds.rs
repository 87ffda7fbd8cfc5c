//! Folds of complex numbers, and the choice between two.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::prims::logic;

use crate::builtins::{Builtin, FoldKind};
use crate::call::ArgValue;
use crate::check::Checker;
use crate::complex::{complex_of, part_of, shape_of, shown};
use crate::dim::Dim;
use crate::errors;
use crate::ty::Ty;
use crate::value::{Complex, FnVal, Tensor, Value};

impl Checker<'_> {
    /// The product along these axes, one after the other.
    pub(crate) fn complex_product(
        &mut self,
        z: &Complex,
        axes: &[dslc_ir::AxisId],
        dims: &[Dim],
        span: Span,
    ) -> Value {
        let (Some((&axis, inner)), Some((dim, rest))) = (axes.split_first(), dims.split_first()) else {
            return Value::complex(z.clone());
        };
        let Value::Complex(z) = self.complex_product(z, inner, rest, span) else { return Value::Poison };
        let lead = |c: &mut Self, t: &Tensor| {
            let t = c.local(t);
            Tensor {
                axes: std::iter::once(axis).chain(t.axes.iter().copied()).collect(),
                dims: std::iter::once(dim.clone()).chain(t.dims.iter().cloned()).collect(),
                ..t
            }
        };
        let xs = Value::complex(Complex { re: lead(self, &z.re), im: lead(self, &z.im) });
        let ty = Ty::Tensor(complex_of(&z.re.elem), z.re.dims.clone());
        let start = self.coerce(&Value::Maker(Rc::new(crate::value::Maker::One)), &ty, span);
        let step = Value::function(FnVal::Builtin(Builtin::Times));
        match self.scan(&step, &start, &xs, span) {
            Value::Tuple(parts) if parts.len() == 2 => parts[0].clone(),
            _ => Value::Poison,
        }
    }

    /// Sums, means and products; nothing else folds complex numbers.
    pub(crate) fn complex_fold(
        &mut self,
        kind: FoldKind,
        z: &Complex,
        axes: &[dslc_ir::AxisId],
        dims: &[Dim],
        kept: Option<&Tensor>,
        span: Span,
    ) -> Value {
        match kind {
            FoldKind::Sum | FoldKind::Mean => {
                let mut part =
                    |t: &Tensor| self.fold_value(kind, &Value::Tensor(t.clone()), axes, dims, kept, span);
                match (part(&z.re), part(&z.im)) {
                    (Value::Tensor(re), Value::Tensor(im)) => Value::complex(Complex { re, im }),
                    _ => Value::Poison,
                }
            }
            FoldKind::Prod => self.complex_product(z, axes, dims, span),
            _ => {
                let elem = complex_of(&z.re.elem).show();
                self.fail(errors::fold_type(span, kind.name(), &elem, "a real number"))
            }
        }
    }

    /// `where(c, a, b)` of complex values.
    pub(crate) fn complex_where(&mut self, c: &Tensor, a: &ArgValue, b: &ArgValue, span: Span) -> Value {
        let (Some(part), Some(shape)) = (part_of(&a.value, &b.value), shape_of(&a.value, &b.value)) else {
            return Value::Poison;
        };
        let mut sides = Vec::new();
        for x in [a, b] {
            let dims = match &x.value {
                Value::Int(_) | Value::Float(_) => Vec::new(),
                Value::Complex(z) => z.re.dims.clone(),
                _ => shape.clone(),
            };
            match self.coerce(&x.value, &Ty::Tensor(complex_of(&part), dims), x.span) {
                Value::Complex(z) => sides.push((z, x.span)),
                _ => return Value::Poison,
            }
        }
        let (x, y) = (sides[0].0.clone(), sides[1].0.clone());
        let mut shaped: Option<(Tensor, Span)> = None;
        for (t, at) in [(c, span), (&x.re, a.span), (&y.re, b.span)] {
            if t.dims.is_empty() {
                continue;
            }
            if let Some((first, first_at)) = &shaped
                && !self.same_shape(&shown(first), *first_at, &shown(t), at, span, "where")
            {
                return Value::Poison;
            }
            shaped = shaped.or(Some((t.clone(), at)));
        }
        let elem = x.re.elem.clone();
        let re = self.pointwise(&logic::SELECT, &[c.clone(), x.re.clone(), y.re.clone()], elem.clone());
        let im = self.pointwise(&logic::SELECT, &[c.clone(), x.im.clone(), y.im.clone()], elem);
        Value::complex(Complex { re, im })
    }
}
