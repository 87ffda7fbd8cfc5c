//! The semirings as rows, and what of their algebra each keeps in which mode.

use dslc_ir::{Monoid, Scalar};

/// How far results are held to the program as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Every bit, NaN, infinity and sign of zero.
    Exact,
    /// Up to rounding; see `docs/rewriting.md`.
    Default,
}

/// What the factors must be for a factor to move across a fold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guard {
    /// Nothing.
    Free,
    /// No `+inf`, which could meet `-inf`.
    BelowInfinity,
    /// No `-inf`, which could meet `+inf`.
    AboveInfinity,
    /// No negative sign, and no infinity, which could meet zero.
    SmallPositive,
    /// No negative sign, and no zero, which could meet infinity.
    LargePositive,
    /// It is never right.
    Never,
}

/// A semiring and its tags. The rules are written once; all that differs between semirings stands here.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The monoids that are its addition: they differ only in their derivatives, which are gone by now.
    pub add: &'static [Monoid],
    /// The name of the primitive that is its multiplication.
    pub mul: &'static str,
    /// The scalar types for which no operation of it can fail.
    pub scalars: &'static [Scalar],
    /// Whether every bit stays when brackets of the addition move.
    pub add_is_exact: bool,
    /// Whether every bit stays when brackets of the multiplication move.
    pub mul_is_exact: bool,
    /// Whether `x + x = x`.
    pub idempotent: bool,
    /// What every bit needs for a factor to move across a fold.
    pub exact: Guard,
    /// What the promise of the default mode needs.
    pub default: Guard,
}

const FLOATS: &[Scalar] = &[Scalar::F64, Scalar::F32];
const ORDERED: &[Scalar] = &[Scalar::F64, Scalar::F32, Scalar::I64];
const MAX: &[Monoid] = &[Monoid::Max, Monoid::MaxPlus];
const MIN: &[Monoid] = &[Monoid::Min, Monoid::MinPlus];

/// A row whose addition gives one of its operands.
const fn selective(add: &'static [Monoid], mul: &'static str, exact: Guard, default: Guard) -> Row {
    Row {
        add,
        mul,
        scalars: FLOATS,
        add_is_exact: true,
        mul_is_exact: false,
        idempotent: true,
        exact,
        default,
    }
}

/// A row both of whose operations give one of their operands: a distributive lattice.
const fn lattice(add: &'static [Monoid], mul: &'static str, scalars: &'static [Scalar]) -> Row {
    Row { scalars, mul_is_exact: true, ..selective(add, mul, Guard::Free, Guard::Free) }
}

/// All rows, in the order in which they are tried.
pub const ROWS: &[Row] = &[
    Row {
        add: &[Monoid::Sum],
        mul: "mul",
        scalars: FLOATS,
        add_is_exact: false,
        mul_is_exact: false,
        idempotent: false,
        exact: Guard::Never,
        default: Guard::Free,
    },
    selective(MAX, "add", Guard::BelowInfinity, Guard::Free),
    selective(MIN, "add", Guard::AboveInfinity, Guard::Free),
    selective(MAX, "mul", Guard::SmallPositive, Guard::SmallPositive),
    selective(MIN, "mul", Guard::LargePositive, Guard::LargePositive),
    lattice(MAX, "min", ORDERED),
    lattice(MIN, "max", ORDERED),
    lattice(&[Monoid::Any], "and", &[Scalar::Bool]),
    lattice(&[Monoid::All], "or", &[Scalar::Bool]),
];

impl Row {
    /// The name of the primitive that is its addition.
    pub fn sum(&self) -> &'static str {
        self.add[0].combine().0.name
    }
    /// Whether brackets of sums may move.
    pub fn sums(&self, mode: Mode) -> bool {
        mode == Mode::Default || self.add_is_exact
    }
    /// Whether brackets of products may move.
    pub fn products(&self, mode: Mode) -> bool {
        mode == Mode::Default || self.mul_is_exact
    }
    /// What a factor must be to move across a fold.
    pub fn guard(&self, mode: Mode) -> Guard {
        if mode == Mode::Exact { self.exact } else { self.default }
    }
}
