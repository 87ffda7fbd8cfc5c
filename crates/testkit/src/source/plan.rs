//! Programs as trees of typed terms.

use std::collections::BTreeMap;
use std::fmt::Write;

/// What the elements of a tensor are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are those of the language")]
pub enum Elem {
    F64,
    F32,
    I64,
    Bool,
    Key,
    MinPlus,
    MaxPlus,
    LogSum,
    Count,
    Z2,
}

impl Elem {
    /// Its name in types.
    pub const fn name(self) -> &'static str {
        match self {
            Elem::F64 => "f64",
            Elem::F32 => "f32",
            Elem::I64 => "i64",
            Elem::Bool => "bool",
            Elem::Key => "key",
            Elem::MinPlus => "minplus<f64>",
            Elem::MaxPlus => "maxplus<f64>",
            Elem::LogSum => "logsum<f64>",
            Elem::Count => "count",
            Elem::Z2 => "z2",
        }
    }
    /// Whether it is a float.
    pub const fn is_float(self) -> bool {
        matches!(self, Elem::F64 | Elem::F32)
    }
    /// Whether it is an element of a semiring other than those of numbers and truth values.
    pub const fn is_semiring(self) -> bool {
        matches!(self, Elem::MinPlus | Elem::MaxPlus | Elem::LogSum | Elem::Count | Elem::Z2)
    }
    /// What makes an element of a semiring of a number: its spelling, and the type of the number.
    pub const fn cast(self) -> (&'static str, Elem) {
        match self {
            Elem::MinPlus => ("minplus($)", Elem::F64),
            Elem::MaxPlus => ("maxplus($)", Elem::F64),
            Elem::LogSum => ("logsum($)", Elem::F64),
            Elem::Count => ("count(mod($, 5))", Elem::I64),
            Elem::Z2 => ("z2($)", Elem::I64),
            Elem::F64 | Elem::F32 | Elem::I64 | Elem::Bool | Elem::Key => ("$", self),
        }
    }
}

/// An axis by the name of its extent: a program has a table of extents. In a function over sizes it is a size.
pub(super) type Dim = u8;

/// A type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ty {
    /// Elements over axes.
    Tensor(Elem, Vec<Dim>),
    /// A tuple.
    Tuple(Vec<Ty>),
    /// A record.
    Record(Vec<(&'static str, Ty)>),
}

impl Ty {
    /// A tensor without axes.
    pub const fn scalar(elem: Elem) -> Self {
        Ty::Tensor(elem, Vec::new())
    }
}

/// A piece of a spelling.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text as it is.
    Text(String),
    /// An extent.
    Dim(Dim),
    /// A type.
    Type(Ty),
    /// A term.
    Term(Box<Term>),
    /// Statements in braces.
    Block(Block),
}

impl From<Term> for Part {
    fn from(t: Term) -> Self {
        Part::Term(Box::new(t))
    }
}
impl From<Block> for Part {
    fn from(b: Block) -> Self {
        Part::Block(b)
    }
}
impl From<Dim> for Part {
    fn from(d: Dim) -> Self {
        Part::Dim(d)
    }
}
impl From<&Ty> for Part {
    fn from(t: &Ty) -> Self {
        Part::Type(t.clone())
    }
}
impl From<&str> for Part {
    fn from(t: &str) -> Self {
        Part::Text(t.to_string())
    }
}
impl From<String> for Part {
    fn from(t: String) -> Self {
        Part::Text(t)
    }
}

/// The pieces of a template: each `$` of the text is the next argument.
pub(super) fn parts(template: &str, args: impl IntoIterator<Item = Part>) -> Vec<Part> {
    let mut args = args.into_iter();
    let mut out = Vec::new();
    for (k, text) in template.split('$').enumerate() {
        if k > 0 {
            out.push(args.next().expect("an argument for each `$`"));
        }
        if !text.is_empty() {
            out.push(Part::Text(text.to_string()));
        }
    }
    assert!(args.next().is_none(), "a `$` for each argument of `{template}`");
    out
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Term {
    /// Its type.
    pub ty: Ty,
    /// The construct of the language that it is.
    pub kind: &'static str,
    /// Its spelling.
    pub parts: Vec<Part>,
}

/// Statements, and what they give if anything.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The statements.
    pub stmts: Vec<Stmt>,
    /// The value.
    pub value: Option<Box<Term>>,
}

/// A statement or an item.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// The construct of the language that it is.
    pub kind: &'static str,
    /// Its spelling.
    pub parts: Vec<Part>,
    /// Whether extents in it are sizes, not numbers.
    pub generic: bool,
}

/// A program: the extents of its axes and its statements.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The extent of each axis.
    pub extents: Vec<u64>,
    /// Items and statements.
    pub stmts: Vec<Stmt>,
}

impl Program {
    /// The source text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for s in &self.stmts {
            let printer = Printer { extents: (!s.generic).then_some(&self.extents[..]) };
            printer.parts(&s.parts, 0, &mut out);
            out.push('\n');
        }
        out
    }

    /// How often each construct occurs.
    pub fn census(&self) -> BTreeMap<&'static str, usize> {
        let mut out = BTreeMap::new();
        self.stmts.iter().for_each(|s| count(s.kind, &s.parts, &mut out));
        out
    }
}

fn count(kind: &'static str, parts: &[Part], out: &mut BTreeMap<&'static str, usize>) {
    *out.entry(kind).or_default() += 1;
    for p in parts {
        match p {
            Part::Term(t) => count(t.kind, &t.parts, out),
            Part::Block(b) => {
                b.stmts.iter().for_each(|s| count(s.kind, &s.parts, out));
                b.value.iter().for_each(|t| count(t.kind, &t.parts, out));
            }
            Part::Text(_) | Part::Dim(_) | Part::Type(_) => {}
        }
    }
}

/// Prints with extents as numbers, or without extents as names of sizes.
struct Printer<'a> {
    extents: Option<&'a [u64]>,
}

impl Printer<'_> {
    fn parts(&self, parts: &[Part], depth: usize, out: &mut String) {
        for p in parts {
            match p {
                Part::Text(t) => out.push_str(t),
                Part::Dim(d) => self.dim(*d, out),
                Part::Type(t) => self.ty(t, out),
                Part::Term(t) => self.parts(&t.parts, depth, out),
                Part::Block(b) => self.block(b, depth + 1, out),
            }
        }
    }
    fn dim(&self, d: Dim, out: &mut String) {
        let _ = match self.extents {
            Some(e) => write!(out, "{}", e[d as usize]),
            None => write!(out, "n{d}"),
        };
    }
    fn ty(&self, ty: &Ty, out: &mut String) {
        match ty {
            Ty::Tensor(elem, dims) => {
                out.push_str(elem.name());
                if dims.is_empty() {
                    return;
                }
                for (k, d) in dims.iter().enumerate() {
                    out.push_str(if k == 0 { "[" } else { ", " });
                    self.dim(*d, out);
                }
                out.push(']');
            }
            Ty::Tuple(ts) => {
                for (k, t) in ts.iter().enumerate() {
                    out.push_str(if k == 0 { "(" } else { ", " });
                    self.ty(t, out);
                }
                out.push(')');
            }
            Ty::Record(fs) => {
                for (k, (name, t)) in fs.iter().enumerate() {
                    let _ = write!(out, "{}{name}: ", if k == 0 { "{" } else { ", " });
                    self.ty(t, out);
                }
                out.push('}');
            }
        }
    }
    fn block(&self, b: &Block, depth: usize, out: &mut String) {
        let line = |out: &mut String, depth: usize| {
            out.push('\n');
            (0..depth).for_each(|_| out.push_str("  "));
        };
        out.push('{');
        for (k, s) in b.stmts.iter().enumerate() {
            line(out, depth);
            self.parts(&s.parts, depth, out);
            if k + 1 < b.stmts.len() || b.value.is_some() {
                out.push(';');
            }
        }
        if let Some(v) = &b.value {
            if b.stmts.is_empty() {
                out.push(' ');
                self.parts(&v.parts, depth, out);
                out.push_str(" }");
                return;
            }
            line(out, depth);
            self.parts(&v.parts, depth, out);
        }
        line(out, depth - 1);
        out.push('}');
    }
}
