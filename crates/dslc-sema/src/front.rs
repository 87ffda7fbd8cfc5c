//! The checker as others see it: a file at once, or a front end that is kept alive.

use std::rc::Rc;

use dslc_base::{Diagnostic, Sources};

use crate::check::Checker;
use crate::host::{Host, Limits};
use crate::program::Program;

/// Checks a file. The program is there if nothing rejects it; warnings may stand beside it. The sources are those
/// that were read, to render diagnostics with.
pub fn check<'h>(
    host: Rc<dyn Host + 'h>,
    name: &str,
    text: &str,
    limits: Limits,
) -> (Option<Program>, Vec<Diagnostic>, Sources) {
    let mut front = Front::new(host, limits);
    front.load(name, text);
    front.checker.close_main();
    let rejected = front.checker.has_errors();
    let diagnostics = front.said();
    let (program, sources) = front.finish();
    ((!rejected).then_some(program), diagnostics, sources)
}

/// A front end that is kept alive: what it has checked stays known.
pub struct Front<'h> {
    pub(crate) checker: Checker<'h>,
}

impl<'h> Front<'h> {
    /// A front end that knows nothing yet.
    pub fn new(host: Rc<dyn Host + 'h>, limits: Limits) -> Self {
        let mut checker = Checker::new(host, limits);
        checker.open_main();
        Self { checker }
    }

    /// The sources that were read.
    pub fn sources(&self) -> &Sources {
        &self.checker.sources
    }

    /// Checks a file; gives what is said of it.
    pub fn file(&mut self, name: &str, text: &str) -> Vec<Diagnostic> {
        self.load(name, text);
        self.said()
    }

    fn load(&mut self, name: &str, text: &str) {
        let file = self.checker.sources.add(name, text);
        let (parsed, diagnostics) = dslc_syntax::parse_file(file, text);
        self.checker.diagnostics.extend(diagnostics);
        self.checker.main(&parsed);
    }

    /// The diagnostics since the last time, as many as the limit allows.
    fn said(&mut self) -> Vec<Diagnostic> {
        let mut all = std::mem::take(&mut self.checker.diagnostics);
        all.truncate(self.checker.limits.diagnostics);
        all
    }

    /// Ends: the program of everything that was checked.
    pub fn finish(mut self) -> (Program, Sources) {
        let script = std::mem::take(&mut self.checker.script);
        let program = Program {
            module: std::mem::take(&mut self.checker.module),
            slots: script.slots,
            steps: script.steps,
            tests: script.tests,
            args: script.args,
        };
        (program, std::mem::take(&mut self.checker.sources))
    }
}
