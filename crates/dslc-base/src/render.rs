//! Diagnostics to text: for people, for a line of a log or an editor, for programs.
//!
//! Whatever stands in a source file or a message, what is written here is harmless to a terminal: characters that
//! would move the cursor, change colours or reorder text are shown escaped. Whatever a span says, nothing panics:
//! places are clamped to the text they point into.

mod edits;
mod escape;
mod excerpt;
mod human;
mod json;
mod place;
mod short;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use crate::{Diagnostic, Sources};

/// How diagnostics are written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Style {
    /// The source with labels, notes and the help, for people.
    #[default]
    Human,
    /// One line: `file:line:column: error[code]: message`.
    Short,
    /// One JSON object in one line.
    Json,
}

/// The error of [`Style::from_str`]: a name that is not `human`, `short` or `json`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownStyle(
    /// The name that was given.
    pub String,
);

impl fmt::Display for UnknownStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no message format: write human, short or json", escape::line(&self.0))
    }
}

impl std::error::Error for UnknownStyle {}

impl FromStr for Style {
    type Err = UnknownStyle;
    fn from_str(name: &str) -> Result<Self, UnknownStyle> {
        match name {
            "human" => Ok(Self::Human),
            "short" => Ok(Self::Short),
            "json" => Ok(Self::Json),
            _ => Err(UnknownStyle(name.to_owned())),
        }
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Human => "human",
            Self::Short => "short",
            Self::Json => "json",
        })
    }
}

/// Writes one diagnostic, ending in a newline. `color` asks for ANSI colours; JSON has none.
pub fn render(sources: &Sources, diagnostic: &Diagnostic, style: Style, color: bool) -> String {
    match style {
        Style::Human => human::render(sources, diagnostic, color),
        Style::Short => short::render(sources, diagnostic, color),
        Style::Json => json::render(sources, diagnostic),
    }
}
