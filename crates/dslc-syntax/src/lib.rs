//! Text to AST: lexer, layout filter, grammar. Knows no types.
//!
//! [`parse_file`] always gives what could be parsed: each statement of a file is parsed on its own, and a statement
//! of a block that cannot be parsed becomes an error expression, so one mistake does not hide the next. [`print`]
//! writes the AST out.

pub mod ast;
mod build;
mod errors;
mod lex;
mod nesting;
mod parse;
pub mod print;
mod reports;
mod text;

#[allow(clippy::all, clippy::unwrap_used, unused, missing_docs, unreachable_pub, unused_qualifications)]
mod grammar {
    lalrpop_util::lalrpop_mod!(pub(crate) dslc);
}

pub use errors::LIMITS;
pub use lex::MAX_NAME;
pub use nesting::{MAX_HEIGHT, MAX_NESTING};
pub use parse::{parse_expr, parse_file, parse_line, places};
pub use reports::MAX_DIAGNOSTICS;
pub use text::{MAX_SOURCE, NotText, decode};
