//! Smooth and singular functions for the tests, whose values are the standard library's.

use dslc_ir::interval::Enclosure;
use dslc_ir::prim::{Deriv, Prim, Sig, Truth};

/// The value of one of these, by name.
pub(crate) fn special(name: &str, x: &[u64]) -> Option<u64> {
    let f = |g: fn(f64) -> f64| Some(g(f64::from_bits(x[0])).to_bits());
    match name {
        "test_sin" => f(f64::sin),
        "test_cos" => f(f64::cos),
        "test_exp" => f(f64::exp),
        "test_log" => f(f64::ln),
        "test_sqrt" => f(f64::sqrt),
        "test_floor" => f(f64::floor),
        _ => None,
    }
}

const WHOLE: Enclosure = Enclosure::None;
const fn unary(name: &'static str, deriv: Deriv) -> Prim {
    Prim {
        name,
        doc: "For tests.",
        sig: Sig::Float(1),
        domain: &[(-2.0, 2.0)],
        define: |_, x| x[0],
        truth: Truth::Exact(|x| x[0]),
        deriv,
        interval: WHOLE,
        laws: &[],
    }
}

pub(crate) static SIN: Prim =
    unary("test_sin", Deriv::Partials { build: |b, x, _| vec![b.map(&COS, x)], singular: false });
pub(crate) static COS: Prim = unary(
    "test_cos",
    Deriv::Partials {
        build: |b, x, _| {
            let s = b.map(&SIN, x);
            vec![b.neg(s)]
        },
        singular: false,
    },
);
pub(crate) static EXP: Prim =
    unary("test_exp", Deriv::Partials { build: |_, _, y| vec![y], singular: false });
pub(crate) static LOG: Prim = unary(
    "test_log",
    Deriv::Partials {
        build: |b, x, y| {
            let one = b.like(y, 1.0);
            vec![b.div(one, x[0])]
        },
        singular: true,
    },
);
pub(crate) static SQRT: Prim = unary(
    "test_sqrt",
    Deriv::Partials {
        build: |b, _, y| {
            let half = b.like(y, 0.5);
            vec![b.div(half, y)]
        },
        singular: true,
    },
);
pub(crate) static FLOOR: Prim = unary("test_floor", Deriv::Zero);
pub(crate) static ROUGH: Prim = unary("test_rough", Deriv::Undefined("it is nowhere smooth"));
