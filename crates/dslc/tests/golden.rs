//! The golden suite: programs in the folder `tests` of the repository, by stage, each with the text that it must give.
//! `cargo xtask bless` writes what is found into the files; read the difference before you commit it.
#![allow(clippy::unwrap_used)]

#[path = "golden/suite.rs"]
mod suite;
mod support;

use dslc::Style;
use suite::{each, hold};

/// Programs that run. What they compute they assert; what they print follows `===`.
#[test]
fn programs_run() {
    hold("run", |name, text, _| {
        let says = text.contains("assert(") || text.contains("assert_close(") || text.contains("print(");
        assert!(says, "{name}: a program that asserts and prints nothing cannot fail");
        support::ran(name, text)
    });
}

/// Programs that are rejected, or accepted with a warning, and what is said of them.
#[test]
fn mistakes_are_named() {
    hold("check", |name, text, full| {
        let found = support::said(name, text, if full { Style::Human } else { Style::Short });
        assert!(!found.is_empty(), "{name}: nothing is wrong here:\n{text}");
        found
    });
}

/// The edits of a diagnostic do what its help says: what they make of the program has that mistake no more.
#[test]
fn edits_mend_what_they_stand_beside() {
    let (mut mended, mut wrong) = (0, String::new());
    // A mistake of syntax would hide all others.
    let syntax = |places: &[(&str, i64)]| places.iter().filter(|p| p.0.starts_with("E01")).count();
    each("check", |name, text| {
        for (code, at, after) in support::edited(name, text) {
            let (before, left) = (support::places(name, text), support::places(name, &after));
            if left.contains(&(code, at)) || syntax(&left) > syntax(&before) {
                wrong.push_str(&format!(
                    "{name}: the edit for {code} leaves it as it was:\n{text}\n{after}\n"
                ));
            }
            mended += 1;
        }
    });
    assert!(wrong.is_empty(), "{wrong}");
    assert!(mended > 100, "{mended}");
}

/// What programs become: the intermediate representation after derivatives and clean-up.
#[test]
fn representations_are_kept() {
    hold("ir", |name, text, _| support::ir(name, text));
}

/// What the rewriting of contractions makes of them; nothing, where it must not.
#[test]
fn contractions_take_these_forms() {
    hold("rewrite", |name, text, _| support::rewritten(name, text));
}
