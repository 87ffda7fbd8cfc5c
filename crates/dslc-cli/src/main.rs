//! The command line: files in, lines and exit codes out. The only crate that prints, reads files or exits.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod files;

use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, Parser, Subcommand, ValueEnum};
use dslc::{Halt, Part, Session, Style, render};

use crate::files::Files;

/// A language for parametrised differentiable programs.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks a file and runs it.
    Run(File),
    /// Checks a file.
    Check(File),
    /// Runs the statements of a file, then its tests.
    Test(File),
    /// Shows a stage of the compiler.
    Emit {
        /// The stage.
        stage: Stage,
        #[command(flatten)]
        file: File,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Stage {
    /// The syntax tree.
    Ast,
    /// The intermediate representation, derivatives expanded.
    Ir,
}

#[derive(Args)]
struct File {
    /// The program; `-` reads standard input.
    path: String,
    /// How diagnostics are written: human, short or json.
    #[arg(long, default_value = "human")]
    message_format: Style,
}

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

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { code::USAGE } else { 0 });
        }
    };
    // Programs nest up to a limit that needs more room than a main thread may have.
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(move || work(&cli.command));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(_)) | Err(_) => {
            eprintln!("dslc has a bug: please report the program and this message");
            ExitCode::from(code::BUG)
        }
    }
}

fn work(command: &Command) -> u8 {
    let (Command::Run(file) | Command::Check(file) | Command::Test(file) | Command::Emit { file, .. }) =
        command;
    let text = match read(&file.path) {
        Ok(t) => t,
        Err(why) => {
            eprintln!("error: `{}`: {why}", file.path);
            return code::FILE;
        }
    };
    let text = match dslc::decode(&text) {
        Ok(t) => t,
        Err(dslc::NotText::TooLong(n)) => {
            eprintln!("error: `{}` has {n} bytes; the limit is {}", file.path, dslc::MAX_SOURCE);
            return code::LIMIT;
        }
        Err(dslc::NotText::Utf8 { offset, utf16 }) => {
            let hint = if utf16 { "; it looks like UTF-16: save it as UTF-8" } else { "" };
            eprintln!("error: `{}` is not UTF-8 at byte {offset}{hint}", file.path);
            return code::REJECTED;
        }
    };
    let host = Files::beside(&file.path);
    let mut session = Session::new(&host);
    let name = if file.path == "-" { "<stdin>" } else { &file.path };
    if let Command::Emit { stage: Stage::Ast, .. } = command {
        return write_out(&dslc::ast(name, &text));
    }
    let (ready, diagnostics) = session.check(name, &text);
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    for d in &diagnostics {
        eprint!("{}", render(session.sources(), d, file.message_format, color));
    }
    let Some(ready) = ready else {
        // A code that starts with L is a limit.
        let limit = diagnostics.iter().any(|d| d.code.starts_with('L') || dslc::LIMITS.contains(&d.code));
        return if limit { code::LIMIT } else { code::REJECTED };
    };
    let part = match command {
        Command::Check(_) => return 0,
        Command::Emit { .. } => return write_out(&ready.ir()),
        Command::Run(_) => Part::Script,
        Command::Test(_) => Part::Tests,
    };
    let interrupt = Arc::new(AtomicBool::new(false));
    let flag = interrupt.clone();
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
    let mut broken = 0;
    let result = session.run(&ready, part, &interrupt, &mut |line| {
        if broken == 0 {
            broken = write_line(line);
        }
    });
    let report = |d| eprint!("{}", render(session.sources(), d, file.message_format, color));
    match result {
        Ok(outcome) => {
            for (name, d) in &outcome.failed {
                eprintln!("test \"{name}\" failed");
                report(d);
            }
            if part == Part::Tests {
                println!("{} passed, {} failed", outcome.passed.len(), outcome.failed.len());
            }
            if outcome.failed.is_empty() { broken } else { code::REJECTED }
        }
        Err(Halt::Failure(d)) => {
            report(&d);
            code::FAILED
        }
        Err(Halt::Limit(why)) => {
            eprintln!("error: {why}");
            code::LIMIT
        }
        Err(Halt::Interrupted) => code::INTERRUPTED,
        Err(Halt::Bug(why)) => {
            eprintln!("dslc has a bug: {why}");
            code::BUG
        }
    }
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    if path == "-" {
        std::io::stdin().read_to_end(&mut bytes).map_err(|e| e.to_string())?;
        return Ok(bytes);
    }
    let about = std::fs::metadata(path).map_err(|e| e.to_string())?;
    if !about.is_file() {
        return Err("not a regular file".into());
    }
    std::fs::read(path).map_err(|e| e.to_string())
}

/// Writes a text; a reader that has gone away is no mistake, anything else is a file error.
fn write_out(text: &str) -> u8 {
    write_result(std::io::stdout().write_all(text.as_bytes()))
}

fn write_line(text: &str) -> u8 {
    let mut out = std::io::stdout().lock();
    write_result(out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")))
}

fn write_result(result: std::io::Result<()>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(e) => {
            eprintln!("error: standard output: {e}");
            code::FILE
        }
    }
}
