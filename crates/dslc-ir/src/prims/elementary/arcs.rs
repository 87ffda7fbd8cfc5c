//! `asin`, `acos`, `atan`, `atan2`.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::coefficients::{ASIN32, ASIN64, ATAN32, ATAN64};
use super::{constant, polynomial, sign_bits, with_sign};
use crate::interval::{self, Enclosure, Ends, RISES, Trend};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::{arith, logic};

/// `pi/2` less the `f64`, and the `f32`, nearest to it.
const RIGHT_LOW: (f64, f64) = (6.123233995736766e-17, -4.371139e-8);

/// For `|x|` up to 1/2 the arcsine of `|x|`, beyond it that of `sqrt((1 - |x|) / 2)`, as two terms of which
/// the second is small; and where the second form was taken. Half the complement of an angle has that sine,
/// and the subtraction is exact.
fn asin_part(k: &mut Kit, x: V) -> (V, V, V) {
    let (size, half, one) = (k.fabs(x), k.float(x, 0.5), k.float(x, 1.0));
    let far = k.fcmp(Cmp::Gt, size, half);
    let left = k.fsub(one, size);
    let left = k.fmul(half, left);
    let square = k.fmul(size, size);
    let z = k.select(far, left, square);
    let root = k.fsqrt(z);
    let s = k.select(far, root, size);
    let p = polynomial(k, z, ASIN64, ASIN32);
    let cube = k.fmul(s, z);
    (s, k.fmul(cube, p), far)
}

fn asin(k: &mut Kit, x: V) -> V {
    let (s, small, far) = asin_part(k, x);
    let (right, low) = (k.float(x, FRAC_PI_2), constant(k, x, RIGHT_LOW.0, RIGHT_LOW.1));
    let minus = k.float(x, -2.0);
    let most = k.fma(minus, s, right);
    let kept = k.fsub(right, most);
    let lost = k.fma(minus, s, kept);
    let rest = k.fma(minus, small, low);
    let rest = k.fadd(rest, lost);
    let most = k.select(far, most, s);
    let rest = k.select(far, rest, small);
    let y = k.fadd(most, rest);
    with_sign(k, y, x)
}

fn acos(k: &mut Kit, x: V) -> V {
    let (s, small, far) = asin_part(k, x);
    let part = k.fadd(s, small);
    let (zero, two) = (k.float(x, 0.0), k.float(x, 2.0));
    let (right, low) = (k.float(x, FRAC_PI_2), constant(k, x, RIGHT_LOW.0, RIGHT_LOW.1));
    let negative = k.fcmp(Cmp::Lt, x, zero);
    // Near: pi/2 - asin x. Far: twice the part, or pi less it.
    let minus = k.fneg(part);
    let toward = k.select(negative, part, minus);
    let toward = k.fadd(low, toward);
    let near = k.fadd(right, toward);
    let twice = k.fmul(two, part);
    let (straight, straight_low) = (k.float(x, PI), k.fmul(two, low));
    let back = k.fsub(straight_low, twice);
    let back = k.fadd(straight, back);
    let beyond = k.select(negative, back, twice);
    k.select(far, beyond, near)
}

/// The angle, from 0 to `pi/2`, whose tangent is `a / b`, for `a` and `b` not negative, nor both zero or
/// infinite. It is compared with `pi/8` and `3 pi/8` and taken from 0, `pi/4` or `pi/2`, so one division
/// serves all three.
fn angle(k: &mut Kit, a: V, b: V) -> (V, V) {
    let (steep, flat) =
        (k.float(a, 1.0 + std::f64::consts::SQRT_2), k.float(a, std::f64::consts::SQRT_2 - 1.0));
    let (far, near) = (k.fmul(steep, b), k.fmul(flat, b));
    let (far, mid) = (k.fcmp(Cmp::Gt, a, far), k.fcmp(Cmp::Gt, a, near));
    let (minus, less, more) = (k.fneg(b), k.fsub(a, b), k.fadd(a, b));
    let above = k.select(mid, less, a);
    let above = k.select(far, minus, above);
    let below = k.select(mid, more, b);
    let below = k.select(far, a, below);
    let t = k.fdiv(above, below);
    let z = k.fmul(t, t);
    let p = polynomial(k, z, ATAN64, ATAN32);
    let cube = k.fmul(t, z);
    let zero = k.float(a, 0.0);
    let (half, right) = (k.float(a, FRAC_PI_4), k.float(a, FRAC_PI_2));
    let right_low = constant(k, a, RIGHT_LOW.0, RIGHT_LOW.1);
    let half_low = constant(k, a, RIGHT_LOW.0 / 2.0, RIGHT_LOW.1 / 2.0);
    let base = k.select(mid, half, zero);
    let base = k.select(far, right, base);
    let low = k.select(mid, half_low, zero);
    let low = k.select(far, right_low, low);
    let rest = k.fma(cube, p, low);
    (base, k.fadd(t, rest))
}

fn atan(k: &mut Kit, x: V) -> V {
    let (size, one) = (k.fabs(x), k.float(x, 1.0));
    let (base, rest) = angle(k, size, one);
    let y = k.fadd(base, rest);
    with_sign(k, y, x)
}

fn atan2(k: &mut Kit, y: V, x: V) -> V {
    let (a, b) = (k.fabs(y), k.fabs(x));
    let (zero, one, infinity) = (k.float(x, 0.0), k.float(x, 1.0), k.float(x, f64::INFINITY));
    // Both zero: a / 1. Both infinite: 1 / 1.
    let least = k.fmin(a, b);
    let both_infinite = k.fcmp(Cmp::Eq, least, infinity);
    let a = k.select(both_infinite, one, a);
    let b = k.select(both_infinite, one, b);
    let most = k.fmax(a, b);
    let both_zero = k.fcmp(Cmp::Eq, most, zero);
    let b = k.select(both_zero, one, b);
    // So large that their sum could overflow, or the product with a constant: both smaller.
    let (limit, shrink) =
        (constant(k, x, 2f64.powi(1000), 2f64.powi(100)), constant(k, x, 2f64.powi(-100), 2f64.powi(-60)));
    let large = k.fcmp(Cmp::Gt, most, limit);
    let factor = k.select(large, shrink, one);
    let (a, b) = (k.fmul(a, factor), k.fmul(b, factor));
    // So small that a product would lose bits: both larger.
    let (limit, grow) =
        (constant(k, x, 2f64.powi(-900), 2f64.powi(-60)), constant(k, x, 2f64.powi(100), 2f64.powi(60)));
    let small = k.fcmp(Cmp::Lt, most, limit);
    let factor = k.select(small, grow, one);
    let (a, b) = (k.fmul(a, factor), k.fmul(b, factor));
    let (base, rest) = angle(k, a, b);
    let sign = sign_bits(k, x);
    let nothing = k.int(sign, 0);
    let left = k.icmp(Cmp::Ne, sign, nothing);
    let (straight, low) = (k.float(x, PI), constant(k, x, 2.0 * RIGHT_LOW.0, 2.0 * RIGHT_LOW.1));
    let turned = k.fsub(straight, base);
    let back = k.fsub(low, rest);
    let left_angle = k.fadd(turned, back);
    let right_angle = k.fadd(base, rest);
    let angle = k.select(left, left_angle, right_angle);
    with_sign(k, angle, y)
}

/// `1 / sqrt(1 - x^2)`, factored so that it keeps its precision near the ends.
fn over_root(b: &mut crate::builder::Builder, x: crate::function::NodeId) -> crate::function::NodeId {
    let one = b.like(x, 1.0);
    let (less, more) = (b.sub(one, x), b.add(one, x));
    let product = b.mul(less, more);
    let root = b.map(&super::power::SQRT, &[product]);
    b.div(one, root)
}

/// The arcsine. Error: at most 1 unit from the correctly rounded `f64`, 1.14 in `f32`.
pub static ASIN: Prim = Prim {
    name: "asin",
    doc: "The angle between `-pi/2` and `pi/2` with this sine; NaN outside -1 to 1.",
    sig: Sig::Float(1),
    domain: &[(-0.95, 0.95)],
    define: |k, x| asin(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_asin(x[0]), 1.0, 1.25),
    deriv: Deriv::Partials { build: |b, x, _| vec![over_root(b, x[0])], singular: true },
    interval: Enclosure::Rounded(RISES, (-1.58, 1.58)),
    laws: &["exact: (asin (neg x)) == (neg (asin x))"],
};

/// The arccosine. Error: at most 1 unit from the correctly rounded `f64`, 1.13 in `f32`.
pub static ACOS: Prim = Prim {
    name: "acos",
    doc: "The angle between 0 and `pi` with this cosine; NaN outside -1 to 1.",
    sig: Sig::Float(1),
    domain: &[(-0.95, 0.95)],
    define: |k, x| acos(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_acos(x[0]), 1.0, 1.25),
    deriv: Deriv::Partials {
        build: |b, x, _| {
            let over = over_root(b, x[0]);
            vec![b.neg(over)]
        },
        singular: true,
    },
    interval: Enclosure::Rounded(&[Trend::Falls], (-0.01, 3.15)),
    laws: &[],
};

/// The arctangent. Error: at most 2 units from the correctly rounded `f64`, 1.82 in `f32`.
pub static ATAN: Prim = Prim {
    name: "atan",
    doc: "The angle between `-pi/2` and `pi/2` with this tangent.",
    sig: Sig::Float(1),
    domain: &[(-10.0, 10.0)],
    define: |k, x| atan(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_atan(x[0]), 2.0, 2.0),
    deriv: Deriv::Partials {
        build: |b, x, y| {
            let one = b.like(y, 1.0);
            let square = b.mul(x[0], x[0]);
            let more = b.add(one, square);
            vec![b.div(one, more)]
        },
        singular: false,
    },
    interval: Enclosure::Rounded(RISES, (-1.58, 1.58)),
    laws: &["exact: (atan (neg x)) == (neg (atan x))"],
};

/// The angle of a point. Error: at most 2 units from the correctly rounded `f64`, 1.96 in `f32`.
pub static ATAN2: Prim = Prim {
    name: "atan2",
    doc: "The angle between `-pi` and `pi` from the positive first axis to the point `(y, x)`: the \
          second coordinate is given first.",
    sig: Sig::Float(2),
    domain: &[(-10.0, 10.0), (-10.0, 10.0)],
    define: |k, x| atan2(k, x[0], x[1]),
    truth: Truth::Ulp(|x| pxfm::f_atan2(x[0], x[1]).copysign(x[0]), 2.0, 2.0),
    deriv: Deriv::Partials {
        build: |b, x, _| {
            let (yy, xx) = (b.mul(x[0], x[0]), b.mul(x[1], x[1]));
            let square = b.add(yy, xx);
            let (dy, dx) = (b.div(x[1], square), b.div(x[0], square));
            vec![dy, b.neg(dx)]
        },
        singular: true,
    },
    // Monotone in each argument, but for the jump where the second is negative and the first is zero.
    interval: Enclosure::Build(|b, x, width| {
        let x = [interval::known(b, x[0]), interval::known(b, x[1])];
        let mut ends = interval::corners(b, &ATAN2, &x);
        let zero = b.like(ends.lo, 0.0);
        let (right, up) = (b.map(&logic::GT, &[x[1].lo, zero]), b.map(&logic::GT, &[x[0].lo, zero]));
        let down = b.map(&logic::LT, &[x[0].hi, zero]);
        let off = b.map(&logic::OR, &[right, up]);
        let off = b.map(&logic::OR, &[off, down]);
        let (least, most) = (b.like(ends.lo, -PI), b.like(ends.hi, PI));
        let (least, most) = (b.map(&arith::MIN, &[least, ends.lo]), b.map(&arith::MAX, &[most, ends.hi]));
        ends = Ends { lo: b.select(off, ends.lo, least), hi: b.select(off, ends.hi, most) };
        Some(interval::outward(b, ends.lo, ends.hi, width))
    }),
    laws: &["exact: (atan2 (neg x) y) == (neg (atan2 x y))"],
};
