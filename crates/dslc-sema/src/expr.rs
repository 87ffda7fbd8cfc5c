//! Expressions: each to a value of the innermost frame.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::Bits;
use dslc_ir::prims::{arith, logic};
use dslc_syntax::ast::{self, BinOp, CmpOp, Expr, ExprKind, UnOp};

use crate::builtins;
use crate::check::Checker;
use crate::dim::{Dim, Truth};
use crate::errors;
use crate::free::free_names;
use crate::ty::{Elem, Ty};
use crate::value::{FnVal, Lin, Maker, Model, ModuleId, Tensor, Value};

impl Checker<'_> {
    /// The value of an expression; `want` is the type that its context asks, for numbers and makers.
    pub(crate) fn expr(&mut self, e: &Expr, want: Option<&Ty>) -> Value {
        match &e.kind {
            ExprKind::Int(Some(n)) => match i64::try_from(*n) {
                Ok(n) => Value::int(n),
                Err(_) => self.fail(errors::integer_range(e.span)),
            },
            ExprKind::Int(None) => self.fail(errors::integer_range(e.span)),
            ExprKind::Float(x) => Value::Float(*x),
            ExprKind::Str(s) => Value::Str(s.clone()),
            ExprKind::Bool(b) => Value::Tensor(self.constant(Bits::bool(*b), Elem::Bool)),
            ExprKind::Name(n) => self.name(n, e.span),
            ExprKind::Unit => Value::unit(),
            ExprKind::Unary(op, a) => self.unary(*op, a, e.span, want),
            ExprKind::Chain(first, rest) => self.chain(first, rest, want),
            ExprKind::Compare(op, _, a, b) => self.compare(*op, a, b, e.span),
            ExprKind::Power(a, b) => self.power(a, b, e.span, want),
            ExprKind::Call(f, args) => self.call(f, args, e.span, want),
            ExprKind::Fold { head, body, clause } => self.fold(head, body, clause, e.span, want),
            ExprKind::Comprehension { body, clause } => self.comprehension(body, clause, e.span, want),
            ExprKind::Array(items) => self.array(items, e.span, want),
            ExprKind::Tuple(items) => {
                let wants = match want {
                    Some(Ty::Tuple(ts)) if ts.len() == items.len() => ts.iter().map(Some).collect(),
                    _ => vec![None; items.len()],
                };
                Value::tuple(items.iter().zip(wants).map(|(i, w)| self.expr(i, w)).collect())
            }
            ExprKind::Record(fields) => self.record(fields, want),
            ExprKind::Update(base, fields) => self.record_update(base, fields),
            ExprKind::Field(base, name) => self.field(base, name),
            ExprKind::Proj(base, k, at) => self.proj(base, *k, *at),
            ExprKind::Index(base, subscripts) => self.index(base, subscripts, e.span),
            ExprKind::If { arms, otherwise } => self.if_(arms, otherwise.as_ref(), e.span, want),
            ExprKind::Block(block) => self.block(block, want),
            ExprKind::Closure(c) => self.closure(c, e.span),
            ExprKind::Error => Value::Poison,
        }
    }

    /// The value of an expression that must be a tensor or scalar.
    pub(crate) fn tensor_expr(&mut self, e: &Expr, want: Option<&Ty>) -> Option<Tensor> {
        let v = self.expr(e, want);
        self.as_tensor(&v, want, e.span)
    }

    /// A value as a tensor: exact numbers and makers take the type that is asked, or f64 and i64.
    pub(crate) fn as_tensor(&mut self, v: &Value, want: Option<&Ty>, span: Span) -> Option<Tensor> {
        match v {
            Value::Tensor(t) => Some(self.local(t)),
            Value::Int(_) | Value::Float(_) => {
                let elem = match (want, v) {
                    (Some(Ty::Tensor(e, _)), _) => e.clone(),
                    (_, Value::Int(_)) => Elem::I64,
                    _ => Elem::F64,
                };
                self.number_as(v, &elem, span)
            }
            Value::Maker(m) => match want {
                Some(ty @ Ty::Tensor(..)) => match self.make(&m.clone(), ty, span) {
                    Value::Tensor(t) => Some(t),
                    _ => None,
                },
                _ => {
                    self.report(errors::no_shape(span));
                    None
                }
            },
            Value::Poison => None,
            other => {
                let what = self.describe(other);
                self.report(errors::not_a_tensor(span, &what));
                None
            }
        }
    }

    /// An exact number as a scalar of an element type.
    pub(crate) fn number_as(&mut self, v: &Value, elem: &Elem, span: Span) -> Option<Tensor> {
        if elem.is_tropical() {
            self.report(errors::literal_in_semiring(span, &elem.show(), self.sources.text(span)));
            return None;
        }
        match (v, elem) {
            (_, Elem::Bool | Elem::Key) => {
                self.report(errors::expected_type(span, &elem.show(), "a number"));
                None
            }
            (Value::Float(_), Elem::I64) => {
                self.report(errors::expected_type(span, "i64", "a float"));
                None
            }
            (Value::Float(x), _) => Some(self.number(elem, *x)),
            (Value::Int(l), Elem::I64) => Some(self.lin_tensor(l)),
            (Value::Int(l), _) => Some(self.lin_as_float(l, elem)),
            _ => None,
        }
    }

    fn lin_as_float(&mut self, l: &Lin, elem: &Elem) -> Tensor {
        if let Some(n) = l.as_const() {
            return self.number(elem, n as f64);
        }
        let t = self.lin_tensor(l);
        self.int_to_float(&t, elem)
    }

    /// An i64 as a float.
    pub(crate) fn int_to_float(&mut self, t: &Tensor, elem: &Elem) -> Tensor {
        let name = if *elem == Elem::F32 { "i64_to_f32" } else { "i64_to_f64" };
        let prim = self.prim(name);
        self.pointwise(prim, std::slice::from_ref(t), elem.clone())
    }

    fn name(&mut self, name: &Rc<str>, span: Span) -> Value {
        if let Some(var) = self.lookup(name) {
            return var.value.clone();
        }
        let id = self.module_id();
        if let Some(v) = self.module_member(id, name) {
            return v;
        }
        if let Some((m, _)) = self.info(id).imports.get(name) {
            return Value::Module(*m);
        }
        if let Some(v) = self.prelude_member(name) {
            return v;
        }
        if let Some(at) = self.info(id).later.get(name).copied() {
            return self.fail(errors::used_before_definition(span, name, at));
        }
        let near = self.nearest_name(name);
        self.fail(errors::unknown_name(span, name, near.as_deref(), builtins::importable(name)))
    }

    /// A function, model or top-level value of a module.
    pub(crate) fn module_member(&self, id: ModuleId, name: &str) -> Option<Value> {
        let info = self.info(id);
        if let Some(f) = info.fns.get(name) {
            return Some(Value::function(FnVal::Item(id, f.clone())));
        }
        if let Some(m) = info.models.get(name) {
            return Some(Value::function(FnVal::ModelItem(id, m.clone())));
        }
        info.globals.get(name).map(|v| v.value.clone())
    }

    /// What every file sees: builtins, and the functions of the prelude.
    pub(crate) fn prelude_member(&self, name: &str) -> Option<Value> {
        if let Some(v) = builtins::global(name) {
            return Some(v);
        }
        let id = *self.by_path.get("std:prelude")?;
        self.module_member(id, name)
    }

    fn nearest_name(&self, name: &str) -> Option<String> {
        let mut names: Vec<String> = builtins::names().map(str::to_string).collect();
        if let Some(c) = self.contexts.last() {
            names.extend(c.scopes.iter().flat_map(|s| s.vars.keys().map(|k| k.to_string())));
            let info = self.info(c.module);
            names.extend(info.fns.keys().chain(info.models.keys()).map(|k| k.to_string()));
            names.extend(info.globals.keys().chain(info.imports.keys()).map(|k| k.to_string()));
        }
        errors::nearest(name, names)
    }

    fn unary(&mut self, op: UnOp, a: &Expr, span: Span, want: Option<&Ty>) -> Value {
        if let (UnOp::Neg, ExprKind::Int(Some(n))) = (op, &a.kind)
            && *n == 1 << 63
        {
            return Value::int(i64::MIN);
        }
        let v = self.expr(a, want);
        match (op, &v) {
            (_, Value::Poison) => Value::Poison,
            (UnOp::Neg, _) => self.negate(&v, span, want),
            (UnOp::Not, _) => match self.as_tensor(&v, None, a.span) {
                Some(t) if t.elem == Elem::Bool => {
                    Value::Tensor(self.pointwise(&logic::NOT, &[t], Elem::Bool))
                }
                Some(t) => self.fail(errors::expected_type(a.span, "bool", &t.elem.show())),
                None => Value::Poison,
            },
        }
    }

    fn negate(&mut self, v: &Value, span: Span, want: Option<&Ty>) -> Value {
        match v {
            Value::Int(l) => match Lin::default().add_scaled(l, &Dim::constant(-1)) {
                Some(l) => Value::Int(l),
                None => self.fail(errors::integer_range(span)),
            },
            Value::Float(x) => Value::Float(-x),
            Value::Tuple(parts) => Value::tuple(parts.iter().map(|p| self.negate(p, span, None)).collect()),
            Value::Record(fields) => {
                Value::record(fields.iter().map(|(n, f)| (n.clone(), self.negate(f, span, None))).collect())
            }
            Value::Poison => Value::Poison,
            _ => {
                let Some(t) = self.as_tensor(v, want, span) else { return Value::Poison };
                if t.elem.is_tropical() || t.elem == Elem::Bool || t.elem == Elem::Key {
                    return self.fail(errors::no_operator(span, "-", &t.elem.show()));
                }
                self.at(span);
                let lin = self.lin_of(&t).and_then(|l| Lin::default().add_scaled(&l, &Dim::constant(-1)));
                let mut r = self.pointwise(&arith::NEG, std::slice::from_ref(&t), t.elem.clone());
                r.lin = lin.map(Rc::new);
                r.flexible = t.flexible;
                Value::Tensor(r)
            }
        }
    }

    fn chain(&mut self, first: &Expr, rest: &[(BinOp, Span, Expr)], want: Option<&Ty>) -> Value {
        let ask = match rest.first().map(|r| r.0) {
            Some(BinOp::Add | BinOp::Sub) => want.cloned(),
            Some(BinOp::Mul | BinOp::Div | BinOp::Rem) => want.and_then(scalar_of),
            _ => None,
        };
        let mut a = self.expr(first, ask.as_ref());
        let mut at = first.span;
        for (op, op_span, e) in rest {
            let sibling = match &a {
                Value::Tensor(t) if !t.flexible && matches!(op, BinOp::Add | BinOp::Sub) => {
                    Some(Ty::Tensor(t.elem.clone(), t.dims.clone()))
                }
                Value::Tensor(t) if !t.flexible && *op != BinOp::MatMul => Some(Ty::scalar(t.elem.clone())),
                _ => ask.clone(),
            };
            // A scalar beside a tensor: only its element type is asked.
            let ask_b = match (&a, sibling) {
                (Value::Tensor(t), Some(_)) if t.dims.is_empty() && want.is_some() => ask.clone(),
                (_, s) => s,
            };
            let b = self.expr(e, ask_b.as_ref());
            let span = at.to(e.span);
            a = self.binary(*op, *op_span, (&a, at), (&b, e.span), span, want);
            at = span;
        }
        a
    }

    /// `a op b`.
    pub(crate) fn binary(
        &mut self,
        op: BinOp,
        op_span: Span,
        (a, a_span): (&Value, Span),
        (b, b_span): (&Value, Span),
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        if a.is_poison() || b.is_poison() {
            return Value::Poison;
        }
        match op {
            BinOp::Compose => return self.compose(a, b, a_span, b_span),
            BinOp::Pair => return Value::function(FnVal::Model(Model::Pair(a.clone(), b.clone()))),
            BinOp::MatMul => return self.matmul((a, a_span), (b, b_span), op_span),
            BinOp::And | BinOp::Or => return self.logical(op, (a, a_span), (b, b_span)),
            BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Div | BinOp::Rem => {}
        }
        match (a, b) {
            (Value::Int(x), Value::Int(y)) => self.exact_int(op, x, y, span, want),
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                self.exact_float(op, (a, a_span), (b, b_span), span, want)
            }
            (Value::Tuple(_) | Value::Record(_), _) | (_, Value::Tuple(_) | Value::Record(_)) => {
                self.vector_op(op, op_span, (a, a_span), (b, b_span), span)
            }
            _ => {
                let Some((x, y)) = self.meet((a, a_span), (b, b_span), want) else { return Value::Poison };
                self.arithmetic(op, op_span, (x, a_span), (y, b_span), span)
            }
        }
    }

    fn exact_int(&mut self, op: BinOp, x: &Lin, y: &Lin, span: Span, want: Option<&Ty>) -> Value {
        let one = Dim::constant(1);
        let exact = match op {
            BinOp::Add => x.add_scaled(y, &one),
            BinOp::Sub => x.add_scaled(y, &Dim::constant(-1)),
            BinOp::Mul => match x.mul(y) {
                None if x.as_static().is_none() && y.as_static().is_none() => {
                    let (a, b) = (self.lin_tensor(x), self.lin_tensor(y));
                    self.at(span);
                    let mut t = self.pointwise(&arith::MUL, &[a, b], Elem::I64);
                    t.flexible = true;
                    return Value::Tensor(t);
                }
                product => product,
            },
            _ => {
                // The operands of `/` and `%` are asked to be floats.
                let elem = match want {
                    Some(Ty::Tensor(e, _)) if e.is_float() => e.clone(),
                    _ => Elem::F64,
                };
                if let (Some(a), Some(b), BinOp::Div) = (x.as_const(), y.as_const(), op) {
                    return Value::Float(a as f64 / b as f64);
                }
                let (a, b) = (self.lin_as_float(x, &elem), self.lin_as_float(y, &elem));
                return self.arithmetic(op, span, (a, span), (b, span), span);
            }
        };
        match exact {
            Some(l) => Value::Int(l),
            None => self.fail(errors::integer_range(span)),
        }
    }

    fn exact_float(
        &mut self,
        op: BinOp,
        (a, a_span): (&Value, Span),
        (b, b_span): (&Value, Span),
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        let constant = |v: &Value| match v {
            Value::Float(x) => Some(*x),
            Value::Int(l) => l.as_const().map(|n| n as f64),
            _ => None,
        };
        if let (Some(x), Some(y)) = (constant(a), constant(b)) {
            return match op {
                BinOp::Add => Value::Float(x + y),
                BinOp::Sub => Value::Float(x - y),
                BinOp::Mul => Value::Float(x * y),
                BinOp::Div => Value::Float(x / y),
                _ => self.fail(errors::no_operator(span, op.text(), "f64")),
            };
        }
        let elem = match want {
            Some(Ty::Tensor(e, _)) if e.is_float() => e.clone(),
            _ => Elem::F64,
        };
        let (Some(x), Some(y)) = (self.number_as(a, &elem, a_span), self.number_as(b, &elem, b_span)) else {
            return Value::Poison;
        };
        self.arithmetic(op, span, (x, a_span), (y, b_span), span)
    }

    /// Both operands as tensors: an exact number or a maker takes its type from the other side.
    pub(crate) fn meet(
        &mut self,
        (a, a_span): (&Value, Span),
        (b, b_span): (&Value, Span),
        want: Option<&Ty>,
    ) -> Option<(Tensor, Tensor)> {
        let firm = |v: &Value| matches!(v, Value::Tensor(t) if !t.flexible);
        let (x, y) = if firm(a) || !firm(b) {
            let x = self.as_tensor(a, want, a_span)?;
            let ask = Ty::Tensor(x.elem.clone(), x.dims.clone());
            let y = self.as_tensor(b, Some(&ask), b_span)?;
            (x, y)
        } else {
            let y = self.as_tensor(b, want, b_span)?;
            let ask = Ty::Tensor(y.elem.clone(), y.dims.clone());
            let x = self.as_tensor(a, Some(&ask), a_span)?;
            (x, y)
        };
        // An index expression that is not affine is still an exact integer.
        match (x.flexible && y.elem.is_float(), y.flexible && x.elem.is_float()) {
            (true, false) => Some((self.int_to_float(&x, &y.elem), y)),
            (false, true) => {
                let y = self.int_to_float(&y, &x.elem);
                Some((x, y))
            }
            _ => Some((x, y)),
        }
    }

    /// `+ - * / %` on two tensors, or a tensor and a scalar.
    pub(crate) fn arithmetic(
        &mut self,
        op: BinOp,
        op_span: Span,
        (x, x_span): (Tensor, Span),
        (y, y_span): (Tensor, Span),
        span: Span,
    ) -> Value {
        if x.elem != y.elem {
            // A scalar float scales a vector of unknown kind.
            let scales = matches!(op, BinOp::Mul | BinOp::Div)
                && y.dims.is_empty()
                && y.elem.is_float()
                && x.elem.is_vector()
                || op == BinOp::Mul && x.dims.is_empty() && x.elem.is_float() && y.elem.is_vector();
            let opaque = matches!(x.elem, Elem::Var(..)) || matches!(y.elem, Elem::Var(..));
            if !(scales && opaque) {
                return self.fail(errors::element_mismatch(
                    op_span,
                    op.text(),
                    (x_span, &x.elem),
                    (y_span, &y.elem),
                ));
            }
            let vector = if matches!(x.elem, Elem::Var(..)) { &x } else { &y };
            let (elem, dims) = (vector.elem.clone(), vector.dims.clone());
            return Value::Tensor(self.param(&elem, &dims));
        }
        let elem = x.elem.clone();
        let prim = match (op, &elem) {
            (BinOp::Add, e) if *e != Elem::Bool && e.semiring().is_some() => Some(e.sum().combine().0),
            (BinOp::Add, Elem::Var(_, crate::ty::Kind::Vector)) => Some(&arith::ADD),
            (BinOp::Sub, Elem::Var(_, crate::ty::Kind::Vector)) => Some(&arith::SUB),
            (BinOp::Mul, e) if *e != Elem::Bool => e.product().map(|p| p.0),
            (BinOp::Sub, e) if e.is_float() || *e == Elem::I64 => Some(&arith::SUB),
            (BinOp::Div, e) if e.is_float() => Some(&arith::DIV),
            _ => None,
        };
        let Some(prim) = prim else {
            return self.fail(errors::no_operator(op_span, op.text(), &elem.show()));
        };
        let scalar_sides = x.dims.is_empty() || y.dims.is_empty();
        if op == BinOp::Div && x.dims.is_empty() && !y.dims.is_empty() {
            return self.fail(errors::scalar_over_tensor(op_span, y_span));
        }
        if scalar_sides && matches!(op, BinOp::Add | BinOp::Sub) && x.dims.len() != y.dims.len() {
            // `x + 1` on a tensor is allowed: elementwise operators take equal shapes, or a scalar.
        } else if !scalar_sides && !self.same_shape(&x, x_span, &y, y_span, op_span, op.text()) {
            return Value::Poison;
        }
        self.at(span);
        let lin = self.affine_result(op, &x, &y);
        let flexible = x.flexible && y.flexible;
        let mut t = self.pointwise(prim, &[x, y], elem);
        t.lin = lin.map(Rc::new);
        t.flexible = flexible;
        Value::Tensor(t)
    }

    /// The affine form of an i64 sum, difference or static multiple.
    fn affine_result(&self, op: BinOp, x: &Tensor, y: &Tensor) -> Option<Lin> {
        let (a, b) = (self.lin_of(x)?, self.lin_of(y)?);
        match op {
            BinOp::Add => a.add_scaled(&b, &Dim::constant(1)),
            BinOp::Sub => a.add_scaled(&b, &Dim::constant(-1)),
            BinOp::Mul => a.mul(&b),
            _ => None,
        }
    }

    /// Whether two tensors have equal dimensions; reports where they differ.
    pub(crate) fn same_shape(
        &mut self,
        x: &Tensor,
        x_span: Span,
        y: &Tensor,
        y_span: Span,
        at: Span,
        op: &str,
    ) -> bool {
        let equal =
            x.dims.len() == y.dims.len() && x.dims.iter().zip(&y.dims).all(|(a, b)| self.dims_equal(a, b));
        if !equal {
            let show = |t: &Tensor| self.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
            let (a, b) = (show(x), show(y));
            self.report(errors::shape_mismatch(at, op, (x_span, &a), (y_span, &b)));
        }
        equal
    }

    /// Whether two sizes are equal; what is open is decided per call.
    pub(crate) fn dims_equal(&self, a: &Dim, b: &Dim) -> bool {
        if a == b {
            return true;
        }
        let mut sizes = Vec::new();
        a.sizes(&mut sizes);
        b.sizes(&mut sizes);
        if sizes.iter().any(|s| self.sizes[s.0 as usize].wanted) {
            return true;
        }
        a.equals(b) != Truth::No
    }

    /// `+` and `-` of records field by field, and a scalar times a record.
    fn vector_op(&mut self, op: BinOp, at: Span, a: (&Value, Span), b: (&Value, Span), span: Span) -> Value {
        match (a.0, b.0) {
            (Value::Record(x), Value::Record(y)) => {
                if matches!(op, BinOp::Mul | BinOp::Div) {
                    return self.fail(errors::no_operator(at, op.text(), "a record"));
                }
                let mut out = Vec::new();
                for (n, v) in x.iter() {
                    let Some((_, w)) = y.iter().find(|(m, _)| m == n) else {
                        return self.fail(errors::missing_field(b.1, n));
                    };
                    out.push((n.clone(), self.binary(op, at, (v, a.1), (w, b.1), span, None)));
                }
                if let Some((m, _)) = y.iter().find(|(m, _)| !x.iter().any(|(n, _)| n == m)) {
                    return self.fail(errors::missing_field(a.1, m));
                }
                Value::record(out)
            }
            (Value::Tuple(x), Value::Tuple(y))
                if x.len() == y.len() && matches!(op, BinOp::Add | BinOp::Sub) =>
            {
                Value::tuple(
                    x.iter()
                        .zip(y.iter())
                        .map(|(v, w)| self.binary(op, at, (v, a.1), (w, b.1), span, None))
                        .collect(),
                )
            }
            (Value::Record(_) | Value::Tuple(_), Value::Maker(_))
                if matches!(op, BinOp::Add | BinOp::Sub) =>
            {
                let ty = self.type_of(a.0);
                let made = self.coerce(b.0, &ty, b.1);
                self.vector_op(op, at, a, (&made, b.1), span)
            }
            (Value::Maker(_), Value::Record(_) | Value::Tuple(_))
                if matches!(op, BinOp::Add | BinOp::Sub) =>
            {
                let ty = self.type_of(b.0);
                let made = self.coerce(a.0, &ty, a.1);
                self.vector_op(op, at, (&made, a.1), b, span)
            }
            (Value::Record(_) | Value::Tuple(_), _) if matches!(op, BinOp::Mul | BinOp::Div) => {
                self.each_leaf(a.0, |c, v| c.binary(op, at, (v, a.1), b, span, None))
            }
            (_, Value::Record(_) | Value::Tuple(_)) if op == BinOp::Mul => {
                self.each_leaf(b.0, |c, v| c.binary(op, at, a, (v, b.1), span, None))
            }
            _ => {
                let (x, y) = (self.describe(a.0), self.describe(b.0));
                self.fail(errors::operands(at, op.text(), (a.1, &x), (b.1, &y)))
            }
        }
    }

    /// A value with a function applied to the parts that are no records or tuples.
    pub(crate) fn each_leaf(&mut self, v: &Value, mut f: impl FnMut(&mut Self, &Value) -> Value) -> Value {
        self.each_leaf_dyn(v, &mut f)
    }

    fn each_leaf_dyn(&mut self, v: &Value, f: &mut dyn FnMut(&mut Self, &Value) -> Value) -> Value {
        match v {
            Value::Record(fields) => {
                Value::record(fields.iter().map(|(n, x)| (n.clone(), self.each_leaf_dyn(x, f))).collect())
            }
            Value::Tuple(parts) => Value::tuple(parts.iter().map(|x| self.each_leaf_dyn(x, f)).collect()),
            other => f(self, other),
        }
    }

    fn logical(&mut self, op: BinOp, a: (&Value, Span), b: (&Value, Span)) -> Value {
        let prim = if op == BinOp::And { &logic::AND } else { &logic::OR };
        let (Some(x), Some(y)) = (self.as_tensor(a.0, None, a.1), self.as_tensor(b.0, None, b.1)) else {
            return Value::Poison;
        };
        for (t, span) in [(&x, a.1), (&y, b.1)] {
            if t.elem != Elem::Bool {
                return self.fail(errors::expected_type(span, "bool", &t.elem.show()));
            }
        }
        if !x.dims.is_empty()
            && !y.dims.is_empty()
            && !self.same_shape(&x, a.1, &y, b.1, a.1.to(b.1), op.text())
        {
            return Value::Poison;
        }
        Value::Tensor(self.pointwise(prim, &[x, y], Elem::Bool))
    }

    fn compare(&mut self, op: CmpOp, a: &Expr, b: &Expr, span: Span) -> Value {
        let x = self.expr(a, None);
        let ask = match &x {
            Value::Tensor(t) if !t.flexible => Some(Ty::Tensor(t.elem.clone(), t.dims.clone())),
            _ => None,
        };
        let y = self.expr(b, ask.as_ref());
        if let (Value::Int(l), Value::Int(m)) = (&x, &y)
            && let (Some(l), Some(m)) = (l.as_const(), m.as_const())
        {
            let holds = match op {
                CmpOp::Eq => l == m,
                CmpOp::Ne => l != m,
                CmpOp::Lt => l < m,
                CmpOp::Le => l <= m,
                CmpOp::Gt => l > m,
                CmpOp::Ge => l >= m,
            };
            return Value::Tensor(self.constant(Bits::bool(holds), Elem::Bool));
        }
        self.compare_values(op, (&x, a.span), (&y, b.span), span)
    }

    /// A comparison of two values, elementwise.
    pub(crate) fn compare_values(
        &mut self,
        op: CmpOp,
        a: (&Value, Span),
        b: (&Value, Span),
        span: Span,
    ) -> Value {
        if a.0.is_poison() || b.0.is_poison() {
            return Value::Poison;
        }
        let prim = match op {
            CmpOp::Eq => &logic::EQ,
            CmpOp::Ne => &logic::NE,
            CmpOp::Lt => &logic::LT,
            CmpOp::Le => &logic::LE,
            CmpOp::Gt => &logic::GT,
            CmpOp::Ge => &logic::GE,
        };
        let want = match (a.0, b.0) {
            (Value::Float(_), _) | (_, Value::Float(_)) => Some(Ty::scalar(Elem::F64)),
            _ => None,
        };
        let Some((x, y)) = self.meet(a, b, want.as_ref()) else { return Value::Poison };
        if x.elem != y.elem {
            return self.fail(errors::element_mismatch(span, op.text(), (a.1, &x.elem), (b.1, &y.elem)));
        }
        let ordered = x.elem.is_float() || x.elem.is_tropical() || x.elem == Elem::I64;
        if !ordered && !matches!(op, CmpOp::Eq | CmpOp::Ne) {
            return self.fail(errors::no_operator(span, op.text(), &x.elem.show()));
        }
        if !x.dims.is_empty() && !y.dims.is_empty() && !self.same_shape(&x, a.1, &y, b.1, span, op.text()) {
            return Value::Poison;
        }
        Value::Tensor(self.pointwise(prim, &[x, y], Elem::Bool))
    }

    /// `a ^ b`: an exact integer exponent is repeated multiplication, so that it is right for negative bases.
    fn power(&mut self, a: &Expr, b: &Expr, span: Span, want: Option<&Ty>) -> Value {
        let ask = want.and_then(scalar_of);
        let base = self.expr(a, ask.as_ref());
        let exponent = self.expr(b, None);
        if base.is_poison() || exponent.is_poison() {
            return Value::Poison;
        }
        let n = match &exponent {
            Value::Int(l) => l.as_const(),
            _ => None,
        };
        match (&base, n) {
            (Value::Int(l), Some(n)) if n >= 0 && l.as_static().is_some() => {
                let mut out = Lin::constant(Dim::constant(1));
                for _ in 0..n.min(64) {
                    match out.mul(l) {
                        Some(p) => out = p,
                        None => return self.fail(errors::integer_range(span)),
                    }
                }
                Value::Int(out)
            }
            (Value::Float(x), Some(n)) => Value::Float(x.powi(n.clamp(-1 << 30, 1 << 30) as i32)),
            (Value::Float(x), None) if matches!(exponent, Value::Float(_)) => match exponent {
                Value::Float(y) => Value::Float(x.powf(y)),
                _ => Value::Poison,
            },
            (_, Some(n)) if n.unsigned_abs() <= 64 => {
                let Some(t) = self.as_tensor(&base, ask.as_ref(), a.span) else { return Value::Poison };
                self.integer_power(t, n, span)
            }
            _ => {
                let float = match &base {
                    Value::Int(_) => Some(Ty::scalar(Elem::F64)),
                    _ => ask,
                };
                let Some(x) = self.as_tensor(&base, float.as_ref(), a.span) else { return Value::Poison };
                let ty = Ty::scalar(x.elem.clone());
                let Some(y) = self.as_tensor(&exponent, Some(&ty), b.span) else { return Value::Poison };
                if !x.elem.is_float() || y.elem != x.elem {
                    return self.fail(errors::element_mismatch(
                        span,
                        "^",
                        (a.span, &x.elem),
                        (b.span, &y.elem),
                    ));
                }
                let prim = self.prim("pow");
                let elem = x.elem.clone();
                Value::Tensor(self.pointwise(prim, &[x, y], elem))
            }
        }
    }

    fn integer_power(&mut self, t: Tensor, n: i64, span: Span) -> Value {
        let elem = t.elem.clone();
        if n < 0 && !elem.is_float() {
            return self.fail(errors::no_operator(span, "^", &elem.show()));
        }
        let Some(product) = elem.product() else {
            return self.fail(errors::no_operator(span, "^", &elem.show()));
        };
        self.at(span);
        let one = elem.one();
        let (mut power, mut out, mut k) = (t, None::<Tensor>, n.unsigned_abs());
        while k > 0 {
            if k & 1 == 1 {
                out = Some(match out {
                    None => power.clone(),
                    Some(o) => self.pointwise(product.0, &[o, power.clone()], elem.clone()),
                });
            }
            k >>= 1;
            if k > 0 {
                power = self.pointwise(product.0, &[power.clone(), power.clone()], elem.clone());
            }
        }
        let unit = self.constant(one, elem.clone());
        match out {
            None => {
                // x^0 is 1 of the shape of x.
                let zero = self.constant(elem.zero(), elem.clone());
                let is_any = self.pointwise(&logic::EQ, &[power.clone(), zero.clone()], Elem::Bool);
                Value::Tensor(self.pointwise(&logic::SELECT, &[is_any, unit.clone(), unit], elem))
            }
            Some(p) if n < 0 => Value::Tensor(self.pointwise(&arith::DIV, &[unit, p], elem)),
            Some(p) => Value::Tensor(p),
        }
    }

    fn record(&mut self, fields: &[ast::Field], want: Option<&Ty>) -> Value {
        let mut out: Vec<(Rc<str>, Value)> = Vec::new();
        for f in fields {
            if out.iter().any(|(n, _)| *n == f.name.text) {
                return self.fail(errors::duplicate_field(f.name.span, &f.name.text));
            }
            let ask = match want {
                Some(Ty::Record(fs)) => fs.iter().find(|(n, _)| *n == f.name.text).map(|(_, t)| t),
                _ => None,
            };
            out.push((f.name.text.clone(), self.expr(&f.value, ask)));
        }
        Value::record(out)
    }

    fn record_update(&mut self, base: &Expr, fields: &[ast::Field]) -> Value {
        let v = self.expr(base, None);
        let Value::Record(old) = &v else {
            if v.is_poison() {
                return v;
            }
            let what = self.describe(&v);
            return self.fail(errors::not_a_record(base.span, &what));
        };
        let mut out = (**old).clone();
        for f in fields {
            let Some(slot) = out.iter().position(|(n, _)| *n == f.name.text) else {
                let names = out.iter().map(|(n, _)| n.to_string()).collect();
                return self.fail(errors::no_field(f.name.span, &f.name.text, names));
            };
            let ty = self.type_of(&out[slot].1);
            let value = self.expr(&f.value, Some(&ty));
            out[slot].1 = if ty == Ty::Poison { value } else { self.coerce(&value, &ty, f.value.span) };
        }
        Value::record(out)
    }

    /// `e.name` that is not called.
    fn field(&mut self, base: &Expr, name: &ast::Name) -> Value {
        let v = self.expr(base, None);
        self.field_of(&v, base.span, name)
    }

    /// A field, a member of a module, or a part of a model.
    pub(crate) fn field_of(&mut self, v: &Value, base: Span, name: &ast::Name) -> Value {
        match v {
            Value::Poison => Value::Poison,
            Value::Module(id) => self.member_of(*id, name),
            Value::Record(fields) => match fields.iter().find(|(n, _)| *n == name.text) {
                Some((_, f)) => f.clone(),
                None => {
                    let names = fields.iter().map(|(n, _)| n.to_string()).collect();
                    self.fail(errors::no_field(name.span, &name.text, names))
                }
            },
            Value::Tensor(t) if &*name.text == "T" => {
                if t.dims.len() != 2 {
                    return self.fail(errors::transpose_rank(name.span, t.dims.len()));
                }
                let mut t = t.clone();
                t.axes.reverse();
                t.dims.reverse();
                if t.frame == crate::value::GLOBAL {
                    // A slot's axes follow its dims, so it is read into this frame first.
                    t.dims.reverse();
                    t = self.local(&t);
                    t.axes.reverse();
                    t.dims.reverse();
                }
                Value::Tensor(t)
            }
            Value::Fn(f) => match &*name.text {
                "init" => Value::function(FnVal::ModelInit(v.clone())),
                "apply" => v.clone(),
                _ => {
                    let _ = f;
                    self.fail(errors::no_field(name.span, &name.text, vec!["init".into(), "apply".into()]))
                }
            },
            other => {
                let what = self.describe(other);
                let d = errors::not_a_record(base, &what);
                self.fail(d)
            }
        }
    }

    fn member_of(&mut self, id: ModuleId, name: &ast::Name) -> Value {
        if let Some(v) = self.module_member(id, &name.text) {
            return v;
        }
        let module = self.info(id).name.clone();
        if let Some(v) = builtins::module_member(&module, &name.text) {
            return v;
        }
        let info = self.info(id);
        let mut names: Vec<String> =
            info.fns.keys().chain(info.models.keys()).map(|k| k.to_string()).collect();
        names.extend(builtins::module_names(&module).map(str::to_string));
        self.fail(errors::no_member(name.span, &module, &name.text, names))
    }

    fn proj(&mut self, base: &Expr, k: u64, at: Span) -> Value {
        match self.expr(base, None) {
            Value::Tuple(parts) => match parts.get(k as usize) {
                Some(v) => v.clone(),
                None => self.fail(errors::no_component(at, k, parts.len())),
            },
            Value::Poison => Value::Poison,
            other => {
                let what = self.describe(&other);
                self.fail(errors::not_a_tuple(base.span, &what))
            }
        }
    }

    fn closure(&mut self, c: &Rc<ast::Closure>, span: Span) -> Value {
        let mut env: HashMap<Rc<str>, Value> = HashMap::new();
        for name in free_names(c) {
            let Some(context) = self.contexts.last() else { continue };
            if let Some(var) = context.scopes.iter().rev().find_map(|s| s.vars.get(&name)) {
                env.insert(name, var.value.clone());
            } else if let Some(var) = self.info(context.module).globals.get(&name) {
                env.insert(name, var.value.clone());
            }
        }
        Value::function(FnVal::Closure { module: self.module_id(), closure: c.clone(), env, span })
    }

    /// `[a, b]`: values of one type along a new axis.
    fn array(&mut self, items: &[Expr], span: Span, want: Option<&Ty>) -> Value {
        let inner = match want {
            Some(Ty::Tensor(e, dims)) if !dims.is_empty() => Some(Ty::Tensor(e.clone(), dims[1..].to_vec())),
            Some(Ty::Tensor(e, _)) => Some(Ty::scalar(e.clone())),
            _ => None,
        };
        if items.is_empty() {
            let Some(Ty::Tensor(e, _)) = want else { return self.fail(errors::empty_array(span)) };
            let mut dims = vec![Dim::constant(0)];
            if let Some(Ty::Tensor(_, d)) = want {
                dims.extend(d.iter().skip(1).cloned());
            }
            let ty = Ty::Tensor(e.clone(), dims);
            return self.make(&Maker::Zero, &ty, span);
        }
        let values: Vec<Value> = items.iter().map(|i| self.expr(i, inner.as_ref())).collect();
        if values.iter().any(Value::is_poison) {
            return Value::Poison;
        }
        // The first value that is no exact number fixes the type; a float among integers makes floats.
        let ty = values
            .iter()
            .find(|v| !matches!(v, Value::Int(_) | Value::Float(_) | Value::Maker(_)))
            .map(|v| self.type_of(v))
            .or(inner)
            .unwrap_or_else(|| {
                let float = values.iter().any(|v| matches!(v, Value::Float(_)));
                Ty::scalar(if float { Elem::F64 } else { Elem::I64 })
            });
        let values: Vec<Value> = values.iter().zip(items).map(|(v, i)| self.coerce(v, &ty, i.span)).collect();
        if values.iter().any(Value::is_poison) {
            return Value::Poison;
        }
        self.stack(&values)
    }

    /// Values of one type along a new leading axis, leaf by leaf.
    pub(crate) fn stack(&mut self, values: &[Value]) -> Value {
        let mut all: Vec<Vec<Tensor>> = Vec::new();
        for v in values {
            let mut leaves = Vec::new();
            Self::leaves(v, &mut leaves);
            all.push(leaves);
        }
        let n = Dim::constant(values.len() as i64);
        let mut k = 0;
        let template = values[0].clone();
        let stacked: Vec<Tensor> = (0..all[0].len())
            .map(|leaf| {
                let first = self.local(&all[0][leaf]);
                let nodes: Vec<_> = all.iter().map(|l| self.aligned(&l[leaf], &first.axes)).collect();
                let (node, axis) = self.b().stack(&nodes);
                let axes = std::iter::once(axis).chain(first.axes.iter().copied()).collect();
                let dims = std::iter::once(n.clone()).chain(first.dims.iter().cloned()).collect();
                self.tensor(node, first.elem.clone(), axes, dims)
            })
            .collect();
        Self::with_leaves(&template, &mut |_| {
            k += 1;
            Value::Tensor(stacked[k - 1].clone())
        })
    }

    /// `a @ b` over the element type's semiring.
    fn matmul(&mut self, a: (&Value, Span), b: (&Value, Span), at: Span) -> Value {
        let (a_span, b_span) = (a.1, b.1);
        let Some((x, y)) = self.meet(a, b, None) else { return Value::Poison };
        if x.elem != y.elem {
            return self.fail(errors::element_mismatch(at, "@", (a_span, &x.elem), (b_span, &y.elem)));
        }
        let Some(ring) = x.elem.semiring() else {
            return self.fail(errors::no_operator(at, "@", &x.elem.show()));
        };
        let show = |c: &Self, t: &Tensor| c.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
        if x.dims.is_empty() || y.dims.is_empty() || x.dims.len() > 2 || y.dims.len() > 2 {
            let (s, t) = (show(self, &x), show(self, &y));
            return self.fail(errors::matmul_rank(at, (a_span, &s), (b_span, &t)));
        }
        let inner = x.dims.len() - 1;
        if !self.dims_equal(&x.dims[inner], &y.dims[0]) {
            let (s, t) = (show(self, &x), show(self, &y));
            let (m, n) = (self.show_dim(&x.dims[inner]), self.show_dim(&y.dims[0]));
            return self.fail(errors::inner_mismatch(at, (a_span, &s, &m), (b_span, &t, &n)));
        }
        let (x, y) = (self.local(&x), self.local(&y));
        let k = x.axes[inner];
        let mut y_axes = vec![k];
        let mut axes: Vec<_> = x.axes[..inner].to_vec();
        let mut dims: Vec<_> = x.dims[..inner].to_vec();
        if y.dims.len() == 2 {
            let free = y.axes[1];
            let j = if x.axes.contains(&free) { self.axis(&y.dims[1]) } else { free };
            y_axes.push(j);
            axes.push(j);
            dims.push(y.dims[1].clone());
        }
        let y_node = self.aligned(&y, &y_axes);
        self.at(at);
        let product = self.b().map(ring.mul.0, &[x.node, y_node]);
        let node = self.b().fold(ring.add, product, &[k]);
        self.not_plain = true;
        let elem = x.elem.clone();
        Value::Tensor(self.tensor(node, elem, axes, dims))
    }
}

/// The scalar of a tensor type: what a factor is asked to be.
fn scalar_of(ty: &Ty) -> Option<Ty> {
    match ty {
        Ty::Tensor(e, _) => Some(Ty::scalar(e.clone())),
        _ => None,
    }
}
