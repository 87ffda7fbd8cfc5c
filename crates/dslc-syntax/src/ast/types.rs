//! Types as they are written.

use dslc_base::Span;

use super::{Expr, Name};

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
