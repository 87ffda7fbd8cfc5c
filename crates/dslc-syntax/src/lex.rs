//! Characters to tokens, with everything that is wrong with characters reported here.
//!
//! Names are compared by their characters: no Unicode normalisation is applied, so a name written with a combining
//! mark and the same name written with one accented character are two names.

mod check;
mod layout;
mod token;

use dslc_base::{FileId, Span};
use logos::Logos;

use crate::errors;
use crate::reports::Reports;
pub(crate) use layout::Program;
pub(crate) use token::Tok;

/// A token between two bytes.
pub(crate) type Spanned<'s> = (usize, Tok<'s>, usize);

/// The longest name in bytes.
pub const MAX_NAME: usize = 1 << 10;

/// The tokens of a text, brackets balanced, newlines and `;` turned into one [`Tok::Sep`] where a statement can end
/// and the next token cannot continue it.
pub(crate) fn tokens<'s>(file: FileId, text: &'s str, reports: &mut Reports) -> Program<'s> {
    check::unseen(file, text, reports);
    let raw = Scan { file, text, reports, tokens: Vec::new(), bad: None, in_bars: false }.run(prologue(text));
    let program = layout::layout(file, text, &raw, reports);
    reports.sort_lexical();
    program
}

/// The bytes before the program: a byte-order mark, a first `#!` line.
fn prologue(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    match text[mark..].starts_with("#!") {
        true => text[mark..].find(['\n', '\r']).map_or(text.len(), |n| mark + n),
        false => mark,
    }
}

/// One pass over the characters.
struct Scan<'s, 'r> {
    file: FileId,
    text: &'s str,
    reports: &'r mut Reports,
    tokens: Vec<Spanned<'s>>,
    /// Characters that start no token; neighbours are one mistake.
    bad: Option<(usize, usize)>,
    /// Whether the parameters of a closure are open, so that `||` is the end of one list and the start of the next.
    in_bars: bool,
}

impl<'s> Scan<'s, '_> {
    fn run(mut self, start: usize) -> Vec<Spanned<'s>> {
        let mut lexer = Tok::lexer(self.text);
        lexer.bump(start);
        while let Some(token) = lexer.next() {
            let r = lexer.span();
            let Ok(token) = token else {
                if let Some(more) = self.habit(r.start) {
                    lexer.bump(more);
                    continue;
                }
                self.bad = match self.bad {
                    Some((from, to)) if to == r.start => Some((from, r.end)),
                    _ => {
                        self.report_bad();
                        Some((r.start, r.end))
                    }
                };
                continue;
            };
            self.report_bad();
            let more = self.token(r.start, token, r.end);
            lexer.bump(more);
        }
        self.report_bad();
        self.tokens
    }

    /// Takes a `'` or `#` of another language with what belongs to it; the answer is how many bytes follow it.
    fn habit(&mut self, start: usize) -> Option<usize> {
        let rest = &self.text[start..];
        if !rest.starts_with(['#', '\'']) {
            return None;
        }
        let behind = self.tokens.last().is_some_and(|t| t.2 == start && t.1.ends_operand());
        let span = self.span(start, start + 1);
        match &rest[1..] {
            comment if rest.starts_with('#') => {
                self.report_bad();
                self.reports.lexical(start, || errors::bad_characters(span, "#"));
                Some(comment.find(['\n', '\r']).unwrap_or(comment.len()))
            }
            next if behind => {
                self.report_bad();
                self.reports.lexical(start, || errors::prime(span, next.starts_with('(')));
                Some(0)
            }
            quoted => {
                let end = quoted.find(['\'', '\n', '\r']).filter(|&k| quoted[k..].starts_with('\''))?;
                let inside = &quoted[..end];
                let end = start + inside.len() + 2;
                let whole = self.span(start, end);
                self.report_bad();
                self.reports.lexical(start, || errors::single_quotes(whole, inside));
                self.tokens.push((start, Tok::Bad, end));
                Some(inside.len() + 1)
            }
        }
    }

    /// Takes one token; the answer is how many bytes behind it belong to it too.
    fn token(&mut self, start: usize, token: Tok<'s>, end: usize) -> usize {
        let span = self.span(start, end);
        match token {
            // A run of line ends and semicolons is one separator, hard if there was a `;`.
            Tok::Newline if matches!(self.tokens.last(), Some((_, Tok::Newline | Tok::Sep, _))) => return 0,
            Tok::Sep if matches!(self.tokens.last(), Some((_, Tok::Sep, _))) => return 0,
            Tok::Int(_) | Tok::Float(_) => return self.number(start, token, end),
            Tok::Ident(name) if name.len() > MAX_NAME => {
                self.reports.add(|| errors::name_too_long(span, name.len()));
            }
            Tok::Ident(name) if let Some((at, c)) = check::joiner(name) => {
                let place = Span::new(self.file, start + at, start + at + c.len_utf8());
                self.reports.lexical(start, || errors::unseen(place, c));
            }
            Tok::Str(quoted) => check::escapes(self.file, start, quoted, self.reports),
            Tok::OpenStr(open) => {
                self.reports.lexical(start, || errors::open_string(span, open));
                self.tokens.push((start, Tok::Bad, end));
                return 0;
            }
            Tok::Bar => self.in_bars = !self.in_bars && !self.after_operand(),
            Tok::Foreign("||") if self.in_bars => {
                self.tokens.extend([(start, Tok::Bar, start + 1), (start + 1, Tok::Bar, end)]);
                return 0;
            }
            Tok::Foreign("||") if !self.after_operand() => {
                self.reports.lexical(start, || errors::empty_closure(span));
                self.tokens.extend([
                    (start, Tok::Bar, start + 1),
                    (start + 1, Tok::Under, start + 1),
                    (start + 1, Tok::Bar, end),
                ]);
                return 0;
            }
            Tok::Foreign(operator) => {
                self.reports.lexical(start, || errors::foreign_operator(span, operator));
                self.tokens.push((start, replacement(operator), end));
                return 0;
            }
            Tok::BlockComment => {
                self.reports.lexical(start, || errors::block_comment(span));
                let rest = &self.text[end..];
                return rest.find("*/").map_or(rest.len(), |n| n + 2);
            }
            _ => {}
        }
        self.tokens.push((start, token, end));
        0
    }

    fn number(&mut self, start: usize, token: Tok<'s>, end: usize) -> usize {
        let behind_dot = matches!(self.tokens.last(), Some((_, Tok::Dot, to)) if *to == start);
        let mut kept = self.tokens.iter().rev().filter(|t| t.1 != Tok::Newline);
        let point_first =
            behind_dot && !kept.nth(1).is_some_and(|t| t.1.ends_operand() || t.1.is_item_word());
        let more = check::behind_number(&self.text[end..], token, behind_dot);
        let from = if point_first { start - 1 } else { start };
        let written = &self.text[from..end + more];
        let span = self.span(from, end + more);
        let index = written.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if point_first || more > 0 || check::malformed(written) || behind_dot && !index {
            self.reports.lexical(from, || errors::bad_number(span, written));
            if point_first {
                self.tokens.pop();
            }
            self.tokens.push((from, Tok::Bad, end + more));
            return more;
        }
        if let Tok::Float(digits) = token {
            check::range(span, digits, self.reports);
        }
        self.tokens.push((start, token, end));
        0
    }

    fn after_operand(&self) -> bool {
        self.tokens.last().is_some_and(|t| t.1.ends_operand() || t.1.is_item_word())
    }

    fn report_bad(&mut self) {
        let Some((from, to)) = self.bad.take() else { return };
        let (span, bad) = (self.span(from, to), &self.text[from..to]);
        // Characters that cannot be seen have been reported by `unseen`, wherever they stand.
        if !bad.chars().all(check::is_unseen) {
            self.reports.lexical(from, || errors::bad_characters(span, bad));
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }
}

/// What an operator of another language most likely means, so that parsing goes on.
fn replacement(operator: &str) -> Tok<'static> {
    match operator {
        "&&" => Tok::And,
        "||" => Tok::Or,
        "**" => Tok::Caret,
        "++" => Tok::Plus,
        ":=" | "|>" => Tok::Bad,
        "!" => Tok::Not,
        "===" => Tok::EqEq,
        "!==" | "<>" => Tok::Ne,
        "=>" => Tok::Arrow,
        "::" => Tok::Dot,
        "..." | "..=" => Tok::DotDot,
        _ => Tok::StarEq,
    }
}
