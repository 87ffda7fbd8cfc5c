//! Types as the checker sees them.

use std::rc::Rc;

use dslc_ir::{Bits, Monoid, PrimRef, Scalar, Semiring};

use crate::dim::{Dim, SizeId};

/// The two floats under a semiring element.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Float {
    /// `f64`.
    F64,
    /// `f32`.
    F32,
}

/// What a type variable may stand for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Kind {
    /// `f64` or `f32`.
    Float,
    /// Any scalar with the semiring's `+` and `*`.
    Semiring,
    /// Any type made of floats.
    Vector,
    /// Any type.
    Type,
}

impl Kind {
    /// The kind with this name.
    pub(crate) fn from_name(name: &str) -> Option<Kind> {
        match name {
            "float" => Some(Kind::Float),
            "semiring" => Some(Kind::Semiring),
            "vector" => Some(Kind::Vector),
            "type" => Some(Kind::Type),
            _ => None,
        }
    }
    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Kind::Float => "float",
            Kind::Semiring => "semiring",
            Kind::Vector => "vector",
            Kind::Type => "type",
        }
    }
    /// Which types are of this kind.
    pub(crate) const fn members(self) -> &'static str {
        match self {
            Kind::Float => "a float type is `f64` or `f32`",
            Kind::Semiring => {
                "a semiring type is a scalar with `+` and `*`: `f64`, `f32`, `c64`, `c128`, `i64`, `bool`, `z2`, `count`, \
                 `maxplus<..>`, `minplus<..>`, `logsum<..>`"
            }
            Kind::Vector => "a vector type is made of `f64`, `f32`, `c64`, `c128` and `z2` only",
            Kind::Type => "any type is one",
        }
    }
    /// What the values of a type variable of this kind have.
    pub(crate) const fn operations(self) -> &'static str {
        match self {
            Kind::Float => "the operations of floats",
            Kind::Semiring => "`+`, `*`, `@`, `sum`, `prod`, `zero` and `one`",
            Kind::Vector => "`+`, `-`, a multiple by a number, `zero`, `dot` and `norm`",
            Kind::Type => "no operation",
        }
    }
}

/// A scalar of the language.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Elem {
    /// 64-bit float.
    F64,
    /// 32-bit float.
    F32,
    /// 64-bit integer.
    I64,
    /// Complex over `f32`. Values of it are pairs of tensors, so no tensor has this element type.
    C64,
    /// Complex over `f64`.
    C128,
    /// Truth value; with or and and as its semiring.
    Bool,
    /// Random key.
    Key,
    /// The field of two elements.
    Z2,
    /// Natural number that stays at the largest integer.
    Count,
    /// `(max, +)` over floats.
    MaxPlus(Float),
    /// `(min, +)` over floats.
    MinPlus(Float),
    /// Numbers by their logarithms: `(log(e^x + e^y), +)` over floats.
    LogSum(Float),
    /// A type variable of the function that is checked for all types.
    Var(Rc<str>, Kind),
}

impl Elem {
    /// The scalar in the intermediate representation. A type variable has none; what is built with it is
    /// thrown away, so any will do.
    pub(crate) fn scalar(&self) -> Scalar {
        match self {
            Elem::MaxPlus(f) | Elem::MinPlus(f) | Elem::LogSum(f) => match f {
                Float::F64 => Scalar::F64,
                Float::F32 => Scalar::F32,
            },
            Elem::F64 | Elem::C128 | Elem::Var(..) => Scalar::F64,
            Elem::F32 | Elem::C64 => Scalar::F32,
            Elem::I64 | Elem::Count => Scalar::I64,
            Elem::Bool => Scalar::Bool,
            Elem::Key => Scalar::Key,
            Elem::Z2 => Scalar::Z2,
        }
    }
    /// Whether it is `f64`, `f32`, or a variable that stands for a float.
    pub(crate) fn is_float(&self) -> bool {
        matches!(self, Elem::F64 | Elem::F32 | Elem::Var(_, Kind::Float))
    }
    /// The real type of the two parts of a complex one.
    pub(crate) fn part(&self) -> Option<Elem> {
        match self {
            Elem::C64 => Some(Elem::F32),
            Elem::C128 => Some(Elem::F64),
            _ => None,
        }
    }
    /// Whether it has a tangent.
    pub(crate) fn is_differentiable(&self) -> bool {
        !matches!(self, Elem::I64 | Elem::Bool | Elem::Key | Elem::Count)
    }
    /// Whether values of it add and scale as vectors do.
    pub(crate) fn is_vector(&self) -> bool {
        self.is_float() || self.is_unknown() || self.part().is_some() || *self == Elem::Z2
    }
    /// Whether it stands for a vector type that is not known yet.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Elem::Var(_, Kind::Vector))
    }
    /// Whether it is a float under the operations of another semiring.
    pub(crate) fn is_wrapped(&self) -> bool {
        self.underlying().is_some()
    }
    /// The float under a semiring element.
    pub(crate) fn underlying(&self) -> Option<Elem> {
        match self {
            Elem::MaxPlus(f) | Elem::MinPlus(f) | Elem::LogSum(f) => Some(match f {
                Float::F64 => Elem::F64,
                Float::F32 => Elem::F32,
            }),
            _ => None,
        }
    }
    /// Whether `<` and its kin compare it: reals and integers.
    pub(crate) fn is_comparable(&self) -> bool {
        self.is_float() || matches!(self, Elem::I64 | Elem::Count)
    }
    /// Whether a literal takes this type where the context asks for it.
    pub(crate) fn takes_literals(&self) -> bool {
        self.is_float() || self.part().is_some() || matches!(self, Elem::I64 | Elem::Count | Elem::Z2)
    }
    /// The element type of its tangent: the underlying float, or itself.
    pub(crate) fn tangent(&self) -> Elem {
        self.underlying().unwrap_or_else(|| self.clone())
    }
    /// Its semiring, if it has one.
    pub(crate) fn semiring(&self) -> Option<Semiring> {
        match self {
            Elem::F64 | Elem::F32 | Elem::I64 | Elem::C64 | Elem::C128 => Some(Semiring::REAL),
            Elem::Var(_, Kind::Float | Kind::Semiring) => Some(Semiring::REAL),
            Elem::MaxPlus(_) => Some(Semiring::MAX_PLUS),
            Elem::MinPlus(_) => Some(Semiring::MIN_PLUS),
            Elem::LogSum(_) => Some(Semiring::LOG_SUM),
            Elem::Count => Some(Semiring::COUNT),
            Elem::Z2 => Some(Semiring::Z2),
            Elem::Bool => Some(Semiring::BOOL),
            Elem::Key | Elem::Var(..) => None,
        }
    }
    /// The monoid of its addition.
    pub(crate) fn sum(&self) -> Monoid {
        self.semiring().map_or(Monoid::Sum, |s| s.add)
    }
    /// The primitive of its multiplication.
    pub(crate) fn product(&self) -> Option<PrimRef> {
        self.semiring().map(|s| s.mul)
    }
    /// The unit of its addition.
    pub(crate) fn zero(&self) -> Bits {
        self.sum().unit(self.scalar())
    }
    /// The unit of its multiplication.
    pub(crate) fn one(&self) -> Bits {
        Bits::number(self.scalar(), self.semiring().map_or(1.0, |s| s.one))
    }
    /// As it is written.
    pub(crate) fn show(&self) -> String {
        let float = |f: &Float| if *f == Float::F64 { "f64" } else { "f32" };
        match self {
            Elem::F64 => "f64".into(),
            Elem::F32 => "f32".into(),
            Elem::I64 => "i64".into(),
            Elem::C64 => "c64".into(),
            Elem::C128 => "c128".into(),
            Elem::Bool => "bool".into(),
            Elem::Key => "key".into(),
            Elem::Z2 => "z2".into(),
            Elem::Count => "count".into(),
            Elem::LogSum(f) => format!("logsum<{}>", float(f)),
            Elem::MaxPlus(f) => format!("maxplus<{}>", float(f)),
            Elem::MinPlus(f) => format!("minplus<{}>", float(f)),
            Elem::Var(n, _) => n.to_string(),
        }
    }
}

/// A type.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Ty {
    /// `elem[dims]`.
    Tensor(Elem, Vec<Dim>),
    /// `(T, U)`.
    Tuple(Vec<Ty>),
    /// `{a: T}`.
    Record(Vec<(Rc<str>, Ty)>),
    /// `T -> U`.
    Fn(Vec<Ty>, Box<Ty>),
    /// A string.
    Str,
    /// Unknown after a mistake that has been reported.
    Poison,
}

impl Ty {
    /// A scalar.
    pub(crate) fn scalar(elem: Elem) -> Ty {
        Ty::Tensor(elem, Vec::new())
    }
    /// The type with a leading axis on every leaf.
    pub(crate) fn stacked(self, dims: &[Dim]) -> Ty {
        match self {
            Ty::Tensor(e, old) => Ty::Tensor(e, dims.iter().cloned().chain(old).collect()),
            Ty::Tuple(ts) => Ty::Tuple(ts.into_iter().map(|t| t.stacked(dims)).collect()),
            Ty::Record(fs) => Ty::Record(fs.into_iter().map(|(n, t)| (n, t.stacked(dims))).collect()),
            other => other,
        }
    }
    /// The type of an element along so many leading axes of every leaf, if each has them.
    pub(crate) fn element(&self, n: usize) -> Option<Ty> {
        Some(match self {
            Ty::Tensor(e, dims) if dims.len() >= n => Ty::Tensor(e.clone(), dims[n..].to_vec()),
            Ty::Tuple(ts) => Ty::Tuple(ts.iter().map(|t| t.element(n)).collect::<Option<_>>()?),
            Ty::Record(fs) => {
                let fields = fs.iter().map(|(m, t)| Some((m.clone(), t.element(n)?)));
                Ty::Record(fields.collect::<Option<_>>()?)
            }
            Ty::Tensor(..) | Ty::Fn(..) | Ty::Str | Ty::Poison => return None,
        })
    }
    /// As it is written.
    pub(crate) fn show(&self, name: &impl Fn(SizeId) -> String) -> String {
        let list = |ts: &[Ty]| ts.iter().map(|t| t.show(name)).collect::<Vec<_>>().join(", ");
        match self {
            Ty::Tensor(e, dims) if dims.is_empty() => e.show(),
            Ty::Tensor(e, dims) => {
                let dims: Vec<String> = dims.iter().map(|d| d.show(name)).collect();
                format!("{}[{}]", e.show(), dims.join(", "))
            }
            Ty::Tuple(ts) if ts.len() == 1 => format!("({},)", list(ts)),
            Ty::Tuple(ts) => format!("({})", list(ts)),
            Ty::Record(fs) => {
                let fields: Vec<String> = fs.iter().map(|(n, t)| format!("{n}: {}", t.show(name))).collect();
                format!("{{{}}}", fields.join(", "))
            }
            Ty::Fn(ps, r) if ps.len() == 1 => format!("{} -> {}", ps[0].show(name), r.show(name)),
            Ty::Fn(ps, r) => format!("({}) -> {}", list(ps), r.show(name)),
            Ty::Str => "a string".into(),
            Ty::Poison => "?".into(),
        }
    }
}
