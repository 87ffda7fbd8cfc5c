//! What the form of a token cannot say: digits, escapes, characters that cannot be seen.

use dslc_base::{FileId, Span};

use super::Tok;
use crate::errors;
use crate::reports::Reports;
use crate::text::unescape;

/// Whether a character is invisible or reorders what is seen: control characters, line and paragraph separators,
/// and the marks of the Trojan Source attack.
pub(crate) fn is_unseen(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    control || matches!(c, '\u{2028}' | '\u{2029}') || turns(c)
}

/// Whether a character turns the reading order.
pub(crate) fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A joiner in a name: two names that differ by one look the same. In texts people write them.
pub(crate) fn joiner(name: &str) -> Option<(usize, char)> {
    name.char_indices().find(|(_, c)| matches!(c, '\u{200c}' | '\u{200d}'))
}

/// Reports what cannot be seen, in comments and strings too. Neighbours are one mistake.
pub(crate) fn unseen(file: FileId, text: &str, reports: &mut Reports) {
    let plain = |b: u8| matches!(b, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    if text.bytes().all(plain) {
        return;
    }
    let mut last_end = usize::MAX;
    for (at, c) in text.char_indices().filter(|(_, c)| is_unseen(*c)) {
        let end = at + c.len_utf8();
        if at != last_end {
            reports.lexical(at, || errors::unseen(Span::new(file, at, end), c));
        }
        last_end = end;
    }
}

/// How many bytes behind a number belong to the same mistake: `12abc`, `1.`, `1.e5`.
pub(crate) fn behind_number(rest: &str, token: Tok<'_>, behind_dot: bool) -> usize {
    let word = |s: &str| s.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(s.len());
    let glued = word(rest);
    if glued > 0 || behind_dot || !matches!(token, Tok::Int(_)) {
        return glued;
    }
    let Some(after) = rest.strip_prefix('.') else { return 0 };
    let name = &after[..word(after)];
    let exponent = name.strip_prefix(['e', 'E']).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()));
    if name.is_empty() && !after.starts_with('.') || exponent { 1 + name.len() } else { 0 }
}

/// Whether underscores or digits are missing their neighbours.
pub(crate) fn malformed(digits: &str) -> bool {
    let radix = digits.starts_with("0x") || digits.starts_with("0b");
    let body = if radix { &digits[2..] } else { digits };
    let lone = |k: usize| {
        let digit = |c: Option<&u8>| c.is_some_and(|b| b.is_ascii_hexdigit() || *b == b'_');
        let bytes = body.as_bytes();
        !digit(bytes.get(k.wrapping_sub(1))) || !digit(bytes.get(k + 1))
    };
    let exponent = !radix && ["_e", "_E"].iter().any(|e| body.contains(e));
    body.is_empty() || exponent || body.bytes().enumerate().any(|(k, b)| b == b'_' && lone(k))
}

/// Reports a float that is infinite, and warns of one that is not zero and becomes zero.
pub(crate) fn range(span: Span, digits: &str, reports: &mut Reports) {
    let digits = digits.replace('_', "");
    let mantissa = digits.split(['e', 'E']).next().unwrap_or("");
    match digits.parse::<f64>() {
        Ok(x) if x.is_infinite() => reports.add(|| errors::float_too_large(span)),
        Ok(0.0) if mantissa.bytes().any(|b| matches!(b, b'1'..=b'9')) => {
            reports.add(|| errors::float_becomes_zero(span));
        }
        _ => {}
    }
}

/// Reports the escapes of a string that are not known.
pub(crate) fn escapes(file: FileId, start: usize, quoted: &str, reports: &mut Reports) {
    if !quoted.contains('\\') {
        return;
    }
    for (at, len) in unescape(quoted).1 {
        reports.add(|| errors::bad_escape(Span::new(file, start + at, start + at + len)));
    }
}
