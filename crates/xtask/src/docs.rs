//! The generated pages: `docs/operators.md` from the records of the primitives, `docs/errors.md` from
//! the pages of the codes.

mod errors;
mod operators;

use std::path::Path;

/// Every generated page: its path from the root, and its text.
///
/// # Errors
/// What keeps a page from being made.
pub fn pages(root: &Path) -> Result<Vec<(String, String)>, String> {
    Ok(vec![
        ("docs/operators.md".into(), operators::page()?),
        ("docs/errors.md".into(), errors::page(&crate::tidy::pages_of_codes(root)?)?),
    ])
}

/// Writes the generated pages.
///
/// # Errors
/// What keeps a page from being made or written.
pub fn write(root: &Path) -> Result<(), String> {
    for (path, text) in pages(root)? {
        std::fs::write(root.join(&path), text).map_err(|e| format!("{path}: {e}"))?;
    }
    Ok(())
}
