//! Rows 99 to 105: imports and paths.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::trial::Trial;

#[test]
fn rows_99_to_102_chains_of_imports() {
    Trial::of("99", "import \"p.dsl\" as m").ends(1);
    let next = |to: &str| format!("import \"{to}.dsl\" as m\n");
    Trial::of("100", next("a"))
        .file("a.dsl", next("b"))
        .file("b.dsl", next("c"))
        .file("c.dsl", next("a"))
        .ends(1);
    for (modules, code) in [(63, 0), (64, 0), (65, 5)] {
        let mut trial = Trial::of("101", format!("{}print(1)", next("m0")));
        for k in 0..modules {
            let text = if k + 1 < modules { next(&format!("m{}", k + 1)) } else { String::new() };
            trial = trial.file(&format!("m{k}.dsl"), text);
        }
        trial.ends(code);
    }
    let both = |k: usize| format!("import \"a{k}.dsl\" as a\nimport \"b{k}.dsl\" as b\n");
    let mut trial = Trial::of("102", format!("{}print(1)", both(0)));
    for k in 0..30 {
        let text = if k < 29 { both(k + 1) } else { String::new() };
        trial = trial.file(&format!("a{k}.dsl"), &text).file(&format!("b{k}.dsl"), &text);
    }
    trial.ends(0);
}

/// A program that uses a path in each of the ways there are, by name.
fn uses(path: &str) -> [(&'static str, String); 3] {
    [
        ("import", format!("import \"{path}\" as m\nprint(1)")),
        ("csv", format!("import data\nlet t = data.csv(\"{path}\")\nprint(1)")),
        ("npy", format!("import data\nlet t = data.npy(\"{path}\")\nprint(1)")),
    ]
}

#[test]
fn row_103_files_that_are_none() {
    for path in ["missing", ".", "pipe", "circle", "dark"] {
        for (name, program) in uses(path) {
            let trial = Trial::of("103", program).file("dark", "a\n1\n");
            assert!(Command::new("mkfifo").arg(trial.folder().join("pipe")).status().unwrap().success());
            symlink("circle", trial.folder().join("circle")).unwrap();
            let dark = trial.folder().join("dark");
            assert!(Command::new("chmod").arg("000").arg(&dark).status().unwrap().success());
            // Some users can read everything.
            let readable = std::fs::File::open(&dark).is_ok();
            if path != "dark" || !readable {
                trial.ends(if name == "import" { 1 } else { 4 });
            }
        }
    }
    for path in ["pipe", "folder", "/dev/zero", "/proc/self/mem", "missing"] {
        let trial = Trial::of("103-program", "print(1)");
        assert!(Command::new("mkfifo").arg(trial.folder().join("pipe")).status().unwrap().success());
        std::fs::create_dir(trial.folder().join("folder")).unwrap();
        let o = trial.shell(&format!("ulimit -v 6291456; \"$dslc\" run {path}"));
        assert_eq!(o.status.code(), Some(4), "{path}: {}", String::from_utf8_lossy(&o.stderr));
    }
}

#[test]
fn row_104_paths_stay_in_the_folder() {
    let long = "x".repeat(5_000);
    for path in ["../../etc/passwd", "/etc/passwd", "a/../../b", "a\\0b", &long, "link"] {
        for (name, program) in uses(path) {
            let trial = Trial::of("104", program);
            symlink("/etc/passwd", trial.folder().join("link")).unwrap();
            let e = trial.ends(if name == "import" { 1 } else { 4 });
            assert!(!e.err.contains("root:"), "{path} is shown by {name}");
        }
    }
    for path in ["../a.npy", "/a.npy", "a/../../a.npy"] {
        Trial::of("104-save", format!("save([1.0], \"{path}\")")).ends(4);
    }
}

#[test]
fn row_105_a_file_that_is_too_long() {
    for (name, program) in uses("huge") {
        let trial = Trial::of("105", program);
        // It takes no place on the disk.
        std::fs::File::create(trial.folder().join("huge")).unwrap().set_len(8 << 30).unwrap();
        trial.ends(if name == "import" { 1 } else { 4 });
    }
    let trial = Trial::of("105-program", "");
    std::fs::File::create(trial.folder().join("p.dsl")).unwrap().set_len(8 << 30).unwrap();
    trial.ends(5);
}
