//! The library people embed. No algorithm lives here: it joins the stages.
//!
//! [`Session::check`] takes a file to a [`Ready`] program; [`Session::run`] runs its steps. What a program prints
//! goes to a sink that the caller gives, and files come from a [`Host`]: nothing here does IO.
//!
//! # A program inside a program
//!
//! Arguments are numbers, slices, arrays, tuples, and structs that [`record!`] makes records; they are lent, not copied.
//! A derivative is an expression like any other.
//!
//! ```
//! use dslc::{NoFiles, Session};
//! let text = "fn loss[n](w: f64[n], x: f64[n], y: f64) -> f64 = (dot(w, x) - y)^2";
//! let module = Session::new(NoFiles).compile("m.dsl", text)?;
//! let step = module.function::<(f64, Vec<f64>)>("value_and_grad(loss, wrt: w)");
//! // The residual is 3 - 1, and the gradient 2 * 2 * x.
//! assert_eq!(step.call(([1.0, 1.0], [1.0, 2.0], 1.0))?, (4.0, vec![4.0, 8.0]));
//! # Ok::<(), dslc::Refusal>(())
//! ```
//!
//! # Budgets
//!
//! What a program may use is bounded: memory ([`Session::memory`]), rounds of loops ([`Session::steps`]), what a check
//! may do ([`Session::limits`]), time by an interrupt that another thread sets ([`Module::interrupt`],
//! [`Script::interrupt`]). What meets a bound is an error; the session goes on.
//!
//! ```
//! use dslc::{Halt, NoFiles, Refusal, Session};
//! let text = "fn rounds(x: f64) -> f64 {
//!   let mut y = x
//!   while y > 0 { y += 1 }
//!   y
//! }";
//! let module = Session::new(NoFiles).memory(1 << 20).steps(1_000).compile("m.dsl", text)?;
//! let f = module.function::<f64>("rounds");
//! let Err(Refusal::Stopped { halt: Halt::Limit(d), .. }) = f.call((1.0,)) else { panic!("it never ends") };
//! assert_eq!(d.code, "L1008");
//! assert_eq!(f.call((-900.0,))?, -900.0);
//! # Ok::<(), dslc::Refusal>(())
//! ```
//!
//! # Threads
//!
//! A [`Session`] and what it makes belong to one thread, since its host may; several threads have several sessions. A
//! [`Prepared`] function, its values and its errors cross threads.

#[cfg(feature = "ndarray")]
mod arrays;
mod backend;
mod border;
mod call;
mod close;
mod cost;
mod data;
mod explain;
mod host;
mod kinks;
pub mod library;
mod record;
mod run;
mod script;
mod settings;
mod show;
mod sparsity;
mod stack;
mod stages;
mod trap;

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

pub use dslc_base::{Diagnostic, Severity, Sources, Style, render};
pub use dslc_opt::cost::Count;
pub use dslc_runtime::context::Progress;
pub use dslc_runtime::value::Value;
pub use dslc_runtime::view::{View, ViewMut};
pub use dslc_sema::{Border, Limits, PlotKind};
use dslc_sema::{Program, check};
pub use dslc_syntax::{LIMITS, MAX_SOURCE, NotText, decode};

#[cfg(feature = "ndarray")]
pub use crate::arrays::NotContiguous;
pub use crate::border::{
    Argument, Arguments, Complex, Fields, Record, Returned, Shaped, Size, Views, ViewsMut,
};
pub use crate::call::{Function, Module, Prepared};
pub use crate::cost::{Cost, Counts, Kept, Uncounted};
pub use crate::explain::{PAGES, explain};
pub use crate::host::{Drawing, Drawn, Host, NoFiles};
pub use crate::kinks::Kinks;
pub use crate::script::{Refusal, Script};
use crate::settings::Settings;
pub use crate::settings::{Backend, Fp, Stage, Timings};
pub use crate::sparsity::{Derivatives, Sparsity};
pub use dslc_grad::sparsity::{Class, Passes, Pattern};

/// One program and what belongs to it: its sources, its host, its settings.
pub struct Session<'h> {
    host: Rc<dyn Host + 'h>,
    sources: Sources,
    settings: Settings,
    timings: Timings,
    warnings: Vec<Diagnostic>,
    watch: Watch<'h>,
}

/// Called before each statement with the place where its loops tell how far they have come; what it gives is
/// dropped after the statement.
type Watch<'h> = Box<dyn Fn(&Arc<Progress>) -> Box<dyn Any> + 'h>;

/// A program that was checked and differentiated, ready to run.
#[derive(Debug)]
pub struct Ready {
    program: Program,
}

/// Why a run ended early.
#[derive(Debug)]
pub enum Halt {
    /// The program failed at a place.
    Failure(Box<Diagnostic>),
    /// A file could not be read or written, or is not what the check found.
    File(Box<Diagnostic>),
    /// A limit.
    Limit(Box<Diagnostic>),
    /// The interrupt flag was set.
    Interrupted,
    /// A bug of ours, with what is known of it.
    Bug(String),
}

/// Which part of a program runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The statements of the file.
    Script,
    /// The statements, then every test.
    Tests,
}

/// How the tests of a program went.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The names of tests that passed.
    pub passed: Vec<String>,
    /// The names of tests that failed, and why.
    pub failed: Vec<(String, Diagnostic)>,
}

impl<'h> Session<'h> {
    /// A session with the usual limits.
    pub fn new(host: impl Host + 'h) -> Self {
        Self {
            host: Rc::new(host),
            sources: Sources::new(),
            settings: Settings::default(),
            timings: Timings::default(),
            warnings: Vec::new(),
            watch: Box::new(|_| Box::new(())),
        }
    }

    /// The same with another way to run programs.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.settings.backend = backend;
        self
    }

    /// The same with another promise about floating point.
    pub fn fp(mut self, fp: Fp) -> Self {
        self.settings.fp = fp;
        self
    }

    /// The same with contractions rewritten or as written; see `docs/rewriting.md`.
    pub fn rewrite(mut self, rewrite: bool) -> Self {
        self.settings.rewrite = rewrite;
        self
    }

    /// The same with a limit on the bytes that a program may keep, and on those that a statement may use beside them.
    pub fn memory(mut self, bytes: u64) -> Self {
        self.settings.memory = bytes;
        self
    }

    /// The same with a limit on the bytes that the reverse derivative of each loop keeps of its trips. A loop that would keep
    /// more is differentiated in segments: it keeps its state at the start of each, and does a segment again before it
    /// goes back through it. First derivatives have the same bits, others up to rounding.
    pub fn residual_memory(mut self, bytes: u64) -> Self {
        self.settings.residual_memory = Some(bytes);
        self
    }

    /// The same where a Jacobian or Hessian of at least so many rows takes a pass for each colour of its rows if its pattern is
    /// sparse; of fewer, one for each row. It is 8 at first; `usize::MAX` is the dense way always. Elements are the same but
    /// for the sign of zeros, and up to rounding where passes go forward or use symmetry.
    pub fn coloured_from(mut self, rows: usize) -> Self {
        self.settings.coloured_from = rows;
        self
    }

    /// The same with a limit on the steps that a run, a text of a script, or a call may take. Each round of a loop is
    /// one; each backend counts some more of its own, always the same. Code that counts is a little slower.
    pub fn steps(mut self, steps: u64) -> Self {
        self.settings.steps = Some(steps);
        self
    }

    /// The same with kinks counted: points where a derivative is one of several that the program could have meant. A run
    /// leaves them in [`Session::warnings`], a script among the warnings of a text. A function that the host calls has no
    /// place for warnings: it heeds [`Kinks::Error`] only.
    ///
    /// ```
    /// use dslc::{Kinks, NoFiles, Refusal, Session};
    /// let module = Session::new(NoFiles).kinks(Kinks::Error).compile("m.dsl", "fn f(x: f64) -> f64 = abs(x)")?;
    /// let slope = module.function::<f64>("grad(f)");
    /// assert_eq!(slope.call((2.0,))?, 1.0);
    /// assert!(slope.call((0.0,)).is_err());
    /// # Ok::<(), Refusal>(())
    /// ```
    pub fn kinks(mut self, kinks: Kinks) -> Self {
        self.settings.kinks = kinks;
        self
    }

    /// The same, where a statement or a call stops the program if its result is not finite and an operation made it so: the first that made
    /// a NaN or an infinity is named, forward or reverse, with its operands. What is an infinity in an argument or as
    /// written is meant. It costs a look at each result, and a second run by the evaluator where one is not finite.
    ///
    /// ```
    /// use dslc::{Halt, NoFiles, Refusal, Session};
    /// let module = Session::new(NoFiles).trap_nan(true).compile("m.dsl", "fn f(x: f64) -> f64 = sqrt(x) + 1")?;
    /// let slope = module.function::<f64>("grad(f)");
    /// assert_eq!(slope.call((4.0,))?, 0.25);
    /// let Err(Refusal::Stopped { halt: Halt::Failure(d), .. }) = slope.call((0.0,)) else { panic!("the slope is infinite") };
    /// assert_eq!(d.code, "R1009");
    /// # Ok::<(), Refusal>(())
    /// ```
    pub fn trap_nan(mut self, trap: bool) -> Self {
        self.settings.trap_nan = trap;
        self
    }

    /// A script that is kept alive, with these settings: texts are fed to it one after the other.
    pub fn script(&self) -> Script<'h> {
        Script::new(self.host.clone(), self.settings)
    }

    /// Checks and runs a text, and gives its functions to call. What it prints is dropped.
    ///
    /// # Errors
    /// Its mistakes, or what stopped it.
    pub fn compile(&self, name: &str, text: &str) -> Result<Module<'h>, Refusal> {
        let mut script = self.script();
        script.feed(name, text, &mut |_| {})?;
        Ok(Module::new(script))
    }

    /// The same with other limits of what a check may do.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// The same with a function that is called before each statement with the place where its loops tell how far
    /// they have come; what it gives is dropped after the statement.
    pub fn watch(self, watch: impl Fn(&Arc<Progress>) -> Box<dyn Any> + 'h) -> Self {
        Self { watch: Box::new(watch), ..self }
    }

    /// The sources read so far, to render diagnostics with.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What the last run has to say beside its result, also if it ended early: the kinks that its derivatives met.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Where the time of this session went so far.
    pub fn timings(&self) -> Timings {
        self.timings
    }

    /// Checks a file. The program is there if nothing rejects it; warnings may stand beside it.
    pub fn check(&mut self, name: &str, text: &str) -> (Option<Ready>, Vec<Diagnostic>) {
        stack::with_room(|| self.check_here(name, text))
    }

    fn check_here(&mut self, name: &str, text: &str) -> (Option<Ready>, Vec<Diagnostic>) {
        let (program, mut diagnostics) = self.checked(name, text);
        let Some(mut program) = program else { return (None, diagnostics) };
        let start = Instant::now();
        let expanded = stages::expand(&mut program, &self.settings);
        self.timings.grad += start.elapsed();
        match expanded {
            Ok(()) => (Some(Ready { program }), diagnostics),
            Err(d) => {
                diagnostics.push(*d);
                (None, diagnostics)
            }
        }
    }

    fn checked(&mut self, name: &str, text: &str) -> (Option<Program>, Vec<Diagnostic>) {
        let start = Instant::now();
        let host = Rc::new(host::Checking(self.host.clone()));
        let (program, diagnostics, sources) = check(host, name, text, self.settings.limits);
        self.sources = sources;
        self.timings.check += start.elapsed();
        (program, diagnostics)
    }

    /// A stage of a program as text, up to the clean-up pass named `after` if one is.
    pub fn emit(
        &mut self,
        name: &str,
        text: &str,
        stage: Stage,
        after: Option<&str>,
    ) -> (Option<String>, Vec<Diagnostic>) {
        stack::with_room(|| self.emit_here(name, text, stage, after))
    }

    fn emit_here(
        &mut self,
        name: &str,
        text: &str,
        stage: Stage,
        after: Option<&str>,
    ) -> (Option<String>, Vec<Diagnostic>) {
        let (program, mut diagnostics) = self.checked(name, text);
        let Some(mut program) = program else { return (None, diagnostics) };
        match stages::emit(&mut program, &self.sources, stage, after, &self.settings) {
            Ok(text) => (Some(text), diagnostics),
            Err(d) => {
                diagnostics.push(*d);
                (None, diagnostics)
            }
        }
    }

    /// Runs a program; what it prints goes to `out`, a line at a time.
    ///
    /// # Errors
    /// A failure of the program, a file, a limit, an interrupt, or a bug of ours.
    pub fn run(
        &mut self,
        ready: Ready,
        part: Part,
        interrupt: &Arc<AtomicBool>,
        out: &mut dyn FnMut(&str),
    ) -> Result<Outcome, Halt> {
        stack::with_room(|| self.run_here(ready, part, interrupt, out))
    }

    fn run_here(
        &mut self,
        ready: Ready,
        part: Part,
        interrupt: &Arc<AtomicBool>,
        out: &mut dyn FnMut(&str),
    ) -> Result<Outcome, Halt> {
        let Ready { mut program } = ready;
        let written = self.settings.trap_nan.then(|| program.clone());
        let start = Instant::now();
        let cleaned = stages::clean(&mut program, None, &self.settings);
        self.timings.opt += start.elapsed();
        cleaned.map_err(Halt::Limit)?;
        let engine = backend::Engine::new(&program, self.settings, &*self.host, interrupt)
            .with_written(written.as_ref());
        let mut slots = Vec::new();
        let mut machine = run::Machine::new(engine, &*self.host, &mut slots, out, &*self.watch);
        let outcome = machine.part(part);
        self.warnings = machine.warnings();
        let spent = machine.timings();
        self.timings.lower += spent.lower;
        self.timings.compile += spent.compile;
        self.timings.run += spent.run;
        self.timings.data += spent.data;
        self.timings.compiled += spent.compiled;
        outcome
    }
}

impl Ready {
    /// The intermediate representation as text.
    pub fn ir(&self) -> String {
        dslc_ir::print::module(&self.program.module)
    }

    /// The names that the program asks `arg` for.
    pub fn args(&self) -> &[String] {
        &self.program.args
    }
}

/// The clean-up passes, in order.
pub fn passes() -> impl Iterator<Item = &'static str> {
    dslc_opt::pipeline::PASSES.iter().map(|p| p.0)
}

/// The names of the language itself.
pub fn names() -> impl Iterator<Item = &'static str> {
    dslc_sema::builtin_names()
}

/// What is known of a function of the language or of the library: `tanh`, `nn.dense`.
pub fn doc(name: &str) -> Option<String> {
    let primitive = || dslc_ir::prims::by_name(name).map(|p| p.0.doc.to_string());
    library::doc(name).or_else(primitive)
}

/// The syntax tree of a text, as far as it parses, as text.
pub fn ast(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add(name, text);
    stack::with_room(|| dslc_syntax::print::file(&dslc_syntax::parse_file(file, text).0, false))
}
