//! What is wrong with a file of data, and where.

use std::fmt;

/// A place in a file of data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// The file as a whole.
    Whole,
    /// A byte, counted from 0.
    Byte(u64),
    /// A line of text, counted from 1 as editors do.
    Line(u64),
    /// A field of a table.
    Field {
        /// The line, from 1; the header is usually line 1.
        line: u64,
        /// The column, from 1.
        column: u64,
        /// The name of the column; empty if it has none.
        name: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Byte(byte) => write!(f, "byte {byte}"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Field { line, column, name } if name.is_empty() => {
                write!(f, "line {line}, column {column}")
            }
            Self::Field { line, column, name } => {
                write!(f, "line {line}, column {column} ({})", quoted(name))
            }
        }
    }
}

/// A file that cannot be read as what it should be. The host knows its path and adds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataError {
    /// What was being read, such as `npy header` or `csv`.
    pub what: &'static str,
    /// Where it is wrong.
    pub place: Place,
    /// Why, as one clause without a full stop.
    pub reason: String,
}

impl DataError {
    pub(crate) fn new(what: &'static str, place: Place, reason: impl Into<String>) -> Self {
        Self { what, place, reason: reason.into() }
    }
    /// One line for people: what, where, why.
    pub fn message(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Whole => write!(f, "{}: {}", self.what, self.reason),
            _ => write!(f, "{}, {}: {}", self.what, self.place, self.reason),
        }
    }
}

impl std::error::Error for DataError {}

/// A text from a file between backquotes, in one line, without control characters, and cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut out = String::from("`");
    for c in text.chars().take(SHOWN) {
        // The debug form escapes what a terminal must not receive; quotes need no escape here.
        if matches!(c, '"' | '\'' | '\\') { out.push(c) } else { out.extend(c.escape_debug()) }
    }
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out.push('`');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_one_harmless_line() {
        let place = Place::Field { line: 7, column: 2, name: "a\u{1b}[31m\n".to_owned() };
        let error = DataError::new("csv", place, format!("{} is no number", quoted(&"x".repeat(1000))));
        let x40 = "x".repeat(40);
        assert_eq!(
            error.message(),
            format!("csv, line 7, column 2 (`a\\u{{1b}}[31m\\n`): `{x40}…` is no number")
        );
        assert_eq!(DataError::new("npy", Place::Byte(3), "bad").message(), "npy, byte 3: bad");
        assert_eq!(DataError::new("npy", Place::Whole, "bad").message(), "npy: bad");
    }
}
