//! What the parser could have taken, and what it found, in a few words.

use crate::lex::{Spanned, Tok};

/// The terminals that the parser would take, asked by name.
pub(super) struct Expected<'a>(pub(super) &'a [String]);

impl Expected<'_> {
    /// Whether a terminal of the grammar is among them.
    pub(super) fn has(&self, terminal: &str) -> bool {
        self.0.iter().any(|n| n.trim_matches('"') == terminal)
    }
    /// Whether an operand has just ended.
    pub(super) fn after_operand(&self) -> bool {
        self.has("^") || self.has("*")
    }
    /// Whether an expression can start.
    pub(super) fn expression(&self) -> bool {
        self.has("int") && self.has("(")
    }
    /// Whether nothing but a name, or what a pattern or type can start with, fits.
    pub(super) fn name(&self) -> bool {
        self.has("ident") && !self.has("int")
    }

    /// The list as a phrase: `an expression or ")"`.
    pub(super) fn phrase(&self) -> String {
        let mut words: Vec<&str> = self.group().into_iter().collect();
        let whole = words.first().copied();
        for (terminal, word) in PUNCTUATION {
            let covered = match whole {
                Some("a statement" | "an expression") => {
                    matches!(*terminal, "(" | "{" | "for" | "str" | "..")
                }
                Some(_) => matches!(*terminal, "{" | "("),
                None => *terminal == "(" && self.after_operand(),
            };
            let compared = *terminal == ">" && self.after_operand();
            let assigned = *terminal == "=" && self.has("+=");
            if self.has(terminal) && !covered && !assigned && !compared {
                words.push(word);
            }
        }
        if self.after_operand() {
            let closes = [")", "]", "}"].iter().any(|c| self.has(c));
            words.push("an operator");
            if !closes && !self.has("{") && !self.has("..") {
                words.push("the end of the statement");
            }
        }
        match words.split_last() {
            None => "the end of the statement".into(),
            Some((last, [])) => (*last).to_string(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        }
    }

    /// The one phrase for a whole class of terminals.
    fn group(&self) -> Option<&'static str> {
        if self.has("let") {
            Some("a statement")
        } else if self.expression() && !self.after_operand() {
            Some("an expression")
        } else if self.has("_") {
            Some("a name")
        } else if self.name() && self.has("(") && self.has("{") {
            Some("a type")
        } else if self.has("ident") {
            Some("a name")
        } else {
            None
        }
    }
}

/// Terminals that are named one by one, in this order.
const PUNCTUATION: &[(&str, &str)] = &[
    (",", "`,`"),
    (")", "`)`"),
    ("]", "`]`"),
    ("}", "`}`"),
    (":", "`:`"),
    ("=", "`=`"),
    (">", "`>`"),
    ("->", "`->`"),
    ("..", "`..`"),
    ("(", "`(`"),
    ("{", "`{`"),
    ("in", "`in`"),
    ("as", "`as`"),
    ("for", "`for`"),
    ("str", "a string"),
];

/// A token as it is named in messages.
pub(super) fn describe(token: &Spanned<'_>, text: &str) -> String {
    match token.1 {
        Tok::Ident(n) | Tok::Int(n) | Tok::Float(n) if n.len() < 40 => format!("`{n}`"),
        Tok::Ident(_) => "a name".into(),
        Tok::Int(_) | Tok::Float(_) => "a number".into(),
        Tok::Str(_) => "a string".into(),
        Tok::Sep if text[token.0..].starts_with(';') => "`;`".into(),
        Tok::Sep => "the end of the line".into(),
        other => format!("`{}`", other.spelling()),
    }
}
