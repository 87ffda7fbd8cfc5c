//! Bodies: each is checked once with its sizes and types as names, called or not.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use dslc_base::{Severity, Span};
use dslc_syntax::ast::{self, Generic};

use crate::check::{Barrier, CallSite, Callee, Checker, Context, Params, Scope, Var};
use crate::dim::Dim;
use crate::errors;
use crate::free;
use crate::ty::{Elem, Kind, Ty};
use crate::value::{Lin, ModuleId, Value};

/// What a function and a model have in common: something that is checked once for all sizes.
struct Body {
    name: ast::Name,
    span: Span,
    generics: Vec<Generic>,
    params: Vec<ast::Param>,
    ret: Option<ast::Type>,
    body: Rc<ast::Expr>,
    model: bool,
    /// The derivative that is stated for it.
    rule: Option<Rc<ast::FnItem>>,
}

impl Body {
    fn of_fn(f: &ast::FnItem, rule: Option<&Rc<ast::FnItem>>) -> Self {
        Self {
            rule: rule.cloned(),
            name: f.name.clone(),
            span: f.span,
            generics: f.generics.clone(),
            params: f.params.clone(),
            ret: f.ret.clone(),
            body: f.body.clone(),
            model: false,
        }
    }
    fn of_model(m: &ast::ModelItem) -> Self {
        Self {
            rule: None,
            name: m.name.clone(),
            span: m.span,
            generics: m.generics.clone(),
            params: m.sizes.iter().chain(&m.params).cloned().collect(),
            ret: m.ret.clone(),
            body: m.body.clone(),
            model: true,
        }
    }
}

impl Checker<'_> {
    /// Checks the chosen functions and models of a module for all sizes and types.
    pub(crate) fn check_bodies(&mut self, id: ModuleId, chosen: impl Fn(&Rc<str>) -> bool) {
        let info = self.info(id);
        let mut bodies: Vec<Body> = info.fns.iter().map(|(n, f)| Body::of_fn(f, info.rules.get(n))).collect();
        bodies.extend(info.rules.values().map(|r| Body::of_fn(r, None)));
        bodies.extend(info.models.values().map(|m| Body::of_model(m)));
        bodies.retain(|b| chosen(&b.name.text));
        bodies.sort_by_key(|b| b.span);
        for b in bodies {
            self.check_body(id, &b);
        }
        let met = std::mem::take(&mut self.met);
        for circle in circles(&met) {
            self.bad_items.extend(circle.iter().map(|c| c.item));
            if let Some(last) = circle.last() {
                let names: Vec<String> =
                    std::iter::once(last).chain(&circle).map(|c| c.name.to_string()).collect();
                self.report(errors::recursion(last.span, &names, last.item));
            }
        }
    }

    fn check_body(&mut self, id: ModuleId, f: &Body) {
        let said_before = self.diagnostics.len();
        self.symbolic = true;
        self.push_frame(&f.name.text);
        let mut context = Context {
            module: id,
            scopes: vec![Scope { vars: HashMap::new(), barrier: Some(Barrier::Closure) }],
            types: HashMap::new(),
            params: None,
        };
        for g in &f.generics {
            match g {
                Generic::Size(n) => self.name_size(&mut context, n),
                Generic::Kind { name, kind } if &*kind.text == "size" => self.name_size(&mut context, name),
                Generic::Kind { name, kind } => match Kind::from_name(&kind.text) {
                    Some(Kind::Type) => drop(context.types.insert(name.text.clone(), Ty::Poison)),
                    Some(k) => {
                        let ty = Ty::scalar(Elem::Var(name.text.clone(), k));
                        context.types.insert(name.text.clone(), ty);
                    }
                    None => {
                        let colon = Span { start: name.span.end, ..kind.span };
                        self.report(errors::unknown_kind(kind.span, &kind.text, &name.text, colon));
                        // It is said once: as a type or a size the name means anything.
                        self.name_size(&mut context, name);
                        context.types.insert(name.text.clone(), Ty::Poison);
                    }
                },
                Generic::Constraint(_) => {}
            }
        }
        for p in f.params.iter().filter(|p| p.ty.is_none()) {
            self.name_size(&mut context, &p.name);
        }
        self.contexts.push(context);
        if f.model {
            let key = self.param(&Elem::Key, &[]);
            self.context().params = Some(Params::Fresh(key));
        }
        self.lower_bounds(&f.generics);
        self.free_sizes(f);
        self.calls.push(CallSite { name: f.name.text.clone(), item: f.span, with: Vec::new(), span: f.span });
        let mut ok = true;
        for p in &f.params {
            let Some(t) = &p.ty else { continue };
            let value = match self.resolve(t) {
                Some(ty) => self.opaque(&ty),
                None => {
                    ok = false;
                    Value::Poison
                }
            };
            let var = Var { value, span: p.name.span, mutable: false, assigned: false, size: false };
            if let Some(first) = self.context().scopes[0].vars.insert(p.name.text.clone(), var) {
                self.report(errors::duplicate(p.name.span, &p.name.text, first.span));
            }
        }
        let ret = f.ret.as_ref().and_then(|t| self.resolve(t));
        if ok {
            let v = self.expr(&f.body, ret.as_ref());
            let v = match &ret {
                Some(t) => self.coerce(&v, t, crate::call::result_span(&f.body)),
                None => v,
            };
            if let Some(rule) = &f.rule {
                let given = |p: &ast::Param| self.lookup(&p.name.text).map(|v| v.value.clone());
                let args: Vec<Value> = f.params.iter().filter_map(given).collect();
                self.check_rule(id, rule, args, &v);
            }
        }
        self.calls.pop();
        self.contexts.pop();
        self.drop_frame();
        self.symbolic = false;
        // A body that is only warned of is called.
        if self.diagnostics.iter().skip(said_before).any(|d| d.severity == Severity::Error) {
            self.bad_items.insert(f.span);
        }
    }

    /// A size that neither a parameter nor the result mentions: no call can fix it.
    fn free_sizes(&mut self, f: &Body) {
        let types = || f.params.iter().filter_map(|p| p.ty.as_ref()).chain(&f.ret);
        for g in &f.generics {
            if let Generic::Size(n) = g
                && !types().any(|t| free::type_mentions(t, &n.text))
            {
                self.report(errors::unsolved_size(f.name.span, &n.text, &f.name.text, n.span));
            }
        }
    }

    fn name_size(&mut self, context: &mut Context, n: &ast::Name) {
        let id = self.new_size(&n.text, 0, false);
        let value = Value::Int(Lin::constant(Dim::size(id)));
        let var = Var { value, span: n.span, mutable: false, assigned: false, size: true };
        if let Some(first) = context.scopes[0].vars.insert(n.text.clone(), var) {
            self.report(errors::duplicate(n.span, &n.text, first.span));
        }
    }

    /// A constraint `n >= 1` raises the lower bound of a size.
    fn lower_bounds(&mut self, generics: &[Generic]) {
        for g in generics {
            let Generic::Constraint(e) = g else { continue };
            let ast::ExprKind::Compare(op, _, a, b) = &e.kind else { continue };
            let (Some(x), Some(y)) = (self.static_dim(a), self.static_dim(b)) else { continue };
            let (size, number) = match op {
                ast::CmpOp::Ge | ast::CmpOp::Gt => (x, y),
                ast::CmpOp::Le | ast::CmpOp::Lt => (y, x),
                ast::CmpOp::Eq | ast::CmpOp::Ne => continue,
            };
            let mut ids = Vec::new();
            size.sizes(&mut ids);
            let strict = i64::from(matches!(op, ast::CmpOp::Gt | ast::CmpOp::Lt));
            if let ([id], Some(n)) = (ids.as_slice(), number.as_const())
                && size == Dim::size(*id)
            {
                let info = &mut self.sizes[id.0 as usize];
                info.lower = info.lower.max(n + strict);
            }
        }
    }
}

/// Circles of calls, each once. A call of a function with a written result does not enter its body, so recursion
/// through several functions shows only here. The last call of a circle closes it.
pub(crate) fn circles(met: &BTreeMap<Callee, Vec<CallSite>>) -> Vec<Vec<CallSite>> {
    let mut out: Vec<Vec<CallSite>> = Vec::new();
    // How far each function is: on the way, or done.
    let mut done: HashMap<Callee, bool> = HashMap::new();
    for start in met.keys() {
        let mut way: Vec<(Callee, usize)> = Vec::new();
        if !done.contains_key(start) {
            done.insert(start.clone(), false);
            way.push((start.clone(), 0));
        }
        while let Some((at, next)) = way.last_mut() {
            let Some(call) = met.get(at).and_then(|calls| calls.get(*next)) else {
                done.insert(at.clone(), true);
                way.pop();
                continue;
            };
            *next += 1;
            match done.get(&call.callee()) {
                None => {
                    done.insert(call.callee(), false);
                    way.push((call.callee(), 0));
                }
                Some(true) => {}
                Some(false) => {
                    let from = way.iter().position(|w| w.0 == call.callee()).unwrap_or(0);
                    let circle = way[from..].iter().filter_map(|(at, k)| met.get(at)?.get(k - 1).cloned());
                    out.push(circle.collect());
                    // One circle through a function is enough.
                    done.extend(way.drain(from..).map(|w| (w.0, true)));
                }
            }
        }
    }
    out
}
