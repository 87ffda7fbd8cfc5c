//! Text before tokens: decoding bytes, and escapes in strings.

use dslc_base::Diagnostic;

use crate::errors;

/// The longest source in bytes.
pub const MAX_SOURCE: usize = 16 << 20;

/// Why bytes are not a source text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotText {
    /// Not UTF-8 from this byte on; the hint names another encoding if one is likely.
    Utf8 {
        /// The first bad byte.
        offset: usize,
        /// Whether the bytes look like UTF-16.
        utf16: bool,
    },
    /// More than [`MAX_SOURCE`] bytes.
    TooLong(usize),
}

impl NotText {
    /// The diagnostic; `name` is the file as shown to people.
    pub fn diagnostic(&self, name: &str) -> Diagnostic {
        errors::not_text(name, self)
    }
}

/// The text of a file. A byte-order mark stays: the lexer skips it, so that places count as in the file.
pub fn decode(bytes: &[u8]) -> Result<String, NotText> {
    if bytes.len() > MAX_SOURCE {
        return Err(NotText::TooLong(bytes.len()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(e) => {
            let utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
            Err(NotText::Utf8 { offset: e.valid_up_to(), utf16 })
        }
    }
}

/// The value of a quoted literal, and the place and length of each bad escape in it.
pub(crate) fn unescape(quoted: &str) -> (String, Vec<(usize, usize)>) {
    let inner = quoted.strip_prefix('"').and_then(|s| s.strip_suffix('"')).unwrap_or("");
    let (mut out, mut bad) = (String::new(), Vec::new());
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let Some((_, e)) = chars.next() else { break };
        match e {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            '0' => out.push('\0'),
            '\\' | '"' | '\'' => out.push(e),
            'u' => {
                let rest = &inner[at + 2..];
                let code = rest.strip_prefix('{').and_then(|r| r.split_once('}')).map(|(hex, _)| hex);
                match code.and_then(|h| u32::from_str_radix(h, 16).ok()).and_then(char::from_u32) {
                    Some(c) => {
                        out.push(c);
                        for _ in 0..code.map_or(0, str::len) + 2 {
                            chars.next();
                        }
                    }
                    None => bad.push((at + 1, 2)),
                }
            }
            _ => bad.push((at + 1, 1 + e.len_utf8())),
        }
    }
    (out, bad)
}
