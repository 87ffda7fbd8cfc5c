//! Casts between scalar types.
//!
//! The derivative of a cast between floats is 1, but a cotangent has the type of its value, so it is cast
//! back: derivative passes look at the signature for that and not at the partial alone.

use crate::interval::{Enclosure, RISES, WHOLE};
use crate::mach::{Cmp, Kit, Lane, Trap, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::scalar::{Bits, Scalar};

const ONE: Deriv = Deriv::Partials { build: |b, _, y| vec![b.like(y, 1.0)], singular: false };
const SAME: Enclosure = Enclosure::Exact(RISES, WHOLE);
const ROUNDED: Enclosure = Enclosure::Rounded(RISES, WHOLE);

/// Toward zero; NaN and what does not fit is a failure. Between `-2^63 - 1` and `-2^63` there is no float.
fn to_integer(k: &mut Kit, x: V) -> V {
    let (low, high) = (k.float(x, -(2f64.powi(63))), k.float(x, 2f64.powi(63)));
    let above = k.fcmp(Cmp::Ge, x, low);
    let below = k.fcmp(Cmp::Lt, x, high);
    let fits = k.and(above, below);
    let bad = k.not(fits);
    k.fail(Trap::NotAnInteger, bad);
    k.f_to_i(x)
}

/// Truncation by splitting the bits of the float, without a conversion.
fn truncated(x: &[Bits]) -> Bits {
    let (bits, limit) = (x[0].as_f64().to_bits(), i128::from(i64::MAX));
    let (exponent, fraction) =
        ((bits >> 52 & 0x7FF) as i32 - 1075, i128::from(bits & ((1 << 52) - 1) | 1 << 52));
    let size = match exponent {
        _ if x[0].as_f64().is_nan() => 0,
        12.. => limit + 1,
        0..12 => fraction << exponent,
        -63..0 => fraction >> -exponent,
        _ => 0,
    };
    let value = if bits >> 63 == 1 { -size } else { size };
    Bits::i64(value.clamp(-limit - 1, limit) as i64)
}

fn bool_to_float(k: &mut Kit, x: V, lane: Lane) -> V {
    let bits = if lane == Lane::F64 { 1f64.to_bits() } else { u64::from(1f32.to_bits()) };
    let (zero, one) = (k.bits(lane, 0), k.bits(lane, bits));
    k.select(x, one, zero)
}

macro_rules! cast {
    ($(#[$doc:meta])* $id:ident, $name:literal, $from:ident => $to:ident, $range:expr,
     $define:expr, $truth:expr, $deriv:expr, $interval:expr, $laws:expr, $text:literal) => {
        $(#[$doc])*
        pub static $id: Prim = Prim {
            name: $name,
            doc: $text,
            sig: Sig::Cast(Scalar::$from, Scalar::$to),
            domain: &[$range],
            define: $define,
            truth: Truth::Exact($truth),
            deriv: $deriv,
            interval: $interval,
            laws: $laws,
        };
    };
}

const INTS: (f64, f64) = (-1e6, 1e6);
const FLAGS: (f64, f64) = (0.0, 1.0);

cast!(
    /// Integer to `f64`.
    I64_TO_F64, "i64_to_f64", I64 => F64, INTS, |k, x| k.i_to_f(x[0], Lane::F64),
    |x| Bits::f64(x[0].bits as i64 as f64),
    Deriv::Zero, ROUNDED, &["exact: (f64_to_i64 (floor (i64_to_f64 x))) == (f64_to_i64 (i64_to_f64 x))"],
    "The nearest `f64`."
);
cast!(
    /// Integer to `f32`.
    I64_TO_F32, "i64_to_f32", I64 => F32, INTS, |k, x| k.i_to_f(x[0], Lane::F32),
    |x| Bits::f32(x[0].bits as i64 as f32),
    Deriv::Zero, ROUNDED, &[], "The nearest `f32`."
);
cast!(
    /// `f64` to integer.
    F64_TO_I64, "f64_to_i64", F64 => I64, INTS, |k, x| to_integer(k, x[0]), truncated,
    Deriv::Zero, Enclosure::None, &[],
    "The integer toward zero. NaN, or one that does not fit, stops the program."
);
cast!(
    /// `f32` to integer.
    F32_TO_I64, "f32_to_i64", F32 => I64, INTS, |k, x| to_integer(k, x[0]), truncated,
    Deriv::Zero, Enclosure::None, &[],
    "The integer toward zero. NaN, or one that does not fit, stops the program."
);
cast!(
    /// `f64` to `f32`.
    F64_TO_F32, "f64_to_f32", F64 => F32, INTS, |k, x| k.fcast(x[0]), |x| Bits::f32(x[0].as_f64() as f32),
    ONE, ROUNDED, &["exact: (f64_to_f32 (neg x)) == (neg (f64_to_f32 x))"],
    "The nearest `f32`. A cotangent is cast back."
);
cast!(
    /// `f32` to `f64`.
    F32_TO_F64, "f32_to_f64", F32 => F64, INTS, |k, x| k.fcast(x[0]), |x| Bits::f64(x[0].as_f64()),
    ONE, SAME, &["exact: (f64_to_f32 (f32_to_f64 x)) == x"], "The same number. A cotangent is cast back."
);
cast!(
    /// Bool to integer.
    BOOL_TO_I64, "bool_to_i64", Bool => I64, FLAGS, |k, x| k.b_to_i(x[0]),
    |x| Bits::i64(i64::from(x[0].bits != 0)),
    Deriv::Zero, SAME, &["exact: (i64_to_f64 (bool_to_i64 x)) == (bool_to_f64 x)"], "1 for true, 0 for false."
);
cast!(
    /// Bool to `f64`.
    BOOL_TO_F64, "bool_to_f64", Bool => F64, FLAGS, |k, x| bool_to_float(k, x[0], Lane::F64),
    |x| Bits::f64(f64::from(u8::from(x[0].bits != 0))), Deriv::Zero, SAME, &[], "1 for true, 0 for false."
);
cast!(
    /// Bool to `f32`.
    BOOL_TO_F32, "bool_to_f32", Bool => F32, FLAGS, |k, x| bool_to_float(k, x[0], Lane::F32),
    |x| Bits::f32(f32::from(u8::from(x[0].bits != 0))), Deriv::Zero, SAME, &[], "1 for true, 0 for false."
);
cast!(
    /// Bool to the field of two elements.
    BOOL_TO_Z2, "bool_to_z2", Bool => Z2, FLAGS, |_, x| x[0], |x| Bits::z2(x[0].bits != 0),
    Deriv::Zero, SAME, &["exact: (z2_to_i64 (bool_to_z2 x)) == (bool_to_i64 x)"], "1 for true, 0 for false."
);
cast!(
    /// Integer to the field of two elements.
    I64_TO_Z2, "i64_to_z2", I64 => Z2, INTS,
    |k, x| {
        let one = k.int(x[0], 1);
        let low = k.and(x[0], one);
        k.icmp(Cmp::Eq, low, one)
    },
    |x| Bits::z2((x[0].bits as i64).rem_euclid(2) == 1),
    Deriv::Zero, Enclosure::None, &["exact: (i64_to_z2 (z2_to_i64 x)) == x"],
    "1 for an odd integer, 0 for an even one."
);
cast!(
    /// The field of two elements to integer.
    Z2_TO_I64, "z2_to_i64", Z2 => I64, FLAGS, |k, x| k.b_to_i(x[0]),
    |x| Bits::i64(i64::from(x[0].bits != 0)), Deriv::Zero, SAME, &[], "1 or 0, as it is."
);
