//! What the parser finds: the general message, and better ones for frequent mistakes.

use dslc_base::{Diagnostic, FileId, Span};

use super::expected::{Expected, describe};
use super::foreign;
use crate::lex::{Spanned, Tok};

/// What the parser could not take.
pub(crate) struct Failure<'a, 's> {
    /// The file.
    pub(crate) file: FileId,
    /// Its text.
    pub(crate) text: &'s str,
    /// The statement up to the mistake.
    pub(crate) before: &'a [Spanned<'s>],
    /// The token that does not fit; `None` where the statement ends too early.
    pub(crate) found: Option<Spanned<'s>>,
    /// The token behind it.
    pub(crate) next: Option<Tok<'s>>,
    /// The terminals that would fit.
    pub(crate) expected: &'a [String],
    /// Whether the mistake stands in a block.
    pub(crate) in_block: bool,
    /// Whether the mistake stands in the `{` right behind a `->`.
    pub(crate) in_result: bool,
}

/// A statement that the grammar does not take.
pub(crate) fn syntax(failure: &Failure<'_, '_>) -> Diagnostic {
    failure
        .foreign_word()
        .or_else(|| failure.without_value())
        .or_else(|| failure.reserved())
        .or_else(|| failure.chained())
        .or_else(|| failure.equals())
        .or_else(|| failure.inner_function())
        .unwrap_or_else(|| failure.unexpected())
}

impl Failure<'_, '_> {
    pub(super) fn span(&self, token: &Spanned<'_>) -> Span {
        Span::new(self.file, token.0, token.2)
    }
    pub(super) fn expected(&self) -> Expected<'_> {
        Expected(self.expected)
    }
    fn last(&self) -> Option<&Spanned<'_>> {
        self.before.last()
    }
    /// Where the mistake stands: the token, or the end of what stands before.
    fn place(&self) -> Span {
        let end = self.last().map_or(0, |t| t.2);
        self.found.as_ref().map_or(Span::new(self.file, end, end), |t| match t.1 {
            // A line end is shown behind what stands on the line.
            Tok::Sep if !self.text[t.0..].starts_with(';') => Span::new(self.file, end, end),
            _ => self.span(t),
        })
    }
    /// Whether the statement starts with a word.
    fn starts_with(&self, word: Tok<'_>) -> bool {
        self.before.first().is_some_and(|t| t.1 == word)
    }
    /// Whether the statement stops too early.
    fn ends(&self) -> bool {
        self.found.is_none_or(|t| matches!(t.1, Tok::Sep | Tok::RC))
    }

    /// `def f(x) = x`, `return x`, `if a then b`.
    fn foreign_word(&self) -> Option<Diagnostic> {
        let candidates = [self.last().copied(), self.found];
        let (token, word, (better, help)) = candidates.into_iter().flatten().find_map(|t| match t.1 {
            Tok::Ident(word) => foreign::word(word).map(|w| (t, word, w)),
            _ => None,
        })?;
        // A name that happens to be such a word may well be meant: only where two words meet is it the mistake.
        let meets =
            self.found.is_some_and(|f| !f.1.closes() && !matches!(f.1, Tok::Comma | Tok::Sep | Tok::Eq));
        if !meets || !self.expected().after_operand() && self.found.map(|f| f.0) == Some(token.0) {
            return None;
        }
        let span = self.span(&token);
        let message = match word {
            "print" | "assert" => format!("`{word}` is called like every function"),
            _ => format!("`{word}` is a word of other languages"),
        };
        let d = Diagnostic::error("E0110", span, message).help(help);
        let line =
            |from: usize| from + self.text[from..].find(['\n', '\r']).unwrap_or(self.text.len() - from);
        let bytes = |from: usize, to: usize| Span::new(self.file, from, to);
        // What does not fit may be the word itself.
        let behind = self.found.map_or(token.2, |f| f.0.max(token.2));
        Some(match (word, better) {
            ("return", _) => d.edit(bytes(token.0, behind), ""),
            ("print" | "assert", _) => {
                let end = line(token.2);
                let end = self.text[..end].trim_end().len();
                d.edit(bytes(token.2, behind), "(").edit(bytes(end, end), ")")
            }
            ("lambda", _) => match self.text[token.2..line(token.2)].split_once(':') {
                Some((names, _)) => {
                    let end = token.2 + names.len() + 1;
                    d.edit(bytes(token.0, end), format!("|{}|", names.trim()))
                }
                None => d,
            },
            ("from", _) => match self.found {
                Some((_, Tok::Ident(module), _)) => {
                    d.edit(bytes(token.0, line(token.0)), format!("import {module}"))
                }
                _ => d,
            },
            ("class" | "struct", _) => match (self.found, self.next) {
                (Some((_, Tok::Ident(_), end)), Some(Tok::LC)) => {
                    d.edit(span, "type").edit(bytes(end, end), " =")
                }
                _ => d,
            },
            (_, "") => d,
            _ => d.edit(span, better),
        })
    }

    /// `let x`.
    fn without_value(&self) -> Option<Diagnostic> {
        let first = self.before.iter().find(|t| matches!(t.1, Tok::Let | Tok::Param))?;
        let last = self.last()?;
        let missing = self.expected().has("=") && !self.expected().after_operand() || last.1 == Tok::Eq;
        if !self.ends() || !missing {
            return None;
        }
        let d = Diagnostic::error("E0116", self.place(), "this definition has no value")
            .label(if last.1 == Tok::Eq { "a value must follow" } else { "`=` and a value must follow" });
        Some(match first.1 {
            Tok::Let => {
                d.help("write `let x = e`; a variable that is assigned later starts as `let mut x = zeros`")
            }
            _ => d.help("write how it starts: `param w: f64[n] = zeros`"),
        })
    }

    /// `let in = 3`, `p.for`, `f(in: 1)`.
    fn reserved(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|t| t.1.is_reserved())?;
        let named = self.next == Some(Tok::Colon) && self.expected().has("ident");
        let field = self.last().is_some_and(|t| t.1 == Tok::Dot);
        if !self.expected().name() && !named && !field || self.expected().has(found.1.spelling()) {
            return None;
        }
        let word = found.1.spelling();
        let message = format!("`{word}` is a word of the language and cannot be a name");
        let parameter =
            found.1 == Tok::Mut && self.before.iter().any(|t| matches!(t.1, Tok::Fn | Tok::Model));
        let help = match parameter {
            true => "a parameter cannot be assigned: start the body with `let mut y = x`".into(),
            false => format!("choose another name, such as `{word}_`"),
        };
        Some(Diagnostic::error("E0113", self.span(&found), message).help(help))
    }

    /// `a < b < c`.
    fn chained(&self) -> Option<Diagnostic> {
        let comparison =
            |t: Tok<'_>| matches!(t, Tok::Lt | Tok::Le | Tok::Gt | Tok::Ge | Tok::EqEq | Tok::Ne);
        let found = self.found.filter(|t| comparison(t.1))?;
        let first = self.before.iter().rev().find(|t| comparison(t.1))?;
        if !self.last().is_some_and(|t| t.1.ends_operand()) || self.expected().has(">") {
            return None;
        }
        Some(
            Diagnostic::error("E0114", self.span(&found), "comparisons do not chain")
                .secondary(self.span(first), "the first comparison")
                .help("write `a < b and b < c`"),
        )
    }

    /// `if a = b`, `f(x = 1)`.
    fn equals(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|t| t.1 == Tok::Eq)?;
        let pattern = self.expected().has("in") || self.starts_with(Tok::For);
        let operand = self.last().is_some_and(|t| t.1.ends_operand() || t.1 == Tok::Eq);
        if !operand
            || pattern
            || (self.expected().has(":") || self.expected().has("(")) && !self.expected().after_operand()
        {
            return None;
        }
        let d = Diagnostic::error("E0115", self.span(&found), "`=` cannot stand inside an expression");
        let call = matches!(self.before, [.., (_, Tok::Ident(f), _), (_, Tok::LP, _), _] if !f.starts_with("assert"));
        let later = matches!(self.before, [.., (_, Tok::Comma, _), _]);
        let argument =
            self.expected().has(")") && (call || later) && matches!(self.last(), Some((_, Tok::Ident(_), _)));
        Some(if argument {
            d.help("a named argument is written `name: e`; equality is written `==`")
                .edit(Span::new(self.file, self.last().map_or(found.0, |t| t.2), found.2), ":")
        } else {
            d.help("equality is written `==`").edit(self.span(&found), "==")
        })
    }

    /// `fn` where no item can stand.
    fn inner_function(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|t| t.1 == Tok::Fn)?;
        let d = Diagnostic::error("E0117", self.span(&found), "`fn` stands only at the top level of a file");
        let statement = self.in_block && self.last().is_none_or(|t| matches!(t.1, Tok::Sep | Tok::LC));
        Some(if statement {
            d.help("write a closure: `let f = |x| e`, or move the function out")
        } else {
            d.help("a function without a name is written `|x| e`")
        })
    }

    fn unexpected(&self) -> Diagnostic {
        let what = match &self.found {
            Some(token) => describe(token, self.text),
            None => "the end of the statement".into(),
        };
        let phrase = self.expected().phrase();
        let what = if self.ends() && phrase.contains("the end of") { "nothing".into() } else { what };
        let d = Diagnostic::error("E0101", self.place(), format!("expected {phrase}, found {what}"));
        self.hint(d)
    }

    fn hint(&self, d: Diagnostic) -> Diagnostic {
        if let Some(advice) = self.habit() {
            return advice.add(d);
        }
        let end = self.last().map_or(0, |t| t.2);
        let insert = |d: Diagnostic, text: &str| d.edit(Span::new(self.file, end, end), text);
        let found = self.found.map(|t| t.1);
        let (expected, starts) = (self.expected(), |t: Tok<'_>| self.starts_with(t));
        if self.in_result && expected.has(":") {
            return d.help(
                "`{` behind `->` starts a record type: write the type of the result, or leave `->` out",
            );
        }
        match (self.last().map(|t| t.1), found) {
            (Some(Tok::Arrow), _) => {
                d.label("the type of the result is missing").help("write the type, or leave `->` out")
            }
            (_, Some(Tok::Sep | Tok::Eq)) if starts(Tok::For) => {
                d.help("a loop is written `for i in 0..n { .. }`")
            }
            (_, Some(Tok::LC)) if expected.has("..") => {
                d.help("a range is written `a..b`: `for i in 0..n { .. }`")
            }
            (_, Some(Tok::DotDot)) => d.help("a range stands behind `in` or in a subscript"),
            (Some(Tok::In), _) => d.help("a range is written `a..b`: `for i in 0..n { .. }`"),
            (_, Some(_))
                if expected.has("{")
                    && self.before.iter().any(|t| t.1 == Tok::If)
                    && !expected.expression() =>
            {
                d.help("branches stand in braces: `if c { a } else { b }`")
            }
            (_, Some(Tok::Ge | Tok::Shr)) if expected.has(">") => d.help("put a space between the two signs"),
            (Some(Tok::Ident(word @ ("test" | "law"))), Some(_)) => {
                insert(d.help(format!("it has a name: `{word} \"name\"`")), " \"name\"")
            }
            (Some(Tok::Ident(_)), Some(Tok::LP)) if starts(Tok::Let) => {
                d.help("a function is written `fn f(x: T) = e`, a closure `let f = |x| e`")
            }
            (_, Some(Tok::Let | Tok::For | Tok::While | Tok::If | Tok::Param))
                if !expected.has("let") && !expected.expression() =>
            {
                insert(d.help("a line end or `;` stands between statements"), ";")
            }
            (_, Some(Tok::Else)) => d.help("`else` follows the `}` of its `if`"),
            (_, Some(Tok::Sep)) if self.text[self.found.map_or(0, |t| t.0)..].starts_with(';') => {
                d.help("`;` ends a statement; between elements stands `,`")
            }
            (Some(Tok::Comma | Tok::LP | Tok::LB), Some(Tok::Comma)) => {
                d.help("remove one `,`").edit(self.place(), "")
            }
            (Some(before), Some(next))
                if before.ends_operand() && expected.has(",") && next.starts_operand() =>
            {
                insert(d.help("is a `,` missing?"), ",")
            }
            (Some(before), Some(_)) if before.ends_operand() && expected.has(",") => {
                d.help("is a `,` missing?")
            }
            _ => d,
        }
    }
}
