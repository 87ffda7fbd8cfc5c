//! Limits nesting before anything is parsed, so that no walk over a tree can run deep.

use dslc_base::{Diagnostic, FileId, Span};

use crate::errors;
use crate::lex::{Spanned, Tok};

/// How deep brackets, prefix operators, powers, closures and postfixes may each nest.
pub const MAX_NESTING: usize = 256;

/// What has been counted at one level of brackets.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Prefix operators, powers and arrows since the last operator that ends them.
    prefix: usize,
    /// Closures since the last statement.
    closures: usize,
    /// Postfixes in a row.
    postfix: usize,
}

/// The first place where something nests too deep.
pub(crate) fn check(file: FileId, tokens: &[Spanned<'_>]) -> Option<Diagnostic> {
    let mut levels = vec![Level::default()];
    let mut previous: Option<Tok<'_>> = None;
    for &(start, token, end) in tokens {
        let ended = previous.is_some_and(ends_operand);
        let level = levels.last_mut()?;
        match token {
            Tok::LP | Tok::LB | Tok::LC => {
                level.postfix = if ended { level.postfix + 1 } else { 0 };
                levels.push(Level::default());
            }
            Tok::RP | Tok::RB | Tok::RC => {
                if levels.len() > 1 {
                    levels.pop();
                }
            }
            Tok::Dot => level.postfix += 1,
            Tok::Ident(_) | Tok::Int(_) if previous == Some(Tok::Dot) => {}
            Tok::Minus | Tok::Not if !ended => level.prefix += 1,
            Tok::Caret | Tok::Arrow => level.prefix += 1,
            Tok::Bar if !ended => level.closures += 1,
            Tok::Sep => *level = Level::default(),
            Tok::Comma | Tok::Plus | Tok::Minus | Tok::Star | Tok::Slash | Tok::At | Tok::Percent | Tok::Eq => {
                level.prefix = 0;
                level.postfix = 0;
            }
            _ => level.postfix = 0,
        }
        let deep = levels.last().is_some_and(|l| l.prefix.max(l.closures).max(l.postfix) > MAX_NESTING);
        if levels.len() > MAX_NESTING + 1 || deep {
            return Some(errors::nesting(Span::new(file, start, end), MAX_NESTING));
        }
        previous = Some(token);
    }
    None
}

fn ends_operand(token: Tok<'_>) -> bool {
    matches!(
        token,
        Tok::Ident(_) | Tok::Int(_) | Tok::Float(_) | Tok::Str(_) | Tok::True | Tok::False | Tok::RP | Tok::RB | Tok::RC
    )
}
