//! Monoids that fold, and semirings as rows.

use crate::prim::PrimRef;
use crate::prims::arith;
use crate::prims::elementary::logistic;
use crate::prims::{logic, saturating};
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
    /// The addition of logarithms, `log(e^x + e^y)`; the empty one is -inf.
    LogSum,
    /// Addition that stays at the largest integer; the empty one is 0.
    CountSum,
    /// Multiplication that stays at the largest integer; the empty one is 1.
    CountProd,
}

impl Monoid {
    /// All monoids.
    pub const ALL: [Monoid; 11] = [
        Monoid::Sum,
        Monoid::Prod,
        Monoid::Max,
        Monoid::Min,
        Monoid::Any,
        Monoid::All,
        Monoid::MaxPlus,
        Monoid::MinPlus,
        Monoid::LogSum,
        Monoid::CountSum,
        Monoid::CountProd,
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
            Monoid::LogSum => "logsum",
            Monoid::CountSum => "countsum",
            Monoid::CountProd => "countprod",
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
            Monoid::LogSum => PrimRef(&logistic::LOG_ADD_EXP),
            Monoid::CountSum => PrimRef(&saturating::SATURATING_ADD),
            Monoid::CountProd => PrimRef(&saturating::SATURATING_MUL),
        }
    }
    /// The value of the empty fold.
    pub fn unit(self, scalar: Scalar) -> Bits {
        let infinite = |sign: f64| match scalar {
            Scalar::I64 => Bits::i64(if sign > 0.0 { i64::MAX } else { i64::MIN }),
            _ => Bits::number(scalar, sign * f64::INFINITY),
        };
        match self {
            Monoid::Sum | Monoid::CountSum => Bits::number(scalar, 0.0),
            Monoid::Prod | Monoid::CountProd => Bits::number(scalar, 1.0),
            Monoid::Max | Monoid::MaxPlus | Monoid::LogSum => infinite(-1.0),
            Monoid::Min | Monoid::MinPlus => infinite(1.0),
            Monoid::Any => Bits::bool(false),
            Monoid::All => Bits::bool(true),
        }
    }
    /// Whether the result is one of the operands, so that any order gives the same value.
    pub const fn is_selective(self) -> bool {
        !matches!(self, Monoid::Sum | Monoid::Prod | Monoid::LogSum | Monoid::CountSum | Monoid::CountProd)
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
    /// The monoid of the multiplication: what a product of many folds with.
    pub product: Monoid,
    /// The unit of the multiplication.
    pub one: f64,
    /// Whether `x + x` is `x`, bit for bit.
    pub idempotent: bool,
    /// Whether every law holds bit for bit: both operations associative, the multiplication distributive. In the others
    /// a law holds up to rounding, or as far as no infinity meets its opposite.
    pub exact: bool,
}

impl Semiring {
    /// Ordinary numbers.
    pub const REAL: Semiring = Semiring {
        name: "real",
        add: Monoid::Sum,
        mul: PrimRef(&arith::MUL),
        product: Monoid::Prod,
        one: 1.0,
        idempotent: false,
        exact: false,
    };
    /// `(max, +)`.
    pub const MAX_PLUS: Semiring = Semiring {
        name: "maxplus",
        add: Monoid::MaxPlus,
        mul: PrimRef(&arith::ADD),
        product: Monoid::Sum,
        one: 0.0,
        idempotent: true,
        exact: false,
    };
    /// `(min, +)`.
    pub const MIN_PLUS: Semiring = Semiring { name: "minplus", add: Monoid::MinPlus, ..Semiring::MAX_PLUS };
    /// `(log(e^x + e^y), +)`: numbers by their logarithms.
    pub const LOG_SUM: Semiring =
        Semiring { name: "logsum", add: Monoid::LogSum, idempotent: false, ..Semiring::MAX_PLUS };
    /// `(or, and)`.
    pub const BOOL: Semiring = Semiring {
        name: "bool",
        add: Monoid::Any,
        mul: PrimRef(&logic::AND),
        product: Monoid::All,
        one: 1.0,
        idempotent: true,
        exact: true,
    };
    /// Natural numbers that stay at the largest integer.
    pub const COUNT: Semiring = Semiring {
        name: "count",
        add: Monoid::CountSum,
        mul: PrimRef(&saturating::SATURATING_MUL),
        product: Monoid::CountProd,
        one: 1.0,
        idempotent: false,
        exact: true,
    };
    /// The field of two elements: `(exclusive or, and)`, which are the sum and the product of its scalar type.
    pub const Z2: Semiring = Semiring { name: "z2", exact: true, ..Semiring::REAL };
    /// All rows.
    pub const ALL: [Semiring; 7] = [
        Semiring::REAL,
        Semiring::MAX_PLUS,
        Semiring::MIN_PLUS,
        Semiring::LOG_SUM,
        Semiring::BOOL,
        Semiring::COUNT,
        Semiring::Z2,
    ];
}
