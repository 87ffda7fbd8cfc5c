//! What it takes to get from text to code: checking by the length of a program, and the share of the rewriting.
//!
//! `cargo bench -p dslc --bench compile`. The least time of several rounds counts, so that other programs on the machine
//! move it little.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dslc::{Drawing, Host, Limits, NoFiles, Part, Session, Timings};

/// Reads beside the examples, and draws nothing.
struct Beside(PathBuf);

impl Host for Beside {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(path)).map_err(|e| e.to_string())
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

/// A program of so many lines: types, generic functions, statements and tests, ten lines a block.
fn long(lines: usize) -> String {
    let mut text = String::new();
    for k in 0..lines / 10 {
        let _ = write!(
            text,
            "type layer{k}<n> = {{w: f64[n, n], b: f64[n]}}
fn apply{k}[n](p: layer{k}<n>, x: f64[n]) -> f64[n] = tanh(p.w @ x + p.b)
fn loss{k}[n](p: layer{k}<n>, x: f64[n], y: f64[n]) -> f64 {{
  let e = apply{k}(p, x) - y
  sum(e[i]^2 for i) / 2
}}
let x{k}: f64[3] = normal(key({k}))
let p{k}: layer{k}<3> = {{w: eye, b: x{k}}}
print(loss{k}(p{k}, x{k}, [1.0, 2, 3]))
assert(loss{k}(p{k}, x{k}, x{k}) >= 0)
"
        );
    }
    text
}

fn least(rounds: usize, mut round: impl FnMut() -> Duration) -> f64 {
    (0..rounds).map(|_| round()).min().unwrap().as_secs_f64() * 1e3
}

fn check_by_length() {
    println!("checking, by the length of the program");
    let mut first = None;
    for lines in [1_000, 10_000, 100_000] {
        let text = long(lines);
        let time = least(if lines > 10_000 { 3 } else { 10 }, || {
            let limits = Limits { nodes: usize::MAX, ..Limits::default() };
            let mut session = Session::new(NoFiles).limits(limits);
            let (ready, diagnostics) = session.check("long.dsl", &text);
            assert!(ready.is_some(), "{diagnostics:?}");
            session.timings().check
        });
        let each = time / lines as f64;
        let ratio = each / *first.get_or_insert(each);
        println!("{lines:8} lines {time:10.2} ms  a line costs {ratio:5.2} of what it costs in the first");
    }
}

/// What compiling a script takes: everything but the check, the run and the data.
fn compiling(text: &str, folder: &Path, rewrite: bool) -> Duration {
    let mut session = Session::new(Beside(folder.to_path_buf())).rewrite(rewrite);
    let (ready, diagnostics) = session.check("example.dsl", text);
    let ready = ready.unwrap_or_else(|| panic!("{diagnostics:?}"));
    session.run(ready, Part::Script, &Arc::default(), &mut |_| {}).unwrap();
    let Timings { grad, opt, lower, compile, .. } = session.timings();
    grad + opt + lower + compile
}

fn rewriting() {
    println!("compiling the examples, with contractions rewritten and as written");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for name in ["hello", "regression", "iris", "digits", "shortest", "rosenbrock"] {
        let text = std::fs::read_to_string(folder.join(name).with_extension("dsl")).unwrap();
        let (mut on, mut off) = (f64::INFINITY, f64::INFINITY);
        // In turns, so that both meet the same machine.
        for _ in 0..15 {
            on = on.min(least(1, || compiling(&text, &folder, true)));
            off = off.min(least(1, || compiling(&text, &folder, false)));
        }
        println!("{name:12} {on:8.2} ms  as written {off:8.2} ms  {:+5.1} %", (on / off - 1.0) * 100.0);
    }
}

fn main() {
    check_by_length();
    rewriting();
}
