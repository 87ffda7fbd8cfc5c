//! What stands at top level only: printing, assertions, data, plots, arguments of the command line.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::Bits;
use dslc_syntax::ast::{Block, Expr, ExprKind, Pattern, Type, TypeKind};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::host::{Column, ColumnKind, ElementKind};
use crate::program::{Close, Load, Loaded, Plot, PlotKind, Series, Shown, Step};
use crate::ty::{Elem, Ty};
use crate::value::{Label, Tensor, Value};

/// An effect of the statement at hand, with values of its frame.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Keeps a tensor in a slot.
    Keep(Tensor, u32),
    /// `print`.
    Print(Vec<Value>, Span),
    /// `assert`.
    Assert(Value, Span),
    /// `assert_close`.
    Close { left: Vec<(String, Tensor)>, right: Vec<Tensor>, tolerance: Tensor, span: Span },
    /// `save`.
    Save { path: String, parts: Vec<(String, Tensor)>, span: Span },
    /// `plot.line` and its kin; slots are positions in the tensors beside it.
    Plot(Plot, Vec<Tensor>),
}

/// Names of the language that have an effect where they are called.
const CALLS: [&str; 4] = ["print", "assert", "assert_close", "save"];
/// Modules whose members have.
const MODULES: [&str; 2] = ["plot", "data"];

/// Whether a block has an effect somewhere, so that the host must run it step by step.
pub(crate) fn inside(block: &Block) -> bool {
    let mut found = false;
    crate::free::block_names(block, &mut |e| {
        let ExprKind::Call(f, _) = &e.kind else { return };
        found |= match &f.kind {
            ExprKind::Name(n) => CALLS.contains(&&**n),
            ExprKind::Field(base, _) => {
                matches!(&base.kind, ExprKind::Name(m) if MODULES.contains(&&**m))
            }
            _ => false,
        };
    });
    found
}

impl Checker<'_> {
    /// `print`, `assert` and their kin; at top level only.
    pub(crate) fn script_call(
        &mut self,
        name: &'static str,
        args: &[ArgValue],
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        let outside = self.contexts.len() != 1 || self.frames.len() != 1 || self.ambient > 0;
        if outside && (name != "arg" || self.contexts.len() != 1) {
            return self.fail(errors::script_only(span, name));
        }
        match name {
            "print" => {
                if let Some(a) = args.iter().find(|a| matches!(a.value, Value::Maker(_))) {
                    return self.fail(errors::no_shape(a.span));
                }
                let values = args.iter().map(|a| a.value.clone()).collect();
                self.script.pending.push(Effect::Print(values, span));
                Value::unit()
            }
            "assert" => self.assert_call(args, span),
            "assert_close" => self.assert_close_call(args, span),
            "save" => self.save_call(args, span),
            "arg" => self.arg_call(args, span, want),
            "data.csv" => self.csv_call(args, span),
            "data.npy" => self.npy_call(args, span),
            _ => self.plot_call(name, args, span),
        }
    }

    fn assert_call(&mut self, args: &[ArgValue], span: Span) -> Value {
        let [c] = args else { return self.fail(errors::builtin_arity(span, "assert", args.len())) };
        let Some(t) = self.as_tensor(&c.value, None, c.span) else { return Value::Poison };
        if t.elem == Elem::Bool && !t.dims.is_empty() {
            return self.fail(errors::condition_is_tensor(c.span));
        }
        if t.elem != Elem::Bool {
            let what = self.describe(&c.value);
            return self.fail(errors::expected_type(c.span, "bool", &what));
        }
        self.script.pending.push(Effect::Assert(Value::Tensor(t), span));
        Value::unit()
    }

    fn assert_close_call(&mut self, args: &[ArgValue], span: Span) -> Value {
        let (a, b, t) = match args {
            [a, b] => (a, b, None),
            [a, b, t] => (a, b, Some(t)),
            _ => return self.fail(errors::builtin_arity(span, "assert_close", args.len())),
        };
        for side in [a, b] {
            if let Some(odd) = not_a_number(&side.value) {
                let what = self.describe(odd);
                return self.fail(errors::expected_type(side.span, "numbers", &what));
            }
        }
        // A number follows the other side.
        let exact = |v: &Value| matches!(v, Value::Int(_) | Value::Float(_) | Value::Maker(_));
        let ty = match (exact(&a.value), exact(&b.value)) {
            (true, true) => Ty::scalar(Elem::F64),
            (true, false) => self.type_of(&b.value),
            (false, _) => self.type_of(&a.value),
        };
        let (x, y) = (self.coerce(&a.value, &ty, a.span), self.coerce(&b.value, &ty, b.span));
        if x.is_poison() || y.is_poison() {
            return Value::Poison;
        }
        let y = self.in_order_of(&x, &y);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        named_leaves(&x, "", &mut left);
        Self::leaves(&y, &mut right);
        let tolerance = match t {
            Some(t) => self.as_tensor(&t.value, Some(&Ty::scalar(Elem::F64)), t.span),
            None => Some(self.constant(Bits::f64(1e-9), Elem::F64)),
        };
        let Some(tolerance) = tolerance else { return Value::Poison };
        if tolerance.elem != Elem::F64 || !tolerance.dims.is_empty() {
            let (at, what) = (t.map_or(span, |t| t.span), self.describe(&Value::Tensor(tolerance)));
            return self.fail(errors::expected_type(at, "f64", &what));
        }
        self.script.pending.push(Effect::Close { left, right, tolerance, span });
        Value::unit()
    }

    fn save_call(&mut self, args: &[ArgValue], span: Span) -> Value {
        let [x, path] = args else { return self.fail(errors::builtin_arity(span, "save", args.len())) };
        let Some(file) = self.text_argument(path) else { return Value::Poison };
        let value = self.firm(x.value.clone(), None, x.span);
        let mut parts = Vec::new();
        named_leaves(&value, "", &mut parts);
        let csv = file.ends_with(".csv");
        if !csv && !file.ends_with(".npy") {
            return self.fail(errors::save_kind(path.span, &file));
        }
        let fits = match &value {
            Value::Tensor(_) => !csv,
            Value::Record(_) => csv && !parts.is_empty() && parts.iter().all(|(_, t)| t.dims.len() == 1),
            _ => false,
        };
        if !fits {
            let what = self.describe(&value);
            return self.fail(errors::save_value(x.span, if csv { "csv" } else { "npy" }, &what));
        }
        self.script.pending.push(Effect::Save { path: file.to_string(), parts, span });
        Value::unit()
    }

    /// A string that is written in the program.
    fn text_argument(&mut self, a: &ArgValue) -> Option<Rc<str>> {
        match &a.value {
            Value::Str(s) => Some(s.clone()),
            other => {
                let what = self.describe(other);
                self.report(errors::expected_type(a.span, "a string", &what));
                None
            }
        }
    }

    /// `arg("rate", 0.1)`: the command line's `--rate`, or the default. It is known when the file is checked,
    /// so an integer may be a size.
    fn arg_call(&mut self, args: &[ArgValue], span: Span, want: Option<&Ty>) -> Value {
        let (name, default) = match args {
            [n] => (n, None),
            [n, d] => (n, Some(d)),
            _ => return self.fail(errors::builtin_arity(span, "arg", args.len())),
        };
        let Some(text) = self.text_argument(name) else { return Value::Poison };
        if !self.script.args.iter().any(|a| **a == *text) {
            self.script.args.push(text.to_string());
        }
        let given = self.host.arg(&text);
        let kind = match (default.map(|d| &d.value), want) {
            (Some(Value::Int(_)), _) => ArgKind::Int,
            (Some(Value::Float(_)), _) => ArgKind::Float,
            (Some(Value::Str(_)), _) => ArgKind::Text,
            (Some(Value::Tensor(t)), _) if t.elem == Elem::Bool && t.dims.is_empty() => ArgKind::Bool,
            (Some(Value::Tensor(t)), _) if t.elem == Elem::F64 && t.dims.is_empty() => ArgKind::Float,
            (Some(other), _) => {
                let what = self.describe(other);
                let at = default.map_or(span, |d| d.span);
                return self.fail(errors::expected_type(at, "a number, a bool or a string", &what));
            }
            (None, Some(Ty::Tensor(Elem::I64, d))) if d.is_empty() => ArgKind::Int,
            (None, Some(Ty::Tensor(Elem::Bool, d))) if d.is_empty() => ArgKind::Bool,
            (None, Some(Ty::Tensor(e, d))) if d.is_empty() && e.is_float() => ArgKind::Float,
            (None, _) => ArgKind::Text,
        };
        match (given, default) {
            (None, Some(d)) => d.value.clone(),
            (None, None) => self.fail(errors::argument_missing(span, &text)),
            (Some(given), _) => match self.argument_value(kind, &given) {
                Some(v) => v,
                None => self.fail(errors::argument_value(span, &text, kind.name(), &given)),
            },
        }
    }

    fn argument_value(&mut self, kind: ArgKind, given: &str) -> Option<Value> {
        Some(match kind {
            ArgKind::Int => Value::int(given.parse().ok()?),
            ArgKind::Float => Value::Float(given.parse().ok()?),
            ArgKind::Text => Value::Str(given.into()),
            ArgKind::Bool => {
                let b: bool = given.parse().ok()?;
                Value::Tensor(self.constant(Bits::bool(b), Elem::Bool))
            }
        })
    }

    /// `data.csv("file", target: "column")`.
    fn csv_call(&mut self, args: &[ArgValue], span: Span) -> Value {
        let (mut path, mut target) = (None, None);
        for a in args {
            match a.name.as_ref().map(|n| &*n.text) {
                None if path.is_none() => path = Some(a),
                Some("target") => target = Some(a),
                name => {
                    let at = a.name.as_ref().map_or(a.span, |n| n.span);
                    return self.fail(errors::data_argument(at, "data.csv", name.unwrap_or("")));
                }
            }
        }
        let Some(path) = path else { return self.fail(errors::builtin_arity(span, "data.csv", args.len())) };
        let Some(file) = self.text_argument(path) else { return Value::Poison };
        let target = match target {
            Some(t) => match self.text_argument(t) {
                Some(name) => Some((name, t.span)),
                None => return Value::Poison,
            },
            None => None,
        };
        let columns = match self.host.csv(&file) {
            Ok(c) => c,
            Err(why) => return self.fail(errors::data_file(path.span, &file, &why)),
        };
        // A target is named as in the file, or by its identifier.
        let target = target.map(|(t, at)| {
            let found = columns.iter().find(|c| c.title == *t).map(|c| Rc::from(c.name.as_str()));
            (found.unwrap_or(t), at)
        });
        if let Some((t, at)) = &target
            && !columns.iter().any(|c| c.name == **t)
        {
            let names = columns.iter().map(|c| c.name.clone()).collect();
            return self.fail(errors::no_column(*at, t, &file, names));
        }
        self.table(&file, &columns, target.map(|t| t.0), path.span)
    }

    /// The record of a table, and the step that loads it.
    fn table(&mut self, file: &str, columns: &[Column], target: Option<Rc<str>>, span: Span) -> Value {
        let (mut fields, mut top, mut loaded) = (Vec::new(), Vec::new(), Vec::new());
        for c in columns {
            let (elem, label) = match &c.kind {
                ColumnKind::I64 => (Elem::I64, None),
                ColumnKind::F64 => (Elem::F64, None),
                ColumnKind::Labels { line, text, .. } => {
                    let label = Label { column: c.title.clone(), line: *line, text: text.clone() };
                    (Elem::I64, Some(Rc::new(label)))
                }
            };
            let dims = vec![Dim::constant(i64::try_from(c.rows).unwrap_or(i64::MAX))];
            let t = Tensor { dims, label, ..self.scalar(dslc_ir::NodeId(0), elem) };
            let slot = self.new_slot(&t);
            self.origins.insert(slot, (span, file.into()));
            let value = Value::Tensor(Self::slot_tensor(slot, &t));
            loaded.push((c.name.clone(), c.kind.clone(), slot));
            if target.as_deref() != Some(&*c.name) {
                fields.push((Rc::from(c.name.as_str()), value));
                continue;
            }
            top.push((Rc::from("y"), value));
            if let ColumnKind::Labels { table, .. } = &c.kind {
                let names = table.iter().map(|l| Value::Str(l.as_str().into())).collect();
                top.push((Rc::from("labels"), Value::tuple(names)));
            }
        }
        self.script.steps.push(Step::Load(Load { path: file.to_string(), what: Loaded::Csv(loaded), span }));
        top.insert(0, (Rc::from("x"), Value::record(fields)));
        Value::record(top)
    }

    /// `data.npy("file")`.
    fn npy_call(&mut self, args: &[ArgValue], span: Span) -> Value {
        let [path] = args else { return self.fail(errors::builtin_arity(span, "data.npy", args.len())) };
        let Some(file) = self.text_argument(path) else { return Value::Poison };
        let (kind, shape) = match self.host.npy(&file) {
            Ok(found) => found,
            Err(why) => {
                return self.fail(errors::wrong_reader(errors::data_file(path.span, &file, &why), &file));
            }
        };
        let elem = match kind {
            ElementKind::F64 => Elem::F64,
            ElementKind::F32 => Elem::F32,
            ElementKind::I64 => Elem::I64,
            ElementKind::Bool => Elem::Bool,
        };
        let dims = shape.iter().map(|n| Dim::constant(i64::try_from(*n).unwrap_or(i64::MAX))).collect();
        let t = Tensor { dims, ..self.scalar(dslc_ir::NodeId(0), elem) };
        let slot = self.new_slot(&t);
        self.origins.insert(slot, (path.span, file.clone()));
        self.script.steps.push(Step::Load(Load {
            path: file.to_string(),
            what: Loaded::Npy(slot),
            span: path.span,
        }));
        Value::Tensor(Self::slot_tensor(slot, &t))
    }

    /// Whether an expression is a call of `data.csv` or `data.npy`.
    pub(crate) fn is_data_call(&self, e: &Expr) -> bool {
        let ExprKind::Call(f, _) = &e.kind else { return false };
        matches!(&f.kind, ExprKind::Field(base, _) if matches!(&base.kind, ExprKind::Name(n) if &**n == "data"))
    }

    /// `let x: f64[rows, 4] = data.npy(..)`: a name without a value in the type is bound to the file's size.
    pub(crate) fn let_data(&mut self, mutable: bool, pattern: &Pattern, ty: &Type, value: &Expr) {
        let v = self.expr(value, None);
        let t = self.type_of(&v);
        self.bind_sizes(ty, &t);
        let v = match self.resolve(ty) {
            Some(t) if !v.is_poison() => self.coerce(&v, &t, value.span),
            _ => Value::Poison,
        };
        self.destructure(pattern, &v, mutable);
    }

    fn bind_sizes(&mut self, written: &Type, found: &Ty) {
        match (&written.kind, found) {
            (TypeKind::Array(_, names), Ty::Tensor(_, dims)) if names.len() == dims.len() => {
                for (n, d) in names.iter().zip(dims) {
                    let ExprKind::Name(text) = &n.kind else { continue };
                    if self.lookup(text).is_none() {
                        let name = dslc_syntax::ast::Name { text: text.clone(), span: n.span };
                        self.define(&name, Value::Int(crate::value::Lin::constant(d.clone())), false);
                    }
                }
            }
            (TypeKind::Record(fields), Ty::Record(found)) => {
                for (n, t) in fields {
                    if let Some((_, f)) = found.iter().find(|(m, _)| *m == n.text) {
                        self.bind_sizes(t, f);
                    }
                }
            }
            _ => {}
        }
    }

    /// `plot.line(y, "f.svg")`, `plot.line(x, y, "f.svg")`; a record of values is one line for each field.
    fn plot_call(&mut self, name: &'static str, args: &[ArgValue], span: Span) -> Value {
        let kind = match name {
            "plot.line" => PlotKind::Line,
            "plot.scatter" => PlotKind::Scatter,
            "plot.bars" => PlotKind::Bars,
            _ => PlotKind::Heat,
        };
        let (mut title, mut x_label, mut y_label, mut class) = (None, None, None, None);
        let mut plain: Vec<&ArgValue> = Vec::new();
        for a in args {
            let text = match a.name.as_ref().map(|n| &*n.text) {
                None => {
                    plain.push(a);
                    continue;
                }
                Some("class") if kind == PlotKind::Scatter => {
                    class = Some(a);
                    continue;
                }
                Some("title") => &mut title,
                Some("x_label") => &mut x_label,
                Some("y_label") => &mut y_label,
                Some(given) => {
                    let at = a.name.as_ref().map_or(a.span, |n| n.span);
                    return self.fail(errors::data_argument(at, name, given));
                }
            };
            match self.text_argument(a) {
                Some(t) => *text = Some(t.to_string()),
                None => return Value::Poison,
            }
        }
        let (x, y, path) = match plain.as_slice() {
            [y, p] => (None, *y, *p),
            [x, y, p] if matches!(kind, PlotKind::Line | PlotKind::Scatter) => (Some(*x), *y, *p),
            _ => return self.fail(errors::builtin_arity(span, name, plain.len())),
        };
        let Some(file) = self.text_argument(path) else { return Value::Poison };
        let mut tensors = Vec::new();
        let Some(series) = self.series(kind, x, y, class, &mut tensors) else { return Value::Poison };
        let path = file.to_string();
        let plot = Plot { kind, series, title, x_label, y_label, path, span };
        self.script.pending.push(Effect::Plot(plot, tensors));
        Value::unit()
    }

    /// What is drawn; the slots of the result are positions in `tensors`.
    fn series(
        &mut self,
        kind: PlotKind,
        x: Option<&ArgValue>,
        y: &ArgValue,
        class: Option<&ArgValue>,
        tensors: &mut Vec<Tensor>,
    ) -> Option<Vec<Series>> {
        let rank = if kind == PlotKind::Heat { 2 } else { 1 };
        let mut push = |c: &mut Self, t: Tensor, rank: usize, span: Span| -> Option<u32> {
            if t.dims.len() != rank || t.elem == Elem::Key {
                let what = c.describe(&Value::Tensor(t));
                let expected = if rank == 2 { "a matrix" } else { "a vector" };
                c.report(errors::expected_type(span, expected, &what));
                return None;
            }
            tensors.push(t);
            Some(tensors.len() as u32 - 1)
        };
        let x_tensor = match x {
            Some(x) => Some(self.as_tensor(&x.value, None, x.span)?),
            None => None,
        };
        let x_slot = match (&x_tensor, x) {
            (Some(t), Some(x)) => Some(push(self, t.clone(), 1, x.span)?),
            _ => None,
        };
        let class_slot = match class {
            Some(c) => {
                let t = self.as_tensor(&c.value, None, c.span)?;
                Some(push(self, t, 1, c.span)?)
            }
            None => None,
        };
        let mut parts = Vec::new();
        named_leaves(&y.value, "", &mut parts);
        let mut out = Vec::new();
        for (name, t) in parts {
            if let (Some(xt), Some(x)) = (&x_tensor, x)
                && !self.same_shape(xt, x.span, &t, y.span, y.span, "the plot")
            {
                return None;
            }
            let slot = push(self, t, rank, y.span)?;
            let name = (!name.is_empty()).then_some(name);
            out.push(Series { name, x: x_slot, y: slot, class: class_slot });
        }
        if out.is_empty() {
            let what = self.describe(&y.value);
            self.report(errors::expected_type(y.span, "a vector", &what));
            return None;
        }
        Some(out)
    }

    /// The step of an effect; tensors of the statement become slots.
    pub(crate) fn effect_step(
        &mut self,
        e: Effect,
        frame: u32,
        outputs: &mut Vec<(Tensor, u32)>,
    ) -> Option<Step> {
        let mut slot = |c: &mut Self, t: &Tensor| match c.globalise(&Value::Tensor(t.clone()), frame, outputs)
        {
            Value::Tensor(t) => t.node.0,
            _ => unreachable!("a tensor stays a tensor"),
        };
        Some(match e {
            Effect::Keep(t, to) => {
                outputs.push((t, to));
                return None;
            }
            Effect::Print(values, span) => {
                Step::Print(values.iter().map(|v| self.shown(v, frame, outputs, span)).collect())
            }
            Effect::Assert(v, span) => match v {
                Value::Tensor(t) => Step::Assert { condition: slot(self, &t), span },
                _ => return None,
            },
            Effect::Close { left, right, tolerance, span } => Step::Close(Close {
                left: left.into_iter().map(|(n, t)| (n, slot(self, &t))).collect(),
                right: right.iter().map(|t| slot(self, t)).collect(),
                tolerance: slot(self, &tolerance),
                span,
            }),
            Effect::Save { path, parts, span } => Step::Save {
                path,
                parts: parts.into_iter().map(|(n, t)| (n, slot(self, &t))).collect(),
                span,
            },
            Effect::Plot(mut plot, tensors) => {
                let slots: Vec<u32> = tensors.iter().map(|t| slot(self, t)).collect();
                for s in &mut plot.series {
                    s.y = slots[s.y as usize];
                    s.x = s.x.map(|k| slots[k as usize]);
                    s.class = s.class.map(|k| slots[k as usize]);
                }
                Step::Plot(plot)
            }
        })
    }

    /// How a value prints.
    fn shown(&mut self, v: &Value, frame: u32, outputs: &mut Vec<(Tensor, u32)>, span: Span) -> Shown {
        match v {
            Value::Str(s) => Shown::Text(s.to_string()),
            Value::Int(l) if l.as_const().is_some() => Shown::Text(l.as_const().unwrap_or(0).to_string()),
            Value::Float(x) => Shown::Number(*x),
            Value::Tensor(_) => match self.globalise(v, frame, outputs) {
                Value::Tensor(t) => Shown::Slot(t.node.0),
                _ => Shown::Text("?".into()),
            },
            Value::Complex(_) => match self.globalise(v, frame, outputs) {
                Value::Complex(z) => Shown::Complex(z.re.node.0, z.im.node.0),
                _ => Shown::Text("?".into()),
            },
            Value::Tuple(ps) => {
                Shown::Tuple(ps.iter().map(|p| self.shown(p, frame, outputs, span)).collect())
            }
            Value::Record(fs) => Shown::Record(
                fs.iter().map(|(n, f)| (n.to_string(), self.shown(f, frame, outputs, span))).collect(),
            ),
            Value::Fn(_) if self.is_model(v) => Shown::Text(self.model_tree(v, span)),
            other => Shown::Text(self.describe(other)),
        }
    }
}

/// The kinds of values that the command line gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ArgKind {
    Int,
    Float,
    Bool,
    Text,
}

impl ArgKind {
    const fn name(self) -> &'static str {
        match self {
            ArgKind::Int => "an integer",
            ArgKind::Float => "a number",
            ArgKind::Bool => "`true` or `false`",
            ArgKind::Text => "a string",
        }
    }
}
/// The first part of a value that nothing numeric can be close to: a function, a text, a module.
fn not_a_number(v: &Value) -> Option<&Value> {
    match v {
        Value::Tuple(ps) => ps.iter().find_map(not_a_number),
        Value::Record(fs) => fs.iter().find_map(|(_, f)| not_a_number(f)),
        Value::Fn(_) | Value::Str(_) | Value::Module(_) => Some(v),
        _ => None,
    }
}

/// The tensors of a value with the path to each: `w`, `layer.b`, `0.w`; nothing for a single tensor.
fn named_leaves(v: &Value, path: &str, out: &mut Vec<(String, Tensor)>) {
    let join = |n: &str| if path.is_empty() { n.to_string() } else { format!("{path}.{n}") };
    match v {
        Value::Tensor(t) => out.push((path.to_string(), t.clone())),
        Value::Complex(z) => out.extend([(join("re"), z.re.clone()), (join("im"), z.im.clone())]),
        Value::Tuple(ps) => {
            ps.iter().enumerate().for_each(|(k, p)| named_leaves(p, &join(&k.to_string()), out))
        }
        Value::Record(fs) => fs.iter().for_each(|(n, f)| named_leaves(f, &join(n), out)),
        _ => {}
    }
}
