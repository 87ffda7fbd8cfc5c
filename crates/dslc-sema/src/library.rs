//! What the functions of the language do with their arguments.

use crate::builtins::{Builtin, FoldKind};
use crate::call::ArgValue;
use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{Maker, Tensor, Value};
use dslc_base::Span;
use dslc_ir::prims::{arith, logic};
use dslc_ir::{Binding, Bits, Routine, Scalar};
use std::rc::Rc;

impl Checker<'_> {
    /// A fold of all elements of one tensor.
    pub(crate) fn fold_all(&mut self, kind: FoldKind, x: &ArgValue, span: Span) -> Value {
        if let Value::Complex(z) = &x.value {
            // Both parts over the same axes.
            let re = self.local(&z.re);
            let (axes, dims) = (re.axes.clone(), re.dims.clone());
            let im = self.aligned(&z.im, &axes);
            let element = |t: &Tensor| Tensor { axes: Vec::new(), dims: Vec::new(), ..t.clone() };
            let im = Tensor { node: im, ..re.clone() };
            let z = crate::value::Complex { re: element(&re), im: element(&im) };
            return self.fold_value(kind, &Value::complex(z), &axes, &dims, None, span);
        }
        let Some(t) = self.as_tensor(&x.value, None, x.span) else { return Value::Poison };
        let (axes, dims) = (t.axes.clone(), t.dims.clone());
        let element = Tensor { axes: Vec::new(), dims: Vec::new(), ..t };
        self.fold_value(kind, &Value::Tensor(element), &axes, &dims, None, span)
    }

    pub(crate) fn extreme(
        &mut self,
        kind: FoldKind,
        x: &ArgValue,
        y: &ArgValue,
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        if let (Some(a), Some(b)) = (x.value.as_static(), y.value.as_static()) {
            let d = if kind == FoldKind::Max { a.larger(b) } else { a.smaller(b) };
            return match d {
                Some(d) => Value::Int(crate::value::Lin::constant(d)),
                None => self.fail(errors::integer_range(span)),
            };
        }
        // A float among exact numbers makes floats.
        let float = matches!(x.value, Value::Float(_)) || matches!(y.value, Value::Float(_));
        let ask = want.cloned().or(float.then(|| Ty::scalar(Elem::F64)));
        let Some((a, b)) = self.meet((&x.value, x.span), (&y.value, y.span), ask.as_ref()) else {
            return Value::Poison;
        };
        if a.elem != b.elem {
            let sides = ((x.span, &a.elem), (y.span, &b.elem));
            return self.fail(errors::element_mismatch(span, kind.name(), sides.0, sides.1));
        }
        if !a.elem.is_comparable() {
            let d = errors::no_operator(span, kind.name(), &a.elem.show());
            return self.fail(errors::within_kind(d, &a.elem));
        }
        if !a.dims.is_empty()
            && !b.dims.is_empty()
            && !self.same_shape(&a, x.span, &b, y.span, span, kind.name())
        {
            return Value::Poison;
        }
        let prim = if kind == FoldKind::Max { &arith::MAX } else { &arith::MIN };
        let elem = a.elem.clone();
        Value::Tensor(self.pointwise(prim, &[a, b], elem))
    }

    pub(crate) fn float_pointwise(
        &mut self,
        name: &'static str,
        args: &[ArgValue],
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        let ask = match want {
            Some(Ty::Tensor(e, _)) if e.is_float() => Ty::scalar(e.clone()),
            _ => Ty::scalar(Elem::F64),
        };
        if let [ArgValue { value: Value::Complex(z), span: at, .. }] = args {
            self.at(span);
            return self.complex_pointwise(name, z, *at);
        }
        // These two are for integers too, and of an exact one exact.
        let whole = matches!(name, "abs" | "sign");
        if let ([ArgValue { value: Value::Int(l), .. }], true) = (args, whole)
            && let Some(n) = l.as_const()
        {
            let exact = if name == "abs" { n.checked_abs() } else { Some(n.signum()) };
            return exact.map_or_else(|| self.fail(errors::integer_range(span)), Value::int);
        }
        let mut ts = Vec::new();
        for a in args {
            let Some(mut t) = self.as_tensor(&a.value, Some(&ask), a.span) else { return Value::Poison };
            if whole && t.elem == Elem::I64 && !t.flexible {
                self.at(span);
                let prim = self.prim(name);
                return Value::Tensor(self.pointwise(prim, &[t], Elem::I64));
            }
            if t.flexible {
                t = self.int_to_float(&t, &Elem::F64);
            }
            if !t.elem.is_float() {
                return self.fail(errors::needs_float(a.span, name, &t.elem));
            }
            ts.push(t);
        }
        if let [a, b] = ts.as_slice() {
            if a.elem != b.elem {
                return self.fail(errors::element_mismatch(
                    span,
                    name,
                    (args[0].span, &a.elem),
                    (args[1].span, &b.elem),
                ));
            }
            let (a, b) = (a.clone(), b.clone());
            if !a.dims.is_empty()
                && !b.dims.is_empty()
                && !self.same_shape(&a, args[0].span, &b, args[1].span, span, name)
            {
                return Value::Poison;
            }
        }
        let (prim, elem) = (self.prim(name), ts[0].elem.clone());
        Value::Tensor(self.pointwise(prim, &ts, elem))
    }

    pub(crate) fn int_pointwise(&mut self, name: &'static str, args: &[ArgValue], span: Span) -> Value {
        let mut ts = Vec::new();
        for a in args {
            let Some(t) = self.as_tensor(&a.value, Some(&Ty::scalar(Elem::I64)), a.span) else {
                return Value::Poison;
            };
            if t.elem != Elem::I64 {
                return self.fail(errors::expected_type(a.span, "i64", &t.elem.show()));
            }
            ts.push(t);
        }
        self.at(span);
        let prim = self.prim(name);
        Value::Tensor(self.pointwise(prim, &ts, Elem::I64))
    }

    pub(crate) fn where_(
        &mut self,
        c: &ArgValue,
        a: &ArgValue,
        b: &ArgValue,
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        // A mask of draws is as large as what it chooses from.
        let shaped = [&a.value, &b.value].into_iter().find_map(|v| match v {
            Value::Tensor(t) if !t.dims.is_empty() => Some(t.dims.clone()),
            Value::Complex(z) if !z.re.dims.is_empty() => Some(z.re.dims.clone()),
            _ => None,
        });
        let mask = Ty::Tensor(Elem::Bool, shaped.unwrap_or_default());
        let mask = matches!(c.value, Value::Maker(_)).then_some(&mask);
        let Some(c_t) = self.as_tensor(&c.value, mask, c.span) else { return Value::Poison };
        if c_t.elem != Elem::Bool {
            return self.fail(errors::expected_type(c.span, "bool", &c_t.elem.show()));
        }
        if let (Value::Complex(_), _) | (_, Value::Complex(_)) = (&a.value, &b.value) {
            return self.complex_where(&c_t, a, b, span);
        }
        let ask = want.cloned().or(match (&a.value, &b.value) {
            (Value::Float(_), _) | (_, Value::Float(_)) => Some(Ty::scalar(Elem::F64)),
            _ => None,
        });
        let Some((x, y)) = self.meet((&a.value, a.span), (&b.value, b.span), ask.as_ref()) else {
            return Value::Poison;
        };
        if x.elem != y.elem {
            return self.fail(errors::element_mismatch(span, "where", (a.span, &x.elem), (b.span, &y.elem)));
        }
        for (t, s) in [(&x, a.span), (&y, b.span)] {
            if !t.dims.is_empty()
                && !c_t.dims.is_empty()
                && !self.same_shape(&c_t, c.span, t, s, span, "where")
            {
                return Value::Poison;
            }
        }
        if !x.dims.is_empty() && !y.dims.is_empty() && !self.same_shape(&x, a.span, &y, b.span, span, "where")
        {
            return Value::Poison;
        }
        let elem = x.elem.clone();
        Value::Tensor(self.pointwise(&logic::SELECT, &[c_t, x, y], elem))
    }

    pub(crate) fn dot(&mut self, a: &ArgValue, b: &ArgValue, span: Span) -> Value {
        match (&a.value, &b.value) {
            // The inner product of the plane: the real part of conj(a) b.
            (Value::Complex(x), Value::Complex(y)) => {
                let part = |t: &Tensor, span| ArgValue { name: None, value: Value::Tensor(t.clone()), span };
                let re = self.dot(&part(&x.re, a.span), &part(&y.re, b.span), span);
                let im = self.dot(&part(&x.im, a.span), &part(&y.im, b.span), span);
                self.binary(dslc_syntax::ast::BinOp::Add, span, (&re, a.span), (&im, b.span), span, None)
            }
            (Value::Record(_) | Value::Tuple(_), Value::Record(_) | Value::Tuple(_)) => {
                let b_value = self.in_order_of(&a.value, &b.value);
                let part = |v: &Value, s| ArgValue { name: None, value: v.clone(), span: s };
                let mut sum: Option<Value> = None;
                for (x, y) in parts(&a.value).into_iter().zip(parts(&b_value)) {
                    let next = self.dot(&part(x, a.span), &part(y, b.span), span);
                    sum = Some(match sum {
                        None => next,
                        Some(s) => self.binary(
                            dslc_syntax::ast::BinOp::Add,
                            span,
                            (&s, span),
                            (&next, span),
                            span,
                            None,
                        ),
                    });
                }
                sum.unwrap_or(Value::Poison)
            }
            _ => {
                let Some((x, y)) = self.meet((&a.value, a.span), (&b.value, b.span), None) else {
                    return Value::Poison;
                };
                if x.elem != y.elem {
                    return self.fail(errors::element_mismatch(
                        span,
                        "dot",
                        (a.span, &x.elem),
                        (b.span, &y.elem),
                    ));
                }
                if !self.same_shape(&x, a.span, &y, b.span, span, "dot") {
                    return Value::Poison;
                }
                // Of vectors whose type is not known yet it is a number all the same.
                if x.elem.is_unknown() {
                    return Value::Tensor(self.param(&Elem::F64, &[]));
                }
                let Some(p) = x.elem.product() else {
                    return self.fail(errors::no_operator(span, "dot", &x.elem.show()));
                };
                let elem = x.elem.clone();
                let product = self.pointwise(p.0, &[x, y], elem);
                let arg = ArgValue { name: None, value: Value::Tensor(product), span };
                self.fold_all(FoldKind::Sum, &arg, span)
            }
        }
    }

    /// The square root of the sum of squares; at 0 it is cut off from the root, whose derivative is infinite there.
    pub(crate) fn norm(&mut self, a: &ArgValue, span: Span) -> Value {
        let Value::Tensor(t) = self.dot(a, a, span) else { return Value::Poison };
        if !t.elem.is_float() {
            return self.fail(errors::needs_float(span, "norm", &t.elem));
        }
        let (sqrt, elem) = (self.prim("sqrt"), t.elem.clone());
        let zero = self.number(&elem, 0.0);
        let at_zero = self.pointwise(&logic::EQ, &[t.clone(), zero.clone()], Elem::Bool);
        let root = self.pointwise(sqrt, &[t], elem.clone());
        Value::Tensor(self.pointwise(&logic::SELECT, &[at_zero, zero, root], elem))
    }

    pub(crate) fn get(&mut self, x: &ArgValue, at: &[ArgValue], fill: &ArgValue, span: Span) -> Value {
        if let Value::Complex(z) = &x.value {
            let ty = match &fill.value {
                Value::Int(_) | Value::Float(_) => Ty::scalar(crate::complex::complex_of(&z.re.elem)),
                other => self.type_of(other),
            };
            let of =
                |v: &Tensor, like: &ArgValue| ArgValue { value: Value::Tensor(v.clone()), ..like.clone() };
            let fill_value = self.coerce(&fill.value, &ty, fill.span);
            let Value::Complex(f) = fill_value else {
                let (want, what) =
                    (crate::complex::complex_of(&z.re.elem).show(), self.describe(&fill.value));
                return self.fail(errors::expected_type(fill.span, &want, &what));
            };
            let re = self.get(&of(&z.re, x), at, &of(&f.re, fill), span);
            return Value::complex_of_parts(re, self.get(&of(&z.im, x), at, &of(&f.im, fill), span));
        }
        let Some(t) = self.as_tensor(&x.value, None, x.span) else { return Value::Poison };
        if at.len() > t.dims.len() {
            let shown = self.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
            return self.fail(errors::too_many_subscripts(at[t.dims.len()].span, x.span, &shown, at.len()));
        }
        let ask = Ty::scalar(t.elem.clone());
        let Some(f) = self.as_tensor(&fill.value, Some(&ask), fill.span) else { return Value::Poison };
        if f.elem != t.elem {
            return self.fail(errors::expected_type(fill.span, &t.elem.show(), &f.elem.show()));
        }
        // Where only some axes are indexed, what is left of `t` is a tensor, and its fill a scalar or one like it.
        let rest = &t.dims[at.len()..];
        let same = f.dims.len() == rest.len() && f.dims.iter().zip(rest).all(|(a, b)| self.dims_equal(a, b));
        if !f.dims.is_empty() && !same {
            let expected = self.show(&Ty::Tensor(t.elem.clone(), rest.to_vec()));
            let found = self.show(&Ty::Tensor(f.elem.clone(), f.dims.clone()));
            return self.fail(errors::type_mismatch(fill.span, &expected, &found));
        }
        let at: Vec<Value> = at.iter().map(|a| a.value.clone()).collect();
        self.read_or(&t, &at, &f, span).map_or(Value::Poison, Value::Tensor)
    }

    pub(crate) fn argsort(&mut self, x: &ArgValue, span: Span) -> Value {
        let Some(t) = self.as_tensor(&x.value, None, x.span) else { return Value::Poison };
        if t.dims.len() != 1 {
            let shown = self.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
            return self.fail(errors::expected_type(x.span, "a vector", &shown));
        }
        if !matches!(t.elem.scalar(), Scalar::F64 | Scalar::F32 | Scalar::I64) {
            return self.fail(errors::no_operator(span, "argsort", &t.elem.show()));
        }
        self.not_plain = true;
        let out = self.axis(&t.dims[0]);
        let bind = Binding { args: vec![t.axes.clone()], results: vec![vec![out]] };
        self.at(span);
        let node = self.b().library(Routine::ArgSort, &[t.node], bind);
        Value::Tensor(self.tensor(node, Elem::I64, vec![out], t.dims.clone()))
    }

    pub(crate) fn permutation(&mut self, k: &ArgValue, n: &ArgValue, span: Span) -> Value {
        let Some(key) = self.key_argument(k) else { return Value::Poison };
        let Some(n) = n.value.as_static().cloned() else {
            let what = self.describe(&n.value);
            return self.fail(errors::size_not_static(n.span, &what));
        };
        self.not_plain = true;
        let out = self.axis(&n);
        let bind = Binding { args: vec![Vec::new()], results: vec![vec![out]] };
        self.at(span);
        let node = self.b().library(Routine::Permutation, &[key.node], bind);
        Value::Tensor(self.tensor(node, Elem::I64, vec![out], vec![n]))
    }

    pub(crate) fn key(&mut self, seed: &ArgValue) -> Value {
        let Some(t) = self.as_tensor(&seed.value, Some(&Ty::scalar(Elem::I64)), seed.span) else {
            return Value::Poison;
        };
        if t.elem != Elem::I64 {
            return self.fail(errors::expected_type(seed.span, "i64", &t.elem.show()));
        }
        let prim = self.prim("key_of");
        Value::Tensor(self.pointwise(prim, &[t], Elem::Key))
    }

    pub(crate) fn key_argument(&mut self, k: &ArgValue) -> Option<Tensor> {
        let t = self.as_tensor(&k.value, None, k.span)?;
        if t.elem != Elem::Key || !t.dims.is_empty() {
            let what = self.describe(&k.value);
            self.report(errors::expected_type(k.span, "key", &what));
            return None;
        }
        Some(t)
    }

    pub(crate) fn split_key(&mut self, k: &ArgValue, _span: Span) -> Value {
        let Some(key) = self.key_argument(k) else { return Value::Poison };
        let parts = (0..2).map(|n| {
            let n = self.constant(Bits::i64(n), Elem::I64);
            Value::Tensor(self.fold_in(&key, &n))
        });
        Value::tuple(parts.collect())
    }

    pub(crate) fn fold_in_call(&mut self, k: &ArgValue, i: &ArgValue, _span: Span) -> Value {
        let Some(key) = self.key_argument(k) else { return Value::Poison };
        let Some(n) = self.as_tensor(&i.value, Some(&Ty::scalar(Elem::I64)), i.span) else {
            return Value::Poison;
        };
        if n.elem != Elem::I64 {
            return self.fail(errors::expected_type(i.span, "i64", &n.elem.show()));
        }
        Value::Tensor(self.fold_in(&key, &n))
    }

    /// `normal(key)`, `uniform(key, lo, hi)`, `bernoulli(key, p)`: draws that take their shape from context, or from
    /// `shape: n` or `shape: (m, n)`.
    pub(crate) fn draw_call(&mut self, b: Builtin, k: &ArgValue, args: &[ArgValue], span: Span) -> Value {
        let named = |a: &&ArgValue| a.name.is_some();
        if let Some(n) =
            args.iter().filter(named).find_map(|a| a.name.as_ref().filter(|n| &*n.text != "shape"))
        {
            return self.fail(errors::unknown_argument(n.span, &n.text, vec!["shape".into()]));
        }
        let shape = args.iter().find(named);
        let plain: Vec<&ArgValue> = args.iter().filter(|a| a.name.is_none()).collect();
        let Some(key) = self.key_argument(k) else { return Value::Poison };
        let pair = || Some((plain.get(1)?.value.clone(), plain.get(2)?.value.clone()));
        let maker = match (b, plain.len()) {
            (Builtin::Normal, 1 | 3) => Maker::Normal { key, affine: pair() },
            (Builtin::Uniform, 1 | 3) => Maker::Uniform { key, bounds: pair() },
            (Builtin::Bernoulli, 2) => Maker::Bernoulli { key, p: plain[1].value.clone() },
            (_, n) => {
                return self.fail(errors::builtin_arity(span, &crate::builtins::builtin_name(b), n));
            }
        };
        let elem = if b == Builtin::Bernoulli { Elem::Bool } else { Elem::F64 };
        let Some(shape) = shape else {
            // Parameters that are tensors say the shape.
            let shaped = plain[1..].iter().find_map(|a| match &a.value {
                Value::Tensor(t) if !t.dims.is_empty() => Some(t.clone()),
                _ => None,
            });
            let Some(t) = shaped else { return Value::Maker(Rc::new(maker)) };
            let elem = if t.elem == Elem::F32 && b != Builtin::Bernoulli { Elem::F32 } else { elem };
            return self.make(&maker, &Ty::Tensor(elem, t.dims), span);
        };
        let Some(dims) = self.sizes_of(shape) else { return Value::Poison };
        self.make(&maker, &Ty::Tensor(elem, dims), span)
    }

    pub(crate) fn static_function(&mut self, name: &'static str, args: &[ArgValue], span: Span) -> Value {
        let statics: Option<Vec<Dim>> = args.iter().map(|a| a.value.as_static().cloned()).collect();
        let found = match (name, statics.as_deref()) {
            ("div", Some([a, b])) => a.div(b),
            ("mod", Some([a, b])) => a.rem(b),
            ("ceil_log2", Some([a])) => a.ceil_log2(),
            ("div" | "mod", None) if args.len() == 2 => {
                let prim = if name == "div" { "div_floor" } else { "mod_floor" };
                return self.int_pointwise(prim, args, span);
            }
            (_, None) => {
                let what = args.first().map_or("nothing".into(), |a| self.describe(&a.value));
                return self.fail(errors::size_not_static(span, &what));
            }
            _ => return self.fail(errors::builtin_arity(span, name, args.len())),
        };
        match found {
            Some(d) => Value::Int(crate::value::Lin::constant(d)),
            None => self.fail(errors::static_division(span)),
        }
    }
}

/// The fields of a record or the parts of a tuple.
fn parts(v: &Value) -> Vec<&Value> {
    match v {
        Value::Record(fields) => fields.iter().map(|(_, f)| f).collect(),
        Value::Tuple(parts) => parts.iter().collect(),
        _ => Vec::new(),
    }
}
