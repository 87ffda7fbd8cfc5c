//! The tests of stated derivatives: for each `derivative` item of the user's file one, which compares the rule at random
//! arguments with central differences of its function, one parameter after the other.
//!
//! Sizes are 3 and type variables f64. A rule is left alone if a parameter or the result holds what cannot be drawn or
//! moved by a small step: a function, a key, an element of a semiring.

use std::fmt::Write as _;
use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Generic};

use crate::call::ArgValue;
use crate::check::{Checker, Context, Scope};
use crate::derive::contains_poison;
use crate::dim::Dim;
use crate::program::Step;
use crate::script::MAIN;
use crate::ty::{Elem, Kind, Ty};
use crate::value::{Lin, Maker, Value};

/// What the arguments of each round are drawn from, uniformly.
const RANGES: [(f64, f64); 3] = [(0.2, 0.9), (1.1, 2.5), (-2.0, 2.0)];

impl Checker<'_> {
    /// Adds the tests of the rules that the user's text states.
    pub(crate) fn rule_tests(&mut self, parsed: &ast::File) {
        for item in &parsed.items {
            let ast::Item::Derivative(d) = item else { continue };
            let Some(f) = d.path.first().and_then(|n| self.info(MAIN).fns.get(&n.text).cloned()) else {
                continue;
            };
            if self.bad_items.contains(&f.span) || self.bad_items.contains(&d.span) {
                continue;
            }
            if !self.is_scratch()
                && let Some(types) = self.sample_types(&f)
            {
                self.rule_test(&f, &types, d.span);
            }
        }
    }

    /// The types of a function's parameters for sizes of 3; `None` for a size.
    fn sample_types(&mut self, f: &ast::FnItem) -> Option<Vec<Option<Ty>>> {
        let mut context = Context {
            module: MAIN,
            scopes: vec![Scope::default()],
            types: std::collections::HashMap::new(),
            params: None,
        };
        let three = || crate::check::Var {
            value: Value::Int(Lin::constant(Dim::constant(3))),
            span: f.name.span,
            mutable: false,
            assigned: false,
            size: true,
        };
        for g in &f.generics {
            match g {
                Generic::Kind { name, kind } if &*kind.text != "size" => {
                    let known = Kind::from_name(&kind.text).map(|_| Ty::scalar(Elem::F64))?;
                    context.types.insert(name.text.clone(), known);
                }
                Generic::Size(name) | Generic::Kind { name, .. } => {
                    context.scopes[0].vars.insert(name.text.clone(), three());
                }
                Generic::Constraint(_) => {}
            }
        }
        for p in f.params.iter().filter(|p| p.ty.is_none()) {
            context.scopes[0].vars.insert(p.name.text.clone(), three());
        }
        self.contexts.push(context);
        let types: Vec<Option<Option<Ty>>> =
            f.params.iter().map(|p| p.ty.as_ref().map(|t| self.probe(|c| c.resolve(t)))).collect();
        self.contexts.pop();
        types.into_iter().map(|t| t.map_or(Some(None), |t| t.filter(can_be_drawn).map(Some))).collect()
    }

    fn rule_test(&mut self, f: &ast::FnItem, types: &[Option<Ty>], rule: Span) {
        let before = std::mem::take(&mut self.script.steps);
        let outside = self.context().scopes.clone();
        self.push_scope(None);
        for (round, range) in RANGES.into_iter().enumerate() {
            self.rule_round(f, types, round, range);
        }
        self.pop_scope();
        self.context().scopes = outside;
        let mut steps = std::mem::replace(&mut self.script.steps, before);
        // What does not hold is the rule.
        for step in &mut steps {
            if let Step::Close(close) = step {
                close.span = rule;
            }
        }
        if !steps.is_empty() {
            self.script.tests.push((format!("derivative {}", f.name.text), steps));
        }
    }

    /// The statements of one round, on values that are drawn here under names that no program has.
    fn rule_round(&mut self, f: &ast::FnItem, types: &[Option<Ty>], round: usize, range: (f64, f64)) {
        let span = f.name.span;
        let single = types.iter().flatten().any(holds_f32);
        let (step, tolerance) = if single { ("f32(0.01)", "1e-2") } else { ("1e-5", "1e-6") };
        let name = |what: &str, k: usize| format!("{what}_{k}_of_derivative");
        let mut seed = 1000 * round as i64;
        let mut args = Vec::new();
        for (k, ty) in types.iter().enumerate() {
            let Some(ty) = ty else {
                args.push("3".to_string());
                continue;
            };
            self.draw_as(&name("x", k), ty, range, &mut seed, span);
            args.push(name("x", k));
            if moves(ty) {
                self.draw_as(&name("v", k), ty, (-1.0, 1.0), &mut seed, span);
            }
        }
        let call = |at: usize, with: &str| {
            let list: Vec<&str> =
                args.iter().enumerate().map(|(k, a)| if k == at { with } else { a.as_str() }).collect();
            format!("{}({})", f.name.text, list.join(", "))
        };
        // The cotangent has the type of the result.
        let plain = call(usize::MAX, "");
        let Some(ty) = self.type_of_text(&plain).filter(moves) else { return };
        self.draw_as("y_bar_of_derivative", &ty, (-1.0, 1.0), &mut seed, span);
        let mut text = String::new();
        let given = self.gives(f, &args, &plain);
        for (k, _) in types.iter().enumerate().filter(|(_, t)| t.as_ref().is_some_and(moves)) {
            // What gets no cotangent is meant to get none.
            if !given.get(k).is_some_and(|g| *g) {
                continue;
            }
            let (x, v) = (name("x", k), name("v", k));
            let (up, down) =
                (call(k, &format!("{x} + {step} * {v}")), call(k, &format!("{x} - {step} * {v}")));
            let by_rule = format!("dot(vjp(|t| {})({x}, y_bar_of_derivative), {v})", call(k, "t"));
            let by_steps = format!("dot(y_bar_of_derivative, {up} - {down}) / (2 * {step})");
            let _ = writeln!(text, "assert_close(f64({by_rule}), f64({by_steps}), {tolerance})");
        }
        let file = self.sources.add(format!("<derivative {}>", f.name.text), &text);
        let (parsed, _) = dslc_syntax::parse_file(file, &text);
        for item in &parsed.items {
            if let ast::Item::Stmt(s) = item {
                self.top_statement(s);
            }
        }
    }

    /// For which parameters a rule gives a cotangent.
    fn gives(&mut self, f: &ast::FnItem, args: &[String], plain: &str) -> Vec<bool> {
        let Some(rule) = self.info(MAIN).rules.get(&f.name.text).cloned() else { return Vec::new() };
        let span = f.name.span;
        let texts = args.iter().map(String::as_str).chain([plain, "y_bar_of_derivative"]);
        let parsed: Vec<Option<ast::Expr>> =
            texts.map(|t| dslc_syntax::parse_expr(self.sources.add("<derivative>", t), t).0).collect();
        self.push_frame("rule");
        let found = self.probe(|c| {
            let values: Vec<Value> =
                parsed.iter().map(|e| e.as_ref().map_or(Value::Poison, |e| c.expr(e, None))).collect();
            let given = values.into_iter().map(|value| ArgValue { name: None, value, span }).collect();
            c.call_item(MAIN, &rule, given, span, None)
        });
        self.drop_frame();
        match found {
            Value::Tuple(parts) if args.len() > 1 => parts.iter().map(|p| !p.is_unit()).collect(),
            one => vec![!one.is_unit()],
        }
    }

    /// The type of an expression, if it has one.
    fn type_of_text(&mut self, text: &str) -> Option<Ty> {
        let file = self.sources.add("<derivative>", text);
        let (parsed, _) = dslc_syntax::parse_expr(file, text);
        let e = parsed?;
        self.push_frame("type");
        let ty = self.probe(|c| {
            let v = c.expr(&e, None);
            let v = c.firm(v, None, e.span);
            (!contains_poison(&v)).then(|| c.type_of(&v))
        });
        self.drop_frame();
        ty
    }

    /// Defines a random value of a type, as a slot of the script.
    fn draw_as(&mut self, name: &str, ty: &Ty, range: (f64, f64), seed: &mut i64, span: Span) {
        self.in_statement(span, |c| {
            let v = c.sample(ty, range, seed, span);
            c.define(&ast::Name::new(name, span), v, false);
        });
    }

    fn sample(&mut self, ty: &Ty, range: (f64, f64), seed: &mut i64, span: Span) -> Value {
        match ty {
            Ty::Tuple(ts) => Value::tuple(ts.iter().map(|t| self.sample(t, range, seed, span)).collect()),
            Ty::Record(fs) => Value::record(
                fs.iter().map(|(n, t)| (n.clone(), self.sample(t, range, seed, span))).collect(),
            ),
            Ty::Tensor(e, _) if e.is_float() => {
                *seed += 1;
                let key = self.constant(dslc_ir::Bits::key(*seed as u64), Elem::Key);
                let bounds = Some((Value::Float(range.0), Value::Float(range.1)));
                self.coerce(&Value::Maker(Rc::new(Maker::Uniform { key, bounds })), ty, span)
            }
            ty => self.coerce(&Value::int(2), ty, span),
        }
    }
}

/// Whether a value of this type can be drawn: floats and single integers in tuples and records.
fn can_be_drawn(ty: &Ty) -> bool {
    match ty {
        Ty::Tensor(e, dims) => e.is_float() || *e == Elem::I64 && dims.is_empty(),
        Ty::Tuple(ts) => ts.iter().all(can_be_drawn),
        Ty::Record(fs) => fs.iter().all(|(_, t)| can_be_drawn(t)),
        Ty::Fn(..) | Ty::Str | Ty::Poison => false,
    }
}

/// Whether a small step of it can be taken: floats only.
fn moves(ty: &Ty) -> bool {
    match ty {
        Ty::Tensor(e, _) => e.is_float(),
        Ty::Tuple(ts) => !ts.is_empty() && ts.iter().all(moves),
        Ty::Record(fs) => !fs.is_empty() && fs.iter().all(|(_, t)| moves(t)),
        Ty::Fn(..) | Ty::Str | Ty::Poison => false,
    }
}

fn holds_f32(ty: &Ty) -> bool {
    match ty {
        Ty::Tensor(e, _) => *e == Elem::F32,
        Ty::Tuple(ts) => ts.iter().any(holds_f32),
        Ty::Record(fs) => fs.iter().any(|(_, t)| holds_f32(t)),
        Ty::Fn(..) | Ty::Str | Ty::Poison => false,
    }
}
