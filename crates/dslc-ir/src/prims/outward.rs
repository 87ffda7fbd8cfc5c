//! What bounds are made with: rounding outward, and sizes that errors are measured by. Not functions of the language.

use super::elementary::constant;
use crate::interval::{self, Enclosure, Ends};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::round;
use crate::scalar::{Bits, Scalar};

const ANY: (f64, f64) = (-1e3, 1e3);
/// The relative widths in use.
const WIDTH: (f64, f64) = (1e-16, 1e-8);

/// The size of `y`; and it and the least normal number, times `r`: what an end moves by.
fn step(k: &mut Kit, y: V, r: V) -> (V, V) {
    let size = k.fabs(y);
    let least = constant(k, y, f64::MIN_POSITIVE, f64::from(f32::MIN_POSITIVE));
    let above = k.fadd(size, least);
    (size, k.fmul(above, r))
}

/// What is infinite, zero or NaN does not move.
fn moves(k: &mut Kit, y: V, size: V, moved: V) -> V {
    let (zero, infinity) = (k.float(y, 0.0), k.float(y, f64::INFINITY));
    let some = k.fcmp(Cmp::Gt, size, zero);
    let finite = k.fcmp(Cmp::Lt, size, infinity);
    let both = k.and(some, finite);
    k.select(both, moved, y)
}

/// The same by ordinary numbers: `y` moved down, or up, by the step.
fn moved(x: &[Bits], sign: f64) -> Bits {
    let (y, r) = (x[0].as_f64(), x[1].as_f64());
    let still = y == 0.0 || !y.is_finite();
    match x[0].scalar {
        _ if still => x[0],
        Scalar::F32 => {
            let (y, r) = (y as f32, r as f32);
            Bits::f32(y + sign as f32 * ((y.abs() + f32::MIN_POSITIVE) * r))
        }
        _ => Bits::f64(y + sign * ((y.abs() + f64::MIN_POSITIVE) * r)),
    }
}

/// A lower end, rounded outward.
pub static BELOW: Prim = Prim {
    name: "below",
    doc: "A number below `x` by at least the part `y` of its size; zeros and infinities stay. Not a function of the \
          language.",
    sig: Sig::Float(2),
    domain: &[ANY, WIDTH],
    define: |k, x| {
        let (size, step) = step(k, x[0], x[1]);
        let end = k.fsub(x[0], step);
        moves(k, x[0], size, end)
    },
    truth: Truth::Exact(|x| moved(x, -1.0)),
    deriv: Deriv::Partials {
        build: |b, x, _| {
            let one = b.like(x[0], 1.0);
            let size = b.map(&round::ABS, &[x[0]]);
            vec![one, b.neg(size)]
        },
        singular: false,
    },
    interval: Enclosure::Build(|b, x, width| {
        let Ends { lo, hi } = interval::corners(b, &BELOW, x);
        Some(interval::outward(b, lo, hi, width))
    }),
    laws: &[],
};

/// An upper end, rounded outward.
pub static ABOVE: Prim = Prim {
    name: "above",
    doc: "A number above `x` by at least the part `y` of its size; zeros and infinities stay. Not a function of the \
          language.",
    sig: Sig::Float(2),
    domain: &[ANY, WIDTH],
    define: |k, x| {
        let (size, step) = step(k, x[0], x[1]);
        let end = k.fadd(x[0], step);
        moves(k, x[0], size, end)
    },
    truth: Truth::Exact(|x| moved(x, 1.0)),
    deriv: Deriv::Partials {
        build: |b, x, _| {
            let one = b.like(x[0], 1.0);
            let size = b.map(&round::ABS, &[x[0]]);
            vec![one, size]
        },
        singular: false,
    },
    interval: Enclosure::Build(|b, x, width| {
        let Ends { lo, hi } = interval::corners(b, &ABOVE, x);
        Some(interval::outward(b, lo, hi, width))
    }),
    laws: &[],
};

/// The larger size of two, and where that is not zero at least a number under which products may underflow.
fn larger(k: &mut Kit, x: &[V]) -> (V, V) {
    let (a, b) = (k.fabs(x[0]), k.fabs(x[1]));
    let most = k.fmax(a, b);
    let (zero, least) = (k.float(most, 0.0), constant(k, most, LEAST.0, LEAST.1));
    (k.fcmp(Cmp::Gt, most, zero), k.fmax(most, least))
}

/// In `f64` and `f32`: a power of two whose square, and the part of it that rounding takes, are normal.
const LEAST: (f64, f64) = (f64::from_bits(623 << 52), f64::from_bits(983 << 52));

/// The same from the exponent of the larger one.
fn power_above(x: &[Bits]) -> Bits {
    let (a, b) = (x[0].as_f64().abs(), x[1].as_f64().abs());
    let single = x[0].scalar == Scalar::F32;
    let number = |y| if single { Bits::f32(y as f32) } else { Bits::f64(y) };
    if a.is_nan() || b.is_nan() {
        return number(f64::NAN);
    }
    let mut power = if single { LEAST.1 } else { LEAST.0 };
    let most = a.max(b);
    while power < most {
        power *= 2.0;
    }
    number(if most == 0.0 { 0.0 } else { power })
}

/// What errors are measured by. It is constant between its jumps, so errors have no derivative.
pub static SIZE: Prim = Prim {
    name: "size",
    doc: "The least power of two above the sizes of both; zero if both are. Not a function of the language.",
    sig: Sig::Float(2),
    domain: &[ANY, ANY],
    define: |k, x| {
        let (some, most) = larger(k, x);
        let bits = k.bitcast(most);
        let (fraction, exponent) =
            if k.is_f64(most) { ((1 << 52) - 1, 0x7FF << 52) } else { ((1 << 23) - 1, 0xFF << 23) };
        let (fraction, exponent) = (k.int(bits, fraction), k.int(bits, exponent));
        let up = k.iadd(bits, fraction);
        let power = k.and(up, exponent);
        let power = k.bitcast(power);
        // Zero, or NaN.
        let sum = k.fadd(x[0], x[1]);
        let none = k.fsub(sum, sum);
        let none = k.fabs(none);
        k.select(some, power, none)
    },
    truth: Truth::Exact(power_above),
    deriv: Deriv::Zero,
    interval: Enclosure::Build(|b, x, _| {
        let (one, two) = (interval::size(b, x[0]), interval::size(b, x[1]));
        Some(Ends { lo: b.map(&SIZE, &[one.lo, two.lo]), hi: b.map(&SIZE, &[one.hi, two.hi]) })
    }),
    laws: &["exact: (size x y) == (size y x)"],
};

/// A lower end that tells whether it and the upper one say anything.
pub static KNOWN: Prim = Prim {
    name: "known",
    doc: "The lower end `x`, but NaN if `x + y` is: if an end is NaN, or both are infinite. Not a function of the \
          language.",
    sig: Sig::Float(2),
    domain: &[ANY, ANY],
    define: |k, x| {
        let sum = k.fadd(x[0], x[1]);
        let says = k.fcmp(Cmp::Eq, sum, sum);
        k.select(says, x[0], sum)
    },
    truth: Truth::Exact(|x| {
        let (lo, hi) = (x[0].as_f64(), x[1].as_f64());
        let nothing = hi.is_nan() || lo.is_infinite() && hi == -lo;
        if nothing { Bits::number(x[0].scalar, f64::NAN) } else { x[0] }
    }),
    deriv: Deriv::Partials { build: |b, x, _| vec![b.like(x[0], 1.0), b.like(x[0], 0.0)], singular: false },
    interval: Enclosure::Build(|b, x, _| {
        Some(Ends { lo: b.map(&KNOWN, &[x[0].lo, x[1].hi]), hi: b.map(&KNOWN, &[x[0].hi, x[1].lo]) })
    }),
    laws: &[],
};
