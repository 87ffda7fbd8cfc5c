//! Files of the golden suite. A file is a list of cases:
//!
//! ```text
//! --- the name of a case ---
//! the program
//! ===
//! the text that it must give; without a line `===` it must give none
//! ```
//!
//! A name that ends in `(full)` asks for the whole of what people see, places and help included.

use std::path::{Path, PathBuf};

/// One program and what it must give.
struct Case {
    name: String,
    program: String,
    expected: String,
}

impl Case {
    fn full(&self) -> bool {
        self.name.ends_with(" (full)")
    }
}

/// Holds every case of a folder to what `give` makes of it, or writes that down if we bless. `give` gets the name of
/// the file, the program, and whether all is to be shown.
pub(crate) fn hold(stage: &str, give: impl Fn(&str, &str, bool) -> String) {
    let bless = std::env::var_os("DSLC_BLESS").is_some();
    let mut wrong = String::new();
    for path in files(stage) {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut cases = parse(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        for case in &mut cases {
            let found = give(&name, &case.program, case.full());
            if found != case.expected && !bless {
                let told = difference(&case.expected, &found);
                wrong.push_str(&format!("\n{stage}/{name}, {}:\n{told}", case.name));
            }
            case.expected = found;
        }
        if bless {
            std::fs::write(&path, write(&cases)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}\nIf this is right, run `cargo xtask bless`.");
}

/// Runs every program of a folder.
pub(crate) fn each(stage: &str, mut run: impl FnMut(&str, &str)) {
    for path in files(stage) {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for case in parse(&text).unwrap_or_else(|why| panic!("{name}: {why}")) {
            run(&name, &case.program);
        }
    }
}

fn files(stage: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(stage);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "dsl"));
    files.sort();
    assert!(!files.is_empty(), "no files in tests/{stage}");
    files
}

fn parse(text: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut giving = false;
    for (k, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("--- ").and_then(|l| l.strip_suffix(" ---")) {
            if cases.iter().any(|c| c.name == name) {
                return Err(format!("two cases are called `{name}`"));
            }
            cases.push(Case { name: name.into(), program: String::new(), expected: String::new() });
            giving = false;
            continue;
        }
        let Some(case) = cases.last_mut() else { return Err(format!("line {} is before any case", k + 1)) };
        if line == "===" && !giving {
            giving = true;
            continue;
        }
        let part = if giving { &mut case.expected } else { &mut case.program };
        part.push_str(line);
        part.push('\n');
    }
    for case in &mut cases {
        // The empty lines between cases belong to neither.
        for part in [&mut case.program, &mut case.expected] {
            let end = part.trim_end().len();
            part.truncate(end);
            if end > 0 {
                part.push('\n');
            }
        }
    }
    Ok(cases)
}

fn write(cases: &[Case]) -> String {
    let one = |c: &Case| {
        let expected = if c.expected.is_empty() { String::new() } else { format!("===\n{}", c.expected) };
        format!("--- {} ---\n{}{expected}", c.name, c.program)
    };
    cases.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The lines from the first that differs on.
fn difference(expected: &str, found: &str) -> String {
    let same = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str, mark: &str| {
        text.lines().skip(same).take(8).map(|l| format!("  {mark} {l}\n")).collect::<String>()
    };
    format!("  from line {} on\n{}{}", same + 1, rest(expected, "-"), rest(found, "+"))
}

#[test]
fn a_file_reads_back_as_it_was_written() {
    let text = "--- a ---\nprint(1)\n===\n1\n\n--- b ---\nassert(true)\n";
    assert_eq!(write(&parse(text).unwrap()), text);
    assert!(parse("print(1)\n").is_err());
    assert!(parse("--- a ---\n--- a ---\n").is_err());
}
