//! Operators: what `+ - * / @ ^`, comparisons and `and or` mean, and how numbers meet their types.

use crate::check::Checker;
use crate::dim::{Dim, Truth};
use crate::errors;
use crate::ty::{Elem, Kind, Ty};
use crate::value::{Lin, Tensor, Value};
use dslc_base::Span;
use dslc_ir::Bits;
use dslc_ir::prims::{arith, logic};
use dslc_syntax::ast::{BinOp, CmpOp, Expr};
use std::rc::Rc;

impl Checker<'_> {
    pub(crate) fn negate(&mut self, v: &Value, span: Span, want: Option<&Ty>) -> Value {
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
            Value::Complex(_) => self.each_leaf(v, |c, part| c.negate(part, span, None)),
            _ => {
                let Some(t) = self.as_tensor(v, want, span) else { return Value::Poison };
                if t.elem.is_wrapped() || matches!(t.elem, Elem::Bool | Elem::Key | Elem::Count) {
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

    pub(crate) fn chain(&mut self, first: &Expr, rest: &[(BinOp, Span, Expr)], want: Option<&Ty>) -> Value {
        let ask = match rest.first().map(|r| r.0) {
            Some(BinOp::Add | BinOp::Sub) => want.cloned(),
            Some(BinOp::Mul | BinOp::Div | BinOp::Rem) => want.and_then(scalar_of),
            _ => None,
        };
        let mut a = self.expr(first, ask.as_ref());
        let mut at = first.span;
        for (op, op_span, e) in rest {
            let sibling = match &a {
                Value::Complex(z) if matches!(op, BinOp::Add | BinOp::Sub) => {
                    Some(Ty::Tensor(crate::complex::complex_of(&z.re.elem), z.re.dims.clone()))
                }
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
            let ask_b = asked_of_literals(e, ask_b);
            let b = self.expr(e, ask_b.as_ref());
            let span = at.to(e.span);
            a = self.binary(*op, *op_span, (&a, at), (&b, e.span), span, want);
            a = self.within_size(a, span);
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
            BinOp::Pair => return self.pair((a, a_span), (b, b_span)),
            BinOp::MatMul => return self.matmul((a, a_span), (b, b_span), op_span),
            BinOp::And | BinOp::Or => return self.logical(op, (a, a_span), (b, b_span)),
            BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Div | BinOp::Rem => {}
        }
        let whole = |v: &Value| match v {
            Value::Int(_) => true,
            Value::Tensor(t) => t.elem == Elem::I64 && t.dims.is_empty(),
            _ => false,
        };
        if op == BinOp::Rem && whole(a) && whole(b) {
            let (x, y) = (self.sources.text(a_span), self.sources.text(b_span));
            let d = errors::integer_remainder(op_span, span, x, y);
            return self.fail(d);
        }
        // A number beside a truth value or a key is a mistake of the operator, not of the number.
        let literal = |v: &Value| match v {
            Value::Int(_) => Some(Elem::I64),
            Value::Float(_) => Some(Elem::F64),
            _ => None,
        };
        let odd = |v: &Value| match v {
            Value::Tensor(t) if matches!(t.elem, Elem::Bool | Elem::Key) => Some(t.elem.clone()),
            _ => None,
        };
        let sides = (literal(a).or_else(|| odd(a)), literal(b).or_else(|| odd(b)));
        if let ((Some(x), Some(y)), true) = (sides, odd(a).is_some() != odd(b).is_some()) {
            return self.fail(errors::element_mismatch(op_span, op.text(), (a_span, &x), (b_span, &y)));
        }
        match (a, b) {
            (Value::Complex(_), Value::Tuple(_) | Value::Record(_))
            | (Value::Tuple(_) | Value::Record(_), Value::Complex(_)) => {
                self.vector_op(op, op_span, (a, a_span), (b, b_span), span)
            }
            (Value::Complex(_), _) | (_, Value::Complex(_)) => {
                self.complex_binary(op, op_span, (a, a_span), (b, b_span), span)
            }
            (Value::Int(x), Value::Int(y)) => self.exact_int(op, x, y, span, want),
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                self.exact_float(op, (a, a_span), (b, b_span), span, want)
            }
            (Value::Tuple(_) | Value::Record(_), _) | (_, Value::Tuple(_) | Value::Record(_)) => {
                self.vector_op(op, op_span, (a, a_span), (b, b_span), span)
            }
            // A literal scales a vector of unknown kind.
            (Value::Int(_) | Value::Float(_), Value::Tensor(t))
                if op == BinOp::Mul && t.elem.is_unknown() =>
            {
                Value::Tensor(self.param(&t.elem.clone(), &t.dims.clone()))
            }
            (Value::Tensor(t), Value::Int(_) | Value::Float(_))
                if matches!(op, BinOp::Mul | BinOp::Div) && t.elem.is_unknown() =>
            {
                Value::Tensor(self.param(&t.elem.clone(), &t.dims.clone()))
            }
            _ => {
                // What scales a vector of unknown type is a number of its own, not one of the vectors.
                let scaled =
                    |v: &Value| matches!(v, Value::Tensor(t) if matches!(t.elem, Elem::Var(_, Kind::Vector)));
                let ask = match op {
                    BinOp::Mul if scaled(a) || scaled(b) => Some(Ty::scalar(Elem::F64)),
                    BinOp::Div if scaled(a) => Some(Ty::scalar(Elem::F64)),
                    _ => None,
                };
                let met = match &ask {
                    Some(_) => self
                        .as_tensor(a, ask.as_ref(), a_span)
                        .and_then(|x| Some((x, self.as_tensor(b, ask.as_ref(), b_span)?))),
                    None => self.meet((a, a_span), (b, b_span), want),
                };
                let Some((x, y)) = met else { return Value::Poison };
                self.arithmetic(op, op_span, (x, a_span), (y, b_span), span)
            }
        }
    }

    pub(crate) fn exact_int(&mut self, op: BinOp, x: &Lin, y: &Lin, span: Span, want: Option<&Ty>) -> Value {
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
                // The operands of `/` are asked to be floats.
                let elem = match want {
                    Some(Ty::Tensor(e, _)) if e.is_float() => e.clone(),
                    _ => Elem::F64,
                };
                if let (Some(a), Some(b), BinOp::Div) = (x.as_const(), y.as_const(), op)
                    && b != 0
                {
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

    pub(crate) fn exact_float(
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
            let made = match op {
                BinOp::Add => x + y,
                BinOp::Sub => x - y,
                BinOp::Mul => x * y,
                BinOp::Div => x / y,
                _ => return self.fail(errors::no_operator(span, op.text(), "f64")),
            };
            if crate::powers::kept(&[x, y], made) {
                return Value::Float(made);
            }
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
            let ask = asked_beside(&x, b, want);
            let y = self.as_tensor(b, Some(&ask), b_span)?;
            (x, y)
        } else {
            let y = self.as_tensor(b, want, b_span)?;
            let ask = asked_beside(&y, a, want);
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
            // Written for bools these are a mistake; written for any semiring they are that of truth values.
            (BinOp::Add | BinOp::Mul, Elem::Bool) if !self.any_semiring() => None,
            (BinOp::Add, e) if e.semiring().is_some() => Some(e.sum().combine().0),
            (BinOp::Add, Elem::Var(_, Kind::Vector)) => Some(&arith::ADD),
            (BinOp::Sub, Elem::Var(_, Kind::Vector)) => Some(&arith::SUB),
            (BinOp::Mul, e) => e.product().map(|p| p.0),
            (BinOp::Sub, e) if e.is_float() || matches!(e, Elem::I64 | Elem::Z2) => Some(&arith::SUB),
            (BinOp::Div, e) if e.is_float() => Some(&arith::DIV),
            _ => None,
        };
        let Some(prim) = prim else {
            let d = errors::no_operator(op_span, op.text(), &elem.show());
            return self.fail(errors::within_kind(d, &elem));
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
        if op == BinOp::Add {
            t = self.without_gradient_at_zero(t);
        }
        t.lin = lin.map(Rc::new);
        t.flexible = flexible;
        Value::Tensor(t)
    }

    /// Whether the function that is elaborated is written for types that it does not know, and one of them is bool here.
    fn any_semiring(&self) -> bool {
        let bound = self.contexts.last().map(|c| c.types.values());
        bound.into_iter().flatten().any(|t| *t == Ty::scalar(Elem::Bool))
    }

    /// A sum in a selective semiring with the same value, which takes no gradient where it is the semiring's zero: there
    /// nobody has won.
    fn without_gradient_at_zero(&mut self, sum: Tensor) -> Tensor {
        if !matches!(sum.elem, Elem::MaxPlus(_) | Elem::MinPlus(_)) {
            return sum;
        }
        let elem = sum.elem.clone();
        let zero = self.constant(elem.zero(), elem.clone());
        let nobody = self.pointwise(&logic::EQ, &[sum.clone(), zero.clone()], Elem::Bool);
        self.pointwise(&logic::SELECT, &[nobody, zero, sum], elem)
    }

    /// The affine form of an i64 sum, difference or static multiple.
    pub(crate) fn affine_result(&self, op: BinOp, x: &Tensor, y: &Tensor) -> Option<Lin> {
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
            let d = errors::shape_mismatch(at, op, (x_span, &a), (y_span, &b));
            self.report(d);
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
    pub(crate) fn vector_op(
        &mut self,
        op: BinOp,
        at: Span,
        a: (&Value, Span),
        b: (&Value, Span),
        span: Span,
    ) -> Value {
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

    pub(crate) fn logical(&mut self, op: BinOp, a: (&Value, Span), b: (&Value, Span)) -> Value {
        let prim = if op == BinOp::And { &logic::AND } else { &logic::OR };
        let one = Ty::scalar(Elem::Bool);
        let Some((x, y)) = self.meet(a, b, Some(&one)) else { return Value::Poison };
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

    pub(crate) fn compare(&mut self, op: CmpOp, a: &Expr, b: &Expr, span: Span) -> Value {
        let x = self.expr(a, None);
        let ask = match &x {
            Value::Tensor(t) if !t.flexible => Some(Ty::Tensor(t.elem.clone(), t.dims.clone())),
            _ => None,
        };
        let ask = asked_of_literals(b, ask);
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
        if let (Value::Complex(_), _) | (_, Value::Complex(_)) = (a.0, b.0) {
            return self.complex_compare(op, a, b, span);
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
            (Value::Maker(_), Value::Int(_)) | (Value::Int(_), Value::Maker(_)) => {
                Some(Ty::scalar(Elem::F64))
            }
            _ => None,
        };
        let Some((x, y)) = self.meet(a, b, want.as_ref()) else { return Value::Poison };
        if x.elem != y.elem {
            return self.fail(errors::element_mismatch(span, op.text(), (a.1, &x.elem), (b.1, &y.elem)));
        }
        if !x.elem.is_comparable() && !matches!(op, CmpOp::Eq | CmpOp::Ne) {
            let d = errors::no_operator(span, op.text(), &x.elem.show());
            return self.fail(errors::within_kind(d, &x.elem));
        }
        if !x.dims.is_empty() && !y.dims.is_empty() && !self.same_shape(&x, a.1, &y, b.1, span, op.text()) {
            return Value::Poison;
        }
        Value::Tensor(self.pointwise(prim, &[x, y], Elem::Bool))
    }

    /// `a @ b` over the element type's semiring.
    pub(crate) fn matmul(&mut self, a: (&Value, Span), b: (&Value, Span), at: Span) -> Value {
        let (a_span, b_span) = (a.1, b.1);
        if let (Value::Complex(_), _) | (_, Value::Complex(_)) = (a.0, b.0) {
            return self.complex_matmul(a, b, at);
        }
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

/// An array of literals knows its shape, so only its element type is asked, and of floats no integers: what does not fit
/// is then told once, of the whole.
fn asked_of_literals(e: &Expr, asked: Option<Ty>) -> Option<Ty> {
    match (crate::expr::literal_array(e), asked) {
        (Some(floats), Some(Ty::Tensor(elem, _))) => {
            (!floats || elem.is_float() || elem.part().is_some()).then(|| Ty::scalar(elem))
        }
        (_, asked) => asked,
    }
}

/// What is asked of a value beside a tensor: its type. What takes its shape from context, beside a scalar, takes that
/// of the whole.
fn asked_beside(beside: &Tensor, v: &Value, want: Option<&Ty>) -> Ty {
    match (v, want) {
        (Value::Maker(_), Some(whole @ Ty::Tensor(e, _))) if beside.dims.is_empty() && *e == beside.elem => {
            whole.clone()
        }
        _ => Ty::Tensor(beside.elem.clone(), beside.dims.clone()),
    }
}

/// The scalar of a tensor type: what a factor is asked to be.
pub(crate) fn scalar_of(ty: &Ty) -> Option<Ty> {
    match ty {
        Ty::Tensor(e, _) => Some(Ty::scalar(e.clone())),
        _ => None,
    }
}
