//! Arithmetic of numbers. Integers record an overflow as a failure; floats never fail.

use crate::builder::Builder;
use crate::function::NodeId;
use crate::interval::{self, Enclosure, Ends, Trend, WHOLE};
use crate::mach::{Cmp, Kit, Lane, Trap, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::logic;
use crate::scalar::{Bits, Scalar};

const WIDE: (f64, f64) = (-1e3, 1e3);

/// Applies a float operation or a checked integer one: the exact truth of arithmetic.
fn exact(
    x: &[Bits],
    float: fn(f64, f64) -> f64,
    float32: fn(f32, f32) -> f32,
    int: fn(i64, i64) -> i64,
) -> Bits {
    let at = |k: usize| x.get(k).copied().unwrap_or(x[0]);
    match x[0].scalar {
        Scalar::F32 => {
            Bits::f32(float32(f32::from_bits(at(0).bits as u32), f32::from_bits(at(1).bits as u32)))
        }
        Scalar::I64 => Bits::i64(int(at(0).bits as i64, at(1).bits as i64)),
        // The parity of the integers.
        Scalar::Z2 => Bits::z2(int(at(0).bits as i64, at(1).bits as i64) & 1 == 1),
        _ => Bits::f64(float(f64::from_bits(at(0).bits), f64::from_bits(at(1).bits))),
    }
}

/// Whether the operands are of the field of two, the only arithmetic on truth values.
fn is_bit(k: &Kit, v: V) -> bool {
    k.lane(v) == Lane::Bool
}

fn is_int(k: &Kit, v: V) -> bool {
    k.lane(v) == Lane::I64
}

/// Signed overflow of `r = x + y`: both operands differ in sign from the result.
pub(super) fn sum_overflows(k: &mut Kit, x: V, y: V, r: V) -> V {
    let a = k.xor(x, r);
    let b = k.xor(y, r);
    let both = k.and(a, b);
    let zero = k.int(r, 0);
    k.icmp(Cmp::Lt, both, zero)
}

/// Addition.
pub static ADD: Prim = Prim {
    name: "add",
    doc: "The sum `x + y`. An integer sum that does not fit stops the program. In `z2` exclusive or.",
    sig: Sig::Ring(2),
    domain: &[WIDE, WIDE],
    define: |k, x| {
        if is_bit(k, x[0]) {
            return k.xor(x[0], x[1]);
        }
        if !is_int(k, x[0]) {
            return k.fadd(x[0], x[1]);
        }
        let r = k.iadd(x[0], x[1]);
        let bad = sum_overflows(k, x[0], x[1], r);
        k.fail(Trap::Overflow, bad);
        r
    },
    truth: Truth::Exact(|x| exact(x, |a, b| a + b, |a, b| a + b, i64::wrapping_add)),
    deriv: Deriv::Partials {
        build: |b, _, y| {
            let one = b.like(y, 1.0);
            vec![one, one]
        },
        singular: false,
    },
    interval: Enclosure::Rounded(&[Trend::Rises, Trend::Rises], WHOLE),
    laws: &["exact: (add x y) == (add y x)"],
};

/// Subtraction.
pub static SUB: Prim = Prim {
    name: "sub",
    doc: "The difference `x - y`. An integer difference that does not fit stops the program.",
    sig: Sig::Ring(2),
    domain: &[WIDE, WIDE],
    define: |k, x| {
        if is_bit(k, x[0]) {
            return k.xor(x[0], x[1]);
        }
        if !is_int(k, x[0]) {
            return k.fsub(x[0], x[1]);
        }
        let r = k.isub(x[0], x[1]);
        // x = r + y, so the difference overflows exactly where that sum does.
        let bad = sum_overflows(k, r, x[1], x[0]);
        k.fail(Trap::Overflow, bad);
        r
    },
    truth: Truth::Exact(|x| exact(x, |a, b| a - b, |a, b| a - b, i64::wrapping_sub)),
    deriv: Deriv::Partials {
        build: |b, _, y| {
            let one = b.like(y, 1.0);
            let minus = b.like(y, -1.0);
            vec![one, minus]
        },
        singular: false,
    },
    interval: Enclosure::Rounded(&[Trend::Rises, Trend::Falls], WHOLE),
    laws: &["exact: (sub x y) == (add x (neg y))"],
};

/// Multiplication.
pub static MUL: Prim = Prim {
    name: "mul",
    doc: "The product `x * y`. An integer product that does not fit stops the program. In `z2` and.",
    sig: Sig::Ring(2),
    domain: &[WIDE, WIDE],
    define: |k, x| {
        if is_bit(k, x[0]) {
            return k.and(x[0], x[1]);
        }
        if !is_int(k, x[0]) {
            return k.fmul(x[0], x[1]);
        }
        let low = k.imul(x[0], x[1]);
        let high = k.imul_hi(x[0], x[1]);
        let places = k.int(low, 63);
        let sign = k.shr_s(low, places);
        let bad = k.icmp(Cmp::Ne, high, sign);
        k.fail(Trap::Overflow, bad);
        low
    },
    truth: Truth::Exact(|x| exact(x, |a, b| a * b, |a, b| a * b, i64::wrapping_mul)),
    deriv: Deriv::Partials { build: |_, x, _| vec![x[1], x[0]], singular: false },
    interval: Enclosure::Build(|b, x, width| Some(interval::product(b, x, width))),
    laws: &["exact: (mul x y) == (mul y x)"],
};

/// Float division.
pub static DIV: Prim = Prim {
    name: "div",
    doc: "The quotient `x / y` of floats.",
    sig: Sig::Float(2),
    domain: &[WIDE, (0.01, 1e3)],
    define: |k, x| k.fdiv(x[0], x[1]),
    truth: Truth::Exact(|x| exact(x, |a, b| a / b, |a, b| a / b, |a, _| a)),
    deriv: Deriv::Partials {
        build: |b, x, y| {
            let one = b.like(y, 1.0);
            let dx = b.div(one, x[1]);
            let ratio = b.div(y, x[1]);
            let dy = b.neg(ratio);
            vec![dx, dy]
        },
        singular: true,
    },
    interval: Enclosure::Build(|b, x, width| Some(interval::quotient(b, x, width))),
    laws: &["exact: (div (neg x) y) == (neg (div x y))"],
};

/// Negation.
pub static NEG: Prim = Prim {
    name: "neg",
    doc: "The negative `-x`.",
    sig: Sig::Ring(1),
    domain: &[WIDE],
    define: |k, x| {
        if is_bit(k, x[0]) {
            return x[0];
        }
        if !is_int(k, x[0]) {
            return k.fneg(x[0]);
        }
        let zero = k.int(x[0], 0);
        let r = k.isub(zero, x[0]);
        let least = k.int(x[0], i64::MIN);
        let bad = k.icmp(Cmp::Eq, x[0], least);
        k.fail(Trap::Overflow, bad);
        r
    },
    truth: Truth::Exact(|x| exact(x, |a, _| -a, |a, _| -a, |a, _| a.wrapping_neg())),
    deriv: Deriv::Partials { build: |b, _, y| vec![b.like(y, -1.0)], singular: false },
    interval: Enclosure::Exact(&[Trend::Falls], WHOLE),
    laws: &["exact: (neg (neg x)) == x"],
};

/// IEEE 754-2019 `maximum`, or the larger integer.
pub static MAX: Prim = Prim {
    name: "max",
    doc: "The larger of two: IEEE 754-2019 `maximum` for floats, so NaN if either is. The first wins a tie.",
    sig: Sig::Number(2),
    domain: &[WIDE, WIDE],
    define: |k, x| {
        if is_int(k, x[0]) {
            let first = k.icmp(Cmp::Ge, x[0], x[1]);
            return k.select(first, x[0], x[1]);
        }
        k.fmax(x[0], x[1])
    },
    truth: Truth::Exact(|x| exact(x, reference_max, reference_max32, i64::max)),
    deriv: Deriv::Choice { build: |b, x| b.map(&logic::GE, x), between: (0, 1) },
    interval: Enclosure::Build(|b, x, _| Some(larger(b, &MAX, x))),
    laws: &["exact: (max x x) == x", "exact: (max x (max y z)) == (max (max x y) z)"],
};

/// IEEE 754-2019 `minimum`, or the smaller integer.
pub static MIN: Prim = Prim {
    name: "min",
    doc: "The smaller of two: IEEE 754-2019 `minimum` for floats, so NaN if either is. The first wins a tie.",
    sig: Sig::Number(2),
    domain: &[WIDE, WIDE],
    define: |k, x| {
        if is_int(k, x[0]) {
            let first = k.icmp(Cmp::Le, x[0], x[1]);
            return k.select(first, x[0], x[1]);
        }
        k.fmin(x[0], x[1])
    },
    truth: Truth::Exact(|x| {
        exact(x, |a, b| -reference_max(-a, -b), |a, b| -reference_max32(-a, -b), i64::min)
    }),
    deriv: Deriv::Choice { build: |b, x| b.map(&logic::LE, x), between: (0, 1) },
    interval: Enclosure::Build(|b, x, _| Some(larger(b, &MIN, x))),
    laws: &["exact: (min x x) == x", "exact: (neg (max x y)) == (min (neg x) (neg y))"],
};

/// The ends of the larger or smaller of two. Ends that say nothing would say something beside others.
fn larger(b: &mut Builder, prim: &'static Prim, x: &[Ends]) -> Ends {
    let (x, y) = (interval::known(b, x[0]), interval::known(b, x[1]));
    Ends { lo: b.map(prim, &[x.lo, y.lo]), hi: b.map(prim, &[x.hi, y.hi]) }
}

/// `maximum` by the total order of IEEE 754, written differently from the definition.
fn reference_max(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    if a.total_cmp(&b).is_ge() { a } else { b }
}

fn reference_max32(a: f32, b: f32) -> f32 {
    reference_max(f64::from(a), f64::from(b)) as f32
}

/// `x * x` as a node.
pub fn square(b: &mut Builder, x: NodeId) -> NodeId {
    b.mul(x, x)
}
