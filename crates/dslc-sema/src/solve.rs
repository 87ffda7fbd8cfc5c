//! Sizes and types of a call, solved from its arguments.

use crate::call::ArgValue;
use crate::check::{Barrier, Checker, Context, Scope, Var};
use crate::dim::{Dim, SizeId, Truth};
use crate::errors;
use crate::ty::{Elem, Kind, Ty};
use crate::value::{FnVal, ModuleId, Value};
use dslc_base::{Diagnostic, Span};
use dslc_syntax::ast::{self, Expr, ExprKind, Generic, TypeKind};
use std::collections::HashMap;
use std::rc::Rc;

/// What a call has found out: sizes, types, parameters.
pub(crate) struct Solved {
    pub(crate) scope: Scope,
    pub(crate) types: HashMap<Rc<str>, Ty>,
}

/// Sizes of a call while they are looked for.
pub(crate) struct Unknowns {
    sizes: Vec<(ast::Name, SizeId)>,
    solution: HashMap<SizeId, (Dim, Span)>,
    /// `pattern = found`, from an argument.
    equations: Vec<(Dim, Dim, Span)>,
    types: HashMap<Rc<str>, Ty>,
    kinds: HashMap<Rc<str>, Kind>,
}

impl Checker<'_> {
    /// Arguments by parameter: positions first, then names; `None` where a default applies.
    pub(crate) fn by_parameter(
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
            params: None,
        });
        let solved = self.solve_inside(name, generics, params, args, &mut u, span, want, ret);
        let context = self.contexts.pop()?;
        solved?;
        let mut scopes = context.scopes;
        Some(Solved { scope: scopes.swap_remove(0), types: context.types })
    }

    pub(crate) fn unknowns(&mut self, generics: &[Generic]) -> Unknowns {
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
    pub(crate) fn solve_inside(
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
        let unknown = args.iter().flatten().any(|a| a.value.is_poison());
        for (n, size) in &u.sizes {
            match u.solution.get(size) {
                Some((d, _)) => self.define_size(n, d.clone()),
                None if unknown => return None,
                None => {
                    let d = self.unfitting(params, &args, n, &name.text);
                    let d = d.or_else(|| self.indivisible(u, n, *size, &name.text));
                    let d = d.unwrap_or_else(|| errors::unsolved_size(span, &n.text, &name.text, n.span));
                    self.report(d);
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

    /// The argument that should have fixed a size and has no axes at all.
    fn unfitting(
        &self,
        params: &[ast::Param],
        args: &[Option<ArgValue>],
        size: &ast::Name,
        f: &str,
    ) -> Option<dslc_base::Diagnostic> {
        params.iter().zip(args).find_map(|(p, a)| {
            let (ty, a) = (p.ty.as_ref()?, a.as_ref()?);
            let scalar = match &a.value {
                Value::Int(_) | Value::Float(_) => true,
                Value::Tensor(t) => t.dims.is_empty(),
                _ => false,
            };
            let written = self.sources.text(ty.span);
            let named = written.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == &*size.text);
            let shown = self.describe(&a.value);
            (scalar && named).then(|| {
                errors::argument_mismatch(a.span, f, &p.name.text, written, written, &shown)
                    .secondary(p.name.span, format!("`{}: {written}` is declared here", p.name.text))
            })
        })
    }

    /// A size that no integer solves: `2*n` against 3.
    fn indivisible(
        &self,
        u: &Unknowns,
        size: &ast::Name,
        id: SizeId,
        f: &str,
    ) -> Option<dslc_base::Diagnostic> {
        u.equations.iter().find_map(|(pattern, found, span)| {
            let known = pattern.substitute(&|s| u.solution.get(&s).map(|x| x.0.clone()))?;
            let mut left = Vec::new();
            known.sizes(&mut left);
            let (a, rest) = known.linear_in(id).filter(|_| left.iter().all(|s| *s == id))?;
            let whole = found.sub(&rest)?.as_const()?;
            (whole % a != 0).then(|| {
                errors::no_whole_size(*span, f, size, &self.show_dim(pattern), &self.show_dim(found))
            })
        })
    }

    pub(crate) fn define_size(&mut self, n: &ast::Name, d: Dim) {
        let value = Value::Int(crate::value::Lin::constant(d));
        let var = Var { value, span: n.span, mutable: false, assigned: false, size: true };
        self.context().scopes[0].vars.insert(n.text.clone(), var);
    }

    pub(crate) fn size_argument(&mut self, p: &ast::Param, a: &ArgValue) -> Option<()> {
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

    pub(crate) fn check_kind(&mut self, name: &str, kind: Kind, ty: &Ty, span: Span) -> Option<()> {
        let ok = match (kind, ty) {
            (_, Ty::Poison) | (Kind::Type, _) => true,
            (Kind::Float, Ty::Tensor(e, d)) => d.is_empty() && e.is_float(),
            (Kind::Semiring, Ty::Tensor(e, d)) => d.is_empty() && e.semiring().is_some(),
            (Kind::Vector, t) => is_vector(t),
            _ => false,
        };
        if !ok {
            let shown = self.show(ty);
            let part = if kind == Kind::Vector { no_vector(ty, "") } else { None };
            let part = part.map(|(path, t)| (path, self.show(&t)));
            let part = part.as_ref().map(|(path, t)| (path.as_str(), t.as_str()));
            self.report(errors::wrong_kind(span, name, kind, &shown, part));
        }
        ok.then_some(())
    }

    /// Parameters get their values, made to fit the types that are now known.
    pub(crate) fn bind_parameters(
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
            let fitted = self.fit_argument(&value, &ty, span, p, name, u);
            ok &= !fitted.is_poison() || value.is_poison();
            let fitted = if ty == Ty::Poison { self.closure_argument(&fitted) } else { fitted };
            let var = Var { value: fitted, span: p.name.span, mutable: false, assigned: false, size: false };
            self.context().scopes[0].vars.insert(p.name.text.clone(), var);
        }
        ok.then_some(())
    }

    /// An argument made to fit a parameter; a mismatch says where the parameter and its sizes come from.
    pub(crate) fn fit_argument(
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
        d = self.given_sizes(d, &written, f);
        d = self.with_origin(d, v);
        self.fail(d)
    }

    /// Says where the sizes of a type come from that were given when a model was made.
    fn given_sizes(&self, mut d: Diagnostic, written: &str, f: &ast::Name) -> Diagnostic {
        let Some(scope) = self.contexts.last().and_then(|c| c.scopes.first()) else { return d };
        let mut given: Vec<(&Rc<str>, &Var)> =
            scope.vars.iter().filter(|(_, v)| v.size && v.span.file != f.span.file).collect();
        given.sort_by_key(|(n, _)| *n);
        for (n, var) in given {
            let used = written.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == &**n);
            if let (true, Some(dim)) = (used, var.value.as_static()) {
                d = d.secondary(var.span, format!("`{n} = {}` comes from this", self.show_dim(dim)));
            }
        }
        d
    }

    /// Whether a value fits a type, without a report.
    pub(crate) fn fits(&self, v: &Value, ty: &Ty) -> bool {
        match (v, ty) {
            (_, Ty::Poison) | (Value::Maker(_), _) => true,
            (Value::Poison, _) => false,
            (Value::Int(_), Ty::Tensor(e, d)) => d.is_empty() && (e.takes_literals() || e.is_wrapped()),
            (Value::Float(_), Ty::Tensor(e, d)) => {
                d.is_empty() && (e.is_float() || e.is_wrapped() || e.part().is_some())
            }
            (Value::Tensor(t), Ty::Tensor(e, d)) => {
                (t.elem == *e || t.flexible && e.is_float())
                    && t.dims.len() == d.len()
                    && t.dims.iter().zip(d).all(|(a, b)| self.dims_equal(a, b))
            }
            (Value::Complex(z), Ty::Tensor(e, d)) => e
                .part()
                .is_some_and(|part| self.fits(&Value::Tensor(z.re.clone()), &Ty::Tensor(part, d.clone()))),
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

    pub(crate) fn check_constraints(
        &mut self,
        generics: &[Generic],
        name: &ast::Name,
        span: Span,
    ) -> Option<()> {
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
    pub(crate) fn match_type(&mut self, t: &ast::Type, v: &Value, span: Span, u: &mut Unknowns) {
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
                    "maxplus" | "minplus" | "logsum" | "model" | "optimiser" | "params"
                ) {
                    return;
                }
                if let Some(expanded) = self.expand_alias(path, args, t.span) {
                    self.match_type(&expanded, v, span, u);
                }
            }
            (TypeKind::Array(inner, dims), _) => self.match_array(inner, dims, v, span, u),
            (TypeKind::Fn(from, to), Value::Fn(f)) => self.match_function(from, to, &f.clone(), span, u),
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

    /// What a function without sizes of its own says: its written types against those of the parameter.
    fn match_function(&mut self, from: &ast::Type, to: &ast::Type, f: &FnVal, span: Span, u: &mut Unknowns) {
        let FnVal::Item(module, item) = f else { return };
        let takes: &[ast::Type] = match &from.kind {
            TypeKind::Tuple(ts) => ts,
            _ => std::slice::from_ref(from),
        };
        if !item.generics.is_empty() || item.params.len() != takes.len() {
            return;
        }
        let written = item.params.iter().map(|p| p.ty.as_ref()).chain([item.ret.as_ref()]);
        for (t, own) in takes.iter().chain([to]).zip(written) {
            let Some(own) = own else { continue };
            let context =
                Context { module: *module, scopes: Vec::new(), types: HashMap::new(), params: None };
            self.contexts.push(context);
            let ty = self.resolve(own);
            self.contexts.pop();
            let Some(ty) = ty else { continue };
            // A value of the type, to say what it says; nothing of it is kept.
            self.push_frame("function type");
            let v = self.opaque(&ty);
            self.match_type(t, &v, span, u);
            self.drop_frame();
        }
    }

    pub(crate) fn bind_type(&mut self, name: &Rc<str>, v: &Value, u: &mut Unknowns) {
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

    pub(crate) fn match_array(
        &mut self,
        inner: &ast::Type,
        dims: &[Expr],
        v: &Value,
        span: Span,
        u: &mut Unknowns,
    ) {
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
            Value::Complex(z) if z.re.dims.len() >= dims.len() => {
                self.match_dims_only(dims, v, span, u);
                self.match_type(inner, &strip(v, dims.len()), span, u);
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

    pub(crate) fn match_dims_only(&mut self, dims: &[Expr], v: &Value, span: Span, u: &mut Unknowns) {
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
    pub(crate) fn match_want(&mut self, ret: &ast::Type, want: &Ty, span: Span, u: &mut Unknowns) {
        if let (TypeKind::Path { path, args }, true) = (&ret.kind, *want != Ty::Poison)
            && let ([one], []) = (path.as_slice(), args.as_slice())
            && u.kinds.contains_key(&one.text)
        {
            u.types.entry(one.text.clone()).or_insert_with(|| want.clone());
        }
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
    pub(crate) fn solve_sizes(&mut self, u: &mut Unknowns) {
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

/// The first part of a record or tuple that is no vector: its path and type.
fn no_vector(t: &Ty, path: &str) -> Option<(String, Ty)> {
    let join = |n: &str| if path.is_empty() { n.to_string() } else { format!("{path}.{n}") };
    match t {
        Ty::Tuple(ts) => ts.iter().enumerate().find_map(|(k, t)| no_vector(t, &join(&k.to_string()))),
        Ty::Record(fs) => fs.iter().find_map(|(n, t)| no_vector(t, &join(n))),
        _ if is_vector(t) || path.is_empty() => None,
        _ => Some((path.to_string(), t.clone())),
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
        Value::Complex(z) => {
            let part = |t: &crate::value::Tensor| strip(&Value::Tensor(t.clone()), n);
            Value::complex_of_parts(part(&z.re), part(&z.im))
        }
        Value::Record(fs) => Value::record(fs.iter().map(|(m, f)| (m.clone(), strip(f, n))).collect()),
        Value::Tuple(ps) => Value::tuple(ps.iter().map(|p| strip(p, n)).collect()),
        other => other.clone(),
    }
}
