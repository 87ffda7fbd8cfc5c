//! The error function.

use super::coefficients::{ERF32, ERF64, ERFCX32, ERFCX64};
use super::exponential::{EXP, exp_decay};
use super::{constant, polynomial, with_sign};
use crate::interval::{Enclosure, RISES};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};

/// Up to 1 an odd polynomial; beyond, `1 - e^(-x^2) g`, where `g`, the scaled complement, is a polynomial in
/// `(x - 2) / (x + 2)` (the variable is Shepherd and Laframboise's, 1981). From 6 on (`f32`: 4) the result is
/// 1.
fn erf(k: &mut Kit, x: V) -> V {
    let (size, one, two) = (k.fabs(x), k.float(x, 1.0), k.float(x, 2.0));
    let z = k.fmul(size, size);
    let p = polynomial(k, z, ERF64, ERF32);
    let near = k.fma(size, p, size);
    let limit = constant(k, x, 6.0, 4.0);
    let beyond = k.fcmp(Cmp::Gt, size, limit);
    let inside = k.select(beyond, limit, size);
    let (above, below) = (k.fsub(inside, two), k.fadd(inside, two));
    let t = k.fdiv(above, below);
    let g = polynomial(k, t, ERFCX64, ERFCX32);
    let square = k.fmul(inside, inside);
    let square = k.fneg(square);
    let e = exp_decay(k, square);
    let e = k.fneg(e);
    let far = k.fma(e, g, one);
    let is_far = k.fcmp(Cmp::Gt, size, one);
    let y = k.select(is_far, far, near);
    with_sign(k, y, x)
}

/// The error function. Error: at most 1 unit from the correctly rounded `f64`, 1.1 in `f32`.
pub static ERF: Prim = Prim {
    name: "erf",
    doc: "The error function, `2 / sqrt(pi)` times the integral of `e^(-t^2)` from 0 to `x`.",
    sig: Sig::Float(1),
    domain: &[(-3.0, 3.0)],
    define: |k, x| erf(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_erf(x[0]), 1.0, 1.25),
    deriv: Deriv::Partials {
        build: |b, x, y| {
            let square = b.mul(x[0], x[0]);
            let square = b.neg(square);
            let bell = b.map(&EXP, &[square]);
            let scale = b.like(y, std::f64::consts::FRAC_2_SQRT_PI);
            vec![b.mul(bell, scale)]
        },
        singular: false,
    },
    interval: Enclosure::Rounded(RISES, (-1.0, 1.0)),
    laws: &["exact: (erf (neg x)) == (neg (erf x))"],
};
