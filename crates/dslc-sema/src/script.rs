//! What a file does, statement by statement: each computation a function over slots, each effect a step.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use dslc_base::{Diagnostic, Sources, Span};
use dslc_ir::{FuncId, Module, Output, Scalar};
use dslc_syntax::ast::{self, Item, Stmt, StmtKind};

use crate::call::ArgValue;
use crate::check::{Checker, Context, ModuleInfo, Scope};
use crate::errors;
use crate::host::{Host, Limits};
use crate::ty::{Elem, Ty};
use crate::value::{Derived, FnVal, GLOBAL, Model, ModuleId, Tensor, Value};

/// The type of a slot: a value that a script keeps between statements.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    /// The type of each element.
    pub scalar: Scalar,
    /// The lengths by position.
    pub shape: Vec<u64>,
}

/// How a value is shown.
#[derive(Clone, PartialEq, Debug)]
pub enum Shown {
    /// Known text.
    Text(String),
    /// The value of a slot.
    Slot(u32),
    /// A tuple.
    Tuple(Vec<Shown>),
    /// A record.
    Record(Vec<(String, Shown)>),
}

/// One step of a script.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// Runs a function on slots.
    Compute {
        /// The function.
        func: FuncId,
        /// Where its arguments are.
        inputs: Vec<u32>,
        /// Where its results go.
        outputs: Vec<u32>,
        /// The statement.
        span: Span,
    },
    /// Prints a line.
    Print(Vec<Shown>),
    /// Stops the script unless a bool holds.
    Assert {
        /// The bool.
        condition: u32,
        /// The statement.
        span: Span,
    },
}

/// A checked file.
#[derive(Debug)]
pub struct Program {
    /// Its functions and failing places.
    pub module: Module,
    /// What it keeps.
    pub slots: Vec<Slot>,
    /// What it does.
    pub steps: Vec<Step>,
    /// Its tests: name and steps, to run after the steps of the file.
    pub tests: Vec<(String, Vec<Step>)>,
}

/// The script under construction.
#[derive(Debug, Default)]
pub(crate) struct Script {
    slots: Vec<Slot>,
    steps: Vec<Step>,
    tests: Vec<(String, Vec<Step>)>,
    /// Effects of the statement at hand, with values of its frame.
    pending: Vec<Effect>,
}

#[derive(Debug)]
enum Effect {
    Print(Vec<Value>),
    Assert(Value, Span),
}

/// Checks a file. The program is there if nothing rejects it; warnings may stand beside it.
pub fn check(
    host: &dyn Host,
    sources: &mut Sources,
    name: &str,
    text: &str,
    limits: Limits,
) -> (Option<Program>, Vec<Diagnostic>) {
    let file = sources.add(name, text);
    let (parsed, diagnostics) = dslc_syntax::parse_file(file, text);
    let mut checker = Checker::new(host, sources, limits);
    checker.diagnostics = diagnostics;
    checker.main(file, &parsed);
    let rejected = checker.has_errors();
    let script = std::mem::take(&mut checker.script);
    let module = std::mem::take(&mut checker.module);
    let mut all = std::mem::take(&mut checker.diagnostics);
    let limit = checker.limits.diagnostics;
    if all.len() > limit {
        all.truncate(limit);
    }
    let program = Program { module, slots: script.slots, steps: script.steps, tests: script.tests };
    ((!rejected).then_some(program), all)
}

impl<'h> Checker<'h> {
    fn new(host: &'h dyn Host, sources: &'h mut Sources, limits: Limits) -> Self {
        Checker {
            host,
            sources,
            limits,
            module: Module::default(),
            modules: Vec::new(),
            by_path: HashMap::new(),
            loading: Vec::new(),
            frames: Vec::new(),
            next_frame: GLOBAL,
            contexts: Vec::new(),
            diagnostics: Vec::new(),
            seen: HashSet::new(),
            muted: 0,
            sizes: Vec::new(),
            symbolic: false,
            calls: Vec::new(),
            candidates: Vec::new(),
            not_plain: false,
            conditional: 0,
            ambient: 0,
            implied: HashMap::new(),
            bad_items: HashSet::new(),
            sites: HashMap::new(),
            finished: 0,
            counted: 0,
            exhausted: false,
            repeated: Vec::new(),
            script: Script::default(),
        }
    }
}

impl Checker<'_> {
    fn main(&mut self, _file: dslc_base::FileId, parsed: &ast::File) {
        let id = ModuleId(0);
        self.modules.push(ModuleInfo { name: "main".into(), ..ModuleInfo::default() });
        self.declare(id, parsed);
        self.note_later(id, parsed);
        self.contexts.push(Context {
            module: id,
            scopes: vec![Scope::default()],
            types: HashMap::new(),
            params: None,
        });
        for k in 1..self.modules.len() {
            self.check_bodies(ModuleId(k as u32), |_| true);
        }
        // A mistake in a body belongs to its definition, not to the call that meets it first. Bodies that use
        // top-level values wait until these are known.
        let waiting = self.users_of_globals(id);
        self.check_bodies(id, |f| !waiting.contains(&f.name.text));
        for item in &parsed.items {
            match item {
                Item::Stmt(s) => self.top_statement(s),
                Item::Test(t) => self.test(t),
                _ => {}
            }
        }
        self.pop_scope();
        self.contexts.pop();
        self.check_bodies(id, |f| waiting.contains(&f.name.text));
    }

    /// The functions of a file that use its top-level values, by themselves or through others.
    fn users_of_globals(&self, id: ModuleId) -> HashSet<Rc<str>> {
        let info = self.info(id);
        let mut used: HashSet<Rc<str>> = info.later.keys().cloned().collect();
        loop {
            let before = used.len();
            for f in info.fns.values() {
                let mut uses = false;
                crate::free::names(&f.body, &mut |e| {
                    uses |= matches!(&e.kind, ast::ExprKind::Name(n) if used.contains(n));
                });
                if uses {
                    used.insert(f.name.text.clone());
                }
            }
            if used.len() == before {
                return used;
            }
        }
    }

    /// Notes the names that top-level `let`s will define.
    fn note_later(&mut self, id: ModuleId, parsed: &ast::File) {
        for item in &parsed.items {
            if let Item::Stmt(Stmt { kind: StmtKind::Let { pattern, .. }, .. }) = item {
                let mut names = Vec::new();
                crate::free::pattern_names(pattern, &mut names);
                for n in names {
                    self.modules[id.0 as usize].later.entry(n).or_insert(pattern.span);
                }
            }
        }
    }

    fn test(&mut self, t: &ast::TestItem) {
        let before = std::mem::take(&mut self.script.steps);
        self.push_scope(None);
        for s in &t.body.stmts {
            self.top_statement(s);
        }
        self.pop_scope();
        let steps = std::mem::replace(&mut self.script.steps, before);
        self.script.tests.push((t.name.value.to_string(), steps));
    }

    /// A statement of the script, in a function of its own.
    fn top_statement(&mut self, s: &Stmt) {
        if self.exhausted {
            return;
        }
        if let StmtKind::For { .. } | StmtKind::While { .. } | StmtKind::Assign { .. } = &s.kind {
            self.report(errors::not_yet(s.span, "a loop or assignment at top level"));
            return;
        }
        self.push_frame("statement");
        let depth = self.contexts.last().map_or(0, |c| c.scopes.len());
        self.statement(s);
        self.settle(s.span, depth);
    }

    /// Ends a statement: what it defined becomes slots, then its effects follow.
    fn settle(&mut self, span: Span, depth: usize) {
        let effects = std::mem::take(&mut self.script.pending);
        let mut outputs: Vec<(Tensor, u32)> = Vec::new();
        let frame = self.frame_id();
        let mut scope = std::mem::take(&mut self.context().scopes[depth - 1]);
        let mut names: Vec<Rc<str>> = scope.vars.keys().cloned().collect();
        names.sort();
        for n in names {
            if let Some(var) = scope.vars.get_mut(&n) {
                var.value = self.globalise(&var.value.clone(), frame, &mut outputs);
            }
        }
        if depth == 1 {
            // What a file defines is seen by its functions.
            let id = self.module_id();
            let info = &mut self.modules[id.0 as usize];
            for (n, v) in &scope.vars {
                info.later.remove(n);
                info.globals.insert(n.clone(), v.clone());
            }
        }
        self.context().scopes[depth - 1] = scope;
        let mut after = Vec::new();
        for e in effects {
            match e {
                Effect::Print(values) => {
                    let shown = values.iter().map(|v| self.shown(v, frame, &mut outputs, span)).collect();
                    after.push(Step::Print(shown));
                }
                Effect::Assert(v, at) => {
                    if let Value::Tensor(t) = self.globalise(&v, frame, &mut outputs) {
                        after.push(Step::Assert { condition: t.node.0, span: at });
                    }
                }
            }
        }
        self.finish_statement(&outputs, span);
        self.script.steps.extend(after);
    }

    fn finish_statement(&mut self, outputs: &[(Tensor, u32)], span: Span) {
        if outputs.is_empty() {
            self.drop_frame();
            return;
        }
        let results: Vec<Output> =
            outputs.iter().map(|(t, _)| Output { node: t.node, axes: t.axes.clone() }).collect();
        let Some(frame) = self.frames.pop() else { return };
        let func = self.module.funcs.push(frame.builder.finish(results));
        let inputs = frame.captures.iter().map(|t| t.node.0).collect();
        self.script.steps.push(Step::Compute {
            func,
            inputs,
            outputs: outputs.iter().map(|o| o.1).collect(),
            span,
        });
    }

    /// A value whose tensors of this frame are slots; each becomes a result of the statement.
    fn globalise(&mut self, v: &Value, frame: u32, outputs: &mut Vec<(Tensor, u32)>) -> Value {
        match v {
            Value::Tensor(t) if t.frame == frame => {
                let known = outputs.iter().find(|(o, _)| o.node == t.node && o.axes == t.axes).map(|o| o.1);
                let slot = known.unwrap_or_else(|| {
                    let shape = t.dims.iter().map(|d| d.as_const().unwrap_or(0).max(0) as u64).collect();
                    self.script.slots.push(Slot { scalar: t.elem.scalar(), shape });
                    let slot = self.script.slots.len() as u32 - 1;
                    outputs.push((t.clone(), slot));
                    slot
                });
                Value::Tensor(Tensor {
                    frame: GLOBAL,
                    node: dslc_ir::NodeId(slot),
                    axes: Vec::new(),
                    lin: None,
                    flexible: false,
                    ..t.clone()
                })
            }
            Value::Tuple(ps) => Value::tuple(ps.iter().map(|p| self.globalise(p, frame, outputs)).collect()),
            Value::Record(fs) => Value::record(
                fs.iter().map(|(n, f)| (n.clone(), self.globalise(f, frame, outputs))).collect(),
            ),
            Value::Fn(f) => Value::Fn(self.globalise_fn(f, frame, outputs)),
            other => other.clone(),
        }
    }

    fn globalise_fn(&mut self, f: &Rc<FnVal>, frame: u32, outputs: &mut Vec<(Tensor, u32)>) -> Rc<FnVal> {
        let mut go = |v: &Value| self.globalise(v, frame, outputs);
        Rc::new(match &**f {
            FnVal::Closure { module, closure, env, span } => {
                let mut names: Vec<&Rc<str>> = env.keys().collect();
                names.sort();
                let env = names.into_iter().map(|n| (n.clone(), go(&env[n]))).collect();
                FnVal::Closure { module: *module, closure: closure.clone(), env, span: *span }
            }
            FnVal::Derived(d) => FnVal::Derived(Derived { of: go(&d.of), ..d.clone() }),
            FnVal::ModelInit(v) => FnVal::ModelInit(go(v)),
            FnVal::Bound(m, p) => FnVal::Bound(go(m), go(p)),
            FnVal::Model(Model::Compose(a, b, s)) => FnVal::Model(Model::Compose(go(a), go(b), *s)),
            FnVal::Model(Model::Pair(a, b)) => FnVal::Model(Model::Pair(go(a), go(b))),
            FnVal::Model(Model::Repeat(n, a)) => FnVal::Model(Model::Repeat(*n, go(a))),
            FnVal::Model(Model::Item { module, item, args, span }) => {
                let mut names: Vec<&Rc<str>> = args.keys().collect();
                names.sort();
                let args = names.into_iter().map(|n| (n.clone(), go(&args[n]))).collect();
                FnVal::Model(Model::Item { module: *module, item: item.clone(), args, span: *span })
            }
            FnVal::Item(..) | FnVal::Builtin(_) | FnVal::ModelItem(..) | FnVal::Opaque(..) => {
                return f.clone();
            }
        })
    }

    /// How a value prints.
    fn shown(&mut self, v: &Value, frame: u32, outputs: &mut Vec<(Tensor, u32)>, span: Span) -> Shown {
        match v {
            Value::Str(s) => Shown::Text(s.to_string()),
            Value::Int(l) if l.as_const().is_some() => Shown::Text(l.as_const().unwrap_or(0).to_string()),
            Value::Float(x) => Shown::Text(format!("{x}")),
            Value::Tensor(_) => match self.globalise(v, frame, outputs) {
                Value::Tensor(t) => Shown::Slot(t.node.0),
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

    /// `print`, `assert` and their kin; at top level only.
    pub(crate) fn script_call(
        &mut self,
        name: &'static str,
        args: &[ArgValue],
        span: Span,
        _want: Option<&Ty>,
    ) -> Value {
        if self.contexts.len() != 1 || self.frames.len() != 1 || self.ambient > 0 {
            return self.fail(errors::script_only(span, name));
        }
        match (name, args) {
            ("print", args) => {
                let values = args.iter().map(|a| a.value.clone()).collect();
                self.script.pending.push(Effect::Print(values));
                Value::unit()
            }
            ("assert", [c]) => {
                let Some(t) = self.as_tensor(&c.value, None, c.span) else { return Value::Poison };
                if t.elem != Elem::Bool || !t.dims.is_empty() {
                    let what = self.describe(&c.value);
                    return self.fail(errors::expected_type(c.span, "bool", &what));
                }
                self.script.pending.push(Effect::Assert(Value::Tensor(t), span));
                Value::unit()
            }
            ("assert", args) => self.fail(errors::builtin_arity(span, name, args.len())),
            _ => self.fail(errors::not_yet(span, &format!("`{name}`"))),
        }
    }
}
