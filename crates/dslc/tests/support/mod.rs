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
    /// Where data is read; the folder of the examples if nothing is said.
    pub(crate) root: Option<PathBuf>,
    /// What `trace` shows and, where a test puts it there too, what is printed.
    pub(crate) seen: RefCell<String>,
}

/// The folder of the examples.
pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

impl Host for Examples {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.root.clone().unwrap_or_else(examples).join(path)).map_err(|e| e.to_string())
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
    fn trace(&self, line: &str) {
        *self.seen.borrow_mut() += &format!("{line}\n");
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

/// What a check gives, in a style.
pub(crate) fn said(name: &str, text: &str, style: Style) -> String {
    let host = Examples::default();
    let mut session = Session::new(&host);
    let (_, diagnostics) = session.check(name, text);
    let all: Vec<String> = diagnostics
        .iter()
        .map(|d| render(session.sources(), d, style, false).trim_end().to_string())
        .collect();
    let between = if style == Style::Human { "\n\n" } else { "\n" };
    if all.is_empty() { String::new() } else { all.join(between) + "\n" }
}

/// The codes that a check gives, each with the byte where it stands.
pub(crate) fn places(name: &str, text: &str) -> Vec<(&'static str, i64)> {
    let found = Session::new(&Examples::default()).check(name, text).1;
    found.iter().filter_map(|d| Some((d.code, i64::from(d.span()?.start)))).collect()
}

/// For each diagnostic with edits in the program itself: its code, the program with them, and the byte at which the
/// diagnostic would stand in that.
pub(crate) fn edited(name: &str, text: &str) -> Vec<(&'static str, i64, String)> {
    let host = Examples::default();
    let mut session = Session::new(&host);
    let (_, diagnostics) = session.check(name, text);
    let own = |d: &dslc::Diagnostic| {
        !d.edits.is_empty() && d.edits.iter().all(|e| session.sources().file(e.span.file).name == name)
    };
    let mended = |d: &dslc::Diagnostic| {
        let mut out = text.to_string();
        let mut edits: Vec<_> = d.edits.iter().collect();
        edits.sort_by_key(|e| std::cmp::Reverse(e.span.start));
        for e in edits {
            out.replace_range(e.span.start as usize..e.span.end as usize, &e.text);
        }
        let start = d.span().map_or(0, |s| s.start);
        let grown = d.edits.iter().filter(|e| e.span.end <= start && e.span.start < start);
        let shift: i64 = grown.map(|e| e.text.len() as i64 - i64::from(e.span.end - e.span.start)).sum();
        (d.code, i64::from(start) + shift, out)
    };
    diagnostics.iter().filter(|d| own(d)).map(mended).collect()
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

/// What a run with its tests gives: the diagnostics of the check, what is printed and shown, what stops it or fails. The
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
    let mut print = |line: &str| host.trace(line);
    let result = session.run(ready, Part::Tests, &Arc::default(), &mut print);
    out += &host.seen.borrow();
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

/// The functions that the rewriting of contractions changes: as written, then rewritten. Places are left out.
pub(crate) fn rewritten(name: &str, text: &str) -> String {
    let functions = |rewrite: bool| -> Vec<String> {
        let mut session = Session::new(&NoFiles).rewrite(rewrite);
        let Some(ir) = session.emit(name, text, Stage::Ir, dslc::passes().last()).0 else {
            return vec![checked(name, text).0];
        };
        let bare = |line: &str| match line.rsplit_once(" !") {
            Some((rest, site)) if site.parse::<u32>().is_ok() => format!("{rest}\n"),
            _ => format!("{line}\n"),
        };
        ir.split_inclusive("\n}\n").map(|f| f.lines().map(bare).collect()).collect()
    };
    let pairs = functions(false).into_iter().zip(functions(true)).filter(|(x, y)| x != y);
    pairs.map(|(x, y)| format!("{x}rewritten\n{y}")).collect()
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
