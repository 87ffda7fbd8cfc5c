//! Source files and places in them.

use std::ops::Range;

use crate::define_index;
use crate::index::IndexVec;

define_index!(FileId, "file", "A source file of a session.");

/// A half-open range of bytes of one file. **Invariant:** both ends stand on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of a file.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start: start as u32, end: end as u32 }
    }
    /// From the start of `self` to the end of `other`, which stands in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One file: its name as shown to people, and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name shown in diagnostics; a path relative to where the user stands, or `<stdin>`.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The byte at which each line starts.
    lines: Vec<u32>,
}

impl SourceFile {
    fn new(name: String, text: String) -> Self {
        let lines = line_starts(&text);
        Self { name, text, lines }
    }
    /// The line and column of a byte, both from 1; the column counts characters.
    pub fn line_column(&self, byte: u32) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= byte).max(1);
        let start = self.lines[line - 1] as usize;
        let end = self.text.floor_char_boundary(byte as usize).max(start);
        (line, self.text.get(start..end).map_or(0, |s| s.chars().count()) + 1)
    }
    /// The number of lines; a text that ends with a line end has an empty last line.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }
    /// The bytes of a line, counted from 1, without its line end; empty if there is no such line.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let Some(&start) = line.checked_sub(1).and_then(|k| self.lines.get(k)) else { return 0..0 };
        let start = start as usize;
        let end = self.lines.get(line).map_or(self.text.len(), |&next| next as usize);
        let body = self.text.get(start..end).unwrap_or("");
        let body = body.strip_suffix('\n').unwrap_or(body);
        let body = body.strip_suffix('\r').unwrap_or(body);
        start..start + body.len()
    }
}

/// Where lines start. A line ends with LF, CR LF or a lone CR; a byte order mark stands before the first line, so
/// that columns count from what people see.
fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let first = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let ends = |k: usize| bytes[k] == b'\n' || (bytes[k] == b'\r' && bytes.get(k + 1) != Some(&b'\n'));
    std::iter::once(first).chain((0..bytes.len()).filter(|&k| ends(k)).map(|k| k as u32 + 1)).collect()
}

/// All files that a session has read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: IndexVec<FileId, SourceFile>,
}

impl Sources {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds a file.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.files.push(SourceFile::new(name.into(), text.into()))
    }
    /// The file with this id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id]
    }
    /// The file with this id, if there is one.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id)
    }
    /// All files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter_enumerated()
    }
    /// The line of a span up to where it starts.
    pub fn before(&self, span: Span) -> &str {
        let text = self.files[span.file].text.get(..span.start as usize).unwrap_or("");
        &text[text.rfind(['\n', '\r']).map_or(0, |k| k + 1)..]
    }
    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.files[span.file].text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}
