//! Runs of a program by each setting, and what must be the same.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use dslc::{Backend, Fp, Halt, Kinks, NoFiles, Part, Session, Severity, Style, render};

use crate::clock::Clock;

/// How long a program may run before it is interrupted.
pub(crate) const TURN: Duration = Duration::from_secs(2);

/// One way to run programs.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) backend: Backend,
    pub(crate) fp: Fp,
    pub(crate) rewrite: bool,
    /// How far its numbers may be from those of the first setting, as a share of the largest number nearby; 0 for no
    /// bit.
    pub(crate) within: f64,
}

/// Every way to run a program. The first is the meaning.
pub(crate) const SETTINGS: [Setting; 4] = [
    Setting { name: "the evaluator", backend: Backend::Eval, fp: Fp::Exact, rewrite: false, within: 0.0 },
    Setting { name: "machine code", backend: Backend::Cranelift, fp: Fp::Exact, rewrite: true, within: 0.0 },
    Setting { name: "kernels", backend: Backend::Cranelift, fp: Fp::Default, rewrite: true, within: 1e-9 },
    Setting {
        name: "nothing rewritten",
        backend: Backend::Cranelift,
        fp: Fp::Default,
        rewrite: false,
        within: 1e-9,
    },
];

/// What a program gives.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Outcome {
    /// What it printed, and what stopped it.
    Ran { printed: Vec<String>, stopped: Option<String> },
    /// It was stopped by a limit or by the clock.
    Limited,
}

/// What came of a check.
pub(crate) enum Checked {
    Rejected(String),
    /// What it gave, and its intermediate representation with derivatives.
    Ran(Outcome, String),
}

/// Checks and runs a program.
///
/// # Errors
/// What is a bug whatever the program.
pub(crate) fn run(text: &str, setting: &Setting, clock: &Clock) -> Result<Checked, String> {
    let mut session = Session::new(NoFiles).memory(64 << 20).backend(setting.backend);
    session = session.fp(setting.fp).rewrite(setting.rewrite);
    // To look for kinks changes no bit; some of the programs show it.
    if setting.backend == Backend::Cranelift && text.len().is_multiple_of(4) {
        session = session.kinks(Kinks::Warn);
    }
    let (ready, diagnostics) = session.check("random.dsl", text);
    let Some(ready) = ready else {
        let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
        let lines: String = errors.map(|d| render(session.sources(), d, Style::Short, false)).collect();
        return if lines.is_empty() {
            Err("rejected without an error".into())
        } else {
            Ok(Checked::Rejected(lines))
        };
    };
    let ir = ready.ir();
    let mut printed = Vec::new();
    let interrupt: Arc<AtomicBool> = Arc::default();
    clock.start(&interrupt);
    let ended = session.run(ready, Part::Script, &interrupt, &mut |l| printed.push(l.to_string()));
    clock.stop();
    let stopped = match ended {
        Ok(_) => None,
        Err(Halt::Failure(d)) => Some(render(session.sources(), &d, Style::Short, false)),
        Err(Halt::Limit(_) | Halt::Interrupted) => return Ok(Checked::Ran(Outcome::Limited, ir)),
        Err(Halt::File(d)) => return Err(format!("there are no files: {}", d.message)),
        Err(Halt::Bug(why)) => return Err(format!("{}: a bug: {why}", setting.name)),
    };
    // What is dropped in silence is a bug of the checker.
    let prints = text.lines().filter(|l| l.starts_with("print(")).count();
    if stopped.is_none() && printed.len() != prints {
        return Err(format!("{}: {} of {prints} lines were printed", setting.name, printed.len()));
    }
    Ok(Checked::Ran(Outcome::Ran { printed, stopped }, ir))
}

/// Whether an outcome is as far from what is meant as it may be.
pub(crate) fn agree(expected: &Outcome, found: &Outcome, within: f64) -> bool {
    let (Outcome::Ran { printed: x, stopped: s }, Outcome::Ran { printed: y, stopped: t }) =
        (expected, found)
    else {
        return true;
    };
    if within == 0.0 {
        return x == y && s == t;
    }
    s == t && x.len() == y.len() && x.iter().zip(y).all(|(x, y)| near(x, y, within))
}

/// Whether two printed values are the same but for rounding.
fn near(x: &str, y: &str, within: f64) -> bool {
    let words = |s: &str| -> Vec<String> {
        s.split(|c: char| c.is_whitespace() || "[](){},:".contains(c))
            .filter(|w| !w.is_empty())
            .map(str::to_string)
            .collect()
    };
    let (x, y) = (words(x), words(y));
    let number = |w: &String| w.parse::<f64>().ok();
    let scale = x.iter().filter_map(number).filter(|v| v.is_finite()).fold(1.0f64, |m, v| m.max(v.abs()));
    x.len() == y.len()
        && x.iter().zip(&y).all(|(a, b)| match (number(a), number(b)) {
            (Some(a), Some(b)) if a.is_finite() && b.is_finite() => (a - b).abs() <= within * scale,
            _ => a == b,
        })
}

/// Runs a program by every setting.
///
/// # Errors
/// What is wrong with that, as a sentence: settings that disagree, a bug, or text that does not read back.
pub(crate) fn compare(text: &str, clock: &Clock) -> Result<Checked, String> {
    let [meant, others @ ..] = &SETTINGS;
    let (outcome, ir) = match run(text, meant, clock)? {
        Checked::Ran(outcome, ir) => (outcome, ir),
        rejected => return Ok(rejected),
    };
    let read = dslc_ir::parse::module(&ir).map_err(|e| format!("the printed IR does not parse: {e}"))?;
    if dslc_ir::print::module(&read) != ir {
        return Err("the printed IR reads back as another".into());
    }
    for other in others {
        let Checked::Ran(found, _) = run(text, other, clock)? else {
            return Err(format!("{} rejects it", other.name));
        };
        if !agree(&outcome, &found, other.within) {
            return Err(format!("{}: {outcome:?}\n{}: {found:?}", meant.name, other.name));
        }
    }
    Ok(Checked::Ran(outcome, ir))
}

/// The same where a panic is an error too.
pub(crate) fn guarded(text: &str, clock: &Clock) -> Result<Checked, String> {
    let found = catch_unwind(AssertUnwindSafe(|| compare(text, clock)));
    clock.stop();
    found.unwrap_or_else(|panic| {
        let why = panic.downcast_ref::<String>().cloned();
        let why = why.or(panic.downcast_ref::<&str>().map(|s| s.to_string()));
        Err(format!("it panics: {}", why.unwrap_or_default()))
    })
}
