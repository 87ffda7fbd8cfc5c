//! Spans made safe: inside their file and on character boundaries.

use crate::{SourceFile, Sources, Span};

/// A span together with its file. **Invariant:** `start <= end <= file.text.len()`, both on character boundaries.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'a> Place<'a> {
    /// The place of a span, clamped; none if the file does not exist.
    pub(super) fn of(sources: &'a Sources, span: Span) -> Option<Self> {
        let file = sources.get(span.file)?;
        let start = file.text.floor_char_boundary(span.start as usize);
        // An end inside a character takes the whole character, or its caret would vanish.
        let end = file.text.ceil_char_boundary(span.end as usize).max(start);
        Some(Self { file, start, end })
    }
    /// Line and column of the start, from 1.
    pub(super) fn from(&self) -> (usize, usize) {
        self.file.line_column(self.start as u32)
    }
    /// Line and column of one past the last character, from 1.
    pub(super) fn to(&self) -> (usize, usize) {
        self.file.line_column(self.end as u32)
    }
    /// The line of the last character: a span that takes a line end along does not reach the next line.
    pub(super) fn last_line(&self) -> usize {
        let last = if self.end > self.start { self.end - 1 } else { self.end };
        self.file.line_column(last as u32).0
    }
}
