//! `sin`, `cos`, `tan`.
//!
//! The argument is reduced by the nearest multiple `n` of `pi/2`, with `pi/2` in three parts of full length.
//! With fused multiplication the first product leaves no error, and the second is caught in a low word (Cody
//! and Waite's method as in Muller, *Elementary Functions*, ch. 11), so the reduction is as good as exact
//! while `n` fits. It fits up to [`LIMIT64`] and [`LIMIT32`]; a number beyond is so coarse that its
//! neighbours are whole periods apart or nearly so. There the result is NaN, not an arbitrary number between
//! -1 and 1.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::coefficients::{COS32, COS64, SIN32, SIN64};
use super::{constant, polynomial};
use crate::builder::Builder;
use crate::function::NodeId;
use crate::interval::{self, Enclosure, Ends};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::{arith, logic, round};
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

/// Whether `at + k period` is between the ends for some integer `k`, with room for the rounding of this test.
fn reaches(b: &mut Builder, x: Ends, at: f64, period: f64) -> NodeId {
    let room = 8.0 * interval::unit(b.scalar_of(x.lo));
    let mut turns = |end: NodeId, outward: f64| {
        let (at, per) = (b.like(end, at), b.like(end, 1.0 / period));
        let from = b.sub(end, at);
        let turns = b.mul(from, per);
        let size = b.map(&round::ABS, &[turns]);
        let (one, room) = (b.like(end, 1.0), b.like(end, outward * room));
        let size = b.add(size, one);
        let more = b.mul(size, room);
        b.add(turns, more)
    };
    let (from, to) = (turns(x.lo, -1.0), turns(x.hi, 1.0));
    let last = b.map(&round::FLOOR, &[to]);
    b.map(&logic::GE, &[last, from])
}

/// The ends of a function between `-most` and `most`, which it takes once in a period, where this is said.
fn wave(
    b: &mut Builder,
    f: &'static Prim,
    x: Ends,
    most: f64,
    [trough, crest]: [(f64, f64); 2],
    width: f64,
) -> Ends {
    let x = interval::known(b, x);
    let (left, right) = (b.map(f, &[x.lo]), b.map(f, &[x.hi]));
    let ends = interval::span(b, &[left, right]);
    let Ends { lo, hi } = interval::outward(b, ends.lo, ends.hi, width);
    let (least, most) = (b.like(lo, -most), b.like(hi, most));
    // What is NaN at an end stays NaN.
    let (least, most) = (b.map(&arith::MIN, &[least, lo]), b.map(&arith::MAX, &[most, hi]));
    let (low, high) = (reaches(b, x, trough.0, trough.1), reaches(b, x, crest.0, crest.1));
    Ends { lo: b.select(low, least, lo), hi: b.select(high, most, hi) }
}

/// The ends within -1 to 1.
fn within_one(b: &mut Builder, x: Ends) -> Ends {
    let (minus, one) = (b.like(x.lo, -1.0), b.like(x.hi, 1.0));
    Ends { lo: b.map(&arith::MAX, &[minus, x.lo]), hi: b.map(&arith::MIN, &[one, x.hi]) }
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
    interval: Enclosure::Build(|b, x, width| {
        let ends = wave(b, &SIN, x[0], 1.0, [(-FRAC_PI_2, TAU), (FRAC_PI_2, TAU)], width);
        Some(within_one(b, ends))
    }),
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
    interval: Enclosure::Build(|b, x, width| {
        let ends = wave(b, &COS, x[0], 1.0, [(PI, TAU), (0.0, TAU)], width);
        Some(within_one(b, ends))
    }),
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
    interval: Enclosure::Build(|b, x, width| {
        Some(wave(b, &TAN, x[0], f64::INFINITY, [(FRAC_PI_2, PI), (FRAC_PI_2, PI)], width))
    }),
    laws: &["exact: (tan (neg x)) == (neg (tan x))"],
};
