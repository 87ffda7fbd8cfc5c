//! `sqrt`, `pow`.

use super::exponential::{exp, exp_of_sum};
use super::logarithm::{LOG, log_in_two, log_inside};
use super::sign_bits;
use crate::builder::Builder;
use crate::function::NodeId;
use crate::interval::{self, Enclosure, Ends, RISES};
use crate::mach::{Cmp, Kit, Lane, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::{arith, logic, round};
use crate::scalar::{Bits, Scalar};

/// `|x|^y` for 64 bits, but for the edges of [`pow`]: `e` to `y log |x|`, in two parts.
fn pow_of_size(k: &mut Kit, size: V, y: V) -> V {
    let (log, log_low) = log_in_two(k, size);
    // What the bits of zero and infinity give is no logarithm.
    let (zero, infinity, minus) = (k.float(y, 0.0), k.float(y, f64::INFINITY), k.float(y, f64::NEG_INFINITY));
    let nothing = k.fcmp(Cmp::Eq, size, zero);
    let log = k.select(nothing, minus, log);
    let all = k.fcmp(Cmp::Eq, size, infinity);
    let log = k.select(all, infinity, log);
    let product = k.fmul(y, log);
    let negated = k.fneg(product);
    let lost = k.fma(y, log, negated);
    let lost = k.fma(y, log_low, lost);
    exp_of_sum(k, product, lost)
}

/// For `f32`: 64 bits throughout, which makes it correctly rounded but for about one argument in 2^27.
fn pow_single(k: &mut Kit, size: V, y: V) -> V {
    let (size, y) = (k.fcast(size), k.fcast(y));
    let log = log_inside(k, size);
    let (zero, infinity, minus) = (k.float(y, 0.0), k.float(y, f64::INFINITY), k.float(y, f64::NEG_INFINITY));
    let nothing = k.fcmp(Cmp::Eq, size, zero);
    let log = k.select(nothing, minus, log);
    let all = k.fcmp(Cmp::Eq, size, infinity);
    let log = k.select(all, infinity, log);
    let product = k.fmul(y, log);
    let result = exp(k, product);
    k.fcast(result)
}

/// Whether `y` is an integer, and whether it is an odd one. Halving is exact, and infinity counts as even.
fn parity(k: &mut Kit, y: V) -> (V, V) {
    let whole = k.ffloor(y);
    let integer = k.fcmp(Cmp::Eq, whole, y);
    let half = k.float(y, 0.5);
    let halved = k.fmul(y, half);
    let floor = k.ffloor(halved);
    let split = k.fcmp(Cmp::Ne, floor, halved);
    (integer, k.and(integer, split))
}

/// IEEE 754 `pow`.
fn pow(k: &mut Kit, x: V, y: V) -> V {
    let size = k.fabs(x);
    let (zero, one, infinity) = (k.float(x, 0.0), k.float(x, 1.0), k.float(x, f64::INFINITY));
    let r = if k.lane(x) == Lane::F64 { pow_of_size(k, size, y) } else { pow_single(k, size, y) };
    // NaN in either argument passes, whatever the bits of it became.
    let sum = k.fadd(x, y);
    let opposite = k.fcmp(Cmp::Eq, size, infinity);
    let known = k.fcmp(Cmp::Eq, x, x);
    let known_y = k.fcmp(Cmp::Eq, y, y);
    let known = k.and(known, known_y);
    let r = k.select(known, r, sum);
    // The sign is that of x to an odd power; a negative number has no broken power.
    let (integer, odd) = parity(k, y);
    let sign = sign_bits(k, x);
    let none = k.int(sign, 0);
    let sign = k.select(odd, sign, none);
    let bits = k.bitcast(r);
    let bits = k.xor(bits, sign);
    let signed = k.bitcast(bits);
    let negative = k.fcmp(Cmp::Lt, x, zero);
    let broken = k.not(integer);
    let bad = k.and(negative, broken);
    let finite = k.not(opposite);
    let bad = k.and(bad, finite);
    let bad = k.and(bad, known);
    let nan = k.float(x, f64::NAN);
    let signed = k.select(bad, nan, signed);
    // 1 to any power, anything to the power 0, and -1 to an infinite power are 1.
    let y_size = k.fabs(y);
    let endless = k.fcmp(Cmp::Eq, y_size, infinity);
    let unit = k.fcmp(Cmp::Eq, size, one);
    let even = k.and(endless, unit);
    let is_one = k.fcmp(Cmp::Eq, x, one);
    let is_one = k.or(is_one, even);
    let nothing = k.fcmp(Cmp::Eq, y, zero);
    let is_one = k.or(is_one, nothing);
    k.select(is_one, one, signed)
}

/// The square root, correctly rounded.
pub static SQRT: Prim = Prim {
    name: "sqrt",
    doc: "The square root, correctly rounded; NaN below 0.",
    sig: Sig::Float(1),
    domain: &[(0.01, 1e3)],
    define: |k, x| k.fsqrt(x[0]),
    truth: Truth::Exact(|x| match x[0].scalar {
        Scalar::F32 => Bits::f32(x[0].as_f64().sqrt() as f32),
        _ => Bits::f64(x[0].as_f64().sqrt()),
    }),
    deriv: Deriv::Partials {
        build: |b, _, y| {
            let half = b.like(y, 0.5);
            vec![b.div(half, y)]
        },
        singular: true,
    },
    interval: Enclosure::Rounded(RISES, (0.0, f64::INFINITY)),
    laws: &["real: (sqrt (mul x x)) == (abs x)"],
};

/// The partials of `x^y`: `y x^(y-1)`, but 0 where `y` is 0; and `x^y log x`, but 0 where `x` is 0 and `y` is
/// not negative, where the logarithm would make a NaN of it.
fn partials(b: &mut Builder, x: &[NodeId], value: NodeId) -> Vec<NodeId> {
    let (zero, one) = (b.like(value, 0.0), b.like(value, 1.0));
    let less = b.sub(x[1], one);
    let power = b.map(&POW, &[x[0], less]);
    let slope = b.mul(x[1], power);
    let constant = b.eq(x[1], zero);
    let in_base = b.select(constant, zero, slope);
    let log = b.map(&LOG, &[x[0]]);
    let growth = b.mul(value, log);
    let nothing = b.eq(x[0], zero);
    let upward = b.map(&logic::GE, &[x[1], zero]);
    let flat = b.map(&logic::AND, &[nothing, upward]);
    vec![in_base, b.select(flat, zero, growth)]
}

/// At some edges pxfm 0.1.30 is wrong (it gives NaN for NaN to the power 0 and for huge numbers to small
/// powers, and a negative number's odd power loses its sign in underflow), so the platform's function is
/// asked there.
fn power(x: &[f64]) -> f64 {
    let y = pxfm::f_pow(x[0], x[1]);
    if y.is_nan() || y == 0.0 { x[0].powf(x[1]) } else { y }
}

/// The ends of a power. It is monotone in each argument as long as the base is not negative. A negative base has powers
/// where the exponent is one integer: odd ones rise, or fall at both sides of a pole; even ones have their least, or a
/// pole, at zero. At a pole the sign of zero, which no end tells, may be that of infinity.
fn image(b: &mut Builder, x: &[Ends], width: f64) -> Ends {
    let x = [interval::known(b, x[0]), interval::known(b, x[1])];
    let corners = interval::corners(b, &POW, &x);
    let (zero, nan) = (b.like(corners.lo, 0.0), b.like(corners.lo, f64::NAN));
    let (least, most) = (b.like(zero, f64::NEG_INFINITY), b.like(zero, f64::INFINITY));
    let (base, exponent) = (x[0], x[1]);
    let at_zero = interval::has_zero(b, base);
    let falls = b.map(&logic::LT, &[exponent.lo, zero]);
    let pole = b.map(&logic::AND, &[at_zero, falls]);
    let (mut lo, mut hi) = (corners.lo, b.select(pole, most, corners.hi));
    let mut fits = b.map(&logic::GE, &[base.lo, zero]);
    let mut even = b.constant(Bits::bool(false));
    if exponent.is_point() {
        let y = exponent.lo;
        let half = b.like(y, 0.5);
        let half = b.mul(y, half);
        let (whole, halves) = (b.map(&round::FLOOR, &[y]), b.map(&round::FLOOR, &[half]));
        let integer = b.eq(whole, y);
        fits = b.map(&logic::OR, &[fits, integer]);
        even = b.eq(halves, half);
        let rises = b.map(&logic::GT, &[y, zero]);
        let dips = b.map(&logic::AND, &[even, rises]);
        let dips = b.map(&logic::AND, &[dips, at_zero]);
        let bottom = b.map(&arith::MIN, &[zero, lo]);
        lo = b.select(dips, bottom, lo);
    }
    let odd = b.map(&logic::NOT, &[even]);
    let odd_pole = b.map(&logic::AND, &[pole, odd]);
    lo = b.select(odd_pole, least, lo);
    lo = b.select(fits, lo, nan);
    hi = b.select(fits, hi, nan);
    interval::outward(b, lo, hi, width)
}

/// Powers. Error: at most 1 unit from the correctly rounded `f64`, 0.5 in `f32`.
pub static POW: Prim = Prim {
    name: "pow",
    doc: "The power `x^y`, as in IEEE 754: `0^0` is 1, and a negative `x` has powers for integers \
          `y` only. The derivative in `x` is 0 where `y` is 0; in `y` it is 0 where `x` is 0 and `y \
          >= 0`.",
    sig: Sig::Float(2),
    domain: &[(0.1, 10.0), (-5.0, 5.0)],
    define: |k, x| pow(k, x[0], x[1]),
    truth: Truth::Ulp(power, 1.0, 0.75),
    deriv: Deriv::Partials { build: partials, singular: true },
    interval: Enclosure::Build(|b, x, width| Some(image(b, x, width))),
    laws: &[],
};
