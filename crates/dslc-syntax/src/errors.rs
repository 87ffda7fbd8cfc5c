//! What can be wrong with a text, each mistake one function.

use dslc_base::{Diagnostic, FileId, Span};
use lalrpop_util::ParseError;

use crate::lex::{Spanned, Tok};

/// Codes of this crate: code, title, and the page that `dslc explain` shows.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E0101", "unexpected token", include_str!("pages/E0101.md")),
    ("E0102", "bracket is never closed", include_str!("pages/E0102.md")),
    ("E0103", "bad character", include_str!("pages/E0103.md")),
    ("E0104", "malformed number", include_str!("pages/E0104.md")),
    ("E0105", "number too large", include_str!("pages/E0105.md")),
    ("E0106", "malformed string", include_str!("pages/E0106.md")),
    ("E0107", "nesting too deep", include_str!("pages/E0107.md")),
    ("E0108", "text that reads in another order", include_str!("pages/E0108.md")),
    ("E0109", "name too long", include_str!("pages/E0109.md")),
    ("E0110", "word of another language", include_str!("pages/E0110.md")),
];

/// A character that no token starts with, or a string without an end.
pub(crate) fn bad_text(file: FileId, text: &str, from: usize, to: usize) -> Diagnostic {
    let span = Span::new(file, from, to);
    let bad = &text[from..to];
    if bad.starts_with('"') {
        return Diagnostic::error("E0106", span, "this string has no end on its line")
            .label("starts here")
            .help("close it with `\"`; a line break inside a string is written `\\n`");
    }
    let shown: String = bad.chars().take(8).flat_map(char::escape_default).collect();
    let d = Diagnostic::error("E0103", span, format!("`{shown}` has no meaning here"));
    match bad.trim() {
        "!" => d.label("not an operator").help("write `not` for negation").edit(span, "not "),
        "&&" => d.help("write `and`").edit(span, "and"),
        "||" => d.help("write `or`").edit(span, "or"),
        "'" => d.help("strings are written with double quotes"),
        "#" => d.help("a comment starts with `//`").edit(span, "//"),
        b if b.contains('\0') => d.help("the text contains a NUL byte; is it UTF-16? Save it as UTF-8"),
        _ => d.label("remove it"),
    }
}

/// A mark that turns the reading order.
pub(crate) fn bidirectional(span: Span, c: char) -> Diagnostic {
    Diagnostic::error("E0108", span, format!("the character U+{:04X} turns the reading order", c as u32))
        .label("what you see is not what is run")
        .help("remove it; in a string write it as an escape")
        .edit(span, "")
}

/// `1.`, `1_`, `0x`, `12abc`.
pub(crate) fn bad_number(span: Span, text: &str) -> Diagnostic {
    let d = Diagnostic::error("E0104", span, format!("`{text}` is no number"));
    let mended = text.trim_end_matches(['_', '.']);
    if text.ends_with('.') {
        d.label("a digit must follow the point").help(format!("write `{mended}.0`")).edit(span, format!("{mended}.0"))
    } else if text.ends_with('_') {
        d.help(format!("write `{mended}`")).edit(span, mended)
    } else if text == "0x" || text == "0b" {
        d.label("digits must follow")
    } else {
        d.label("a name cannot stand right behind a number").help("multiplication is written `*`")
    }
}

/// `1e999`.
pub(crate) fn float_too_large(span: Span) -> Diagnostic {
    Diagnostic::error("E0105", span, "this number is too large for a float").help("write `inf` if you mean infinity")
}

/// An integer of more than 64 bits.
pub(crate) fn integer_too_large(span: Span) -> Diagnostic {
    Diagnostic::error("E0105", span, "this integer does not fit into 64 bits")
}

/// A name of more than a kilobyte.
pub(crate) fn name_too_long(span: Span, len: usize) -> Diagnostic {
    Diagnostic::error("E0109", span, format!("this name has {len} bytes; the limit is {}", crate::lex::MAX_NAME))
}

/// A string escape that is not known.
pub(crate) fn bad_escape(span: Span) -> Diagnostic {
    Diagnostic::error("E0106", span, "this escape is not known")
        .help("the escapes are \\n \\t \\r \\0 \\\\ \\\" and \\u{1f600}")
}

/// Too many levels.
pub(crate) fn nesting(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::error("E0107", span, format!("this nests more than {limit} levels deep"))
        .help("name a part with `let`, or move it into a function")
}

/// A token as it is named in messages.
fn describe(token: &Tok<'_>) -> String {
    match token {
        Tok::Ident(n) if n.len() < 40 => format!("`{n}`"),
        Tok::Ident(_) => "a name".into(),
        Tok::Int(n) | Tok::Float(n) if n.len() < 40 => format!("`{n}`"),
        Tok::Int(_) | Tok::Float(_) => "a number".into(),
        Tok::Str(_) => "a string".into(),
        Tok::Sep | Tok::Newline => "the end of the statement".into(),
        other => format!("`{}`", spelling(other)),
    }
}

fn spelling(token: &Tok<'_>) -> &'static str {
    use Tok::*;
    match token {
        Fn => "fn",
        Model => "model",
        Type => "type",
        Test => "test",
        Import => "import",
        As => "as",
        Derivative => "derivative",
        Law => "law",
        Let => "let",
        Mut => "mut",
        Param => "param",
        For => "for",
        In => "in",
        While => "while",
        If => "if",
        Else => "else",
        And => "and",
        Or => "or",
        Not => "not",
        True => "true",
        False => "false",
        Under => "_",
        LP => "(",
        RP => ")",
        LB => "[",
        RB => "]",
        LC => "{",
        RC => "}",
        Comma => ",",
        Colon => ":",
        Dot => ".",
        DotDot => "..",
        Arrow => "->",
        Bar => "|",
        Eq => "=",
        PlusEq => "+=",
        MinusEq => "-=",
        StarEq => "*=",
        EqEq => "==",
        Ne => "!=",
        Lt => "<",
        Le => "<=",
        Gt => ">",
        Ge => ">=",
        Shr => ">>",
        Amp => "&",
        Plus => "+",
        Minus => "-",
        Star => "*",
        Slash => "/",
        Percent => "%",
        At => "@",
        Caret => "^",
        Ident(_) | Int(_) | Float(_) | Str(_) | Newline | Sep => "",
    }
}

/// What the parser could have taken, in a few words.
fn expected(names: &[String]) -> String {
    let has = |s: &str| names.iter().any(|n| n.trim_matches('"') == s);
    let mut words: Vec<&str> = Vec::new();
    if has("(") && has("int") {
        words.push("an expression");
    } else if has("ident") {
        words.push("a name");
    }
    for (token, word) in [
        (")", "`)`"),
        ("]", "`]`"),
        ("}", "`}`"),
        (",", "`,`"),
        ("=", "`=`"),
        ("->", "`->`"),
        (":", "`:`"),
        ("{", "`{`"),
        ("in", "`in`"),
        ("str", "a string"),
        ("for", "`for`"),
    ] {
        if has(token) && words.len() < 4 && !(token == "{" && words.first() == Some(&"an expression")) {
            words.push(word);
        }
    }
    match words.split_last() {
        None => "an operator or the end of the statement".into(),
        Some((last, [])) => (*last).to_string(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// A statement that the grammar does not take.
pub(crate) fn syntax(
    file: FileId,
    text: &str,
    piece: &[Spanned<'_>],
    error: ParseError<usize, Tok<'_>, ()>,
    end: usize,
) -> Diagnostic {
    let (found, names) = match error {
        ParseError::UnrecognizedToken { token, expected } => (Some(token), expected),
        ParseError::ExtraToken { token } => (Some(token), Vec::new()),
        ParseError::UnrecognizedEof { expected, .. } => (None, expected),
        ParseError::InvalidToken { .. } | ParseError::User { .. } => (None, Vec::new()),
    };
    if let Some(d) = found.as_ref().and_then(|t| mismatched(file, piece, t)).or_else(|| unclosed(file, piece, &found)) {
        return d;
    }
    let (span, what) = match &found {
        Some((l, t, r)) => (Span::new(file, *l, *r), describe(t)),
        None => (Span::new(file, end, end), "the end of the statement".into()),
    };
    let d = Diagnostic::error("E0101", span, format!("expected {}, found {what}", expected(&names)));
    hint(d, file, text, piece, found.as_ref())
}

/// Frequent mistakes: habits of other languages.
fn hint(d: Diagnostic, file: FileId, text: &str, piece: &[Spanned<'_>], found: Option<&Spanned<'_>>) -> Diagnostic {
    let first = piece.first();
    if let Some((l, Tok::Ident(word), r)) = first {
        let better = match *word {
            "def" | "function" | "func" | "fun" => Some("fn"),
            "var" => Some("let mut"),
            "const" | "val" => Some("let"),
            "return" => Some(""),
            "struct" | "class" => Some("type"),
            "use" | "from" | "include" => Some("import"),
            _ => None,
        };
        if let Some(better) = better
            && found.is_some_and(|f| f.0 >= *r)
        {
            let span = Span::new(file, *l, *r);
            let d = Diagnostic::error("E0110", span, format!("`{word}` is a word of other languages"));
            return if better.is_empty() {
                d.help("the last expression of a block is its value; no `return` is needed").edit(span, "")
            } else {
                d.help(format!("write `{better}`")).edit(span, better)
            };
        }
    }
    let Some((l, token, r)) = found else { return d };
    let span = Span::new(file, *l, *r);
    let before = piece.iter().take_while(|t| t.0 < *l).last().map(|t| t.1);
    let touching = text[..*l].ends_with(|c: char| !c.is_whitespace());
    match (before, token) {
        (Some(Tok::Colon), Tok::Eq) if touching => d.help("`let x = ..` defines, `x = ..` assigns"),
        (Some(Tok::Amp), Tok::Amp) => d.help("write `and`"),
        (Some(Tok::Bar), Tok::Bar) => d.help("write `or`"),
        (Some(Tok::Plus), Tok::Plus) => d.help("write `x += 1`"),
        (Some(Tok::Star), Tok::Star) => d.help("powers are written `x^2`"),
        (_, Tok::Eq) if piece.iter().any(|t| matches!(t.1, Tok::If | Tok::While)) => {
            d.help("equality is written `==`").edit(span, "==")
        }
        (_, Tok::Lt | Tok::Le | Tok::Gt | Tok::Ge | Tok::EqEq | Tok::Ne) => {
            d.help("comparisons do not chain: write `a < b and b < c`")
        }
        (Some(Tok::Let), t) if !spelling(t).is_empty() => {
            d.help(format!("`{}` is a word of the language and cannot be a name", spelling(t)))
        }
        (Some(Tok::In), _) => d.help("a range is written `0..n`"),
        _ => d,
    }
}

/// `(]`: a closing bracket of another kind than the open one.
fn mismatched(file: FileId, piece: &[Spanned<'_>], found: &Spanned<'_>) -> Option<Diagnostic> {
    let closes = matches!(found.1, Tok::RP | Tok::RB | Tok::RC);
    if !closes {
        return None;
    }
    let span = Span::new(file, found.0, found.2);
    let word = spelling(&found.1);
    match open_at(piece, found.0) {
        None => Some(Diagnostic::error("E0102", span, format!("`{word}` closes nothing")).edit(span, "")),
        Some((l, opener, r)) if closer(&opener) != word => Some(
            Diagnostic::error("E0102", span, format!("expected `{}`, found `{word}`", closer(&opener)))
                .secondary(Span::new(file, l, r), format!("`{}` is opened here", spelling(&opener)))
                .edit(span, closer(&opener)),
        ),
        Some(_) => None,
    }
}

fn closer(opener: &Tok<'_>) -> &'static str {
    match opener {
        Tok::LP => ")",
        Tok::LB => "]",
        _ => "}",
    }
}

/// The innermost bracket that is open before a byte.
fn open_at<'s>(piece: &[Spanned<'s>], before: usize) -> Option<Spanned<'s>> {
    let mut open = Vec::new();
    for t in piece.iter().take_while(|t| t.0 < before) {
        match t.1 {
            Tok::LP | Tok::LB | Tok::LC => open.push(*t),
            Tok::RP | Tok::RB | Tok::RC => {
                open.pop();
            }
            _ => {}
        }
    }
    open.last().copied()
}

/// A bracket that is open where the statement, or the file, ends.
fn unclosed(file: FileId, piece: &[Spanned<'_>], found: &Option<Spanned<'_>>) -> Option<Diagnostic> {
    let end = piece.last()?.2;
    if found.is_some_and(|f| !matches!(f.1, Tok::Sep | Tok::Fn | Tok::Let | Tok::Import)) {
        return None;
    }
    let (l, opener, r) = open_at(piece, found.map_or(end, |f| f.0))?;
    if found.is_some() && opener == Tok::LC {
        return None;
    }
    let (span, word) = (Span::new(file, l, r), closer(&opener));
    Some(
        Diagnostic::error("E0102", span, format!("this `{}` is never closed", spelling(&opener)))
            .label("opened here")
            .help(format!("add `{word}`"))
            .edit(Span::new(file, end, end), word),
    )
}
