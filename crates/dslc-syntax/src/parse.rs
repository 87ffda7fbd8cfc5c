//! Tokens to AST, one statement of the file at a time.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use dslc_base::{Diagnostic, FileId, Span};
use lalrpop_util::ParseError;

use crate::ast::{Expr, File, Item};
use crate::build::Cx;
use crate::errors::{self, Failure};
use crate::grammar::dslc::{ExprParser, ItemParser};
use crate::lex::{self, Program, Spanned, Tok};
use crate::nesting;
use crate::reports::Reports;
use crate::text::MAX_SOURCE;

/// How often one statement of a file is parsed again with a mistake cut out, and how long it may be for that: both
/// bound the time that a file full of mistakes takes.
const RETRIES: usize = 32;
const RETRY_TOKENS: usize = 1 << 16;

type Fault<'s> = ParseError<usize, Tok<'s>, ()>;

/// The items of a file and what is wrong with it. Whatever could be parsed is there; a statement of a block that
/// could not is [`ExprKind::Error`](crate::ast::ExprKind::Error).
pub fn parse_file(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    let Some((cx, program)) = prepare(file, text) else { return (File::default(), too_long(file, text)) };
    if let Some(too_deep) = nesting::check(file, &program.tokens) {
        cx.reports.borrow_mut().add(|| too_deep);
        return (File::default(), cx.reports.into_inner().finish());
    }
    let parser = ItemParser::new();
    let mut items = Vec::new();
    let ends = program.ends.iter().copied().chain([program.tokens.len()]);
    let (mut from, mut since) = (0, 0);
    for end in ends {
        if cx.reports.borrow().hopeless() {
            break;
        }
        let after = program.tokens.get(end).map_or(text.len(), |t| t.0);
        let piece = Piece { cx: &cx, text, since, after };
        items.extend(
            piece.parse(&program.tokens[from..end], &|tokens| parser.parse(&cx, tokens.iter().copied())),
        );
        (from, since) = (end + 1, after);
    }
    (File { items, broken: cx.broken.into_inner() }, cx.reports.into_inner().finish())
}

/// One line of a REPL: as a file.
pub fn parse_line(file: FileId, text: &str) -> (Vec<Item>, Vec<Diagnostic>) {
    let (file, diagnostics) = parse_file(file, text);
    (file.items, diagnostics)
}

/// One expression and nothing else.
pub fn parse_expr(file: FileId, text: &str) -> (Option<Expr>, Vec<Diagnostic>) {
    let Some((cx, program)) = prepare(file, text) else { return (None, too_long(file, text)) };
    if let Some(too_deep) = nesting::check(file, &program.tokens) {
        cx.reports.borrow_mut().add(|| too_deep);
        return (None, cx.reports.into_inner().finish());
    }
    let parser = ExprParser::new();
    let piece = Piece { cx: &cx, text, since: 0, after: text.len() };
    let expr = piece.parse(&program.tokens, &|tokens| parser.parse(&cx, tokens.iter().copied()));
    if program.tokens.is_empty() {
        let expected = ["\"int\"".to_owned(), "\"(\"".to_owned()];
        cx.reports.borrow_mut().add(|| piece.report(&[], 0, &expected));
    }
    (expr, cx.reports.into_inner().finish())
}

/// Where the tokens of a text stand, in order, and what is wrong with its characters and brackets: the lexer alone.
pub fn places(file: FileId, text: &str) -> (Vec<Range<usize>>, Vec<Diagnostic>) {
    let Some((cx, program)) = prepare(file, text) else { return (Vec::new(), too_long(file, text)) };
    let places = program.tokens.iter().map(|t| t.0..t.2).collect();
    (places, cx.reports.into_inner().finish())
}

/// The tokens of a text that is not too long.
fn prepare(file: FileId, text: &str) -> Option<(Cx, Program<'_>)> {
    if text.len() > MAX_SOURCE {
        return None;
    }
    let mut reports = Reports::default();
    let program = lex::tokens(file, text, &mut reports);
    Some((Cx { file, reports: RefCell::new(reports), broken: RefCell::default() }, program))
}

fn too_long(file: FileId, text: &str) -> Vec<Diagnostic> {
    vec![errors::source_too_long(Span::new(file, 0, 0), text.len())]
}

/// How one statement of a file is parsed and what is wrong with it reported.
struct Piece<'a, 's> {
    cx: &'a Cx,
    text: &'s str,
    /// The byte from which on this statement may have started.
    since: usize,
    /// The byte at which the next statement may start.
    after: usize,
}

impl<'s> Piece<'_, 's> {
    /// Parses; where that fails, reports, cuts the smallest statement around the mistake out and tries again, so that
    /// one mistake hides neither the next nor the function that it stands in.
    fn parse<T>(
        &self,
        tokens: &[Spanned<'s>],
        parse: &dyn Fn(&[Spanned<'s>]) -> Result<T, Fault<'s>>,
    ) -> Option<T> {
        if tokens.is_empty() {
            return None;
        }
        let mut fault = match parse(tokens) {
            Ok(tree) => return Some(tree),
            Err(fault) => fault,
        };
        let mut tokens = tokens.to_vec();
        for _ in 0..RETRIES {
            let (at, expected) = place(&tokens, fault);
            let cut = enclosing(&tokens, at);
            self.fault(&tokens, at, &expected, cut.clone());
            self.cx.broken.borrow_mut().extend(defined(&tokens[cut.clone().unwrap_or(0..tokens.len())]));
            self.cx.broken.borrow_mut().extend(defined(&tokens[..cut.clone().map_or(0, |c| c.start)]));
            let cut = cut.filter(|_| tokens.len() < RETRY_TOKENS && !self.cx.reports.borrow().full())?;
            let (start, end) = (tokens[cut.start].0, tokens[cut.end - 1].2);
            tokens.splice(cut, [(start, Tok::Bad, end)]);
            fault = match parse(&tokens) {
                Ok(tree) => return Some(tree),
                Err(fault) => fault,
            };
        }
        None
    }

    /// Reports a mistake, unless the lexer has reported one in the same statement: what follows from that is no news.
    fn fault(&self, tokens: &[Spanned<'s>], at: usize, expected: &[String], cut: Option<Range<usize>>) {
        let known = matches!(tokens.get(at), Some((_, Tok::Bad, _)));
        let whole = cut.unwrap_or(0..tokens.len());
        let first = match whole.start {
            0 => self.since,
            start => tokens.get(start - 1).map_or(0, |t| t.2),
        };
        let last = tokens.get(whole.end).map_or(self.after, |t| t.0);
        let mut reports = self.cx.reports.borrow_mut();
        if !known && !reports.has_lexical(first, last) {
            reports.once(|| self.report(tokens, at, expected));
        }
    }

    fn report(&self, tokens: &[Spanned<'s>], at: usize, expected: &[String]) -> Diagnostic {
        let blocks = open_blocks(tokens, at);
        let start = statement(tokens, at, blocks.last().map_or(0, |b| b + 1)).start;
        errors::syntax(&Failure {
            file: self.cx.file,
            text: self.text,
            before: &tokens[start.min(at)..at],
            found: tokens.get(at).copied(),
            next: tokens.get(at + 1).map(|t| t.1),
            expected,
            in_block: !blocks.is_empty(),
            in_result: blocks.last().is_some_and(|&b| b > 0 && tokens[b - 1].1 == Tok::Arrow),
        })
    }
}

/// The names that a statement with a mistake may define: those before its `=`, if it starts as a definition does.
fn defined(tokens: &[Spanned<'_>]) -> Vec<Rc<str>> {
    use Tok::{Bad, Fn, Ident, Let, Model, Param};
    let defines = match tokens {
        [(_, Let | Param | Fn | Model, _), ..] => true,
        // `var x`, `def f`; `x := 3`.
        [(_, Ident(_), _), (_, Ident(_) | Bad, _), ..] => true,
        _ => false,
    };
    let head = tokens.iter().take_while(|t| defines && !matches!(t.1, Tok::Eq | Bad));
    head.filter_map(|t| if let Ident(name) = t.1 { Some(name.into()) } else { None }).collect()
}

/// The index of the token that does not fit, and the terminals that would.
fn place(tokens: &[Spanned<'_>], fault: Fault<'_>) -> (usize, Vec<String>) {
    let index = |byte: usize, token: Tok<'_>| {
        let from = tokens.partition_point(|t| t.0 < byte);
        let same = tokens[from..].iter().position(|t| t.1 == token && t.0 == byte);
        from + same.unwrap_or(0)
    };
    match fault {
        ParseError::UnrecognizedToken { token: (l, t, _), expected } => (index(l, t), expected),
        ParseError::ExtraToken { token: (l, t, _) } => (index(l, t), Vec::new()),
        ParseError::UnrecognizedEof { expected, .. } => (tokens.len(), expected),
        ParseError::InvalidToken { location } => (tokens.partition_point(|t| t.0 < location), Vec::new()),
        ParseError::User { .. } => (tokens.len(), Vec::new()),
    }
}

/// The `{` that are open before a token, outermost first.
fn open_blocks(tokens: &[Spanned<'_>], at: usize) -> Vec<usize> {
    let mut open = Vec::new();
    for (k, t) in tokens[..at.min(tokens.len())].iter().enumerate() {
        if t.1.opens() {
            open.push(k);
        } else if t.1.closes() {
            open.pop();
        }
    }
    open.retain(|&k| tokens[k].1 == Tok::LC);
    open
}

/// What to replace by an error so that parsing can go on: the innermost statement of a block around a mistake, or
/// what stands behind the first `=` of a definition.
fn enclosing(tokens: &[Spanned<'_>], at: usize) -> Option<Range<usize>> {
    let useful = |r: &Range<usize>| r.len() > 1 || r.len() == 1 && tokens[r.start].1 != Tok::Bad;
    let blocks = open_blocks(tokens, at);
    if let Some(range) = blocks.iter().rev().map(|&b| statement(tokens, at, b + 1)).find(useful) {
        return Some(range);
    }
    let mut depth = 0usize;
    let equals = tokens[..at.min(tokens.len())].iter().position(|t| {
        depth = if t.1.opens() { depth + 1 } else { depth - usize::from(t.1.closes() && depth > 0) };
        depth == 0 && t.1 == Tok::Eq
    })?;
    Some(equals + 1..tokens.len()).filter(useful)
}

/// The statement around a token in the block whose first token is `from`.
fn statement(tokens: &[Spanned<'_>], at: usize, from: usize) -> Range<usize> {
    let (mut start, mut depth) = (from, 0usize);
    for (k, t) in tokens.iter().enumerate().skip(from) {
        if t.1.opens() {
            depth += 1;
        } else if t.1.closes() && depth == 0 {
            return start..k;
        } else if t.1.closes() {
            depth -= 1;
        } else if t.1 == Tok::Sep && depth == 0 {
            if k >= at {
                return start..k;
            }
            start = k + 1;
        }
    }
    start..tokens.len()
}
