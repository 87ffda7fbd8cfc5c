//! The same elements in another shape: `flatten` joins axes, `reshape` joins and splits them, `concat` puts tensors one
//! behind the other. Axes are names in the representation, so a join is an update at an affine position, and a split is a
//! read at one: both have derivatives, and a tensor is copied, not looked at in another way.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::{AxisId, Bits, Index};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::dim::{Dim, Truth};
use crate::errors;
use crate::index::{Pick, Start};
use crate::ty::Ty;
use crate::value::{Lin, Tensor, Value};

impl Checker<'_> {
    /// The sizes of a shape that is written as `n` or `(m, n)`.
    pub(crate) fn sizes_of(&mut self, shape: &ArgValue) -> Option<Vec<Dim>> {
        let sizes = match &shape.value {
            Value::Tuple(parts) => parts.to_vec(),
            one => vec![one.clone()],
        };
        let mut dims = Vec::new();
        for size in &sizes {
            match size.as_static() {
                Some(d) if self.nonnegative(d) != Truth::No => dims.push(d.clone()),
                Some(d) => {
                    let shown = self.show_dim(d);
                    self.report(errors::negative_size(shape.span, &shown));
                    return None;
                }
                None => {
                    let what = self.describe(size);
                    self.report(errors::size_not_static(shape.span, &what));
                    return None;
                }
            }
        }
        if dims.len() > self.limits.rank {
            self.report(errors::rank_limit(shape.span, dims.len(), self.limits.rank));
            return None;
        }
        Some(dims)
    }

    /// `reshape(x, (m, n))`, and `flatten(x)` without a shape: the elements of x in row-major order.
    pub(crate) fn reshape(&mut self, x: &ArgValue, shape: Option<&ArgValue>, span: Span) -> Value {
        let dims = match shape {
            Some(shape) => match self.sizes_of(shape) {
                Some(dims) => Some(dims),
                None => return Value::Poison,
            },
            None => None,
        };
        if let Value::Complex(z) = &x.value {
            let (re, im) = (z.re.clone(), z.im.clone());
            let mut part = |t: Tensor| self.reshaped(&t, x.span, dims.clone(), span).map(Value::Tensor);
            let (Some(re), Some(im)) = (part(re), part(im)) else { return Value::Poison };
            return Value::complex_of_parts(re, im);
        }
        let Some(t) = self.as_tensor(&x.value, None, x.span) else { return Value::Poison };
        self.reshaped(&t, x.span, dims, span).map_or(Value::Poison, Value::Tensor)
    }

    fn reshaped(&mut self, t: &Tensor, at: Span, dims: Option<Vec<Dim>>, span: Span) -> Option<Tensor> {
        let all = product(&t.dims);
        let (Some(have), Some(want)) = (all.clone(), dims.as_deref().map_or(all, product)) else {
            self.report(errors::size_not_static(span, "a size with so many parts"));
            return None;
        };
        let dims = dims.unwrap_or_else(|| vec![have.clone()]);
        if !self.dims_equal(&have, &want) {
            let from = self.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
            let to = self.show(&Ty::Tensor(t.elem.clone(), dims));
            let counts = (self.show_dim(&have), self.show_dim(&want));
            self.report(errors::elements_differ(span, at, (&from, &counts.0), (&to, &counts.1)));
            return None;
        }
        self.not_plain = true;
        if self.is_scratch() {
            return Some(self.param(&t.elem, &dims));
        }
        let t = self.local(t);
        if have.as_const() == Some(0) {
            return Some(self.blank(&t, &dims));
        }
        // Axes that stay where they are, in front and behind, are not touched.
        let same = |x: &&(&Dim, &Dim)| x.0 == x.1;
        let front = t.dims.iter().zip(&dims).take_while(|p| same(&p)).count();
        let (from, to) = (&t.dims[front..], &dims[front..]);
        let back = from.iter().rev().zip(to.iter().rev()).take_while(|p| same(&p)).count();
        let (old, new) = (front..t.dims.len() - back, front..dims.len() - back);
        self.at(span);
        let flat = self.joined(&t, old.clone());
        let (node, fresh) = match new.len() {
            1 => (flat.0, vec![flat.1]),
            _ => {
                let fresh = self.axes(&dims[new.clone()]);
                let index = Index { terms: strides(&fresh, &dims[new]), offset: 0, data: None };
                (self.b().read(flat.0, vec![(flat.1, index)], &[], None), fresh)
            }
        };
        let axes = t.axes[..old.start].iter().chain(&fresh).chain(&t.axes[old.end..]).copied().collect();
        Some(self.tensor(node, t.elem.clone(), axes, dims))
    }

    /// Some neighbouring axes as one: the node and that axis.
    fn joined(&mut self, t: &Tensor, axes: std::ops::Range<usize>) -> (dslc_ir::NodeId, AxisId) {
        let (old, dims) = (&t.axes[axes.clone()], &t.dims[axes]);
        if let [axis] = old {
            return (self.with_all_axes(t), *axis);
        }
        let count = product(dims).unwrap_or_default();
        let base = self.blank(t, &[count]);
        let base_node = self.with_all_axes(&base);
        let index = Index { terms: strides(old, dims), offset: 0, data: None };
        let at = base.axes[0];
        (self.b().update(base_node, t.node, vec![(at, index)], old.to_vec(), &[]), at)
    }

    /// A tensor of these sizes with the element type of another; every bit is 0.
    fn blank(&mut self, like: &Tensor, dims: &[Dim]) -> Tensor {
        let nothing = self.constant(Bits { scalar: like.elem.scalar(), bits: 0 }, like.elem.clone());
        let axes = self.axes(dims);
        self.tensor(nothing.node, like.elem.clone(), axes, dims.to_vec())
    }

    /// `concat(a, b, ..)`: one behind the other along the first axis; of records each field.
    pub(crate) fn concat(&mut self, args: &[ArgValue], span: Span) -> Value {
        let Some(first) = args.first() else { return Value::Poison };
        match &first.value {
            Value::Record(fields) => {
                let names: Vec<Rc<str>> = fields.iter().map(|(n, _)| n.clone()).collect();
                let mut out = Vec::new();
                for name in names {
                    let mut parts = Vec::new();
                    for a in args {
                        let Value::Record(fs) = &a.value else {
                            let what = self.describe(&a.value);
                            return self.fail(errors::not_a_record(a.span, &what));
                        };
                        let Some((_, v)) = fs.iter().find(|(n, _)| *n == name) else {
                            return self.fail(errors::missing_field(a.span, &name));
                        };
                        parts.push(ArgValue { value: v.clone(), ..a.clone() });
                    }
                    out.push((name, self.concat(&parts, span)));
                }
                Value::record(out)
            }
            Value::Tuple(ps) => {
                let mut out = Vec::new();
                for k in 0..ps.len() {
                    let mut parts = Vec::new();
                    for a in args {
                        match &a.value {
                            Value::Tuple(vs) if vs.len() == ps.len() => {
                                parts.push(ArgValue { value: vs[k].clone(), ..a.clone() });
                            }
                            other => {
                                let (want, what) = (self.describe(&first.value), self.describe(other));
                                return self.fail(errors::type_mismatch(a.span, &want, &what));
                            }
                        }
                    }
                    out.push(self.concat(&parts, span));
                }
                Value::tuple(out)
            }
            Value::Complex(_) => {
                let (mut re, mut im) = (Vec::new(), Vec::new());
                for a in args {
                    let Value::Complex(z) = &a.value else {
                        let (want, what) = (self.describe(&first.value), self.describe(&a.value));
                        return self.fail(errors::type_mismatch(a.span, &want, &what));
                    };
                    re.push(ArgValue { value: Value::Tensor(z.re.clone()), ..a.clone() });
                    im.push(ArgValue { value: Value::Tensor(z.im.clone()), ..a.clone() });
                }
                let re = self.concat(&re, span);
                Value::complex_of_parts(re, self.concat(&im, span))
            }
            _ => self.concat_tensors(args, span),
        }
    }

    fn concat_tensors(&mut self, args: &[ArgValue], span: Span) -> Value {
        let mut parts: Vec<Tensor> = Vec::new();
        for a in args {
            let Some(t) = self.as_tensor(&a.value, None, a.span) else { return Value::Poison };
            if t.dims.is_empty() {
                let what = self.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
                return self.fail(errors::not_concatenated(a.span, &what));
            }
            if let Some(first) = parts.first().cloned() {
                if first.elem != t.elem {
                    let sides = ((args[0].span, &first.elem), (a.span, &t.elem));
                    return self.fail(errors::element_mismatch(span, "concat", sides.0, sides.1));
                }
                let rest = |t: &Tensor| Tensor { dims: t.dims[1..].to_vec(), ..t.clone() };
                let (x, y) = (rest(&first), rest(&t));
                let equal = x.dims.len() == y.dims.len()
                    && x.dims.iter().zip(&y.dims).all(|(a, b)| self.dims_equal(a, b));
                if !equal {
                    let show = |t: &Tensor| self.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
                    let (a_shown, b_shown) = (show(&first), show(&t));
                    let d = errors::rows_differ(span, (args[0].span, &a_shown), (a.span, &b_shown));
                    return self.fail(d);
                }
            }
            parts.push(t);
        }
        let mut whole = Some(Dim::default());
        for t in &parts {
            whole = whole.and_then(|n| n.add(&t.dims[0]));
        }
        let Some(whole) = whole else {
            return self.fail(errors::size_not_static(span, "a size with so many parts"));
        };
        let mut dims = parts[0].dims.clone();
        dims[0] = whole;
        self.not_plain = true;
        if self.is_scratch() {
            let elem = parts[0].elem.clone();
            return Value::Tensor(self.param(&elem, &dims));
        }
        let mut out = self.blank(&parts[0], &dims);
        let mut at = Dim::default();
        for t in &parts {
            let mut picks = vec![Pick::Window(Start::Lin(Lin::constant(at.clone())), t.dims[0].clone())];
            picks.extend(dims[1..].iter().map(|_| Pick::All));
            out = self.write(&out, picks, t, span);
            at = at.add(&t.dims[0]).unwrap_or_default();
        }
        Value::Tensor(out)
    }
}

/// The product of sizes; nothing if it has too many parts.
fn product(dims: &[Dim]) -> Option<Dim> {
    dims.iter().try_fold(Dim::constant(1), |n, d| n.mul(d))
}

/// The row-major position of an element, from its positions along axes of these sizes, which are numbers above 0.
fn strides(axes: &[AxisId], dims: &[Dim]) -> Vec<(AxisId, i64)> {
    let mut stride = 1;
    let mut terms: Vec<(AxisId, i64)> = axes
        .iter()
        .zip(dims)
        .rev()
        .map(|(&axis, dim)| {
            let here = stride;
            stride *= dim.as_const().unwrap_or(1);
            (axis, here)
        })
        .collect();
    terms.sort_unstable();
    terms
}
