//! The abstract syntax: what was written, with a place on every node and no types.
//!
//! Long chains (`a + b + c`, `a and b and c`) are lists, and nesting is limited before parsing, so walks and drops
//! of a tree never run deep.

use std::fmt;
use std::rc::Rc;

use dslc_base::Span;

/// A name and where it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// The characters.
    pub text: Rc<str>,
    /// The place.
    pub span: Span,
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

impl Name {
    /// A name at a place.
    pub fn new(text: &str, span: Span) -> Self {
        Self { text: text.into(), span }
    }
}

/// A source file: its items in order.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The items.
    pub items: Vec<Item>,
}

/// Something that stands at top level.
#[derive(Clone, Debug)]
pub enum Item {
    /// `import a, b`.
    Import(Vec<Name>),
    /// `import "path" as name`.
    ImportFile {
        /// The path.
        path: Text,
        /// The name that it gets.
        name: Name,
    },
    /// `type name<a, b> = type`.
    Type(Rc<TypeItem>),
    /// `test "name" { .. }`.
    Test(Rc<TestItem>),
    /// `fn`.
    Fn(Rc<FnItem>),
    /// `model`.
    Model(Rc<ModelItem>),
    /// `derivative`.
    Derivative(Rc<DerivativeItem>),
    /// `law`.
    Law(Rc<LawItem>),
    /// A statement of the script.
    Stmt(Stmt),
}

/// A string literal, unescaped.
#[derive(Clone, Debug)]
pub struct Text {
    /// The characters.
    pub value: Rc<str>,
    /// The place, quotes included.
    pub span: Span,
}

/// `type name<a, b> = type`.
#[derive(Clone, Debug)]
pub struct TypeItem {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub params: Vec<Name>,
    /// What it stands for.
    pub ty: Type,
}

/// `test "name" { .. }`.
#[derive(Clone, Debug)]
pub struct TestItem {
    /// Its name.
    pub name: Text,
    /// What it runs.
    pub body: Block,
    /// The whole item.
    pub span: Span,
}

/// A function: `fn name[generics](params) -> ret = body`.
#[derive(Clone, Debug)]
pub struct FnItem {
    /// Its name.
    pub name: Name,
    /// What stands in `[ ]`.
    pub generics: Vec<Generic>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// The type of the result, if written.
    pub ret: Option<Type>,
    /// The body.
    pub body: Rc<Expr>,
    /// The head: from `fn` to the end of the result's type.
    pub span: Span,
}

/// A model: `model name[generics](sizes)(params) -> ret { .. }`.
#[derive(Clone, Debug)]
pub struct ModelItem {
    /// Its name.
    pub name: Name,
    /// What stands in `[ ]`.
    pub generics: Vec<Generic>,
    /// What it is made with.
    pub sizes: Vec<Param>,
    /// What it is applied to.
    pub params: Vec<Param>,
    /// The type of the result, if written.
    pub ret: Option<Type>,
    /// The body, with `param` statements.
    pub body: Rc<Expr>,
    /// The head.
    pub span: Span,
}

/// A derivative that the user states for a function.
#[derive(Clone, Debug)]
pub struct DerivativeItem {
    /// The function.
    pub path: Vec<Name>,
    /// What stands in `[ ]`.
    pub generics: Vec<Generic>,
    /// Inputs, result, cotangent.
    pub params: Vec<Param>,
    /// The type of the result, if written.
    pub ret: Option<Type>,
    /// The body.
    pub body: Rc<Expr>,
    /// The head.
    pub span: Span,
}

/// An equality that the user states.
#[derive(Clone, Debug)]
pub struct LawItem {
    /// Its name.
    pub name: Text,
    /// What stands in `[ ]`.
    pub generics: Vec<Generic>,
    /// Its variables.
    pub params: Vec<Param>,
    /// The equality.
    pub body: Rc<Expr>,
}

/// What may stand between `[` and `]` after a function's name.
#[derive(Clone, Debug)]
pub enum Generic {
    /// `n`: a size; or a type bound by `T: kind` below.
    Size(Name),
    /// `S: semiring`.
    Kind {
        /// The variable.
        name: Name,
        /// `size type float semiring vector`.
        kind: Name,
    },
    /// `k <= n`: a constraint.
    Constraint(Expr),
}

/// A parameter of a function or model.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type; a parameter without one is a size.
    pub ty: Option<Type>,
    /// The value where the call gives none.
    pub default: Option<Rc<Expr>>,
}

/// A type and where it stands.
#[derive(Clone, Debug)]
pub struct Type {
    /// Which.
    pub kind: TypeKind,
    /// The place.
    pub span: Span,
}

/// A type.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `a.b<args>`.
    Path {
        /// The names.
        path: Vec<Name>,
        /// The arguments: types, or names and numbers of sizes.
        args: Vec<TypeArg>,
    },
    /// `T[d, e]`.
    Array(Box<Type>, Vec<Expr>),
    /// `(T, U)`; `()` is the unit type.
    Tuple(Vec<Type>),
    /// `{a: T}`.
    Record(Vec<(Name, Type)>),
    /// `T -> U`; several parameters are a tuple.
    Fn(Box<Type>, Box<Type>),
}

/// An argument of a named type.
#[derive(Clone, Debug)]
pub enum TypeArg {
    /// A type, or the name of a size.
    Type(Type),
    /// A number.
    Size(u64, Span),
}

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
