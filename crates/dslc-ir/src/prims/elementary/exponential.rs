//! `exp`, `exp2`, `expm1`.

use super::coefficients::{EXP32, EXP64};
use super::{by_format, constant, fraction_bits, itself_if_tiny, monotone, polynomial};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};

/// `x = n ln 2 + r` with `|r|` up to half of `ln 2`.
pub(crate) struct Reduced {
    /// A word whose low bits, as far as they fit an exponent, are `n` plus twice the exponent bias.
    pub(crate) word: V,
    /// The rest.
    pub(crate) r: V,
}

/// The number whose addition leaves the nearest integer, plus twice the exponent bias, in the low bits.
fn magic(k: &mut Kit, like: V) -> V {
    constant(k, like, 6_755_399_441_055_744.0 + 2046.0, 12_582_912.0 + 254.0)
}

/// Cody and Waite's reduction (*Software Manual for the Elementary Functions*, 1980) with `ln 2` in two parts. The
/// first product is exact: fused, and what is left is a multiple of a unit in the last place of `ln 2`.
pub(crate) fn reduce(k: &mut Kit, x: V) -> Reduced {
    let (log2e, magic) = (k.float(x, std::f64::consts::LOG2_E), magic(k, x));
    let sum = k.fma(x, log2e, magic);
    let n = k.fsub(sum, magic);
    let high = k.float(x, -std::f64::consts::LN_2);
    let low = constant(k, x, -LN2_LOW64, -LN2_LOW32);
    let r = k.fma(n, high, x);
    let r = k.fma(n, low, r);
    Reduced { word: k.bitcast(sum), r }
}

/// `ln 2` less the `f64` nearest to it.
pub(crate) const LN2_LOW64: f64 = 2.3190468138462996e-17;
/// `ln 2` less the `f32` nearest to it.
pub(crate) const LN2_LOW32: f64 = -1.9046542121259034e-9;

/// `e^r - 1 - r`, which is small.
fn tail(k: &mut Kit, r: V) -> V {
    let q = polynomial(k, r, EXP64, EXP32);
    let square = k.fmul(r, r);
    k.fmul(square, q)
}

/// `e^r` for a reduced `r`.
fn near_one(k: &mut Kit, r: V) -> V {
    let q = polynomial(k, r, EXP64, EXP32);
    let square = k.fmul(r, r);
    let above = k.fma(square, q, r);
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

/// `2^(n + by)` in one factor, for `n` well inside the range of exponents.
fn power_of_two(k: &mut Kit, like: V, word: V, by: i64) -> V {
    let bias = if k.is_f64(like) { 1023 } else { 127 };
    let (places, shift) = (fraction_bits(k, like), k.int(word, by - bias));
    let (biased, places) = (k.iadd(word, shift), k.int(word, places));
    let bits = k.shl(biased, places);
    k.bitcast(bits)
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
    let p = near_one(k, reduced.r);
    let y = scale(k, p, reduced.word);
    saturate(k, x, y)
}

/// `e^x` for `x` that is not positive.
pub(crate) fn exp_decay(k: &mut Kit, x: V) -> V {
    let reduced = reduce(k, x);
    let p = near_one(k, reduced.r);
    let y = scale(k, p, reduced.word);
    decays(k, x, y)
}

/// `e^x / 2`, which overflows later than `e^x`.
pub(crate) fn exp_half(k: &mut Kit, x: V) -> V {
    let reduced = reduce(k, x);
    let p = near_one(k, reduced.r);
    let one = k.int(reduced.word, 1);
    let word = k.isub(reduced.word, one);
    let y = scale(k, p, word);
    saturate(k, x, y)
}

/// `e^(x + low)`, for a `low` below a unit in the last place of `x` or so; what it is does not matter where `e^x`
/// is zero or infinite.
pub(crate) fn exp_of_sum(k: &mut Kit, x: V, low: V) -> V {
    let reduced = reduce(k, x);
    let r = k.fadd(reduced.r, low);
    let p = near_one(k, r);
    let y = scale(k, p, reduced.word);
    saturate(k, x, y)
}

/// `e^x - 1` for `x` whose power of two is well inside the range, divided by `2^by`. The parts are added from the
/// smallest up, so that there is no cancellation of rounded numbers.
pub(crate) fn expm1_inside(k: &mut Kit, x: V, by: i64) -> V {
    let reduced = reduce(k, x);
    let small = tail(k, reduced.r);
    let s = power_of_two(k, x, reduced.word, -by);
    let unit = k.float(x, (-by as f64).exp2());
    let most = k.fsub(s, unit);
    let most = k.fma(s, reduced.r, most);
    k.fma(s, small, most)
}

fn expm1(k: &mut Kit, x: V) -> V {
    let low = constant(k, x, -40.0, -20.0);
    let below = k.fcmp(Cmp::Lt, x, low);
    let inner = k.select(below, low, x);
    let half = expm1_inside(k, inner, 1);
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

/// The exponential. Error: MEASURE exp.
pub static EXP: Prim = Prim {
    name: "exp",
    doc: "The exponential `e^x`.",
    sig: Sig::Float(1),
    domain: &[(-20.0, 20.0)],
    define: |k, x| exp(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_exp(x[0]), 1.0, 1.0),
    deriv: Deriv::Partials { build: |_, _, y| vec![y], singular: true },
    interval: |x| monotone(x[0], f64::exp),
    laws: &["real: (exp (add x y)) == (mul (exp x) (exp y))", "real: (log (exp x)) == x"],
};

/// The exponential of base 2. Error: MEASURE exp2.
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
    interval: |x| monotone(x[0], f64::exp2),
    laws: &["real: (exp2 (add x y)) == (mul (exp2 x) (exp2 y))", "real: (log2 (exp2 x)) == x"],
};

/// The exponential less one. Error: MEASURE expm1.
pub static EXPM1: Prim = Prim {
    name: "expm1",
    doc: "`e^x - 1`, accurate near 0 too.",
    sig: Sig::Float(1),
    domain: &[(-5.0, 5.0)],
    define: |k, x| expm1(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_expm1(x[0]), 1.5, 1.5),
    deriv: Deriv::Partials {
        // Not y + 1, which loses everything where x is very negative.
        build: |b, x, _| vec![b.map(&EXP, &[x[0]])],
        singular: true,
    },
    interval: |x| monotone(x[0], f64::exp_m1),
    laws: &["real: (log1p (expm1 x)) == x"],
};
