//! `sigmoid`, `softplus`, `tanh`: stable at both ends, since they only ever use `e` to a power that is not positive.

use super::coefficients::{SOFTPLUS32, SOFTPLUS64};
use super::exponential::{exp_decay, expm1_inside};
use super::{constant, monotone, polynomial, with_sign};
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

/// With `t = e^(-2|x|) - 1` it is `-t / (t + 2)`.
fn tanh(k: &mut Kit, x: V) -> V {
    let (minus, limit) = (k.float(x, -2.0), constant(k, x, -44.0, -20.0));
    let size = k.fabs(x);
    let twice = k.fmul(minus, size);
    let far = k.fcmp(Cmp::Lt, twice, limit);
    let twice = k.select(far, limit, twice);
    let t = expm1_inside(k, twice, 0);
    let two = k.float(x, 2.0);
    let below = k.fadd(t, two);
    let y = k.fdiv(t, below);
    let y = k.fabs(y);
    with_sign(k, y, x)
}

fn slow_sigmoid(x: f64) -> f64 {
    if x >= 0.0 { 1.0 / (1.0 + (-x).exp()) } else { x.exp() / (1.0 + x.exp()) }
}

fn slow_softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The logistic function. Error: MEASURE sigmoid.
pub static SIGMOID: Prim = Prim {
    name: "sigmoid",
    doc: "The logistic function `1 / (1 + e^-x)`.",
    sig: Sig::Float(1),
    domain: &[(-20.0, 20.0)],
    define: |k, x| sigmoid(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_logistic(x[0]), 2.0, 2.0),
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

/// The smooth form of relu. Error: MEASURE softplus.
pub static SOFTPLUS: Prim = Prim {
    name: "softplus",
    doc: "`log(1 + e^x)`, without overflow.",
    sig: Sig::Float(1),
    domain: &[(-20.0, 20.0)],
    define: |k, x| softplus(k, x[0]),
    truth: Truth::Ulp(|x| x[0].max(0.0) + pxfm::f_log1p(pxfm::f_exp(-x[0].abs())), 3.0, 2.0),
    deriv: Deriv::Partials { build: |b, x, _| vec![b.map(&SIGMOID, &[x[0]])], singular: false },
    interval: |x| monotone(x[0], slow_softplus),
    laws: &[
        "real: (sub (softplus x) (softplus (neg x))) == x",
        "real: (softplus x) == (neg (log (sigmoid (neg x))))",
    ],
};

/// The hyperbolic tangent. Error: MEASURE tanh.
pub static TANH: Prim = Prim {
    name: "tanh",
    doc: "The hyperbolic tangent.",
    sig: Sig::Float(1),
    domain: &[(-5.0, 5.0)],
    define: |k, x| tanh(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_tanh(x[0]), 2.0, 2.0),
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
