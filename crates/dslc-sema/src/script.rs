//! What a file does, statement by statement: each computation a function over slots, each effect a step.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use dslc_base::{Sources, Span};
use dslc_ir::{Module, Output};
use dslc_syntax::ast::{self, Item, Stmt, StmtKind};

use crate::check::{Checker, Context, ModuleInfo, Scope};
use crate::effects::Effect;
use crate::errors;
use crate::host::{Host, Limits};
use crate::program::{Compute, Slot, Step};
use crate::value::{Derived, FnVal, GLOBAL, Model, ModuleId, Tensor, Value};

/// The module of the user's own text.
pub(crate) const MAIN: ModuleId = ModuleId(0);

/// The script under construction.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) slots: Vec<Slot>,
    pub(crate) steps: Vec<Step>,
    pub(crate) tests: Vec<(String, Vec<Step>)>,
    /// Effects of the statement at hand, with values of its frame.
    pub(crate) pending: Vec<Effect>,
    /// The names that `arg` was asked for.
    pub(crate) args: Vec<String>,
}

impl<'h> Checker<'h> {
    pub(crate) fn new(host: Rc<dyn Host + 'h>, limits: Limits) -> Self {
        Checker {
            host,
            sources: Sources::new(),
            limits,
            module: Module::default(),
            modules: Vec::new(),
            by_path: HashMap::new(),
            library_files: Vec::new(),
            origins: HashMap::new(),
            loading: Vec::new(),
            frames: Vec::new(),
            next_frame: GLOBAL,
            contexts: Vec::new(),
            broken: HashSet::new(),
            told: HashSet::new(),
            diagnostics: Vec::new(),
            seen: HashSet::new(),
            muted: 0,
            rejected: false,
            sizes: Vec::new(),
            symbolic: false,
            calls: Vec::new(),
            candidates: Vec::new(),
            unknown_base: false,
            not_plain: false,
            bad_types: HashSet::new(),
            met: BTreeMap::new(),
            conditional: 0,
            ambient: 0,
            implied: HashMap::new(),
            bad_items: HashSet::new(),
            sites: HashMap::new(),
            finished: 0,
            counted: 0,
            exhausted: false,
            steps: 0,
            depth: 0,
            type_parts: 0,
            type_depth: 0,
            touched: BTreeSet::new(),
            guards: Vec::new(),
            traced: None,
            modes: Vec::new(),
            calls_from: 0,
            repeated: Vec::new(),
            script: Script::default(),
        }
    }
}

impl Checker<'_> {
    /// Opens the module of the user's own text.
    pub(crate) fn open_main(&mut self) {
        self.modules.push(ModuleInfo { name: "main".into(), ..ModuleInfo::default() });
        self.contexts.push(Context {
            module: MAIN,
            scopes: vec![Scope::default()],
            types: HashMap::new(),
            params: None,
        });
    }

    /// Checks a file of the user's.
    pub(crate) fn main(&mut self, parsed: &ast::File) {
        let id = MAIN;
        let known = self.modules.len();
        self.declare(id, parsed);
        self.note_later(id, parsed);
        for k in known..self.modules.len() {
            if !self.modules[k].library {
                self.check_bodies(ModuleId(k as u32), |_| true);
            }
        }
        // A mistake in a body belongs to its definition, not to the call that meets it first. Bodies that use
        // top-level values wait until these are known.
        let waiting = self.users_of_globals(id);
        self.check_bodies(id, |name| !waiting.contains(name));
        for item in &parsed.items {
            match item {
                Item::Stmt(s) => self.top_statement(s),
                _ => {}
            }
        }
        // Tests run after the statements, so they see what all of these define.
        for item in &parsed.items {
            if let Item::Test(t) = item {
                self.test(t);
            }
        }
        self.check_bodies(id, |name| waiting.contains(name));
        self.rule_tests(parsed);
    }

    /// Leaves the module of the user's own text.
    pub(crate) fn close_main(&mut self) {
        self.pop_scope();
        self.contexts.pop();
    }

    /// The functions of a file that use its top-level values, by themselves or through others.
    fn users_of_globals(&self, id: ModuleId) -> HashSet<Rc<str>> {
        let info = self.info(id);
        let mut users: HashMap<Rc<str>, Vec<Rc<str>>> = HashMap::new();
        let types = |params: &[ast::Param], ret: &Option<ast::Type>| -> Vec<ast::Type> {
            params.iter().filter_map(|p| p.ty.clone()).chain(ret.clone()).collect()
        };
        let fns = info.fns.values().map(|f| (&f.name.text, &f.body, types(&f.params, &f.ret)));
        let models = info.models.values().map(|m| (&m.name.text, &m.body, types(&m.params, &m.ret)));
        let rules = info.rules.values().map(|r| (&r.name.text, &r.body, types(&r.params, &r.ret)));
        fns.chain(rules).chain(models).for_each(|(name, body, types)| {
            let mut visit = |n: &Rc<str>| users.entry(n.clone()).or_default().push(name.clone());
            types.iter().for_each(|t| crate::free::type_names(t, &mut visit));
            crate::free::all_names(body, &mut visit);
        });
        let mut found: Vec<Rc<str>> = info.later.keys().cloned().collect();
        let mut used: HashSet<Rc<str>> = found.iter().cloned().collect();
        while let Some(name) = found.pop() {
            for user in users.remove(&name).into_iter().flatten() {
                if used.insert(user.clone()) {
                    found.push(user);
                }
            }
        }
        used
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

    /// A second top-level `let` of a name is a mistake in a file; a session defines names anew.
    pub(crate) fn defined_once(&mut self, parsed: &ast::File) {
        let mut first: HashMap<Rc<str>, Span> = HashMap::new();
        for item in &parsed.items {
            let Item::Stmt(Stmt { kind: StmtKind::Let { pattern, .. }, .. }) = item else { continue };
            let mut names = Vec::new();
            crate::free::pattern_places(pattern, &mut names);
            for n in names {
                match first.get(&n.text) {
                    Some(&at) => self.report(errors::let_twice(n.span, &n.text, at)),
                    None => drop(first.insert(n.text.clone(), n.span)),
                }
            }
        }
    }

    fn test(&mut self, t: &ast::TestItem) {
        let before = std::mem::take(&mut self.script.steps);
        // What a test assigns is seen by that test alone.
        let outside = self.context().scopes.clone();
        self.push_scope(None);
        for s in &t.body.stmts {
            self.top_statement(s);
        }
        self.pop_scope();
        self.context().scopes = outside;
        let steps = std::mem::replace(&mut self.script.steps, before);
        self.script.tests.push((t.name.value.to_string(), steps));
    }

    /// A statement of the script. One that only computes is a function of its own; a loop or condition with
    /// effects inside is run by the host, step by step.
    pub(crate) fn top_statement(&mut self, s: &Stmt) {
        if self.exhausted {
            return;
        }
        match &s.kind {
            StmtKind::For { pattern, range, body } if crate::effects::inside(body) => {
                self.top_for(pattern, range, body, s.span);
            }
            StmtKind::While { cond, body } if crate::effects::inside(body) => {
                self.top_while(cond, body, s.span);
            }
            StmtKind::Expr(ast::Expr { kind: ast::ExprKind::If { arms, otherwise }, .. })
                if arms.iter().map(|a| &a.1).chain(otherwise).any(crate::effects::inside) =>
            {
                self.top_if(arms, otherwise.as_ref(), s.span);
            }
            StmtKind::Let { mutable, pattern, ty: Some(ty), value } if self.is_data_call(value) => {
                self.in_statement(s.span, |c| c.let_data(*mutable, pattern, ty, value));
            }
            _ => self.in_statement(s.span, |c| c.statement(s)),
        }
    }

    /// Elaborates one statement in a function of its own.
    pub(crate) fn in_statement<T>(&mut self, span: Span, f: impl FnOnce(&mut Self) -> T) -> T {
        self.push_frame("statement");
        let out = f(self);
        self.settle(span);
        out
    }

    /// Ends a statement: what it defined or assigned becomes slots, then its effects follow.
    fn settle(&mut self, span: Span) {
        let effects = std::mem::take(&mut self.script.pending);
        let mut outputs: Vec<(Tensor, u32)> = Vec::new();
        // What a statement of the script demands must hold, whoever uses what.
        for held in self.take_guards(0) {
            let slot = self.new_slot(&held);
            outputs.push((held, slot));
        }
        self.guards.clear();
        let frame = self.frame_id();
        let touched = std::mem::take(&mut self.touched);
        let mut scopes = std::mem::take(&mut self.context().scopes);
        for (depth, scope) in scopes.iter_mut().enumerate() {
            for n in &touched {
                let Some(var) = scope.vars.get_mut(n) else { continue };
                var.value = self.globalise(&var.value.clone(), frame, &mut outputs);
                if depth == 0 {
                    // What a file defines is seen by its functions.
                    let id = self.module_id();
                    let info = &mut self.modules[id.0 as usize];
                    info.later.remove(n);
                    info.globals.insert(n.clone(), var.clone());
                }
            }
        }
        self.context().scopes = scopes;
        let after: Vec<Step> =
            effects.into_iter().filter_map(|e| self.effect_step(e, frame, &mut outputs)).collect();
        self.finish_statement(&outputs, span);
        self.script.steps.extend(after);
    }

    pub(crate) fn finish_statement(&mut self, outputs: &[(Tensor, u32)], span: Span) {
        if outputs.is_empty() {
            self.drop_frame();
            return;
        }
        let results: Vec<Output> =
            outputs.iter().map(|(t, _)| Output { node: t.node, axes: t.axes.clone() }).collect();
        let Some(frame) = self.frames.pop() else { return };
        let func = self.module.funcs.push(frame.builder.finish(results));
        let inputs = frame.captures.iter().map(|t| t.node.0).collect();
        let outputs = outputs.iter().map(|o| o.1).collect();
        self.script.steps.push(Step::Compute(Compute { func, inputs, outputs, span }));
    }

    /// A slot that holds values like this tensor.
    pub(crate) fn new_slot(&mut self, t: &Tensor) -> u32 {
        let shape = t.dims.iter().map(|d| d.as_const().unwrap_or(0).max(0) as u64).collect();
        self.script.slots.push(Slot { scalar: t.elem.scalar(), shape });
        self.script.slots.len() as u32 - 1
    }

    /// The tensor that a slot holds.
    pub(crate) fn slot_tensor(slot: u32, like: &Tensor) -> Tensor {
        Tensor {
            frame: GLOBAL,
            node: dslc_ir::NodeId(slot),
            axes: Vec::new(),
            lin: None,
            flexible: false,
            ..like.clone()
        }
    }

    /// A value whose tensors of this frame are slots; each becomes a result of the statement.
    pub(crate) fn globalise(&mut self, v: &Value, frame: u32, outputs: &mut Vec<(Tensor, u32)>) -> Value {
        match v {
            Value::Tensor(t) if t.frame == frame => {
                let known = outputs.iter().find(|(o, _)| o.node == t.node && o.axes == t.axes).map(|o| o.1);
                let slot = known.unwrap_or_else(|| {
                    let slot = self.new_slot(t);
                    outputs.push((t.clone(), slot));
                    slot
                });
                Value::Tensor(Self::slot_tensor(slot, t))
            }
            Value::Complex(z) => {
                let re = self.globalise(&Value::Tensor(z.re.clone()), frame, outputs);
                let im = self.globalise(&Value::Tensor(z.im.clone()), frame, outputs);
                Value::complex_of_parts(re, im)
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
            // What it captured belongs to this statement.
            FnVal::Opened(f, _) => FnVal::Opened(go(f), Rc::default()),
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
}
