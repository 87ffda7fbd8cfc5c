//! The page of each code tells the truth: its wrong program gives that code and nothing else, its right program nothing.
#![allow(clippy::unwrap_used)]

mod support;

use dslc::{PAGES, explain};
use support::Given;

/// The blocks of a page whose fence says this, with the rest of the fence.
fn blocks<'p>(page: &'p str, fence: &str) -> Vec<(&'p str, &'p str)> {
    let start = format!("```dsl {fence}");
    let parts = page.split("\n```").filter_map(|p| format!("```{p}").starts_with(&start).then_some(p));
    parts
        .map(|p| p[start.len() - 3..].split_once('\n').unwrap())
        .map(|(rest, text)| (rest.trim(), text))
        .collect()
}

fn one<'p>(code: &str, page: &'p str, fence: &str) -> &'p str {
    match blocks(page, fence)[..] {
        [(_, program)] => program,
        _ => panic!("{code} needs one program that is {fence}"),
    }
}

#[test]
fn pages_tell_the_truth() {
    let mut wrong = String::new();
    for (code, page) in PAGES {
        assert!(page.starts_with(&format!("# {code}: ")), "{code} has no title");
        if page.contains("<!-- no-program: ") {
            assert!(blocks(page, "wrong").is_empty(), "{code} has a program and says that it has none");
            continue;
        }
        let modules = blocks(page, "module");
        let files = Given(modules.iter().map(|(n, t)| (n.to_string(), t.to_string())).collect());
        for (fence, expected) in [("wrong", vec![*code]), ("right", vec![])] {
            // Run-time codes come after a clean check.
            let found = support::all_codes(&files, one(code, page, fence));
            if found != expected {
                wrong.push_str(&format!("\n{code}: the {fence} program gives {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn an_unknown_code_has_a_nearest_one() {
    assert!(explain("e0301").is_ok_and(|page| page.starts_with("# E0301: ")));
    assert_eq!(explain("E0399").map_err(|near| &near[..3]), Err("E03"));
    assert_eq!(explain("W0299").map_err(|near| &near[..3]), Err("W02"));
    assert!(explain("").is_err() && explain("nonsense").is_err() && explain("\u{e9}").is_err());
}
