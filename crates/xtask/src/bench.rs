//! Where the time goes: the release binary on programs, stage by stage, and compiled loops against Rust.
//!
//! `dslc run --timings` writes a line `stage<TAB>microseconds` for each stage to standard error.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::sanitize::target_directory;
use crate::{cargo, root, succeed};

/// How often each program runs.
const RUNS: usize = 15;

/// Runs the programs named in `args`, or else the examples; tables go to `out`.
///
/// # Errors
/// Wrong arguments, a program that does not run, or a build that fails.
pub fn bench(args: &[&str], out: &mut dyn FnMut(&str)) -> Result<(), String> {
    let (runs, files) = arguments(args)?;
    let binary = build()?;
    for file in files {
        let samples: Result<Vec<Sample>, String> = (0..runs).map(|_| run(&binary, &file)).collect();
        out(&format!("{} ({runs} runs)", file.display()));
        table(&samples?).iter().for_each(|line| out(line));
    }
    succeed(cargo().args(["bench", "--package", "dslc-jit", "--package", "dslc", "--benches"]))
}

fn arguments(args: &[&str]) -> Result<(usize, Vec<PathBuf>), String> {
    let (runs, files) = match args {
        ["--runs", n, rest @ ..] => (n.parse().map_err(|_| format!("`{n}` is no number of runs"))?, rest),
        rest => (RUNS, rest),
    };
    if runs == 0 {
        return Err("at least one run".into());
    }
    if files.is_empty() {
        Ok((runs, examples()?))
    } else {
        Ok((runs, files.iter().map(PathBuf::from).collect()))
    }
}

fn examples() -> Result<Vec<PathBuf>, String> {
    crate::programs::files(&root(), "examples")
}

/// Builds the release binary and says where it is.
fn build() -> Result<PathBuf, String> {
    succeed(cargo().args(["build", "--release", "--package", "dslc-cli"]))?;
    Ok(target_directory()?.join("release").join("dslc"))
}

/// Microseconds by stage, in the order of the program; the whole process last.
type Sample = Vec<(String, u64)>;

fn run(binary: &Path, file: &Path) -> Result<Sample, String> {
    let start = Instant::now();
    let output = Command::new(binary)
        .arg("run")
        .arg(file)
        .arg("--timings")
        .output()
        .map_err(|e| format!("{}: {e}", binary.display()))?;
    let wall = start.elapsed().as_micros() as u64;
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{}: {}\n{errors}", file.display(), output.status));
    }
    let mut sample = stages(&errors);
    sample.push(("process".into(), wall));
    Ok(sample)
}

/// The lines that are timings. A stage that comes several times is added up.
fn stages(errors: &str) -> Sample {
    let mut sample = Sample::new();
    for line in errors.lines() {
        let Some((stage, time)) = line.split_once('\t') else { continue };
        let Ok(time) = time.trim().parse::<u64>() else { continue };
        match sample.iter_mut().find(|s| s.0 == stage) {
            Some(entry) => entry.1 += time,
            None => sample.push((stage.into(), time)),
        }
    }
    sample
}

/// For each stage the least and the median time, in the order of the first sample.
fn table(samples: &[Sample]) -> Vec<String> {
    let mut times: HashMap<&str, Vec<u64>> = HashMap::new();
    for (stage, time) in samples.iter().flatten() {
        times.entry(stage).or_default().push(*time);
    }
    let mut lines = vec![format!("  {:16} {:>12} {:>12}", "stage", "min us", "median us")];
    for (stage, _) in samples.first().into_iter().flatten() {
        let list = times.entry(stage).or_default();
        list.sort_unstable();
        let (min, median) =
            (list.first().copied().unwrap_or(0), list.get(list.len() / 2).copied().unwrap_or(0));
        lines.push(format!("  {stage:16} {min:>12} {median:>12}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_read_and_summed() {
        let sample = stages("parse\t10\nwarning: a\tb\nrun\t5\nparse\t2\n");
        assert_eq!(sample, [("parse".to_string(), 12), ("run".to_string(), 5)]);
    }

    #[test]
    fn the_table_has_least_and_median() {
        let sample = |t: u64| vec![("run".to_string(), t)];
        let lines = table(&[sample(9), sample(3), sample(5)]);
        assert_eq!(lines[1].split_whitespace().collect::<Vec<_>>(), ["run", "3", "5"]);
    }

    #[test]
    fn wrong_arguments_are_refused() {
        assert!(arguments(&["--runs", "0"]).is_err());
        assert!(arguments(&["--runs", "x"]).is_err());
        assert_eq!(arguments(&["--runs", "3", "a.dsl"]), Ok((3, vec![PathBuf::from("a.dsl")])));
    }
}
