//! Integers that stay at the end of their range instead of leaving it: the arithmetic of `count`.
//!
//! On natural numbers the two operations are those of the integers cut off at the largest one, so they keep every
//! law of a semiring; no order of evaluation can tell.

use crate::interval::Enclosure;
use crate::mach::{Cmp, Kit, Trap, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::arith::sum_overflows;
use crate::scalar::Bits;

const ANY: (f64, f64) = (-1000.0, 1000.0);

/// `r`, or where `over` holds the end of the range on the side of the sign of `sign`.
fn at_most(k: &mut Kit, over: V, sign: V, r: V) -> V {
    let (zero, least, most) = (k.int(r, 0), k.int(r, i64::MIN), k.int(r, i64::MAX));
    let negative = k.icmp(Cmp::Lt, sign, zero);
    let end = k.select(negative, least, most);
    k.select(over, end, r)
}

/// An exact result cut off at both ends.
fn cut(x: &[Bits], op: fn(i128, i128) -> i128) -> Bits {
    let exact = op(i128::from(x[0].bits as i64), i128::from(x[1].bits as i64));
    Bits::i64(exact.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}

/// Addition.
pub static SATURATING_ADD: Prim = Prim {
    name: "saturating_add",
    doc: "The sum of integers, or the end of their range where it does not fit (`+` of `count`).",
    sig: Sig::Int(2),
    domain: &[ANY, ANY],
    define: |k, x| {
        let r = k.iadd(x[0], x[1]);
        let over = sum_overflows(k, x[0], x[1], r);
        at_most(k, over, x[0], r)
    },
    truth: Truth::Exact(|x| cut(x, |a, b| a + b)),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &["exact: (saturating_add x y) == (saturating_add y x)"],
};

/// Multiplication.
pub static SATURATING_MUL: Prim = Prim {
    name: "saturating_mul",
    doc: "The product of integers, or the end of their range where it does not fit (`*` of `count`).",
    sig: Sig::Int(2),
    domain: &[ANY, ANY],
    define: |k, x| {
        let low = k.imul(x[0], x[1]);
        let high = k.imul_hi(x[0], x[1]);
        let places = k.int(low, 63);
        let sign = k.shr_s(low, places);
        let over = k.icmp(Cmp::Ne, high, sign);
        let signs = k.xor(x[0], x[1]);
        at_most(k, over, signs, low)
    },
    truth: Truth::Exact(|x| cut(x, |a, b| a * b)),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &["exact: (saturating_mul x y) == (saturating_mul y x)"],
};

/// An integer as a count.
pub static NATURAL: Prim = Prim {
    name: "natural",
    doc: "The integer itself (`count(x)`). A negative one stops the program.",
    sig: Sig::Int(1),
    domain: &[ANY],
    define: |k, x| {
        let zero = k.int(x[0], 0);
        let bad = k.icmp(Cmp::Lt, x[0], zero);
        k.fail(Trap::Negative, bad);
        x[0]
    },
    truth: Truth::Exact(|x| x[0]),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &[],
};
