//! Models: parametrised maps, their composition, their parameters.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::Bits;
use dslc_syntax::ast::{ExprKind, ModelItem, Name, StmtKind, Type};

use crate::builtins::Builtin;
use crate::call::ArgValue;
use crate::check::{CallSite, Checker, Context, Params, Scope, Var};
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{FnVal, Maker, Model, ModuleId, Tensor, Value};

impl Checker<'_> {
    /// `a >> b`: first a, then b. Parameters are `(Q, P)`, with `()` dropped.
    pub(crate) fn compose(&mut self, a: &Value, b: &Value, a_span: Span, b_span: Span) -> Value {
        for (v, span) in [(a, a_span), (b, b_span)] {
            if v.as_fn().is_none() && !self.is_model(v) && !v.is_poison() {
                let what = self.describe(v);
                return self.fail(errors::not_a_function(span, &what));
            }
        }
        match self.layers_meet(a, a_span, b, b_span) {
            true => Value::function(FnVal::Model(Model::Compose(a.clone(), b.clone(), b_span))),
            false => Value::Poison,
        }
    }

    /// Whether the right-hand map takes what the left one gives, where that is known before anything is applied.
    /// What is built to find out is thrown away.
    fn layers_meet(&mut self, a: &Value, a_span: Span, b: &Value, b_span: Span) -> bool {
        if self.muted > 0 || !self.is_model(a) {
            return true;
        }
        let Some(ty) = self.probe(|c| c.given_by(a, a_span)) else { return true };
        let said = self.diagnostics.len();
        let symbolic = std::mem::replace(&mut self.symbolic, true);
        let (not_plain, contexts) = (self.not_plain, self.contexts.len());
        self.push_frame("composition");
        let key = self.param(&Elem::Key, &[]);
        let q = if self.is_model(b) { self.init(b, &key, b_span) } else { Value::unit() };
        let x = self.opaque(&ty);
        self.apply(b, &q, &[x], b_span);
        self.drop_frame();
        self.contexts.truncate(contexts);
        (self.symbolic, self.not_plain) = (symbolic, not_plain);
        let shown = self.show(&ty);
        let wrong = |d: &dslc_base::Diagnostic| d.severity == dslc_base::Severity::Error;
        let mut meet = true;
        for d in self.diagnostics.iter_mut().skip(said).filter(|d| wrong(d)) {
            meet = false;
            if d.span().is_some_and(|at| at != a_span) {
                *d = d.clone().secondary(a_span, format!("gives `{shown}`"));
            }
        }
        meet
    }

    /// The type of what a map gives, if it is the same whatever the map is applied to.
    fn given_by(&mut self, m: &Value, span: Span) -> Option<Ty> {
        let f = m.as_fn()?.clone();
        match &*f {
            FnVal::Model(Model::Compose(f, g, _)) => {
                if let Some(ty) = self.given_by(g, span) {
                    return Some(ty);
                }
                // A function of scalars keeps the shape.
                let ty = self.given_by(f, span)?;
                let x = self.opaque(&ty);
                let y =
                    if self.is_model(g) { Value::Poison } else { self.apply(g, &Value::unit(), &[x], span) };
                Some(self.type_of(&y)).filter(|t| *t != Ty::Poison)
            }
            FnVal::Model(Model::Item { module, item, args, span }) => {
                let mut context = self.item_context(*module, args, *span);
                for g in &item.generics {
                    match g {
                        dslc_syntax::ast::Generic::Kind { name, kind } if &*kind.text != "size" => {
                            context.types.insert(name.text.clone(), Ty::scalar(Elem::F64));
                        }
                        // A size of what it is applied to.
                        _ => return None,
                    }
                }
                self.contexts.push(context);
                let ty = item.ret.as_ref().and_then(|t| self.resolve(t));
                self.contexts.pop();
                ty.filter(|t| *t != Ty::Poison)
            }
            _ => None,
        }
    }

    /// `a & b`: both side by side.
    pub(crate) fn pair(&mut self, a: (&Value, Span), b: (&Value, Span)) -> Value {
        for (v, span) in [a, b] {
            if v.as_fn().is_none() && !self.is_model(v) {
                let what = self.describe(v);
                return self.fail(errors::pair_of_values(span, &what));
            }
        }
        Value::function(FnVal::Model(Model::Pair(a.0.clone(), b.0.clone())))
    }

    /// `net(p, x)`, or `f(x)` for a composition of plain functions.
    pub(crate) fn call_model(&mut self, m: &Value, args: Vec<ArgValue>, span: Span) -> Value {
        if !self.is_model(m) {
            let values: Vec<Value> = args.into_iter().map(|a| a.value).collect();
            return self.apply(m, &Value::unit(), &values, span);
        }
        let mut args = args.into_iter();
        let Some(p) = args.next() else {
            return self.fail(errors::model_arguments(span));
        };
        let rest: Vec<Value> = args.map(|a| a.value).collect();
        if rest.is_empty() {
            return self.fail(errors::model_arguments(span));
        }
        self.apply(m, &p.value, &rest, span)
    }

    /// A model or function applied to inputs, with its parameters.
    pub(crate) fn apply(&mut self, m: &Value, p: &Value, args: &[Value], span: Span) -> Value {
        if p.is_poison() || args.iter().any(Value::is_poison) {
            return Value::Poison;
        }
        match m {
            Value::Fn(f) => match &**f {
                FnVal::Model(Model::Compose(f, g, g_span)) => {
                    let (q, p) = match (self.is_model(f), self.is_model(g), p) {
                        (true, true, Value::Tuple(qp)) if qp.len() == 2 => (qp[0].clone(), qp[1].clone()),
                        (true, true, other) => {
                            let what = self.describe(other);
                            return self.fail(errors::parameters(
                                span,
                                "the pair `(Q, P)` of a composition",
                                &what,
                            ));
                        }
                        (true, false, p) => (Value::unit(), p.clone()),
                        (_, _, q) => (q.clone(), Value::unit()),
                    };
                    let (f, g, g_span) = (f.clone(), g.clone(), *g_span);
                    let y = self.apply(&f, &p, args, span);
                    // The primary place of a mismatch is the right-hand layer.
                    self.apply(&g, &q, &[y], g_span)
                }
                FnVal::Model(Model::Pair(f, g)) => {
                    let parts = match args {
                        [Value::Tuple(xs)] if xs.len() == 2 => xs.clone(),
                        [a, b] => Rc::new(vec![a.clone(), b.clone()]),
                        _ => return self.fail(errors::arity(span, "a pair", 2, args.len(), None)),
                    };
                    let (p, q) = match (self.is_model(f), self.is_model(g), p) {
                        (true, true, Value::Tuple(pq)) if pq.len() == 2 => (pq[0].clone(), pq[1].clone()),
                        (true, false, p) => (p.clone(), Value::unit()),
                        (_, _, q) => (Value::unit(), q.clone()),
                    };
                    let (f, g) = (f.clone(), g.clone());
                    let a = self.apply(&f, &p, &parts[..1], span);
                    let b = self.apply(&g, &q, &parts[1..], span);
                    Value::tuple(vec![a, b])
                }
                FnVal::Model(Model::Repeat(_, f)) => self.apply_repeat(&f.clone(), p, args, span),
                FnVal::Model(Model::Item { module, item, args: sizes, span: made }) => {
                    let (module, item, sizes, made) = (*module, item.clone(), sizes.clone(), *made);
                    self.apply_item(module, &item, sizes, made, p, args, span)
                }
                _ => self.call_lifted(f, args, span),
            },
            Value::Record(fs) => match fs.iter().find(|(n, _)| &**n == "apply") {
                Some((_, f)) => {
                    let mut all = vec![p.clone()];
                    all.extend(args.iter().cloned());
                    self.call_value(&f.clone(), &all, span)
                }
                None => Value::Poison,
            },
            other => {
                let what = self.describe(other);
                self.fail(errors::not_a_function(span, &what))
            }
        }
    }

    /// A plain function in a composition; one from scalars to a scalar works on tensors elementwise.
    fn call_lifted(&mut self, f: &Rc<FnVal>, args: &[Value], span: Span) -> Value {
        let args = args.iter().map(|v| ArgValue { name: None, value: v.clone(), span }).collect();
        self.call_fn(f, args, span, None)
    }

    /// `k` copies in a row: a scan over the stacked parameters.
    fn apply_repeat(&mut self, f: &Value, p: &Value, args: &[Value], span: Span) -> Value {
        let [x] = args else {
            return self.fail(errors::arity(span, "a repeated model", 1, args.len(), None));
        };
        let x = self.firm(x.clone(), None, span);
        let step = FnVal::Builtin(Builtin::Step);
        self.repeated.push(f.clone());
        let result = self.scan(&Value::function(step), &x, p, span);
        self.repeated.pop();
        match result {
            Value::Tuple(parts) if !parts.is_empty() => parts[0].clone(),
            other => other,
        }
    }

    fn item_context(&mut self, module: ModuleId, sizes: &HashMap<Rc<str>, Value>, made: Span) -> Context {
        let vars = sizes
            .iter()
            .map(|(n, v)| {
                let size = matches!(v, Value::Int(_));
                (n.clone(), Var { value: v.clone(), span: made, mutable: false, assigned: false, size })
            })
            .collect();
        Context {
            module,
            scopes: vec![Scope { vars, barrier: Some(crate::check::Barrier::Closure) }],
            types: HashMap::new(),
            params: None,
        }
    }

    /// Notes that a model is made or applied. One that holds another of its kind is fine; one that holds itself has
    /// no end, which shows as depth.
    fn enter_model(&mut self, item: &Rc<ModelItem>, span: Span) -> bool {
        if self.calls.len() >= self.limits.call_depth {
            self.exhaust(errors::call_depth(span, self.limits.call_depth));
            return false;
        }
        self.calls.push(CallSite { name: item.name.text.clone(), item: item.span, span, with: Vec::new() });
        true
    }

    #[allow(clippy::too_many_arguments)]
    fn apply_item(
        &mut self,
        module: ModuleId,
        item: &Rc<ModelItem>,
        sizes: HashMap<Rc<str>, Value>,
        made: Span,
        p: &Value,
        args: &[Value],
        span: Span,
    ) -> Value {
        let fixed = self.item_context(module, &sizes, made).scopes.swap_remove(0).vars;
        let args = args.iter().map(|v| ArgValue { name: None, value: v.clone(), span }).collect();
        if !self.enter_model(item, span) {
            return Value::Poison;
        }
        let solved =
            self.solve_call(module, &item.name, &item.generics, &item.params, args, fixed, span, None, None);
        let v = match solved {
            None => Value::Poison,
            Some(s) => {
                self.contexts.push(Context {
                    module,
                    scopes: vec![s.scope],
                    types: s.types,
                    params: Some(Params::Given(p.clone())),
                });
                let ret = item.ret.as_ref().and_then(|t| self.resolve(t));
                let v = self.expr(&item.body, ret.as_ref());
                let v = match &ret {
                    Some(t) => self.coerce(&v, t, crate::call::result_span(&item.body)),
                    None => v,
                };
                self.contexts.pop();
                v
            }
        };
        self.calls.pop();
        v
    }

    /// `param w: T = init` while a model is applied: the field of its parameters.
    pub(crate) fn param_statement(&mut self, name: &Name, ty: Option<&Type>, init: &dslc_syntax::ast::Expr) {
        let Some(params) = self.contexts.last().and_then(|c| c.params.clone()) else {
            self.report(errors::param_outside(name.span));
            self.define(name, Value::Poison, false);
            return;
        };
        let params = match params {
            Params::Given(p) => p,
            Params::Fresh(key) => {
                self.fresh_param(name, ty, init, &key);
                return;
            }
        };
        let given = match &params {
            Value::Record(fs) => fs.iter().find(|(n, _)| *n == name.text).map(|(_, v)| v.clone()),
            _ => None,
        };
        let Some(given) = given else {
            if !params.is_poison() {
                let what = self.describe(&params);
                self.report(errors::parameters(
                    name.span,
                    &format!("a record with the field `{}`", name.text),
                    &what,
                ));
            }
            self.define(name, Value::Poison, false);
            return;
        };
        let value = match ty.and_then(|t| self.resolve(t)) {
            Some(t) => self.coerce(&given, &t, name.span),
            None => {
                let model = self.expr(init, None);
                if self.is_model(&model) { Value::function(FnVal::Bound(model, given)) } else { given }
            }
        };
        self.define(name, value, false);
    }

    /// A parameter while a model is checked for all sizes: what its start gives.
    fn fresh_param(&mut self, name: &Name, ty: Option<&Type>, init: &dslc_syntax::ast::Expr, key: &Tensor) {
        let v = self.init_param(ty, init, key);
        let model = self.probe(|c| c.expr(init, None));
        let v = if ty.is_none() && self.is_model(&model) && !v.is_poison() {
            Value::function(FnVal::Bound(model, v))
        } else {
            v
        };
        self.define(name, v, false);
    }

    /// `net.init(key)`: fresh parameters.
    pub(crate) fn init_model(&mut self, m: &Value, key: &Value, span: Span) -> Value {
        let Some(key) = self.as_tensor(key, None, span) else { return Value::Poison };
        if key.elem != Elem::Key {
            return self.fail(errors::expected_type(span, "key", &key.elem.show()));
        }
        self.init(m, &key, span)
    }

    fn init(&mut self, m: &Value, key: &Tensor, span: Span) -> Value {
        match m {
            Value::Fn(f) => match &**f {
                FnVal::Model(Model::Compose(f, g, _)) => {
                    let (k0, k1) = (self.sub_key(key, 0), self.sub_key(key, 1));
                    match (self.is_model(f), self.is_model(g)) {
                        (true, true) => {
                            let p = self.init(f, &k0, span);
                            let q = self.init(g, &k1, span);
                            Value::tuple(vec![q, p])
                        }
                        (true, false) => self.init(f, key, span),
                        (false, true) => self.init(g, key, span),
                        (false, false) => Value::unit(),
                    }
                }
                FnVal::Model(Model::Pair(f, g)) => {
                    let (k0, k1) = (self.sub_key(key, 0), self.sub_key(key, 1));
                    match (self.is_model(f), self.is_model(g)) {
                        (true, true) => Value::tuple(vec![self.init(f, &k0, span), self.init(g, &k1, span)]),
                        (true, false) => self.init(f, key, span),
                        (false, true) => self.init(g, key, span),
                        (false, false) => Value::unit(),
                    }
                }
                FnVal::Model(Model::Repeat(n, f)) => {
                    let mut parts = Vec::new();
                    for k in 0..*n {
                        // Each copy is work, and a number is quickly written.
                        if !self.enter_expression(span) {
                            return Value::Poison;
                        }
                        let key = self.sub_key(key, k);
                        parts.push(self.init(f, &key, span));
                        self.leave_expression();
                    }
                    if parts.is_empty() || parts.iter().any(Value::is_poison) {
                        return Value::Poison;
                    }
                    self.stack(&parts)
                }
                FnVal::Model(Model::Item { module, item, args, span: made }) => {
                    let (module, item, args, made) = (*module, item.clone(), args.clone(), *made);
                    self.init_item(module, &item, &args, made, key)
                }
                _ => Value::unit(),
            },
            Value::Record(fs) => match fs.iter().find(|(n, _)| &**n == "init") {
                Some((_, f)) => self.call_value(&f.clone(), &[Value::Tensor(key.clone())], span),
                None => Value::unit(),
            },
            _ => Value::unit(),
        }
    }

    fn sub_key(&mut self, key: &Tensor, k: i64) -> Tensor {
        let n = self.constant(Bits::i64(k), Elem::I64);
        self.fold_in(key, &n)
    }

    fn init_item(
        &mut self,
        module: ModuleId,
        item: &Rc<ModelItem>,
        sizes: &HashMap<Rc<str>, Value>,
        made: Span,
        key: &Tensor,
    ) -> Value {
        let mut context = self.item_context(module, sizes, made);
        // Type variables that only the input would fix are 64-bit floats when parameters are drawn.
        for g in &item.generics {
            if let dslc_syntax::ast::Generic::Kind { name, .. } = g {
                context.types.insert(name.text.clone(), Ty::scalar(Elem::F64));
            }
        }
        if !self.enter_model(item, made) {
            return Value::Poison;
        }
        self.contexts.push(context);
        let mut fields = Vec::new();
        if let ExprKind::Block(b) = &item.body.kind {
            for s in &b.stmts {
                let StmtKind::Param { name, ty, init } = &s.kind else { continue };
                let key = self.sub_key(key, fields.len() as i64);
                let v = self.init_param(ty.as_ref(), init, &key);
                fields.push((name.text.clone(), v));
            }
        }
        self.contexts.pop();
        self.calls.pop();
        if fields.iter().any(|(_, v)| v.is_poison()) { Value::Poison } else { Value::record(fields) }
    }

    fn init_param(&mut self, ty: Option<&Type>, init: &dslc_syntax::ast::Expr, key: &Tensor) -> Value {
        let ty = match ty {
            Some(t) => match self.resolve(t) {
                Some(t) => Some(t),
                None => return Value::Poison,
            },
            None => None,
        };
        let v = self.expr(init, ty.as_ref());
        if self.is_model(&v) {
            return self.init(&v, key, init.span);
        }
        let maker = match v.as_fn().map(|f| &**f) {
            Some(FnVal::Builtin(Builtin::Glorot)) => Some(Maker::Glorot { key: key.clone() }),
            Some(FnVal::Builtin(Builtin::Normal)) => Some(Maker::Normal { key: key.clone(), affine: None }),
            Some(FnVal::Builtin(Builtin::Uniform)) => Some(Maker::Uniform { key: key.clone(), bounds: None }),
            _ => None,
        };
        match (maker, ty) {
            (Some(m), Some(t)) => self.make(&m, &t, init.span),
            (None, Some(t)) => self.coerce(&v, &t, init.span),
            (Some(_), None) => self.fail(errors::no_shape(init.span)),
            (None, None) => self.firm(v, None, init.span),
        }
    }

    /// The parameter tree of a model as text, as printing it shows.
    pub(crate) fn model_tree(&mut self, m: &Value, span: Span) -> String {
        let params = self.probe(|c| {
            let key = c.param(&Elem::Key, &[]);
            let p = c.init(m, &key, span);
            c.type_of(&p)
        });
        let mut out = String::from("model with parameters");
        self.tree_lines(&params, 1, &mut out);
        out
    }

    fn tree_lines(&self, t: &Ty, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        match t {
            Ty::Record(fs) => {
                for (n, t) in fs {
                    self.tree_line(&pad, n, t, depth, out);
                }
            }
            Ty::Tuple(ts) if !ts.is_empty() => {
                for (k, t) in ts.iter().enumerate() {
                    self.tree_line(&pad, &k.to_string(), t, depth, out);
                }
            }
            other => out.push_str(&format!("\n{pad}{}", self.show(other))),
        }
    }

    fn tree_line(&self, pad: &str, name: &str, t: &Ty, depth: usize, out: &mut String) {
        match t {
            Ty::Record(_) | Ty::Tuple(_) => {
                out.push_str(&format!("\n{pad}{name}"));
                self.tree_lines(t, depth + 1, out);
            }
            leaf => out.push_str(&format!("\n{pad}{name}: {}", self.show(leaf))),
        }
    }
}
