//! Kinks that derivatives meet while a program runs: counted by place, told as warnings or as an error.

use std::cell::RefCell;
use std::collections::BTreeMap;

use dslc_base::{Diagnostic, Span};
use dslc_ir::Site;
use dslc_runtime::value::Value;

/// What becomes of kinks: points where a derivative is one of several that the program could have meant.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Kinks {
    /// Nothing is looked for; this costs nothing.
    #[default]
    Ignore,
    /// They are counted by place and told when the run ends.
    Warn,
    /// The first statement that meets one stops the program, and so does a call from the host.
    Error,
}

/// How often each place has met a kink.
#[derive(Default)]
pub(crate) struct Tally(RefCell<BTreeMap<(Span, String), u64>>);

impl Tally {
    /// Counts the truths that a derivative has shown at a site.
    pub(crate) fn add(&self, site: &Site, here: &Value) {
        let met = (0..here.len()).filter(|&k| here.get_bits(k) != 0).count() as u64;
        if met > 0 {
            *self.0.borrow_mut().entry((site.span, site.what.clone())).or_default() += met;
        }
    }

    /// The first place in the source as an error, if there is one.
    pub(crate) fn error(&self) -> Option<Diagnostic> {
        let met = self.0.borrow();
        let ((span, what), count) = met.iter().next()?;
        Some(Diagnostic::error("R1008", *span, message(what, *count)))
    }

    /// All places as warnings, in the order of the source.
    pub(crate) fn warnings(&self) -> Vec<Diagnostic> {
        let met = self.0.borrow();
        met.iter()
            .map(|((span, what), count)| Diagnostic::warning("W0713", *span, message(what, *count)))
            .collect()
    }
}

fn message(what: &str, count: u64) -> String {
    let times = if count == 1 { String::new() } else { format!(" {count} times") };
    format!("a derivative met a kink{times}: {what}")
}
