//! Functions whose derivative their file states: `derivative f(x: f64, y: f64, y_bar: f64) -> f64 = ..`.
//!
//! A call of such a function is inlined like any other, unless a derivative is being taken of the code around it. Then
//! the function becomes an inner function that carries its rule, a second inner function, and the derivative pass
//! follows the rule. A rule is elaborated for the arguments of the call, functions among them, so it must be known when
//! to stop: a rule may call what it is the rule of. Each rule is elaborated with one derivative less to come:
//!
//! - The reverse derivative is the rule itself, so of the rule all derivatives but the innermost are taken.
//! - The forward derivative is the transpose of the rule, which is its reverse derivative in the cotangent. Of the
//!   rule the same number of derivatives is taken, but the innermost is a reverse one, so that ends too.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::{Binding, NodeId, Op, Rule};
use dslc_syntax::ast;

use crate::call::ArgValue;
use crate::check::{CallSite, Checker, Scope};
use crate::derive::{contains_poison, tangent_type};
use crate::errors;
use crate::solve::Solved;
use crate::ty::Ty;
use crate::value::{FnVal, ModuleId, Tensor, Value};

/// How a derivative is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// From the result to the parameters.
    Reverse,
    /// From the parameters to the result.
    Forward,
}

/// What a rule gives for a parameter.
#[derive(Clone, Debug)]
pub(crate) enum Bar {
    /// Nothing.
    None,
    /// Its cotangent.
    Of(Value),
    /// For a function: where it is called, and the cotangent of what it gives there. What it captures gets what that
    /// call would give it.
    Called(Vec<Value>, Value),
}

/// The cotangents of the arguments, and those of what is captured, each with the node that it belongs to.
type Given = (Vec<Option<Value>>, Vec<(NodeId, Tensor)>);

/// The function of a call, as an inner function.
struct Stated {
    closed: crate::frame::Closed,
    /// What it gives, as a template.
    result: Value,
}

impl Checker<'_> {
    /// Notes a derivative that a file states for one of its functions.
    pub(crate) fn declare_rule(&mut self, id: ModuleId, file: &ast::File, d: &ast::DerivativeItem) {
        let ours = |n: &ast::Name| {
            let below = file.items.iter().find_map(|i| match i {
                ast::Item::Fn(f) if f.name.text == n.text => Some(f.clone()),
                _ => None,
            });
            below.or_else(|| self.info(id).fns.get(&n.text).cloned())
        };
        let ([name], Some(f)) = (d.path.as_slice(), d.path.first().and_then(ours)) else {
            let names = file.items.iter().filter_map(|i| match i {
                ast::Item::Fn(f) => Some(f.name.text.to_string()),
                _ => None,
            });
            let path: Vec<&str> = d.path.iter().map(|n| &*n.text).collect();
            let place = d.path.iter().map(|n| n.span).reduce(Span::to).unwrap_or(d.span);
            return self.report(errors::rule_of_nothing(place, &path.join("."), names.collect()));
        };
        if d.params.len() != f.params.len() + 2 {
            let names: Vec<String> = f.params.iter().map(|p| p.name.text.to_string()).collect();
            return self.report(errors::rule_parameters(
                name.span,
                &name.text,
                &names,
                d.params.len(),
                f.name.span,
            ));
        }
        let item = ast::FnItem {
            // Errors speak of it by this name, and no call finds it.
            name: ast::Name::new(&format!("derivative {}", name.text), name.span),
            generics: d.generics.clone(),
            params: d.params.clone(),
            ret: d.ret.clone(),
            body: d.body.clone(),
            span: d.span,
        };
        let rules = &mut self.modules[id.0 as usize].rules;
        if let Some(first) = rules.insert(name.text.clone(), Rc::new(item)) {
            let first = first.name.span;
            self.report(errors::duplicate(name.span, &format!("derivative {}", name.text), first));
        }
    }

    /// Holds a rule to its function for all sizes: it takes the function's parameters, the result `y` and a cotangent
    /// of it, and gives a cotangent for each parameter.
    pub(crate) fn check_rule(&mut self, id: ModuleId, rule: &Rc<ast::FnItem>, args: Vec<Value>, y: &Value) {
        let y_bar = self.opaque(&tangent_type(&self.type_of(y)));
        if args.iter().chain([y]).any(contains_poison) || args.len() + 2 != rule.params.len() {
            return;
        }
        // What does not fit is shown at the parameter of the rule that does not take it.
        let given = args.iter().chain([y, &y_bar]).zip(&rule.params);
        let given =
            given.map(|(v, p)| ArgValue { name: None, value: v.clone(), span: p.name.span }).collect();
        // That a function has a rule is no call of it: a rule may call its function.
        let calls = std::mem::take(&mut self.calls);
        let found = self.call_item(id, rule, given, rule.name.span, None);
        self.calls = calls;
        self.cotangents(rule, &args, found);
    }

    /// Notes, while bodies are checked, that the derivative of a function is taken, which calls its rule: a rule must
    /// not need itself.
    pub(crate) fn met_rule(&mut self, id: ModuleId, item: &ast::FnItem, span: Span) {
        let Some(rule) = self.info(id).rules.get(&item.name.text).filter(|_| !self.modes.is_empty()) else {
            return;
        };
        let site = CallSite { name: rule.name.text.clone(), item: rule.span, span, with: Vec::new() };
        if let [.., caller, _] = self.calls.as_slice() {
            self.met.entry(caller.callee()).or_default().push(site);
        }
    }

    /// The rule of a function, if its file states one and a derivative is being taken.
    pub(crate) fn rule_of(&self, id: ModuleId, item: &ast::FnItem) -> Option<Rc<ast::FnItem>> {
        if self.modes.is_empty() || self.is_scratch() {
            return None;
        }
        self.info(id).rules.get(&item.name.text).cloned()
    }

    /// A call of a function that carries a rule.
    pub(crate) fn call_stated(
        &mut self,
        id: ModuleId,
        solved: Solved,
        item: &Rc<ast::FnItem>,
        rule: &Rc<ast::FnItem>,
        span: Span,
    ) -> Value {
        let args: Vec<Value> = item
            .params
            .iter()
            .map(|p| solved.scope.vars.get(&p.name.text).map_or(Value::Poison, |v| v.value.clone()))
            .collect();
        let mut inputs = Vec::new();
        args.iter().for_each(|v| Self::leaves(v, &mut inputs));
        let inputs: Vec<Tensor> = inputs.iter().map(|t| self.local(t)).collect();
        self.not_plain = true;
        let Some(f) = self.inner_function(id, solved, item, &args, span) else { return Value::Poison };
        let Some((r, covers)) = self.inner_rule(id, rule, &args, &f.result, span) else {
            return Value::Poison;
        };
        // Both take what both capture.
        let (own, given) = (f.closed.captures, r.captures);
        let mut shapes = Vec::new();
        Self::leaves(&f.result, &mut shapes);
        let bars = shapes.iter().filter(|t| t.elem.is_differentiable()).count();
        self.join_captures(f.closed.func, &[], &given, inputs.len() + own.len());
        self.join_captures(r.func, &own, &[], shapes.len() + bars + inputs.len());
        // The rule covers the arguments and what it captures itself.
        let mut covers = covers;
        covers.splice(inputs.len()..inputs.len(), own.iter().map(|_| false));
        // A rule comes before the function that carries it.
        let carrying = self.module.funcs[f.closed.func].clone();
        let func = self.module.funcs.push(carrying);
        self.module.funcs[func].rule = Some(Rule { func: r.func, covers });
        let (mut bind, mut nodes) = (Binding::default(), Vec::new());
        for t in inputs.iter().chain(&own).chain(&given) {
            self.bind(&mut bind, &mut nodes, t);
        }
        bind.results = shapes.iter().map(|t| self.axes(&t.dims)).collect();
        let axes = bind.results.clone();
        self.at(span);
        let made = self.emit(Op::Call { func, bind }, &nodes);
        self.rebuild(&f.result, &made, &axes)
    }

    /// The function itself, with the leaves of the arguments as parameters.
    fn inner_function(
        &mut self,
        id: ModuleId,
        solved: Solved,
        item: &Rc<ast::FnItem>,
        args: &[Value],
        span: Span,
    ) -> Option<Stated> {
        let outside = self.enter_inner(&item.name.text);
        let mut vars = solved.scope.vars;
        for (p, v) in item.params.iter().zip(args) {
            let inner = self.opaque_like(v);
            if let Some(var) = vars.get_mut(&p.name.text) {
                var.value = inner;
            }
        }
        let scope = Scope { vars, barrier: solved.scope.barrier };
        let result = self.run_body(id, Solved { scope, types: solved.types }, item);
        let result = self.firm(result, None, span);
        let closed = self.leave_inner(&[&result], outside)?;
        Some(Stated { closed, result })
    }

    /// The rule for these arguments, with the parameters `(y.., y_bar.., x..)`, and which leaves of the arguments it
    /// gives a cotangent for.
    fn inner_rule(
        &mut self,
        id: ModuleId,
        rule: &Rc<ast::FnItem>,
        args: &[Value],
        result: &Value,
        span: Span,
    ) -> Option<(crate::frame::Closed, Vec<bool>)> {
        let outside = self.enter_inner(&rule.name.text);
        let modes = self.modes.clone();
        if self.modes.pop() == Some(Mode::Forward) {
            self.modes.push(Mode::Reverse);
        }
        let calls_from = std::mem::replace(&mut self.calls_from, self.calls.len());
        let y = self.opaque_like(result);
        let bar = tangent_type(&self.type_of(result));
        let y_bar = self.opaque(&bar);
        let inner: Vec<Value> = args.iter().map(|v| self.opaque_like(v)).collect();
        let given = inner.iter().cloned().chain([y, y_bar]).map(|value| ArgValue { name: None, value, span });
        let found = self.call_item(id, rule, given.collect(), span, None);
        let bars = self.cotangents(rule, &inner, found);
        self.calls_from = calls_from;
        self.modes = modes;
        let fixed = self.b().func().params.len() - self.frame().captures.len();
        let given = bars.and_then(|bars| self.given_bars(&inner, bars, span));
        let Some((parts, captured)) = given.filter(|_| !self.is_scratch()) else {
            self.drop_frame();
            (self.ambient, self.conditional) = outside;
            return None;
        };
        (self.ambient, self.conditional) = outside;
        let mut covers = Vec::new();
        let mut results = Vec::new();
        for (v, bar) in inner.iter().zip(&parts) {
            let (mut leaves, mut bars) = (Vec::new(), Vec::new());
            Self::leaves(v, &mut leaves);
            bar.iter().for_each(|b| Self::leaves(b, &mut bars));
            covers.extend(leaves.iter().map(|t| bar.is_some() && t.elem.is_differentiable()));
            results.extend(bars);
        }
        // What a result captures comes before the captures are counted.
        let mut results: Vec<Tensor> = results.iter().map(|t| self.local(t)).collect();
        for k in fixed..self.b().func().params.len() {
            let node = self.b().func().params[k].node;
            let bar = captured.iter().find(|(n, _)| *n == node);
            covers.push(bar.is_some());
            results.extend(bar.map(|b| b.1.clone()));
        }
        Some((self.close_frame(&results), covers))
    }

    /// Cotangents of the arguments, and for what functions among them capture the cotangent that a call gives it.
    fn given_bars(&mut self, args: &[Value], bars: Vec<Bar>, span: Span) -> Option<Given> {
        let (mut parts, mut captured) = (Vec::new(), Vec::<(NodeId, Tensor)>::new());
        for (arg, bar) in args.iter().zip(bars) {
            let (part, at) = match bar {
                Bar::None => (None, None),
                Bar::Of(bar) => (Some(bar), None),
                Bar::Called(at, y_bar) => (None, Some((at, y_bar))),
            };
            parts.push(part);
            let Some((at, y_bar)) = at else { continue };
            for (capture, bar) in self.pull_back_captures(arg, at, &y_bar, span)? {
                match captured.iter_mut().find(|c| c.0 == capture.node) {
                    Some((_, sum)) => {
                        let add = bar.elem.sum().combine().0;
                        *sum = self.pointwise(add, &[sum.clone(), bar.clone()], bar.elem);
                    }
                    None => captured.push((capture.node, bar)),
                }
            }
        }
        Some((parts, captured))
    }

    /// What a rule gives, by parameter: a cotangent of the parameter's tangent type, for a function where it is called
    /// and with which cotangent, or `()` for nothing.
    pub(crate) fn cotangents(
        &mut self,
        rule: &ast::FnItem,
        args: &[Value],
        found: Value,
    ) -> Option<Vec<Bar>> {
        let place = crate::call::result_span(&rule.body);
        if contains_poison(&found) {
            return None;
        }
        let parts = match (&found, args) {
            (_, [_]) => vec![found.clone()],
            (Value::Tuple(parts), _) if parts.len() == args.len() => parts.to_vec(),
            _ => Vec::new(),
        };
        let fits = |c: &mut Self| {
            parts.len() == args.len() && parts.iter().zip(args).all(|(p, arg)| c.bar(p, arg, place).is_some())
        };
        if !self.probe(fits) {
            let what = self.describe(&found);
            let wanted: Vec<Ty> = args.iter().map(|v| self.wanted_bar(v)).collect();
            let wanted = match wanted.as_slice() {
                [one] => self.show(one),
                _ => self.show(&Ty::Tuple(wanted)),
            };
            self.report(errors::rule_result(place, &rule.name.text, &what, &wanted, rule.name.span));
            return None;
        }
        parts.iter().zip(args).map(|(p, arg)| self.bar(p, arg, place)).collect()
    }

    /// The cotangent of one parameter, if it is one.
    fn bar(&mut self, part: &Value, arg: &Value, place: Span) -> Option<Bar> {
        if part.is_unit() {
            return Some(Bar::None);
        }
        let Value::Fn(f) = arg else {
            let ty = self.wanted_bar(arg);
            let bar = self.coerce(part, &ty, place);
            return match bar {
                bar if contains_poison(&bar) => None,
                bar if bar.is_unit() => Some(Bar::None),
                bar => Some(Bar::Of(bar)),
            };
        };
        let Value::Tuple(parts) = part else { return None };
        let (y_bar, at) = parts.split_last()?;
        let FnVal::Opaque(params, ret) = &**f else { return Some(Bar::Called(at.to_vec(), y_bar.clone())) };
        let ok = at.len() == params.len()
            && at.iter().zip(params).all(|(v, t)| !self.coerce(v, t, place).is_poison())
            && !self.coerce(y_bar, &tangent_type(ret), place).is_poison();
        ok.then(|| Bar::Called(at.to_vec(), y_bar.clone()))
    }

    /// The type of what a rule gives for an argument.
    fn wanted_bar(&self, arg: &Value) -> Ty {
        match arg {
            Value::Int(_) => Ty::Tuple(Vec::new()),
            Value::Fn(f) => match &**f {
                FnVal::Opaque(params, ret) => {
                    Ty::Tuple(params.iter().cloned().chain([tangent_type(ret)]).collect())
                }
                _ => Ty::Tuple(Vec::new()),
            },
            v => tangent_type(&self.type_of(v)),
        }
    }

    /// Starts an inner function that no comprehension and no condition stands around.
    fn enter_inner(&mut self, name: &str) -> (u32, u32) {
        self.push_frame(name);
        (std::mem::take(&mut self.ambient), std::mem::take(&mut self.conditional))
    }

    /// Ends it with these results; nothing after a mistake.
    fn leave_inner(&mut self, results: &[&Value], outside: (u32, u32)) -> Option<crate::frame::Closed> {
        (self.ambient, self.conditional) = outside;
        if self.is_scratch() || results.iter().any(|v| contains_poison(v)) {
            self.drop_frame();
            return None;
        }
        let mut leaves = Vec::new();
        results.iter().for_each(|v| Self::leaves(v, &mut leaves));
        let leaves: Vec<Tensor> = leaves.iter().map(|t| self.local(t)).collect();
        Some(self.close_frame(&leaves))
    }
}
