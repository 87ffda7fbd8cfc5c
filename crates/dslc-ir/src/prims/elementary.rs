//! Elementary functions: our own polynomials, so that the evaluator and compiled loops agree bit for bit.
//!
//! Everything here is a straight line without calls, branches or tables in memory, and on the common path
//! without conversions between floats and integers, so that a loop over it becomes vectors. Such conversions
//! are replaced by adding `1.5 * 2^52` (`1.5 * 2^23` for `f32`), which leaves the nearest integer in the low
//! bits of the sum. Each function says its largest error in units in the last place, measured against
//! correctly rounded values at a million or more random arguments.

pub mod arcs;
pub(crate) mod coefficients;
pub mod error;
pub mod exponential;
pub mod hyperbolic;
pub mod logarithm;
pub mod logistic;
pub mod power;
pub mod trigonometric;

use crate::mach::{Cmp, Kit, V};

/// One of two numbers, by the format of `like`.
pub(crate) fn by_format(k: &Kit, like: V, double: f64, single: f64) -> f64 {
    if k.is_f64(like) { double } else { single }
}

/// A constant that depends on the format of `like`.
pub(crate) fn constant(k: &mut Kit, like: V, double: f64, single: f64) -> V {
    let x = by_format(k, like, double, single);
    k.float(like, x)
}

/// The polynomial `c[0] + c[1] x + ...` by Horner's rule, with coefficients for the format of `x`.
pub(crate) fn polynomial(k: &mut Kit, x: V, double: &[f64], single: &[f64]) -> V {
    let (&last, rest) = if k.is_f64(x) { double } else { single }.split_last().unwrap_or((&0.0, &[]));
    let mut sum = k.float(x, last);
    for &c in rest.iter().rev() {
        let c = k.float(x, c);
        sum = k.fma(sum, x, c);
    }
    sum
}

/// How many bits of a float of this format stand below its exponent.
pub(crate) fn fraction_bits(k: &Kit, like: V) -> i64 {
    if k.is_f64(like) { 52 } else { 23 }
}

/// The bits of the sign alone.
pub(crate) fn sign_bits(k: &mut Kit, x: V) -> V {
    let (bits, mask) = (k.bitcast(x), if k.is_f64(x) { i64::MIN } else { i64::from(i32::MIN) });
    let mask = k.int(bits, mask);
    k.and(bits, mask)
}

/// A number that is not negative, with the sign of `x`.
pub(crate) fn with_sign(k: &mut Kit, size: V, x: V) -> V {
    let (sign, bits) = (sign_bits(k, x), k.bitcast(size));
    let bits = k.or(bits, sign);
    k.bitcast(bits)
}

/// `x` itself where it is so small (zeros of both signs too) that the function there is `x`.
pub(crate) fn itself_if_tiny(k: &mut Kit, x: V, value: V, double: f64, single: f64) -> V {
    let size = k.fabs(x);
    let bound = constant(k, x, double, single);
    let tiny = k.fcmp(Cmp::Lt, size, bound);
    k.select(tiny, x, value)
}
