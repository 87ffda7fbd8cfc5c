//! The programs in the documentation run, and print what the page says that they print.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};

use support::blocks;

/// `README.md` and the pages of `docs` and of the reference, from the root of the repository.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["docs", "docs/reference"].map(|f| std::fs::read_dir(root.join(f)).unwrap());
    let docs = folders.into_iter().flatten().map(|e| e.unwrap().path());
    let mut paths: Vec<PathBuf> = docs.filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    paths.extend([root.join("README.md"), root.join("CONTRIBUTING.md")]);
    paths.sort();
    paths.into_iter().map(|p| (p.clone(), std::fs::read_to_string(p).unwrap())).collect()
}

#[test]
fn programs_in_pages_run_and_print_what_follows_them() {
    let (mut wrong, mut programs) = (String::new(), 0);
    for (path, page) in pages() {
        let blocks = blocks(&page);
        for (k, (word, line, program)) in blocks.iter().enumerate() {
            if *word != "dsl" {
                continue;
            }
            programs += 1;
            let name = format!("{}:{line}", path.file_name().unwrap().to_string_lossy());
            let (said, runs) = support::checked(&name, program);
            let found = if runs { support::ran(&name, program) } else { said.clone() };
            let expected = blocks.get(k + 1).filter(|b| b.0 == "text").map(|b| b.2.as_str());
            if !said.is_empty() || expected.is_some_and(|e| e != found) || found.contains("error[") {
                wrong.push_str(&format!("\n{name}: gives\n{found}"));
            }
        }
    }
    assert!(programs > 0, "no program in any page");
    assert!(wrong.is_empty(), "{wrong}");
}

/// A block `dsl wrong E0301` gives that code, and what follows it is what the program says, as `t.dsl`.
#[test]
fn wrong_programs_in_pages_say_what_follows_them() {
    let (mut wrong, mut programs) = (String::new(), 0);
    for (path, page) in pages() {
        let blocks = blocks(&page);
        for (k, (word, line, program)) in blocks.iter().enumerate() {
            let Some(code) = word.strip_prefix("dsl wrong ") else { continue };
            programs += 1;
            let found = support::ran("t.dsl", program);
            let expected = blocks.get(k + 1).filter(|b| b.0 == "text").map(|b| b.2.as_str());
            if expected != Some(&found) || !found.contains(&format!("[{code}]: ")) {
                wrong.push_str(&format!("\n{}:{line}: gives\n{found}", path.display()));
            }
        }
    }
    assert!(programs > 0, "no wrong program in any page");
    assert!(wrong.is_empty(), "{wrong}");
}

/// The example of the first page is the file of that name.
#[test]
fn the_first_example_is_the_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("README.md")).unwrap();
    let shown = blocks(&page).into_iter().find(|b| b.0 == "dsl").unwrap().2;
    let file = std::fs::read_to_string(root.join("examples/iris.dsl")).unwrap();
    // The file's tests are left out of the page.
    let code = |text: &str| {
        let lines = text.lines().take_while(|l| !l.starts_with("test")).filter(|l| !l.starts_with("//"));
        lines.collect::<Vec<_>>().join("\n").trim().to_string()
    };
    assert_eq!(code(&shown), code(&file));
}

/// IR that a page shows is IR that the golden suite holds programs to.
#[test]
fn the_ir_in_pages_is_that_of_the_golden_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/rewrite");
    let held: String = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| std::fs::read_to_string(e.unwrap().path()).unwrap())
        .collect();
    let mut shown = 0;
    for (path, page) in pages() {
        for (_, line, text) in blocks(&page).into_iter().filter(|b| b.0 == "ir") {
            shown += 1;
            assert!(
                held.contains(&text),
                "{}:{line}: no case of tests/rewrite gives\n{text}",
                path.display()
            );
        }
    }
    assert!(shown > 0, "no page shows IR");
}
