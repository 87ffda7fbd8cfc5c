//! The table of scalar primitives, one family a file. Adding one touches its family file and one line of [`ALL`].

pub mod arith;
pub mod logic;

use crate::prim::{Prim, PrimRef};

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
    &logic::EQ,
    &logic::NE,
    &logic::LT,
    &logic::LE,
    &logic::GT,
    &logic::GE,
    &logic::SELECT,
];

/// The primitive with this name.
pub fn by_name(name: &str) -> Option<PrimRef> {
    ALL.iter().find(|p| p.name == name).map(|p| PrimRef(p))
}
