//! `sinh`, `cosh`.

use super::coefficients::{SINH32, SINH64};
use super::exponential::exp_half;
use super::{polynomial, with_sign};
use crate::interval::{self, Enclosure, Ends, RISES, WHOLE};
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};

/// `e^|x| / 2` and `e^-|x| / 2`. Half the exponential overflows no sooner than the functions themselves.
fn halves(k: &mut Kit, x: V) -> (V, V) {
    let size = k.fabs(x);
    let large = exp_half(k, size);
    let quarter = k.float(x, 0.25);
    (large, k.fdiv(quarter, large))
}

fn sinh(k: &mut Kit, x: V) -> V {
    let (large, small) = halves(k, x);
    let far = k.fsub(large, small);
    let far = with_sign(k, far, x);
    // Near zero the difference would cancel: there, the odd series.
    let z = k.fmul(x, x);
    let p = polynomial(k, z, SINH64, SINH32);
    let cube = k.fmul(x, z);
    let near = k.fma(cube, p, x);
    let (size, one) = (k.fabs(x), k.float(x, 1.0));
    let is_near = k.fcmp(Cmp::Lt, size, one);
    k.select(is_near, near, far)
}

fn cosh(k: &mut Kit, x: V) -> V {
    let (large, small) = halves(k, x);
    k.fadd(large, small)
}

/// The hyperbolic sine. Error: at most 2 units from the correctly rounded `f64`, 1.58 in `f32`.
pub static SINH: Prim = Prim {
    name: "sinh",
    doc: "The hyperbolic sine.",
    sig: Sig::Float(1),
    domain: &[(-5.0, 5.0)],
    define: |k, x| sinh(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_sinh(x[0]).copysign(x[0]), 2.0, 1.75),
    deriv: Deriv::Partials { build: |b, x, _| vec![b.map(&COSH, &[x[0]])], singular: true },
    interval: Enclosure::Rounded(RISES, WHOLE),
    laws: &["exact: (sinh (neg x)) == (neg (sinh x))", "real: (add (cosh x) (sinh x)) == (exp x)"],
};

/// The hyperbolic cosine. Error: at most 1 unit from the correctly rounded `f64`, 1.26 in `f32`.
pub static COSH: Prim = Prim {
    name: "cosh",
    doc: "The hyperbolic cosine.",
    sig: Sig::Float(1),
    domain: &[(-5.0, 5.0)],
    define: |k, x| cosh(k, x[0]),
    truth: Truth::Ulp(|x| pxfm::f_cosh(x[0]), 1.0, 1.5),
    deriv: Deriv::Partials { build: |b, x, _| vec![b.map(&SINH, &[x[0]])], singular: true },
    interval: Enclosure::Build(|b, x, width| {
        let x = interval::known(b, x[0]);
        let (left, right) = (b.map(&COSH, &[x.lo]), b.map(&COSH, &[x.hi]));
        let Ends { lo, hi } = interval::span(b, &[left, right]);
        let (zero, one) = (interval::has_zero(b, x), b.like(lo, 1.0));
        let lo = b.select(zero, one, lo);
        Some(interval::outward(b, lo, hi, width))
    }),
    laws: &["exact: (cosh (neg x)) == (cosh x)"],
};
