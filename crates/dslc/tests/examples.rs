//! Every example runs, and what it claims holds: by the evaluator and by machine code, with the same bits.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dslc::{Backend, Drawing, Fp, Halt, Part, Session, Style, render};
use support::{Examples, examples};

#[derive(PartialEq, Debug)]
struct Seen {
    lines: Vec<String>,
    passed: Vec<String>,
    drawn: Vec<(String, Drawing)>,
}

fn run(file: &Path, backend: Backend, fp: Fp) -> Seen {
    run_in(&examples(), file, backend, fp)
}

/// The same, where the program's data lies in this folder.
fn run_in(root: &Path, file: &Path, backend: Backend, fp: Fp) -> Seen {
    let host = Examples { root: Some(root.to_path_buf()), ..Examples::default() };
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
    if let Some((test, d)) = outcome.failed.first() {
        panic!("{name}: \"{test}\": {}", render(session.sources(), d, Style::Human, false));
    }
    Seen { lines, passed: outcome.passed, drawn: host.drawn.take() }
}

#[test]
fn every_example_holds_what_it_claims() {
    let mut files: Vec<PathBuf> = std::fs::read_dir(examples())
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "dsl"))
        .collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    for file in &files {
        let eval = run(file, Backend::Eval, Fp::Exact);
        assert!(!eval.passed.is_empty(), "{} claims nothing", file.display());
        assert_eq!(eval, run(file, Backend::Cranelift, Fp::Exact), "{}", file.display());
        let default = run(file, Backend::Cranelift, Fp::Default);
        assert_eq!(eval.passed, default.passed, "{}", file.display());
    }
}

/// The larger programs assert what they claim as they run.
#[test]
fn every_program_holds_what_it_claims() {
    let mut seen = 0;
    for folder in ["programs", "gallery"] {
        let root = examples().join(folder);
        let mut files: Vec<PathBuf> = std::fs::read_dir(&root)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| p.extension().is_some_and(|e| e == "dsl"))
            .collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.contains("assert"), "{} claims nothing", file.display());
            let found = run_in(&root, &file, Backend::Cranelift, Fp::Default);
            assert!(!found.lines.is_empty(), "{} prints nothing", file.display());
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen}");
}
