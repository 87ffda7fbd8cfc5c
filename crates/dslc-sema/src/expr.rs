//! Expressions: each to a value of the innermost frame.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::Bits;
use dslc_ir::prims::logic;
use dslc_syntax::ast::{self, Expr, ExprKind, UnOp};

use crate::budget::builds;
use crate::builtins;
use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::foreign;
use crate::free::free_names;
use crate::ty::{Elem, Ty};
use crate::value::{FnVal, Lin, Maker, ModuleId, Tensor, Value};

impl Checker<'_> {
    /// The value of an expression; `want` is the type that its context asks, for numbers and makers.
    pub(crate) fn expr(&mut self, e: &Expr, want: Option<&Ty>) -> Value {
        if !self.enter_expression(e.span) {
            return Value::Poison;
        }
        let v = if computes(&e.kind) {
            let around = self.frames.last().map(|f| f.builder.site);
            self.at(e.span);
            let v = self.expr_of_kind(e, want);
            // An expression may have begun the first frame, or given up all.
            if let Some(f) = self.frames.last_mut() {
                f.builder.site = around.flatten();
            }
            v
        } else {
            self.expr_of_kind(e, want)
        };
        self.leave_expression();
        if builds(&e.kind) { self.within_size(v, e.span) } else { v }
    }

    /// The meaning of an expression by its kind.
    fn expr_of_kind(&mut self, e: &Expr, want: Option<&Ty>) -> Value {
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
            ExprKind::Comprehension { body, clause } => self.comprehension(body, clause, want),
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
        if elem.is_wrapped() {
            self.report(errors::literal_in_semiring(span, &elem.show(), self.sources.text(span)));
            return None;
        }
        // A complex context asks a real number for its real part.
        let elem = &elem.part().unwrap_or_else(|| elem.clone());
        match (v, elem) {
            (_, Elem::Bool | Elem::Key) => {
                self.report(errors::expected_type(span, &elem.show(), "a number"));
                None
            }
            (Value::Float(_), Elem::I64 | Elem::Count | Elem::Z2) => {
                self.report(errors::expected_type(span, &elem.show(), "a float"));
                None
            }
            (Value::Float(x), _) => Some(self.number(elem, *x)),
            (Value::Int(l), Elem::I64) => Some(self.lin_tensor(l)),
            (Value::Int(l), Elem::Count) => self.count_of(l, span),
            (Value::Int(l), Elem::Z2) => self.bit_of(l, span),
            (Value::Int(l), _) => Some(self.lin_as_float(l, elem)),
            _ => None,
        }
    }

    /// An exact integer as a natural number: one that is known to be negative is a mistake, another is checked when run.
    fn count_of(&mut self, l: &Lin, span: Span) -> Option<Tensor> {
        if l.as_const().is_some_and(|n| n < 0) {
            self.report(errors::literal_out_of_range(span, "count", "0, 1, 2, .."));
            return None;
        }
        let t = self.lin_tensor(l);
        let t = Tensor { elem: Elem::I64, ..t };
        if l.as_const().is_some() {
            return Some(Tensor { elem: Elem::Count, lin: None, flexible: false, ..t });
        }
        let prim = self.prim("natural");
        Some(self.pointwise(prim, &[t], Elem::Count))
    }

    /// 0 or 1 in the field of two elements; nothing else becomes one silently.
    fn bit_of(&mut self, l: &Lin, span: Span) -> Option<Tensor> {
        match l.as_const() {
            Some(n @ (0 | 1)) => Some(self.constant(Bits::z2(n == 1), Elem::Z2)),
            _ => {
                self.report(errors::literal_out_of_range(span, "z2", "0 and 1"));
                None
            }
        }
    }

    pub(crate) fn lin_as_float(&mut self, l: &Lin, elem: &Elem) -> Tensor {
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

    pub(crate) fn name(&mut self, name: &Rc<str>, span: Span) -> Value {
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
        let later = self.info(id).later.get(name).copied();
        match (builtins::global(name), later) {
            (Some(v), _) => return v,
            (None, Some(at)) => return self.fail(errors::used_before_definition(span, name, at)),
            (None, None) => {}
        }
        if let Some(v) = self.prelude_member(name, span) {
            return v;
        }
        self.unknown(name, span)
    }

    /// A name that nothing defines. It is told once, and not where a mistake hides its definition.
    fn unknown(&mut self, name: &Rc<str>, span: Span) -> Value {
        if self.broken.contains(name) {
            return Value::Poison;
        }
        let d = match &**name {
            n if builtins::MODULES.contains(&n) => errors::not_imported(span, n),
            n => errors::unknown_name(span, n, self.nearest_name(n).as_deref(), foreign::value(n)),
        };
        if self.poison(name) {
            self.report(d);
        }
        Value::Poison
    }

    /// Notes that a name was reported as unknown in the function or script at hand; whether that is news.
    pub(crate) fn poison(&mut self, name: &Rc<str>) -> bool {
        let item = self.calls.last().map(|c| c.item);
        self.muted > 0 || self.told.insert((item, name.clone()))
    }

    /// Whether anything has a name.
    pub(crate) fn resolves(&mut self, name: &Rc<str>, span: Span) -> bool {
        let id = self.module_id();
        let info = self.info(id);
        let here =
            info.imports.contains_key(name) || info.later.contains_key(name) || self.broken.contains(name);
        here || self.lookup(name).is_some()
            || self.module_member(id, name).is_some()
            || self.prelude_member(name, span).is_some()
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
    pub(crate) fn prelude_member(&mut self, name: &str, span: Span) -> Option<Value> {
        if let Some(v) = builtins::global(name) {
            return Some(v);
        }
        if name == "captured" {
            return Some(Value::function(FnVal::Builtin(builtins::Builtin::Captured)));
        }
        // The prelude is read when a name is met that nothing else defines.
        let id = match self.by_path.get("std:prelude") {
            Some(id) => *id,
            None if self.host.source("std:prelude").is_err() => return None,
            None => self.load("std:prelude", span)?,
        };
        self.module_member(id, name)
    }

    pub(crate) fn nearest_name(&self, name: &str) -> Option<String> {
        let mut names: Vec<String> = builtins::names().map(str::to_string).collect();
        if let Some(c) = self.contexts.last() {
            names.extend(c.scopes.iter().flat_map(|s| s.vars.keys().map(|k| k.to_string())));
            let info = self.info(c.module);
            names.extend(info.fns.keys().chain(info.models.keys()).map(|k| k.to_string()));
            names.extend(info.globals.keys().chain(info.imports.keys()).map(|k| k.to_string()));
        }
        errors::nearest(name, names)
    }

    pub(crate) fn unary(&mut self, op: UnOp, a: &Expr, span: Span, want: Option<&Ty>) -> Value {
        if let (UnOp::Neg, ExprKind::Int(Some(n))) = (op, &a.kind)
            && *n == 1 << 63
        {
            return Value::int(i64::MIN);
        }
        let v = self.expr(a, want);
        match (op, &v) {
            (_, Value::Poison) => Value::Poison,
            (UnOp::Neg, _) => self.negate(&v, span, want),
            (UnOp::Not, _) => match self.as_tensor(&v, Some(want.unwrap_or(&Ty::scalar(Elem::Bool))), a.span)
            {
                Some(t) if t.elem == Elem::Bool => {
                    Value::Tensor(self.pointwise(&logic::NOT, &[t], Elem::Bool))
                }
                Some(t) => self.fail(errors::expected_type(a.span, "bool", &t.elem.show())),
                None => Value::Poison,
            },
        }
    }

    /// A value with a function applied to the parts that are no records or tuples.
    pub(crate) fn each_leaf(&mut self, v: &Value, mut f: impl FnMut(&mut Self, &Value) -> Value) -> Value {
        self.each_leaf_dyn(v, &mut f)
    }

    pub(crate) fn each_leaf_dyn(
        &mut self,
        v: &Value,
        f: &mut dyn FnMut(&mut Self, &Value) -> Value,
    ) -> Value {
        match v {
            Value::Record(fields) => {
                Value::record(fields.iter().map(|(n, x)| (n.clone(), self.each_leaf_dyn(x, f))).collect())
            }
            Value::Tuple(parts) => Value::tuple(parts.iter().map(|x| self.each_leaf_dyn(x, f)).collect()),
            Value::Complex(z) => {
                let re = f(self, &Value::Tensor(z.re.clone()));
                Value::complex_of_parts(re, f(self, &Value::Tensor(z.im.clone())))
            }
            other => f(self, other),
        }
    }

    pub(crate) fn record(&mut self, fields: &[ast::Field], want: Option<&Ty>) -> Value {
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

    pub(crate) fn record_update(&mut self, base: &Expr, fields: &[ast::Field]) -> Value {
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
    pub(crate) fn field(&mut self, base: &Expr, name: &ast::Name) -> Value {
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
            Value::Complex(_) if &*name.text == "T" => {
                self.each_leaf(v, |c, part| c.field_of(part, base, name))
            }
            Value::Fn(_) => match &*name.text {
                "init" => Value::function(FnVal::ModelInit(v.clone())),
                "apply" => v.clone(),
                _ => self.fail(errors::no_field(name.span, &name.text, vec!["init".into(), "apply".into()])),
            },
            other => {
                let what = self.describe(other);
                self.fail(errors::no_member_of(name.span, &name.text, base, &what))
            }
        }
    }

    pub(crate) fn member_of(&mut self, id: ModuleId, name: &ast::Name) -> Value {
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

    pub(crate) fn proj(&mut self, base: &Expr, k: u64, at: Span) -> Value {
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

    pub(crate) fn closure(&mut self, c: &Rc<ast::Closure>, span: Span) -> Value {
        // It is a mistake whether the closure is called or not.
        for (name, at) in crate::free::assigned_outside(c) {
            let found =
                self.contexts.last().and_then(|c| c.scopes.iter().rev().find_map(|s| s.vars.get(&name)));
            if let Some(defined) = found.map(|v| v.span) {
                self.mark_assigned(&name);
                self.report(errors::assign_captured(at, &name, defined, false));
            }
        }
        let mut env: HashMap<Rc<str>, Value> = HashMap::new();
        for name in free_names(c) {
            let Some(context) = self.contexts.last() else { continue };
            if let Some(var) = context.scopes.iter().rev().find_map(|s| s.vars.get(&name)) {
                env.insert(name, var.value.clone());
            } else if let Some(var) = self.info(context.module).globals.get(&name) {
                env.insert(name, var.value.clone());
            }
        }
        let module = self.module_id();
        Value::function(FnVal::Closure { module, closure: c.clone(), env, span })
    }

    /// `[a, b]`: values of one type along a new axis.
    pub(crate) fn array(&mut self, items: &[Expr], span: Span, want: Option<&Ty>) -> Value {
        let inner = match want {
            Some(Ty::Tensor(e, dims)) if dims.is_empty() => Some(Ty::scalar(e.clone())),
            asked => asked.and_then(|t| t.element(1)),
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
        let inner = match inner {
            None if items.iter().any(|i| matches!(i.kind, ExprKind::Array(_))) => self.nested_element(items),
            known => known,
        };
        if let Some(Ty::Tensor(e, _)) = &inner
            && e.is_wrapped()
            && let Some(d) = self.literals_in_semiring(items, e, span)
        {
            return self.fail(d);
        }
        let values: Vec<Value> = items.iter().map(|i| self.expr(i, inner.as_ref())).collect();
        if values.iter().any(Value::is_poison) {
            return Value::Poison;
        }
        let odd = |v: &Value| matches!(v, Value::Fn(_) | Value::Str(_) | Value::Module(_));
        if let Some(k) = values.iter().position(odd) {
            let what = self.describe(&values[k]);
            return self.fail(errors::no_elements(items[k].span, &what));
        }
        // The first value that is no exact number fixes the type; a float among integers makes floats.
        let whole = inner.clone().filter(|t| matches!(t, Ty::Record(_) | Ty::Tuple(_)));
        let found = values
            .iter()
            .find(|v| !matches!(v, Value::Int(_) | Value::Float(_) | Value::Maker(_)))
            .map(|v| self.type_of(v));
        let ty = whole.or(found).or(inner).unwrap_or_else(|| {
            let float = values.iter().any(|v| matches!(v, Value::Float(_)));
            Ty::scalar(if float { Elem::F64 } else { Elem::I64 })
        });
        let values: Vec<Value> = values.iter().zip(items).map(|(v, i)| self.coerce(v, &ty, i.span)).collect();
        if values.iter().any(Value::is_poison) {
            return Value::Poison;
        }
        self.stack(&values)
    }

    /// Literals in an array of a semiring: one mistake, whole if there is nothing else in it.
    fn literals_in_semiring(&self, items: &[Expr], elem: &Elem, span: Span) -> Option<dslc_base::Diagnostic> {
        let mut all = Vec::new();
        entries(items, &mut all);
        let at = match all.iter().all(|e| is_literal(e)) {
            true => span,
            false => all.iter().find(|e| is_literal(e))?.span,
        };
        Some(errors::literal_in_semiring(at, &elem.show(), self.sources.text(at)))
    }

    /// The element type of an array of arrays: that of its first entry that is no integer literal, which the
    /// literals of other rows follow.
    fn nested_element(&mut self, items: &[Expr]) -> Option<Ty> {
        let mut all = Vec::new();
        entries(items, &mut all);
        let first = all.into_iter().find(|e| !is_int(e))?;
        let ty = self.probe(|c| {
            let v = c.expr(first, None);
            c.type_of(&v)
        });
        match ty {
            Ty::Tensor(e, _) => Some(Ty::scalar(e)),
            _ => None,
        }
    }

    /// Values of one type along a new leading axis, leaf by leaf.
    pub(crate) fn stack(&mut self, values: &[Value]) -> Value {
        let mut all: Vec<Vec<Tensor>> = Vec::new();
        for v in values {
            let mut leaves = Vec::new();
            Self::leaves(v, &mut leaves);
            all.push(leaves);
        }
        // A mistake inside one of them, which has been told.
        if all.iter().any(|l| l.len() != all[0].len()) {
            return Value::Poison;
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
}

/// The entries of an array of arrays.
fn entries<'e>(items: &'e [Expr], out: &mut Vec<&'e Expr>) {
    for i in items {
        match &i.kind {
            ExprKind::Array(inner) => entries(inner, out),
            _ => out.push(i),
        }
    }
}

fn is_int(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Int(_) => true,
        ExprKind::Unary(UnOp::Neg, a) => is_int(a),
        _ => false,
    }
}

fn is_literal(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Int(_) | ExprKind::Float(_) => true,
        ExprKind::Name(n) => matches!(&**n, "inf" | "nan" | "pi"),
        ExprKind::Unary(UnOp::Neg, a) => is_literal(a),
        _ => false,
    }
}

/// Whether an array holds integer literals and nothing else.
pub(crate) fn is_integer_array(items: &[Expr]) -> bool {
    let mut all = Vec::new();
    entries(items, &mut all);
    !all.is_empty() && all.into_iter().all(is_int)
}

/// Whether an expression is an array of literals and nothing else; if so, whether there is a float among them.
pub(crate) fn literal_array(e: &Expr) -> Option<bool> {
    let ExprKind::Array(items) = &e.kind else { return None };
    let mut all = Vec::new();
    entries(items, &mut all);
    (!all.is_empty() && all.iter().all(|e| is_literal(e))).then(|| !all.iter().all(|e| is_int(e)))
}

/// Whether an expression of this kind has nodes of its own: they belong to its place.
fn computes(kind: &ExprKind) -> bool {
    match kind {
        ExprKind::Unary(..)
        | ExprKind::Chain(..)
        | ExprKind::Compare(..)
        | ExprKind::Power(..)
        | ExprKind::Call(..)
        | ExprKind::Fold { .. }
        | ExprKind::Comprehension { .. }
        | ExprKind::Array(_)
        | ExprKind::Index(..)
        | ExprKind::If { .. } => true,
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Bool(_)
        | ExprKind::Name(_)
        | ExprKind::Unit
        | ExprKind::Tuple(_)
        | ExprKind::Record(_)
        | ExprKind::Update(..)
        | ExprKind::Field(..)
        | ExprKind::Proj(..)
        | ExprKind::Block(_)
        | ExprKind::Closure(_)
        | ExprKind::Error => false,
    }
}
