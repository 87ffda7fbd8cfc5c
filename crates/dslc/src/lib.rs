//! The library people embed. No algorithm lives here: it joins the stages.
//!
//! [`Session::check`] takes a file to a [`Program`]; [`Session::run`] runs its steps. What a program prints goes to
//! a sink that the caller gives, and files come from a [`Host`]: nothing here does IO.

mod run;
mod show;

use std::sync::atomic::AtomicBool;

use dslc_base::{Diagnostic, Sources};
pub use dslc_base::{Style, render};
pub use dslc_sema::{Column, ColumnKind, ElementKind, Host};
use dslc_sema::{Limits, Program, check};

/// One program and what belongs to it: its sources, its host, its limits.
pub struct Session<'h> {
    host: &'h dyn Host,
    sources: Sources,
    limits: Limits,
}

/// A program that was checked, differentiated and cleaned up, ready to run.
#[derive(Debug)]
pub struct Ready {
    program: Program,
}

/// Why a run ended early.
#[derive(Debug)]
pub enum Halt {
    /// The program failed at a place.
    Failure(Box<Diagnostic>),
    /// A limit.
    Limit(String),
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

impl<'h> Session<'h> {
    /// A session with the usual limits.
    pub fn new(host: &'h dyn Host) -> Self {
        Self { host, sources: Sources::new(), limits: Limits::default() }
    }

    /// The sources read so far, to render diagnostics with.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Checks a file. The program is there if nothing rejects it; warnings may stand beside it.
    pub fn check(&mut self, name: &str, text: &str) -> (Option<Ready>, Vec<Diagnostic>) {
        let (program, mut diagnostics) = check(self.host, &mut self.sources, name, text, self.limits);
        let Some(mut program) = program else { return (None, diagnostics) };
        match run::prepare(&mut program) {
            Ok(()) => (Some(Ready { program }), diagnostics),
            Err(d) => {
                diagnostics.push(*d);
                (None, diagnostics)
            }
        }
    }

    /// Runs a program; what it prints goes to `out`, a line at a time.
    ///
    /// # Errors
    /// A failure of the program, a limit, an interrupt, or a bug of ours.
    pub fn run(
        &self,
        ready: &Ready,
        part: Part,
        interrupt: &AtomicBool,
        out: &mut dyn FnMut(&str),
    ) -> Result<Outcome, Halt> {
        run::run(&ready.program, part, interrupt, out)
    }
}

/// How the tests of a program went.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The names of tests that passed.
    pub passed: Vec<String>,
    /// The names of tests that failed, and why.
    pub failed: Vec<(String, Diagnostic)>,
}

impl Ready {
    /// The intermediate representation as text.
    pub fn ir(&self) -> String {
        dslc_ir::print::module(&self.program.module)
    }
}

pub use dslc_syntax::{LIMITS, MAX_SOURCE, NotText, decode};

/// The syntax tree of a text, as far as it parses, as text.
pub fn ast(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add(name, text);
    dslc_syntax::print::file(&dslc_syntax::parse_file(file, text).0, false)
}
