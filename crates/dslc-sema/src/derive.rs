//! Derivative operators: the function becomes an inner function whose derivative the later pass works out.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_ir::{Binding, Op};
use dslc_syntax::ast::FnItem;

use crate::call::ArgValue;
use crate::check::{Checker, Context, Scope};
use crate::errors;
use crate::frame::Closed;
use crate::ty::{Elem, Ty};
use crate::value::{Derivation, Derived, FnVal, ModuleId, Tensor, Value, Wrt};

/// A function with some arguments turned into parameters of an inner function.
struct Opened {
    closed: Closed,
    /// The outer values of the parameters, in order.
    inputs: Vec<Tensor>,
    /// What the function gives, as a template, and its leaves.
    result: Value,
    results: Vec<Tensor>,
}

impl Checker<'_> {
    /// A derived function applied to arguments.
    pub(crate) fn call_derived(&mut self, d: &Derived, args: Vec<ArgValue>, span: Span) -> Value {
        let args: Option<Vec<Value>> = self.derivative_arguments(d, args, span);
        let Some(args) = args else { return Value::Poison };
        match d.how {
            Derivation::Grad | Derivation::ValueAndGrad => self.gradient(d, &args, span),
            Derivation::Vjp | Derivation::Reverse | Derivation::ValueAndVjp => self.reverse(d, &args, span),
            Derivation::Jvp => self.forward_first(&d.of, &args, span),
            Derivation::Forward => self.forward_all(&d.of, &args, span),
            Derivation::Hvp => {
                let inner = Derived { how: Derivation::Grad, ..d.clone() };
                self.forward_first(&Value::function(FnVal::Derived(inner)), &args, span)
            }
            Derivation::Jacobian => self.jacobian(&d.of, &args, &d.wrt, d.span, span),
            Derivation::Hessian => {
                let inner = Derived { how: Derivation::Grad, ..d.clone() };
                self.jacobian(&Value::function(FnVal::Derived(inner)), &args, &d.wrt, d.span, span)
            }
        }
    }

    /// Arguments take the types of the function's parameters; for a closure without types a literal is f64.
    fn derivative_arguments(&mut self, d: &Derived, args: Vec<ArgValue>, span: Span) -> Option<Vec<Value>> {
        let mut f = d.of.clone();
        while let Value::Fn(g) = &f {
            match &**g {
                FnVal::Derived(inner) => f = inner.of.clone(),
                _ => break,
            }
        }
        let (names, types): (Vec<Rc<str>>, Vec<Option<Ty>>) = match f.as_fn().map(|f| &**f) {
            Some(FnVal::Item(module, item)) => {
                let types = self.written_types(*module, item);
                item.params.iter().map(|p| p.name.text.clone()).zip(types).unzip()
            }
            Some(FnVal::Closure { closure, .. }) => closure
                .params
                .iter()
                .map(|(p, t)| {
                    let name: Rc<str> = match &p.kind {
                        dslc_syntax::ast::PatternKind::Name(n) => n.text.clone(),
                        _ => "".into(),
                    };
                    (name, t.as_ref().and_then(|t| self.resolve(t)))
                })
                .unzip(),
            _ => (Vec::new(), Vec::new()),
        };
        let count = args.len();
        let mut out: Vec<Option<Value>> = vec![None; args.len()];
        for (k, a) in args.into_iter().enumerate() {
            let slot = match &a.name {
                None => k,
                Some(n) => match names.iter().position(|m| *m == n.text) {
                    Some(s) if s < out.len() => s,
                    _ => {
                        let names = names.iter().map(|n| n.to_string()).collect();
                        self.report(errors::unknown_argument(n.span, &n.text, names));
                        return None;
                    }
                },
            };
            let ask = asked(d.how, slot, count, &types);
            let static_size = matches!(f.as_fn().map(|f| &**f), Some(FnVal::Item(_, item)) if item.params.get(slot).is_some_and(|p| p.ty.is_none()));
            let v = if static_size { a.value } else { self.firm_literals(a.value, ask.as_ref(), a.span) };
            if v.is_poison() {
                return None;
            }
            out[slot] = Some(v);
        }
        let out: Option<Vec<Value>> = out.into_iter().collect();
        if out.is_none() {
            self.report(errors::missing_arguments(span));
        }
        out
    }

    /// The types of a function's parameters, where no type variable or size of its own stands in them.
    fn written_types(&mut self, module: ModuleId, item: &FnItem) -> Vec<Option<Ty>> {
        if !item.generics.is_empty() || item.params.iter().any(|p| p.ty.is_none()) {
            return item.params.iter().map(|p| p.ty.as_ref().and_then(plain_scalar)).collect();
        }
        let context = Context { module, scopes: vec![Scope::default()], types: HashMap::new(), params: None };
        self.contexts.push(context);
        let types = item.params.iter().map(|p| p.ty.as_ref().and_then(|t| self.resolve(t))).collect();
        self.contexts.pop();
        types
    }

    /// Literals get the type that is asked, those inside records and tuples too; where nothing asks they are f64.
    fn firm_literals(&mut self, v: Value, want: Option<&Ty>, span: Span) -> Value {
        match (&v, want) {
            (Value::Record(_) | Value::Tuple(_), Some(t)) if holds_literal(&v) => self.coerce(&v, t, span),
            (Value::Record(_) | Value::Tuple(_), None) => {
                self.each_leaf(&v, |c, leaf| c.firm_literals(leaf.clone(), None, span))
            }
            (Value::Int(_) | Value::Float(_), _) => {
                self.firm(v, Some(want.unwrap_or(&Ty::scalar(Elem::F64))), span)
            }
            _ => v,
        }
    }

    /// The positions and paths that a derivative is taken in.
    fn targets(&mut self, d: &Derived, count: usize) -> Option<Vec<(usize, Vec<Rc<str>>)>> {
        let names: Vec<Rc<str>> = match d.of.as_fn().map(|f| &**f) {
            Some(FnVal::Item(_, item)) => item.params.iter().map(|p| p.name.text.clone()).collect(),
            Some(FnVal::Closure { closure, .. }) => closure
                .params
                .iter()
                .map(|(p, _)| match &p.kind {
                    dslc_syntax::ast::PatternKind::Name(n) => n.text.clone(),
                    _ => "".into(),
                })
                .collect(),
            _ => Vec::new(),
        };
        if d.wrt.is_empty() {
            return Some(vec![(0, Vec::new())]);
        }
        let mut out = Vec::new();
        for w in &d.wrt {
            let (k, path) = match w {
                Wrt::Position(k, path) => (*k, path.clone()),
                Wrt::Name(n, path) => match names.iter().position(|m| m == n) {
                    Some(k) => (k, path.clone()),
                    None => {
                        let names = names.iter().map(|n| n.to_string()).collect();
                        self.report(errors::unknown_argument(d.span, n, names));
                        return None;
                    }
                },
            };
            if k >= count {
                self.report(errors::wrt_position(d.span, k, count));
                return None;
            }
            out.push((k, path));
        }
        Some(out)
    }

    /// Applies `f` inside an inner function whose parameters are the leaves of these parts of the arguments.
    fn open(
        &mut self,
        f: &Value,
        args: &[Value],
        parts: &[(usize, Vec<Rc<str>>)],
        span: Span,
    ) -> Option<Opened> {
        let mut inputs = Vec::new();
        for (k, path) in parts {
            let v = self.part(&args[*k], path, span)?;
            Self::leaves(&v, &mut inputs);
        }
        let inputs: Vec<Tensor> = inputs.iter().map(|t| self.local(t)).collect();
        self.push_frame("derivative");
        let (ambient, conditional) =
            (std::mem::take(&mut self.ambient), std::mem::take(&mut self.conditional));
        let mut inner = args.to_vec();
        for (k, path) in parts {
            let v = self.part(&inner[*k].clone(), path, span)?;
            let param = self.opaque_like(&v);
            inner[*k] = self.replace_part(&inner[*k].clone(), path, param);
        }
        let result = self.call_value(f, &inner, span);
        let result = self.firm(result, None, span);
        self.ambient = ambient;
        self.conditional = conditional;
        let mut results = Vec::new();
        Self::leaves(&result, &mut results);
        if contains_poison(&result) {
            self.drop_frame();
            return None;
        }
        let results: Vec<Tensor> = results.iter().map(|t| self.local(t)).collect();
        let closed = if self.is_scratch() {
            self.drop_frame();
            Closed { func: dslc_ir::FuncId(0), captures: Vec::new() }
        } else {
            self.close_frame(&results)
        };
        self.not_plain = true;
        Some(Opened { closed, inputs, result, results })
    }

    fn part(&mut self, v: &Value, path: &[Rc<str>], span: Span) -> Option<Value> {
        let mut v = v.clone();
        for n in path {
            let next = match &v {
                Value::Record(fs) => fs.iter().find(|(m, _)| m == n).map(|(_, f)| f.clone()),
                _ => None,
            };
            match next {
                Some(f) => v = f,
                None => {
                    self.report(errors::no_field(span, n, Vec::new()));
                    return None;
                }
            }
        }
        Some(v)
    }

    fn replace_part(&mut self, v: &Value, path: &[Rc<str>], with: Value) -> Value {
        let Some((first, rest)) = path.split_first() else { return with };
        match v {
            Value::Record(fs) => Value::record(
                fs.iter()
                    .map(|(n, f)| {
                        (
                            n.clone(),
                            if n == first { self.replace_part(f, rest, with.clone()) } else { f.clone() },
                        )
                    })
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    /// `grad` and `value_and_grad`.
    fn gradient(&mut self, d: &Derived, args: &[Value], span: Span) -> Value {
        let Some(targets) = self.targets(d, args.len()) else { return Value::Poison };
        for (k, path) in &targets {
            let Some(v) = self.part(&args[*k], path, d.span) else { return Value::Poison };
            if let Some(e) = self.undifferentiable(&v, "") {
                return self.fail(errors::grad_of_integers(span, &e.0, &e.1.show()));
            }
        }
        let Some(o) = self.open(&d.of, args, &targets, span) else { return Value::Poison };
        let scalar = matches!(&o.result, Value::Tensor(t) if t.dims.is_empty() && t.elem.is_float());
        if !scalar {
            let what = self.describe(&o.result);
            return self.fail(errors::grad_of(d.span, &what, span));
        }
        let elem = o.results[0].elem.clone();
        let one = self.number(&elem, 1.0);
        let (values, bars) = self.pull_back(&o, &[one], span);
        let g = self.gradients(&targets, args, bars, d.wrt_tuple, span);
        match d.how {
            Derivation::ValueAndGrad => Value::tuple(vec![values[0].clone(), g]),
            _ => g,
        }
    }

    /// Cotangents in the shape of the parts they belong to.
    fn gradients(
        &mut self,
        targets: &[(usize, Vec<Rc<str>>)],
        args: &[Value],
        bars: Vec<Tensor>,
        tuple: bool,
        span: Span,
    ) -> Value {
        let mut bars = bars.into_iter();
        let mut out = Vec::new();
        for (k, path) in targets {
            let Some(v) = self.part(&args[*k], path, span) else { return Value::Poison };
            out.push(Self::with_leaves(&v, &mut |t| {
                if t.elem.is_differentiable() {
                    bars.next().map_or(Value::Poison, Value::Tensor)
                } else {
                    Value::unit()
                }
            }));
        }
        if out.len() == 1 && !tuple { out.swap_remove(0) } else { Value::tuple(out) }
    }

    /// The first part of a value that has no tangent: its path and element type.
    fn undifferentiable(&self, v: &Value, path: &str) -> Option<(String, Elem)> {
        match v {
            Value::Tensor(t) if !t.elem.is_differentiable() => Some((path.to_string(), t.elem.clone())),
            Value::Record(fs) => fs.iter().find_map(|(n, f)| {
                self.undifferentiable(f, &if path.is_empty() { n.to_string() } else { format!("{path}.{n}") })
            }),
            Value::Tuple(ps) => ps.iter().enumerate().find_map(|(k, p)| {
                self.undifferentiable(p, &if path.is_empty() { k.to_string() } else { format!("{path}.{k}") })
            }),
            _ => None,
        }
    }

    /// The reverse derivative of an opened function at cotangents of its float results: its results, and the
    /// cotangents of its float parameters.
    fn pull_back(&mut self, o: &Opened, y_bar: &[Tensor], span: Span) -> (Vec<Value>, Vec<Tensor>) {
        let floats: Vec<&Tensor> = o.inputs.iter().filter(|t| t.elem.is_differentiable()).collect();
        if self.is_scratch() {
            let values = o
                .results
                .iter()
                .map(|t| Value::Tensor(self.param(&t.elem.clone(), &t.dims.clone())))
                .collect();
            let bars = floats.iter().map(|t| (t.elem.tangent(), t.dims.clone())).collect::<Vec<_>>();
            return (values, bars.into_iter().map(|(e, d)| self.param(&e, &d)).collect());
        }
        let wrt: Vec<bool> = o
            .inputs
            .iter()
            .map(|t| t.elem.is_differentiable())
            .chain(o.closed.captures.iter().map(|_| false))
            .collect();
        let mut bind = Binding::default();
        let mut nodes = Vec::new();
        for t in o.inputs.iter().chain(&o.closed.captures).chain(y_bar) {
            self.bind(&mut bind, &mut nodes, t);
        }
        let outs: Vec<(Elem, Vec<crate::dim::Dim>)> = o
            .results
            .iter()
            .map(|t| (t.elem.clone(), t.dims.clone()))
            .chain(floats.iter().map(|t| (t.elem.tangent(), t.dims.clone())))
            .collect();
        bind.results = outs.iter().map(|(_, d)| self.axes(d)).collect();
        self.at(span);
        let axes = bind.results.clone();
        let results = self.emit(Op::Vjp { func: o.closed.func, wrt, bind }, &nodes);
        let mut all: Vec<Tensor> = Vec::new();
        for ((node, (elem, dims)), axes) in results.into_iter().zip(outs).zip(axes) {
            all.push(self.tensor(node, elem, axes, dims));
        }
        let bars = all.split_off(o.results.len());
        (all.into_iter().map(Value::Tensor).collect(), bars)
    }

    /// `vjp(f)(args.., y_bar)` and `reverse(f)(args.., y_bar)`: a cotangent for each parameter;
    /// `value_and_vjp(f)(args.., y_bar)` gives the value too.
    fn reverse(&mut self, d: &Derived, args: &[Value], span: Span) -> Value {
        let Some((y_bar, args)) = args.split_last() else {
            return self.fail(errors::missing_arguments(span));
        };
        let targets: Vec<(usize, Vec<Rc<str>>)> = if d.wrt.is_empty() {
            (0..args.len()).map(|k| (k, Vec::new())).collect()
        } else {
            match self.targets(d, args.len()) {
                Some(t) => t,
                None => return Value::Poison,
            }
        };
        let Some(o) = self.open(&d.of, args, &targets, span) else { return Value::Poison };
        let ty = tangent_type(&self.type_of(&o.result));
        let y_bar = self.coerce(y_bar, &ty, span);
        if y_bar.is_poison() {
            return Value::Poison;
        }
        let mut bars = Vec::new();
        Self::leaves(&y_bar, &mut bars);
        let (values, x_bars) = self.pull_back(&o, &bars, span);
        let bars = self.gradients(&targets, args, x_bars, d.wrt_tuple, span);
        if d.how != Derivation::ValueAndVjp {
            return bars;
        }
        let mut values = values.into_iter();
        let value = Self::with_leaves(&o.result, &mut |_| values.next().unwrap_or(Value::Poison));
        Value::tuple(vec![value, bars])
    }

    /// `jvp(f)(x, v, rest..)`: moves the first argument, gives the tangent only.
    fn forward_first(&mut self, f: &Value, args: &[Value], span: Span) -> Value {
        let [x, v, rest @ ..] = args else { return self.fail(errors::missing_arguments(span)) };
        let primal: Vec<Value> = std::iter::once(x.clone()).chain(rest.iter().cloned()).collect();
        let v = self.coerce(v, &tangent_type(&self.type_of(x)), span);
        self.push_forward(f, &primal, &[(0, Vec::new())], &[v], span)
    }

    /// `forward(f)(args.., tangents..)`.
    fn forward_all(&mut self, f: &Value, args: &[Value], span: Span) -> Value {
        if args.len() % 2 == 1 {
            return self.fail(errors::missing_arguments(span));
        }
        let (primal, tangents) = args.split_at(args.len() / 2);
        let mut moved = Vec::new();
        for (x, v) in primal.iter().zip(tangents) {
            let ty = tangent_type(&self.type_of(x));
            moved.push(self.coerce(v, &ty, span));
        }
        let parts: Vec<_> = (0..primal.len()).map(|k| (k, Vec::new())).collect();
        self.push_forward(f, primal, &parts, &moved, span)
    }

    fn push_forward(
        &mut self,
        f: &Value,
        args: &[Value],
        parts: &[(usize, Vec<Rc<str>>)],
        tangents: &[Value],
        span: Span,
    ) -> Value {
        if tangents.iter().any(Value::is_poison) {
            return Value::Poison;
        }
        let Some(o) = self.open(f, args, parts, span) else { return Value::Poison };
        let outs: Vec<(Elem, Vec<crate::dim::Dim>)> = o
            .results
            .iter()
            .filter(|t| t.elem.is_differentiable())
            .map(|t| (t.elem.tangent(), t.dims.clone()))
            .collect();
        let dots: Vec<Tensor> = if self.is_scratch() {
            outs.iter().map(|(e, d)| self.param(e, d)).collect()
        } else {
            let wrt: Vec<bool> = o
                .inputs
                .iter()
                .map(|t| t.elem.is_differentiable())
                .chain(o.closed.captures.iter().map(|_| false))
                .collect();
            let mut moved = Vec::new();
            tangents.iter().for_each(|v| Self::leaves(v, &mut moved));
            let mut bind = Binding::default();
            let mut nodes = Vec::new();
            for t in o.inputs.iter().chain(&o.closed.captures).chain(&moved) {
                self.bind(&mut bind, &mut nodes, t);
            }
            let all: Vec<Vec<crate::dim::Dim>> =
                o.results.iter().map(|t| t.dims.clone()).chain(outs.iter().map(|o| o.1.clone())).collect();
            bind.results = all.iter().map(|d| self.axes(d)).collect();
            let axes = bind.results.clone();
            self.at(span);
            let results = self.emit(Op::Jvp { func: o.closed.func, wrt, bind }, &nodes);
            let skip = o.results.len();
            let mut dots = Vec::new();
            for (k, (elem, dims)) in outs.into_iter().enumerate() {
                dots.push(self.tensor(results[skip + k], elem, axes[skip + k].clone(), dims));
            }
            dots
        };
        let mut dots = dots.into_iter();
        Self::with_leaves(&o.result, &mut |t| {
            if t.elem.is_differentiable() {
                dots.next().map_or(Value::Poison, Value::Tensor)
            } else {
                Value::unit()
            }
        })
    }

    /// One row for each element of the result: a cotangent that is one there, mapped over the result's axes.
    fn jacobian(&mut self, f: &Value, args: &[Value], wrt: &[Wrt], at: Span, span: Span) -> Value {
        let d =
            Derived { how: Derivation::Vjp, of: f.clone(), wrt: wrt.to_vec(), wrt_tuple: false, span: at };
        let Some(targets) = self.targets(&d, args.len()) else { return Value::Poison };
        let Some(o) = self.open(f, args, &targets, span) else { return Value::Poison };
        let Value::Tensor(y) = &o.result else {
            let what = self.describe(&o.result);
            return self.fail(errors::jacobian_of(at, &what));
        };
        let (elem, dims) = (y.elem.tangent(), y.dims.clone());
        let (rows, core) = (self.axes(&dims), self.axes(&dims));
        let one = self.number(&elem, 1.0);
        let zero = self.number(&elem, 0.0);
        let mut node = one.node;
        for (&r, &c) in rows.iter().zip(&core) {
            let (i, j) = (self.b().iota(r), self.b().iota(c));
            let same = self.b().map(&logic::EQ, &[i, j]);
            node = self.b().select(same, node, zero.node);
        }
        let y_bar = self.tensor(node, elem, core, dims.clone());
        let (_, bars) = self.pull_back(&o, &[y_bar], span);
        let mut lead = Vec::new();
        for t in bars {
            let axes = rows.iter().copied().chain(t.axes.iter().copied()).collect();
            let all = dims.iter().cloned().chain(t.dims.iter().cloned()).collect();
            lead.push(Tensor { axes, dims: all, ..t });
        }
        self.gradients(&targets, args, lead, false, span)
    }
}

/// The type that is asked of an argument of a derivative: that of a parameter, of its tangents, or none.
fn asked(how: Derivation, slot: usize, count: usize, types: &[Option<Ty>]) -> Option<Ty> {
    let of = |k: usize| types.get(k).cloned().flatten();
    match how {
        Derivation::Vjp | Derivation::Reverse | Derivation::ValueAndVjp if slot + 1 == count => None,
        Derivation::Jvp | Derivation::Hvp if slot == 1 => of(0).map(|t| tangent_type(&t)),
        Derivation::Jvp | Derivation::Hvp if slot > 1 => of(slot - 1),
        Derivation::Forward if 2 * slot >= count => of(slot - count / 2).map(|t| tangent_type(&t)),
        _ => of(slot),
    }
}

fn holds_literal(v: &Value) -> bool {
    match v {
        Value::Int(_) | Value::Float(_) => true,
        Value::Tuple(ps) => ps.iter().any(holds_literal),
        Value::Record(fs) => fs.iter().any(|(_, f)| holds_literal(f)),
        _ => false,
    }
}

fn contains_poison(v: &Value) -> bool {
    match v {
        Value::Poison => true,
        Value::Tuple(ps) => ps.iter().any(contains_poison),
        Value::Record(fs) => fs.iter().any(|(_, f)| contains_poison(f)),
        _ => false,
    }
}

/// The type of tangents and cotangents; `()` where there are none.
fn tangent_type(t: &Ty) -> Ty {
    match t {
        Ty::Tensor(e, d) if e.is_differentiable() => Ty::Tensor(e.tangent(), d.clone()),
        Ty::Tensor(..) => Ty::Tuple(Vec::new()),
        Ty::Tuple(ts) => Ty::Tuple(ts.iter().map(tangent_type).collect()),
        Ty::Record(fs) => Ty::Record(fs.iter().map(|(n, t)| (n.clone(), tangent_type(t))).collect()),
        other => other.clone(),
    }
}

/// The scalar type that a written parameter type asks of a literal.
fn plain_scalar(t: &dslc_syntax::ast::Type) -> Option<Ty> {
    match &t.kind {
        dslc_syntax::ast::TypeKind::Path { path, args } if path.len() == 1 && args.is_empty() => {
            crate::types::scalar_named(&path[0].text).map(Ty::scalar)
        }
        _ => None,
    }
}
