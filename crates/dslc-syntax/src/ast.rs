//! The abstract syntax: what was written, with a place on every node and no types.
//!
//! Long chains (`a + b + c`, `a and b and c`) are lists, and nesting is limited before parsing, so walks and drops
//! of a tree never run deep.

mod expr;
mod stmt;
mod types;

use std::fmt;
use std::rc::Rc;

use dslc_base::Span;

pub use expr::{Arg, BinOp, Binder, Closure, CmpOp, Expr, ExprKind, Field, ForClause, Subscript, UnOp};
pub use stmt::{Block, Pattern, PatternKind, Range, Stmt, StmtKind};
pub use types::{Type, TypeArg, TypeKind};

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
    /// The names that statements with a mistake may have defined: that these are unknown is no news.
    pub broken: Vec<Rc<str>>,
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
