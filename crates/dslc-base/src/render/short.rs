//! One line for each diagnostic, by `codespan-reporting`: `file:line:column: error[code]: message`.

use codespan_reporting::diagnostic::{Diagnostic as Report, Label, Severity as Level};
use codespan_reporting::files::{Error, Files, Location};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{Config, DisplayStyle, Styles, StylesWriter, emit_to_write_style};

use super::escape;
use super::place::Place;
use crate::{Diagnostic, Severity, Sources};

/// Writes the line. Without a place it starts at `error`.
pub(super) fn render(sources: &Sources, diagnostic: &Diagnostic, color: bool) -> String {
    let place = diagnostic.span().and_then(|span| Place::of(sources, span));
    let mut report = Report::new(level(diagnostic.severity)).with_message(escape::line(&diagnostic.message));
    if !diagnostic.code.is_empty() {
        report = report.with_code(diagnostic.code);
    }
    if let Some(place) = place {
        report = report.with_label(Label::primary((), place.start..place.end));
    }
    let bytes = if color {
        written(Ansi::new(Vec::new()), Ansi::into_inner, place, &report)
    } else {
        written(NoColor::new(Vec::new()), NoColor::into_inner, place, &report)
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    }
}

fn written<W: WriteColor>(
    mut writer: W,
    into_inner: fn(W) -> Vec<u8>,
    place: Option<Place<'_>>,
    report: &Report<()>,
) -> Vec<u8> {
    let config = Config { display_style: DisplayStyle::Short, ..Config::default() };
    let styles = Styles::default();
    // Neither the one file below nor a vector of bytes can fail.
    let _ =
        emit_to_write_style(&mut StylesWriter::new(&mut writer, &styles), &config, &OneFile(place), report);
    into_inner(writer)
}

/// The file of the primary label, which answers with our own lines and columns.
struct OneFile<'a>(Option<Place<'a>>);

impl<'a> Files<'a> for OneFile<'a> {
    type FileId = ();
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<String, Error> {
        self.0.map(|p| escape::line(&p.file.name).into_owned()).ok_or(Error::FileMissing)
    }
    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        self.0.map(|p| p.file.text.as_str()).ok_or(Error::FileMissing)
    }
    fn line_index(&'a self, (): (), byte: usize) -> Result<usize, Error> {
        self.0.map(|p| p.file.line_column(byte as u32).0 - 1).ok_or(Error::FileMissing)
    }
    fn line_range(&'a self, (): (), line: usize) -> Result<std::ops::Range<usize>, Error> {
        self.0.map(|p| p.file.line_range(line + 1)).ok_or(Error::FileMissing)
    }
    fn location(&'a self, (): (), byte: usize) -> Result<Location, Error> {
        let place = self.0.ok_or(Error::FileMissing)?;
        let (line_number, column_number) = place.file.line_column(byte as u32);
        Ok(Location { line_number, column_number })
    }
}
