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

/// Runs a program and its tests; its data lies in the folder `root`.
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

/// The programs of a folder below `examples`.
fn files_of(folder: &str, at_least: usize) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(examples().join(folder))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "dsl"))
        .collect();
    files.sort();
    assert!(files.len() >= at_least, "{files:?}");
    files
}

#[test]
fn every_example_holds_what_it_claims() {
    hold(&files_of("", 7));
}

#[test]
fn every_program_holds_what_it_claims() {
    hold(&files_of("programs", 10));
}

#[test]
fn every_program_of_the_gallery_holds_what_it_claims() {
    hold(&files_of("gallery", 7));
}

#[test]
fn every_problem_of_adbench_holds_what_it_claims() {
    hold(&files_of("adbench", 15));
}

/// What takes minutes on the evaluator.
const LONG: &[&str] = &["033.dsl"];

/// Every program asserts what it claims, and does the same on both backends in `exact`.
fn hold(files: &[PathBuf]) {
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.contains("assert"), "{} claims nothing", file.display());
        let root = file.parent().unwrap();
        let default = run_in(root, file, Backend::Cranelift, Fp::Default);
        if LONG.iter().any(|long| file.ends_with(long)) {
            continue;
        }
        let exact = run_in(root, file, Backend::Cranelift, Fp::Exact);
        assert_eq!(run_in(root, file, Backend::Eval, Fp::Exact), exact, "{}", file.display());
        assert_eq!(exact.passed, default.passed, "{}", file.display());
    }
}
