//! S-expressions and their layout.

use dslc_base::Span;

/// How wide a line may be before a list is broken.
const WIDTH: usize = 100;

/// What is shown.
#[derive(Clone, Copy)]
pub(super) struct Writer {
    /// Whether places are shown.
    pub(super) spans: bool,
}

/// A word or a list, with the width that it has on one line.
pub(super) enum Sexp {
    Atom(String),
    List(Vec<Sexp>, usize),
}

pub(super) fn atom(text: impl Into<String>) -> Sexp {
    Sexp::Atom(text.into())
}

pub(super) fn list(parts: Vec<Sexp>) -> Sexp {
    let width = parts.iter().map(|p| p.width() + 1).sum::<usize>() + 1;
    Sexp::List(parts, width.max(2))
}

impl Writer {
    /// A list with its head, and its place if places are shown.
    pub(super) fn node(self, head: &str, parts: impl IntoIterator<Item = Sexp>, span: Span) -> Sexp {
        let place = self.spans.then(|| atom(format!("@{}..{}", span.start, span.end)));
        list(std::iter::once(atom(head)).chain(parts).chain(place).collect())
    }

    /// A word that has a place.
    pub(super) fn leaf(self, text: &str, span: Span) -> Sexp {
        match self.spans {
            true => atom(format!("{text}@{}..{}", span.start, span.end)),
            false => atom(text),
        }
    }
}

impl Sexp {
    fn width(&self) -> usize {
        match self {
            Sexp::Atom(text) => text.chars().count(),
            Sexp::List(_, width) => *width,
        }
    }

    pub(super) fn write(&self, out: &mut String) {
        self.write_at(out, 0);
    }

    fn write_at(&self, out: &mut String, indent: usize) {
        match self {
            Sexp::Atom(text) => out.push_str(text),
            Sexp::List(parts, width) => {
                let broken = indent + width > WIDTH;
                out.push('(');
                for (k, part) in parts.iter().enumerate() {
                    // The head and a word behind it stay together: `(fn name`.
                    let stays = k == 0 || k == 1 && matches!(part, Sexp::Atom(_));
                    if broken && !stays {
                        out.push('\n');
                        out.extend(std::iter::repeat_n(' ', indent + 2));
                    } else if k > 0 {
                        out.push(' ');
                    }
                    part.write_at(out, indent + 2);
                }
                out.push(')');
            }
        }
    }
}
