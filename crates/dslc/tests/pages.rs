//! The page of each code tells the truth: its wrong program gives that code and nothing else, its right program nothing.
#![allow(clippy::unwrap_used)]

mod support;

use dslc::{PAGES, explain};
use support::{Given, blocks};

/// The one program of a page with this fence.
fn one<'p>(code: &str, blocks: &'p [(&str, usize, String)], fence: &str) -> &'p str {
    let mut found = blocks.iter().filter(|b| b.0 == fence);
    match (found.next(), found.next()) {
        (Some((_, _, program)), None) => program,
        _ => panic!("{code} needs one block `{fence}`"),
    }
}

#[test]
fn pages_tell_the_truth() {
    let mut wrong = String::new();
    for (code, page) in PAGES {
        assert!(page.starts_with(&format!("# {code}: ")), "{code} has no title");
        if page.contains("<!-- no-program: ") {
            assert!(!page.contains("```dsl"), "{code} has a program and says that it has none");
            continue;
        }
        let blocks = blocks(page);
        let module = |b: &(&str, usize, String)| {
            let name = b.0.strip_prefix("dsl module ").or_else(|| b.0.strip_prefix("file "))?;
            Some((name.to_string(), b.2.clone()))
        };
        let files = Given(blocks.iter().filter_map(module).collect());
        for (fence, expected) in [("dsl wrong", vec![*code]), ("dsl right", vec![])] {
            // Run-time codes come after a clean check.
            let found = support::all_codes(&files, one(code, &blocks, fence));
            if found != expected {
                wrong.push_str(&format!("\n{code}: `{fence}` gives {found:?}"));
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
