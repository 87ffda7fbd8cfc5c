//! What the tests of whole programs share: the outcome of a program as text.
#![allow(dead_code)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dslc::{Backend, Drawing, Fp, Halt, Host, NoFiles, Part, Session, Stage, Style, render};

/// The files beside a program, by path. None can be written.
pub(crate) struct Given(pub(crate) BTreeMap<String, String>);

impl Host for Given {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).map(|t| t.clone().into_bytes()).ok_or(format!("there is no file `{path}`"))
    }
    fn write(&self, path: &str, _: &[u8]) -> Result<(), String> {
        Err(format!("`{path}` cannot be written"))
    }
    fn draw(&self, path: &str, _: &Drawing) -> Result<(), String> {
        Err(format!("`{path}` cannot be written"))
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}

/// The files beside the examples; what is drawn is kept here, and nothing is written.
#[derive(Default)]
pub(crate) struct Examples {
    pub(crate) drawn: RefCell<Vec<(String, Drawing)>>,
}

/// The folder of the examples.
pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

impl Host for Examples {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(examples().join(path)).map_err(|e| e.to_string())
    }
    fn write(&self, path: &str, _: &[u8]) -> Result<(), String> {
        Err(format!("`{path}` cannot be written"))
    }
    fn draw(&self, path: &str, drawing: &Drawing) -> Result<(), String> {
        self.drawn.borrow_mut().push((path.to_string(), drawing.clone()));
        Ok(())
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}

/// What a check gives: each diagnostic in a line, and whether the program may run.
pub(crate) fn checked(name: &str, text: &str) -> (String, bool) {
    let host = Examples::default();
    let mut session = Session::new(&host);
    let (ready, diagnostics) = session.check(name, text);
    let lines = diagnostics.iter().map(|d| render(session.sources(), d, Style::Short, false));
    (lines.collect(), ready.is_some())
}

/// The codes that a program gives: those of its check, and if it runs, that of what stops it.
pub(crate) fn all_codes(files: &Given, text: &str) -> Vec<&'static str> {
    let mut session = Session::new(files);
    let (ready, diagnostics) = session.check("t.dsl", text);
    let mut codes: Vec<&'static str> = diagnostics.iter().map(|d| d.code).collect();
    let Some(ready) = ready else { return codes };
    match session.run(ready, Part::Tests, &Arc::default(), &mut |_| {}) {
        Ok(outcome) => codes.extend(outcome.failed.iter().map(|f| f.1.code)),
        Err(Halt::Failure(d) | Halt::File(d) | Halt::Limit(d)) => codes.push(d.code),
        Err(other) => panic!("{other:?}\n{text}"),
    }
    codes
}

/// What a run with its tests gives: the diagnostics of the check, what is printed, what stops it or fails. The
/// evaluator and machine code give the same, to the bit.
pub(crate) fn ran(name: &str, text: &str) -> String {
    let eval = ran_on(Backend::Eval, name, text);
    let native = ran_on(Backend::Cranelift, name, text);
    assert_eq!(eval, native, "{name}: the evaluator and machine code differ on\n{text}");
    eval
}

fn ran_on(backend: Backend, name: &str, text: &str) -> String {
    let host = Examples::default();
    let mut session = Session::new(&host).backend(backend).fp(Fp::Exact);
    let (ready, diagnostics) = session.check(name, text);
    let short = |session: &Session<'_>, d| render(session.sources(), d, Style::Short, false);
    let mut out: String = diagnostics.iter().map(|d| short(&session, d)).collect();
    let Some(ready) = ready else { return out };
    let mut print = |line: &str| {
        out.push_str(line);
        out.push('\n');
    };
    let result = session.run(ready, Part::Tests, &Arc::default(), &mut print);
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

/// The intermediate representation of a program after all passes, or its diagnostics.
pub(crate) fn ir(name: &str, text: &str) -> String {
    let last = dslc::passes().last();
    match Session::new(&NoFiles).emit(name, text, Stage::Ir, last).0 {
        Some(ir) => ir,
        None => checked(name, text).0,
    }
}

/// The fenced blocks of a page: the words after the fence, the line of the fence, the text.
pub(crate) fn blocks(page: &str) -> Vec<(&str, usize, String)> {
    let mut out: Vec<(&str, usize, String)> = Vec::new();
    let mut open = false;
    for (k, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(word) if !open => {
                out.push((word.trim(), k + 1, String::new()));
                open = true;
            }
            Some(_) => open = false,
            None if open => {
                let text = &mut out.last_mut().expect("a block is open").2;
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    out
}
