//! Where values come from: enough to see that two keys are the same, and in which loops a key changes.

use std::collections::BTreeSet;
use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Expr, ExprKind, Pattern, PatternKind, TypeKind};

use super::Keys;
use crate::free;

/// What is known of a value. The language is pure: values with equal texts are equal.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// How it is made, in terms of values that have a number of their own.
    pub(super) text: Rc<str>,
    /// Whether it is known to be a key.
    pub(super) key: bool,
    /// The loops in whose turns it may differ.
    pub(super) loops: BTreeSet<u32>,
}

/// The longest text that is kept as it is.
const LONG: usize = 200;

/// A parameter is a value of its own. No other text starts with a dot.
pub(super) fn of_parameter(p: &ast::Param) -> Origin {
    let text = format!(".{}", p.name.text).into();
    Origin { text, key: p.ty.as_ref().is_some_and(is_key), loops: BTreeSet::new() }
}

/// Whether a type is written `key`.
pub(super) fn is_key(t: &ast::Type) -> bool {
    matches!(&t.kind, TypeKind::Path { path, args } if args.is_empty() && path.len() == 1 && &*path[0].text == "key")
}

impl Keys<'_> {
    /// A value that nothing is known of, but in which loops it may change.
    pub(super) fn unknown(&mut self, loops: BTreeSet<u32>) -> Origin {
        self.fresh += 1;
        Origin { text: format!("#{}", self.fresh).into(), key: false, loops }
    }

    /// The function of the language that a call means, and its arguments; `k.split()` is `split(k)`.
    pub(super) fn builtin<'e>(&self, e: &'e Expr) -> Option<(&'e str, Vec<&'e Expr>)> {
        let ExprKind::Call(f, args) = &e.kind else { return None };
        let values = args.iter().map(|a| &a.value);
        match &f.kind {
            ExprKind::Name(n) if !self.names.contains_key(n) && !self.items.contains_key(n) => {
                Some((n, values.collect()))
            }
            ExprKind::Field(base, n) if self.gives_key(base) && !self.items.contains_key(&n.text) => {
                Some((&n.text, std::iter::once(&**base).chain(values).collect()))
            }
            _ => None,
        }
    }

    /// Whether an expression is known to be a key; it is asked for every call, so its origin is not worked out.
    fn gives_key(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Name(n) => self.names.get(n).is_some_and(|o| o.key),
            ExprKind::Proj(base, ..) => {
                matches!(self.builtin(base), Some(("split", args)) if args.len() == 1)
            }
            ExprKind::Call(..) => matches!(self.builtin(e), Some(("key" | "fold_in", _))),
            _ => false,
        }
    }

    /// A text, or a number in place of a long one: texts hold those of other values, and would double with each.
    fn shortened(&self, text: String) -> Rc<str> {
        if text.len() <= LONG {
            return text.into();
        }
        let mut texts = self.texts.borrow_mut();
        let next = texts.len();
        format!("@{}", texts.entry(text).or_insert(next)).into()
    }

    /// Where the value of an expression comes from.
    pub(super) fn origin(&self, e: &Expr) -> Origin {
        match &e.kind {
            ExprKind::Name(n) => {
                let outside = || Origin { text: n.clone(), key: false, loops: BTreeSet::new() };
                return self.names.get(n).cloned().unwrap_or_else(outside);
            }
            ExprKind::Proj(base, k, _) => {
                if let Some(("split", args)) = self.builtin(base)
                    && let [key] = args.as_slice()
                {
                    return self.part_of_split(key, *k);
                }
            }
            _ => {}
        }
        if let Some((f @ ("key" | "fold_in"), args)) = self.builtin(e) {
            let parts: Vec<Origin> = args.iter().map(|a| self.origin(a)).collect();
            let texts: Vec<&str> = parts.iter().map(|p| &*p.text).collect();
            let text = self.shortened(format!("{f}({})", texts.join(", ")));
            return Origin { text, key: true, loops: parts.into_iter().flat_map(|p| p.loops).collect() };
        }
        // The words and the values that they mention.
        let mut text = self.sources.text(e.span).to_string();
        let mut loops = BTreeSet::new();
        free::names(e, &mut |inner| {
            if let ExprKind::Name(n) = &inner.kind
                && let Some(o) = self.names.get(n)
            {
                text.push_str(&format!(" [{}]", o.text));
                loops.extend(&o.loops);
            }
        });
        Origin { text: self.shortened(text), key: false, loops }
    }

    /// `split(k).0` is `fold_in(k, 0)`.
    fn part_of_split(&self, key: &Expr, part: u64) -> Origin {
        let o = self.origin(key);
        let text = self.shortened(format!("fold_in({}, {part})", o.text));
        Origin { text, key: true, loops: o.loops }
    }

    /// Gives the names of a pattern their origins.
    pub(super) fn bind(&mut self, pattern: &Pattern, value: &Expr) {
        match (&pattern.kind, &value.kind) {
            (PatternKind::Name(n), _) => {
                let o = self.origin(value);
                self.names.insert(n.text.clone(), o);
            }
            (PatternKind::Tuple(ps), ExprKind::Tuple(vs)) if ps.len() == vs.len() => {
                // All values are those before the `let`.
                let before = self.names.clone();
                let mut after = before.clone();
                for (p, v) in ps.iter().zip(vs) {
                    self.names.clone_from(&before);
                    self.bind(p, v);
                    let mut names = Vec::new();
                    free::pattern_names(p, &mut names);
                    after.extend(
                        names
                            .into_iter()
                            .filter_map(|n| self.names.get_key_value(&n))
                            .map(|(n, o)| (n.clone(), o.clone())),
                    );
                }
                self.names = after;
            }
            (PatternKind::Tuple(ps), _) => {
                let split = match self.builtin(value) {
                    Some(("split", args)) if args.len() == 1 => Some(args[0]),
                    _ => None,
                };
                let whole = self.origin(value);
                let parts: Vec<Origin> = (0..ps.len() as u64)
                    .map(|k| match split {
                        Some(key) => self.part_of_split(key, k),
                        None => {
                            let text = self.shortened(format!("({}).{k}", whole.text));
                            Origin { text, ..whole.clone() }
                        }
                    })
                    .collect();
                for (p, o) in ps.iter().zip(parts) {
                    self.bind_to(p, o);
                }
            }
            _ => {
                let o = self.origin(value);
                self.bind_to(pattern, o);
            }
        }
    }

    /// A name gets an origin; a pattern inside a pattern, parts of it.
    pub(super) fn bind_to(&mut self, pattern: &Pattern, o: Origin) {
        let mut names = Vec::new();
        free::pattern_names(pattern, &mut names);
        if let PatternKind::Name(n) = &pattern.kind {
            self.names.insert(n.text.clone(), o);
            return;
        }
        for n in names {
            let text = self.shortened(format!("({}).{n}", o.text));
            self.names.insert(n, Origin { text, ..o.clone() });
        }
    }

    /// The words of an expression as they stand in the file.
    pub(super) fn words(&self, span: Span) -> &str {
        self.sources.text(span)
    }
}
