//! Calls: sizes and types solved from arguments, bodies elaborated for them.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Expr, ExprKind, TypeKind};

use crate::builtins::{self, Builtin, Cast, FoldKind};
use crate::check::{Barrier, CallSite, Checker, Context, Scope, Var};
use crate::errors;
use crate::solve::Solved;
use crate::ty::{Elem, Ty};
use crate::value::{FnVal, Model, ModuleId, Value};

/// An argument: its name if one was written, its value, its place.
#[derive(Clone, Debug)]
pub(crate) struct ArgValue {
    pub(crate) name: Option<ast::Name>,
    pub(crate) value: Value,
    pub(crate) span: Span,
}

impl Checker<'_> {
    /// `f(args)`.
    pub(crate) fn call(&mut self, f: &Expr, args: &[ast::Arg], span: Span, want: Option<&Ty>) -> Value {
        let (callee, first) = match &f.kind {
            ExprKind::Field(base, name) => {
                let v = self.expr(base, None);
                match self.callee_of_field(&v, base.span, name) {
                    Some(found) => found,
                    None => {
                        self.arguments(&Value::Poison, args);
                        return Value::Poison;
                    }
                }
            }
            _ => (self.expr(f, None), None),
        };
        let mut values: Vec<ArgValue> = first.into_iter().collect();
        if let Some(FnVal::Builtin(Builtin::Derive(how))) = callee.as_fn().map(|f| &**f) {
            return self.derive_call(*how, values, args, span);
        }
        values.extend(self.arguments(&callee, args));
        let callee = self.argmin_of_function(callee, &values, f.span);
        // `zeros()` is `zeros`.
        if let (Value::Maker(_), []) = (&callee, args) {
            return callee;
        }
        match callee.as_fn() {
            Some(f) => self.call_fn(&f.clone(), values, span, want),
            None if callee.is_poison() => Value::Poison,
            None if self.is_model(&callee) => self.call_model(&callee, values, span),
            None if matches!(callee, Value::Maker(_)) => {
                let (name, whole) = (self.sources.text(f.span), self.sources.text(span));
                let d = errors::maker_called(f.span, name, &whole[name.len()..]);
                self.fail(d)
            }
            None => {
                let what = self.describe(&callee);
                self.fail(errors::not_a_function(f.span, &what))
            }
        }
    }

    /// `argmin` of a tensor is a place in it, of a function a point: the function of the prelude that finds it.
    fn argmin_of_function(&mut self, callee: Value, args: &[ArgValue], span: Span) -> Value {
        let argmin =
            matches!(callee.as_fn().map(|f| &**f), Some(FnVal::Builtin(Builtin::Fold(FoldKind::ArgMin))));
        match args.first().map(|a| &a.value) {
            Some(Value::Fn(_)) if argmin => self.prelude_member("minimiser", span).unwrap_or(Value::Poison),
            _ => callee,
        }
    }

    /// `x.f(a)`: a member of a module, the field `f` of x, or `f(x, a)`.
    pub(crate) fn callee_of_field(
        &mut self,
        v: &Value,
        base: Span,
        name: &ast::Name,
    ) -> Option<(Value, Option<ArgValue>)> {
        match v {
            Value::Poison => None,
            Value::Module(_) => Some((self.field_of(v, base, name), None)),
            Value::Record(fs) if fs.iter().any(|(n, _)| *n == name.text) => {
                Some((self.field_of(v, base, name), None))
            }
            Value::Fn(_) if matches!(&*name.text, "init" | "apply") => {
                Some((self.field_of(v, base, name), None))
            }
            _ => {
                let found = self.method(name)?;
                Some((found, Some(ArgValue { name: None, value: v.clone(), span: base })))
            }
        }
    }

    /// The function that a method call means: of this file, of one import, or of the language.
    pub(crate) fn method(&mut self, name: &ast::Name) -> Option<Value> {
        let id = self.module_id();
        if let Some(v) = self.lookup(&name.text).map(|v| v.value.clone()).filter(|v| v.as_fn().is_some()) {
            return Some(v);
        }
        if let Some(v) = self.module_member(id, &name.text) {
            return Some(v);
        }
        let mut imports: Vec<(Rc<str>, ModuleId)> =
            self.info(id).imports.iter().map(|(n, m)| (n.clone(), m.0)).collect();
        imports.sort_by(|a, b| a.0.cmp(&b.0));
        let mut found: Vec<(Rc<str>, Value)> = Vec::new();
        for (n, m) in imports {
            let module = self.info(m).name.clone();
            let member =
                self.module_member(m, &name.text).or_else(|| builtins::module_method(&module, &name.text));
            found.extend(member.map(|v| (n, v)));
        }
        match found.len() {
            1 => return found.pop().map(|f| f.1),
            0 => {}
            _ => {
                self.report(errors::ambiguous_method(name.span, &name.text, &found[0].0, &found[1].0));
                return None;
            }
        }
        if let Some(v) = self.prelude_member(&name.text, name.span) {
            return Some(v);
        }
        let names = builtins::names().map(str::to_string).collect();
        self.report(errors::unknown_method(name.span, &name.text, names));
        None
    }

    pub(crate) fn arguments(&mut self, callee: &Value, args: &[ast::Arg]) -> Vec<ArgValue> {
        let asks = self.asks(callee, args.len(), false);
        let mut out: Vec<ArgValue> = Vec::new();
        for (k, a) in args.iter().enumerate() {
            let place = match &a.name {
                Some(n) => self.named_parameter(callee, &n.text),
                None => Some(k),
            };
            let ask = match place.and_then(|k| asks.get(k)) {
                Some(Ask::Of(module, t, generics)) => match self.asked_by_variable(&a.value, t, generics) {
                    Some(variable) => Some(self.variable_type(&variable, *module, &asks, args, &out)),
                    None => self.asked_of_literal(*module, &a.value, t),
                },
                Some(Ask::Float) if matches!(a.value.kind, ExprKind::Array(_)) => Some(Ty::scalar(Elem::F64)),
                Some(Ask::Sibling(first)) => self.asked_by_sibling(args, *first, k, &out),
                _ => None,
            };
            out.push(ArgValue {
                name: a.name.clone(),
                value: self.expr(&a.value, ask.as_ref()),
                span: a.value.span,
            });
        }
        out
    }

    /// The position of a parameter with this name.
    fn named_parameter(&self, callee: &Value, name: &str) -> Option<usize> {
        let names = crate::wrt::parameter_names(callee);
        names.iter().position(|n| n.as_deref() == Some(name))
    }

    /// What literals among the arguments of a function are asked to be, by position. The arguments of a derivative are
    /// those of its function, with tangents and cotangents between and behind them.
    fn asks(&self, callee: &Value, count: usize, derived: bool) -> Vec<Ask> {
        let Some(f) = callee.as_fn() else { return Vec::new() };
        let of = |module: ModuleId, p: &ast::Param, generics: &[ast::Generic]| match &p.ty {
            Some(t) => Ask::Of(module, t.clone(), generics.to_vec()),
            None => Ask::Nothing,
        };
        match &**f {
            FnVal::Item(module, item) => item.params.iter().map(|p| of(*module, p, &item.generics)).collect(),
            FnVal::Model(Model::Item { module, item, .. }) => {
                let params = item.params.iter().map(|p| of(*module, p, &item.generics));
                std::iter::once(Ask::Nothing).chain(params).collect()
            }
            FnVal::Closure { module, closure, .. } => {
                let of = |t: &Option<ast::Type>| match t {
                    Some(t) => Ask::Of(*module, t.clone(), Vec::new()),
                    None if derived => Ask::Float,
                    None => Ask::Nothing,
                };
                closure.params.iter().map(|(_, t)| of(t)).collect()
            }
            FnVal::Derived(d) => {
                let inner = self.asks(&d.of, count, true);
                let places = crate::wrt::argument_of(d, count);
                places
                    .into_iter()
                    .map(|p| p.and_then(|k| inner.get(k).cloned()).unwrap_or(Ask::Float))
                    .collect()
            }
            FnVal::Builtin(b) if takes_floats(*b) => vec![Ask::Float; count],
            FnVal::Builtin(b) => match siblings(*b, count) {
                Some(first) => vec![Ask::Sibling(first); count],
                None if derived => vec![Ask::Float; count],
                None => Vec::new(),
            },
            _ if derived => vec![Ask::Float; count],
            _ => Vec::new(),
        }
    }

    /// The type variable that the element type of a parameter is, where the argument is an array of integer literals:
    /// these say nothing of it.
    fn asked_by_variable(&self, e: &Expr, t: &ast::Type, generics: &[ast::Generic]) -> Option<Rc<str>> {
        let ExprKind::Array(items) = &e.kind else { return None };
        let name = element_name(t)?;
        let float = generics.iter().any(|g| {
            matches!(g, ast::Generic::Kind { name: n, kind }
                if n.text == name && matches!(&*kind.text, "float" | "vector"))
        });
        (float && crate::expr::is_integer_array(items)).then_some(name)
    }

    /// The element type that an array of literals takes from another argument, from position `first` on.
    fn asked_by_sibling(
        &mut self,
        args: &[ast::Arg],
        first: usize,
        k: usize,
        known: &[ArgValue],
    ) -> Option<Ty> {
        let literal =
            |e: &Expr| matches!(&e.kind, ExprKind::Array(items) if crate::expr::is_integer_array(items));
        if k < first || !literal(&args[k].value) {
            return None;
        }
        for (j, other) in args.iter().enumerate().skip(first) {
            if j == k || literal(&other.value) {
                continue;
            }
            let v = match known.get(j) {
                Some(a) => a.value.clone(),
                None => self.probe(|c| c.expr(&other.value, None)),
            };
            match v {
                Value::Tensor(t) if t.elem.takes_literals() && !t.flexible => {
                    return Some(Ty::scalar(t.elem));
                }
                Value::Complex(z) => return Some(Ty::scalar(crate::complex::complex_of(&z.re.elem))),
                Value::Float(_) => return Some(Ty::scalar(Elem::F64)),
                _ => {}
            }
        }
        None
    }

    /// What a type variable is by the other arguments; `f64` if they are literals too.
    fn variable_type(
        &mut self,
        variable: &Rc<str>,
        module: ModuleId,
        asks: &[Ask],
        args: &[ast::Arg],
        known: &[ArgValue],
    ) -> Ty {
        for (k, ask) in asks.iter().enumerate() {
            let Ask::Of(m, t, _) = ask else { continue };
            let Some(a) = args.get(k).filter(|a| *m == module && a.name.is_none()) else { continue };
            let literal = match &a.value.kind {
                ExprKind::Array(items) => crate::expr::is_integer_array(items),
                ExprKind::Int(_) | ExprKind::Float(_) => true,
                _ => false,
            };
            if literal || element_name(t).as_ref() != Some(variable) {
                continue;
            }
            let v = match known.get(k) {
                Some(a) => a.value.clone(),
                None => self.probe(|c| c.expr(&a.value, None)),
            };
            if let Value::Tensor(t) = v
                && t.elem.is_float()
            {
                return Ty::scalar(t.elem);
            }
        }
        Ty::scalar(Elem::F64)
    }

    /// The elements of array literals follow the element type that is written, inside records and tuples too.
    fn asked_of_literal(&self, module: ModuleId, e: &Expr, t: &ast::Type) -> Option<Ty> {
        match (&e.kind, &t.kind) {
            (ExprKind::Array(_), _) => element_of(t).map(Ty::scalar),
            (ExprKind::Record(_), TypeKind::Path { path, .. }) if path.len() == 1 => {
                let named = self.info(module).types.get(&path[0].text)?;
                // A name of a name is not followed: it might be a circle.
                let record = matches!(named.ty.kind, TypeKind::Record(_));
                record.then(|| self.asked_of_literal(module, e, &named.ty))?
            }
            (ExprKind::Record(fields), TypeKind::Record(types)) => {
                let asked = fields.iter().filter_map(|f| {
                    let (n, t) = types.iter().find(|(n, _)| n.text == f.name.text)?;
                    Some((n.text.clone(), self.asked_of_literal(module, &f.value, t)?))
                });
                Some(Ty::Record(asked.collect()))
            }
            _ => None,
        }
    }

    /// A function applied to values by position.
    pub(crate) fn call_value(&mut self, f: &Value, args: &[Value], span: Span) -> Value {
        let args: Vec<ArgValue> =
            args.iter().map(|v| ArgValue { name: None, value: v.clone(), span }).collect();
        match f {
            Value::Fn(g) => self.call_fn(&g.clone(), args, span, None),
            Value::Poison => Value::Poison,
            v if self.is_model(v) => self.call_model(v, args, span),
            other => {
                let what = self.describe(other);
                self.fail(errors::not_a_function(span, &what))
            }
        }
    }

    /// A function applied to arguments.
    pub(crate) fn call_fn(
        &mut self,
        f: &Rc<FnVal>,
        args: Vec<ArgValue>,
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        match &**f {
            FnVal::Item(id, item) => self.call_item(*id, &item.clone(), args, span, want),
            FnVal::Closure { module, closure, env, span: at, .. } => {
                let mut with = Vec::new();
                Value::captured_functions(env, &mut with);
                if !self.enter_call(&"the closure".into(), *at, with, &args, span) {
                    return Value::Poison;
                }
                let v = self.call_closure(*module, &closure.clone(), env.clone(), args, span, *at, want);
                self.calls.pop();
                v
            }
            FnVal::Builtin(b) => self.call_builtin(*b, args, span, want),
            FnVal::Derived(d) => self.call_derived(&d.clone(), args, span),
            FnVal::ModelItem(id, item) => self.make_model(*id, &item.clone(), args, span),
            FnVal::Model(_) => self.call_model(&Value::Fn(f.clone()), args, span),
            FnVal::ModelInit(m) => match args.as_slice() {
                [k] => self.init_model(&m.clone(), &k.value, span),
                _ => self.fail(errors::arity(span, "init", 1, args.len(), None)),
            },
            FnVal::Opened(g, origins) => self.call_opened(g, origins, args, span),
            FnVal::Bound(m, p) => {
                let mut all = vec![ArgValue { name: None, value: p.clone(), span }];
                all.extend(args);
                self.call_model(&m.clone(), all, span)
            }
            FnVal::Opaque(params, ret) => {
                if params.len() != args.len() {
                    return self.fail(errors::arity(span, "the function", params.len(), args.len(), None));
                }
                for (a, t) in args.iter().zip(params) {
                    self.coerce(&a.value, t, a.span);
                }
                let ret = ret.clone();
                self.opaque(&ret)
            }
        }
    }

    pub(crate) fn call_item(
        &mut self,
        id: ModuleId,
        item: &Rc<ast::FnItem>,
        args: Vec<ArgValue>,
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        if Self::is_elementwise(item, &args) {
            return self.elementwise(args, span, |c, args| c.call_item(id, item, args, span, None));
        }
        // What is wrong in its body has been said where it stands.
        if self.bad_items.contains(&item.span)
            || !self.enter_call(&item.name.text, item.span, Vec::new(), &args, span)
        {
            return Value::Poison;
        }
        if self.symbolic {
            self.met_rule(id, item, span);
        }
        let solved = self.solve_call(
            id,
            &item.name,
            &item.generics,
            &item.params,
            args,
            HashMap::new(),
            span,
            want,
            item.ret.as_ref(),
        );
        let v = match solved {
            None => Value::Poison,
            Some(s) => match self.rule_of(id, item) {
                Some(rule) => self.call_stated(id, s, item, &rule, span),
                None => self.run_body(id, s, item),
            },
        };
        self.calls.pop();
        v
    }

    /// Notes a call; a call of what is being called already, with the same functions, is recursion. `with` are those that
    /// it captured.
    fn enter_call(
        &mut self,
        name: &Rc<str>,
        item: Span,
        mut with: Vec<Span>,
        args: &[ArgValue],
        span: Span,
    ) -> bool {
        args.iter().for_each(|a| a.value.functions(&mut with));
        let known = self.calls_from.min(self.calls.len());
        let again = |c: &CallSite| c.item == item && c.with == with && with.len() < Value::MOST_FUNCTIONS;
        if let Some(at) = self.calls[known..].iter().position(again) {
            let from = known + at;
            let mut cycle: Vec<String> = self.calls[from..].iter().map(|c| c.name.to_string()).collect();
            cycle.push(name.to_string());
            self.report(errors::recursion(span, &cycle, item));
            return false;
        }
        if self.calls.len() >= self.limits.call_depth {
            self.report(errors::call_depth(span, self.limits.call_depth));
            return false;
        }
        let site = CallSite { name: name.clone(), item, with, span };
        if let Some(caller) = self.calls.last().filter(|_| self.symbolic) {
            self.met.entry(caller.callee()).or_default().push(site.clone());
        }
        self.calls.push(site);
        true
    }

    pub(crate) fn run_body(&mut self, id: ModuleId, s: Solved, item: &Rc<ast::FnItem>) -> Value {
        self.contexts.push(Context { module: id, scopes: vec![s.scope], types: s.types, params: None });
        let ret = match &item.ret {
            Some(t) => match self.resolve(t) {
                Some(t) => Some(t),
                None => {
                    self.contexts.pop();
                    return Value::Poison;
                }
            },
            None => None,
        };
        // While sizes are names, a function with a written result is what it says; its body is checked on its own.
        let v = match &ret {
            Some(t) if self.symbolic && *t != Ty::Poison => self.opaque(&t.clone()),
            _ => {
                let v = self.expr(&item.body, ret.as_ref());
                match &ret {
                    Some(t) => self.coerce(&v, t, result_span(&item.body)),
                    None => v,
                }
            }
        };
        self.contexts.pop();
        v
    }

    #[allow(clippy::too_many_arguments)]
    pub(crate) fn call_closure(
        &mut self,
        module: ModuleId,
        c: &Rc<ast::Closure>,
        env: HashMap<Rc<str>, Value>,
        args: Vec<ArgValue>,
        span: Span,
        at: Span,
        want: Option<&Ty>,
    ) -> Value {
        let Some(args) = self.order_args(c, args, span, at) else { return Value::Poison };
        self.enter_closure(module, env, at);
        self.closure_scope();
        for ((p, ty), a) in c.params.iter().zip(&args) {
            let mut v = self.closure_argument(&a.value);
            if let Some(t) = ty.as_ref().and_then(|t| self.resolve(t)) {
                v = self.coerce(&v, &t, a.span);
            }
            self.destructure(p, &v, false);
        }
        let v = self.expr(&c.body, want);
        self.contexts.pop();
        v
    }

    /// Enters the scope of what a closure saw when it was made, in which its types are read too.
    pub(crate) fn enter_closure(&mut self, module: ModuleId, env: HashMap<Rc<str>, Value>, at: Span) {
        let types =
            self.contexts.last().filter(|c| c.module == module).map(|c| c.types.clone()).unwrap_or_default();
        let vars = env
            .into_iter()
            .map(|(n, value)| (n, Var { value, span: at, mutable: false, assigned: false, size: false }))
            .collect();
        let outer = Scope { vars, barrier: Some(Barrier::Closure) };
        self.contexts.push(Context { module, scopes: vec![outer], types, params: None });
    }

    /// An index bound to a parameter is an i64; a static integer stays one, so that sizes flow.
    pub(crate) fn closure_argument(&mut self, v: &Value) -> Value {
        match v {
            Value::Int(l) if l.as_static().is_none() => Value::Tensor(self.lin_tensor(&l.clone())),
            other => other.clone(),
        }
    }

    pub(crate) fn order_args(
        &mut self,
        c: &ast::Closure,
        args: Vec<ArgValue>,
        span: Span,
        at: Span,
    ) -> Option<Vec<ArgValue>> {
        if args.len() != c.params.len() {
            self.report(errors::arity(span, "the closure", c.params.len(), args.len(), Some(at)));
            return None;
        }
        let mut slots: Vec<Option<ArgValue>> = vec![None; args.len()];
        for (k, a) in args.into_iter().enumerate() {
            let slot = match &a.name {
                None => Some(k),
                Some(n) => c
                    .params
                    .iter()
                    .position(|(p, _)| matches!(&p.kind, ast::PatternKind::Name(m) if m.text == n.text)),
            };
            match slot {
                Some(s) if slots[s].is_none() => slots[s] = Some(a),
                _ => {
                    let name = a.name.as_ref().map_or("", |n| &n.text).to_string();
                    self.report(errors::unknown_argument(a.span, &name, Vec::new()));
                    return None;
                }
            }
        }
        slots.into_iter().collect()
    }

    /// A model made from its sizes.
    pub(crate) fn make_model(
        &mut self,
        id: ModuleId,
        item: &Rc<ast::ModelItem>,
        args: Vec<ArgValue>,
        span: Span,
    ) -> Value {
        let solved =
            self.solve_call(id, &item.name, &[], &item.sizes, args, HashMap::new(), span, None, None);
        let Some(s) = solved else { return Value::Poison };
        let args = s.scope.vars.into_iter().map(|(n, v)| (n, v.value)).collect();
        Value::function(FnVal::Model(Model::Item { module: id, item: item.clone(), args, span }))
    }
}

/// What a literal at the place of an argument is asked to be.
#[derive(Clone, Debug)]
enum Ask {
    /// Nothing is known.
    Nothing,
    /// An array of integer literals follows the arguments beside it, from this position on.
    Sibling(usize),
    /// A float: an argument of a derivative whose function says no more.
    Float,
    /// The written type of a parameter, with the module and the type variables that it is read in.
    Of(ModuleId, ast::Type, Vec<ast::Generic>),
}

/// From which argument on the arguments of a function of the language have one element type.
fn siblings(b: Builtin, count: usize) -> Option<usize> {
    match b {
        Builtin::Fold(FoldKind::Max | FoldKind::Min) if count == 2 => Some(0),
        Builtin::Dot | Builtin::Concat | Builtin::System(_) => Some(0),
        Builtin::Where => Some(1),
        _ => None,
    }
}

/// Whether a function of the language takes floats and nothing else.
fn takes_floats(b: Builtin) -> bool {
    match b {
        Builtin::Cast(c) => {
            matches!(c, Cast::MaxPlus | Cast::MinPlus | Cast::LogSum | Cast::C64 | Cast::C128)
        }
        Builtin::Fold(f) => matches!(f, FoldKind::Mean | FoldKind::LogSumExp),
        Builtin::Pointwise(name, _) => !matches!(name, "abs" | "sign"),
        Builtin::Norm => true,
        _ => false,
    }
}

/// The name of the element type of a written tensor or scalar type.
fn element_name(t: &ast::Type) -> Option<Rc<str>> {
    match &t.kind {
        TypeKind::Array(inner, _) => element_name(inner),
        TypeKind::Path { path, args } if path.len() == 1 && args.is_empty() => Some(path[0].text.clone()),
        _ => None,
    }
}

/// The element type of a written tensor or scalar type, if it is a plain one.
fn element_of(t: &ast::Type) -> Option<Elem> {
    match &t.kind {
        TypeKind::Array(inner, _) => element_of(inner),
        TypeKind::Path { path, args } if path.len() == 1 && args.is_empty() => {
            crate::types::scalar_named(&path[0].text)
        }
        _ => None,
    }
}

/// The place of a body's value: the last expression of a block.
pub(crate) fn result_span(e: &Expr) -> Span {
    match &e.kind {
        ExprKind::Block(b) => match b.stmts.last() {
            Some(ast::Stmt { kind: ast::StmtKind::Expr(e), .. }) => result_span(e),
            _ => e.span,
        },
        _ => e.span,
    }
}
