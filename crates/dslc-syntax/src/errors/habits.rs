//! Habits of other languages that the grammar meets: what they look like here, and the edit that turns them around.

use dslc_base::{Diagnostic, Span};

use super::syntax::Failure;
use crate::lex::{Spanned, Tok};

/// A sentence that helps, and the edits that do what it says.
pub(super) struct Advice {
    help: String,
    edits: Vec<(Span, String)>,
}

fn say(help: impl Into<String>) -> Advice {
    Advice { help: help.into(), edits: Vec::new() }
}

impl Advice {
    fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push((span, text.into()));
        self
    }
    /// A diagnostic with this advice.
    pub(super) fn add(self, d: Diagnostic) -> Diagnostic {
        self.edits.into_iter().fold(d.help(self.help), |d, (span, text)| d.edit(span, text))
    }
}

impl Failure<'_, '_> {
    /// The habit that shows, if one does.
    pub(super) fn habit(&self) -> Option<Advice> {
        self.range_habit()
            .or_else(|| self.operator_habit())
            .or_else(|| self.definition_habit())
            .or_else(|| self.record_habit())
            .or_else(|| self.control_habit())
            .or_else(|| self.import_habit())
    }

    fn tok(&self) -> Option<Tok<'_>> {
        self.found.map(|t| t.1)
    }
    fn at(&self, token: &Spanned<'_>) -> Span {
        Span::new(self.file, token.0, token.2)
    }
    /// Between two bytes.
    fn bytes(&self, from: usize, to: usize) -> Span {
        Span::new(self.file, from, to)
    }
    fn here(&self) -> usize {
        self.before.last().map_or(0, |t| t.2)
    }

    /// `in range(10)`, `in xs`, `0..10..2`, `x[0:2]`, `a[:, 0]`.
    fn range_habit(&self) -> Option<Advice> {
        let found = self.found?;
        let within = self.before.iter().rposition(|t| t.1 == Tok::In);
        if let Some(k) = within
            && self.expected().has("..")
            && !matches!(found.1, Tok::Colon)
        {
            return self.elements(k);
        }
        match (self.before, found.1) {
            ([.., (_, Tok::LB, _)], Tok::Colon) => {
                Some(say("a whole axis is written `..`").edit(self.at(&found), ".."))
            }
            (_, Tok::Colon) if self.subscript() => {
                Some(say("a slice is written `a..b`").edit(self.at(&found), ".."))
            }
            (_, Tok::DotDot) if self.before.iter().any(|t| t.1 == Tok::DotDot) => {
                Some(say("a range has no step: count the steps, `for k in 0..n`, and write `2 * k`"))
            }
            (_, Tok::For) if within.is_some() && self.expected().has(",") => Some(
                say("one `for` binds several indices: `for i in 0..m, j in 0..n`")
                    .edit(self.bytes(self.here(), found.2), ","),
            ),
            _ => None,
        }
    }

    /// What is run through, behind the `in` at a position, is no range: what it should be.
    fn elements(&self, k: usize) -> Option<Advice> {
        let index = match self.before.get(k.checked_sub(1)?)?.1 {
            Tok::Ident(name) => name,
            _ => return None,
        };
        let looped = self.before.first().is_some_and(|t| t.1 == Tok::For);
        match &self.before[k + 1..] {
            [(from, Tok::Ident("range"), _), (_, Tok::LP, start), .., (end, Tok::RP, to)] => {
                let inner = self.text.get(*start..*end)?;
                let parts: Vec<&str> = inner.split(',').map(str::trim).collect();
                let range = match parts.as_slice() {
                    [n] => format!("0..{n}"),
                    [a, b] => format!("{a}..{b}"),
                    _ => return Some(say("a range is `a..b` and has no step: write `2 * k`")),
                };
                let help = format!("a range is written `{range}`");
                Some(say(help).edit(self.bytes(*from, *to), range))
            }
            [(_, Tok::Ident(name), _)] if looped => Some(say(format!(
                "a loop runs over numbers: `for k in 0..n {{ .. }}`, and `{name}[k]` is the element"
            ))),
            [(_, Tok::Ident(name), _)] => Some(say(format!(
                "an index runs over numbers: write `{name}[{index}]` for the element, and `for {index}` for its range"
            ))),
            _ => None,
        }
    }

    /// Whether the innermost open bracket is that of a subscript.
    fn subscript(&self) -> bool {
        let mut depth = 0;
        for (k, t) in self.before.iter().enumerate().rev() {
            if t.1.closes() {
                depth += 1;
            } else if t.1.opens() && depth > 0 {
                depth -= 1;
            } else if t.1.opens() {
                return t.1 == Tok::LB && k > 0 && self.before[k - 1].1.ends_operand();
            }
        }
        false
    }

    /// `x .* y`, `+1`, `1 in xs`, `(x) -> e`, `f"text"`.
    fn operator_habit(&self) -> Option<Advice> {
        let found = self.found?;
        let operand = self.before.last().is_some_and(|t| t.1.ends_operand());
        match (self.before, found.1) {
            ([.., dot @ (_, Tok::Dot, _)], Tok::Star | Tok::Slash | Tok::Plus | Tok::Minus | Tok::Caret) => {
                let sign = found.1.spelling();
                let help =
                    format!("operators work on tensors of one shape element by element: write `{sign}`");
                Some(say(help).edit(self.at(dot), ""))
            }
            (_, Tok::Plus) if self.expected().expression() && !operand => {
                let next = self.text[found.2..].chars().next();
                let sign = next.is_some_and(|c| c.is_ascii_digit() || c.is_alphabetic());
                sign.then(|| say("a number needs no `+`").edit(self.at(&found), ""))
            }
            (_, Tok::In) if operand => Some(say("whether a tensor holds a number: `any(x[i] == a for i)`")),
            (_, Tok::Arrow) if operand && self.expected().after_operand() => Some(self.arrow()),
            ([.., (_, Tok::Ident("f"), end)], Tok::Str(_)) if *end == found.0 => {
                Some(say("`print` takes values beside texts: `print(\"x =\", x)`"))
            }
            _ => None,
        }
    }

    /// `(x, y) -> e`, `x -> e`.
    fn arrow(&self) -> Advice {
        let help = say("a closure is written `|x| e`");
        let end = self.found.map_or(0, |t| t.2);
        let names = |tokens: &[Spanned<'_>]| {
            tokens.iter().all(|t| matches!(t.1, Tok::Ident(_) | Tok::Comma)).then(|| match tokens {
                [first, .., last] => &self.text[first.0..last.2],
                [one] => &self.text[one.0..one.2],
                [] => "_",
            })
        };
        let open = self.before.iter().rposition(|t| t.1 == Tok::LP);
        match (self.before, open) {
            ([.., (_, Tok::RP, _)], Some(k)) => {
                let list = names(&self.before[k + 1..self.before.len() - 1]);
                let free = k == 0 || !self.before[k - 1].1.ends_operand();
                match list.filter(|_| free) {
                    Some(list) => help.edit(self.bytes(self.before[k].0, end), format!("|{list}|")),
                    None => help,
                }
            }
            ([.., (from, Tok::Ident(name), _)], _) => help.edit(self.bytes(*from, end), format!("|{name}|")),
            _ => help,
        }
    }

    /// `fn f x = e`, `fn f(x: T): T = e`, bodies by indentation, types of other languages.
    fn definition_habit(&self) -> Option<Advice> {
        let starts = self.before.first().map(|t| t.1);
        let expected = self.expected();
        let ends = self.found.is_none_or(|t| matches!(t.1, Tok::Sep | Tok::RC));
        match (self.before, self.tok()) {
            ([.., (_, Tok::RP, _)], Some(Tok::Colon)) => {
                let colon = self.found?;
                Some(say("the type of the result is written `-> T`").edit(self.at(&colon), " ->"))
            }
            ([(_, Tok::Fn, _), _], Some(Tok::Ident(_))) => {
                Some(say("parameters stand in parentheses, with their types: `fn f(x: f64) = e`"))
            }
            ([(_, Tok::Fn, _), .., (_, Tok::Eq, _)], _) if ends => {
                Some(say("a body of several lines stands in braces: `fn f(x: f64) -> f64 { .. }`"))
            }
            (_, _) if starts == Some(Tok::Fn) && ends && expected.has("=") && expected.has("{") => {
                Some(say("a body must follow: `= e` or `{ .. }`"))
            }
            ([.., (_, Tok::RP, _)], Some(Tok::Arrow | Tok::LC | Tok::Eq)) if starts == Some(Tok::Model) => {
                Some(say("a model has two lists: `model name(sizes)(x: T)`; the first may be empty"))
            }
            ([.., (_, Tok::Ident(_), _), (_, Tok::LB, _)], Some(Tok::RB)) if self.in_type() => {
                Some(say("every axis has a size: `f64[n]`, where `n` stands in `fn f[n](..)` or is a number"))
            }
            (_, Some(Tok::Amp | Tok::Star)) if expected.phrase().contains("a type") => {
                Some(say("a type has no sign before it; a tensor is `f64[n]`"))
            }
            (_, Some(Tok::LB)) if expected.phrase().contains("a type") => {
                Some(say("the type of a tensor is written `f64[n]`: its elements, then its sizes"))
            }
            _ => None,
        }
    }

    /// Whether a type is being written: behind a `:` or `->`.
    fn in_type(&self) -> bool {
        let kept = self.before.iter().rev().find(|t| matches!(t.1, Tok::Colon | Tok::Arrow | Tok::Eq));
        kept.is_some_and(|t| t.1 != Tok::Eq)
    }

    /// `{a = 1, b = 2}`, `{"a": 1}`.
    fn record_habit(&self) -> Option<Advice> {
        match (self.before, self.tok()?) {
            ([(_, Tok::Ident(_), name), (_, Tok::Eq, equals), _, ..], Tok::Comma) if self.in_block => {
                Some(say("a field is written `name: e`").edit(self.bytes(*name, *equals), ":"))
            }
            ([.., text @ (_, Tok::Str(quoted), _)], Tok::Colon) => {
                let name = quoted.trim_matches('"');
                let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                let help = say("the name of a field has no quotes");
                let start = name.starts_with(|c: char| c.is_ascii_alphabetic());
                Some(if plain && start { help.edit(self.at(text), name) } else { help })
            }
            _ => None,
        }
    }

    /// `a if c else b`, `let` and `for` as expressions, `where`.
    fn control_habit(&self) -> Option<Advice> {
        let operand = self.before.last().is_some_and(|t| t.1.ends_operand());
        let block = self.before.last().is_some_and(|t| t.1 == Tok::RC);
        match self.tok()? {
            Tok::If if operand && !block => Some(say("the condition comes first: `if c { a } else { b }`")),
            Tok::Ident("where") if operand => {
                Some(say("what a part means is said before: `{ let y = e; f(y) }`"))
            }
            Tok::Let if self.expected().expression() && !self.expected().has("let") => {
                Some(say("a `let` stands in a block: `{ let y = e; f(y) }`"))
            }
            Tok::For if self.expected().expression() && !self.expected().has("let") => Some(say(
                "a loop has no value: `[e for i in 0..n]` makes a tensor, `scan` keeps what each turn gives",
            )),
            _ => None,
        }
    }

    /// `import a.b`, `import a as b`.
    fn import_habit(&self) -> Option<Advice> {
        let ([(_, Tok::Import, _), .., (_, Tok::Ident(module), _)], found) = (self.before, self.found?)
        else {
            return None;
        };
        match (found.1, self.next) {
            (Tok::Dot, Some(Tok::Ident(name))) => {
                let help = format!("import the module, and write `{module}.{name}` where it is used");
                Some(say(help).edit(self.bytes(found.0, found.2 + name.len()), ""))
            }
            (Tok::Ident("as"), _) => Some(say("only a file gets another name: `import \"path\" as name`")),
            _ => None,
        }
    }
}
