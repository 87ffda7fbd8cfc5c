//! Types as written: what they mean, and values made to fit them.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_syntax::ast::{self, BinOp, ExprKind, TypeArg, TypeKind};

use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::ty::{Elem, Float, Ty};
use crate::value::{FnVal, Maker, Tensor, Value};

impl Checker<'_> {
    /// What a written type means here.
    pub(crate) fn resolve(&mut self, t: &ast::Type) -> Option<Ty> {
        self.within_type(t.span, |c| c.resolve_kind(t))
    }

    fn resolve_kind(&mut self, t: &ast::Type) -> Option<Ty> {
        match &t.kind {
            TypeKind::Path { path, args } => self.resolve_path(path, args, t.span),
            TypeKind::Array(inner, dims) => {
                let inner = self.resolve(inner)?;
                let mut out = Vec::new();
                for d in dims {
                    out.push(self.static_dim(d)?);
                }
                let ty = inner.stacked(&out);
                if let Ty::Tensor(_, dims) = &ty
                    && dims.len() > self.limits.rank
                {
                    self.report(errors::rank_limit(t.span, dims.len(), self.limits.rank));
                    return None;
                }
                Some(ty)
            }
            TypeKind::Tuple(ts) => {
                Some(Ty::Tuple(ts.iter().map(|t| self.resolve(t)).collect::<Option<_>>()?))
            }
            TypeKind::Record(fs) => {
                let mut out: Vec<(Rc<str>, Ty)> = Vec::new();
                for (n, t) in fs {
                    if out.iter().any(|(m, _)| *m == n.text) {
                        self.report(errors::duplicate_field(n.span, &n.text));
                        return None;
                    }
                    out.push((n.text.clone(), self.resolve(t)?));
                }
                Some(Ty::Record(out))
            }
            TypeKind::Fn(a, b) => {
                let params = match &a.kind {
                    TypeKind::Tuple(ts) => ts.iter().map(|t| self.resolve(t)).collect::<Option<_>>()?,
                    _ => vec![self.resolve(a)?],
                };
                Some(Ty::Fn(params, Box::new(self.resolve(b)?)))
            }
        }
    }

    fn resolve_path(&mut self, path: &[ast::Name], args: &[TypeArg], span: Span) -> Option<Ty> {
        let name = &path[path.len() - 1];
        if let ([one], []) = (path, args) {
            if let Some(e) = scalar_named(&one.text) {
                return Some(Ty::scalar(e));
            }
            if let Some(t) = self.contexts.last().and_then(|c| c.types.get(&one.text)) {
                return Some(t.clone());
            }
        }
        if let ("maxplus" | "minplus" | "logsum", [TypeArg::Type(inner)]) = (&*name.text, args) {
            let float = match self.resolve(inner)? {
                Ty::Tensor(Elem::F64 | Elem::Var(..), d) if d.is_empty() => Float::F64,
                Ty::Tensor(Elem::F32, d) if d.is_empty() => Float::F32,
                other => {
                    let shown = self.show(&other);
                    self.report(errors::semiring_of(inner.span, &name.text, &shown));
                    return None;
                }
            };
            return Some(Ty::scalar(match &*name.text {
                "maxplus" => Elem::MaxPlus(float),
                "minplus" => Elem::MinPlus(float),
                _ => Elem::LogSum(float),
            }));
        }
        match &*name.text {
            // A model or optimiser is checked where it is used, with the functions that it really has.
            "params" if path.len() == 1 => return Some(self.parameters_of(args)),
            "model" | "optimiser" if path.len() == 1 => return Some(Ty::Poison),
            _ => {}
        }
        let expanded = self.expand_alias(path, args, span)?;
        self.resolve(&expanded)
    }

    /// The type of the parameters of a model; what is named may be known only where it is used.
    fn parameters_of(&mut self, args: &[TypeArg]) -> Ty {
        let [TypeArg::Type(ast::Type { kind: TypeKind::Path { path, args: none }, .. })] = args else {
            return Ty::Poison;
        };
        let ([name], []) = (path.as_slice(), none.as_slice()) else { return Ty::Poison };
        let found = self.lookup(&name.text).map(|v| v.value.clone());
        let found = found.or_else(|| self.module_member(self.module_id(), &name.text));
        match found {
            Some(m) if self.is_model(&m) => self.probe(|c| {
                let key = c.param(&Elem::Key, &[]);
                let p = c.init(&m, &key, name.span);
                c.type_of(&p)
            }),
            _ => Ty::Poison,
        }
    }

    fn alias_module(&self, path: &[ast::Name]) -> Option<crate::value::ModuleId> {
        match path {
            [m, _] => self.info(self.module_id()).imports.get(&m.text).map(|i| i.0),
            _ => Some(self.module_id()),
        }
    }

    /// The type that a named type with arguments stands for.
    pub(crate) fn expand_alias(
        &mut self,
        path: &[ast::Name],
        args: &[TypeArg],
        span: Span,
    ) -> Option<ast::Type> {
        let name = &path[path.len() - 1];
        let home = self.alias_module(path);
        let found = home.and_then(|id| self.info(id).types.get(&name.text).cloned()).or_else(|| {
            let id = *self.by_path.get("std:prelude")?;
            self.info(id).types.get(&name.text).cloned()
        });
        let Some(item) = found else {
            let mut names: Vec<String> = ["f64", "f32", "c64", "c128", "i64", "bool", "key", "z2", "count"]
                .iter()
                .map(|s| s.to_string())
                .collect();
            names.extend(self.info(self.module_id()).types.keys().map(|k| k.to_string()));
            if let Some(c) = self.contexts.last() {
                names.extend(c.types.keys().map(|k| k.to_string()));
            }
            self.report(errors::unknown_type(
                name.span,
                &name.text,
                errors::nearest(&name.text, names).as_deref(),
            ));
            return None;
        };
        if self.bad_types.contains(&item.name.span) {
            return None;
        }
        if item.params.len() != args.len() {
            self.report(errors::type_arguments(
                span,
                &name.text,
                item.params.len(),
                args.len(),
                item.name.span,
            ));
            return None;
        }
        let with: Vec<(Rc<str>, TypeArg)> =
            item.params.iter().map(|p| p.text.clone()).zip(args.iter().cloned()).collect();
        Some(substitute(&item.ty, &with))
    }

    /// A static integer, as a dimension.
    pub(crate) fn static_dim(&mut self, e: &ast::Expr) -> Option<Dim> {
        if let ast::ExprKind::Name(n) = &e.kind
            && !self.resolves(n, e.span)
        {
            let near = self.nearest_name(n);
            if self.poison(n) {
                self.report(errors::unknown_size(e.span, n, near.as_deref()));
            }
            return None;
        }
        match self.expr(e, None) {
            Value::Int(l) if l.as_static().is_some() => {
                let d = l.constant;
                if self.nonnegative(&d) == crate::dim::Truth::No {
                    let shown = self.show_dim(&d);
                    self.report(errors::negative_size(e.span, &shown));
                    return None;
                }
                Some(d)
            }
            Value::Poison => None,
            other => {
                let what = self.describe(&other);
                self.report(errors::size_not_static(e.span, &what));
                None
            }
        }
    }

    /// A value made to fit a type; reports where it does not.
    pub(crate) fn coerce(&mut self, v: &Value, ty: &Ty, span: Span) -> Value {
        match (v, ty) {
            (_, Ty::Poison) | (Value::Poison, _) | (Value::Str(_), Ty::Str) => v.clone(),
            (Value::Int(_) | Value::Float(_), Ty::Tensor(e, d)) if d.is_empty() => {
                match self.number_as(v, &e.clone(), span) {
                    None => Value::Poison,
                    Some(re) if e.part().is_some() => self.complex_of_real(re),
                    Some(t) => Value::Tensor(t),
                }
            }
            (Value::Complex(z), Ty::Tensor(e, d)) if e.part().as_ref() == Some(&z.re.elem) => {
                let part = Ty::Tensor(z.re.elem.clone(), d.clone());
                if self.fits(&Value::Tensor(z.re.clone()), &part) {
                    return self.each_leaf(v, |c, x| c.coerce(x, &part, span));
                }
                self.mismatch(v, ty, span)
            }
            (Value::Maker(m), _) => self.make(&m.clone(), ty, span),
            (Value::Tensor(t), Ty::Tensor(e, d)) => {
                if t.flexible && e.is_float() && d.is_empty() && t.dims.is_empty() {
                    return Value::Tensor(self.int_to_float(t, e));
                }
                if t.elem == *e
                    && t.dims.len() == d.len()
                    && t.dims.iter().zip(d).all(|(a, b)| self.dims_equal(a, b))
                {
                    let mut t = t.clone();
                    t.dims.clone_from(d);
                    return Value::Tensor(t);
                }
                self.mismatch(v, ty, span)
            }
            (Value::Tuple(vs), Ty::Tuple(ts)) if vs.len() == ts.len() => {
                Value::tuple(vs.iter().zip(ts).map(|(v, t)| self.coerce(v, t, span)).collect())
            }
            (Value::Record(vs), Ty::Record(ts)) => {
                if let Some((n, _)) = vs.iter().find(|(n, _)| !ts.iter().any(|(m, _)| m == n)) {
                    return self.fail(errors::extra_field(span, n));
                }
                let mut out = Vec::new();
                for (n, t) in ts {
                    let Some((_, v)) = vs.iter().find(|(m, _)| m == n) else {
                        return self.fail(errors::missing_field(span, n));
                    };
                    out.push((n.clone(), self.coerce(v, t, span)));
                }
                Value::record(out)
            }
            (Value::Fn(_), Ty::Fn(..)) => v.clone(),
            _ => self.mismatch(v, ty, span),
        }
    }

    fn mismatch(&mut self, v: &Value, ty: &Ty, span: Span) -> Value {
        let (expected, found) = (self.show(ty), self.describe(v));
        let d = self.with_origin(errors::type_mismatch(span, &expected, &found), v);
        self.fail(d)
    }

    /// A value of a type made from what takes its shape from context.
    pub(crate) fn make(&mut self, m: &Maker, ty: &Ty, span: Span) -> Value {
        match ty {
            Ty::Tensor(elem, dims) => match elem.part() {
                Some(part) if matches!(m, Maker::Zero | Maker::One | Maker::Eye) => {
                    let re = self.make(m, &Ty::Tensor(part.clone(), dims.clone()), span);
                    let im = self.make(&Maker::Zero, &Ty::Tensor(part, dims.clone()), span);
                    Value::complex_of_parts(re, im)
                }
                Some(part) if matches!(m, Maker::Normal { .. } | Maker::Glorot { .. }) => {
                    self.complex_draw(m, &part, dims, span)
                }
                _ => self.make_tensor(m, elem, dims, span).map_or(Value::Poison, Value::Tensor),
            },
            Ty::Tuple(ts) => {
                let parts = ts.iter().enumerate().map(|(k, t)| {
                    let m = self.part_of(m, k);
                    self.make(&m, t, span)
                });
                Value::tuple(parts.collect())
            }
            Ty::Record(fs) => {
                let fields = fs.iter().enumerate().map(|(k, (n, t))| {
                    let m = self.part_of(m, k);
                    (n.clone(), self.make(&m, t, span))
                });
                Value::record(fields.collect())
            }
            Ty::Poison => Value::Maker(Rc::new(m.clone())),
            Ty::Fn(..) | Ty::Str => {
                let shown = self.show(ty);
                self.fail(errors::cannot_make(span, &shown))
            }
        }
    }

    /// A complex normal number: its parts have half the variance each, so the mean of its squared size is 1.
    fn complex_draw(&mut self, m: &Maker, part: &Elem, dims: &[Dim], span: Span) -> Value {
        let (plain, affine) = match m {
            Maker::Normal { key, affine } => {
                (Maker::Normal { key: key.clone(), affine: None }, affine.clone())
            }
            other => (other.clone(), None),
        };
        let half = self.number(part, std::f64::consts::FRAC_1_SQRT_2);
        let mut parts = Vec::new();
        for k in 0..2 {
            let m = self.part_of(&plain, k);
            let Some(draw) = self.make_tensor(&m, part, dims, span) else { return Value::Poison };
            let scaled = self.pointwise(&dslc_ir::prims::arith::MUL, &[draw, half.clone()], part.clone());
            parts.push(Value::Tensor(scaled));
        }
        let (Some(im), Some(re)) = (parts.pop(), parts.pop()) else { return Value::Poison };
        let z = Value::complex_of_parts(re, im);
        let Some((mean, deviation)) = affine else { return z };
        let z = self.binary(BinOp::Mul, span, (&deviation, span), (&z, span), span, None);
        self.binary(BinOp::Add, span, (&mean, span), (&z, span), span, None)
    }

    /// Draws for the parts of a record use a key each.
    fn part_of(&mut self, m: &Maker, k: usize) -> Maker {
        let mut m = m.clone();
        if let Maker::Normal { key, .. }
        | Maker::Uniform { key, .. }
        | Maker::Bernoulli { key, .. }
        | Maker::Glorot { key } = &mut m
        {
            let number = self.constant(dslc_ir::Bits::i64(k as i64), Elem::I64);
            *key = self.fold_in(&key.clone(), &number);
        }
        m
    }

    /// `fold_in(key, i)`.
    pub(crate) fn fold_in(&mut self, key: &Tensor, i: &Tensor) -> Tensor {
        let prim = self.prim("fold_in");
        self.pointwise(prim, &[key.clone(), i.clone()], Elem::Key)
    }

    fn make_tensor(&mut self, m: &Maker, elem: &Elem, dims: &[Dim], span: Span) -> Option<Tensor> {
        let axes = self.axes(dims);
        let of = |c: &Self, node| c.tensor(node, elem.clone(), axes.clone(), dims.to_vec());
        match m {
            Maker::Zero => {
                let bits = if *elem == Elem::Bool { dslc_ir::Bits::bool(false) } else { elem.zero() };
                let node = self.b().constant(bits);
                Some(of(self, node))
            }
            Maker::One => {
                let node = self.b().constant(elem.one());
                Some(of(self, node))
            }
            Maker::Eye => {
                let &[a, b] = axes.as_slice() else {
                    self.report(errors::eye_rank(span, dims.len()));
                    return None;
                };
                if !self.dims_equal(&dims[0], &dims[1]) {
                    self.report(errors::eye_rank(span, dims.len()));
                    return None;
                }
                let (i, j) = (self.b().iota(a), self.b().iota(b));
                let same = self.b().map(&logic::EQ, &[i, j]);
                let (one, zero) = (self.b().constant(elem.one()), self.b().constant(elem.zero()));
                let node = self.b().select(same, one, zero);
                Some(of(self, node))
            }
            Maker::Normal { key, affine } => {
                let draw = self.draw("normal", key, elem, &axes, dims, span)?;
                self.affine_draw(draw, affine.as_ref(), elem, span)
            }
            Maker::Uniform { key, bounds } => {
                let draw = self.draw("uniform", key, elem, &axes, dims, span)?;
                match bounds {
                    None => Some(draw),
                    Some((lo, hi)) => {
                        let ty = Ty::scalar(elem.clone());
                        let lo = self.as_tensor(lo, Some(&ty), span)?;
                        let hi = self.as_tensor(hi, Some(&ty), span)?;
                        let width =
                            self.pointwise(&dslc_ir::prims::arith::SUB, &[hi, lo.clone()], elem.clone());
                        self.affine_draw(draw, Some(&(Value::Tensor(lo), Value::Tensor(width))), elem, span)
                    }
                }
            }
            Maker::Bernoulli { key, p } => {
                if *elem != Elem::Bool {
                    self.report(errors::expected_type(span, &elem.show(), "draws of `bool`"));
                    return None;
                }
                let draw = self.draw("uniform", key, &Elem::F64, &axes, dims, span)?;
                let p = self.as_tensor(p, Some(&Ty::scalar(Elem::F64)), span)?;
                Some(self.pointwise(&logic::LT, &[draw, p], Elem::Bool))
            }
            Maker::Glorot { key } => {
                let draw = self.draw("normal", key, elem, &axes, dims, span)?;
                let fan: f64 = match dims {
                    [] => 1.0,
                    [n] => n.as_const().unwrap_or(1) as f64,
                    [.., m, n] => m.as_const().unwrap_or(1) as f64 + n.as_const().unwrap_or(1) as f64,
                };
                let scale = self.number(elem, (2.0 / fan.max(1.0)).sqrt());
                Some(self.pointwise(&dslc_ir::prims::arith::MUL, &[draw, scale], elem.clone()))
            }
        }
    }

    fn affine_draw(
        &mut self,
        draw: Tensor,
        affine: Option<&(Value, Value)>,
        elem: &Elem,
        span: Span,
    ) -> Option<Tensor> {
        let Some((shift, scale)) = affine else { return Some(draw) };
        let ty = Ty::scalar(elem.clone());
        let shift = self.as_tensor(shift, Some(&ty), span)?;
        let scale = self.as_tensor(scale, Some(&ty), span)?;
        let scaled = self.pointwise(&dslc_ir::prims::arith::MUL, &[draw, scale], elem.clone());
        Some(self.pointwise(&dslc_ir::prims::arith::ADD, &[scaled, shift], elem.clone()))
    }

    /// Independent draws: the counter of an element is its row-major position.
    fn draw(
        &mut self,
        name: &str,
        key: &Tensor,
        elem: &Elem,
        axes: &[dslc_ir::AxisId],
        dims: &[Dim],
        span: Span,
    ) -> Option<Tensor> {
        if !elem.is_float() {
            self.report(errors::draw_type(span, name, &elem.show()));
            return None;
        }
        let key = self.local(key);
        let (add, mul) = (self.prim("index_add"), self.prim("index_mul"));
        let mut counter = self.b().int(0);
        for (k, (&axis, d)) in axes.iter().zip(dims).enumerate() {
            let i = self.b().iota(axis);
            counter = if k == 0 {
                i
            } else {
                let n = self.b().int(d.as_const().unwrap_or(1));
                let scaled = self.b().map(mul, &[counter, n]);
                self.b().map(add, &[scaled, i])
            };
        }
        let prim = self.prim(name);
        let mut node = self.b().map(prim, &[key.node, counter]);
        if *elem == Elem::F32 {
            let cast = self.prim("f64_to_f32");
            node = self.b().map(cast, &[node]);
        }
        self.not_plain = true;
        Some(self.tensor(node, elem.clone(), axes.to_vec(), dims.to_vec()))
    }

    /// Whether a value has parameters of its own: a model.
    pub(crate) fn is_model(&self, v: &Value) -> bool {
        use crate::value::Model;
        match v {
            Value::Fn(f) => match &**f {
                FnVal::Model(Model::Compose(f, g, _) | Model::Pair(f, g)) => {
                    self.is_model(f) || self.is_model(g)
                }
                FnVal::Model(Model::Repeat(_, f)) => self.is_model(f),
                FnVal::Model(Model::Item { .. }) => true,
                _ => false,
            },
            Value::Record(fs) => ["init", "apply"].iter().all(|n| fs.iter().any(|(m, _)| &**m == *n)),
            _ => false,
        }
    }
}

/// The scalar type with this name.
pub(crate) fn scalar_named(name: &str) -> Option<Elem> {
    match name {
        "f64" => Some(Elem::F64),
        "f32" => Some(Elem::F32),
        "i64" => Some(Elem::I64),
        "c64" => Some(Elem::C64),
        "c128" => Some(Elem::C128),
        "bool" => Some(Elem::Bool),
        "key" => Some(Elem::Key),
        "z2" => Some(Elem::Z2),
        "count" => Some(Elem::Count),
        _ => None,
    }
}

/// A type with its parameters replaced.
fn substitute(t: &ast::Type, with: &[(Rc<str>, TypeArg)]) -> ast::Type {
    let find = |n: &Rc<str>| with.iter().find(|(m, _)| m == n).map(|(_, a)| a);
    let kind = match &t.kind {
        TypeKind::Path { path, args } => {
            if let ([one], []) = (path.as_slice(), args.as_slice())
                && let Some(TypeArg::Type(a)) = find(&one.text)
            {
                return a.clone();
            }
            let args = args.iter().map(|a| match a {
                TypeArg::Type(t) => match &t.kind {
                    TypeKind::Path { path, args } if path.len() == 1 && args.is_empty() => {
                        find(&path[0].text).cloned().unwrap_or_else(|| TypeArg::Type(substitute(t, with)))
                    }
                    _ => TypeArg::Type(substitute(t, with)),
                },
                TypeArg::Size(n, s) => TypeArg::Size(*n, *s),
            });
            TypeKind::Path { path: path.clone(), args: args.collect() }
        }
        TypeKind::Array(inner, dims) => TypeKind::Array(
            Box::new(substitute(inner, with)),
            dims.iter().map(|d| substitute_size(d, with)).collect(),
        ),
        TypeKind::Tuple(ts) => TypeKind::Tuple(ts.iter().map(|t| substitute(t, with)).collect()),
        TypeKind::Record(fs) => {
            TypeKind::Record(fs.iter().map(|(n, t)| (n.clone(), substitute(t, with))).collect())
        }
        TypeKind::Fn(a, b) => TypeKind::Fn(Box::new(substitute(a, with)), Box::new(substitute(b, with))),
    };
    ast::Type { kind, span: t.span }
}

fn substitute_size(e: &ast::Expr, with: &[(Rc<str>, TypeArg)]) -> ast::Expr {
    let kind = match &e.kind {
        ExprKind::Name(n) => match with.iter().find(|(m, _)| m == n) {
            Some((_, TypeArg::Size(k, _))) => ExprKind::Int(Some(*k)),
            Some((_, TypeArg::Type(ast::Type { kind: TypeKind::Path { path, .. }, .. }))) => {
                ExprKind::Name(path[path.len() - 1].text.clone())
            }
            _ => e.kind.clone(),
        },
        ExprKind::Unary(op, a) => ExprKind::Unary(*op, Box::new(substitute_size(a, with))),
        ExprKind::Chain(a, rest) => ExprKind::Chain(
            Box::new(substitute_size(a, with)),
            rest.iter().map(|(o, s, b)| (*o, *s, substitute_size(b, with))).collect(),
        ),
        ExprKind::Call(f, args) => ExprKind::Call(
            f.clone(),
            args.iter()
                .map(|a| ast::Arg { name: a.name.clone(), value: substitute_size(&a.value, with) })
                .collect(),
        ),
        ExprKind::Power(a, b) => {
            ExprKind::Power(Box::new(substitute_size(a, with)), Box::new(substitute_size(b, with)))
        }
        _ => e.kind.clone(),
    };
    ast::Expr { kind, span: e.span }
}
