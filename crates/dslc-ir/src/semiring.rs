//! Monoids that fold, and semirings as rows.

use crate::prim::PrimRef;
use crate::prims::arith;
use crate::prims::logic;
use crate::scalar::{Bits, Scalar};

/// What a fold adds with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Monoid {
    /// Addition; the empty sum is +0.
    Sum,
    /// Multiplication.
    Prod,
    /// IEEE 754-2019 `maximum`; the empty one is -inf.
    Max,
    /// IEEE 754-2019 `minimum`; the empty one is inf.
    Min,
    /// Disjunction.
    Any,
    /// Conjunction.
    All,
    /// The addition of max-plus: `Max`, but a winner that is the semiring's zero (-inf) gets no gradient.
    MaxPlus,
    /// The addition of min-plus: `Min`, but a winner that is the semiring's zero (inf) gets no gradient.
    MinPlus,
}

impl Monoid {
    /// All monoids.
    pub const ALL: [Monoid; 8] = [
        Monoid::Sum,
        Monoid::Prod,
        Monoid::Max,
        Monoid::Min,
        Monoid::Any,
        Monoid::All,
        Monoid::MaxPlus,
        Monoid::MinPlus,
    ];
    /// The name in printed IR.
    pub const fn name(self) -> &'static str {
        match self {
            Monoid::Sum => "sum",
            Monoid::Prod => "prod",
            Monoid::Max => "max",
            Monoid::Min => "min",
            Monoid::Any => "any",
            Monoid::All => "all",
            Monoid::MaxPlus => "maxplus",
            Monoid::MinPlus => "minplus",
        }
    }
    /// The primitive that combines two.
    pub const fn combine(self) -> PrimRef {
        match self {
            Monoid::Sum => PrimRef(&arith::ADD),
            Monoid::Prod => PrimRef(&arith::MUL),
            Monoid::Max | Monoid::MaxPlus => PrimRef(&arith::MAX),
            Monoid::Min | Monoid::MinPlus => PrimRef(&arith::MIN),
            Monoid::Any => PrimRef(&logic::OR),
            Monoid::All => PrimRef(&logic::AND),
        }
    }
    /// The value of the empty fold.
    pub fn unit(self, scalar: Scalar) -> Bits {
        let infinite = |sign: f64| match scalar {
            Scalar::I64 => Bits::i64(if sign > 0.0 { i64::MAX } else { i64::MIN }),
            _ => Bits::number(scalar, sign * f64::INFINITY),
        };
        match self {
            Monoid::Sum => Bits::number(scalar, 0.0),
            Monoid::Prod => Bits::number(scalar, 1.0),
            Monoid::Max | Monoid::MaxPlus => infinite(-1.0),
            Monoid::Min | Monoid::MinPlus => infinite(1.0),
            Monoid::Any => Bits::bool(false),
            Monoid::All => Bits::bool(true),
        }
    }
    /// Whether the result is one of the operands, so that any order gives the same value.
    pub const fn is_selective(self) -> bool {
        !matches!(self, Monoid::Sum | Monoid::Prod)
    }
}

/// A semiring of the language: which monoid adds, which primitive multiplies.
#[derive(Clone, Copy, Debug)]
pub struct Semiring {
    /// The name in the language, as in `minplus<f64>`; the underlying type's own name for ordinary numbers.
    pub name: &'static str,
    /// The addition.
    pub add: Monoid,
    /// The multiplication.
    pub mul: PrimRef,
    /// The unit of the multiplication.
    pub one: f64,
}

impl Semiring {
    /// Ordinary numbers.
    pub const REAL: Semiring =
        Semiring { name: "real", add: Monoid::Sum, mul: PrimRef(&arith::MUL), one: 1.0 };
    /// `(max, +)`.
    pub const MAX_PLUS: Semiring =
        Semiring { name: "maxplus", add: Monoid::MaxPlus, mul: PrimRef(&arith::ADD), one: 0.0 };
    /// `(min, +)`.
    pub const MIN_PLUS: Semiring =
        Semiring { name: "minplus", add: Monoid::MinPlus, mul: PrimRef(&arith::ADD), one: 0.0 };
    /// `(or, and)`.
    pub const BOOL: Semiring =
        Semiring { name: "bool", add: Monoid::Any, mul: PrimRef(&logic::AND), one: 1.0 };
    /// All rows.
    pub const ALL: [Semiring; 4] = [Semiring::REAL, Semiring::MAX_PLUS, Semiring::MIN_PLUS, Semiring::BOOL];
}
