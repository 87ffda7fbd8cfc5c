//! The table of scalar primitives, one family a file. Adding one touches its family file and one line of [`ALL`].

pub mod arith;
pub mod cast;
pub mod elementary;
pub mod index;
pub mod integer;
pub mod logic;
pub mod outward;
pub mod random;
pub mod round;
pub mod saturating;

use crate::prim::{Prim, PrimRef};
use elementary::{arcs, error, exponential, hyperbolic, logarithm, logistic, power, trigonometric};

/// Every primitive, in the order of the generated operator page.
pub static ALL: &[&Prim] = &[
    &arith::ADD,
    &arith::SUB,
    &arith::MUL,
    &arith::DIV,
    &arith::NEG,
    &arith::MAX,
    &arith::MIN,
    &logic::AND,
    &logic::OR,
    &logic::NOT,
    &logic::REQUIRE,
    &logic::EQ,
    &logic::NE,
    &logic::LT,
    &logic::LE,
    &logic::GT,
    &logic::GE,
    &logic::SELECT,
    &index::ADD,
    &index::MUL,
    &exponential::EXP,
    &exponential::EXP2,
    &exponential::EXPM1,
    &logarithm::LOG,
    &logarithm::LOG2,
    &logarithm::LOG1P,
    &power::SQRT,
    &power::POW,
    &trigonometric::SIN,
    &trigonometric::COS,
    &trigonometric::TAN,
    &arcs::ASIN,
    &arcs::ACOS,
    &arcs::ATAN,
    &arcs::ATAN2,
    &hyperbolic::SINH,
    &hyperbolic::COSH,
    &logistic::TANH,
    &logistic::SIGMOID,
    &logistic::SOFTPLUS,
    &logistic::LOG_ADD_EXP,
    &error::ERF,
    &round::ABS,
    &round::SIGN,
    &round::FLOOR,
    &round::CEIL,
    &round::ROUND,
    &round::RELU,
    &round::IS_NAN,
    &integer::DIV_FLOOR,
    &integer::MOD_FLOOR,
    &integer::BIT_AND,
    &integer::BIT_OR,
    &integer::BIT_XOR,
    &integer::POPCOUNT,
    &integer::SHIFT_LEFT,
    &integer::SHIFT_RIGHT,
    &saturating::SATURATING_ADD,
    &saturating::SATURATING_MUL,
    &saturating::NATURAL,
    &cast::I64_TO_F64,
    &cast::I64_TO_F32,
    &cast::F64_TO_I64,
    &cast::F32_TO_I64,
    &cast::F64_TO_F32,
    &cast::F32_TO_F64,
    &cast::BOOL_TO_I64,
    &cast::BOOL_TO_F64,
    &cast::BOOL_TO_F32,
    &cast::BOOL_TO_Z2,
    &cast::I64_TO_Z2,
    &cast::Z2_TO_I64,
    &outward::BELOW,
    &outward::ABOVE,
    &outward::SIZE,
    &outward::KNOWN,
    &random::RANDOM_BITS,
    &random::RANDOM_UNIFORM,
    &random::RANDOM_NORMAL,
    &random::FOLD_IN,
    &random::KEY_OF,
];

/// The primitive with this name.
pub fn by_name(name: &str) -> Option<PrimRef> {
    ALL.iter().find(|p| p.name == name).map(|p| PrimRef(p))
}
