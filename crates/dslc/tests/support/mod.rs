//! What the tests of whole programs share: a host without files, and the outcome of a program as text.
#![allow(dead_code)]

use std::sync::atomic::AtomicBool;

use dslc::{Column, ElementKind, Halt, Host, Part, Session, Style, render};

/// A program has no files beside it here.
pub(crate) struct NoFiles;

impl Host for NoFiles {
    fn source(&self, path: &str) -> Result<String, String> {
        Err(format!("no file {path}"))
    }
    fn csv(&self, path: &str) -> Result<Vec<Column>, String> {
        Err(format!("no file {path}"))
    }
    fn npy(&self, path: &str) -> Result<(ElementKind, Vec<u64>), String> {
        Err(format!("no file {path}"))
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}

/// What a check gives: each diagnostic in a line, and whether the program may run.
pub(crate) fn checked(name: &str, text: &str) -> (String, bool) {
    let mut session = Session::new(&NoFiles);
    let (ready, diagnostics) = session.check(name, text);
    let lines = diagnostics.iter().map(|d| render(session.sources(), d, Style::Short, false));
    (lines.collect(), ready.is_some())
}

/// The codes of the diagnostics of a check.
pub(crate) fn codes(text: &str) -> Vec<&'static str> {
    Session::new(&NoFiles).check("t.dsl", text).1.iter().map(|d| d.code).collect()
}

/// What a run with its tests gives: the diagnostics of the check, what is printed, what stops it or fails.
pub(crate) fn ran(name: &str, text: &str) -> String {
    let mut session = Session::new(&NoFiles);
    let (ready, diagnostics) = session.check(name, text);
    let short = |session: &Session<'_>, d| render(session.sources(), d, Style::Short, false);
    let mut out: String = diagnostics.iter().map(|d| short(&session, d)).collect();
    let Some(ready) = ready else { return out };
    let mut print = |line: &str| {
        out.push_str(line);
        out.push('\n');
    };
    let result = session.run(&ready, Part::Tests, &AtomicBool::new(false), &mut print);
    match result {
        Ok(outcome) => {
            for (test, d) in &outcome.failed {
                out.push_str(&format!("test \"{test}\" failed: {}", short(&session, d)));
            }
        }
        Err(Halt::Failure(d)) => out.push_str(&short(&session, &d)),
        Err(other) => out.push_str(&format!("{other:?}\n")),
    }
    out
}

/// The intermediate representation of a program, or its diagnostics.
pub(crate) fn ir(name: &str, text: &str) -> String {
    match Session::new(&NoFiles).check(name, text).0 {
        Some(ready) => ready.ir(),
        None => checked(name, text).0,
    }
}
