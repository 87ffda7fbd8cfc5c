//! The checker as others see it: a file at once, or a front end that is kept alive.

use std::rc::Rc;

use dslc_base::{Diagnostic, Sources};
use dslc_syntax::ast::Expr;

use crate::check::Checker;
use crate::host::{Host, Limits};
use crate::program::{Border, Entry, Program};

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
        self.checker.rejected = self.checker.has_errors();
        self.checker.broken.extend(parsed.broken.iter().cloned());
        self.checker.defined_once(&parsed);
        self.checker.main(&parsed);
    }

    /// The diagnostics since the last time, as many as the limit allows.
    pub(crate) fn said(&mut self) -> Vec<Diagnostic> {
        // The next text starts without a mistake.
        self.checker.rejected = false;
        self.checker.broken.clear();
        self.checker.told.clear();
        let all = std::mem::take(&mut self.checker.diagnostics);
        crate::budget::foremost(all, self.checker.limits.diagnostics)
    }

    /// The function that an expression means, for arguments of these types: `loss`, `grad(loss, wrt: p)`,
    /// `|x| f(x, 3)`. It sees what the file sees.
    ///
    /// # Errors
    /// What is wrong with the expression, or with the function for these arguments.
    pub fn entry(&mut self, expr: &str, args: &[Border]) -> Result<Entry, Vec<Diagnostic>> {
        self.aside("<call>", expr, |checker, e| checker.entry(e, args))
    }

    /// Elaborates an expression beside the script, which it leaves as it was.
    fn aside<T>(
        &mut self,
        name: &str,
        expr: &str,
        f: impl FnOnce(&mut Checker<'h>, &Expr) -> Option<T>,
    ) -> Result<T, Vec<Diagnostic>> {
        let checker = &mut self.checker;
        checker.fresh_budget();
        let file = checker.sources.add(name, expr);
        let (parsed, diagnostics) = dslc_syntax::parse_expr(file, expr);
        checker.diagnostics.extend(diagnostics);
        let (steps, slots) = (checker.script.steps.len(), checker.script.slots.len());
        let found = parsed.filter(|_| !checker.has_errors()).and_then(|e| f(checker, &e));
        checker.script.steps.truncate(steps);
        checker.forget_slots(slots);
        checker.script.pending.clear();
        checker.seen.clear();
        let rejected = checker.has_errors();
        let said = self.said();
        found.filter(|_| !rejected).ok_or(said)
    }

    /// Checks a piece of text as the next lines of the file: names may be defined anew. Gives the steps that it adds,
    /// with all slots so far, or why it adds nothing; warnings may stand beside the steps.
    pub fn line(&mut self, name: &str, text: &str) -> (Option<Program>, Vec<Diagnostic>) {
        let checker = &mut self.checker;
        checker.fresh_budget();
        let file = checker.sources.add(name, text);
        let (parsed, diagnostics) = dslc_syntax::parse_file(file, text);
        checker.diagnostics.extend(diagnostics);
        if checker.has_errors() {
            return (None, self.said());
        }
        let before = checker.remember();
        checker.forget_names(&parsed);
        checker.main(&parsed);
        checker.seen.clear();
        if checker.has_errors() {
            checker.restore(before);
            return (None, self.said());
        }
        let mut piece = Program {
            slots: checker.script.slots.clone(),
            steps: std::mem::take(&mut checker.script.steps),
            tests: std::mem::take(&mut checker.script.tests),
            ..Program::default()
        };
        // What earlier texts have left behind is not looked at again.
        let roots: Vec<_> = piece.computes().iter().map(|c| c.func).collect();
        let (module, roots) = checker.module.part(&roots);
        piece.module = module;
        piece.replace(&roots);
        (Some(piece), self.said())
    }

    /// The names that the user's text defines, with what they are, in order.
    pub fn names(&self) -> Vec<(String, String)> {
        self.checker.defined_names()
    }

    /// The type of an expression, as people write it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn type_of(&mut self, expr: &str) -> Result<String, Vec<Diagnostic>> {
        self.aside("<type>", expr, |checker, e| Some(checker.type_shown(e)))
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
