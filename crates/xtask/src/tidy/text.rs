//! Any text file: a name that says what it holds, and no path of somebody's machine.

use super::{File, Finding};

/// Names that say nothing.
const BANNED: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc", "manager"];

/// Folders from the root of a file system that are no business of a repository.
const MACHINE: &[&str] = &["home", "root", "work", "tmp", "Users"];

/// Checks one file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let mut out = Vec::new();
    let named = |c: std::path::Component| {
        let name = c.as_os_str().to_string_lossy();
        let stem = name.split('.').next().unwrap_or_default();
        BANNED.contains(&stem)
    };
    if file.path.components().any(named) {
        out.push(Finding::new(&file.path, None, "the name says nothing"));
    }
    for (k, line) in file.text.lines().enumerate() {
        if let Some(path) = machine_path(line) {
            out.push(Finding::new(&file.path, Some(k + 1), format!("a path of a machine: `{path}`")));
        }
    }
    out
}

/// The first absolute path into one of the folders above.
fn machine_path(line: &str) -> Option<&str> {
    for (at, _) in line.match_indices('/') {
        let path = &line[at..];
        let folder = path[1..].split_once('/').map_or("", |(f, _)| f);
        // After a letter, a dot or a slash this is the middle of a longer path or of an address.
        let begins = !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~/*})".contains(c));
        if begins && MACHINE.contains(&folder) {
            return path.split(|c: char| c.is_whitespace() || "\"'`)".contains(c)).next();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(folder: &str, rest: &str) -> String {
        format!("see \"/{folder}/{rest}\".")
    }

    #[test]
    fn paths_of_machines_are_found() {
        assert_eq!(
            machine_path(&of("home", "a/b")),
            Some(of("home", "a/b").trim_matches(['s', 'e', ' ', '"', '.']))
        );
        for folder in MACHINE {
            assert!(machine_path(&of(folder, "a")).is_some(), "{folder}");
            for before in ["crates", "https://example.org", "."] {
                assert_eq!(machine_path(&format!("{before}/{folder}/a")), None);
            }
        }
        for fine in ["/usr/bin/env bash", "a / b"] {
            assert_eq!(machine_path(fine), None);
        }
    }

    #[test]
    fn names_say_something() {
        for (path, fine) in [("crates/a/src/utils.rs", false), ("a/common/b.rs", false), ("a/shape.rs", true)]
        {
            let file = File { path: path.into(), text: String::new() };
            assert_eq!(check(&file).is_empty(), fine, "{path}");
        }
    }
}
