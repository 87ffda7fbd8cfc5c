//! Expressions. Parentheses leave no node: they only widen the place of what they enclose.

use std::rc::Rc;

use dslc_base::Span;

use super::{Block, Name, Pattern, Range, Type};

/// An expression and where it stands.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Which.
    pub kind: ExprKind,
    /// The place.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// An integer, by its digits (`0x`, `0b` and `_` resolved); `None` if it is above 2^64 - 1.
    Int(Option<u64>),
    /// A float.
    Float(f64),
    /// A string.
    Str(Rc<str>),
    /// `true`, `false`.
    Bool(bool),
    /// A name.
    Name(Rc<str>),
    /// `()`.
    Unit,
    /// `-e`, `not e`.
    Unary(UnOp, Box<Expr>),
    /// `first op e op e ..`, left to right; all operators have one precedence.
    Chain(Box<Expr>, Vec<(BinOp, Span, Expr)>),
    /// `a < b`; comparisons do not chain.
    Compare(CmpOp, Span, Box<Expr>, Box<Expr>),
    /// `a ^ b`.
    Power(Box<Expr>, Box<Expr>),
    /// `f(args)`.
    Call(Box<Expr>, Vec<Arg>),
    /// `sum(e for i)`.
    Fold {
        /// What folds.
        head: Box<Expr>,
        /// The element.
        body: Rc<Expr>,
        /// The indices.
        clause: Rc<ForClause>,
    },
    /// `[e for i]`.
    Comprehension {
        /// The element.
        body: Rc<Expr>,
        /// The indices.
        clause: Rc<ForClause>,
    },
    /// `[a, b]`.
    Array(Vec<Expr>),
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// `{a: e, b}`.
    Record(Vec<Field>),
    /// `{..base, a: e}`.
    Update(Box<Expr>, Vec<Field>),
    /// `e.name`.
    Field(Box<Expr>, Name),
    /// `e.0`.
    Proj(Box<Expr>, u64, Span),
    /// `e[subscripts]`.
    Index(Box<Expr>, Vec<Subscript>),
    /// `if c { } else ..`, the arms in order.
    If {
        /// Conditions and what they choose.
        arms: Vec<(Expr, Block)>,
        /// What the last `else` chooses.
        otherwise: Option<Block>,
    },
    /// `{ .. }`.
    Block(Block),
    /// `|p, q| e`.
    Closure(Rc<Closure>),
    /// What could not be parsed; an error has been reported.
    Error,
}

/// `|p, q: T| e`.
#[derive(Clone, Debug)]
pub struct Closure {
    /// The parameters and their types, if written.
    pub params: Vec<(Pattern, Option<Type>)>,
    /// The body.
    pub body: Expr,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Arg {
    /// `name: e`.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// A field of a record: `a: e`, or `a` for `a: a`.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// `for i, j in a..b if c`.
#[derive(Clone, Debug)]
pub struct ForClause {
    /// The indices, slowest first.
    pub binders: Vec<Binder>,
    /// The filter.
    pub filter: Option<Expr>,
    /// The place, from `for`.
    pub span: Span,
}

/// One index of a comprehension.
#[derive(Clone, Debug)]
pub struct Binder {
    /// Its name.
    pub name: Name,
    /// Its range, if written.
    pub range: Option<Range>,
}

/// What stands between `[` and `]`.
#[derive(Clone, Debug)]
pub enum Subscript {
    /// A position, or a tensor of positions.
    At(Expr),
    /// `a..b`, `a..`, `..b`, `..`.
    Slice {
        /// The first.
        start: Option<Expr>,
        /// One past the last.
        end: Option<Expr>,
        /// The place.
        span: Span,
    },
}

/// A prefix operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnOp {
    /// `-`.
    Neg,
    /// `not`.
    Not,
}

/// An infix operator that chains.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinOp {
    /// `+`.
    Add,
    /// `-`.
    Sub,
    /// `*`.
    Mul,
    /// `/`.
    Div,
    /// `%`.
    Rem,
    /// `@`.
    MatMul,
    /// `and`.
    And,
    /// `or`.
    Or,
    /// `>>`.
    Compose,
    /// `&`.
    Pair,
}

impl BinOp {
    /// As it is written.
    pub const fn text(self) -> &'static str {
        match self {
            BinOp::Add => "+",
            BinOp::Sub => "-",
            BinOp::Mul => "*",
            BinOp::Div => "/",
            BinOp::Rem => "%",
            BinOp::MatMul => "@",
            BinOp::And => "and",
            BinOp::Or => "or",
            BinOp::Compose => ">>",
            BinOp::Pair => "&",
        }
    }
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CmpOp {
    /// `==`.
    Eq,
    /// `!=`.
    Ne,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
}

impl CmpOp {
    /// As it is written.
    pub const fn text(self) -> &'static str {
        match self {
            CmpOp::Eq => "==",
            CmpOp::Ne => "!=",
            CmpOp::Lt => "<",
            CmpOp::Le => "<=",
            CmpOp::Gt => ">",
            CmpOp::Ge => ">=",
        }
    }
}
