//! Codes of diagnostics and their pages: each has the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{File, Finding};
use crate::rust::{Kind, pieces};

/// Where the pages are, one for each code.
const PAGES: &str = "docs/errors";

/// Compares the codes that the sources of the crates give with the pages.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut used: BTreeMap<&str, (&Path, usize)> = BTreeMap::new();
    for file in files.iter().filter(|f| f.is_rust() && is_source(&f.path)) {
        for piece in pieces(&file.text).iter().filter(|p| p.kind == Kind::Str) {
            let text = piece.text.trim_matches('"');
            if is_code(text) {
                used.entry(text).or_insert((&file.path, piece.line));
            }
        }
    }
    let mut out = Vec::new();
    for (code, (file, line)) in &used {
        let page = Path::new(PAGES).join(format!("{code}.md"));
        if !files.iter().any(|f| f.path == page) {
            out.push(Finding::new(file, Some(*line), format!("`{code}` has no page {}", page.display())));
        }
    }
    for page in files.iter().filter(|f| f.path.parent() == Some(Path::new(PAGES))) {
        let code = page.path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if !used.contains_key(code) {
            out.push(Finding::new(&page.path, None, format!("nothing gives the code `{code}`")));
        } else if !page.text.starts_with(&format!("# {code}: ")) {
            out.push(Finding::new(&page.path, Some(1), format!("the title is not `# {code}: ..`")));
        }
    }
    out
}

/// Whether a file is in the sources of a crate of the compiler and no test.
fn is_source(path: &Path) -> bool {
    let parts: Vec<&str> = path.iter().filter_map(|p| p.to_str()).collect();
    let ["crates", krate, "src", inside @ ..] = parts.as_slice() else { return false };
    krate.starts_with("dslc") && !inside.iter().any(|p| matches!(*p, "tests" | "tests.rs"))
}

/// Whether a text is a code: `E`, `L`, `R` or `W` and four digits.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() == 5 && text.starts_with(['E', 'L', 'R', 'W']) && text[1..].bytes().all(|b| b.is_ascii_digit())
}

/// The pages of codes in the repository at `root`, as code and text, by code.
pub(crate) fn pages(root: &Path) -> Result<Vec<(String, String)>, String> {
    let folder = root.join(PAGES);
    let mut out = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|e| format!("{PAGES}: {e}"))? {
        let path: PathBuf = entry.map_err(|e| format!("{PAGES}: {e}"))?.path();
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let code = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        out.push((code.to_string(), text));
    }
    out.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    #[test]
    fn codes_and_pages_have_each_other() {
        let files = [
            file("crates/dslc/src/a.rs", "//! \"E0003\"\nf(\"E0001\"); f(\"E0002\"); f(\"E00021\")"),
            file("crates/dslc/src/a/tests.rs", "f(\"E0009\")"),
            file("docs/errors/E0002.md", "# E0002: good\n"),
            file("docs/errors/E0003.md", "# E0003: nobody\n"),
        ];
        let found: Vec<String> = check(&files).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "crates/dslc/src/a.rs:2: `E0001` has no page docs/errors/E0001.md",
                "docs/errors/E0003.md: nothing gives the code `E0003`"
            ]
        );
    }
}
