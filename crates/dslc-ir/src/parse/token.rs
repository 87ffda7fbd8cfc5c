//! The tokens of printed IR, and a cursor over them.

use std::fmt::Write as _;

#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    /// A name, a keyword or a number.
    Word(String),
    /// An id: its sigil and its number.
    Id(&'static str, u32),
    /// A text between quotation marks, unescaped.
    Text(String),
    /// Anything else.
    Mark(&'static str),
}

const SIGILS: [&str; 5] = ["%", "'", "@", "!", "$"];
const MARKS: [&str; 13] = ["->", "{", "}", "[", "]", "(", ")", ",", ":", "=", "?", "+", "*"];

/// Splits a text; an error names the line.
pub(super) fn tokens(text: &str) -> Result<Tokens, String> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            let (token, after) = token(rest).map_err(|why| format!("line {}: {why}", at + 1))?;
            found.push((token, at + 1));
            rest = after.trim_start();
        }
    }
    Ok(Tokens { found, at: 0 })
}

/// The token that the text starts with, and what follows.
fn token(text: &str) -> Result<(Token, &str), String> {
    if let Some(after) = text.strip_prefix('"') {
        return string(after);
    }
    for sigil in SIGILS {
        let Some(after) = text.strip_prefix(sigil) else { continue };
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let number = after[..end].parse().map_err(|_| format!("`{sigil}` without a number that fits"))?;
        return Ok((Token::Id(sigil, number), &after[end..]));
    }
    if let Some((mark, after)) = MARKS.iter().find_map(|m| Some((m, text.strip_prefix(m)?))) {
        return Ok((Token::Mark(mark), after));
    }
    match word_length(text) {
        0 => Err(format!("unexpected `{}`", text.chars().next().unwrap_or(' ').escape_debug())),
        n => Ok((Token::Word(text[..n].to_string()), &text[n..])),
    }
}

/// Bytes of the word that the text starts with: letters, digits, `_`, `.`, a leading `-`, and a sign behind the
/// `e` of a number.
fn word_length(text: &str) -> usize {
    let number = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let sign = (at == 0 && c == '-') || (number && before == 'e' && (c == '-' || c == '+'));
        if !(c.is_ascii_alphanumeric() || c == '_' || c == '.' || sign) {
            return at;
        }
        before = c;
    }
    text.len()
}

/// A text behind its opening mark, as Rust escapes it.
fn string(text: &str) -> Result<(Token, &str), String> {
    let mut out = String::new();
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' => return Ok((Token::Text(out), &text[at + 1..])),
            '\\' => match rest.next().map(|(_, c)| c) {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some('0') => out.push('\0'),
                Some('u') => {
                    let code: String =
                        rest.by_ref().map(|(_, c)| c).skip(1).take_while(|c| *c != '}').collect();
                    let c = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                    out.push(c.ok_or_else(|| format!("`\\u{{{code}}}` is no character"))?);
                }
                Some(c) => out.push(c),
                None => break,
            },
            c => out.push(c),
        }
    }
    Err("the text does not end on its line".into())
}

/// A cursor over tokens.
pub(super) struct Tokens {
    found: Vec<(Token, usize)>,
    at: usize,
}

impl Tokens {
    pub(super) fn at_end(&self) -> bool {
        self.at >= self.found.len()
    }
    fn peek(&self) -> Option<&Token> {
        self.found.get(self.at).map(|(t, _)| t)
    }
    /// Takes this mark or word if it comes next.
    pub(super) fn accept(&mut self, what: &str) -> bool {
        let found = match self.peek() {
            Some(Token::Mark(m)) => *m == what,
            Some(Token::Word(w)) => w == what,
            _ => false,
        };
        self.at += usize::from(found);
        found
    }
    pub(super) fn expect(&mut self, what: &str) -> Result<(), String> {
        if self.accept(what) { Ok(()) } else { self.unexpected(&format!("`{what}`")) }
    }
    pub(super) fn peek_sigil(&self, sigil: &str) -> bool {
        matches!(self.peek(), Some(Token::Id(s, _)) if *s == sigil)
    }
    pub(super) fn id(&mut self, sigil: &str) -> Result<u32, String> {
        match self.peek() {
            Some(Token::Id(s, n)) if *s == sigil => {
                let n = *n;
                self.at += 1;
                Ok(n)
            }
            _ => self.unexpected(&format!("an id with `{sigil}`")),
        }
    }
    pub(super) fn word(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(Token::Word(w)) => {
                let w = w.clone();
                self.at += 1;
                Ok(w)
            }
            _ => self.unexpected("a word"),
        }
    }
    pub(super) fn string(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(Token::Text(t)) => {
                let t = t.clone();
                self.at += 1;
                Ok(t)
            }
            _ => self.unexpected("a text"),
        }
    }
    fn unexpected<T>(&self, expected: &str) -> Result<T, String> {
        let found = match self.peek() {
            None => "the end".to_string(),
            Some(Token::Word(w)) => format!("`{w}`"),
            Some(Token::Mark(m)) => format!("`{m}`"),
            Some(Token::Id(s, n)) => format!("`{s}{n}`"),
            Some(Token::Text(t)) => format!("{t:?}"),
        };
        Err(format!("{expected} expected, {found} found"))
    }
    /// The reason with the line of the token that was looked at last.
    pub(super) fn locate(&self, why: &str) -> String {
        let mut out = String::new();
        let last = self.found.len().saturating_sub(1);
        let line = self.found.get(self.at.min(last)).map_or(1, |(_, line)| *line);
        let _ = write!(out, "line {line}: {why}");
        out
    }
}
