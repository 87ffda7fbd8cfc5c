//! `cargo xtask`: chores of development. `cargo xtask` alone lists them.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use xtask::{bench, cargo, docs, fuzz, root, sanitize, tidy, valgrind};

const HELP: &str = "\
cargo xtask tidy                       holds what no compiler holds
cargo xtask docs                       writes docs/operators.md and docs/errors.md
cargo xtask bless                      writes what the golden suite finds into its files
cargo xtask bench [--runs N] [FILE..]  shows where the time of programs goes
cargo xtask fuzz [SECONDS] [TARGET..]  feeds random programs to each stage, under AddressSanitizer
cargo xtask asan [CRATE..]             runs tests under AddressSanitizer
cargo xtask valgrind [FILE..]          runs programs under valgrind";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["tidy"] => tidy(),
        ["docs"] => docs::write(&root()),
        ["bless"] => bless(),
        ["bench", rest @ ..] => bench::bench(rest, &mut |line| println!("{line}")),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["asan", rest @ ..] => sanitize::sanitize(rest),
        ["valgrind", rest @ ..] => valgrind::valgrind(rest, &mut |line| println!("{line}")),
        _ => Err(HELP.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn tidy() -> Result<(), String> {
    let found = tidy::tidy(&root())?;
    found.iter().for_each(|f| println!("{f}"));
    match found.iter().filter(|f| !f.warning).count() {
        0 => Ok(()),
        n => Err(format!("{n} things are not tidy")),
    }
}

/// The suite itself compares or writes, as this variable says, so there is one way to read its files.
fn bless() -> Result<(), String> {
    let mut command = cargo();
    command.args(["test", "--package", "dslc", "--test", "golden"]).env("DSLC_BLESS", "1");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("the golden suite does not run; see above".into()),
        Err(e) => Err(format!("cargo does not run: {e}")),
    }
}
