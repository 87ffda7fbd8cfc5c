//! What a derivative operator is taken in, and what the arguments of a derived function are.
//!
//! `wrt:` names parameters of the function, which are no variables here: so it is read from the syntax, and never
//! evaluated.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Expr, ExprKind, PatternKind};

use crate::builtins::{Builtin, builtin_name};
use crate::call::ArgValue;
use crate::check::Checker;
use crate::derive::tangent_type;
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{Derivation, Derived, FnVal, Model, Value, Wrt};

/// What an argument of a derived function is.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// The argument of the function at this position.
    Argument(usize),
    /// The tangent of a target, or its upper end.
    Tangent(usize),
    /// The cotangent of the result.
    Cotangent,
}

/// The roles of `count` arguments. A tangent stands behind the argument in which it moves; `forward` takes all
/// arguments, then all tangents, and `bounds` all arguments, then the upper ends of the boxes.
fn roles(how: Derivation, targets: &[Wrt], count: usize) -> Vec<Role> {
    match how {
        Derivation::Grad | Derivation::ValueAndGrad | Derivation::Jacobian | Derivation::Hessian => {
            (0..count).map(Role::Argument).collect()
        }
        Derivation::Vjp | Derivation::Reverse | Derivation::ValueAndVjp => {
            let arguments = (0..count.saturating_sub(1)).map(Role::Argument);
            arguments.chain((count > 0).then_some(Role::Cotangent)).collect()
        }
        Derivation::Forward => {
            (0..count / 2).map(Role::Argument).chain((0..count - count / 2).map(Role::Tangent)).collect()
        }
        Derivation::Bounds => {
            let all = count.saturating_sub(targets.len());
            let mut highs: Vec<usize> = (0..count - all).collect();
            highs.sort_by_key(|&t| targets.get(t).map(|w| w.position));
            (0..all).map(Role::Argument).chain(highs.into_iter().map(Role::Tangent)).collect()
        }
        Derivation::Jvp | Derivation::Hvp => {
            let tangents =
                |k: usize| (0..targets.len()).filter(move |&t| targets[t].position == k).map(Role::Tangent);
            let all = (0..count).flat_map(|k| std::iter::once(Role::Argument(k)).chain(tangents(k)));
            all.take(count).collect()
        }
    }
}

/// Which argument of the function each of `count` arguments of its derivative is, or moves; a cotangent belongs to none.
pub(crate) fn argument_of(d: &Derived, count: usize) -> Vec<Option<usize>> {
    let all = || whole(count, d.span);
    let targets = match d.how {
        Derivation::Reverse | Derivation::Forward => all(),
        Derivation::Vjp | Derivation::ValueAndVjp if d.wrt.is_empty() => all(),
        Derivation::Bounds if d.wrt.is_empty() => whole(count / 2, d.span),
        _ if d.wrt.is_empty() => whole(1, d.span),
        _ => d.wrt.clone(),
    };
    let of = |r: Role| match r {
        Role::Argument(k) => Some(k),
        Role::Tangent(t) => targets.get(t).filter(|w| w.path.is_empty()).map(|w| w.position),
        Role::Cotangent => None,
    };
    roles(d.how, &targets, count).into_iter().map(of).collect()
}

impl Checker<'_> {
    /// `grad(f)`, `grad(f, wrt: ..)` and their kin.
    pub(crate) fn derive_call(
        &mut self,
        how: Derivation,
        mut values: Vec<ArgValue>,
        args: &[ast::Arg],
        span: Span,
    ) -> Value {
        let mut wrt = None;
        for a in args {
            match &a.name {
                Some(n) if &*n.text == "wrt" => {
                    if wrt.replace(&a.value).is_some() {
                        return self.fail(errors::argument_twice(n.span, "wrt"));
                    }
                }
                name => values.push(ArgValue {
                    name: name.clone(),
                    value: self.expr(&a.value, None),
                    span: a.value.span,
                }),
            }
        }
        if values.iter().any(|v| v.value.is_poison()) {
            return Value::Poison;
        }
        self.derived(how, &values, wrt, span)
    }

    /// A derivative operator applied to a function.
    pub(crate) fn derived(
        &mut self,
        how: Derivation,
        args: &[ArgValue],
        wrt: Option<&Expr>,
        span: Span,
    ) -> Value {
        let [f, rest @ ..] = args else {
            return self.fail(errors::builtin_arity(span, &builtin_name(Builtin::Derive(how)), 0));
        };
        if f.value.as_fn().is_none() {
            let (what, op) = (self.describe(&f.value), builtin_name(Builtin::Derive(how)));
            let d = errors::derivative_of_value(f.span, &op, &what, self.sources.text(f.span));
            return self.fail(d);
        }
        if let Some(a) = rest.first() {
            let op = builtin_name(Builtin::Derive(how));
            let d = match &a.name {
                Some(n) => errors::derivative_argument(n.span, &op, &n.text),
                None => {
                    let (f, x) = (self.sources.text(f.span), self.sources.text(a.span));
                    errors::derivative_value(a.span, &op, f, x)
                }
            };
            return self.fail(d);
        }
        if let (Some(e), Derivation::Reverse | Derivation::Forward) = (wrt, how) {
            return self.fail(errors::wrt_of_primitive(e.span, &builtin_name(Builtin::Derive(how))));
        }
        let names = parameter_names(&f.value);
        let written: Vec<&Expr> = match wrt.map(|e| &e.kind) {
            Some(ExprKind::Tuple(parts)) => parts.iter().collect(),
            _ => wrt.into_iter().collect(),
        };
        let mut found: Vec<Wrt> = Vec::new();
        for e in written {
            let Some(w) = self.target(e, &names) else { return Value::Poison };
            let overlap =
                |v: &&Wrt| v.position == w.position && v.path.iter().zip(&w.path).all(|(a, b)| a == b);
            if let Some(before) = found.iter().find(overlap) {
                return self.fail(errors::wrt_overlap(w.span, before.span));
            }
            found.push(w);
        }
        let wrt_tuple = matches!(wrt.map(|e| &e.kind), Some(ExprKind::Tuple(_)));
        Value::function(FnVal::Derived(Derived {
            how,
            of: f.value.clone(),
            wrt: found,
            wrt_tuple,
            span: f.span,
        }))
    }

    /// A position, a parameter's name, or a path into a parameter.
    fn target(&mut self, e: &Expr, names: &[Option<Rc<str>>]) -> Option<Wrt> {
        let wrong = match &e.kind {
            ExprKind::Int(Some(k)) => {
                let position = usize::try_from(*k).unwrap_or(usize::MAX);
                if names.is_empty() || position < names.len() {
                    return Some(Wrt { position, path: Vec::new(), span: e.span });
                }
                errors::wrt_position(e.span, position, names.len())
            }
            ExprKind::Name(n) => match names.iter().position(|m| m.as_ref() == Some(n)) {
                Some(position) => return Some(Wrt { position, path: Vec::new(), span: e.span }),
                None => errors::wrt_name(e.span, n, names.iter().flatten().map(|n| n.to_string()).collect()),
            },
            ExprKind::Field(base, name) => return self.inner(base, name.text.clone(), names, e.span),
            ExprKind::Proj(base, k, _) => return self.inner(base, k.to_string().into(), names, e.span),
            ExprKind::Str(s) => errors::wrt_text(e.span, s),
            _ => errors::derivative_option(e.span),
        };
        self.report(wrong);
        None
    }

    /// A part of what another path names.
    fn inner(&mut self, base: &Expr, part: Rc<str>, names: &[Option<Rc<str>>], span: Span) -> Option<Wrt> {
        let mut w = self.target(base, names)?;
        w.path.push(part);
        Some(Wrt { span, ..w })
    }

    /// The targets of a derivative: the first parameter if nothing is written. There must be so many arguments.
    fn targets(&mut self, d: &Derived, count: usize) -> Option<Vec<Wrt>> {
        if d.wrt.is_empty() && !d.wrt_tuple {
            return Some(vec![Wrt { position: 0, path: Vec::new(), span: d.span }]);
        }
        if let Some(w) = d.wrt.iter().find(|w| w.position >= count) {
            self.report(errors::wrt_position(w.span, w.position, count));
            return None;
        }
        Some(d.wrt.clone())
    }

    /// The arguments of a derived function. Those of the function take the types of its parameters, and tangents the
    /// types of what they move.
    pub(crate) fn derivative_arguments(
        &mut self,
        d: &Derived,
        args: Vec<ArgValue>,
        span: Span,
    ) -> Option<Arguments> {
        let targets = match d.how {
            Derivation::Bounds if d.wrt.is_empty() => whole(args.len() / 2, span),
            _ => self.targets(d, usize::MAX)?,
        };
        let roles = roles(d.how, &targets, args.len());
        let (mut primal, mut moves, mut cotangent) = (Vec::new(), Vec::new(), None);
        for (a, role) in args.into_iter().zip(roles) {
            match role {
                // Only parameters have names.
                _ if a.name.is_some() => primal.push(a),
                Role::Argument(_) => primal.push(a),
                Role::Tangent(_) => moves.push(a),
                Role::Cotangent => cotangent = Some(a.value),
            }
        }
        let primal = self.settled(&d.of, primal, span)?;
        let targets = match d.how {
            Derivation::Forward | Derivation::Reverse => whole(primal.len(), span),
            Derivation::Vjp | Derivation::ValueAndVjp | Derivation::Bounds if d.wrt.is_empty() => {
                whole(primal.len(), span)
            }
            _ => self.targets(d, primal.len())?,
        };
        if primal.is_empty() && !targets.is_empty() {
            self.report(errors::missing_arguments(span));
            return None;
        }
        let mut parts = Vec::new();
        for w in &targets {
            let part = self.part(&primal[w.position], &w.path, w.span)?;
            if has_maker(&part) {
                self.report(errors::no_shape(span));
                return None;
            }
            parts.push(part);
        }
        let mut tangents = Vec::new();
        if let Derivation::Jvp | Derivation::Hvp | Derivation::Forward | Derivation::Bounds = d.how {
            if moves.len() != parts.len() {
                self.report(errors::missing_arguments(span));
                return None;
            }
            // In the order of the arguments, and for one argument in the order of the targets.
            let mut order: Vec<usize> = (0..targets.len()).collect();
            order.sort_by_key(|&t| targets[t].position);
            tangents = vec![Value::Poison; parts.len()];
            for (t, a) in order.into_iter().zip(moves) {
                let ty = self.type_of(&parts[t]);
                let ty = if d.how == Derivation::Bounds { ty } else { tangent_type(&ty) };
                tangents[t] = self.coerce(&a.value, &ty, a.span);
            }
        }
        Some(Arguments { primal, targets, tangents, cotangent })
    }

    /// Arguments of a function of which no derivative is asked.
    pub(crate) fn derivative_args_of(&mut self, f: &Value, at: Vec<Value>, span: Span) -> Option<Arguments> {
        let given = at.into_iter().map(|value| ArgValue { name: None, value, span }).collect();
        let primal = self.settled(f, given, span)?;
        let targets = whole(primal.len(), span);
        Some(Arguments { primal, targets, tangents: Vec::new(), cotangent: None })
    }

    /// Arguments of a function in the order of its parameters, of their types as far as these are known. A literal for
    /// a parameter without a type is f64.
    fn settled(&mut self, f: &Value, args: Vec<ArgValue>, span: Span) -> Option<Vec<Value>> {
        match f.as_fn().map(|f| &**f) {
            Some(FnVal::Item(id, item)) => {
                let none = HashMap::new();
                let solved = self.solve_call(
                    *id,
                    &item.name,
                    &item.generics,
                    &item.params,
                    args,
                    none,
                    span,
                    None,
                    None,
                )?;
                let value = |p: &ast::Param| solved.scope.vars.get(&p.name.text).map(|v| v.value.clone());
                item.params.iter().map(value).collect()
            }
            Some(FnVal::Closure { module, closure, env, span: at, .. }) => {
                let args = self.order_args(closure, args, span, *at)?;
                self.enter_closure(*module, env.clone(), *at);
                let mut out = Vec::new();
                for ((_, ty), a) in closure.params.iter().zip(args) {
                    let ty = ty.as_ref().and_then(|t| self.resolve(t));
                    out.push(match ty {
                        Some(t) => self.coerce(&a.value, &t, a.span),
                        None => self.literals_as_floats(&a),
                    });
                }
                self.contexts.pop();
                Some(out)
            }
            Some(FnVal::Derived(d)) => {
                let mut inner = self.derivative_arguments(d, args, span)?;
                // A derivative that is taken once more may move its cotangent, which then has a type of its own.
                if let Some(y_bar) = inner.cotangent.take() {
                    inner.cotangent = Some(self.settled_cotangent(d, &inner, &y_bar, span)?);
                }
                Some(inner.flat(d.how))
            }
            _ => {
                if let Some(n) = args.iter().find_map(|a| a.name.as_ref()) {
                    self.report(errors::unknown_argument(n.span, &n.text, Vec::new()));
                    return None;
                }
                Some(args.iter().map(|a| self.literals_as_floats(a)).collect())
            }
        }
        .filter(|out| !out.iter().any(Value::is_poison))
    }

    /// A number becomes f64, and so do the floats inside a record; an integer there may be a size.
    fn literals_as_floats(&mut self, a: &ArgValue) -> Value {
        let ask = Ty::scalar(Elem::F64);
        match &a.value {
            Value::Int(_) => self.firm(a.value.clone(), Some(&ask), a.span),
            v => self.each_leaf(v, |c, leaf| match leaf {
                Value::Float(_) => c.firm(leaf.clone(), Some(&ask), a.span),
                other => other.clone(),
            }),
        }
    }
}

/// The arguments of a derived function by their roles.
pub(crate) struct Arguments {
    /// Those of the function itself.
    pub(crate) primal: Vec<Value>,
    /// In what the derivative is taken.
    pub(crate) targets: Vec<Wrt>,
    /// How the targets move, or their upper ends, each by its target.
    pub(crate) tangents: Vec<Value>,
    /// The cotangent of the result.
    pub(crate) cotangent: Option<Value>,
}

impl Arguments {
    /// In the order in which they are given.
    fn flat(self, how: Derivation) -> Vec<Value> {
        let count = self.primal.len() + self.tangents.len() + usize::from(self.cotangent.is_some());
        let of = |r: Role| match r {
            Role::Argument(k) => self.primal.get(k).cloned(),
            Role::Tangent(t) => self.tangents.get(t).cloned(),
            Role::Cotangent => self.cotangent.clone(),
        };
        roles(how, &self.targets, count).into_iter().filter_map(of).collect()
    }
}

/// Every argument as a whole.
fn whole(count: usize, span: Span) -> Vec<Wrt> {
    (0..count).map(|position| Wrt { position, path: Vec::new(), span }).collect()
}

fn has_maker(v: &Value) -> bool {
    match v {
        Value::Maker(_) => true,
        Value::Tuple(ps) => ps.iter().any(has_maker),
        Value::Record(fs) => fs.iter().any(|(_, f)| has_maker(f)),
        _ => false,
    }
}

/// The names of a function's parameters, none for a pattern, a tangent, or the parameters of a model; an empty list if
/// nothing is known.
pub(crate) fn parameter_names(f: &Value) -> Vec<Option<Rc<str>>> {
    let of = |p: &ast::Param| Some(p.name.text.clone());
    match f.as_fn().map(|f| &**f) {
        Some(FnVal::Item(_, item)) => item.params.iter().map(of).collect(),
        Some(FnVal::Closure { closure, .. }) => {
            let of = |p: &ast::Pattern| match &p.kind {
                PatternKind::Name(n) => Some(n.text.clone()),
                _ => None,
            };
            closure.params.iter().map(|(p, _)| of(p)).collect()
        }
        Some(FnVal::Model(Model::Item { item, .. })) => {
            std::iter::once(None).chain(item.params.iter().map(of)).collect()
        }
        Some(FnVal::Derived(d)) => derived_names(d),
        _ => Vec::new(),
    }
}

/// The names of the function's parameters; tangents and cotangents between and behind them have none.
fn derived_names(d: &Derived) -> Vec<Option<Rc<str>>> {
    let inner = parameter_names(&d.of);
    if inner.is_empty() {
        return inner;
    }
    let count = match d.how {
        Derivation::Vjp | Derivation::Reverse | Derivation::ValueAndVjp => inner.len() + 1,
        Derivation::Forward => 2 * inner.len(),
        Derivation::Bounds if d.wrt.is_empty() => 2 * inner.len(),
        Derivation::Bounds => inner.len() + d.wrt.len(),
        Derivation::Jvp | Derivation::Hvp => inner.len() + d.wrt.len().max(1),
        _ => inner.len(),
    };
    let first = whole(if d.how == Derivation::Bounds { inner.len() } else { 1 }, d.span);
    let targets = if d.wrt.is_empty() { &first } else { &d.wrt };
    let of = |r: Role| match r {
        Role::Argument(k) => inner.get(k).cloned().flatten(),
        Role::Tangent(_) | Role::Cotangent => None,
    };
    roles(d.how, targets, count).into_iter().map(of).collect()
}
