//! How a line is edited: it goes on until its brackets close, and Tab completes names.

use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::commands::COMMANDS;

/// The names that may be completed.
pub(crate) struct Line {
    names: Vec<String>,
}

impl Line {
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self { names }
    }
}

impl Helper for Line {}
impl Highlighter for Line {}
impl Hinter for Line {
    type Hint = String;
}

impl Completer for Line {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..pos];
        if let Some(command) = before.strip_prefix(':').filter(|c| !c.contains(' ')) {
            let fits = COMMANDS.iter().filter(|c| c.0.starts_with(command)).map(|c| c.0.to_string());
            return Ok((1, fits.collect()));
        }
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |k| k + 1);
        let start = (start..=pos).find(|k| line.is_char_boundary(*k)).unwrap_or(pos);
        let word = &before[start..];
        let fits = self.names.iter().filter(|n| !word.is_empty() && n.starts_with(word)).cloned();
        Ok((start, fits.collect()))
    }
}

impl Validator for Line {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let open = is_open(context.input());
        Ok(if open { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

/// Whether a bracket is open at the end of a text; those in strings and comments do not count.
pub(crate) fn is_open(text: &str) -> bool {
    let mut depth = 0i64;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().take_while(|c| *c != '\n').for_each(drop);
            }
            '"' => {
                let mut escaped = false;
                for c in chars.by_ref() {
                    if c == '"' && !escaped || c == '\n' {
                        break;
                    }
                    escaped = c == '\\' && !escaped;
                }
            }
            _ => {}
        }
    }
    depth > 0
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn a_text_goes_on_until_its_brackets_close() {
        for open in ["f(", "fn f(x: f64) -> f64 {", "[1, (2", "let x = {a: [1]", "// (\n("] {
            assert!(is_open(open), "{open}");
        }
        for closed in ["", "f(1)", "\"(\"", "// (", "x = 1 }", "fn f() {\n}", "\"\\\"(\""] {
            assert!(!is_open(closed), "{closed}");
        }
    }
}
