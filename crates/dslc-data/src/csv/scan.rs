//! What has to be known before a text is cut into records: that it is text, its separator, and that its quotes close.

use csv::ByteRecord;

use super::error;
use crate::{DataError, Place};

/// The separators that are looked for, and what they are called.
const SEPARATORS: [(u8, &str); 4] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")];

/// The text without a byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<&str, DataError> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(error(Place::Byte(0), "this is UTF-16 text; save it as UTF-8"));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|e| error(Place::Byte(e.valid_up_to() as u64), "this is no UTF-8 text"))?;
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        return Err(error(
            Place::Byte(at as u64),
            "a byte 0 does not belong in a text; is this UTF-16 or binary data?",
        ));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The separator that the header has most of outside quotes; a comma if it has none.
pub(super) fn separator(text: &str) -> u8 {
    let mut counts = [0usize; SEPARATORS.len()];
    let (mut inside, mut started) = (false, false);
    for byte in text.bytes() {
        match byte {
            b'"' => inside = !inside,
            _ if inside => {}
            // Empty lines before the header are skipped.
            b'\n' | b'\r' if started => break,
            b'\n' | b'\r' => continue,
            _ => {
                let known = SEPARATORS.iter().position(|&(s, _)| s == byte);
                known.into_iter().for_each(|k| counts[k] += 1);
            }
        }
        started = true;
    }
    // The first of the largest wins.
    let best = (0..counts.len()).rev().max_by_key(|&k| counts[k]);
    best.map_or(b',', |k| SEPARATORS[k].0)
}

/// Whether a byte is one of the separators that are looked for.
pub(super) fn may_separate(byte: u8) -> bool {
    SEPARATORS.iter().any(|&(s, _)| s == byte)
}

/// The name of the separator that would give this record the wanted number of fields.
pub(super) fn other_separator(record: &ByteRecord, wanted: usize) -> Option<&'static str> {
    let only = if record.len() == 1 { record.get(0)? } else { return None };
    let fields = |separator| only.iter().filter(|&&b| b == separator).count() + 1;
    SEPARATORS.iter().find(|&&(s, _)| fields(s) == wanted).map(|&(_, name)| name)
}

/// Where the walk over the quotes is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a field, after `spaces` or not.
    Start,
    /// In a field without quotes.
    Bare,
    /// Between quotes.
    Quoted,
    /// After a quote between quotes: the closing one, or the first of two.
    Closing,
}

/// Every quote that opens a field must close, with a separator or a line end behind it.
pub(super) fn check_quotes(text: &str, separator: u8) -> Result<(), DataError> {
    let bytes = text.as_bytes();
    let mut state = State::Start;
    let (mut field, mut opener, mut spaces) = (1u64, (0, 1u64), false);
    let wrong = |at: usize, column: u64, reason: &str| {
        let line = LineCounter::default().advance(bytes, at);
        Err(error(Place::Field { line, column, name: String::new() }, reason))
    };
    for (at, &byte) in bytes.iter().enumerate() {
        let ends = byte == separator || matches!(byte, b'\n' | b'\r');
        match (state, byte) {
            (State::Quoted, b'"') => state = State::Closing,
            (State::Quoted, _) => {}
            (State::Closing, b'"') => state = State::Quoted,
            (State::Closing, _) if !ends => return wrong(at, field, "text stands behind a closing quote"),
            (State::Start, b'"') if spaces => {
                return wrong(
                    at,
                    field,
                    "a quote must be the first character of its field, and a space is before it",
                );
            }
            (State::Start, b'"') => (state, opener) = (State::Quoted, (at, field)),
            _ if ends => {
                (state, spaces) = (State::Start, false);
                field = if byte == separator { field + 1 } else { 1 };
            }
            (State::Start, b' ') => spaces = true,
            _ => state = State::Bare,
        }
    }
    if state == State::Quoted {
        return wrong(opener.0, opener.1, "the quote that opens here does not close");
    }
    Ok(())
}

/// Counts lines along a text, so that many places cost one walk.
#[derive(Default)]
pub(super) struct LineCounter {
    byte: usize,
    ends: u64,
}

impl LineCounter {
    /// The line, from 1, in which a byte stands that is not before the last one asked for.
    pub(super) fn advance(&mut self, bytes: &[u8], to: usize) -> u64 {
        let to = to.min(bytes.len());
        for at in self.byte..to {
            let lone_return = bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
            self.ends += u64::from(bytes[at] == b'\n' || lone_return);
        }
        self.byte = self.byte.max(to);
        self.ends + 1
    }
    /// The line of the record that is read from a byte on: line ends before it are skipped.
    pub(super) fn of_record(&mut self, bytes: &[u8], from: usize) -> u64 {
        let rest = bytes.get(from..).unwrap_or(&[]);
        let skipped = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        self.advance(bytes, from + skipped)
    }
}
