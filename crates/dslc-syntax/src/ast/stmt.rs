//! Statements, blocks, patterns.

use dslc_base::Span;

use super::{BinOp, Expr, Name, Type};

/// `{ .. }` with statements.
#[derive(Clone, Debug)]
pub struct Block {
    /// The statements; the value is that of the last if it is an expression.
    pub stmts: Vec<Stmt>,
    /// The place, braces included.
    pub span: Span,
}

/// A statement and where it stands.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// Which.
    pub kind: StmtKind,
    /// The place.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `let p: T = e`, `let mut p = e`.
    Let {
        /// Whether the names can be assigned.
        mutable: bool,
        /// The names.
        pattern: Pattern,
        /// The type, if written.
        ty: Option<Type>,
        /// The value.
        value: Expr,
    },
    /// `param w: T = init`; only in models.
    Param {
        /// Its name.
        name: Name,
        /// Its type, if written.
        ty: Option<Type>,
        /// How it is drawn, or the model that it embeds.
        init: Expr,
    },
    /// `for p in a..b { .. }`.
    For {
        /// The index.
        pattern: Pattern,
        /// The range.
        range: Range,
        /// The body.
        body: Block,
    },
    /// `while c { .. }`.
    While {
        /// The condition.
        cond: Expr,
        /// The body.
        body: Block,
    },
    /// `place = e`, `place += e`.
    Assign {
        /// What is assigned.
        place: Expr,
        /// `None` for `=`.
        op: Option<BinOp>,
        /// The value.
        value: Expr,
    },
    /// An expression.
    Expr(Expr),
}

/// A pattern and where it stands.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Which.
    pub kind: PatternKind,
    /// The place.
    pub span: Span,
}

/// A pattern.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// A name.
    Name(Name),
    /// `_`.
    Wild,
    /// `(p, q)`.
    Tuple(Vec<Pattern>),
    /// `{a, b}`.
    Record(Vec<Name>),
}

/// `a..b`.
#[derive(Clone, Debug)]
pub struct Range {
    /// The first.
    pub start: Box<Expr>,
    /// One past the last.
    pub end: Box<Expr>,
}
