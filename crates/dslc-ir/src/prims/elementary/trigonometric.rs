//! `sin`, `cos`, `tan`.
//!
//! The argument is reduced by the nearest multiple `n` of `pi/2`, with `pi/2` in three parts of full length.
//! With fused multiplication the first product leaves no error, and the second is caught in a low word (Cody
//! and Waite's method as in Muller, *Elementary Functions*, ch. 11), so the reduction is as good as exact
//! while `n` fits. It fits up to [`LIMIT64`] and [`LIMIT32`]; a number beyond is so coarse that its
//! neighbours are whole periods apart or nearly so. There the result is NaN, not an arbitrary number between
//! -1 and 1.

use std::f64::consts::{FRAC_PI_2, PI};

use super::coefficients::{COS32, COS64, SIN32, SIN64};
use super::{between, constant, monotone, polynomial};
use crate::interval::Interval;
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::scalar::{Bits, Scalar};

/// Up to here an `f64` is reduced: 2^49, about 5.6e14.
pub const LIMIT64: f64 = 562_949_953_421_312.0;
/// Up to here an `f32` is reduced: 2^21, about 2.1e6.
pub const LIMIT32: f64 = 2_097_152.0;

/// `x = n pi/2 + r + r_low`.
struct Reduced {
    /// A word whose low bits are `n`.
    word: V,
    r: V,
    r_low: V,
}

fn reduce(k: &mut Kit, x: V) -> Reduced {
    let per = k.float(x, std::f64::consts::FRAC_2_PI);
    let magic = constant(k, x, 6_755_399_441_055_744.0, 12_582_912.0);
    let (first, second) = (k.float(x, -FRAC_PI_2), constant(k, x, 6.123233995736766e-17, -4.371139e-8));
    let third = constant(k, x, 1.4973849048591698e-33, 1.7151245e-15);
    let sum = k.fma(x, per, magic);
    let n = k.fsub(sum, magic);
    let a = k.fma(n, first, x);
    // The second product in two parts, and the sum with what its rounding lost; the sum is exact where it
    // cancels.
    let product = k.fmul(n, second);
    let minus = k.fneg(product);
    let below = k.fma(n, second, minus);
    let r = k.fsub(a, product);
    let kept = k.fsub(a, r);
    let lost = k.fsub(kept, product);
    let lost = k.fsub(lost, below);
    let r_low = k.fma(n, third, lost);
    let (size, limit, nan) = (k.fabs(x), constant(k, x, LIMIT64, LIMIT32), k.float(x, f64::NAN));
    let fits = k.fcmp(Cmp::Le, size, limit);
    Reduced { word: k.bitcast(sum), r: k.select(fits, r, nan), r_low }
}

/// The sine of `r + r_low` for `|r|` up to `pi/4`.
pub(crate) fn sin_near(k: &mut Kit, r: V, r_low: V) -> V {
    let z = k.fmul(r, r);
    let p = polynomial(k, z, SIN64, SIN32);
    let cube = k.fmul(z, r);
    let rest = k.fma(cube, p, r_low);
    k.fadd(r, rest)
}

/// The cosine. `1 - z/2` is kept in two parts, since its rounding would be the largest error.
pub(crate) fn cos_near(k: &mut Kit, r: V, r_low: V) -> V {
    let z = k.fmul(r, r);
    let p = polynomial(k, z, COS64, COS32);
    let (half, one) = (k.float(r, 0.5), k.float(r, 1.0));
    let h = k.fmul(half, z);
    let most = k.fsub(one, h);
    let kept = k.fsub(one, most);
    let lost = k.fsub(kept, h);
    let minus = k.fneg(r);
    let rest = k.fma(minus, r_low, lost);
    let square = k.fmul(z, z);
    let rest = k.fma(square, p, rest);
    k.fadd(most, rest)
}

/// Whether a bit of a word is set.
fn odd(k: &mut Kit, word: V) -> V {
    let (one, zero) = (k.int(word, 1), k.int(word, 0));
    let bit = k.and(word, one);
    k.icmp(Cmp::Ne, bit, zero)
}

/// `y` with its sign flipped where the bit with this position in `word` is set.
fn flip(k: &mut Kit, y: V, word: V, bit: i64) -> V {
    let (top, position) = (if k.is_f64(y) { 63 } else { 31 }, 1 << bit);
    let (mask, shift) = (k.int(word, position), k.int(word, top - bit));
    let sign = k.and(word, mask);
    let sign = k.shl(sign, shift);
    let bits = k.bitcast(y);
    let bits = k.xor(bits, sign);
    k.bitcast(bits)
}

/// The sine of `quarters` quarter turns (the low bits of a word) and `r + r_low` more.
pub(crate) fn sin_of(k: &mut Kit, quarters: V, r: V, r_low: V) -> V {
    let (sine, cosine) = (sin_near(k, r, r_low), cos_near(k, r, r_low));
    let odd = odd(k, quarters);
    let y = k.select(odd, cosine, sine);
    flip(k, y, quarters, 1)
}

/// Zero keeps its sign.
fn keep_zero(k: &mut Kit, x: V, y: V) -> V {
    let zero = k.float(x, 0.0);
    let nothing = k.fcmp(Cmp::Eq, x, zero);
    k.select(nothing, x, y)
}

fn sin(k: &mut Kit, x: V) -> V {
    let Reduced { word, r, r_low } = reduce(k, x);
    let y = sin_of(k, word, r, r_low);
    keep_zero(k, x, y)
}

fn cos(k: &mut Kit, x: V) -> V {
    let Reduced { word, r, r_low } = reduce(k, x);
    let one = k.int(word, 1);
    let word = k.iadd(word, one);
    sin_of(k, word, r, r_low)
}

fn tan(k: &mut Kit, x: V) -> V {
    let Reduced { word, r, r_low } = reduce(k, x);
    let (sine, cosine) = (sin_near(k, r, r_low), cos_near(k, r, r_low));
    let odd = odd(k, word);
    let above = k.select(odd, cosine, sine);
    let below = k.select(odd, sine, cosine);
    let y = k.fdiv(above, below);
    let y = flip(k, y, word, 0);
    keep_zero(k, x, y)
}

/// The function up to the limit of the format.
fn within(x: &[Bits], f: fn(f64) -> f64) -> f64 {
    let limit = if x[0].scalar == Scalar::F32 { LIMIT32 } else { LIMIT64 };
    if x[0].as_f64().abs() > limit { f64::NAN } else { f(x[0].as_f64()) }
}

/// The image of the sine: its ends, and 1 or -1 where the interval has a crest or a trough, found with some
/// room.
fn sin_image(x: Interval) -> Interval {
    if x.lo.abs().max(x.hi.abs()) > LIMIT32 {
        return Interval::EVERYTHING;
    }
    let reaches = |at: f64| {
        let (from, to) = ((x.lo - at) / (2.0 * PI) - 1e-9, (x.hi - at) / (2.0 * PI) + 1e-9);
        from.ceil() <= to
    };
    let ends = between(x.lo.sin(), x.hi.sin());
    Interval {
        lo: if reaches(-FRAC_PI_2) { -1.0 } else { ends.lo - 1e-9 },
        hi: if reaches(FRAC_PI_2) { 1.0 } else { ends.hi + 1e-9 },
    }
}

/// The sine. Error: at most 1 unit from the correctly rounded `f64`, 0.93 in `f32`.
pub static SIN: Prim = Prim {
    name: "sin",
    doc: "The sine of an angle in radians; NaN beyond 2^49 (`f32`: 2^21), where a number says \
          nothing of its angle.",
    sig: Sig::Float(1),
    domain: &[(-10.0, 10.0)],
    define: |k, x| sin(k, x[0]),
    truth: Truth::Near(|x| within(x, pxfm::f_sin), 1.0),
    deriv: Deriv::Partials { build: |b, x, _| vec![b.map(&COS, &[x[0]])], singular: false },
    interval: |x| sin_image(x[0]),
    laws: &["exact: (sin (neg x)) == (neg (sin x))"],
};

/// The cosine. Error: at most 1 unit from the correctly rounded `f64`, 1.2 in `f32`.
pub static COS: Prim = Prim {
    name: "cos",
    doc: "The cosine of an angle in radians; NaN beyond 2^49 (`f32`: 2^21), where a number says \
          nothing of its angle.",
    sig: Sig::Float(1),
    domain: &[(-10.0, 10.0)],
    define: |k, x| cos(k, x[0]),
    truth: Truth::Near(|x| within(x, pxfm::f_cos), 1.25),
    deriv: Deriv::Partials {
        build: |b, x, _| {
            let sine = b.map(&SIN, &[x[0]]);
            vec![b.neg(sine)]
        },
        singular: false,
    },
    interval: |x| sin_image(Interval { lo: x[0].lo + FRAC_PI_2, hi: x[0].hi + FRAC_PI_2 }),
    laws: &["exact: (cos (neg x)) == (cos x)"],
};

/// The tangent. Error: at most 2 units from the correctly rounded `f64`, 2.25 in `f32`.
pub static TAN: Prim = Prim {
    name: "tan",
    doc: "The tangent of an angle in radians; NaN beyond 2^49 (`f32`: 2^21), where a number says \
          nothing of its angle.",
    sig: Sig::Float(1),
    domain: &[(-1.4, 1.4)],
    define: |k, x| tan(k, x[0]),
    truth: Truth::Near(|x| within(x, pxfm::f_tan), 2.5),
    deriv: Deriv::Partials {
        build: |b, _, y| {
            let one = b.like(y, 1.0);
            let square = b.mul(y, y);
            vec![b.add(one, square)]
        },
        singular: false,
    },
    interval: |x| {
        let branch = |at: f64| ((at + FRAC_PI_2) / PI).floor();
        let inside = x[0].lo.abs().max(x[0].hi.abs()) <= LIMIT32;
        if inside && branch(x[0].lo - 1e-9) == branch(x[0].hi + 1e-9) {
            return monotone(x[0], f64::tan);
        }
        Interval::EVERYTHING
    },
    laws: &["exact: (tan (neg x)) == (neg (tan x))"],
};
