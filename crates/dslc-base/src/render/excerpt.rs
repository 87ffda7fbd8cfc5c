//! The lines of a file that a diagnostic shows, made fit for a terminal, with a map from bytes to what is shown.
//!
//! The layout of labels is left to `ariadne`, which wants a whole text and counts lines in it. A file may have millions
//! of lines or one line of a megabyte, and may hold anything; so it is given a short text of our own: the lines with a
//! label, tabs as spaces, hidden characters escaped, far stretches of a long line replaced by an ellipsis. The true
//! line numbers are put back afterwards.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthChar;

use super::escape;
use super::place::Place;
use crate::SourceFile;

/// Lines up to this many characters are shown whole.
const WHOLE_LINE: usize = 160;
/// How many characters around the ends of a label are shown of longer lines.
const AROUND: usize = 50;
/// Tabs go to the next multiple of this.
const TAB: usize = 4;

/// The shown lines of one file.
pub(super) struct Excerpt {
    /// What is shown.
    pub(super) text: String,
    /// For each line of `text` the number in the file; none for a gap.
    pub(super) numbers: Vec<Option<usize>>,
    /// For shown characters, in order: the byte in the file and the index of the character in `text`.
    map: Vec<(usize, usize)>,
}

impl Excerpt {
    /// Takes the first and last line of each place.
    pub(super) fn new(file: &SourceFile, places: &[Place<'_>]) -> Self {
        let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for place in places {
            lines.entry(place.from().0).or_default().push(place.start);
            lines.entry(place.last_line()).or_default().push(place.end);
        }
        let mut excerpt = Self { text: String::new(), numbers: Vec::new(), map: Vec::new() };
        let mut count = 0;
        for (line, anchors) in lines {
            if excerpt.numbers.last().is_some_and(|last| last.is_some_and(|l| l + 1 < line)) {
                excerpt.text.push('\n');
                excerpt.numbers.push(None);
                count += 1;
            }
            excerpt.numbers.push(Some(line));
            count = excerpt.push_line(file, line, &anchors, count);
        }
        excerpt
    }
    /// Appends a line whose first character will be the `count`-th, and returns the count after it.
    fn push_line(&mut self, file: &SourceFile, line: usize, anchors: &[usize], mut count: usize) -> usize {
        let range = file.line_range(line);
        let text = file.text.get(range.clone()).unwrap_or("");
        let keep = kept(text, range.start, anchors);
        let (mut column, mut elided) = (0, false);
        for (at, c) in text.char_indices() {
            let byte = range.start + at;
            let shown = keep.iter().any(|r| r.contains(&byte));
            if shown || !elided {
                self.map.push((byte, count));
                let before = self.text.len();
                if shown {
                    push_char(&mut self.text, c, &mut column)
                } else {
                    self.text.push('…')
                }
                count += self.text[before..].chars().count();
            }
            elided = !shown;
        }
        self.map.push((range.end, count));
        self.text.push('\n');
        count + 1
    }
    /// Where a byte of the file is shown.
    fn position(&self, byte: usize) -> usize {
        let after = self.map.partition_point(|&(b, _)| b <= byte);
        after.checked_sub(1).and_then(|k| self.map.get(k)).map_or(0, |&(_, shown)| shown)
    }
    /// The line of `text` in which its `position`-th character stands.
    pub(super) fn line_of(&self, position: usize) -> usize {
        self.text.chars().take(position).filter(|&c| c == '\n').count()
    }
    /// The characters of `text` that show a place; at least one, so that there is something to point at.
    pub(super) fn range(&self, place: Place<'_>) -> std::ops::Range<usize> {
        let start = self.position(place.start);
        start..self.position(place.end).max(start + 1)
    }
}

/// The stretches of bytes of a line that are shown.
fn kept(text: &str, start: usize, anchors: &[usize]) -> Vec<std::ops::Range<usize>> {
    let end = start + text.len();
    if text.char_indices().nth(WHOLE_LINE).is_none() {
        return std::iter::once(start..end).collect();
    }
    let around = |&anchor: &usize| {
        let anchor = anchor.clamp(start, end) - start;
        let from = text.get(..anchor).map_or(0, |s| s.char_indices().rev().nth(AROUND).map_or(0, |(k, _)| k));
        let to = text
            .get(anchor..)
            .and_then(|s| s.char_indices().nth(AROUND))
            .map_or(text.len(), |(k, _)| anchor + k);
        start + from..start + to
    };
    anchors.iter().map(around).collect()
}

/// Appends a character of source as it is shown; `column` is the width so far.
pub(super) fn push_char(out: &mut String, c: char, column: &mut usize) {
    if c == '\t' {
        let width = TAB - *column % TAB;
        out.extend(std::iter::repeat_n(' ', width));
        *column += width;
        return;
    }
    let before = out.len();
    escape::push(out, c);
    *column += out[before..].chars().map(|c| c.width().unwrap_or(0)).sum::<usize>();
}
