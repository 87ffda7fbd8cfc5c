//! Fuzzing: the targets of `fuzz/`, built with AddressSanitizer and coverage, on seeds from the programs that we have.
//!
//! What is found lies in `found` beside the corpus, below the target directory; it is a mistake to be mended, and its
//! input becomes a test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::sanitize::{self, SANITIZER};
use crate::{programs, root, succeed};

/// The targets, each one stage further.
const TARGETS: [&str; 4] = ["lex", "parse", "check", "run"];

/// What `cargo fuzz` sets: counters for each edge, and what is compared with what.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Longer inputs find little more and take long.
const LONGEST: usize = 4 << 10;

/// Runs the targets that are named, or all, for so many seconds each.
///
/// # Errors
/// Wrong arguments, a build that fails, or a finding.
pub fn fuzz(args: &[&str]) -> Result<(), String> {
    let (seconds, names) = arguments(args)?;
    let host = sanitize::host()?;
    let built = sanitize::target_directory()?.join("fuzz");
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--release", "--bins", "--target", &host]).current_dir(root().join("fuzz"));
    build.env("CARGO_TARGET_DIR", &built).env("RUSTC_BOOTSTRAP", "1");
    succeed(build.env("RUSTFLAGS", format!("{COVERAGE} {SANITIZER}")))?;
    let (seeds, words) = (built.join("seeds"), built.join("words"));
    let texts: Vec<String> = programs::all(&root())?.into_iter().filter(|t| t.len() <= LONGEST).collect();
    write_seeds(&seeds, &texts)?;
    write(&words, &dictionary(&texts))?;
    let release = built.join(&host).join("release");
    // A target uses one core.
    for pair in names.chunks(2) {
        let runs: Vec<Run> = pair
            .iter()
            .map(|name| {
                let (corpus, found) = (built.join("corpus").join(name), built.join("found"));
                create(&corpus)?;
                create(&found)?;
                let mut run = Command::new(release.join(name));
                run.arg(&corpus).arg(&seeds).arg(format!("-max_total_time={seconds}"));
                run.arg(format!("-max_len={LONGEST}")).arg(format!("-dict={}", words.display()));
                run.arg(format!("-artifact_prefix={}/{name}-", found.display()));
                run.args(["-rss_limit_mb=2048", "-timeout=60", "-print_final_stats=1"]);
                run.args(["-print_funcs=0", "-verbosity=0"]);
                let started = run.spawn().map_err(|e| format!("{run:?}: {e}"))?;
                Ok(Run { name: name.to_string(), found, started })
            })
            .collect::<Result<_, String>>()?;
        // Both are waited for, so that none is left behind.
        let ended: Vec<Result<(), String>> = runs.into_iter().map(Run::wait).collect();
        ended.into_iter().collect::<Result<(), String>>()?;
    }
    Ok(())
}

/// A target at work.
struct Run {
    name: String,
    found: PathBuf,
    started: Child,
}

impl Run {
    fn wait(mut self) -> Result<(), String> {
        match self.started.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{}: {status}\nthe input lies in {}", self.name, self.found.display())),
            Err(e) => Err(format!("{}: {e}", self.name)),
        }
    }
}

fn arguments<'a>(args: &[&'a str]) -> Result<(u64, Vec<&'a str>), String> {
    let (seconds, names) = match args {
        [first, rest @ ..] if first.starts_with(|c: char| c.is_ascii_digit()) => {
            (first.parse().map_err(|_| format!("`{first}` is no number of seconds"))?, rest)
        }
        rest => (60, rest),
    };
    if let Some(name) = names.iter().find(|n| !TARGETS.contains(n)) {
        return Err(format!("there is no target `{name}`; the targets are {}", TARGETS.join(", ")));
    }
    Ok((seconds, if names.is_empty() { TARGETS.to_vec() } else { names.to_vec() }))
}

fn write_seeds(folder: &Path, texts: &[String]) -> Result<(), String> {
    let _ = std::fs::remove_dir_all(folder);
    create(folder)?;
    for (k, text) in texts.iter().enumerate() {
        write(&folder.join(format!("{k:04}")), text)?;
    }
    Ok(())
}

/// The words and signs of some programs, as libFuzzer reads them: one string in quotes a line.
fn dictionary(texts: &[String]) -> String {
    let mut words = BTreeSet::new();
    for text in texts {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let code = text.lines().map(|l| l.split("//").next().unwrap_or_default());
        for piece in code.flat_map(|l| l.split(' ')) {
            words.extend(piece.split(|c| !word(c)).filter(|w| (2..20).contains(&w.len())));
            let signs = piece.split(|c: char| !c.is_ascii_punctuation() || c == '"' || c == '\\');
            words.extend(signs.filter(|s| (1..4).contains(&s.len())));
        }
    }
    words.iter().map(|w| format!("\"{w}\"\n")).collect()
}

fn create(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_targets_may_be_given() {
        assert_eq!(arguments(&[]), Ok((60, TARGETS.to_vec())));
        assert_eq!(arguments(&["30", "run"]), Ok((30, vec!["run"])));
        assert!(arguments(&["3x"]).is_err() && arguments(&["walk"]).is_err());
    }

    #[test]
    fn a_dictionary_has_words_and_signs() {
        let words = dictionary(&["let ab = cd >> [1.5] // not this\n\"e\\f\"".to_string()]);
        assert_eq!(words, "\".\"\n\"=\"\n\">>\"\n\"[\"\n\"]\"\n\"ab\"\n\"cd\"\n\"let\"\n");
    }
}
