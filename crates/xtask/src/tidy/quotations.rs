//! Blocks of Rust in the pages: each stands as it is in a source file.

use super::File;

/// The first line of each block of Rust in a page of `docs` that no source file holds, with the page.
pub(super) fn stale(files: &[File]) -> Vec<String> {
    let pages =
        files.iter().filter(|f| f.path.starts_with("docs") && f.path.extension().is_some_and(|e| e == "md"));
    let mut out = Vec::new();
    for page in pages {
        for block in page.text.split("```rust\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            if !files.iter().any(|f| f.is_rust() && f.text.contains(block)) {
                let first = block.lines().next().unwrap_or_default();
                out.push(format!("{}: no source file holds `{first} ..`", page.path.display()));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_must_stand_in_a_source() {
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        let page = file("docs/a.md", "x\n```rust\nfn f() {}\n```\n```rust\nfn g() {}\n```\n");
        let source = file("crates/a/src/lib.rs", "//! A.\nfn f() {}\n");
        assert_eq!(stale(&[page, source]), ["docs/a.md: no source file holds `fn g() {} ..`"]);
    }
}
