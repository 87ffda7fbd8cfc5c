//! Arithmetic of positions: sums and products that the checker has proved small, so they wrap and never fail.

use crate::interval::Enclosure;
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::scalar::Bits;

const SMALL: (f64, f64) = (-1e6, 1e6);

/// Addition of positions.
pub static ADD: Prim = Prim {
    name: "index_add",
    doc: "The sum of two positions; wraps. Not a function of the language.",
    sig: Sig::Int(2),
    domain: &[SMALL, SMALL],
    define: |k, x| k.iadd(x[0], x[1]),
    truth: Truth::Exact(|x| Bits::i64((x[0].bits as i64).wrapping_add(x[1].bits as i64))),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &["exact: (index_add x y) == (index_add y x)"],
};

/// Multiplication of positions.
pub static MUL: Prim = Prim {
    name: "index_mul",
    doc: "The product of two positions; wraps. Not a function of the language.",
    sig: Sig::Int(2),
    domain: &[SMALL, SMALL],
    define: |k, x| k.imul(x[0], x[1]),
    truth: Truth::Exact(|x| Bits::i64((x[0].bits as i64).wrapping_mul(x[1].bits as i64))),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &["exact: (index_mul x y) == (index_mul y x)"],
};
