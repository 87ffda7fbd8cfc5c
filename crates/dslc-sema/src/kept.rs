//! What a front end that is kept alive does between texts: functions for a host, and going back after a mistake.

use std::rc::Rc;

use dslc_ir::{Output, Scalar};
use dslc_syntax::ast::{self, Expr, Item, Stmt, StmtKind};

use crate::call::ArgValue;
use crate::check::{Checker, Scope};
use crate::dim::Dim;
use crate::errors;
use crate::program::{Border, Entry, Slot};
use crate::script::MAIN;
use crate::ty::Elem;
use crate::value::{Lin, Tensor, Value};

/// What a line may change, as it was before.
pub(crate) struct Memory {
    rules: Vec<(Rc<str>, Rc<ast::FnItem>)>,
    scopes: Vec<Scope>,
    fns: Vec<(Rc<str>, Rc<ast::FnItem>)>,
    models: Vec<(Rc<str>, Rc<ast::ModelItem>)>,
    types: Vec<(Rc<str>, Rc<ast::TypeItem>)>,
    globals: Vec<(Rc<str>, crate::check::Var)>,
    imports: Vec<(Rc<str>, (crate::value::ModuleId, dslc_base::Span))>,
    slots: usize,
}

impl Checker<'_> {
    /// A function of the host's arguments: the call of what an expression means.
    pub(crate) fn entry(&mut self, e: &Expr, args: &[Border]) -> Option<Entry> {
        self.push_frame("call");
        let f = self.expr(e, None);
        let values: Vec<ArgValue> =
            args.iter().map(|a| ArgValue { name: None, value: self.border_value(a), span: e.span }).collect();
        let result = match f.as_fn() {
            Some(f) => self.call_fn(&f.clone(), values, e.span, None),
            None if f.is_poison() => Value::Poison,
            None if values.is_empty() => f,
            None => {
                let what = self.describe(&f);
                self.fail(errors::not_a_function(e.span, &what))
            }
        };
        let result = self.firm(result, None, e.span);
        let shown = self.border_of(&result);
        if shown.is_none() && !self.has_errors() {
            let what = self.describe(&result);
            self.report(errors::no_border(e.span, &what));
        }
        let (Some(shown), false) = (shown, self.has_errors()) else {
            self.drop_frame();
            return None;
        };
        let mut leaves = Vec::new();
        Self::leaves(&result, &mut leaves);
        let outputs = leaves
            .iter()
            .map(|t| {
                let t = self.local(t);
                Output { node: t.node, axes: t.axes }
            })
            .collect();
        let frame = self.frames.pop()?;
        let captures = frame.captures.iter().map(|t| t.node.0).collect();
        let func = self.module.funcs.push(frame.builder.finish(outputs));
        let (module, func) = self.module.part(&[func]);
        Some(Entry { module, func: func[0], captures, result: shown })
    }

    /// A parameter of the innermost function for each leaf of a type.
    fn border_value(&mut self, b: &Border) -> Value {
        match b {
            Border::Tensor(s) => {
                let elem = match s.scalar {
                    Scalar::F64 => Elem::F64,
                    Scalar::F32 => Elem::F32,
                    Scalar::I64 => Elem::I64,
                    Scalar::Bool => Elem::Bool,
                    Scalar::Key => Elem::Key,
                    Scalar::Z2 => Elem::Z2,
                };
                let dims: Vec<Dim> =
                    s.shape.iter().map(|n| Dim::constant(i64::try_from(*n).unwrap_or(i64::MAX))).collect();
                Value::Tensor(self.param(&elem, &dims))
            }
            Border::Complex(s) => {
                let re = self.border_value(&Border::Tensor(s.clone()));
                Value::complex_of_parts(re, self.border_value(&Border::Tensor(s.clone())))
            }
            Border::Tuple(ps) => Value::tuple(ps.iter().map(|p| self.border_value(p)).collect()),
            Border::Record(fs) => {
                Value::record(fs.iter().map(|(n, f)| (Rc::from(n.as_str()), self.border_value(f))).collect())
            }
            Border::Size(n) => Value::Int(Lin::constant(Dim::constant(*n))),
        }
    }

    /// The type of a value made of tensors.
    fn border_of(&self, v: &Value) -> Option<Border> {
        Some(match v {
            Value::Tensor(t) => Border::Tensor(Self::slot_of(t)),
            Value::Complex(z) => Border::Complex(Self::slot_of(&z.re)),
            Value::Tuple(ps) => Border::Tuple(ps.iter().map(|p| self.border_of(p)).collect::<Option<_>>()?),
            Value::Record(fs) => Border::Record(
                fs.iter().map(|(n, f)| Some((n.to_string(), self.border_of(f)?))).collect::<Option<_>>()?,
            ),
            _ => return None,
        })
    }

    fn slot_of(t: &Tensor) -> Slot {
        let shape = t.dims.iter().map(|d| d.as_const().unwrap_or(0).max(0) as u64).collect();
        Slot { scalar: t.elem.scalar(), shape }
    }

    /// The type of an expression as text; of a model its parameters.
    pub(crate) fn type_shown(&mut self, e: &Expr) -> String {
        self.push_frame("type");
        let v = self.expr(e, None);
        let shown = match &v {
            _ if self.is_model(&v) && v.as_fn().is_some() => self.model_tree(&v, e.span),
            Value::Tensor(_) | Value::Complex(_) | Value::Tuple(_) | Value::Record(_) => {
                self.show(&self.type_of(&v))
            }
            other => self.describe(other),
        };
        self.drop_frame();
        shown
    }

    /// Notes what the user's text has defined so far.
    pub(crate) fn remember(&mut self) -> Memory {
        let scopes = self.context().scopes.clone();
        let slots = self.script.slots.len();
        let info = self.info(MAIN);
        Memory {
            scopes,
            fns: info.fns.iter().map(|(n, f)| (n.clone(), f.clone())).collect(),
            rules: info.rules.iter().map(|(n, r)| (n.clone(), r.clone())).collect(),
            models: info.models.iter().map(|(n, f)| (n.clone(), f.clone())).collect(),
            types: info.types.iter().map(|(n, f)| (n.clone(), f.clone())).collect(),
            globals: info.globals.iter().map(|(n, v)| (n.clone(), v.clone())).collect(),
            imports: info.imports.iter().map(|(n, v)| (n.clone(), *v)).collect(),
            slots,
        }
    }

    /// Goes back to what was noted: a text with a mistake defines nothing.
    pub(crate) fn restore(&mut self, m: Memory) {
        self.fresh_budget();
        self.context().scopes = m.scopes;
        let info = &mut self.modules[MAIN.0 as usize];
        info.fns = m.fns.into_iter().collect();
        info.rules = m.rules.into_iter().collect();
        info.models = m.models.into_iter().collect();
        info.types = m.types.into_iter().collect();
        info.globals = m.globals.into_iter().collect();
        info.imports = m.imports.into_iter().collect();
        info.later.clear();
        self.forget_slots(m.slots);
        self.script.steps.clear();
        self.script.tests.clear();
        self.script.pending.clear();
    }

    /// Forgets the slots from this one on, and what files they came from.
    pub(crate) fn forget_slots(&mut self, from: usize) {
        self.script.slots.truncate(from);
        self.origins.retain(|slot, _| (*slot as usize) < from);
    }

    /// A name that a text defines anew is no longer what it was: a function hides an older value and the reverse.
    pub(crate) fn forget_names(&mut self, parsed: &ast::File) {
        for item in &parsed.items {
            let mut names: Vec<Rc<str>> = Vec::new();
            match item {
                Item::Fn(f) => names.push(f.name.text.clone()),
                Item::Derivative(d) => {
                    let info = &mut self.modules[MAIN.0 as usize];
                    d.path.iter().for_each(|n| drop(info.rules.remove(&n.text)));
                }
                Item::Model(m) => names.push(m.name.text.clone()),
                Item::Type(t) => names.push(t.name.text.clone()),
                Item::Import(ns) => names.extend(ns.iter().map(|n| n.text.clone())),
                Item::ImportFile { name, .. } => names.push(name.text.clone()),
                Item::Stmt(Stmt { kind: StmtKind::Let { pattern, .. }, .. }) => {
                    crate::free::pattern_names(pattern, &mut names);
                }
                _ => {}
            }
            for n in names {
                self.context().scopes[0].vars.remove(&n);
                let info = &mut self.modules[MAIN.0 as usize];
                info.globals.remove(&n);
                info.fns.remove(&n);
                info.rules.remove(&n);
                info.models.remove(&n);
                info.types.remove(&n);
                info.imports.remove(&n);
            }
        }
    }

    /// The names of the user's text, with what they are.
    pub(crate) fn defined_names(&self) -> Vec<(String, String)> {
        let info = self.info(MAIN);
        let mut out: Vec<(String, String)> = Vec::new();
        out.extend(info.fns.keys().map(|n| (n.to_string(), "fn".into())));
        out.extend(info.models.keys().map(|n| (n.to_string(), "model".into())));
        out.extend(info.types.keys().map(|n| (n.to_string(), "type".into())));
        out.extend(info.imports.keys().map(|n| (n.to_string(), "module".into())));
        out.extend(info.globals.iter().map(|(n, v)| {
            let shown = match &v.value {
                Value::Tensor(_) | Value::Complex(_) | Value::Tuple(_) | Value::Record(_) => {
                    self.show(&self.type_of(&v.value))
                }
                other => self.describe(other),
            };
            (n.to_string(), shown)
        }));
        out.sort();
        out
    }
}
