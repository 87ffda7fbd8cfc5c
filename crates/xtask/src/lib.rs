//! Chores of development, each a function that a test or `cargo xtask` calls.
//!
//! [`tidy`] holds what no compiler holds, [`docs`] writes the generated pages, [`bench`] shows where time
//! goes; [`fuzz`], [`sanitize`] and [`valgrind`] look for what tests do not see.

pub mod bench;
pub mod docs;
pub mod fuzz;
pub mod programs;
pub mod rust;
pub mod sanitize;
pub mod tidy;
pub mod valgrind;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).unwrap_or(here).to_path_buf()
}

/// The `cargo` that runs us, started in the folder of the workspace.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command to its end.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(e) => Err(format!("{command:?}: {e}")),
    }
}

/// What `cargo metadata` says of the workspace, without its dependencies.
///
/// # Errors
/// What went wrong, as a sentence.
pub fn metadata() -> Result<serde_json::Value, String> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .output()
        .map_err(|e| format!("cargo metadata does not run: {e}"))?;
    serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata gives no JSON: {e}"))
}
