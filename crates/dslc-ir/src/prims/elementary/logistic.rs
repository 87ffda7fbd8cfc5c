//! `sigmoid`, `softplus`, `tanh`: stable at both ends, since they only ever use `e` to a power that is not
//! positive.

use super::coefficients::{SOFTPLUS32, SOFTPLUS64};
use super::exponential::exp_decay;
use super::{monotone, polynomial, with_sign};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};

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

fn slow_sigmoid(x: f64) -> f64 {
    if x >= 0.0 { 1.0 / (1.0 + (-x).exp()) } else { x.exp() / (1.0 + x.exp()) }
}

fn slow_softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
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
    interval: |x| monotone(x[0], slow_sigmoid),
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
    interval: |x| monotone(x[0], slow_softplus),
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
    interval: |x| monotone(x[0], f64::tanh),
    laws: &["exact: (tanh (neg x)) == (neg (tanh x))"],
};
