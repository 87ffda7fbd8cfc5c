//! Rust files: a module doc, a readable length, and no unsafe code but where it belongs.

use super::{File, Finding};
use crate::rust::{Kind, pieces};

/// From here on a file deserves a second look.
const LONG: usize = 500;
/// From here on its module doc must say why, by a sentence with these words.
const TOO_LONG: usize = 800;
const REASON: &str = "This file is long";

/// The crates that may hold unsafe code.
const UNSAFE: &[&str] = &["dslc-jit", "dslc-runtime"];

/// Checks one file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let mut out = Vec::new();
    if !file.text.starts_with("//!") {
        out.push(Finding::new(&file.path, Some(1), "the file does not start with a module doc, `//!`"));
    }
    let lines = file.text.lines().count();
    let mut doc = file.text.lines().take_while(|l| l.starts_with("//!"));
    if lines > TOO_LONG && !doc.any(|l| l.contains(REASON)) {
        let what = format!("{lines} lines: split it, or say why in the module doc (\"{REASON} because ..\")");
        out.push(Finding::new(&file.path, None, what));
    } else if lines > LONG {
        let what = format!("{lines} lines");
        out.push(Finding { warning: true, ..Finding::new(&file.path, None, what) });
    }
    if !file.krate().is_some_and(|k| UNSAFE.contains(&k)) {
        out.extend(unsafe_code(&file.text).into_iter().map(|line| {
            Finding::new(&file.path, Some(line), format!("unsafe code belongs in {}", UNSAFE.join(" and ")))
        }));
    }
    out
}

/// The lines on which the word `unsafe` stands as code.
fn unsafe_code(source: &str) -> Vec<usize> {
    let mut out = Vec::new();
    for piece in pieces(source).iter().filter(|p| p.kind == Kind::Code) {
        for (k, line) in piece.text.split('\n').enumerate() {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.any(|w| w == "unsafe") {
                out.push(piece.line + k);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), text: text.into() };
        check(&file).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_file_passes() {
        let text = "//! Doc.\n#![deny(unsafe_code)]\n// unsafe\nfn f() -> &'static str { \"unsafe\" }\n";
        assert_eq!(found("crates/dslc/src/a.rs", text), Vec::<String>::new());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let text = "fn f() {\n    unsafe { g() }\n}\n";
        assert_eq!(
            found("crates/dslc/src/a.rs", text),
            [
                "crates/dslc/src/a.rs:1: the file does not start with a module doc, `//!`",
                "crates/dslc/src/a.rs:2: unsafe code belongs in dslc-jit and dslc-runtime"
            ]
        );
        assert_eq!(found("crates/dslc-jit/src/a.rs", text).len(), 1);
    }

    #[test]
    fn long_files_need_a_reason() {
        let body = "fn f() {}\n".repeat(800);
        assert!(found("a.rs", &format!("//! Doc.\n{body}"))[0].contains("801 lines: split it"));
        assert!(
            found("a.rs", &format!("//! {REASON} because it is a table.\n{body}"))[0].contains("look again")
        );
        assert!(found("a.rs", &format!("//! Doc.\n{}", &body[..6000]))[0].contains("look again: 601 lines"));
    }
}
