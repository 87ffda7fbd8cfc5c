//! The state of a check: modules, scopes, frames, diagnostics.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use dslc_base::{Diagnostic, FileId, Label, Severity, Sources, Span};
use dslc_ir::{Module, Site, SiteId};
use dslc_syntax::ast;

use crate::dim::{Dim, SizeId};
use crate::frame::Frame;
use crate::host::Host;
use crate::ty::Ty;
use crate::value::{ModuleId, Tensor, Value};

/// A variable.
#[derive(Clone, Debug)]
pub(crate) struct Var {
    pub(crate) value: Value,
    pub(crate) span: Span,
    pub(crate) mutable: bool,
    pub(crate) assigned: bool,
    /// A size name of the function, which nothing may shadow.
    pub(crate) size: bool,
}

/// Why an assignment may not reach through a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Barrier {
    Comprehension,
    Closure,
}

/// The names of one block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) vars: HashMap<Rc<str>, Var>,
    pub(crate) barrier: Option<Barrier>,
}

/// One call: the scopes of a function's body.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) module: ModuleId,
    pub(crate) scopes: Vec<Scope>,
    /// What type variables stand for.
    pub(crate) types: HashMap<Rc<str>, Ty>,
    /// Inside a model: its parameters.
    pub(crate) params: Option<Params>,
}

/// Where the parameters of a model come from while its body is elaborated.
#[derive(Clone, Debug)]
pub(crate) enum Params {
    /// The model is applied to them.
    Given(Value),
    /// The model is checked for all sizes: each is what its start gives, drawn from this key.
    Fresh(Tensor),
}

/// A module: its items by name, its top-level values, what it imports.
#[derive(Debug, Default)]
pub(crate) struct ModuleInfo {
    pub(crate) name: String,
    /// Whether it is of the standard library, whose bodies are checked by its own tests.
    pub(crate) library: bool,
    pub(crate) fns: HashMap<Rc<str>, Rc<ast::FnItem>>,
    /// How functions of this module are differentiated, where the module says so.
    pub(crate) rules: HashMap<Rc<str>, Rc<ast::FnItem>>,
    pub(crate) models: HashMap<Rc<str>, Rc<ast::ModelItem>>,
    pub(crate) types: HashMap<Rc<str>, Rc<ast::TypeItem>>,
    pub(crate) imports: HashMap<Rc<str>, (ModuleId, Span)>,
    pub(crate) globals: HashMap<Rc<str>, Var>,
    /// Top-level names that are not yet defined, with the place of their `let`.
    pub(crate) later: HashMap<Rc<str>, Span>,
}

/// A size while it is a name.
#[derive(Clone, Debug)]
pub(crate) struct SizeInfo {
    pub(crate) name: String,
    pub(crate) lower: i64,
    /// The range of a comprehension's index that is being looked for.
    pub(crate) wanted: bool,
}

/// A range found for an index.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) size: SizeId,
    pub(crate) dim: Dim,
    pub(crate) rule: u8,
    pub(crate) span: Span,
}

/// A call that is being worked on.
#[derive(Clone, Debug)]
pub(crate) struct CallSite {
    pub(crate) name: Rc<str>,
    pub(crate) item: Span,
    /// Where the functions among the arguments were written. A function that is given another function is another
    /// one: a call of it inside that function is no recursion.
    pub(crate) with: Vec<Span>,
    pub(crate) span: Span,
}

/// What is called: where it was written, and where the functions that it is given were.
pub(crate) type Callee = (Span, Vec<Span>);

impl CallSite {
    pub(crate) fn callee(&self) -> Callee {
        (self.item, self.with.clone())
    }
    /// What is said where the call stands.
    pub(crate) fn sentence(&self) -> String {
        // A name is one word.
        if self.name.contains(' ') {
            return format!("in this call of {}", self.name);
        }
        format!("in this call of `{}`", self.name)
    }
}

/// Everything that a check knows.
pub(crate) struct Checker<'h> {
    pub(crate) host: Rc<dyn Host + 'h>,
    pub(crate) sources: Sources,
    pub(crate) module: Module,
    pub(crate) modules: Vec<ModuleInfo>,
    pub(crate) by_path: HashMap<String, ModuleId>,
    /// The files of the standard library.
    pub(crate) library_files: Vec<FileId>,
    /// The slots that hold data of a file: the call that reads it, and the file.
    pub(crate) origins: HashMap<u32, (Span, Rc<str>)>,
    pub(crate) loading: Vec<(String, Span)>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) next_frame: u32,
    pub(crate) contexts: Vec<Context>,
    /// Names that a statement with a mistake of syntax may have defined.
    pub(crate) broken: HashSet<Rc<str>>,
    /// Names that were reported as unknown, by the function that is being checked.
    pub(crate) told: HashSet<(Option<Span>, Rc<str>)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) seen: HashSet<(Span, &'static str)>,
    pub(crate) muted: u32,
    /// Whether a mistake was reported, so that the program will not run.
    pub(crate) rejected: bool,
    pub(crate) sizes: Vec<SizeInfo>,
    /// Whether sizes are names: a body is checked for all of them, and what is built is thrown away.
    pub(crate) symbolic: bool,
    pub(crate) calls: Vec<CallSite>,
    pub(crate) candidates: Vec<Candidate>,
    /// Set where a value that is unknown after a mistake is indexed.
    pub(crate) unknown_base: bool,
    /// Set by what may not be computed where its value is not wanted.
    pub(crate) not_plain: bool,
    /// Named types that contain themselves, by the place of their name.
    pub(crate) bad_types: HashSet<Span>,
    /// Calls met while bodies are checked for all sizes, by caller.
    pub(crate) met: BTreeMap<Callee, Vec<CallSite>>,
    /// How many conditions stand around the code in the innermost frame.
    pub(crate) conditional: u32,
    /// How many comprehensions are open in the innermost frame.
    pub(crate) ambient: u32,
    /// Indices whose range was found in the body: each subscript where they stand alone must agree.
    pub(crate) implied: HashMap<(u32, dslc_ir::AxisId), Span>,
    /// Functions whose body has been reported as wrong already.
    pub(crate) bad_items: HashSet<Span>,
    pub(crate) sites: HashMap<Span, SiteId>,
    /// Nodes of finished functions, counted so far.
    pub(crate) finished: usize,
    pub(crate) counted: usize,
    /// Whether a limit was hit: nothing more is elaborated.
    pub(crate) exhausted: bool,
    /// Expressions elaborated so far, and how many are open.
    pub(crate) steps: usize,
    pub(crate) depth: usize,
    /// Parts met so far of the type that is being resolved, and how many are open.
    pub(crate) type_parts: usize,
    pub(crate) type_depth: usize,
    /// Names that the statement at hand may have given new values.
    pub(crate) touched: BTreeSet<Rc<str>>,
    /// Conditions that must hold, for which no value has been made to wait yet.
    pub(crate) guards: Vec<Tensor>,
    /// The latest call of `trace`, and what shows its values.
    pub(crate) traced: Option<(Span, Vec<Tensor>)>,
    /// The derivatives that are being taken of the code at hand, innermost last.
    pub(crate) modes: Vec<crate::stated::Mode>,
    /// Calls before this one may be met again: they lead to a rule, whose derivatives are of lower order.
    pub(crate) calls_from: usize,
    /// The models of `repeat` that are being applied, innermost last.
    pub(crate) repeated: Vec<Value>,
    pub(crate) script: crate::script::Script,
    pub(crate) limits: crate::host::Limits,
}

impl Checker<'_> {
    /// Reports a diagnostic once; nothing while a body is only probed.
    pub(crate) fn report(&mut self, mut d: Diagnostic) {
        if self.muted > 0 || self.exhausted {
            return;
        }
        self.rejected |= d.severity == Severity::Error;
        let Some(span) = d.span() else {
            self.diagnostics.push(d);
            return;
        };
        if !self.seen.insert((span, d.code)) {
            return;
        }
        // An error inside a function that was fine for all sizes belongs to the call that made it appear.
        if !self.symbolic
            && let Some(call) = self.calls.iter().rev().find(|c| !self.bad_items.contains(&c.item))
            && !self.calls.is_empty()
            && call.span != span
        {
            let (at, sentence) = (call.span, call.sentence());
            // A read or a size that was fine as long as sizes were names is a demand on the caller.
            let inside = at.file == span.file && at.start <= span.start && span.end <= at.end;
            let demand = matches!(d.code, "E0301" | "E0302" | "E0306" | "E0317" | "E0401") && !inside;
            d = if demand && self.calls.iter().all(|c| &*c.name != "the closure") {
                // The sizes may come from further out.
                let outer: Vec<CallSite> =
                    self.calls.iter().rev().skip_while(|c| c.span != at).skip(1).take(3).cloned().collect();
                outer
                    .into_iter()
                    .fold(at_the_call(d, span, at, &sentence), |d, c| d.secondary(c.span, c.sentence()))
            } else {
                d.secondary(at, sentence)
            };
        }
        let d = self.told_to_the_user(d);
        self.diagnostics.push(d);
    }

    /// A mistake that shows inside the standard library is the caller's: the primary place is the call in the
    /// user's own text.
    pub(crate) fn told_to_the_user(&self, mut d: Diagnostic) -> Diagnostic {
        let library = |s: Span| self.library_files.contains(&s.file);
        let Some(span) = d.span().filter(|s| library(*s)) else { return d };
        let Some(call) = self.calls.iter().rev().find(|c| !library(c.span)) else { return d };
        d = at_the_call(d, span, call.span, &call.sentence());
        // An edit of the library is of no use.
        d.edits.retain(|e| !library(e.span));
        d
    }

    /// Says where data comes from, if a value is data of a file.
    pub(crate) fn with_origin(&self, d: Diagnostic, v: &Value) -> Diagnostic {
        let Value::Tensor(t) = v else { return d };
        match self.origins.get(&t.node.0).filter(|_| t.frame == crate::value::GLOBAL) {
            Some((span, path)) => {
                let shown = self.show(&self.type_of(v));
                d.secondary(*span, format!("`{path}` holds `{shown}`"))
            }
            None => d,
        }
    }

    /// Reports and gives the value that a mistake leaves behind.
    pub(crate) fn fail(&mut self, d: Diagnostic) -> Value {
        self.report(d);
        Value::Poison
    }

    /// Whether anything that rejects the program has been reported.
    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    pub(crate) fn context(&mut self) -> &mut Context {
        self.contexts.last_mut().expect("code is checked inside a context")
    }

    pub(crate) fn module_id(&self) -> ModuleId {
        self.contexts.last().map_or(ModuleId(0), |c| c.module)
    }

    pub(crate) fn info(&self, id: ModuleId) -> &ModuleInfo {
        &self.modules[id.0 as usize]
    }

    pub(crate) fn push_scope(&mut self, barrier: Option<Barrier>) {
        self.context().scopes.push(Scope { vars: HashMap::new(), barrier });
    }

    /// Leaves a block; a `mut` that nothing assigned is a warning.
    pub(crate) fn pop_scope(&mut self) {
        let Some(scope) = self.context().scopes.pop() else { return };
        // After a mistake, what would have been assigned is not known.
        if self.has_errors() {
            return;
        }
        let mut idle: Vec<(Rc<str>, Var)> =
            scope.vars.into_iter().filter(|(_, v)| v.mutable && !v.assigned).collect();
        idle.sort_by_key(|(_, v)| v.span);
        for (name, var) in idle {
            let word = Span { start: var.span.start.saturating_sub(4), end: var.span.start, ..var.span };
            let word = Some(word).filter(|w| self.sources.text(*w) == "mut ");
            self.report(crate::errors::idle_mut(var.span, &name, word));
        }
    }

    /// Defines a name in the innermost block. A size name cannot be hidden.
    pub(crate) fn define(&mut self, name: &ast::Name, value: Value, mutable: bool) {
        let hidden = self.contexts.last().and_then(|c| {
            c.scopes.iter().find_map(|s| s.vars.get(&name.text)).filter(|v| v.size).map(|v| v.span)
        });
        if let Some(span) = hidden {
            self.report(crate::errors::shadows_size(name.span, &name.text, span));
        }
        let var = Var { value, span: name.span, mutable, assigned: false, size: false };
        self.touch(&name.text);
        if let Some(scope) = self.context().scopes.last_mut() {
            scope.vars.insert(name.text.clone(), var);
        }
    }

    /// Notes that a name may get a new value in this statement.
    pub(crate) fn touch(&mut self, name: &str) {
        if !self.touched.contains(name) {
            self.touched.insert(name.into());
        }
    }

    /// The variable with this name: locals, then the module's top-level values.
    pub(crate) fn lookup(&self, name: &str) -> Option<&Var> {
        let context = self.contexts.last()?;
        context
            .scopes
            .iter()
            .rev()
            .find_map(|s| s.vars.get(name))
            .or_else(|| self.info(context.module).globals.get(name))
    }

    /// A place that can fail when run, in the order of first use.
    pub(crate) fn site(&mut self, span: Span) -> SiteId {
        if let Some(&id) = self.sites.get(&span) {
            return id;
        }
        let what = shortened(self.sources.text(span));
        let id = self.module.sites.push(Site::new(span, what));
        self.sites.insert(span, id);
        id
    }

    /// Makes the next nodes belong to a place.
    ///
    /// What stands in the standard library belongs to the place of its caller.
    pub(crate) fn at(&mut self, span: Span) {
        let site = self.site(self.users_place(span));
        self.b().site = Some(site);
    }

    /// A new size name.
    pub(crate) fn new_size(&mut self, name: &str, lower: i64, wanted: bool) -> SizeId {
        self.sizes.push(SizeInfo { name: name.to_string(), lower, wanted });
        SizeId(self.sizes.len() as u32 - 1)
    }

    pub(crate) fn size_name(&self, id: SizeId) -> String {
        self.sizes.get(id.0 as usize).map_or_else(|| "?".into(), |s| s.name.clone())
    }

    /// Whether a static integer is at least 0.
    pub(crate) fn nonnegative(&self, d: &Dim) -> crate::dim::Truth {
        d.nonnegative(&|s| self.sizes.get(s.0 as usize).map_or(0, |i| i.lower))
    }

    /// Runs something whose diagnostics and nodes are thrown away.
    pub(crate) fn probe<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.muted += 1;
        let (scopes, calls) = (self.context().scopes.clone(), self.calls.clone());
        let (contexts, not_plain, guards) = (self.contexts.len(), self.not_plain, self.guards.len());
        self.push_frame("probe");
        let depth = self.frames.len();
        let out = f(self);
        self.frames.truncate(depth - 1);
        self.contexts.truncate(contexts);
        self.context().scopes = scopes;
        self.calls = calls;
        self.not_plain = not_plain;
        self.guards.truncate(guards);
        self.muted -= 1;
        out
    }
}

/// A mistake with a call as its primary place, and what was that as another.
fn at_the_call(mut d: Diagnostic, span: Span, call: Span, sentence: &str) -> Diagnostic {
    for l in &mut d.labels {
        l.primary = false;
        if l.span == span && l.text.is_empty() {
            l.text = "here".into();
        }
    }
    d.labels.retain(|l| l.span != call);
    d.labels.insert(0, Label { span: call, text: sentence.into(), primary: true });
    d
}

/// A text on one line, cut after 60 characters. Of a long text no more than that is looked at.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let mut out = String::new();
    for word in text.split_whitespace() {
        let space = if out.is_empty() { "" } else { " " };
        out.push_str(space);
        out.extend(word.chars().take(MOST + 1));
        if out.chars().count() > MOST {
            return out.chars().take(MOST - 3).chain("...".chars()).collect();
        }
    }
    out
}
