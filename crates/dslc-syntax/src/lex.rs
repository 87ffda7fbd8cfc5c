//! Tokens, and the layout filter between lexer and parser.

use dslc_base::{Diagnostic, FileId, Span};
use logos::Logos;

use crate::errors;

/// A token. Words of items are keywords only where an item can start; elsewhere they are names.
#[derive(Logos, Clone, Copy, Debug, PartialEq)]
#[logos(skip r"[ \t]+")]
#[logos(skip("//[^\r\n]*", allow_greedy = true))]
#[allow(missing_docs)]
pub(crate) enum Tok<'s> {
    #[regex(r"[\p{XID_Start}_][\p{XID_Continue}]*", |l| l.slice(), priority = 1)]
    Ident(&'s str),
    #[regex(r"[0-9][0-9_]*", |l| l.slice())]
    #[regex(r"0x[0-9a-fA-F_]*", |l| l.slice())]
    #[regex(r"0b[01_]*", |l| l.slice())]
    Int(&'s str),
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)", |l| l.slice())]
    Float(&'s str),
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*""#, |l| l.slice())]
    Str(&'s str),
    #[regex(r"\r\n|\n|\r")]
    Newline,
    #[token(";")]
    Sep,
    #[token("fn")]
    Fn,
    #[token("model")]
    Model,
    #[token("type")]
    Type,
    #[token("test")]
    Test,
    #[token("import")]
    Import,
    #[token("as")]
    As,
    #[token("derivative")]
    Derivative,
    #[token("law")]
    Law,
    #[token("let")]
    Let,
    #[token("mut")]
    Mut,
    #[token("param")]
    Param,
    #[token("for")]
    For,
    #[token("in")]
    In,
    #[token("while")]
    While,
    #[token("if")]
    If,
    #[token("else")]
    Else,
    #[token("and")]
    And,
    #[token("or")]
    Or,
    #[token("not")]
    Not,
    #[token("true")]
    True,
    #[token("false")]
    False,
    #[token("_", priority = 5)]
    Under,
    #[token("(")]
    LP,
    #[token(")")]
    RP,
    #[token("[")]
    LB,
    #[token("]")]
    RB,
    #[token("{")]
    LC,
    #[token("}")]
    RC,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("->")]
    Arrow,
    #[token("|")]
    Bar,
    #[token("=")]
    Eq,
    #[token("+=")]
    PlusEq,
    #[token("-=")]
    MinusEq,
    #[token("*=")]
    StarEq,
    #[token("==")]
    EqEq,
    #[token("!=")]
    Ne,
    #[token("<")]
    Lt,
    #[token("<=")]
    Le,
    #[token(">")]
    Gt,
    #[token(">=")]
    Ge,
    #[token(">>")]
    Shr,
    #[token("&")]
    Amp,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("@")]
    At,
    #[token("^")]
    Caret,
}

/// A token between two bytes.
pub(crate) type Spanned<'s> = (usize, Tok<'s>, usize);

/// The longest name in bytes.
pub const MAX_NAME: usize = 1 << 10;

/// The tokens of a text, newlines and `;` turned into one [`Tok::Sep`] where a statement can end and the next
/// token cannot continue it, and never inside `(` or `[`.
pub(crate) fn tokens<'s>(file: FileId, text: &'s str, out: &mut Vec<Diagnostic>) -> Vec<Spanned<'s>> {
    let start = prologue(text);
    let raw = raw_tokens(file, text, start, out);
    contextual(layout(raw), text)
}

/// The bytes before the program: a byte-order mark, a first `#!` line.
fn prologue(text: &str) -> usize {
    let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
    if text[bom..].starts_with("#!") { text[bom..].find('\n').map_or(text.len(), |n| bom + n) } else { bom }
}

fn raw_tokens<'s>(file: FileId, text: &'s str, start: usize, out: &mut Vec<Diagnostic>) -> Vec<Spanned<'s>> {
    let mut tokens = Vec::new();
    let mut lexer = Tok::lexer(text);
    lexer.bump(start);
    let mut bad: Option<(usize, usize)> = None;
    while let Some(token) = lexer.next() {
        let r = lexer.span();
        match token {
            Err(()) => {
                // Neighbouring bad bytes are one mistake.
                let from = match bad {
                    Some((from, to)) if to == r.start => from,
                    Some((from, to)) => {
                        out.push(errors::bad_text(file, text, from, to));
                        r.start
                    }
                    None => r.start,
                };
                bad = Some((from, r.end));
            }
            Ok(token) => {
                if let Some((from, to)) = bad.take() {
                    out.push(errors::bad_text(file, text, from, to));
                }
                check_token(file, text, token, r.start, r.end, out);
                tokens.push((r.start, token, r.end));
            }
        }
    }
    if let Some((from, to)) = bad {
        out.push(errors::bad_text(file, text, from, to));
    }
    bidirectional(file, text, out);
    tokens
}

/// Marks that make text read in another order than it is written, in comments and strings too.
fn bidirectional(file: FileId, text: &str, out: &mut Vec<Diagnostic>) {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    for (at, c) in text.char_indices().filter(|(_, c)| turns(*c)).take(10) {
        out.push(errors::bidirectional(Span::new(file, at, at + c.len_utf8()), c));
    }
}

/// What a token's form cannot say: digits, exponents, lengths, what stands right behind a number.
fn check_token(file: FileId, text: &str, token: Tok<'_>, start: usize, end: usize, out: &mut Vec<Diagnostic>) {
    let span = Span::new(file, start, end);
    match token {
        Tok::Ident(name) if name.len() > MAX_NAME => out.push(errors::name_too_long(span, name.len())),
        Tok::Int(digits) | Tok::Float(digits) => {
            let radix = digits.starts_with("0x") || digits.starts_with("0b");
            if digits.ends_with('_') || (radix && digits.len() == 2) {
                out.push(errors::bad_number(span, digits));
            } else if let Tok::Float(_) = token
                && digits.replace('_', "").parse::<f64>().is_ok_and(f64::is_infinite)
            {
                out.push(errors::float_too_large(span));
            }
            let next = text[end..].chars().next();
            let after = text[end..].chars().nth(1);
            let dot = next == Some('.') && !after.is_some_and(|c| c == '.' || c.is_alphabetic() || c == '_');
            if dot && matches!(token, Tok::Int(_)) && !after.is_some_and(|c| c.is_ascii_digit()) {
                out.push(errors::bad_number(Span::new(file, start, end + 1), &text[start..=end]));
            } else if next.is_some_and(|c| c.is_alphanumeric()) {
                let word = text[end..].chars().take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
                out.push(errors::bad_number(Span::new(file, start, end + word), &text[start..end + word]));
            }
        }
        _ => {}
    }
}

fn layout(raw: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    use Tok::*;
    let mut out: Vec<Spanned<'_>> = Vec::with_capacity(raw.len());
    let mut open: Vec<Tok<'_>> = Vec::new();
    let mut pending: Option<(usize, bool)> = None;
    for (start, token, end) in raw {
        match token {
            Newline => {
                pending.get_or_insert((start, false));
                continue;
            }
            Sep => {
                pending = Some((start, true));
                continue;
            }
            _ => {}
        }
        if let Some((at, hard)) = pending.take() {
            let inside = matches!(open.last(), Some(LP | LB));
            let last = out.last().map(|t| t.1);
            let ends = matches!(
                last,
                Some(Ident(_) | Int(_) | Float(_) | Str(_) | True | False | RP | RB | RC | Under)
            ) || matches!(last, Some(Model | Type | Test | Param | Derivative | Law));
            if ends && (hard && token != RC || !inside && !continues(token)) {
                out.push((at, Sep, at + 1));
            }
        }
        match token {
            LP | LB | LC => open.push(token),
            RP | RB | RC => {
                open.pop();
            }
            _ => {}
        }
        // `p.0.1` is two projections, not a float.
        if let (Float(f), Some((_, Dot, _))) = (token, out.last())
            && let Some((a, b)) = f.split_once('.')
        {
            let middle = start + a.len();
            out.push((start, Int(a), middle));
            out.push((middle, Dot, middle + 1));
            out.push((middle + 1, Int(b), end));
            continue;
        }
        out.push((start, token, end));
    }
    out
}

/// Whether a token at the start of a line goes on with the statement before.
fn continues(token: Tok<'_>) -> bool {
    use Tok::*;
    matches!(
        token,
        RC | RP | RB | Comma | Dot | Colon | Plus | Star | Slash | Percent | At | Caret | Shr | Amp | And | Or
            | EqEq | Ne | Lt | Le | Gt | Ge | Eq | Arrow | Else | DotDot
    )
}

/// Words of items are keywords only where an item can start and what follows fits.
fn contextual<'s>(mut tokens: Vec<Spanned<'s>>, text: &'s str) -> Vec<Spanned<'s>> {
    use Tok::*;
    for k in 0..tokens.len() {
        let next = tokens.get(k + 1).map(|t| t.1);
        let starts = k == 0 || matches!(tokens[k - 1].1, Sep | LC);
        let keep = match tokens[k].1 {
            Test | Law => starts && matches!(next, Some(Str(_))),
            Model | Type | Param | Derivative => starts && matches!(next, Some(Ident(_))),
            Import => starts && matches!(next, Some(Ident(_) | Str(_) | Test | Law | Model | Type | Param | Derivative)),
            As => k > 0 && matches!(tokens[k - 1].1, Str(_)) && k > 1 && matches!(tokens[k - 2].1, Import),
            _ => true,
        };
        if !keep {
            tokens[k].1 = Ident(&text[tokens[k].0..tokens[k].2]);
        }
    }
    tokens
}
