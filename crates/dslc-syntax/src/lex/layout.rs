//! The layout filter: ends of statements, balanced brackets, words of items.

use dslc_base::{FileId, Span};

use super::{Spanned, Tok};
use crate::errors;
use crate::nesting::MAX_NESTING;
use crate::reports::Reports;

/// The tokens of a file. **Invariant:** brackets are balanced unless they nest deeper than the limit.
pub(crate) struct Program<'s> {
    /// All tokens.
    pub(crate) tokens: Vec<Spanned<'s>>,
    /// Where a [`Tok::Sep`] ends a statement of the file.
    pub(crate) ends: Vec<usize>,
}

pub(crate) fn layout<'s>(
    file: FileId,
    text: &'s str,
    raw: &[Spanned<'s>],
    reports: &mut Reports,
) -> Program<'s> {
    let program = Program { tokens: Vec::with_capacity(raw.len()), ends: Vec::new() };
    let mut filter = Filter { file, text, reports, program, open: Vec::new() };
    let mut pending: Option<(usize, bool)> = None;
    for (k, &(start, token, end)) in raw.iter().enumerate() {
        match token {
            Tok::Newline => pending = pending.or(Some((start, false))),
            Tok::Sep => pending = Some((start, true)),
            _ => {
                if let Some((at, hard)) = pending.take() {
                    filter.line(at, hard, &raw[k..]);
                }
                filter.token(start, token, end);
            }
        }
    }
    filter.close_all();
    contextual(&mut filter.program.tokens, text);
    filter.program
}

struct Filter<'s, 'r> {
    file: FileId,
    text: &'s str,
    reports: &'r mut Reports,
    program: Program<'s>,
    /// The brackets that are open.
    open: Vec<Spanned<'s>>,
}

impl<'s> Filter<'s, '_> {
    /// The start of a line, or what stands behind a `;`: does the statement before end here?
    fn line(&mut self, at: usize, hard: bool, next: &[Spanned<'s>]) {
        let Some(&(start, token, _)) = next.first() else { return };
        let forced = self.recover(start, next) || self.begins(start, next);
        let inside = matches!(self.open.last(), Some((_, Tok::LP | Tok::LB, _)));
        let last = self.program.tokens.last().map(|t| t.1);
        let ends = last.is_some_and(|t| t.ends_operand() || t.is_item_word());
        let goes_on = inside || continues(token);
        if forced && last.is_some_and(|t| !matches!(t, Tok::Sep | Tok::LC))
            || ends && (hard && token != Tok::RC || !goes_on)
        {
            if self.open.is_empty() {
                self.program.ends.push(self.program.tokens.len());
            }
            self.program.tokens.push((at, Tok::Sep, at + 1));
        }
    }

    /// Closes the brackets that a line shows to have been forgotten: `let` cannot stand in `(`, and what starts an
    /// item at the left margin cannot stand in a block.
    fn recover(&mut self, start: usize, next: &[Spanned<'s>]) -> bool {
        let item = self.at_margin(start) && starts_item(next);
        let statement = matches!(next[0].1, Tok::Let | Tok::While | Tok::Fn);
        let too_deep = self.open.len() > MAX_NESTING;
        let mut closed = false;
        while let Some(&(l, opener, r)) = self.open.last()
            && (item || statement && opener != Tok::LC || self.swallowed(opener))
            && !too_deep
        {
            closed = true;
            self.close(l, opener, r);
        }
        closed
    }

    /// Whether a string without an end has taken the rest of the line, and with it what closes this bracket.
    fn swallowed(&self, opener: Tok<'_>) -> bool {
        let last = self.program.tokens.iter().rev().find(|t| t.0 < t.2);
        last.is_some_and(|t| {
            let text = &self.text[t.0..t.2];
            let open = t.1 == Tok::Bad && text.starts_with('"');
            open && opener != Tok::LC && text.contains(opener.partner().spelling())
        })
    }

    /// Whether these tokens start a statement although the one before is not complete: `let y = 2 +`, `let z = 3`.
    fn begins(&self, start: usize, next: &[Spanned<'s>]) -> bool {
        matches!(next[0].1, Tok::Let | Tok::While | Tok::Fn) || self.at_margin(start) && starts_item(next)
    }

    fn at_margin(&self, start: usize) -> bool {
        self.text[..start].ends_with(['\n', '\r'])
    }

    /// Reports the innermost bracket as never closed, and closes it behind the last token.
    fn close(&mut self, l: usize, opener: Tok<'s>, r: usize) {
        let end = self.program.tokens.last().map_or(r, |t| t.2);
        let (file, written) = (self.file, |t: &&Spanned<'s>| t.0 < t.2);
        // A string without an end may have taken the bracket, and has been reported.
        let last = self.program.tokens.iter().rev().find(written);
        if !last.is_some_and(|t| t.1 == Tok::Bad && self.text[t.0..].starts_with('"')) {
            let at = Span::new(file, end, end);
            let hidden = self.hidden(end, opener);
            self.reports.lexical(l, || errors::never_closed(Span::new(file, l, r), opener, at, hidden));
        }
        self.reports.mark(end);
        self.program.tokens.push((end, opener.partner(), end));
        self.open.pop();
    }

    /// The start of a comment right behind a token that holds the bracket which closes this one.
    fn hidden(&self, end: usize, opener: Tok<'_>) -> Option<Span> {
        let line = self.text[end..].split(['\n', '\r']).next()?;
        let comment = line.trim_start().strip_prefix("//")?;
        let at = end + line.len() - comment.len() - 2;
        comment.contains(opener.partner().spelling()).then(|| Span::new(self.file, at, at + 2))
    }

    /// The end of the file. Nests beyond the limit are reported as such, not bracket by bracket.
    fn close_all(&mut self) {
        if self.open.len() <= MAX_NESTING {
            while let Some(&(l, opener, r)) = self.open.last() {
                self.close(l, opener, r);
            }
        }
    }

    fn token(&mut self, start: usize, token: Tok<'s>, end: usize) {
        if token.opens() {
            self.open.push((start, token, end));
        } else if token.closes() {
            return self.closer(start, token, end);
        }
        // `p.0.1` is two projections, not a float.
        if let (Tok::Float(f), Some((_, Tok::Dot, _))) = (token, self.program.tokens.last())
            && let Some((a, b)) = f.split_once('.')
        {
            let middle = start + a.len();
            let parts = [
                (start, Tok::Int(a), middle),
                (middle, Tok::Dot, middle + 1),
                (middle + 1, Tok::Int(b), end),
            ];
            self.program.tokens.extend(parts);
            return;
        }
        self.program.tokens.push((start, token, end));
    }

    /// A closing bracket: what it closes, or why it closes nothing.
    fn closer(&mut self, start: usize, token: Tok<'s>, end: usize) {
        let (file, span) = (self.file, Span::new(self.file, start, end));
        let Some(&(l, opener, r)) = self.open.last() else {
            return self.reports.lexical(start, || errors::closes_nothing(span, token));
        };
        if opener.partner() != token {
            let wanted = self.open.iter().rev().position(|o| o.1.partner() == token);
            // `f(1 }` leaves out a `)`; `(1]` is a slip of the finger.
            let inner = self.open.iter().rev().position(|o| o.1 == Tok::LC).unwrap_or(usize::MAX);
            let one_line = !self.text[l..start].contains(['\n', '\r']);
            match wanted {
                Some(depth) if (depth <= inner || one_line) && depth <= MAX_NESTING => {
                    for _ in 0..depth {
                        if let Some(&(l, opener, r)) = self.open.last() {
                            self.close(l, opener, r);
                        }
                    }
                }
                // A block is not closed by a `)` somewhere in it.
                None if opener == Tok::LC && !one_line => {
                    return self.reports.lexical(start, || errors::closes_nothing(span, token));
                }
                _ => self
                    .reports
                    .lexical(start, || errors::mismatched(span, token, Span::new(file, l, r), opener)),
            }
        }
        let partner = self.open.pop().map_or(token, |o| o.1.partner());
        self.program.tokens.push((start, partner, end));
    }
}

/// Whether a token at the start of a line goes on with the statement before.
fn continues(token: Tok<'_>) -> bool {
    use Tok::*;
    matches!(
        token,
        RC | RP
            | RB
            | Comma
            | Dot
            | Colon
            | Plus
            | Star
            | Slash
            | Percent
            | At
            | Caret
            | Shr
            | Amp
            | And
            | Or
            | EqEq
            | Ne
            | Lt
            | Le
            | Gt
            | Ge
            | Eq
            | Arrow
            | Else
            | DotDot
    )
}

/// Whether an item, and not a statement, starts with these tokens.
fn starts_item(next: &[Spanned<'_>]) -> bool {
    use Tok::*;
    let second = next.get(1).map(|t| t.1);
    match next.first().map(|t| t.1) {
        Some(Fn) => true,
        Some(Test | Law) => matches!(second, Some(Str(_))),
        Some(Model | Type | Derivative) => matches!(second, Some(Ident(_))),
        Some(Import) => second.is_some_and(|t| t.is_item_word() || matches!(t, Ident(_) | Str(_))),
        _ => false,
    }
}

/// Words of items are keywords only where an item can start and what follows fits.
fn contextual<'s>(tokens: &mut [Spanned<'s>], text: &'s str) {
    use Tok::*;
    for k in 0..tokens.len() {
        let starts = k == 0 || matches!(tokens[k - 1].1, Sep | LC);
        let keep = match tokens[k].1 {
            Param => starts && matches!(tokens.get(k + 1), Some((_, Ident(_), _))),
            As => k > 1 && matches!((tokens[k - 2].1, tokens[k - 1].1), (Import, Str(_))),
            word => !word.is_item_word() || starts && starts_item(&tokens[k..]),
        };
        if !keep {
            tokens[k].1 = Ident(&text[tokens[k].0..tokens[k].2]);
        }
    }
}
