//! Rust source as pieces: comments, strings, and the rest. No parser: just enough that a check does not take a
//! string or a comment for code.

/// What a piece is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Neither of the others.
    Code,
    /// A comment of either form, with its marks.
    Comment,
    /// A string of any form, with its quotes.
    Str,
}

/// A piece of a source text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
    /// The line on which it starts, from 1.
    pub line: usize,
}

/// Splits a source text. The pieces joined are the text.
pub fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while !rest.is_empty() {
        let (kind, length) = first(rest);
        let (text, after) = rest.split_at(length);
        out.push(Piece { kind, text, line });
        line += text.matches('\n').count();
        rest = after;
    }
    out
}

/// The kind and length of the piece that a text starts with.
fn first(text: &str) -> (Kind, usize) {
    if let Some(length) = comment(text) {
        return (Kind::Comment, length);
    }
    if let Some(length) = string(text) {
        return (Kind::Str, length);
    }
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        // Inside a word, `r` and `b` start no string.
        let word: usize = rest.chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum();
        let opens = at > 0 && (comment(rest).is_some() || string(rest).is_some());
        if opens {
            break;
        }
        at += if word > 0 { word } else { quoted(rest) };
    }
    (Kind::Code, at)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a character literal, or else of one character: `'"'` opens no string.
fn quoted(text: &str) -> usize {
    let mut chars = text.char_indices();
    let first = chars.next().map_or(1, |(_, c)| c.len_utf8());
    if !text.starts_with('\'') {
        return first;
    }
    match chars.next() {
        Some((at, '\\')) => text[at + 2..].find('\'').map_or(first, |end| at + 2 + end + 1),
        Some((at, c)) if text[at + c.len_utf8()..].starts_with('\'') => at + c.len_utf8() + 1,
        _ => first,
    }
}

/// The length of the comment that a text starts with. Block comments nest.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let mut depth = 0usize;
    let mut at = 0;
    while text.starts_with("/*") && at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    (at > 0).then_some(at)
}

/// The length of the string that a text starts with, its prefix and quotes counted.
fn string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|p| {
        let raw = p.ends_with('r');
        text.strip_prefix(p).is_some_and(|t| t.trim_start_matches(|c| raw && c == '#').starts_with('"'))
    })?;
    let body = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let inside = body[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        let end = inside.find(&close).map_or(inside.len(), |end| end + close.len());
        return Some(prefix.len() + hashes + 1 + end);
    }
    let inside = body.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(prefix.len() + 1 + at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::{Kind, pieces};

    fn of(kind: Kind, source: &str) -> Vec<&str> {
        pieces(source).iter().filter(|p| p.kind == kind).map(|p| p.text).collect()
    }

    #[test]
    fn comments_and_strings_are_told_from_code() {
        let source = "let a = \"x // \\\" y\"; // \"no\"\nlet b = r#\"q\" /* \"#; /* a /* b */ \" */ let c = b'\"';\nlet d = '\\''; for_r\"z\"";
        assert_eq!(of(Kind::Str, source), ["\"x // \\\" y\"", "r#\"q\" /* \"#", "\"z\""]);
        assert_eq!(of(Kind::Comment, source), ["// \"no\"", "/* a /* b */ \" */"]);
        assert_eq!(pieces(source).iter().map(|p| p.text).collect::<String>(), source);
    }

    #[test]
    fn lifetimes_and_labels_are_code() {
        assert_eq!(of(Kind::Code, "fn f<'a>(x: &'a str) { 'l: loop {} }").len(), 1);
    }

    #[test]
    fn a_piece_knows_its_line() {
        let lines: Vec<usize> = pieces("a\nb \"c\nd\" // e\nf").iter().map(|p| p.line).collect();
        assert_eq!(lines, [1, 2, 3, 3, 3]);
    }
}
