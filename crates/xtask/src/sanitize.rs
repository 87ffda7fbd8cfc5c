//! Tests under AddressSanitizer, which sees every access of our own code out of bounds or after the end of a life, and
//! what is never freed. Compiled programs are not instrumented; what they call is.

use std::path::PathBuf;
use std::process::Command;

use crate::{cargo, metadata, succeed};

/// The flag of the sanitizer, which the stable compiler takes with `RUSTC_BOOTSTRAP=1`.
pub(crate) const SANITIZER: &str = "-Zsanitizer=address";

/// The crates with unsafe code, and the one through which they are used.
const CRATES: [&str; 3] = ["dslc-runtime", "dslc-jit", "dslc"];

/// Runs the tests of some crates, or of those with unsafe code.
///
/// # Errors
/// A build or a test that fails.
pub fn sanitize(crates: &[&str]) -> Result<(), String> {
    let crates = if crates.is_empty() { &CRATES[..] } else { crates };
    let mut test = cargo();
    test.args(["test", "--no-fail-fast", "--lib", "--tests", "--target", &host()?]);
    test.args(crates.iter().flat_map(|c| ["--package", c]));
    // The stack that a library call makes for itself is not one that the sanitizer knows; it says so at each panic.
    // Some tests hold the memory of the process to a bound, which freed memory that is kept for a while would pass.
    test.env("ASAN_OPTIONS", "detect_stack_use_after_return=0:quarantine_size_mb=1")
        .env("RUSTC_BOOTSTRAP", "1");
    // A test that panics on such a stack leaves marks there, and another thread may be given its memory; and what a test
    // holds the memory of the process to is its own.
    test.env("RUST_TEST_THREADS", "1");
    // Each random program takes some ten times as long.
    test.env("DSLC_PROGRAMS", "200");
    test.env("CARGO_TARGET_DIR", target_directory()?.join("asan"));
    succeed(test.env("RUSTFLAGS", SANITIZER))
}

/// The target triple of this machine, as the compiler names it.
pub(crate) fn host() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().map_err(|e| format!("rustc does not run: {e}"))?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = told.lines().find_map(|l| l.strip_prefix("host: "));
    host.map(str::to_string).ok_or_else(|| "rustc does not name its host".into())
}

/// Where things are built.
pub(crate) fn target_directory() -> Result<PathBuf, String> {
    let told = metadata()?["target_directory"].as_str().map(PathBuf::from);
    told.ok_or_else(|| "cargo metadata names no target directory".into())
}
