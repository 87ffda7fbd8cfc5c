//! The command line: files in, lines and exit codes out. The only crate that prints, reads files or exits.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod explain;
mod files;
mod limits;
mod options;
mod plot;
mod progress;
mod repl;
mod sparsity;

use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Parser;
use dslc::{Diagnostic, Halt, Part, Session, render};

use crate::files::Files;
use crate::options::{Cli, Command, File, Shown};

/// Exit codes, as documented.
mod code {
    pub(crate) const REJECTED: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const FAILED: u8 = 3;
    pub(crate) const FILE: u8 = 4;
    pub(crate) const LIMIT: u8 = 5;
    pub(crate) const BUG: u8 = 70;
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// How long after an interrupt the program may go on.
const PATIENCE: Duration = Duration::from_millis(150);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().map(|w| w.to_string_lossy().into_owned()).collect();
    let hostile = words.iter().any(|w| w.contains(char::is_control));
    let cli = match Cli::try_parse_from(options::reordered(words)) {
        Ok(cli) => cli,
        Err(e) => {
            if hostile {
                tell(&e.render().to_string());
            } else {
                let _ = e.print();
            }
            return ExitCode::from(if e.use_stderr() { code::USAGE } else { 0 });
        }
    };
    match std::panic::catch_unwind(|| work(&cli.command)) {
        Ok(code) => ExitCode::from(code),
        Err(_) => {
            tell("dslc has a bug: please report the program and this message");
            ExitCode::from(code::BUG)
        }
    }
}

fn work(command: &Command) -> u8 {
    let file = match command {
        Command::Explain(what) => return explain::explain(what),
        Command::Repl(choices) => return repl::repl(choices),
        Command::Run(file) | Command::Check(file) | Command::Test(file) | Command::Emit { file, .. } => file,
    };
    let (text, args) = match text(&file.path).and_then(|t| Ok((t, file.arguments()?))) {
        Ok(found) => found,
        Err((code, why)) => {
            tell(&format!("error: {why}"));
            return code;
        }
    };
    let host = Files::beside(&file.path, args, file.choices.limits.memory());
    let bar = |p: &Arc<dslc::Progress>| -> Box<dyn std::any::Any> {
        let p = p.clone();
        Box::new(progress::Progress::watch(move || p.get()))
    };
    let session = file.choices.session(&host).watch(bar);
    let mut job = Job { session, file, color: use_color() };
    let code = match command {
        Command::Run(_) => job.run(&text, Part::Script),
        Command::Test(_) => job.run(&text, Part::Tests),
        Command::Check(_) | Command::Repl(_) | Command::Explain(_) => job.check(&text),
        Command::Emit { stage, after, .. } => job.emit(&text, *stage, after.as_deref()),
    };
    if file.timings {
        for (stage, time) in job.session.timings().stages() {
            tell(&format!("{stage}\t{}", time.as_micros()));
        }
    }
    code
}

fn use_color() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// The text of the program.
fn text(path: &str) -> Result<String, (u8, String)> {
    let bytes = read(path).map_err(|why| (code::FILE, format!("`{path}`: {why}")))?;
    dslc::decode(&bytes).map_err(|e| match e {
        dslc::NotText::TooLong(_) => {
            (code::LIMIT, format!("`{path}` has more than {} bytes", dslc::MAX_SOURCE))
        }
        dslc::NotText::Utf8 { offset, utf16 } => {
            let hint = if utf16 { "; it looks like UTF-16: save it as UTF-8" } else { "" };
            (code::REJECTED, format!("`{path}` is not UTF-8 at byte {offset}{hint}"))
        }
    })
}

/// One program and how it is treated.
struct Job<'h> {
    session: Session<'h>,
    file: &'h File,
    color: bool,
}

impl Job<'_> {
    fn name(&self) -> &str {
        if self.file.path == "-" { "<stdin>" } else { &self.file.path }
    }

    fn shown(&self, d: &Diagnostic) -> String {
        render(self.session.sources(), d, self.file.choices.message_format, self.color)
    }

    fn report(&self, d: &Diagnostic) {
        let _ = std::io::stderr().write_all(self.shown(d).as_bytes());
    }

    /// The exit code of a program that is rejected.
    fn rejected(diagnostics: &[Diagnostic]) -> u8 {
        let any = |f: fn(&str) -> bool| diagnostics.iter().any(|d| f(d.code));
        // A code that starts with L is a limit.
        if any(|c| c.starts_with('L') || dslc::LIMITS.contains(&c)) {
            code::LIMIT
        } else if any(|c| c == "E0806") {
            code::FILE
        } else {
            code::REJECTED
        }
    }

    fn check(&mut self, text: &str) -> u8 {
        let name = self.name().to_string();
        let (ready, diagnostics) = self.session.check(&name, text);
        diagnostics.iter().for_each(|d| self.report(d));
        if ready.is_some() { 0 } else { Self::rejected(&diagnostics) }
    }

    fn emit(&mut self, text: &str, stage: Shown, after: Option<&str>) -> u8 {
        let name = self.name().to_string();
        if let Some(pass) = after
            && !dslc::passes().any(|p| p == pass)
        {
            let passes: Vec<&str> = dslc::passes().collect();
            tell(&format!("error: there is no pass `{pass}`; the passes are {}", passes.join(", ")));
            return code::USAGE;
        }
        let Some(stage) = stage.of_library() else { return write_out(&dslc::ast(&name, text)) };
        let (text, diagnostics) = self.session.emit(&name, text, stage, after);
        diagnostics.iter().for_each(|d| self.report(d));
        match text {
            Some(text) => write_out(&text),
            None => Self::rejected(&diagnostics),
        }
    }

    fn run(&mut self, text: &str, part: Part) -> u8 {
        let name = self.name().to_string();
        let (ready, diagnostics) = self.session.check(&name, text);
        diagnostics.iter().for_each(|d| self.report(d));
        let Some(ready) = ready else { return Self::rejected(&diagnostics) };
        if let Err(why) = self.file.all_known(ready.args()) {
            tell(&format!("error: {why}"));
            return code::USAGE;
        }
        let interrupt = Arc::new(AtomicBool::new(false));
        let flag = interrupt.clone();
        let _ = ctrlc::set_handler(move || {
            flag.store(true, Ordering::Relaxed);
            // A reader that does not read may keep the program from looking at the flag.
            std::thread::sleep(PATIENCE);
            std::process::exit(code::INTERRUPTED.into());
        });
        // A program that nobody reads has no more to do.
        let mut unread = None;
        let result = self.session.run(ready, part, &interrupt, &mut |line| {
            if unread.is_none() {
                unread = write_line(line).err();
                if unread.is_some() {
                    interrupt.store(true, Ordering::Relaxed);
                }
            }
        });
        self.session.warnings().iter().for_each(|d| self.report(d));
        if let Some(code) = unread {
            return code;
        }
        match result {
            Ok(outcome) => {
                for (name, d) in &outcome.failed {
                    tell(&format!("test \"{name}\" failed"));
                    self.report(d);
                }
                if part == Part::Tests {
                    let line = format!("{} passed, {} failed", outcome.passed.len(), outcome.failed.len());
                    if let Err(code @ 1..) = write_line(&line) {
                        return code;
                    }
                }
                if outcome.failed.is_empty() { 0 } else { code::REJECTED }
            }
            Err(Halt::Failure(d)) => self.stopped(&d, code::FAILED),
            Err(Halt::File(d)) => self.stopped(&d, code::FILE),
            Err(Halt::Limit(d)) => self.stopped(&d, code::LIMIT),
            Err(Halt::Interrupted) => code::INTERRUPTED,
            Err(Halt::Bug(why)) => {
                tell(&format!("dslc has a bug: {why}"));
                code::BUG
            }
        }
    }

    fn stopped(&self, d: &Diagnostic, code: u8) -> u8 {
        self.report(d);
        code
    }
}

/// The bytes of a program, and one more than allowed if there are too many: standard input may have no end.
fn read(path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = dslc::MAX_SOURCE as u64 + 1;
    if path == "-" {
        std::io::stdin().take(most).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
        return Ok(bytes);
    }
    let about = std::fs::metadata(path).map_err(|e| e.to_string())?;
    if !about.is_file() {
        return Err("not a regular file".into());
    }
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    file.take(most).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

/// Writes a line to standard error. If that is closed there is nobody to tell.
/// Words of the command line may be in it; what would steer a terminal is escaped.
fn tell(text: &str) {
    let escaped: String = text
        .chars()
        .flat_map(|c| {
            let shown = if c.is_control() && !matches!(c, '\n' | '\t') {
                c.escape_default().collect()
            } else {
                vec![c]
            };
            shown.into_iter()
        })
        .collect();
    let _ = writeln!(std::io::stderr(), "{escaped}");
}

/// Writes a text, and gives the exit code.
fn write_out(text: &str) -> u8 {
    let mut out = std::io::stdout().lock();
    write_result(out.write_all(text.as_bytes()).and_then(|()| out.flush())).err().unwrap_or(0)
}

/// Writes a line.
///
/// # Errors
/// The exit code if nothing more can be written.
fn write_line(text: &str) -> Result<(), u8> {
    let mut out = std::io::stdout().lock();
    write_result(out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")))
}

/// A reader that has gone away is no mistake, anything else is a file error.
fn write_result(result: std::io::Result<()>) -> Result<(), u8> {
    result.map_err(|e| {
        if e.kind() == std::io::ErrorKind::BrokenPipe {
            return 0;
        }
        tell(&format!("error: standard output: {e}"));
        code::FILE
    })
}
