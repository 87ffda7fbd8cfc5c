//! What can be wrong with a text, each mistake one function; what the parser finds is in [`syntax`].

mod expected;
mod foreign;
mod habits;
mod syntax;

use dslc_base::{Diagnostic, Span};

pub(crate) use foreign::{bad_characters, empty_closure, foreign_operator, prime, single_quotes};
pub(crate) use syntax::{Failure, syntax};

use crate::lex::{MAX_NAME, Tok};
use crate::nesting::MAX_NESTING;
use crate::text::{MAX_SOURCE, NotText};

/// The codes that report a limit and not a mistake of the program.
pub const LIMITS: &[&str] = &["E0107", "E0109", "E0118"];

/// A control character, or one that cannot be seen or turns the reading order.
pub(crate) fn unseen(span: Span, c: char) -> Diagnostic {
    let code = c as u32;
    if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
        let shown = c.escape_default();
        let d = Diagnostic::error(
            "E0103",
            span,
            format!("the control character `{shown}` cannot stand in a program"),
        );
        return match c {
            '\0' => d.help("is the text UTF-16? Save it as UTF-8"),
            _ => d.help("remove it; in a string write it as an escape").edit(span, ""),
        };
    }
    if matches!(c, '\u{200c}' | '\u{200d}') {
        let message = format!("the character U+{code:04X} cannot be seen in a name");
        return Diagnostic::error("E0103", span, message).help("remove it").edit(span, "");
    }
    Diagnostic::error("E0108", span, format!("the character U+{code:04X} turns the reading order"))
        .label("what you see is not what is run")
        .help(format!("remove it; in a string write it as `\\u{{{code:x}}}`"))
        .edit(span, "")
}

/// `1.`, `.5`, `1_`, `0x`, `12abc`.
pub(crate) fn bad_number(span: Span, text: &str) -> Diagnostic {
    let shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    let d = Diagnostic::error("E0104", span, format!("`{shown}` is no number"));
    let mended = |d: Diagnostic, right: String| d.help(format!("write `{right}`")).edit(span, right);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if let Some(after) = text.strip_prefix('.') {
        let d = d.label("a digit must stand before the point");
        return if digits(after) { mended(d, format!("0{text}")) } else { d };
    }
    if let Some((whole, rest)) = text.split_once('.')
        && (rest.is_empty() || rest.starts_with(['e', 'E']))
    {
        let d = d.label("a digit must follow the point");
        return if rest.len() == 1 { d } else { mended(d, format!("{whole}.0{rest}")) };
    }
    match text.get(..2) {
        Some("0x" | "0b") if text.len() == 2 => d.label("digits must follow"),
        Some("0x") => d.label("the digits of `0x` are 0 to 9 and a to f"),
        Some("0b") => d.label("the digits of `0b` are 0 and 1"),
        Some("0X" | "0B") => mended(d, text.to_lowercase()),
        Some("0o" | "0O") => d.label("there are no octal numbers").help("write it in decimal, or with `0x`"),
        _ if text.ends_with('_') && digits(text.trim_end_matches('_')) => {
            mended(d, text.trim_end_matches('_').into())
        }
        _ if text.contains('_') => d.label("`_` stands between digits"),
        _ if text.ends_with(['e', 'E']) => d.label("the digits of the exponent are missing"),
        _ => {
            let d =
                d.label("a name cannot stand right behind a number").help("multiplication is written `*`");
            match text.find(|c: char| !c.is_ascii_digit()) {
                Some(k) => d.edit(span, format!("{}*{}", &text[..k], &text[k..])),
                None => d,
            }
        }
    }
}

/// `1e999`.
pub(crate) fn float_too_large(span: Span) -> Diagnostic {
    Diagnostic::error("E0105", span, "this number is too large for a float")
        .help("write `inf` if you mean infinity")
}

/// `1e-999`.
pub(crate) fn float_becomes_zero(span: Span) -> Diagnostic {
    Diagnostic::warning("W0101", span, "this number is so small that it becomes 0")
        .help("write `0.0` if you mean it")
}

/// An integer of more than 64 bits.
pub(crate) fn integer_too_large(span: Span) -> Diagnostic {
    Diagnostic::error("E0105", span, "this integer does not fit into 64 bits")
}

/// A string without an end. Where it ends is plain only if no bracket is caught in it.
pub(crate) fn open_string(span: Span, text: &str) -> Diagnostic {
    let end = Span { start: span.end, ..span };
    let d = Diagnostic::error("E0106", span, "this string has no end on its line")
        .label("starts here")
        .help("close it with `\"`; a line break inside a string is written `\\n`");
    if text.ends_with([')', ']', '}', ';', '\\']) { d } else { d.edit(end, "\"") }
}

/// A string escape that is not known.
pub(crate) fn bad_escape(span: Span) -> Diagnostic {
    Diagnostic::error("E0106", span, "this escape is not known")
        .help("the escapes are \\n \\t \\r \\0 \\\\ \\\" \\' and \\u{1f600}")
}

/// `/* .. */`.
pub(crate) fn block_comment(span: Span) -> Diagnostic {
    Diagnostic::error("E0112", span, "comments are written with `//`, to the end of the line")
        .help("start each line of the comment with `//`")
}

/// Too many levels.
pub(crate) fn nesting(span: Span) -> Diagnostic {
    Diagnostic::error("E0107", span, format!("this nests more than {MAX_NESTING} levels deep"))
        .help("name a part with `let`, or move it into a function")
}

/// A name of more than a kilobyte.
pub(crate) fn name_too_long(span: Span, len: usize) -> Diagnostic {
    Diagnostic::error("E0109", span, format!("this name has {len} bytes; the limit is {MAX_NAME}"))
}

/// A text of more than 16 MiB.
pub(crate) fn source_too_long(span: Span, len: usize) -> Diagnostic {
    Diagnostic::error("E0118", span, format!("the source has {len} bytes; the limit is {MAX_SOURCE}"))
}

/// Bytes that are no source text. There is no place to point to, for there is no text.
pub(crate) fn not_text(name: &str, why: &NotText) -> Diagnostic {
    let new = |code, message| Diagnostic::new(code, dslc_base::Severity::Error, message);
    match why {
        NotText::TooLong(len) => new("E0118", format!("{name} has {len} bytes; the limit is {MAX_SOURCE}")),
        NotText::Utf8 { offset, utf16 } => {
            let d = new("E0119", format!("{name} is not UTF-8 from byte {offset} on"));
            d.help(if *utf16 { "it looks like UTF-16; save it as UTF-8" } else { "save it as UTF-8" })
        }
    }
}

/// A bracket that is open where its statement, its block or the file ends.
/// `hidden` says whether a comment on its line hides what would close it.
pub(crate) fn never_closed(span: Span, opener: Tok<'_>, end: Span, hidden: Option<Span>) -> Diagnostic {
    let word = opener.partner().spelling();
    let d = Diagnostic::error("E0102", span, format!("this `{}` is never closed", opener.spelling()))
        .label("opened here");
    match hidden {
        Some(at) => d
            .secondary(at, "a comment starts here")
            .help(format!("add `{word}` before the comment; for integers the quotient is `div(a, b)`")),
        None => d.help(format!("add `{word}`")).edit(end, word),
    }
}

/// `1)`.
pub(crate) fn closes_nothing(span: Span, closer: Tok<'_>) -> Diagnostic {
    Diagnostic::error("E0102", span, format!("`{}` closes nothing", closer.spelling()))
        .help("remove it, or open the bracket before")
        .edit(span, "")
}

/// `(1]`: a closing bracket of another kind than the open one.
pub(crate) fn mismatched(span: Span, closer: Tok<'_>, open: Span, opener: Tok<'_>) -> Diagnostic {
    let word = opener.partner().spelling();
    Diagnostic::error("E0102", span, format!("expected `{word}`, found `{}`", closer.spelling()))
        .secondary(open, format!("`{}` is opened here", opener.spelling()))
        .help(format!("write `{word}`"))
        .edit(span, word)
}
