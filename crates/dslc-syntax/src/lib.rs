//! Text to AST: lexer, layout filter, grammar. Knows no types.
//!
//! [`parse_file`] always gives what could be parsed: each top-level statement is parsed on its own, so one
//! mistake does not hide the next.

pub mod ast;
mod build;
pub mod errors;
mod lex;
mod nesting;
mod parse;
pub mod print;
mod text;

#[allow(clippy::all, clippy::unwrap_used, unused, missing_docs, unreachable_pub, unused_qualifications)]
mod grammar {
    lalrpop_util::lalrpop_mod!(pub(crate) dslc);
}

pub use errors::CODES;
pub use lex::MAX_NAME;
pub use nesting::MAX_NESTING;
pub use parse::{MAX_DIAGNOSTICS, parse_file, parse_line};
pub use text::{MAX_SOURCE, NotText, decode};
