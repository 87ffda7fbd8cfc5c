//! The generated pages: `docs/operators.md` from the records of the primitives.

mod operators;

use std::path::Path;

/// Every generated page: its path from the root, and its text.
///
/// # Errors
/// What keeps a page from being made.
pub fn pages(_root: &Path) -> Result<Vec<(String, String)>, String> {
    Ok(vec![("docs/operators.md".into(), operators::page()?)])
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
