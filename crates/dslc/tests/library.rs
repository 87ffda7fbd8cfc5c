//! The standard library as files of a user: every body is checked for all sizes and types.
#![allow(clippy::unwrap_used)]

use dslc::{NoFiles, Session, Style, library, render};

#[test]
fn every_module_checks_for_all_sizes() {
    let mut names = Vec::new();
    for (name, text) in library::modules() {
        let mut session = Session::new(&NoFiles);
        let (ready, diagnostics) = session.check(&format!("{name}.dsl"), text);
        let shown: String =
            diagnostics.iter().map(|d| render(session.sources(), d, Style::Human, false)).collect();
        assert!(ready.is_some() && diagnostics.is_empty(), "{shown}");
        names.push(name);
    }
    assert!(names.contains(&"prelude") && names.len() >= 4, "{names:?}");
}
