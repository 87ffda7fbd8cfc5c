//! `sigmoid`, `softplus`, `log_add_exp`, `tanh`: stable at both ends, since they only ever use `e` to a power that is not
//! positive.

use super::coefficients::{SOFTPLUS32, SOFTPLUS64};
use super::exponential::{EXP, exp_decay};
use super::{polynomial, with_sign};
use crate::builder::Builder;
use crate::function::NodeId;
use crate::interval::{self, Enclosure, Ends, RISES};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::logic;

/// `e^-|x|`.
fn decay(k: &mut Kit, x: V) -> V {
    let size = k.fabs(x);
    let minus = k.fneg(size);
    exp_decay(k, minus)
}

fn sigmoid(k: &mut Kit, x: V) -> V {
    let e = decay(k, x);
    let (one, zero) = (k.float(x, 1.0), k.float(x, 0.0));
    let right = k.fcmp(Cmp::Ge, x, zero);
    let above = k.select(right, one, e);
    let below = k.fadd(one, e);
    k.fdiv(above, below)
}

/// `max(x, 0) + log(1 + e^-|x|)`. The logarithm needs no reduction, since its argument is between 1 and 2.
fn softplus(k: &mut Kit, x: V) -> V {
    let e = decay(k, x);
    let (two, half, zero) = (k.float(x, 2.0), k.float(x, 0.5), k.float(x, 0.0));
    let sum = k.fadd(two, e);
    let s = k.fdiv(e, sum);
    let z = k.fmul(s, s);
    let p = polynomial(k, z, SOFTPLUS64, SOFTPLUS32);
    let squared = k.fmul(e, e);
    let h = k.fmul(half, squared);
    let inner = k.fma(z, p, h);
    let minus = k.fneg(h);
    let rest = k.fma(s, inner, minus);
    let log = k.fadd(e, rest);
    let right = k.fcmp(Cmp::Gt, x, zero);
    let most = k.select(right, x, zero);
    k.fadd(most, log)
}

/// From 5/8 on `1 - 2e / (1 + e)` with `e = e^(-2|x|)`, where errors of the quotient count half or less.
/// Below, the continued fraction of Lambert (1768), `x / (1 + z/(3 + z/(5 + ...)))` with `z = x^2`, cut at 15
/// (`f32`: 9) and written as `x - x z n/d`. Both have one quotient, so they share it.
fn tanh(k: &mut Kit, x: V) -> V {
    let (one, size) = (k.float(x, 1.0), k.fabs(x));
    let (minus, bound) = (k.float(x, -2.0), k.float(x, 0.625));
    let far = k.fcmp(Cmp::Gt, size, bound);
    let z = k.fmul(x, x);
    let n = polynomial(k, z, &[675_675.0, 45_045.0, 594.0, 1.0], &[315.0, 14.0]);
    let d = polynomial(k, z, &[2_027_025.0, 945_945.0, 51_975.0, 630.0, 1.0], &[945.0, 420.0, 15.0]);
    let twice = k.fmul(minus, size);
    let e = exp_decay(k, twice);
    let more = k.fadd(one, e);
    let above = k.select(far, e, n);
    let below = k.select(far, more, d);
    let quotient = k.fdiv(above, below);
    let cube = k.fmul(size, z);
    let cube = k.fneg(cube);
    let factor = k.select(far, minus, cube);
    let base = k.select(far, one, size);
    let y = k.fma(factor, quotient, base);
    with_sign(k, y, x)
}

/// Below -40 it is `e^x` to 64 bits and more; there pxfm 0.1.30 gives NaN at subnormal results.
fn logistic(x: &[f64]) -> f64 {
    if x[0] < -40.0 { pxfm::f_exp(x[0]) } else { pxfm::f_logistic(x[0]) }
}

/// The logistic function. Error: at most 2 units from the correctly rounded `f64`, 2.26 in `f32`.
pub static SIGMOID: Prim = Prim {
    name: "sigmoid",
    doc: "The logistic function `1 / (1 + e^-x)`.",
    sig: Sig::Float(1),
    domain: &[(-20.0, 20.0)],
    define: |k, x| sigmoid(k, x[0]),
    truth: Truth::Ulp(logistic, 2.0, 2.5),
    deriv: Deriv::Partials {
        // sigmoid(x) sigmoid(-x), which keeps its precision in both tails; y (1 - y) loses it in one.
        build: |b, x, y| {
            let minus = b.neg(x[0]);
            let other = b.map(&SIGMOID, &[minus]);
            vec![b.mul(y, other)]
        },
        singular: false,
    },
    interval: Enclosure::Rounded(RISES, (0.0, 1.0)),
    laws: &[],
};

/// The smooth form of relu. Error: at most 2 units from the correctly rounded `f64`, 1.76 in `f32`.
pub static SOFTPLUS: Prim = Prim {
    name: "softplus",
    doc: "`log(1 + e^x)`, without overflow.",
    sig: Sig::Float(1),
    domain: &[(-20.0, 20.0)],
    define: |k, x| softplus(k, x[0]),
    truth: Truth::Ulp(|x| x[0].max(0.0) + pxfm::f_log1p(pxfm::f_exp(-x[0].abs())), 2.0, 2.0),
    deriv: Deriv::Partials { build: |b, x, _| vec![b.map(&SIGMOID, &[x[0]])], singular: false },
    interval: Enclosure::Rounded(RISES, (0.0, f64::INFINITY)),
    laws: &[
        "real: (sub (softplus x) (softplus (neg x))) == x",
        "real: (softplus x) == (neg (log (sigmoid (neg x))))",
    ],
};

/// The hyperbolic tangent. Error: at most 1 unit from the correctly rounded `f64`, 1.38 in `f32`.
pub static TANH: Prim = Prim {
    name: "tanh",
    doc: "The hyperbolic tangent.",
    sig: Sig::Float(1),
    domain: &[(-5.0, 5.0)],
    define: |k, x| tanh(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_tanh(x[0]), 1.0, 1.5),
    deriv: Deriv::Partials {
        build: |b, _, y| {
            let one = b.like(y, 1.0);
            let square = b.mul(y, y);
            vec![b.sub(one, square)]
        },
        singular: false,
    },
    interval: Enclosure::Rounded(RISES, (-1.0, 1.0)),
    laws: &["exact: (tanh (neg x)) == (neg (tanh x))"],
};

/// `log(e^x + e^y)` as the larger one and what the smaller one adds to it; equal ones, infinite too, are at distance 0.
fn log_add_exp(k: &mut Kit, x: V, y: V) -> V {
    let (zero, most) = (k.float(x, 0.0), k.fmax(x, y));
    let difference = k.fsub(x, y);
    let size = k.fabs(difference);
    let minus = k.fneg(size);
    let same = k.fcmp(Cmp::Eq, x, y);
    let exponent = k.select(same, zero, minus);
    let more = softplus(k, exponent);
    k.fadd(most, more)
}

/// The share of `x` in `log(e^x + ..) = y`; nothing of what is minus infinity.
fn share(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    let (nothing, least) = (b.like(x, 0.0), b.like(x, f64::NEG_INFINITY));
    let difference = b.sub(x, y);
    let share = b.map(&EXP, &[difference]);
    let some = b.map(&logic::NE, &[x, least]);
    b.select(some, share, nothing)
}

/// From the larger one and the logarithm of another library.
fn reference_log_add_exp(x: f64, y: f64) -> f64 {
    let size = if x == y { 0.0 } else { (x - y).abs() };
    if x.is_nan() || y.is_nan() { f64::NAN } else { x.max(y) + pxfm::f_log1p(pxfm::f_exp(-size)) }
}

/// The addition of logarithms.
pub static LOG_ADD_EXP: Prim = Prim {
    name: "log_add_exp",
    doc: "`log(e^x + e^y)` (`+` of `logsum`), without overflow.",
    sig: Sig::Float(2),
    domain: &[(-20.0, 20.0), (-20.0, 20.0)],
    define: |k, x| log_add_exp(k, x[0], x[1]),
    truth: Truth::Within(|x| reference_log_add_exp(x[0], x[1]), 2.0, 2.0),
    deriv: Deriv::Partials { build: |b, x, y| vec![share(b, x[0], y), share(b, x[1], y)], singular: true },
    // The error is one of the larger of the result and 1.
    interval: Enclosure::Build(|b, x, width| {
        let (x, y) = (interval::known(b, x[0]), interval::known(b, x[1]));
        let (lo, hi) = (b.map(&LOG_ADD_EXP, &[x.lo, y.lo]), b.map(&LOG_ADD_EXP, &[x.hi, y.hi]));
        let Ends { lo, hi } = interval::outward(b, lo, hi, width);
        let width = b.like(lo, 2.0 * width);
        Some(Ends { lo: b.sub(lo, width), hi: b.add(hi, width) })
    }),
    laws: &[
        "exact: (log_add_exp x y) == (log_add_exp y x)",
        "real: (log_add_exp x y) == (add y (softplus (sub x y)))",
    ],
};
