//! The lines of the source as they would be after the edits, with what is new underlined.

use ariadne::Color;

use super::excerpt::push_char;
use super::human::Paint;
use super::place::Place;
use crate::{Diagnostic, SourceFile, Sources};

/// At most so many lines of each group of edits are shown.
const MAX_LINES: usize = 8;
/// At most so many characters are shown on each side of an edit, and of its text.
const AROUND: usize = 70;

/// One line below the help.
pub(super) struct EditLine {
    /// The number of the line after the edit; none for an underline.
    pub(super) number: Option<usize>,
    /// What stands in the frame: `│`, or `-` and `+` around something that is removed.
    pub(super) mark: char,
    /// The line, with colours.
    pub(super) text: String,
}

/// What a stretch of text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Kept,
    Inserted,
    Replaced,
}

impl Kind {
    fn underline(self) -> char {
        match self {
            Self::Kept => ' ',
            Self::Inserted => '+',
            Self::Replaced => '~',
        }
    }
}

/// The edited lines of all edits in the order of the files; edits that overlap an earlier one are left out.
pub(super) fn shown(sources: &Sources, diagnostic: &Diagnostic, paint: Paint) -> Vec<EditLine> {
    let mut edits: Vec<_> = diagnostic.edits.iter().collect();
    edits.sort_by_key(|e| (e.span.file, e.span.start, e.span.end));
    let places = edits.iter().filter_map(|e| Some((Place::of(sources, e.span)?, e.text.as_str())));

    let mut groups: Vec<Vec<(Place<'_>, &str)>> = Vec::new();
    for (place, text) in places {
        let last = groups.last().and_then(|g| g.last()).map(|&(p, _)| p);
        match last {
            Some(last) if std::ptr::eq(last.file, place.file) && last.end > place.start => {}
            Some(last) if std::ptr::eq(last.file, place.file) && last.to().0 == place.from().0 => {
                groups.last_mut().into_iter().for_each(|g| g.push((place, text)));
            }
            _ => groups.push(vec![(place, text)]),
        }
    }
    let home = diagnostic.span().and_then(|span| sources.get(span.file));
    let mut lines = Vec::new();
    for group in &groups {
        let file = group[0].0.file;
        if home.is_some_and(|home| !std::ptr::eq(home, file)) {
            let text = format!("in {}:", super::escape::line(&file.name));
            lines.push(EditLine { number: None, mark: '│', text });
        }
        push_group(&mut lines, file, group, paint);
    }
    lines
}

/// Appends the lines that the edits of one group touch.
fn push_group(out: &mut Vec<EditLine>, file: &SourceFile, group: &[(Place<'_>, &str)], paint: Paint) {
    let first = group[0].0.from().0;
    let last = group[group.len() - 1].0.to().0;
    let (start, end) = (file.line_range(first).start.min(group[0].0.start), file.line_range(last).end);
    let mut pieces = Vec::new();
    let mut at = start;
    for &(place, text) in group {
        pieces.push((file.text.get(at..place.start).unwrap_or(""), Kind::Kept));
        let kind = if place.start == place.end { Kind::Inserted } else { Kind::Replaced };
        pieces.push((text, kind));
        at = place.end;
    }
    pieces.push((file.text.get(at..end).unwrap_or(""), Kind::Kept));

    // What is only removed leaves nothing to underline, so the line is shown before and after.
    let removal = group.iter().all(|(_, text)| text.is_empty());
    let mark = if removal { '+' } else { '│' };
    if removal {
        // A span of whole lines ends where the next line starts; that line is not touched.
        let next = file.line_range(last).start;
        let whole = at > start && at == next && group[0].0.start == start;
        let end = if whole { next } else { end };
        let before = file.text.get(start..end).unwrap_or("");
        let before = if whole { before.trim_end_matches(['\n', '\r']) } else { before };
        push_lines(out, &[(before, Kind::Kept)], first, '-', paint);
        if whole {
            return;
        }
    }
    push_lines(out, &pieces, first, mark, paint);
}

/// Appends pieces of text line by line, each line followed by an underline if something in it is new.
fn push_lines(out: &mut Vec<EditLine>, pieces: &[(&str, Kind)], first: usize, mark: char, paint: Paint) {
    let (mut text, mut under, mut column, mut number) = (String::new(), String::new(), 0, first);
    let mut finish = |text: &mut String, under: &mut String, number: usize| {
        out.push(EditLine { number: Some(number), mark, text: std::mem::take(text) });
        let marks = std::mem::take(under);
        if !marks.trim().is_empty() {
            let text = paint.paint(marks.trim_end(), Color::Fixed(115));
            out.push(EditLine { number: None, mark, text });
        }
    };
    for (k, &(piece, kind)) in pieces.iter().enumerate() {
        let piece = shortened(piece, kind, k == 0, k + 1 == pieces.len());
        let mut chars = piece.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\r' && matches!(chars.peek(), Some('\n')) {
                continue;
            }
            if c == '\n' || c == '\r' {
                finish(&mut text, &mut under, number);
                (column, number) = (0, number + 1);
                if number - first >= MAX_LINES {
                    text.push('…');
                    finish(&mut text, &mut under, number);
                    return;
                }
                continue;
            }
            let before = column;
            push_char(&mut text, c, &mut column);
            under.extend(std::iter::repeat_n(kind.underline(), column - before));
        }
    }
    finish(&mut text, &mut under, number);
}

/// A piece with an ellipsis where it is long; of what is kept, the side next to an edit stays.
fn shortened(piece: &str, kind: Kind, first: bool, last: bool) -> String {
    let long = piece.char_indices().nth(2 * AROUND).is_some();
    if !long || (kind == Kind::Kept && piece.contains('\n')) {
        return piece.to_owned();
    }
    let head = piece.char_indices().nth(AROUND).map_or("", |(k, _)| &piece[..k]);
    let tail = piece.char_indices().rev().nth(AROUND - 1).map_or("", |(k, _)| &piece[k..]);
    match kind {
        Kind::Kept if first && last => format!("{head}…{tail}"),
        Kind::Kept if first => format!("…{tail}"),
        Kind::Kept if last => format!("{head}…"),
        Kind::Kept => format!("{head}…{tail}"),
        Kind::Inserted | Kind::Replaced => format!("{head}…{tail}"),
    }
}
