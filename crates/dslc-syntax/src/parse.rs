//! Tokens to AST, one top-level statement at a time.

use std::cell::RefCell;

use dslc_base::{Diagnostic, FileId};

use crate::ast::{File, Item};
use crate::build::Cx;
use crate::errors;
use crate::grammar::dslc::ItemParser;
use crate::lex::{self, Spanned, Tok};
use crate::nesting;

/// How many diagnostics one file may give; the rest are counted.
pub const MAX_DIAGNOSTICS: usize = 100;

/// The items of a file and what is wrong with it. Whatever could be parsed is there.
pub fn parse_file(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let tokens = lex::tokens(file, text, &mut diagnostics);
    if let Some(too_deep) = nesting::check(file, &tokens) {
        diagnostics.push(too_deep);
        return (File::default(), diagnostics);
    }
    let lexical = diagnostics.len();
    let cx = Cx { file, diagnostics: RefCell::new(diagnostics) };
    let parser = ItemParser::new();
    let mut items = Vec::new();
    let mut skipped = false;
    for piece in pieces(&tokens) {
        if piece.is_empty() {
            continue;
        }
        match parser.parse(&cx, piece.iter().copied()) {
            Ok(item) => items.push(item),
            // A bad byte has been reported already, and what follows from it is no news.
            Err(_) if lexical > 0 && skipped => {}
            Err(error) => {
                let end = piece.last().map_or(text.len(), |t| t.2);
                let found = errors::syntax(file, text, piece, error, end);
                let mut all = cx.diagnostics.borrow_mut();
                let known = all.iter().any(|d| d.span() == found.span());
                skipped = true;
                if !known {
                    all.push(found);
                }
            }
        }
    }
    (File { items }, cx.diagnostics.into_inner())
}

/// One line of a REPL: as a file.
pub fn parse_line(file: FileId, text: &str) -> (Vec<Item>, Vec<Diagnostic>) {
    let (file, diagnostics) = parse_file(file, text);
    (file.items, diagnostics)
}

/// The tokens between separators outside all brackets. A bracket that is never closed takes the rest.
fn pieces<'a, 's>(tokens: &'a [Spanned<'s>]) -> Vec<&'a [Spanned<'s>]> {
    let mut out = Vec::new();
    let (mut depth, mut from) = (0usize, 0usize);
    for (k, (_, token, _)) in tokens.iter().enumerate() {
        match token {
            Tok::LP | Tok::LB | Tok::LC => depth += 1,
            Tok::RP | Tok::RB | Tok::RC => depth = depth.saturating_sub(1),
            Tok::Sep if depth == 0 => {
                out.push(&tokens[from..k]);
                from = k + 1;
            }
            _ => {}
        }
    }
    out.push(&tokens[from..]);
    out
}
