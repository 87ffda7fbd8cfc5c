//! Programs under valgrind, which sees what AddressSanitizer does not: the accesses of compiled code.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sanitize::target_directory;
use crate::{cargo, programs, root, succeed};

/// What valgrind ends with if it has found something; no exit code of ours.
const FOUND: &str = "99";

/// The cases of the golden suite of which each file gives one; with the examples these are some twenty programs.
const CASES: &str = "tests/run";

/// Runs programs under memcheck: those named, or the examples and a case of each file of the golden suite.
///
/// # Errors
/// A build that fails, a program that does, or a finding.
pub fn valgrind(args: &[&str], out: &mut dyn FnMut(&str)) -> Result<(), String> {
    succeed(cargo().args(["build", "--release", "--package", "dslc-cli"]))?;
    let built = target_directory()?;
    let binary = built.join("release").join("dslc");
    let files = if args.is_empty() {
        chosen(&built.join("valgrind"))?
    } else {
        args.iter().map(PathBuf::from).collect()
    };
    for file in &files {
        let mut run = Command::new("valgrind");
        // Tables that live as long as the process are reached in ways that memcheck does not follow; they are no loss.
        run.args([
            "--quiet",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite",
            "--show-leak-kinds=definite",
        ]);
        run.arg(format!("--error-exitcode={FOUND}"));
        succeed(run.arg(&binary).arg("test").arg(file).stdout(std::process::Stdio::null()))?;
        out(&format!("{}: clean", file.display()));
    }
    out(&format!("{} programs are clean", files.len()));
    Ok(())
}

/// The examples, and the first program of each file of the golden suite, written to a folder.
fn chosen(folder: &Path) -> Result<Vec<PathBuf>, String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files = programs::files(&root(), "examples")?;
    for file in programs::files(&root(), CASES)? {
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let Some(first) = programs::cases(&text).into_iter().next() else { continue };
        let at = folder.join(file.file_name().unwrap_or_default());
        std::fs::write(&at, first).map_err(|e| format!("{}: {e}", at.display()))?;
        files.push(at);
    }
    Ok(files)
}
