//! The AST as s-expressions, for `dslc emit ast`: what fits stands on one line, the rest is indented.

mod expr;
mod item;
mod sexp;

use crate::ast::File;
use sexp::Writer;

/// Every item from the start of a line. With `spans`, each node ends with its bytes: `(name x @4..5)`.
pub fn file(file: &File, spans: bool) -> String {
    let writer = Writer { spans };
    let mut out = String::new();
    for item in &file.items {
        writer.item(item).write(&mut out);
        out.push('\n');
    }
    out
}

/// One expression.
pub fn expr(expr: &crate::ast::Expr, spans: bool) -> String {
    let mut out = String::new();
    Writer { spans }.expr(expr).write(&mut out);
    out
}
