//! The programs of the repository, as material for chores and for tests of mutants.

use std::path::{Path, PathBuf};

/// Where programs are.
const FOLDERS: [&str; 9] = [
    "examples",
    "examples/gallery",
    "examples/programs",
    "stdlib",
    "tests/run",
    "tests/check",
    "tests/ir",
    "tests/rewrite",
    "crates/dslc-syntax/tests/programs",
];

/// The texts of all programs, the cases of the golden suite one by one.
///
/// # Errors
/// A folder or a file that cannot be read.
pub fn all(root: &Path) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    for folder in FOLDERS {
        for file in files(root, folder)? {
            let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            out.extend(cases(&text));
        }
    }
    Ok(out)
}

/// The programs of a folder, by name.
///
/// # Errors
/// A folder that cannot be read.
pub fn files(root: &Path, folder: &str) -> Result<Vec<PathBuf>, String> {
    let place = root.join(folder);
    let entries = std::fs::read_dir(&place).map_err(|e| format!("{}: {e}", place.display()))?;
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "dsl")).collect();
    files.sort();
    Ok(files)
}

/// The programs of a file of the golden suite, without what they must give; any other text is one program.
pub fn cases(text: &str) -> Vec<String> {
    let mut cases = vec![String::new()];
    let mut inside = true;
    for line in text.lines() {
        if line.starts_with("--- ") {
            cases.push(String::new());
            inside = true;
        } else if line == "===" {
            inside = false;
        } else if inside && let Some(case) = cases.last_mut() {
            case.push_str(line);
            case.push('\n');
        }
    }
    cases.into_iter().filter(|c| !c.trim().is_empty()).collect()
}

#[test]
fn cases_come_without_what_they_give() {
    let text = "--- a ---\nprint(1)\n===\n1\n\n--- b ---\nlet x = 1\n";
    assert_eq!(cases(text), ["print(1)\n", "let x = 1\n"]);
    assert_eq!(cases("print(2)\n"), ["print(2)\n"]);
}
