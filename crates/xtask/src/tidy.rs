//! What no compiler holds: who may use whom, files of a readable length, each with its module doc, a page for every
//! code of a diagnostic, and a repository that knows no machine.

mod codes;
mod edges;
mod quotations;
mod sources;
mod text;

pub(crate) use codes::pages as pages_of_codes;

use std::fmt;
use std::path::{Path, PathBuf};

/// Something that is not tidy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The file, from the root of the repository.
    pub file: PathBuf,
    /// The line, if there is one.
    pub line: Option<usize>,
    /// One sentence.
    pub what: String,
    /// Whether it is only worth a look.
    pub warning: bool,
}

impl Finding {
    /// A finding that fails.
    pub(crate) fn new(file: &Path, line: Option<usize>, what: impl Into<String>) -> Self {
        Self { file: file.to_path_buf(), line, what: what.into(), warning: false }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|l| format!(":{l}")).unwrap_or_default();
        let level = if self.warning { "look again: " } else { "" };
        write!(f, "{}{line}: {level}{}", self.file.display(), self.what)
    }
}

/// A text file of the repository.
pub(crate) struct File {
    /// Its path from the root.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        self.path.extension().is_some_and(|e| e == "rs")
    }
    /// The crate that it belongs to, if it belongs to one.
    fn krate(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("crates").ok()?;
        inside.components().next()?.as_os_str().to_str()
    }
}

/// Checks the repository at `root`.
///
/// # Errors
/// What keeps it from being checked.
pub fn tidy(root: &Path) -> Result<Vec<Finding>, String> {
    let files = files(root)?;
    let mut findings = edges::check(&files, &crate::metadata()?)?;
    findings.extend(codes::check(&files));
    for file in &files {
        findings.extend(text::check(file));
        if file.is_rust() {
            findings.extend(sources::check(file));
        }
    }
    findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(findings)
}

/// The blocks of Rust in pages that no source file holds, each as a sentence.
///
/// # Errors
/// What keeps the repository from being read.
pub fn stale_quotations(root: &Path) -> Result<Vec<String>, String> {
    Ok(quotations::stale(&files(root)?))
}

/// The text files of the repository, sorted; what is built or belongs to git is not among them.
fn files(root: &Path) -> Result<Vec<File>, String> {
    let mut out = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let place = root.join(&folder);
        let entries = std::fs::read_dir(&place).map_err(|e| format!("{}: {e}", folder.display()))?;
        for entry in entries {
            let entry = entry.map_err(|e| format!("{}: {e}", folder.display()))?;
            let path = folder.join(entry.file_name());
            if path.file_name().is_some_and(|n| n == ".git" || n == "target") {
                continue;
            }
            match entry.file_type() {
                Ok(t) if t.is_dir() => folders.push(path),
                Ok(t) if t.is_file() => {
                    let bytes =
                        std::fs::read(entry.path()).map_err(|e| format!("{}: {e}", path.display()))?;
                    // What is not UTF-8 is data.
                    out.extend(String::from_utf8(bytes).ok().map(|text| File { path, text }));
                }
                _ => {}
            }
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out)
}
