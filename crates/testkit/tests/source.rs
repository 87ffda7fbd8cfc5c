//! Programs are made of known constructs, and shrink to what matters.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use testkit::Random;
use testkit::source::{CONSTRUCTS, Programs, difference, program, smallest};

proptest! {
    #[test]
    fn every_construct_is_listed(p in Programs(program)) {
        for kind in p.census().keys() {
            prop_assert!(CONSTRUCTS.contains(kind), "{kind}");
        }
    }

    #[test]
    fn differences_have_five_lines(p in Programs(difference)) {
        let lines = p.text().lines().filter(|l| l.starts_with("print(")).count();
        prop_assert_eq!(lines, 5);
    }
}

#[test]
fn a_seed_is_the_program_again() {
    let text = |seed| program(&mut Random(seed)).text();
    assert_eq!(text(7), text(7));
    assert_ne!(text(7), text(8));
}

#[test]
fn a_program_shrinks_to_what_fails() {
    let fails = |text: &str| text.contains("argsort(");
    let large = (0..).map(|k| program(&mut Random(k))).find(|p| fails(&p.text()) && p.text().len() > 2_000);
    let large = large.unwrap();
    let before = large.text().len();
    let small = smallest(large, 4_000, |p| fails(&p.text())).text();
    assert!(fails(&small) && small.lines().count() <= 4 && small.len() * 8 < before, "{before}: {small}");
}

#[test]
fn a_tree_goes_back_to_what_failed_last() {
    let mut tree = Programs(program).new_tree(&mut TestRunner::deterministic()).unwrap();
    let first = tree.current().text();
    assert!(tree.simplify());
    assert_ne!(tree.current().text(), first);
    // Nothing else fails, so that every candidate is given up.
    while tree.complicate() {}
    assert_eq!(tree.current().text(), first);
}
