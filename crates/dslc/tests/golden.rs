//! The golden suite: programs in the folder `tests` of the repository, by stage, each with the text that it must give.
//! `cargo xtask bless` writes what is found into the files; read the difference before you commit it.
#![allow(clippy::unwrap_used)]

#[path = "golden/suite.rs"]
mod suite;
mod support;

use suite::hold;

/// Programs that run. What they compute they assert; what they print follows `===`.
#[test]
fn programs_run() {
    hold("run", |name, text| {
        let says = text.contains("assert(") || text.contains("assert_close(") || text.contains("print(");
        assert!(says, "{name}: a program that asserts and prints nothing cannot fail");
        support::ran(name, text)
    });
}

/// Programs that are rejected, or accepted with a warning, and what is said of them.
#[test]
fn mistakes_are_named() {
    hold("check", |name, text| {
        let (lines, _) = support::checked(name, text);
        assert!(!lines.is_empty(), "{name}: nothing is wrong here:\n{text}");
        lines
    });
}

/// What programs become: the intermediate representation after derivatives and clean-up.
#[test]
fn representations_are_kept() {
    hold("ir", support::ir);
}
