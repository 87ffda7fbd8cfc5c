//! `exp`, `exp2`, `expm1`.

use super::coefficients::{EXP32, EXP64};
use super::{by_format, constant, fraction_bits, itself_if_tiny, polynomial};
use crate::interval::{Enclosure, RISES};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};

/// `x = n ln 2 + r` with `|r|` up to half of `ln 2`.
pub(crate) struct Reduced {
    /// A word whose low bits, as far as they fit an exponent, are `n` plus twice the exponent bias.
    pub(crate) word: V,
    /// The rest.
    pub(crate) r: V,
    /// The rest as it was before the low part of `n ln 2` was taken off; exact.
    high: V,
    /// What was taken off, negated.
    low: V,
}

/// The number whose addition leaves the nearest integer, plus twice the exponent bias, in the low bits.
fn magic(k: &mut Kit, like: V) -> V {
    constant(k, like, 6_755_399_441_055_744.0 + 2046.0, 12_582_912.0 + 254.0)
}

/// Cody and Waite's reduction (*Software Manual for the Elementary Functions*, 1980) with `ln 2` in two
/// parts. The first product is exact: fused, and what is left is a multiple of a unit in the last place of
/// `ln 2`.
pub(crate) fn reduce(k: &mut Kit, x: V) -> Reduced {
    let (log2e, magic) = (k.float(x, std::f64::consts::LOG2_E), magic(k, x));
    let sum = k.fma(x, log2e, magic);
    let n = k.fsub(sum, magic);
    let high = k.float(x, -std::f64::consts::LN_2);
    let low = constant(k, x, -LN2_LOW64, -LN2_LOW32);
    let high = k.fma(n, high, x);
    let low = k.fmul(n, low);
    Reduced { word: k.bitcast(sum), r: k.fadd(high, low), high, low }
}

/// `ln 2` less the `f64` nearest to it.
pub(crate) const LN2_LOW64: f64 = 2.3190468138462996e-17;
/// `ln 2` less the `f32` nearest to it.
pub(crate) const LN2_LOW32: f64 = -1.9046542121259034e-9;

/// `e^r` for a reduced `r`, or for `r + more`. The rounding of `r` itself is not felt, since its parts are
/// added.
fn near_one(k: &mut Kit, reduced: &Reduced, more: Option<V>) -> V {
    let Reduced { mut r, high, mut low, .. } = *reduced;
    if let Some(more) = more {
        low = k.fadd(low, more);
        r = k.fadd(high, low);
    }
    let q = polynomial(k, r, EXP64, EXP32);
    let square = k.fmul(r, r);
    let small = k.fma(square, q, low);
    let above = k.fadd(high, small);
    let one = k.float(r, 1.0);
    k.fadd(one, above)
}

/// `p * 2^n` in two factors of about `2^(n/2)`, so that neither overflows and a subnormal result rounds once.
pub(crate) fn scale(k: &mut Kit, p: V, word: V) -> V {
    let (one, places) = (k.int(word, 1), fraction_bits(k, p));
    let places = k.int(word, places);
    let first = k.shr_u(word, one);
    let second = k.isub(word, first);
    let mut y = p;
    for half in [first, second] {
        let power = k.shl(half, places);
        let power = k.bitcast(power);
        y = k.fmul(y, power);
    }
    y
}

/// Gives zero and infinity where `x` is beyond what [`scale`] can hold.
fn saturate(k: &mut Kit, x: V, y: V) -> V {
    let (limit, infinity) = (constant(k, x, 1000.0, 150.0), k.float(x, f64::INFINITY));
    let over = k.fcmp(Cmp::Gt, x, limit);
    let y = k.select(over, infinity, y);
    decays(k, x, y)
}

/// Gives zero where `x` is far below what [`scale`] can hold.
fn decays(k: &mut Kit, x: V, y: V) -> V {
    let (limit, zero) = (constant(k, x, -1000.0, -150.0), k.float(x, 0.0));
    let under = k.fcmp(Cmp::Lt, x, limit);
    k.select(under, zero, y)
}

/// `e^x`.
pub(crate) fn exp(k: &mut Kit, x: V) -> V {
    let reduced = reduce(k, x);
    let p = near_one(k, &reduced, None);
    let y = scale(k, p, reduced.word);
    saturate(k, x, y)
}

/// `e^x` for `x` that is not positive.
pub(crate) fn exp_decay(k: &mut Kit, x: V) -> V {
    let reduced = reduce(k, x);
    let p = near_one(k, &reduced, None);
    let y = scale(k, p, reduced.word);
    decays(k, x, y)
}

/// `e^x / 2`, which overflows later than `e^x`.
pub(crate) fn exp_half(k: &mut Kit, x: V) -> V {
    let reduced = reduce(k, x);
    let p = near_one(k, &reduced, None);
    let one = k.int(reduced.word, 1);
    let word = k.isub(reduced.word, one);
    let y = scale(k, p, word);
    saturate(k, x, y)
}

/// `e^(x + low)`, for a `low` below a unit in the last place of `x` or so; what it is does not matter where
/// `e^x` is zero or infinite.
pub(crate) fn exp_of_sum(k: &mut Kit, x: V, low: V) -> V {
    let reduced = reduce(k, x);
    let p = near_one(k, &reduced, Some(low));
    let y = scale(k, p, reduced.word);
    saturate(k, x, y)
}

/// `(e^x - 1) / 2` for `x` whose power of two is well inside the range; half, so that the power does not
/// overflow first. The parts are added from the smallest up, so that there is no cancellation of rounded
/// numbers.
fn expm1_half(k: &mut Kit, x: V) -> V {
    let Reduced { word, r, high, low } = reduce(k, x);
    let q = polynomial(k, r, EXP64, EXP32);
    let square = k.fmul(r, r);
    let small = k.fma(square, q, low);
    let bias = if k.is_f64(x) { 1024 } else { 128 };
    let (places, shift) = (fraction_bits(k, x), k.int(word, -bias));
    let (biased, places) = (k.iadd(word, shift), k.int(word, places));
    let power = k.shl(biased, places);
    let (power, half) = (k.bitcast(power), k.float(x, 0.5));
    let most = k.fsub(power, half);
    let most = k.fma(power, high, most);
    k.fma(power, small, most)
}

fn expm1(k: &mut Kit, x: V) -> V {
    let low = constant(k, x, -40.0, -20.0);
    let below = k.fcmp(Cmp::Lt, x, low);
    let inner = k.select(below, low, x);
    let half = expm1_half(k, inner);
    let y = k.fadd(half, half);
    let (high, infinity) = (constant(k, x, 710.0, 89.0), k.float(x, f64::INFINITY));
    let over = k.fcmp(Cmp::Gt, x, high);
    let y = k.select(over, infinity, y);
    itself_if_tiny(k, x, y, 2f64.powi(-54), 2f64.powi(-25))
}

fn exp2(k: &mut Kit, x: V) -> V {
    let magic = magic(k, x);
    let sum = k.fadd(x, magic);
    let n = k.fsub(sum, magic);
    let f = k.fsub(x, n);
    // f ln 2 to about twice the precision: the low part of the product and of the constant matter a little.
    let (high, low) = (k.float(x, std::f64::consts::LN_2), constant(k, x, LN2_LOW64, LN2_LOW32));
    let r = k.fmul(f, high);
    let minus = k.fneg(r);
    let below = k.fma(f, high, minus);
    let below = k.fma(f, low, below);
    let square = k.fmul(r, r);
    let q = polynomial(k, r, EXP64, EXP32);
    let above = k.fma(square, q, below);
    let above = k.fadd(r, above);
    let one = k.float(x, 1.0);
    let p = k.fadd(one, above);
    let word = k.bitcast(sum);
    let y = scale(k, p, word);
    let limit = by_format(k, x, 1500.0, 200.0);
    let (limit, infinity, zero) = (k.float(x, limit), k.float(x, f64::INFINITY), k.float(x, 0.0));
    let over = k.fcmp(Cmp::Gt, x, limit);
    let y = k.select(over, infinity, y);
    let limit = k.fneg(limit);
    let under = k.fcmp(Cmp::Lt, x, limit);
    k.select(under, zero, y)
}

/// The exponential. Error: at most 1 unit from the correctly rounded `f64`, 0.84 in `f32`.
pub static EXP: Prim = Prim {
    name: "exp",
    doc: "The exponential `e^x`.",
    sig: Sig::Float(1),
    domain: &[(-20.0, 20.0)],
    define: |k, x| exp(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_exp(x[0]), 1.0, 1.0),
    deriv: Deriv::Partials { build: |_, _, y| vec![y], singular: true },
    interval: Enclosure::Rounded(RISES, (0.0, f64::INFINITY)),
    laws: &["real: (exp (add x y)) == (mul (exp x) (exp y))", "real: (log (exp x)) == x"],
};

/// The exponential of base 2. Error: at most 1 unit from the correctly rounded `f64`, 0.85 in `f32`.
pub static EXP2: Prim = Prim {
    name: "exp2",
    doc: "The power `2^x`; exact where `x` is an integer.",
    sig: Sig::Float(1),
    domain: &[(-30.0, 30.0)],
    define: |k, x| exp2(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_exp2(x[0]), 1.0, 1.0),
    deriv: Deriv::Partials {
        build: |b, _, y| {
            let ln2 = b.like(y, std::f64::consts::LN_2);
            vec![b.mul(y, ln2)]
        },
        singular: true,
    },
    interval: Enclosure::Rounded(RISES, (0.0, f64::INFINITY)),
    laws: &["real: (exp2 (add x y)) == (mul (exp2 x) (exp2 y))", "real: (log2 (exp2 x)) == x"],
};

/// The exponential less one. Error: at most 1 unit from the correctly rounded `f64`, 1.17 in `f32`.
pub static EXPM1: Prim = Prim {
    name: "expm1",
    doc: "`e^x - 1`, accurate near 0 too.",
    sig: Sig::Float(1),
    domain: &[(-5.0, 5.0)],
    define: |k, x| expm1(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_expm1(x[0]), 1.0, 1.25),
    deriv: Deriv::Partials {
        // Not y + 1, which loses everything where x is very negative.
        build: |b, x, _| vec![b.map(&EXP, &[x[0]])],
        singular: true,
    },
    interval: Enclosure::Rounded(RISES, (-1.0, f64::INFINITY)),
    laws: &["real: (log1p (expm1 x)) == x"],
};
