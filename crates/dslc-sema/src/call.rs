//! Calls: sizes and types solved from arguments, bodies elaborated for them.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Expr, ExprKind, Generic, TypeKind};

use crate::builtins;
use crate::check::{Barrier, CallSite, Checker, Context, Scope, Var};
use crate::dim::{Dim, SizeId, Truth};
use crate::errors;
use crate::ty::{Elem, Kind, Ty};
use crate::value::{FnVal, Model, ModuleId, Value};

/// An argument: its name if one was written, its value, its place.
#[derive(Clone, Debug)]
pub(crate) struct ArgValue {
    pub(crate) name: Option<ast::Name>,
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// What a call has found out: sizes, types, parameters.
pub(crate) struct Solved {
    pub(crate) scope: Scope,
    pub(crate) types: HashMap<Rc<str>, Ty>,
    pub(crate) kinds: HashMap<Rc<str>, Kind>,
}

/// Sizes of a call while they are looked for.
struct Unknowns {
    sizes: Vec<(ast::Name, SizeId)>,
    solution: HashMap<SizeId, (Dim, Span)>,
    /// `pattern = found`, from an argument.
    equations: Vec<(Dim, Dim, Span)>,
    types: HashMap<Rc<str>, Ty>,
    kinds: HashMap<Rc<str>, Kind>,
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
        values.extend(self.arguments(&callee, args));
        // `zeros()` is `zeros`.
        if let (Value::Maker(_), []) = (&callee, args) {
            return callee;
        }
        match callee.as_fn() {
            Some(f) => self.call_fn(&f.clone(), values, span, want),
            None if callee.is_poison() => Value::Poison,
            None if self.is_model(&callee) => self.call_model(&callee, values, span),
            None => {
                let what = self.describe(&callee);
                self.fail(errors::not_a_function(f.span, &what))
            }
        }
    }

    /// `x.f(a)`: a member of a module, the field `f` of x, or `f(x, a)`.
    fn callee_of_field(
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
    fn method(&mut self, name: &ast::Name) -> Option<Value> {
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
        if let Some(v) = self.prelude_member(&name.text) {
            return Some(v);
        }
        let names = builtins::names().map(str::to_string).collect();
        self.report(errors::unknown_method(name.span, &name.text, names));
        None
    }

    fn arguments(&mut self, callee: &Value, args: &[ast::Arg]) -> Vec<ArgValue> {
        let params = match callee.as_fn().map(|f| &**f) {
            Some(FnVal::Item(_, item)) => item.params.clone(),
            _ => Vec::new(),
        };
        let mut out = Vec::new();
        for (k, a) in args.iter().enumerate() {
            let param = match &a.name {
                Some(n) => params.iter().find(|p| p.name.text == n.text),
                None => params.get(k),
            };
            // The elements of an array literal follow the parameter's element type.
            let ask = match (&a.value.kind, param.and_then(|p| p.ty.as_ref())) {
                (ExprKind::Array(_), Some(t)) => element_of(t).map(Ty::scalar),
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
            FnVal::Closure { module, closure, env, span: at } => {
                self.call_closure(*module, &closure.clone(), env.clone(), args, span, *at, want)
            }
            FnVal::Builtin(b) => self.call_builtin(*b, args, span, want),
            FnVal::Derived(d) => self.call_derived(&d.clone(), args, span),
            FnVal::ModelItem(id, item) => self.make_model(*id, &item.clone(), args, span),
            FnVal::Model(_) => self.call_model(&Value::Fn(f.clone()), args, span),
            FnVal::ModelInit(m) => match args.as_slice() {
                [k] => self.init_model(&m.clone(), &k.value, span),
                _ => self.fail(errors::arity(span, "init", 1, args.len(), None)),
            },
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

    fn call_item(
        &mut self,
        id: ModuleId,
        item: &Rc<ast::FnItem>,
        args: Vec<ArgValue>,
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        if !self.enter_call(&item.name.text, item.span, span) {
            return Value::Poison;
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
            Some(s) => self.run_body(id, s, item, span),
        };
        self.calls.pop();
        v
    }

    /// Notes a call; a call of what is being called already is recursion.
    fn enter_call(&mut self, name: &Rc<str>, item: Span, span: Span) -> bool {
        if self.calls.iter().any(|c| c.item == item) {
            let from = self.calls.iter().position(|c| c.item == item).unwrap_or(0);
            let mut cycle: Vec<String> = self.calls[from..].iter().map(|c| c.name.to_string()).collect();
            cycle.push(name.to_string());
            self.report(errors::recursion(span, &cycle, item));
            return false;
        }
        if self.calls.len() >= self.limits.call_depth {
            self.report(errors::call_depth(span, self.limits.call_depth));
            return false;
        }
        self.calls.push(CallSite { name: name.clone(), item, span });
        true
    }

    fn run_body(&mut self, id: ModuleId, s: Solved, item: &Rc<ast::FnItem>, span: Span) -> Value {
        self.contexts.push(Context {
            module: id,
            scopes: vec![s.scope],
            types: s.types,
            kinds: s.kinds,
            params: None,
        });
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
                self.node_budget(span);
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

    /// Stops a program that specialises into too much.
    fn node_budget(&mut self, span: Span) {
        let nodes: usize =
            self.frames.iter().map(|f| f.builder.func().nodes.len()).sum::<usize>() + self.finished_nodes();
        if nodes > self.limits.nodes {
            let d = errors::node_limit(span, self.limits.nodes);
            self.report(d);
            self.calls.clear();
            self.exhausted = true;
        }
    }

    fn finished_nodes(&mut self) -> usize {
        while self.counted < self.module.funcs.len() {
            self.finished += self.module.funcs.as_slice()[self.counted].nodes.len();
            self.counted += 1;
        }
        self.finished
    }

    #[allow(clippy::too_many_arguments)]
    fn call_closure(
        &mut self,
        module: ModuleId,
        c: &Rc<ast::Closure>,
        env: HashMap<Rc<str>, Value>,
        args: Vec<ArgValue>,
        span: Span,
        at: Span,
        want: Option<&Ty>,
    ) -> Value {
        if !self.enter_call(&"the closure".into(), at, span) {
            return Value::Poison;
        }
        let Some(args) = self.order_args(c, args, span, at) else {
            self.calls.pop();
            return Value::Poison;
        };
        let types =
            self.contexts.last().filter(|c| c.module == module).map(|c| c.types.clone()).unwrap_or_default();
        let vars = env
            .into_iter()
            .map(|(n, value)| (n, Var { value, span: at, mutable: false, assigned: false, size: false }))
            .collect();
        let outer = Scope { vars, barrier: Some(Barrier::Closure) };
        self.contexts.push(Context {
            module,
            scopes: vec![outer],
            types,
            kinds: HashMap::new(),
            params: None,
        });
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
        self.calls.pop();
        v
    }

    /// An index bound to a parameter is an i64; a static integer stays one, so that sizes flow.
    fn closure_argument(&mut self, v: &Value) -> Value {
        match v {
            Value::Int(l) if l.as_static().is_none() => Value::Tensor(self.lin_tensor(&l.clone())),
            other => other.clone(),
        }
    }

    fn order_args(
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

    /// Arguments by parameter: positions first, then names; `None` where a default applies.
    fn by_parameter(
        &mut self,
        name: &ast::Name,
        params: &[ast::Param],
        args: Vec<ArgValue>,
        span: Span,
    ) -> Option<Vec<Option<ArgValue>>> {
        let mut slots: Vec<Option<ArgValue>> = vec![None; params.len()];
        let given = args.len();
        for (k, a) in args.into_iter().enumerate() {
            let slot = match &a.name {
                None if k < params.len() => k,
                None => {
                    self.report(errors::arity(span, &name.text, params.len(), given, Some(name.span)));
                    return None;
                }
                Some(n) => match params.iter().position(|p| p.name.text == n.text) {
                    Some(s) => s,
                    None => {
                        let names = params.iter().map(|p| p.name.text.to_string()).collect();
                        self.report(errors::unknown_argument(n.span, &n.text, names));
                        return None;
                    }
                },
            };
            if slots[slot].is_some() {
                self.report(errors::argument_twice(a.span, &params[slot].name.text));
                return None;
            }
            slots[slot] = Some(a);
        }
        if let Some(k) = (0..params.len()).find(|&k| slots[k].is_none() && params[k].default.is_none()) {
            let d = if params.iter().any(|p| p.default.is_some()) {
                errors::missing_argument(span, &name.text, &params[k].name.text, name.span)
            } else {
                errors::arity(span, &name.text, params.len(), given, Some(name.span))
            };
            self.report(d);
            return None;
        }
        Some(slots)
    }

    /// Finds the sizes and types of a call from its arguments, and checks them.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn solve_call(
        &mut self,
        id: ModuleId,
        name: &ast::Name,
        generics: &[Generic],
        params: &[ast::Param],
        args: Vec<ArgValue>,
        fixed: HashMap<Rc<str>, Var>,
        span: Span,
        want: Option<&Ty>,
        ret: Option<&ast::Type>,
    ) -> Option<Solved> {
        let args = self.by_parameter(name, params, args, span)?;
        if args.iter().flatten().any(|a| a.value.is_poison()) && !self.symbolic {
            return None;
        }
        let mut u = self.unknowns(generics);
        self.contexts.push(Context {
            module: id,
            scopes: vec![Scope { vars: fixed, barrier: Some(Barrier::Closure) }],
            types: HashMap::new(),
            kinds: u.kinds.clone(),
            params: None,
        });
        let solved = self.solve_inside(name, generics, params, args, &mut u, span, want, ret);
        let context = self.contexts.pop()?;
        solved?;
        let mut scopes = context.scopes;
        Some(Solved { scope: scopes.swap_remove(0), types: context.types, kinds: u.kinds })
    }

    fn unknowns(&mut self, generics: &[Generic]) -> Unknowns {
        let mut u = Unknowns {
            sizes: Vec::new(),
            solution: HashMap::new(),
            equations: Vec::new(),
            types: HashMap::new(),
            kinds: HashMap::new(),
        };
        for g in generics {
            match g {
                Generic::Size(n) => u.sizes.push((n.clone(), self.new_size(&n.text, 0, false))),
                Generic::Kind { name, kind } if &*kind.text == "size" => {
                    u.sizes.push((name.clone(), self.new_size(&name.text, 0, false)));
                }
                Generic::Kind { name, kind } => {
                    if let Some(k) = Kind::from_name(&kind.text) {
                        u.kinds.insert(name.text.clone(), k);
                    }
                }
                Generic::Constraint(_) => {}
            }
        }
        u
    }

    #[allow(clippy::too_many_arguments)]
    fn solve_inside(
        &mut self,
        name: &ast::Name,
        generics: &[Generic],
        params: &[ast::Param],
        args: Vec<Option<ArgValue>>,
        u: &mut Unknowns,
        span: Span,
        want: Option<&Ty>,
        ret: Option<&ast::Type>,
    ) -> Option<()> {
        for (n, size) in u.sizes.clone() {
            self.define_size(&n, Dim::size(size));
        }
        // Parameters without a type are sizes: they are known first.
        for (p, a) in params.iter().zip(&args) {
            if let (None, Some(a)) = (&p.ty, a) {
                self.size_argument(p, a)?;
            }
        }
        let mut late = Vec::new();
        for (p, a) in params.iter().zip(&args) {
            if let (Some(t), Some(a)) = (&p.ty, a) {
                // Functions and exact numbers say nothing of sizes; values that can say something go first.
                self.match_type(t, &a.value, a.span, u);
                if matches!(a.value, Value::Maker(_)) {
                    late.push(a.span);
                }
            }
        }
        self.solve_sizes(u);
        if let (Some(want), Some(ret)) = (want, ret) {
            self.match_want(ret, want, span, u);
            self.solve_sizes(u);
        }
        for (n, size) in &u.sizes {
            match u.solution.get(size) {
                Some((d, _)) => self.define_size(n, d.clone()),
                None => {
                    self.report(errors::unsolved_size(span, &n.text, &name.text, n.span));
                    return None;
                }
            }
        }
        let kinds = u.kinds.clone();
        for (n, kind) in &kinds {
            let ty = u.types.get(n).cloned().unwrap_or(match kind {
                Kind::Float | Kind::Semiring | Kind::Vector => Ty::scalar(Elem::F64),
                Kind::Type => Ty::Poison,
            });
            self.check_kind(n, *kind, &ty, span)?;
            self.context().types.insert(n.clone(), ty);
        }
        self.bind_parameters(name, params, args, u)?;
        self.check_constraints(generics, name, span)
    }

    fn define_size(&mut self, n: &ast::Name, d: Dim) {
        let value = Value::Int(crate::value::Lin::constant(d));
        let var = Var { value, span: n.span, mutable: false, assigned: false, size: true };
        self.context().scopes[0].vars.insert(n.text.clone(), var);
    }

    fn size_argument(&mut self, p: &ast::Param, a: &ArgValue) -> Option<()> {
        match &a.value {
            Value::Int(l) if l.as_static().is_some() => {
                self.define_size(&p.name, l.constant.clone());
                Some(())
            }
            Value::Poison => None,
            other => {
                let what = self.describe(other);
                self.report(errors::size_argument(a.span, &p.name.text, &what, p.name.span));
                None
            }
        }
    }

    fn check_kind(&mut self, name: &str, kind: Kind, ty: &Ty, span: Span) -> Option<()> {
        let ok = match (kind, ty) {
            (_, Ty::Poison) | (Kind::Type, _) => true,
            (Kind::Float, Ty::Tensor(e, d)) => d.is_empty() && e.is_float(),
            (Kind::Semiring, Ty::Tensor(e, d)) => d.is_empty() && e.semiring().is_some(),
            (Kind::Vector, t) => is_vector(t),
            _ => false,
        };
        if !ok {
            let shown = self.show(ty);
            self.report(errors::wrong_kind(span, name, kind.name(), &shown));
        }
        ok.then_some(())
    }

    /// Parameters get their values, made to fit the types that are now known.
    fn bind_parameters(
        &mut self,
        name: &ast::Name,
        params: &[ast::Param],
        args: Vec<Option<ArgValue>>,
        u: &Unknowns,
    ) -> Option<()> {
        let mut ok = true;
        for (p, a) in params.iter().zip(args) {
            let (value, span) = match (a, &p.default) {
                (Some(a), _) => (a.value, a.span),
                (None, Some(d)) => (self.expr(d, None), d.span),
                (None, None) => return None,
            };
            let Some(t) = &p.ty else {
                if self.lookup(&p.name.text).is_none() {
                    self.size_argument(p, &ArgValue { name: None, value, span })?;
                }
                continue;
            };
            let ty = self.resolve(t)?;
            let before = self.diagnostics.len();
            let fitted = self.fit_argument(&value, &ty, span, p, name, u);
            ok &= !fitted.is_poison() || value.is_poison();
            let _ = before;
            let fitted = if ty == Ty::Poison { self.closure_argument(&fitted) } else { fitted };
            let var = Var { value: fitted, span: p.name.span, mutable: false, assigned: false, size: false };
            self.context().scopes[0].vars.insert(p.name.text.clone(), var);
        }
        ok.then_some(())
    }

    /// An argument made to fit a parameter; a mismatch says where the parameter and its sizes come from.
    fn fit_argument(
        &mut self,
        v: &Value,
        ty: &Ty,
        span: Span,
        p: &ast::Param,
        f: &ast::Name,
        u: &Unknowns,
    ) -> Value {
        let fits = self.fits(v, ty);
        if fits {
            return self.coerce(v, ty, span);
        }
        if v.is_poison() {
            return Value::Poison;
        }
        let written = p.ty.as_ref().map_or(String::new(), |t| self.sources.text(t.span).to_string());
        let (expected, found) = (self.show(ty), self.describe(v));
        let mut d = errors::argument_mismatch(span, &f.text, &p.name.text, &written, &expected, &found);
        d = d.secondary(p.name.span, format!("`{}: {written}` is declared here", p.name.text));
        let mut fixed: Vec<(&ast::Name, &(Dim, Span))> =
            u.sizes.iter().filter_map(|(n, s)| Some((n, u.solution.get(s)?))).collect();
        fixed.sort_by_key(|(n, _)| n.span);
        for (n, (dim, at)) in fixed {
            let used = written.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == &*n.text);
            if used && *at != span {
                d = d.secondary(*at, format!("`{} = {}` comes from this", n.text, self.show_dim(dim)));
            }
        }
        self.fail(d)
    }

    /// Whether a value fits a type, without a report.
    fn fits(&self, v: &Value, ty: &Ty) -> bool {
        match (v, ty) {
            (_, Ty::Poison) | (Value::Maker(_), _) => true,
            (Value::Poison, _) => false,
            (Value::Int(_), Ty::Tensor(e, d)) => {
                d.is_empty() && (e.is_float() || *e == Elem::I64 || e.is_tropical())
            }
            (Value::Float(_), Ty::Tensor(e, d)) => d.is_empty() && (e.is_float() || e.is_tropical()),
            (Value::Tensor(t), Ty::Tensor(e, d)) => {
                (t.elem == *e || t.flexible && e.is_float())
                    && t.dims.len() == d.len()
                    && t.dims.iter().zip(d).all(|(a, b)| self.dims_equal(a, b))
            }
            (Value::Tuple(vs), Ty::Tuple(ts)) => {
                vs.len() == ts.len() && vs.iter().zip(ts).all(|(v, t)| self.fits(v, t))
            }
            // Missing and extra fields have messages of their own.
            (Value::Record(vs), Ty::Record(ts)) => {
                vs.iter().all(|(n, v)| ts.iter().find(|(m, _)| m == n).is_none_or(|(_, t)| self.fits(v, t)))
            }
            (Value::Fn(_), Ty::Fn(..)) | (Value::Str(_), Ty::Str) => true,
            _ => false,
        }
    }

    fn check_constraints(&mut self, generics: &[Generic], name: &ast::Name, span: Span) -> Option<()> {
        for g in generics {
            let Generic::Constraint(e) = g else { continue };
            let ExprKind::Compare(op, _, a, b) = &e.kind else { continue };
            let (x, y) = (self.static_dim(a)?, self.static_dim(b)?);
            let one = Dim::constant(1);
            let difference = match op {
                ast::CmpOp::Le => y.sub(&x),
                ast::CmpOp::Ge => x.sub(&y),
                ast::CmpOp::Lt => y.sub(&x).and_then(|d| d.sub(&one)),
                ast::CmpOp::Gt => x.sub(&y).and_then(|d| d.sub(&one)),
                ast::CmpOp::Eq | ast::CmpOp::Ne => {
                    if x.equals(&y) == Truth::No && *op == ast::CmpOp::Eq {
                        let (s, t) = (self.show_dim(&x), self.show_dim(&y));
                        self.report(errors::constraint(
                            span,
                            self.sources.text(e.span),
                            &s,
                            &t,
                            e.span,
                            &name.text,
                        ));
                        return None;
                    }
                    continue;
                }
            };
            if difference.is_none_or(|d| self.nonnegative(&d) == Truth::No) {
                let (s, t) = (self.show_dim(&x), self.show_dim(&y));
                self.report(errors::constraint(span, self.sources.text(e.span), &s, &t, e.span, &name.text));
                return None;
            }
        }
        Some(())
    }

    /// What a value says of the sizes and types in a parameter's type.
    fn match_type(&mut self, t: &ast::Type, v: &Value, span: Span, u: &mut Unknowns) {
        match (&t.kind, v) {
            (TypeKind::Path { path, args }, _) => {
                if let ([one], []) = (path.as_slice(), args.as_slice()) {
                    if u.kinds.contains_key(&one.text) {
                        self.bind_type(&one.text, v, u);
                        return;
                    }
                    if scalar(&one.text) {
                        return;
                    }
                }
                if matches!(
                    &*path[path.len() - 1].text,
                    "maxplus" | "minplus" | "model" | "optimiser" | "params"
                ) {
                    return;
                }
                if let Some(expanded) = self.expand_alias(path, args, t.span) {
                    self.match_type(&expanded, v, span, u);
                }
            }
            (TypeKind::Array(inner, dims), _) => self.match_array(inner, dims, v, span, u),
            (TypeKind::Tuple(ts), Value::Tuple(vs)) => {
                for (t, v) in ts.iter().zip(vs.iter()) {
                    self.match_type(t, v, span, u);
                }
            }
            (TypeKind::Record(fs), Value::Record(vs)) => {
                for (n, t) in fs {
                    if let Some((_, v)) = vs.iter().find(|(m, _)| *m == n.text) {
                        self.match_type(t, v, span, u);
                    }
                }
            }
            _ => {}
        }
    }

    fn bind_type(&mut self, name: &Rc<str>, v: &Value, u: &mut Unknowns) {
        let ty = match v {
            Value::Int(_) | Value::Float(_) if u.kinds.get(name) != Some(&Kind::Type) => {
                Ty::scalar(Elem::F64)
            }
            Value::Maker(_) | Value::Poison => return,
            // Functions, and records with functions in them, go in as they are.
            _ => self.type_of(v),
        };
        let exact = matches!(v, Value::Int(_) | Value::Float(_));
        if !exact || !u.types.contains_key(name) {
            u.types
                .entry(name.clone())
                .and_modify(|t| {
                    if !exact && has_exact(t) {
                        *t = ty.clone()
                    }
                })
                .or_insert(ty);
        }
    }

    fn match_array(&mut self, inner: &ast::Type, dims: &[Expr], v: &Value, span: Span, u: &mut Unknowns) {
        match v {
            Value::Tensor(t) if t.dims.len() >= dims.len() => {
                for (e, d) in dims.iter().zip(&t.dims) {
                    let Value::Int(l) = self.expr(e, None) else { continue };
                    u.equations.push((l.constant, d.clone(), span));
                }
                let mut rest = t.clone();
                rest.dims.drain(..dims.len());
                if !rest.axes.is_empty() {
                    rest.axes.drain(..dims.len());
                }
                self.match_type(inner, &Value::Tensor(rest), span, u);
            }
            Value::Record(fs) => {
                // `P[k]`: a record with a leading axis on every leaf.
                let mut stripped = Vec::new();
                for (n, f) in fs.iter() {
                    self.match_dims_only(dims, f, span, u);
                    stripped.push((n.clone(), strip(f, dims.len())));
                }
                self.match_type(inner, &Value::record(stripped), span, u);
            }
            _ => {}
        }
    }

    fn match_dims_only(&mut self, dims: &[Expr], v: &Value, span: Span, u: &mut Unknowns) {
        let mut leaves = Vec::new();
        Self::leaves(v, &mut leaves);
        if let Some(t) = leaves.first() {
            for (e, d) in dims.iter().zip(&t.dims) {
                if let Value::Int(l) = self.expr(e, None) {
                    u.equations.push((l.constant, d.clone(), span));
                }
            }
        }
    }

    /// What the expected result says of sizes that no argument fixed.
    fn match_want(&mut self, ret: &ast::Type, want: &Ty, span: Span, u: &mut Unknowns) {
        if let (TypeKind::Array(_, dims), Ty::Tensor(_, found)) = (&ret.kind, want)
            && dims.len() == found.len()
        {
            for (e, d) in dims.iter().zip(found) {
                if let Value::Int(l) = self.expr(e, None) {
                    u.equations.push((l.constant, d.clone(), span));
                }
            }
        }
    }

    /// Solves the equations that have one unknown in them, until none is left that can be solved.
    fn solve_sizes(&mut self, u: &mut Unknowns) {
        loop {
            let mut progress = false;
            for (pattern, found, span) in u.equations.clone() {
                let Some(p) = pattern.substitute(&|s| u.solution.get(&s).map(|x| x.0.clone())) else {
                    continue;
                };
                let mut left = Vec::new();
                p.sizes(&mut left);
                left.retain(|s| u.sizes.iter().any(|(_, t)| t == s));
                left.dedup();
                let [one] = left.as_slice() else { continue };
                let Some((a, b)) = p.linear_in(*one) else { continue };
                let Some(rest) = found.sub(&b) else { continue };
                let a = Dim::constant(a);
                if rest.rem(&a).and_then(|r| r.as_const()) != Some(0) {
                    continue;
                }
                if let Some(x) = rest.div(&a) {
                    u.solution.insert(*one, (x, span));
                    progress = true;
                }
            }
            if !progress {
                return;
            }
        }
    }

    /// A model made from its sizes.
    fn make_model(
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

fn is_vector(t: &Ty) -> bool {
    match t {
        Ty::Tensor(e, _) => e.is_vector(),
        Ty::Tuple(ts) => ts.iter().all(is_vector),
        Ty::Record(fs) => fs.iter().all(|(_, t)| is_vector(t)),
        Ty::Poison => true,
        Ty::Fn(..) | Ty::Str => false,
    }
}

fn has_exact(t: &Ty) -> bool {
    *t == Ty::scalar(Elem::F64)
}

fn scalar(name: &str) -> bool {
    crate::types::scalar_named(name).is_some()
}

fn strip(v: &Value, n: usize) -> Value {
    match v {
        Value::Tensor(t) => {
            let mut t = t.clone();
            t.dims.drain(..n.min(t.dims.len()));
            t.axes.drain(..n.min(t.axes.len()));
            Value::Tensor(t)
        }
        Value::Record(fs) => Value::record(fs.iter().map(|(m, f)| (m.clone(), strip(f, n))).collect()),
        Value::Tuple(ps) => Value::tuple(ps.iter().map(|p| strip(p, n)).collect()),
        other => other.clone(),
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
