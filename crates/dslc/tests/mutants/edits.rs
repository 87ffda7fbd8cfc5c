//! What people leave behind while they type: every program cut off anywhere, with a token missing, with a token twice.
//! Each is checked, and is accepted or rejected with an error that has its place.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dslc::{Session, Severity};

use crate::mutate::tokens;
use crate::{Data, root, sound};

/// What is wrong with how a text is checked.
fn checked(text: &str) -> Result<(), String> {
    let mut session = Session::new(Data);
    let (ready, diagnostics) = session.check("edited.dsl", text);
    diagnostics.iter().try_for_each(|d| sound(&session, d))?;
    let rejected = diagnostics.iter().any(|d| d.severity == Severity::Error);
    if ready.is_none() == rejected { Ok(()) } else { Err(format!("rejected: {rejected}, {diagnostics:?}")) }
}

/// Checks texts on two threads with the stack that Rust gives them.
fn hold(texts: &[String]) {
    let half = texts.len().div_ceil(2);
    let wrong = |texts: &[String]| -> Vec<String> {
        let judge = |t: &String| {
            let found = catch_unwind(AssertUnwindSafe(|| checked(t)));
            found.unwrap_or_else(|_| Err("panics".into())).err().map(|why| format!("{why}:\n{t}"))
        };
        texts.iter().filter_map(judge).collect()
    };
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = texts.chunks(half).map(|part| scope.spawn(move || wrong(part))).collect();
        all.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        texts.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
}

/// The programs of the folder of examples.
fn examples() -> Vec<String> {
    let files = std::fs::read_dir(root().join("examples")).unwrap().map(|e| e.unwrap().path());
    let mut files: Vec<_> = files.filter(|p| p.extension().is_some_and(|e| e == "dsl")).collect();
    files.sort();
    files.into_iter().map(|p| std::fs::read_to_string(p).unwrap()).collect()
}

#[test]
fn every_prefix_of_every_example_is_checked() {
    let cuts = |t: &String| -> Vec<String> { t.char_indices().map(|(at, _)| t[..at].to_string()).collect() };
    let texts: Vec<String> = examples().iter().flat_map(cuts).collect();
    assert!(texts.len() > 1_000, "{}", texts.len());
    hold(&texts);
}

#[test]
fn programs_are_cut_between_tokens() {
    // Of the many programs of the suites every fifth is enough.
    let cuts = |t: &String| -> Vec<String> {
        let tokens = tokens(t);
        (0..tokens.len()).map(|n| tokens[..n].concat()).collect()
    };
    let texts: Vec<String> =
        xtask::programs::all(&root()).unwrap().iter().step_by(5).flat_map(cuts).collect();
    assert!(texts.len() > 1_000, "{}", texts.len());
    hold(&texts);
}

#[test]
fn tokens_are_left_out_and_doubled() {
    let edits = |t: &String| -> Vec<String> {
        let tokens = tokens(t);
        let words =
            (0..tokens.len()).filter(|&k| !tokens[k].trim().is_empty() && !tokens[k].starts_with("//"));
        words
            .flat_map(|k| {
                [0, 2].map(|n| [&tokens[..k], &vec![tokens[k]; n], &tokens[k + 1..]].concat().concat())
            })
            .collect()
    };
    let texts: Vec<String> = examples().iter().flat_map(edits).collect();
    assert!(texts.len() > 1_000, "{}", texts.len());
    hold(&texts);
}
