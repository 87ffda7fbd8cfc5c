//! Every example runs, and what it claims holds: by the evaluator and by machine code, with the same bits.
#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dslc::{Backend, Drawing, Fp, Halt, Host, Part, Session, Style, render};

/// The files beside the examples; what is written or drawn is kept here.
struct Examples {
    root: PathBuf,
    drawn: RefCell<Vec<(String, Drawing)>>,
}

impl Host for Examples {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.root.join(path)).map_err(|e| e.to_string())
    }
    fn write(&self, path: &str, _: &[u8]) -> Result<(), String> {
        Err(format!("the example writes `{path}`"))
    }
    fn draw(&self, path: &str, drawing: &Drawing) -> Result<(), String> {
        self.drawn.borrow_mut().push((path.to_string(), drawing.clone()));
        Ok(())
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}

#[derive(PartialEq, Debug)]
struct Seen {
    lines: Vec<String>,
    passed: Vec<String>,
    drawn: Vec<(String, Drawing)>,
}

fn run(file: &Path, backend: Backend, fp: Fp) -> Seen {
    let root = file.parent().unwrap().to_path_buf();
    let host = Examples { root, drawn: RefCell::default() };
    let mut session = Session::new(&host).backend(backend).fp(fp);
    let text = std::fs::read_to_string(file).unwrap();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let (ready, diagnostics) = session.check(&name, &text);
    let shown: String =
        diagnostics.iter().map(|d| render(session.sources(), d, Style::Human, false)).collect();
    assert!(diagnostics.is_empty(), "{shown}");
    let mut lines = Vec::new();
    let outcome =
        session.run(ready.unwrap(), Part::Tests, &Arc::default(), &mut |l| lines.push(l.to_string()));
    let outcome = outcome.unwrap_or_else(|halt| match halt {
        Halt::Failure(d) | Halt::File(d) | Halt::Limit(d) => {
            panic!("{}", render(session.sources(), &d, Style::Human, false))
        }
        other => panic!("{name}: {other:?}"),
    });
    for (test, d) in &outcome.failed {
        panic!("{name}: \"{test}\": {}", render(session.sources(), d, Style::Human, false));
    }
    Seen { lines, passed: outcome.passed, drawn: host.drawn.take() }
}

#[test]
fn every_example_holds_what_it_claims() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "dsl"))
        .collect();
    files.sort();
    assert!(files.len() >= 4, "{files:?}");
    for file in &files {
        let eval = run(file, Backend::Eval, Fp::Exact);
        assert!(!eval.passed.is_empty(), "{} claims nothing", file.display());
        assert_eq!(eval, run(file, Backend::Cranelift, Fp::Exact), "{}", file.display());
        let default = run(file, Backend::Cranelift, Fp::Default);
        assert_eq!(eval.passed, default.passed, "{}", file.display());
    }
}
