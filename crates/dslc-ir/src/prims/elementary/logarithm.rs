//! `log`, `log2`, `log1p`, and the logarithm in two parts that powers need.

use super::coefficients::{LOG_TAIL, LOG32, LOG64};
use super::exponential::{LN2_LOW32, LN2_LOW64};
use super::{by_format, constant, fraction_bits, polynomial};
use crate::interval::{Enclosure, RISES, WHOLE};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};

/// `x = 2^e (1 + f)` with `1 + f` between the roots of 1/2 and 2, for `x` positive and normal.
pub(crate) struct Parts {
    /// The exponent, as a float.
    pub(crate) e: V,
    /// The rest; exact.
    pub(crate) f: V,
}

/// Splits `x`. What comes out for other arguments is of no use. Only bits are moved: the exponent becomes a
/// float by standing in the fraction of a power of two. `lifted` says where `x` was multiplied beforehand by
/// the power of two in [`lift`].
pub(crate) fn split(k: &mut Kit, x: V, lifted: Option<V>) -> Parts {
    let double = k.is_f64(x);
    let (root, one, holder): (i64, i64, i64) = if double {
        (0x3FE6_A09E_667F_3BCD, 0x3FF0_0000_0000_0000, 0x4330_0000_0000_0000)
    } else {
        (0x3F35_04F3, 0x3F80_0000, 0x4B00_0000)
    };
    let bits = k.bitcast(x);
    let (offset, places) = (k.int(bits, one - root), fraction_bits(k, x));
    let moved = k.iadd(bits, offset);
    let (shift, holder) = (k.int(bits, places), k.int(bits, holder));
    let exponent = k.shr_u(moved, shift);
    let held = k.or(exponent, holder);
    let held = k.bitcast(held);
    let zero = by_format(k, x, 4_503_599_627_370_496.0 + 1023.0, 8_388_608.0 + 127.0);
    let plain = k.float(x, zero);
    let base = match lifted {
        Some(lifted) => {
            let more = k.float(x, zero + places as f64 + 2.0);
            k.select(lifted, more, plain)
        }
        None => plain,
    };
    let e = k.fsub(held, base);
    let (mask, root) = (k.int(bits, (1 << places) - 1), k.int(bits, root));
    let fraction = k.and(moved, mask);
    let fraction = k.iadd(fraction, root);
    let m = k.bitcast(fraction);
    let one = k.float(x, 1.0);
    Parts { e, f: k.fsub(m, one) }
}

/// Makes a subnormal `x` normal; also says where that was done.
pub(crate) fn lift(k: &mut Kit, x: V) -> (V, V) {
    let least = constant(k, x, f64::MIN_POSITIVE, f64::from(f32::MIN_POSITIVE));
    let places = fraction_bits(k, x) as f64 + 2.0;
    let factor = k.float(x, places.exp2());
    let small = k.fcmp(Cmp::Lt, x, least);
    let more = k.fmul(x, factor);
    (k.select(small, more, x), small)
}

/// `log(1 + f) - f` for `1 + f` in the range of [`Parts`]: with `s = f / (2 + f)` it is `s (f^2/2 + R) -
/// f^2/2`, where `R` is the series of `2 atanh(s) - 2s` over `s`. The form is that of Sun's fdlibm (1993).
fn below(k: &mut Kit, f: V, carried: V) -> V {
    let (two, half) = (k.float(f, 2.0), k.float(f, 0.5));
    let sum = k.fadd(two, f);
    let s = k.fdiv(f, sum);
    let z = k.fmul(s, s);
    let p = polynomial(k, z, LOG64, LOG32);
    let squared = k.fmul(f, f);
    let h = k.fmul(half, squared);
    let inner = k.fma(z, p, h);
    let t = k.fma(s, inner, carried);
    k.fsub(t, h)
}

/// `e ln 2 + log(1 + f) + small`.
pub(crate) fn assemble(k: &mut Kit, parts: &Parts, small: Option<V>) -> V {
    let (high, low) = (k.float(parts.e, std::f64::consts::LN_2), constant(k, parts.e, LN2_LOW64, LN2_LOW32));
    let carried = match small {
        Some(small) => k.fma(parts.e, low, small),
        None => k.fmul(parts.e, low),
    };
    let rest = below(k, parts.f, carried);
    let rest = k.fadd(parts.f, rest);
    k.fma(parts.e, high, rest)
}

/// Puts in what a logarithm is at zero, below it, at infinity and NaN.
fn edges(k: &mut Kit, x: V, y: V) -> V {
    let (zero, infinity) = (k.float(x, 0.0), k.float(x, f64::INFINITY));
    let (minus, nan) = (k.float(x, f64::NEG_INFINITY), k.float(x, f64::NAN));
    let finite = k.fcmp(Cmp::Lt, x, infinity);
    let y = k.select(finite, y, x);
    let nothing = k.fcmp(Cmp::Eq, x, zero);
    let bad = k.select(nothing, minus, nan);
    let positive = k.fcmp(Cmp::Gt, x, zero);
    k.select(positive, y, bad)
}

fn log(k: &mut Kit, x: V) -> V {
    let (lifted, small) = lift(k, x);
    let parts = split(k, lifted, Some(small));
    let y = assemble(k, &parts, None);
    edges(k, x, y)
}

/// The logarithm of a positive normal number, without the edges.
pub(crate) fn log_inside(k: &mut Kit, x: V) -> V {
    let parts = split(k, x, None);
    assemble(k, &parts, None)
}

fn log2(k: &mut Kit, x: V) -> V {
    let (lifted, small) = lift(k, x);
    let Parts { e, f } = split(k, lifted, Some(small));
    let nothing = k.float(x, 0.0);
    let rest = below(k, f, nothing);
    // (f + rest) / ln 2: the product with f in two parts, since f carries nearly all of it.
    let (high, low) = (k.float(x, std::f64::consts::LOG2_E), constant(k, x, LOG2E_LOW64, LOG2E_LOW32));
    let product = k.fmul(f, high);
    let minus = k.fneg(product);
    let lost = k.fma(f, high, minus);
    let lost = k.fma(f, low, lost);
    let lost = k.fma(rest, high, lost);
    let sum = k.fadd(e, product);
    let kept = k.fsub(sum, e);
    let error = k.fsub(product, kept);
    let lost = k.fadd(error, lost);
    let y = k.fadd(sum, lost);
    edges(k, x, y)
}

/// `1 / ln 2` less the `f64` nearest to it.
const LOG2E_LOW64: f64 = 2.0355273740931033e-17;
/// `1 / ln 2` less the `f32` nearest to it.
const LOG2E_LOW32: f64 = 1.9259629911266175e-8;

fn log1p(k: &mut Kit, x: V) -> V {
    let one = k.float(x, 1.0);
    let u = k.fadd(one, x);
    // What the sum lost (Knuth's two-sum), divided by u: the first order of log(u + lost) - log(u).
    let from_x = k.fsub(u, one);
    let from_one = k.fsub(u, from_x);
    let a = k.fsub(one, from_one);
    let b = k.fsub(x, from_x);
    let lost = k.fadd(a, b);
    let lost = k.fdiv(lost, u);
    let parts = split(k, u, None);
    let y = assemble(k, &parts, Some(lost));
    let zero = k.float(x, 0.0);
    let nothing = k.fcmp(Cmp::Eq, x, zero);
    let y = k.select(nothing, x, y);
    edges_at(k, x, u, y)
}

/// As [`edges`], for a function of `x` that is a logarithm at `u`.
fn edges_at(k: &mut Kit, x: V, u: V, y: V) -> V {
    let infinity = k.float(x, f64::INFINITY);
    let finite = k.fcmp(Cmp::Lt, x, infinity);
    let y = k.select(finite, y, x);
    let (zero, minus, nan) = (k.float(x, 0.0), k.float(x, f64::NEG_INFINITY), k.float(x, f64::NAN));
    let nothing = k.fcmp(Cmp::Eq, u, zero);
    let bad = k.select(nothing, minus, nan);
    let positive = k.fcmp(Cmp::Gt, u, zero);
    k.select(positive, y, bad)
}

/// `log x` for a positive `x` of 64 bits as a sum of two floats, to about 2^-66 of itself: what `y log x`
/// needs so that its exponential is accurate. The first two terms of the series of `2 atanh(s)` are carried
/// in two parts each by Dekker's and Knuth's products and sums (Muller et al., *Handbook of Floating-Point
/// Arithmetic*, ch. 5).
pub(crate) fn log_in_two(k: &mut Kit, x: V) -> (V, V) {
    let (lifted, small) = lift(k, x);
    let Parts { e, f } = split(k, lifted, Some(small));
    let two = k.float(x, 2.0);
    let (d, d_low) = fast_two_sum(k, two, f);
    let s = k.fdiv(f, d);
    let minus = k.fneg(s);
    let left = k.fma(minus, d, f);
    let left = k.fma(minus, d_low, left);
    let s_low = k.fdiv(left, d);
    // z = s^2, c = 2/3 + z Q(z), b = s z c, each in two parts.
    let (z, z_low) = product(k, (s, s_low), (s, s_low));
    let q = polynomial(k, z, LOG_TAIL, LOG_TAIL);
    let q = k.fmul(z, q);
    let third = k.float(x, 2.0 / 3.0);
    let third_low = k.float(x, 3.700743415417188e-17);
    let (c, c_low) = fast_two_sum(k, third, q);
    let c_low = k.fadd(c_low, third_low);
    let w = product(k, (z, z_low), (c, c_low));
    let (b, b_low) = product(k, (s, s_low), w);
    // e ln 2 + 2 s + b, where the first product is exact.
    let (high, low) = (k.float(x, LN2_SHORT), k.float(x, LN2_AFTER_SHORT));
    let (eh, el, a, a_low) = (k.fmul(e, high), k.fmul(e, low), k.fadd(s, s), k.fadd(s_low, s_low));
    let (sum, lost) = fast_two_sum(k, eh, a);
    let (sum, lost_too) = fast_two_sum(k, sum, b);
    let rest = k.fadd(a_low, b_low);
    let rest = k.fadd(el, rest);
    let lost = k.fadd(lost, lost_too);
    let rest = k.fadd(lost, rest);
    fast_two_sum(k, sum, rest)
}

/// `ln 2` cut to 42 bits.
const LN2_SHORT: f64 = 0.6931471805598903;
/// `ln 2` less its 42 bits.
const LN2_AFTER_SHORT: f64 = 5.497923018708371e-14;

/// `a + b` and what its rounding lost, for `|a| >= |b|` or `a` zero.
fn fast_two_sum(k: &mut Kit, a: V, b: V) -> (V, V) {
    let sum = k.fadd(a, b);
    let kept = k.fsub(sum, a);
    (sum, k.fsub(b, kept))
}

/// The product of two sums of two.
fn product(k: &mut Kit, (a, a_low): (V, V), (b, b_low): (V, V)) -> (V, V) {
    let high = k.fmul(a, b);
    let minus = k.fneg(high);
    let lost = k.fma(a, b, minus);
    let lost = k.fma(a, b_low, lost);
    (high, k.fma(a_low, b, lost))
}

/// The natural logarithm. Error: at most 1 unit from the correctly rounded `f64`, 0.73 in `f32`.
pub static LOG: Prim = Prim {
    name: "log",
    doc: "The natural logarithm; `-inf` at 0, NaN below.",
    sig: Sig::Float(1),
    domain: &[(1e-3, 1e3)],
    define: |k, x| log(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_log(x[0]), 1.0, 1.0),
    deriv: Deriv::Partials {
        build: |b, x, y| {
            let one = b.like(y, 1.0);
            vec![b.div(one, x[0])]
        },
        singular: true,
    },
    interval: Enclosure::Rounded(RISES, WHOLE),
    laws: &["real: (log (exp x)) == x"],
};

/// The logarithm of base 2. Error: at most 1 unit from the correctly rounded `f64`, 0.75 in `f32`.
pub static LOG2: Prim = Prim {
    name: "log2",
    doc: "The logarithm of base 2; exact at powers of 2.",
    sig: Sig::Float(1),
    domain: &[(1e-3, 1e3)],
    define: |k, x| log2(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_log2(x[0]), 1.0, 1.0),
    deriv: Deriv::Partials {
        build: |b, x, y| {
            let one = b.like(y, std::f64::consts::LOG2_E);
            vec![b.div(one, x[0])]
        },
        singular: true,
    },
    interval: Enclosure::Rounded(RISES, WHOLE),
    laws: &["real: (log2 (exp2 x)) == x"],
};

/// The logarithm of one more. Error: at most 1 unit from the correctly rounded `f64`, 0.78 in `f32`.
pub static LOG1P: Prim = Prim {
    name: "log1p",
    doc: "`log(1 + x)`, accurate near 0 too.",
    sig: Sig::Float(1),
    domain: &[(-0.99, 10.0)],
    define: |k, x| log1p(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_log1p(x[0]), 1.0, 1.0),
    deriv: Deriv::Partials {
        build: |b, x, y| {
            let one = b.like(y, 1.0);
            let more = b.add(one, x[0]);
            vec![b.div(one, more)]
        },
        singular: true,
    },
    interval: Enclosure::Rounded(RISES, WHOLE),
    laws: &["real: (log1p (expm1 x)) == x"],
};
