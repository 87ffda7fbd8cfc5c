//! Derivative operators: the function becomes an inner function whose derivative the later pass works out.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_ir::{Binding, Op};
use dslc_syntax::ast::{ExprKind, PatternKind};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::errors;
use crate::frame::Closed;
use crate::stated::Mode;
use crate::ty::{Elem, Ty};
use crate::value::{Derivation, Derived, FnVal, Tensor, Value};
use crate::wrt::Arguments;

/// A function with some arguments turned into parameters of an inner function.
pub(crate) struct Opened {
    pub(crate) closed: Closed,
    /// The outer values of the parameters, in order.
    pub(crate) inputs: Vec<Tensor>,
    /// What the function gives, as a template, and its leaves.
    pub(crate) result: Value,
    pub(crate) results: Vec<Tensor>,
}

impl Checker<'_> {
    /// A derived function applied to arguments.
    pub(crate) fn call_derived(&mut self, d: &Derived, args: Vec<ArgValue>, span: Span) -> Value {
        let Some(args) = self.derivative_arguments(d, args, span) else { return Value::Poison };
        // The function that is moved or whose rows are taken: for second derivatives the gradient.
        let gradient = || Value::function(FnVal::Derived(Derived { how: Derivation::Grad, ..d.clone() }));
        match d.how {
            Derivation::Grad | Derivation::ValueAndGrad => self.gradient(d, &args, span),
            Derivation::Vjp | Derivation::Reverse | Derivation::ValueAndVjp => self.reverse(d, &args, span),
            Derivation::Jvp | Derivation::Forward => self.push_forward(&d.of, &args, span),
            Derivation::Bounds => self.on_box(d, &args, span),
            Derivation::Hvp => self.push_forward(&gradient(), &args, span),
            Derivation::Jacobian => self.jacobian(d, &d.of, &args, span),
            Derivation::Hessian => self.jacobian(d, &gradient(), &args, span),
        }
    }

    /// Applies `f` inside an inner function whose parameters are the leaves of the targets. The mode says which
    /// derivative is taken of it, if one is.
    pub(crate) fn open(
        &mut self,
        f: &Value,
        args: &Arguments,
        mode: Option<Mode>,
        span: Span,
    ) -> Option<Opened> {
        let mut inputs = Vec::new();
        for w in &args.targets {
            let v = self.part(&args.primal[w.position], &w.path, w.span)?;
            Self::leaves(&v, &mut inputs);
        }
        let inputs: Vec<Tensor> = inputs.iter().map(|t| self.local(t)).collect();
        self.push_frame("derivative");
        let (ambient, conditional) =
            (std::mem::take(&mut self.ambient), std::mem::take(&mut self.conditional));
        let mut inner = args.primal.clone();
        for w in &args.targets {
            let v = self.part(&args.primal[w.position], &w.path, w.span)?;
            let param = self.opaque_like(&v);
            inner[w.position] = self.replace_part(&inner[w.position], &w.path, &param);
        }
        self.modes.extend(mode);
        let result = self.call_value(f, &inner, span);
        let result = self.firm(result, None, span);
        self.modes.truncate(self.modes.len() - mode.iter().count());
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

    /// A cotangent of the type that the function's result asks for: literals in it become numbers.
    pub(crate) fn settled_cotangent(
        &mut self,
        d: &Derived,
        args: &Arguments,
        y_bar: &Value,
        span: Span,
    ) -> Option<Value> {
        let o = self.open(&d.of, args, Some(Mode::Reverse), span)?;
        let ty = tangent_type(&self.type_of(&o.result));
        Some(self.coerce(y_bar, &ty, span)).filter(|v| !v.is_poison())
    }

    /// The part of a value at the end of a path.
    pub(crate) fn part(&mut self, v: &Value, path: &[Rc<str>], span: Span) -> Option<Value> {
        let Some((first, rest)) = path.split_first() else { return Some(v.clone()) };
        let next = match v {
            Value::Record(fs) => fs.iter().find(|(n, _)| n == first).map(|(_, f)| f.clone()),
            Value::Tuple(ps) => first.parse().ok().and_then(|k: usize| ps.get(k).cloned()),
            _ => None,
        };
        match next {
            Some(next) => self.part(&next, rest, span),
            None => {
                self.report(errors::no_field(span, first, part_names(v)));
                None
            }
        }
    }

    /// A value with the part at the end of a path replaced.
    fn replace_part(&self, v: &Value, path: &[Rc<str>], with: &Value) -> Value {
        let Some((first, rest)) = path.split_first() else { return with.clone() };
        let go = |here: bool, part: &Value| {
            if here { self.replace_part(part, rest, with) } else { part.clone() }
        };
        match v {
            Value::Record(fs) => {
                Value::record(fs.iter().map(|(n, f)| (n.clone(), go(n == first, f))).collect())
            }
            Value::Tuple(ps) => {
                let at = first.parse().ok();
                Value::tuple(ps.iter().enumerate().map(|(k, p)| go(Some(k) == at, p)).collect())
            }
            other => other.clone(),
        }
    }

    /// `grad` and `value_and_grad`.
    fn gradient(&mut self, d: &Derived, args: &Arguments, span: Span) -> Value {
        for w in &args.targets {
            let Some(v) = self.part(&args.primal[w.position], &w.path, w.span) else { return Value::Poison };
            if let Some(e) = self.undifferentiable(&v, "") {
                return self.fail(errors::grad_of_integers(span, &e.0, &e.1.show()));
            }
        }
        self.warn_of_unused(&d.of, args, span);
        let Some(o) = self.open(&d.of, args, Some(Mode::Reverse), span) else { return Value::Poison };
        let scalar = matches!(&o.result, Value::Tensor(t) if t.dims.is_empty() && t.elem.is_float());
        if !scalar {
            let what = self.describe(&o.result);
            let op = crate::builtins::builtin_name(crate::builtins::Builtin::Derive(d.how));
            return self.fail(errors::grad_of(d.span, &op, &what, span));
        }
        let elem = o.results[0].elem.clone();
        let one = self.number(&elem, 1.0);
        let (values, bars) = self.pull_back(&o, &[one], span);
        let g = self.gradients(args, bars, d.wrt_tuple);
        match d.how {
            Derivation::ValueAndGrad => Value::tuple(vec![values[0].clone(), g]),
            _ => g,
        }
    }

    /// A gradient in a parameter that the body of a function does not mention is zero, which nobody asks for.
    fn warn_of_unused(&mut self, f: &Value, args: &Arguments, span: Span) {
        if self.library_files.contains(&span.file) {
            return;
        }
        let Some(f) = f.as_fn().cloned() else { return };
        for w in &args.targets {
            let (name, at, body) = match &*f {
                FnVal::Item(_, item) => {
                    let Some(p) = item.params.get(w.position) else { continue };
                    (p.name.text.clone(), p.name.span, &*item.body)
                }
                FnVal::Closure { closure, .. } => match closure.params.get(w.position).map(|p| &p.0.kind) {
                    Some(PatternKind::Name(n)) => (n.text.clone(), n.span, &closure.body),
                    _ => continue,
                },
                _ => continue,
            };
            let mut used = false;
            crate::free::names(body, &mut |e| used |= matches!(&e.kind, ExprKind::Name(n) if *n == name));
            if !used && !name.starts_with('_') {
                self.report(errors::unused_argument(span, &name, at));
            }
        }
    }

    /// Cotangents in the shape of the parts they belong to.
    fn gradients(&mut self, args: &Arguments, bars: Vec<Tensor>, tuple: bool) -> Value {
        let mut bars = bars.into_iter();
        let mut out = Vec::new();
        for w in &args.targets {
            let Some(v) = self.part(&args.primal[w.position], &w.path, w.span) else { return Value::Poison };
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
            Value::Int(_) => Some((path.to_string(), Elem::I64)),
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

    /// `vjp(f)(args.., y_bar)` and `reverse(f)(args.., y_bar)`: a cotangent for each parameter.
    fn reverse(&mut self, d: &Derived, args: &Arguments, span: Span) -> Value {
        let Some(y_bar) = &args.cotangent else { return self.fail(errors::missing_arguments(span)) };
        let Some(o) = self.open(&d.of, args, Some(Mode::Reverse), span) else { return Value::Poison };
        let ty = tangent_type(&self.type_of(&o.result));
        let y_bar = self.coerce(y_bar, &ty, span);
        if y_bar.is_poison() {
            return Value::Poison;
        }
        let mut bars = Vec::new();
        Self::leaves(&y_bar, &mut bars);
        let (values, x_bars) = self.pull_back(&o, &bars, span);
        let bars = self.gradients(args, x_bars, d.wrt_tuple);
        if d.how != Derivation::ValueAndVjp {
            return bars;
        }
        let mut values = values.into_iter();
        let value = Self::with_leaves(&o.result, &mut |_| values.next().unwrap_or(Value::Poison));
        Value::tuple(vec![value, bars])
    }

    /// `jvp(f)(x, v, rest..)` and `forward(f)(args.., tangents..)`: the tangent of the result.
    fn push_forward(&mut self, f: &Value, args: &Arguments, span: Span) -> Value {
        let tangents = &args.tangents;
        if tangents.iter().any(Value::is_poison) {
            return Value::Poison;
        }
        let Some(o) = self.open(f, args, Some(Mode::Forward), span) else { return Value::Poison };
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
    fn jacobian(&mut self, d: &Derived, f: &Value, args: &Arguments, span: Span) -> Value {
        let Some(o) = self.open(f, args, Some(Mode::Reverse), span) else { return Value::Poison };
        let Value::Tensor(y) = &o.result else {
            let what = self.describe(&o.result);
            return self.fail(errors::jacobian_of(d.span, &what));
        };
        if !y.elem.is_differentiable() {
            let what = self.describe(&o.result);
            return self.fail(errors::jacobian_of(d.span, &what));
        }
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
        self.gradients(args, lead, d.wrt_tuple)
    }
}

/// What a path may name in a value.
fn part_names(v: &Value) -> Vec<String> {
    match v {
        Value::Record(fs) => fs.iter().map(|(n, _)| n.to_string()).collect(),
        Value::Tuple(ps) => (0..ps.len()).map(|k| k.to_string()).collect(),
        _ => Vec::new(),
    }
}

pub(crate) fn contains_poison(v: &Value) -> bool {
    match v {
        Value::Poison => true,
        Value::Tuple(ps) => ps.iter().any(contains_poison),
        Value::Record(fs) => fs.iter().any(|(_, f)| contains_poison(f)),
        _ => false,
    }
}

/// The type of tangents and cotangents; `()` where there are none.
pub(crate) fn tangent_type(t: &Ty) -> Ty {
    match t {
        Ty::Tensor(e, d) if e.is_differentiable() => Ty::Tensor(e.tangent(), d.clone()),
        Ty::Tensor(..) => Ty::Tuple(Vec::new()),
        Ty::Tuple(ts) => Ty::Tuple(ts.iter().map(tangent_type).collect()),
        Ty::Record(fs) => Ty::Record(fs.iter().map(|(n, t)| (n.clone(), tangent_type(t))).collect()),
        other => other.clone(),
    }
}
