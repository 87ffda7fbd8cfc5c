//! The AST as s-expressions, for `dslc emit ast`.

use crate::ast::File;

/// One item a line.
pub fn file(file: &File) -> String {
    file.items.iter().map(|i| format!("{i:?}\n")).collect()
}
