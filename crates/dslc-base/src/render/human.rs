//! The form for people: the source with labels by `ariadne`, then the notes, then the help with its edit shown.

use ariadne::{Color, Config, Fmt, Label, Report, ReportKind, Source};

use super::edits::{self, EditLine};
use super::escape;
use super::excerpt::Excerpt;
use super::place::Place;
use crate::{Diagnostic, Severity, SourceFile, Sources};

/// Stands in the name of a file before ariadne's own line and column, which are those of the excerpt. It cannot occur
/// elsewhere, since control characters are escaped.
const CUT: char = '\u{1}';

/// The text of a label that has none: the place is marked and nothing is said.
const SILENT: char = '\u{2}';

/// The colours, or none.
#[derive(Clone, Copy)]
pub(super) struct Paint(bool);

impl Paint {
    /// A text in a colour.
    pub(super) fn paint(self, text: impl std::fmt::Display, color: Color) -> String {
        text.fg(Some(color).filter(|_| self.0)).to_string()
    }
    /// The frame to the left of the source.
    pub(super) fn frame(self, text: impl std::fmt::Display) -> String {
        self.paint(text, Color::Fixed(246))
    }
    fn bold(self, text: impl std::fmt::Display) -> String {
        if self.0 { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_string() }
    }
}

/// One file of a diagnostic: its labels in the order they are shown.
struct Section<'a> {
    file: &'a SourceFile,
    labels: Vec<(Place<'a>, String, bool)>,
}

/// Writes the whole message.
pub(super) fn render(sources: &Sources, diagnostic: &Diagnostic, color: bool) -> String {
    let paint = Paint(color);
    let sections = sections(sources, diagnostic);
    let edits = edits::shown(sources, diagnostic, paint);
    let last_line = (sections.iter().flat_map(|s| s.labels.iter().map(|(p, ..)| p.last_line())))
        .chain(edits.iter().filter_map(|line| line.number))
        .max();
    let digits = last_line.map_or(0, |n| n.to_string().len());

    let mut out = framed(&sections, diagnostic, paint, digits);
    foot(&mut out, diagnostic, &edits, paint, digits, sections.is_empty());
    out
}

/// The labels by file, the file of the primary label first; labels of one span become one.
fn sections<'a>(sources: &'a Sources, diagnostic: &Diagnostic) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    let primary_first =
        diagnostic.labels.iter().filter(|l| l.primary).chain(diagnostic.labels.iter().filter(|l| !l.primary));
    for label in primary_first {
        let Some(place) = Place::of(sources, label.span) else { continue };
        let text = escape::line(&label.text).into_owned();
        let known = sections.iter().position(|s| std::ptr::eq(s.file, place.file));
        let known = known.unwrap_or_else(|| {
            sections.push(Section { file: place.file, labels: Vec::new() });
            sections.len() - 1
        });
        let labels = &mut sections[known].labels;
        match labels.iter_mut().find(|(p, ..)| (p.start, p.end) == (place.start, place.end)) {
            Some((_, known, _)) if known.is_empty() => *known = text,
            Some((_, known, _)) if !text.is_empty() && *known != text => *known += &format!("; {text}"),
            Some(_) => {}
            None => labels.push((place, text, label.primary)),
        }
    }
    sections
}

/// The head line and the source with its labels, as ariadne lays them out, without the closing line.
fn framed(sections: &[Section<'_>], diagnostic: &Diagnostic, paint: Paint, digits: usize) -> String {
    let (word, main) = match diagnostic.severity {
        Severity::Error => ("error", Color::Red),
        Severity::Warning => ("warning", Color::Yellow),
    };
    let kind =
        if diagnostic.code.is_empty() { word.to_owned() } else { format!("{word}[{}]", diagnostic.code) };
    let mut cache = Cache::default();
    let kind = paint.bold(paint.paint(kind + ":", main));
    let head = format!("{kind} {}", paint.bold(escape::line(&diagnostic.message)));
    let mut report =
        Report::build(ReportKind::Advice, (0, 0..0)).with_config(Config::new().with_color(paint.0));
    for (k, section) in sections.iter().enumerate() {
        let places: Vec<Place<'_>> = section.labels.iter().map(|l| l.0).collect();
        let excerpt = Excerpt::new(section.file, &places);
        let mut labels: Vec<_> =
            section.labels.iter().map(|(p, t, main)| (excerpt.range(*p), t, *main)).collect();
        // Ariadne starts a new frame where the lines of labels go backwards.
        labels.sort_by_key(|(range, ..)| excerpt.line_of(range.end - 1));
        for (range, text, primary) in labels {
            let color = if primary { main } else { Color::Fixed(75) };
            // A label without a text would not be drawn at all.
            let text = if text.is_empty() { SILENT.to_string() } else { paint.paint(text, color) };
            report.add_label(Label::new((k, range)).with_message(text).with_color(color));
        }
        cache.push(section, excerpt);
    }
    let mut bytes = Vec::new();
    // Writing to a vector cannot fail, and the cache has every file.
    let _ = report.finish().write(&mut cache, &mut bytes);
    let body = renumbered(&String::from_utf8_lossy(&bytes), &cache, digits, paint);
    format!("{}\n{}", head.trim_end(), merged(&body))
}

/// The excerpts for ariadne, and the true line numbers of each.
#[derive(Default)]
struct Cache {
    sources: Vec<Source<String>>,
    names: Vec<String>,
    numbers: Vec<Vec<Option<usize>>>,
}

impl Cache {
    fn push(&mut self, section: &Section<'_>, excerpt: Excerpt) {
        let (line, column) = section.labels.first().map_or((1, 1), |(place, ..)| place.from());
        self.names.push(format!("{}:{line}:{column}{CUT}", escape::line(&section.file.name)));
        self.sources.push(Source::from(excerpt.text));
        self.numbers.push(excerpt.numbers);
    }
}

impl ariadne::Cache<usize> for Cache {
    type Storage = String;
    fn fetch(&mut self, id: &usize) -> Result<&Source<String>, impl std::fmt::Debug> {
        self.sources.get(*id).ok_or("no such file")
    }
    fn display<'a>(&self, id: &'a usize) -> Option<impl std::fmt::Display + 'a> {
        self.names.get(*id).cloned()
    }
}

/// Ariadne's text with the numbers of the file in place of those of the excerpt, without the closing line.
fn renumbered(text: &str, cache: &Cache, digits: usize, paint: Paint) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    // The first line is ariadne's head line; without labels there is no other.
    if lines.len() < 2 {
        return out;
    }
    lines.pop();
    let gutter = lines[1].chars().take_while(|&c| c == ' ').count();
    let mut file = 0;
    for line in &lines[1..] {
        let (number, rest) = split_gutter(line, gutter);
        if let Some((name, after)) = rest.split_once(CUT) {
            let bracket = after.split_once(' ').map_or("", |(_, bracket)| bracket);
            out.push_str(&format!("{:digits$}  {name} {bracket}\n", ""));
            file += 1;
            continue;
        }
        if rest.contains(SILENT) {
            silence(&mut out, &rest, digits, paint);
            continue;
        }
        let number = number.and_then(|n| *cache.numbers.get(file.max(1) - 1)?.get(n.checked_sub(1)?)?);
        let number = number.map_or(String::new(), |n| n.to_string());
        out.push_str(&paint.frame(format!(" {number:>digits$} ")));
        out.push_str(rest.trim_end());
        out.push('\n');
    }
    out
}

/// Leaves out the line that would lead to the text of a label without one, where the line above points at it alone.
fn silence(out: &mut String, rest: &str, digits: usize, paint: Paint) {
    let above = out.trim_end().rfind('\n').map_or(0, |k| k + 1);
    if out[above..].matches('┬').count() == 1 {
        out.replace_range(above.., &out[above..].replace('┬', "▲"));
    } else {
        out.push_str(&paint.frame(format!(" {:digits$} ", "")));
        out.push_str(&rest.replace(SILENT, "here"));
        out.push('\n');
    }
}

/// The same text with a run of one colour written once: ariadne paints each character by itself.
fn merged(text: &str) -> String {
    const RESET: &str = "\u{1b}[0m";
    let (mut out, mut active) = (String::with_capacity(text.len()), "");
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&rest[..at]);
        let sequence = rest[at..].split_inclusive('m').next().unwrap_or("");
        rest = &rest[at + sequence.len()..];
        if sequence == RESET && !active.is_empty() && rest.starts_with(active) {
            rest = &rest[active.len()..];
            continue;
        }
        active = if sequence == RESET { "" } else { sequence };
        out.push_str(sequence);
    }
    out + rest
}

/// The number in the first `width` visible characters of a line, and the rest with the colours that start there.
fn split_gutter(line: &str, width: usize) -> (Option<usize>, String) {
    let (mut number, mut seen, mut rest) = (None, 0, String::new());
    let mut chars = line.chars();
    while seen < width {
        match chars.next() {
            Some('\u{1b}') => {
                let sequence = chars.as_str().split_inclusive('m').next().unwrap_or("");
                rest.push('\u{1b}');
                rest.push_str(sequence);
                chars = chars.as_str()[sequence.len()..].chars();
            }
            Some(c) => {
                number = c.to_digit(10).map_or(number, |d| Some(number.unwrap_or(0) * 10 + d as usize));
                seen += 1;
            }
            None => break,
        }
    }
    rest.push_str(chars.as_str());
    (number, rest)
}

/// The notes, the help, the edited lines, and the line that closes the frame.
fn foot(
    out: &mut String,
    diagnostic: &Diagnostic,
    edits: &[EditLine],
    paint: Paint,
    digits: usize,
    bare: bool,
) {
    let frame = |mark: char, number: Option<usize>| {
        let number = number.map_or(String::new(), |n| n.to_string());
        paint.frame(format!(" {number:>digits$} {mark}"))
    };
    let margin = if bare && edits.is_empty() { paint.frame("  =") } else { frame('│', None) };
    let notes = diagnostic.notes.iter().map(|note| ("note", note.as_str()));
    let help = help_text(diagnostic);
    let paragraphs: Vec<_> = notes.chain(help.as_deref().map(|h| ("help", h))).collect();
    let silent = paragraphs.is_empty() && edits.is_empty();
    if !bare && !silent {
        out.push_str(&format!("{margin}\n"));
    }
    for (word, text) in paragraphs {
        let (mut head, mut margin) = (format!("{}:", paint.paint(word, Color::Fixed(115))), margin.clone());
        for line in escape::lines(text) {
            out.push_str(format!("{margin} {head} {line}").trim_end());
            out.push('\n');
            // Further lines stand below the first.
            head = "     ".to_owned();
            margin = margin.replace('=', " ");
        }
    }
    if !edits.is_empty() {
        out.push_str(&format!("{margin}\n"));
    }
    for line in edits {
        out.push_str(format!("{} {}", frame(line.mark, line.number), line.text).trim_end());
        out.push('\n');
    }
    if !bare || !edits.is_empty() {
        out.push_str(&format!("{}\n", paint.frame("─".repeat(digits + 2) + "╯")));
    }
}

/// The sentence of help; a single edit without one speaks for itself.
fn help_text(diagnostic: &Diagnostic) -> Option<String> {
    if diagnostic.help.is_some() || diagnostic.edits.is_empty() {
        return diagnostic.help.clone();
    }
    Some(match diagnostic.edits.as_slice() {
        [edit] if edit.text.trim().is_empty() => "remove this".to_owned(),
        [edit] if !edit.text.contains('\n') => format!("write `{}`", edit.text.trim()),
        _ => "write".to_owned(),
    })
}
