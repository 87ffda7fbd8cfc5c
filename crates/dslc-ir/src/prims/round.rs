//! Sizes, signs and rounding: functions with kinks and jumps. At a kink the derivative is what the written
//! policy says: `abs'(0) = 0`, `relu'(0) = 0`; where a function is constant between jumps its derivative is
//! zero.

use crate::interval::{self, Enclosure, Ends, RISES, WHOLE};
use crate::mach::{Cmp, Kit, Lane, Trap, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::logic;
use crate::scalar::{Bits, Scalar};

const ANY: &[(f64, f64)] = &[(-10.0, 10.0)];

/// The exact truth of one number, by its type.
fn exact(x: &[Bits], double: fn(f64) -> f64, single: fn(f32) -> f32, int: fn(i64) -> i64) -> Bits {
    match x[0].scalar {
        Scalar::F32 => Bits::f32(single(f32::from_bits(x[0].bits as u32))),
        Scalar::I64 => Bits::i64(int(x[0].bits as i64)),
        Scalar::F64 | Scalar::Bool | Scalar::Key | Scalar::Z2 => Bits::f64(double(f64::from_bits(x[0].bits))),
    }
}

/// 1, 0 or -1 as a sign; a zero and a NaN stay as they are. Integers too.
fn sign(k: &mut Kit, x: V) -> V {
    let (zero, one, minus) = match k.lane(x) {
        Lane::I64 => (k.int(x, 0), k.int(x, 1), k.int(x, -1)),
        _ => (k.float(x, 0.0), k.float(x, 1.0), k.float(x, -1.0)),
    };
    let compare = |k: &mut Kit, cmp| match k.lane(x) {
        Lane::I64 => k.icmp(cmp, x, zero),
        _ => k.fcmp(cmp, x, zero),
    };
    let below = compare(k, Cmp::Lt);
    let y = k.select(below, minus, x);
    let above = compare(k, Cmp::Gt);
    k.select(above, one, y)
}

/// The absolute value.
pub static ABS: Prim = Prim {
    name: "abs",
    doc: "The absolute value; its derivative at 0 is 0. The least integer has none and stops the program.",
    sig: Sig::Number(1),
    domain: ANY,
    define: |k, x| {
        if k.lane(x[0]) != Lane::I64 {
            return k.fabs(x[0]);
        }
        let (zero, least) = (k.int(x[0], 0), k.int(x[0], i64::MIN));
        let bad = k.icmp(Cmp::Eq, x[0], least);
        k.fail(Trap::Overflow, bad);
        let minus = k.isub(zero, x[0]);
        let below = k.icmp(Cmp::Lt, x[0], zero);
        k.select(below, minus, x[0])
    },
    truth: Truth::Exact(|x| {
        exact(
            x,
            |a| if a.is_sign_negative() { -a } else { a },
            |a| if a.is_sign_negative() { -a } else { a },
            i64::wrapping_abs,
        )
    }),
    // The sign of a negative zero is one, too; here it is 0.
    deriv: Deriv::Kinked {
        build: |b, x, _| {
            let (sign, zero) = (b.map(&SIGN, &[x[0]]), b.like(x[0], 0.0));
            let edge = b.map(&logic::EQ, &[x[0], zero]);
            b.select(edge, zero, sign)
        },
        at: 0.0,
    },
    interval: Enclosure::Build(|b, x, _| Some(interval::size(b, x[0]))),
    laws: &[
        "exact: (abs (neg x)) == (abs x)",
        "exact: (abs (abs x)) == (abs x)",
        "exact: (abs (mul x y)) == (mul (abs x) (abs y))",
    ],
};

/// The sign.
pub static SIGN: Prim = Prim {
    name: "sign",
    doc: "1 for a positive number, -1 for a negative one; a zero and NaN give themselves.",
    sig: Sig::Number(1),
    domain: ANY,
    define: |k, x| sign(k, x[0]),
    truth: Truth::Exact(|x| {
        exact(
            x,
            |a| if a == 0.0 || a.is_nan() { a } else { a.signum() },
            |a| if a == 0.0 || a.is_nan() { a } else { a.signum() },
            i64::signum,
        )
    }),
    deriv: Deriv::Zero,
    interval: Enclosure::Exact(RISES, (-1.0, 1.0)),
    laws: &["exact: (sign (sign x)) == (sign x)"],
};

/// The largest integer below.
pub static FLOOR: Prim = Prim {
    name: "floor",
    doc: "The largest integer that is not above `x`, as a float.",
    sig: Sig::Float(1),
    domain: ANY,
    define: |k, x| k.ffloor(x[0]),
    truth: Truth::Exact(|x| exact(x, f64::floor, f32::floor, |a| a)),
    deriv: Deriv::Zero,
    interval: Enclosure::Exact(RISES, WHOLE),
    laws: &["exact: (floor x) == (neg (ceil (neg x)))", "exact: (floor (floor x)) == (floor x)"],
};

/// The least integer above.
pub static CEIL: Prim = Prim {
    name: "ceil",
    doc: "The least integer that is not below `x`, as a float.",
    sig: Sig::Float(1),
    domain: ANY,
    define: |k, x| k.fceil(x[0]),
    truth: Truth::Exact(|x| exact(x, f64::ceil, f32::ceil, |a| a)),
    deriv: Deriv::Zero,
    interval: Enclosure::Exact(RISES, WHOLE),
    laws: &["exact: (ceil (floor x)) == (floor x)"],
};

/// The nearest integer.
pub static ROUND: Prim = Prim {
    name: "round",
    doc: "The nearest integer, the even one of two as near, as a float.",
    sig: Sig::Float(1),
    domain: ANY,
    define: |k, x| k.fnearest(x[0]),
    truth: Truth::Exact(|x| exact(x, f64::round_ties_even, f32::round_ties_even, |a| a)),
    deriv: Deriv::Zero,
    interval: Enclosure::Exact(RISES, WHOLE),
    laws: &["exact: (round (neg x)) == (neg (round x))", "exact: (round (round x)) == (round x)"],
};

/// The rectifier.
pub static RELU: Prim = Prim {
    name: "relu",
    doc: "`max(0, x)`; its derivative at 0 is 0.",
    sig: Sig::Float(1),
    domain: ANY,
    // Compared so that NaN passes.
    define: |k, x| {
        let zero = k.float(x[0], 0.0);
        let low = k.fcmp(Cmp::Le, x[0], zero);
        k.select(low, zero, x[0])
    },
    truth: Truth::Exact(|x| {
        exact(
            x,
            |a| if a.is_nan() { a } else { a.max(0.0) + 0.0 },
            |a| if a.is_nan() { a } else { a.max(0.0) + 0.0 },
            |a| a,
        )
    }),
    deriv: Deriv::Kinked {
        build: |b, x, y| {
            let (zero, one) = (b.like(y, 0.0), b.like(y, 1.0));
            let above = b.map(&logic::GT, &[x[0], zero]);
            b.select(above, one, zero)
        },
        at: 0.0,
    },
    interval: Enclosure::Exact(RISES, (0.0, f64::INFINITY)),
    laws: &["exact: (relu (relu x)) == (relu x)"],
};

/// Whether a float is NaN.
pub static IS_NAN: Prim = Prim {
    name: "is_nan",
    doc: "True where `x` is not a number.",
    sig: Sig::FloatTest,
    domain: ANY,
    define: |k, x| k.fcmp(Cmp::Ne, x[0], x[0]),
    truth: Truth::Exact(|x| Bits::bool(x[0].as_f64().is_nan())),
    deriv: Deriv::Zero,
    interval: Enclosure::Build(|b, x, _| {
        let says = interval::says(b, x[0])?;
        Some(Ends { lo: b.constant(Bits::bool(false)), hi: b.map(&logic::NOT, &[says]) })
    }),
    laws: &["exact: (is_nan x) == (ne x x)", "exact: (is_nan (neg x)) == (is_nan x)"],
};
