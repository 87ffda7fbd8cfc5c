//! A script that is kept alive: texts are checked and run one after the other, and functions are called from outside.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use dslc_base::{Diagnostic, Sources, Style, render};
use dslc_runtime::value::Value;
use dslc_sema::{Border, Front, Program};

use crate::backend::Engine;
use crate::settings::Settings;
use crate::stack::with_room;
use crate::{Halt, Outcome, host, run, stages};

/// Why a text was not taken.
#[derive(Debug)]
pub enum Refusal {
    /// Its mistakes, as data and as text for people.
    Rejected {
        /// What is said of it.
        diagnostics: Vec<Diagnostic>,
        /// The same, rendered.
        text: String,
    },
    /// It stopped while it ran.
    Stopped {
        /// Why.
        halt: Halt,
        /// The same, rendered.
        text: String,
    },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::Rejected { text, .. } | Refusal::Stopped { text, .. } => f.write_str(text.trim_end()),
        }
    }
}
impl std::error::Error for Refusal {}

/// A script that is kept alive.
pub struct Script<'h> {
    host: Rc<dyn host::Host + 'h>,
    front: Front<'h>,
    settings: Settings,
    values: Vec<Option<Value>>,
    interrupt: Arc<AtomicBool>,
}

impl std::fmt::Debug for Script<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Script").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl<'h> Script<'h> {
    pub(crate) fn new(host: Rc<dyn host::Host + 'h>, settings: Settings) -> Self {
        let front = Front::new(Rc::new(host::Checking(host.clone())), settings.limits);
        Self { host, front, settings, values: Vec::new(), interrupt: Arc::default() }
    }

    /// The same with a flag of the host's to stop what runs.
    pub fn with_interrupt(self, interrupt: Arc<AtomicBool>) -> Self {
        Self { interrupt, ..self }
    }

    /// The flag that stops what runs, to be set from another thread. The next text clears it.
    pub fn interrupt(&self) -> &Arc<AtomicBool> {
        &self.interrupt
    }

    /// The sources read so far, to render diagnostics with.
    pub fn sources(&self) -> &Sources {
        self.front.sources()
    }

    /// The names that are defined, with what they are, in order.
    pub fn names(&self) -> Vec<(String, String)> {
        self.front.names()
    }

    /// The type of an expression, as people write it; of a model the tree of its parameters.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub fn type_of(&mut self, expr: &str) -> Result<String, Refusal> {
        let found = with_room(|| self.front.type_of(expr));
        found.map_err(|diagnostics| self.rejected(diagnostics))
    }

    /// What computes an expression, after the clean-up passes, as text.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub fn ir(&mut self, expr: &str) -> Result<String, Refusal> {
        Ok(dslc_ir::print::module(&self.entry(expr, &[])?.program.module))
    }

    /// Checks and runs a text as the next lines of the script; what it prints goes to `out`. Names may be defined
    /// anew. Gives how its tests went, which run at once, and the warnings.
    ///
    /// # Errors
    /// A text with a mistake defines nothing. One that stops while it runs has defined its names; those that it did
    /// not compute have no value, and a later use of them says so.
    pub fn feed(
        &mut self,
        name: &str,
        text: &str,
        out: &mut dyn FnMut(&str),
    ) -> Result<(Outcome, Vec<Diagnostic>), Refusal> {
        with_room(|| self.feed_here(name, text, out))
    }

    fn feed_here(
        &mut self,
        name: &str,
        text: &str,
        out: &mut dyn FnMut(&str),
    ) -> Result<(Outcome, Vec<Diagnostic>), Refusal> {
        self.interrupt.store(false, std::sync::atomic::Ordering::Relaxed);
        let (program, diagnostics) = self.front.line(name, text);
        let Some(mut program) = program else { return Err(self.rejected(diagnostics)) };
        let written = match stages::ready(&mut program, &self.settings) {
            Ok(written) => written,
            Err(d) => return Err(self.rejected(vec![*d])),
        };
        let engine =
            Engine::new(&program, self.settings, &*self.host, &self.interrupt).with_written(written.as_ref());
        let watch = |_: &_| -> Box<dyn std::any::Any> { Box::new(()) };
        let mut machine = run::Machine::new(engine, &*self.host, &mut self.values, out, &watch);
        let outcome = machine.part(crate::Part::Tests);
        let warnings = machine.warnings();
        let said = diagnostics.into_iter().chain(warnings).collect();
        outcome.map(|o| (o, said)).map_err(|halt| self.stopped(halt))
    }

    /// The function that an expression means, compiled for arguments of these types.
    pub(crate) fn entry(&mut self, expr: &str, args: &[Border]) -> Result<Specialised, Refusal> {
        with_room(|| self.entry_here(expr, args))
    }

    fn entry_here(&mut self, expr: &str, args: &[Border]) -> Result<Specialised, Refusal> {
        let entry = self.front.entry(expr, args).map_err(|d| self.rejected(d))?;
        let slots = args.iter().flat_map(Border::leaves).cloned().collect();
        let mut program = Program { module: entry.module, slots, ..Program::default() };
        let span = self.front.sources().iter().last().map(|(id, _)| dslc_base::Span::new(id, 0, 0));
        let Some(span) = span else { return Err(self.stopped(Halt::Bug("a call has no text".into()))) };
        let compute = dslc_sema::Compute { func: entry.func, inputs: Vec::new(), outputs: Vec::new(), span };
        program.steps.push(dslc_sema::Step::Compute(compute));
        let written = match stages::ready(&mut program, &self.settings) {
            Ok(written) => written,
            Err(d) => return Err(self.rejected(vec![*d])),
        };
        let mut captures = Vec::new();
        for slot in &entry.captures {
            match self.values.get(*slot as usize).and_then(Option::as_ref) {
                Some(v) => captures.push(v.clone()),
                None => return Err(self.stopped(run::not_computed())),
            }
        }
        let func = program.computes()[0].func;
        Ok(Specialised { program, written, func, captures, result: entry.result })
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
    }

    pub(crate) fn rejected(&self, diagnostics: Vec<Diagnostic>) -> Refusal {
        let text = self.text(&diagnostics);
        Refusal::Rejected { diagnostics, text }
    }

    pub(crate) fn stopped(&self, halt: Halt) -> Refusal {
        let text = match &halt {
            Halt::Failure(d) | Halt::File(d) | Halt::Limit(d) => self.text(std::slice::from_ref(d)),
            Halt::Interrupted => "interrupted".into(),
            Halt::Bug(why) => format!("dslc has a bug: {why}"),
        };
        Refusal::Stopped { halt, text }
    }

    fn text(&self, diagnostics: &[Diagnostic]) -> String {
        diagnostics.iter().map(|d| render(self.sources(), d, Style::Human, false)).collect()
    }
}

/// A function for arguments of one type.
pub(crate) struct Specialised {
    pub(crate) program: Program,
    /// The same before the clean-up passes, if it may be asked where a NaN comes from.
    pub(crate) written: Option<Program>,
    pub(crate) func: dslc_ir::FuncId,
    pub(crate) captures: Vec<Value>,
    pub(crate) result: Border,
}
