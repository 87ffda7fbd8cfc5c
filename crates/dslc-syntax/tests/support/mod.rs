//! What the tests of this crate share.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use dslc_base::Sources;
use dslc_syntax::{ast, parse_file};

/// A folder of the tests.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Names and texts of all programs, by name.
pub(crate) fn programs() -> Vec<(String, String)> {
    let mut all: Vec<_> = std::fs::read_dir(folder("programs"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(p).unwrap()))
        .collect();
    all.sort();
    all
}

/// The items, and the diagnostics as `line:column code message`. Checks what holds of every diagnostic.
pub(crate) fn parse(text: &str) -> (ast::File, Vec<String>) {
    let mut sources = Sources::new();
    let file = sources.add("t.dsl", text);
    let (items, diagnostics) = parse_file(file, text);
    assert!(diagnostics.len() <= dslc_syntax::MAX_DIAGNOSTICS);
    let shown = diagnostics.iter().map(|d| {
        let spans = d.labels.iter().map(|l| l.span).chain(d.edits.iter().map(|e| e.span));
        for span in spans {
            assert!(span.start <= span.end, "{d:?}");
            assert!(
                text.get(span.start as usize..span.end as usize).is_some(),
                "{d:?} points outside of the text"
            );
        }
        let (line, column) = sources.file(file).line_column(d.span().unwrap().start);
        format!("{line}:{column} {} {}", d.code, d.message)
    });
    (items, shown.collect())
}

/// The diagnostics of a text.
pub(crate) fn errors(text: &str) -> Vec<String> {
    parse(text).1
}

/// The text with every edit of its diagnostics made.
pub(crate) fn mended(text: &str) -> String {
    let (_, diagnostics) = parse_file(Sources::new().add("t.dsl", text), text);
    let mut edits: Vec<_> = diagnostics.into_iter().flat_map(|d| d.edits).collect();
    edits.sort_by_key(|e| e.span.start);
    let mut out = text.to_owned();
    for edit in edits.into_iter().rev() {
        out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    out
}

/// Runs on a thread with a stack of 2 MiB, the default of Rust.
pub(crate) fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}
