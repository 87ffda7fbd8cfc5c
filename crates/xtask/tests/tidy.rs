//! The repository is tidy, and its generated pages are up to date.

use xtask::{docs, root, tidy};

#[test]
fn the_repository_is_tidy() -> Result<(), String> {
    let found = tidy::tidy(&root())?;
    let failing: Vec<String> = found.iter().filter(|f| !f.warning).map(ToString::to_string).collect();
    assert!(failing.is_empty(), "\n{}\n", failing.join("\n"));
    Ok(())
}

#[test]
fn generated_pages_are_up_to_date() -> Result<(), String> {
    for (path, text) in docs::pages(&root())? {
        let found = std::fs::read_to_string(root().join(&path)).unwrap_or_default();
        assert!(found == text, "{path} is out of date: run `cargo xtask docs`");
    }
    Ok(())
}

/// What a page quotes of the sources stands in them.
#[test]
fn quotations_in_pages_are_up_to_date() -> Result<(), String> {
    let stale = tidy::stale_quotations(&root())?;
    assert!(stale.is_empty(), "\n{}\n", stale.join("\n"));
    Ok(())
}
