//! Programs with mistakes, thousands of them: nothing panics, whatever is rejected has a diagnostic with a code and a
//! place, and whatever runs gives the same on both backends.
//!
//! 20,000 are made from a fixed seed; `DSLC_MUTANTS` sets another number, and `DSLC_MUTANT` shows one by its number.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../support/clock.rs"]
mod clock;
mod edits;
mod mutate;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clock::{Clock, clocked};
use dslc::{Backend, Diagnostic, Drawing, Fp, Halt, Host, Limits, Part, Session, Severity, Style, render};
use testkit::Random;

const SEED: u64 = 20_240_229;

/// How long a program may run before it is interrupted.
const TURN: Duration = Duration::from_millis(100);

/// The stack of a worker; programs nest up to a limit that needs more than threads have by themselves.
const STACK: usize = 256 << 20;

/// Data of the examples; nothing is written.
struct Data;

impl Host for Data {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if !path.starts_with("data/") || path.contains("..") {
            return Err("there is no such file".into());
        }
        std::fs::read(root().join("examples").join(path)).map_err(|e| e.to_string())
    }
    fn write(&self, _: &str, _: &[u8]) -> Result<(), String> {
        Ok(())
    }
    fn draw(&self, _: &str, _: &Drawing) -> Result<(), String> {
        Ok(())
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Whether a program ran to its end on both backends, or what is wrong with how it was treated.
fn treat(text: &str, interrupt: &Arc<AtomicBool>, clock: &Clock) -> Result<bool, String> {
    let [eval, native] = [Backend::Eval, Backend::Cranelift].map(|b| ran(text, b, interrupt, clock));
    match (eval?, native?) {
        (Some(a), Some(b)) if a != b => Err(format!("the backends differ:\n{a}\n{b}")),
        (a, b) => Ok(a.is_some() && b.is_some()),
    }
}

/// What a program gives on a backend; nothing if it was stopped by a limit or by the clock.
fn ran(
    text: &str,
    backend: Backend,
    interrupt: &Arc<AtomicBool>,
    clock: &Clock,
) -> Result<Option<String>, String> {
    let limits = Limits { nodes: 100_000, ..Limits::default() };
    let mut session = Session::new(&Data).limits(limits).memory(64 << 20).backend(backend).fp(Fp::Exact);
    let (ready, diagnostics) = session.check("mutant.dsl", text);
    for d in &diagnostics {
        sound(&session, d)?;
    }
    let rejected = diagnostics.iter().any(|d| d.severity == Severity::Error);
    let Some(ready) = ready else {
        return if rejected { Ok(None) } else { Err("rejected without an error".into()) };
    };
    if rejected {
        return Err("accepted with an error".into());
    }
    let mut out = String::new();
    clock.start(interrupt);
    let result = session.run(ready, Part::Tests, interrupt, &mut |line| {
        out.push_str(line);
        out.push('\n');
    });
    clock.stop();
    match result {
        Ok(outcome) => {
            for (name, d) in &outcome.failed {
                sound(&session, d)?;
                out.push_str(&format!("{name}: {}", render(session.sources(), d, Style::Short, false)));
            }
            Ok(Some(out))
        }
        Err(Halt::Failure(d)) => {
            sound(&session, &d)?;
            Ok(Some(out + &render(session.sources(), &d, Style::Short, false)))
        }
        Err(Halt::File(d) | Halt::Limit(d)) => sound(&session, &d).map(|()| None),
        Err(Halt::Interrupted) => Ok(None),
        Err(Halt::Bug(why)) => Err(format!("a bug: {why}")),
    }
}

/// A diagnostic has a code and a place in its file, and can be shown in every style.
fn sound(session: &Session<'_>, d: &Diagnostic) -> Result<(), String> {
    let known =
        d.code.len() == 5 && d.code.starts_with(['E', 'L', 'R', 'W']) && dslc::explain(d.code).is_ok();
    if !known {
        return Err(format!("the code {:?} has no page", d.code));
    }
    if d.span().is_none() {
        return Err(format!("{} has no place: {}", d.code, d.message));
    }
    for span in d.labels.iter().map(|l| l.span).chain(d.edits.iter().map(|e| e.span)) {
        let inside = session.sources().get(span.file).is_some_and(|f| {
            span.start <= span.end && f.text.get(span.start as usize..span.end as usize).is_some()
        });
        if !inside {
            return Err(format!("{} has a place outside of its file: {span:?}", d.code));
        }
    }
    for style in [Style::Human, Style::Short, Style::Json] {
        let shown = render(session.sources(), d, style, false);
        if shown.is_empty() || shown.contains(|c: char| c.is_control() && c != '\n') {
            return Err(format!("{} is shown as {shown:?}", d.code));
        }
    }
    Ok(())
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

fn made(programs: &[String], k: usize) -> String {
    let mut random = Random(SEED.wrapping_add(k as u64).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let (a, b) = (random.below(programs.len()), random.below(programs.len()));
    mutate::mutant(&programs[a], &programs[b], &mut random)
}

/// What a worker has seen: what went wrong, how many ran, and which took longest.
#[derive(Default)]
struct Seen {
    wrong: Vec<String>,
    ran: usize,
    slowest: (Duration, usize),
}

/// Treats every mutant whose number a counter gives out.
fn work(programs: &[String], next: &AtomicUsize, count: usize) -> Seen {
    clocked(TURN, |clock| {
        let mut seen = Seen::default();
        let interrupt = Arc::default();
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            if k >= count {
                break;
            }
            let text = made(programs, k);
            let start = Instant::now();
            let treated = catch_unwind(AssertUnwindSafe(|| treat(&text, &interrupt, clock)));
            clock.stop();
            seen.slowest = seen.slowest.max((start.elapsed(), k));
            match treated {
                Ok(Ok(ran)) => seen.ran += usize::from(ran),
                Ok(Err(why)) => seen.wrong.push(format!("mutant {k}: {why}")),
                Err(panic) => {
                    let why = panic.downcast_ref::<String>().cloned();
                    let why = why.or(panic.downcast_ref::<&str>().map(|s| s.to_string()));
                    seen.wrong.push(format!("mutant {k} panics: {}", why.unwrap_or_default()));
                }
            }
        }
        seen
    })
}

#[test]
fn mutants_are_rejected_or_run() {
    let programs = xtask::programs::all(&root()).unwrap();
    assert!(programs.len() > 100, "{}", programs.len());
    let count = number("DSLC_MUTANTS").unwrap_or(20_000);
    let next = AtomicUsize::new(0);
    if let Some(k) = number("DSLC_MUTANT") {
        println!("{}", made(&programs, k));
        next.store(k, Ordering::Relaxed);
    }
    let count = number("DSLC_MUTANT").map_or(count, |k| k + 1);
    let worker = || {
        let thread = std::thread::Builder::new().stack_size(STACK);
        std::thread::scope(|s| {
            thread.spawn_scoped(s, || work(&programs, &next, count)).unwrap().join().unwrap()
        })
    };
    let results: Vec<_> = std::thread::scope(|s| {
        let all: Vec<_> = (0..2).map(|_| s.spawn(worker)).collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let ran: usize = results.iter().map(|r| r.ran).sum();
    println!("{ran} of {count} ran; the slowest: {:?}", results.iter().map(|r| r.slowest).max());
    let mut wrong: Vec<String> = results.into_iter().flat_map(|r| r.wrong).collect();
    wrong.sort();
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    // A good part must get as far as running, or the mutants are too wild to tell anything.
    assert!(count < 1_000 || ran > count / 20, "{ran} of {count} ran");
}
