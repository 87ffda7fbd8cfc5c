//! What is demanded of any bytes, stage by stage. A target calls one function; whatever panics, hangs or leaks here is a
//! bug.
//!
//! Work is bounded by limits, not by a clock, so that a finding is one on every machine.

use std::sync::Arc;

use dslc::{Backend, Diagnostic, Fp, Halt, Limits, NoFiles, Part, Session, Severity, Sources, Style, render};

/// How many rounds of loops a program may make on one backend.
const STEPS: u64 = 2_000;

/// How much memory a program may use.
const MEMORY: u64 = 16 << 20;

/// Far above what small inputs need, and so low that none takes long.
const LIMITS: Limits =
    Limits { nodes: 5_000, call_depth: 100, import_depth: 4, type_size: 2_000, rank: 16, diagnostics: 100 };

/// Tokens stand in order on the boundaries of characters.
pub fn lexed(bytes: &[u8]) {
    let Ok(text) = &dslc::decode(bytes) else { return };
    let mut sources = Sources::new();
    let file = sources.add("f.dsl", text);
    let (places, diagnostics) = dslc_syntax::places(file, text);
    let mut last = 0;
    for place in places {
        assert!(last <= place.start && text.get(place.clone()).is_some(), "{place:?} after {last}");
        last = place.end;
    }
    diagnostics.iter().for_each(|d| sound(&sources, d));
}

/// What parses can be printed, and whatever is wrong has its place.
pub fn parsed(bytes: &[u8]) {
    let Ok(text) = &dslc::decode(bytes) else { return };
    let mut sources = Sources::new();
    let file = sources.add("f.dsl", text);
    let (tree, diagnostics) = dslc_syntax::parse_file(file, text);
    let _ = dslc_syntax::print::file(&tree, true);
    diagnostics.iter().for_each(|d| sound(&sources, d));
}

/// A program is accepted without an error, or rejected with one.
pub fn checked(bytes: &[u8]) {
    let Ok(text) = &dslc::decode(bytes) else { return };
    let mut session = Session::new(NoFiles).limits(LIMITS);
    let (ready, diagnostics) = session.check("f.dsl", text);
    diagnostics.iter().for_each(|d| sound(session.sources(), d));
    let rejected = diagnostics.iter().any(|d| d.severity == Severity::Error);
    assert_eq!(ready.is_none(), rejected, "{diagnostics:?}");
}

/// A program that runs to its end on both backends gives the same, to the bit.
pub fn ran(bytes: &[u8]) {
    let Ok(text) = &dslc::decode(bytes) else { return };
    let Some(eval) = outcome(text, Backend::Eval) else { return };
    let Some(native) = outcome(text, Backend::Cranelift) else { return };
    assert_eq!(eval, native, "the backends differ");
}

/// What a program prints and how it fails; nothing if it is rejected or meets a limit.
fn outcome(text: &str, backend: Backend) -> Option<String> {
    let mut session = Session::new(NoFiles).limits(LIMITS).memory(MEMORY).steps(STEPS);
    session = session.backend(backend).fp(Fp::Exact);
    let ready = session.check("f.dsl", text).0?;
    let mut out = String::new();
    let result = session.run(ready, Part::Tests, &Arc::default(), &mut |line| {
        out.push_str(line);
        out.push('\n');
    });
    let mut failed = |d: &Diagnostic| {
        sound(session.sources(), d);
        out.push_str(&render(session.sources(), d, Style::Short, false));
    };
    match result {
        Ok(outcome) => outcome.failed.iter().for_each(|f| failed(&f.1)),
        Err(Halt::Failure(d)) => failed(&d),
        Err(Halt::File(d) | Halt::Limit(d)) => {
            sound(session.sources(), &d);
            return None;
        }
        Err(Halt::Interrupted) => panic!("interrupted, and nobody asked for it"),
        Err(Halt::Bug(why)) => panic!("{why}"),
    }
    Some(out)
}

/// A diagnostic has a code, points into its file, and can be shown.
fn sound(sources: &Sources, d: &Diagnostic) {
    assert!(d.code.len() == 5 && !d.message.is_empty(), "{d:?}");
    for span in d.labels.iter().map(|l| l.span).chain(d.edits.iter().map(|e| e.span)) {
        let text = &sources.file(span.file).text;
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{d:?} points outside");
    }
    for style in [Style::Human, Style::Short, Style::Json] {
        assert!(!render(sources, d, style, false).is_empty(), "{d:?} shows as nothing");
    }
}
