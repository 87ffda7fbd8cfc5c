//! Intervals: the meaning of a primitive on a box, as nodes.
//!
//! - *Takes* for each argument two nodes, its [`Ends`].
//! - *Gives* ends between which the primitive's value stands, whatever the arguments are between theirs: what the
//!   primitive computes, and the real number that it stands for, up to underflow to zero.
//! - *Needs* ends in order, or ends that say nothing: one is NaN, or they are minus and plus infinity. The value may be
//!   NaN then, and only then.
//!
//! Truth values have ends too, false below true: a condition that holds all over the box is `true` to `true`, one that
//! is undecided `false` to `true`.
//!
//! Rounding is outward: by a unit in the last place for what is rounded correctly, and else by twice the error that the
//! record promises, since a function whose error is a unit need not be monotone to the unit.

use crate::builder::Builder;
use crate::function::NodeId;
use crate::prim::{Prim, Sig, Truth};
use crate::prims::{arith, logic, outward as rounding};
use crate::scalar::{Bits, Scalar};

/// The ends of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ends {
    /// The lower end.
    pub lo: NodeId,
    /// The upper end.
    pub hi: NodeId,
}

impl Ends {
    /// A value that is known.
    pub const fn point(x: NodeId) -> Self {
        Self { lo: x, hi: x }
    }
    /// Whether the value is known.
    pub fn is_point(self) -> bool {
        self.lo == self.hi
    }
}

/// Which way a function goes in an argument when the others are held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trend {
    /// Never down.
    Rises,
    /// Never up.
    Falls,
}

/// A function that rises in its one argument.
pub const RISES: &[Trend] = &[Trend::Rises];
/// Every real: no range that is worth a word.
pub const WHOLE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The interval column of a record.
#[derive(Clone, Copy, Debug)]
pub enum Enclosure {
    /// Monotone in each argument, never rounded, and all values are in the range.
    Exact(&'static [Trend], (f64, f64)),
    /// The same with an error, which `truth` tells.
    Rounded(&'static [Trend], (f64, f64)),
    /// Built from the ends and the relative width that covers the error. `None` where there is no order.
    Build(fn(&mut Builder, &[Ends], f64) -> Option<Ends>),
    /// Nothing is known of the value at other points than one.
    None,
}

/// The ends of a primitive's value; `None` if its value has no bounds on a box.
pub fn enclose(b: &mut Builder, prim: &'static Prim, args: &[Ends]) -> Option<Ends> {
    let scalars: Vec<Scalar> = args.iter().map(|a| b.scalar_of(a.lo)).collect();
    let result = prim.sig.result(&scalars)?;
    if args.iter().all(|a| a.is_point()) {
        let nodes: Vec<NodeId> = args.iter().map(|a| a.lo).collect();
        return Some(Ends::point(b.map(prim, &nodes)));
    }
    let boxed = || args.iter().zip(&scalars).filter(|(a, _)| !a.is_point()).map(|(_, s)| *s);
    let unordered = |s: Scalar| matches!(s, Scalar::Key | Scalar::Z2);
    // Arithmetic of integers stops where it does not fit, which an end may not and a value between the ends may.
    let counts = matches!(prim.sig, Sig::Number(_) | Sig::Ring(_) | Sig::Int(_)) && result == Scalar::I64;
    let selects = matches!(prim.name, "max" | "min" | "sign");
    if boxed().any(unordered) || unordered(result) || counts && !selects {
        return None;
    }
    match prim.interval {
        Enclosure::None => None,
        Enclosure::Exact(trends, range) => Some(monotone(b, prim, trends, range, args)),
        Enclosure::Rounded(trends, range) => {
            let Ends { lo, hi } = monotone(b, prim, trends, range, args);
            let ends = outward(b, lo, hi, width(prim, result));
            Some(inside(b, prim, ends, range))
        }
        Enclosure::Build(build) => build(b, args, width(prim, result)),
    }
}

/// The relative width that covers the error of a primitive, between any two points.
pub fn width(prim: &Prim, scalar: Scalar) -> f64 {
    let unit = unit(scalar);
    let units = match (prim.truth, scalar) {
        // Rump, Zimmermann, Boldo, Melquiond: Computing predecessor and successor in rounding to nearest, 2009.
        (Truth::Exact(_), _) => return unit * (1.0 + 2.0 * unit),
        (Truth::Ulp(_, _, single) | Truth::Within(_, _, single), Scalar::F32) => single,
        (Truth::Ulp(_, double, _) | Truth::Within(_, double, _), _) => double,
        (Truth::Near(_, units), _) => units,
    };
    // The error at the end and at the point, and one unit for that of the truth and of this arithmetic.
    (2.0 * units + 2.0) * 2.0 * unit
}

/// Half a unit in the last place of 1.
pub fn unit(scalar: Scalar) -> f64 {
    if scalar == Scalar::F32 { 2f64.powi(-24) } else { 2f64.powi(-53) }
}

/// The values of a monotone function at the ends.
fn monotone(
    b: &mut Builder,
    prim: &'static Prim,
    trends: &[Trend],
    range: (f64, f64),
    args: &[Ends],
) -> Ends {
    let args: Vec<Ends> = args.iter().map(|&a| if range == WHOLE { a } else { known(b, a) }).collect();
    let at = |low: bool| -> Vec<NodeId> {
        let end = |(a, t): (&Ends, &Trend)| if (*t == Trend::Rises) == low { a.lo } else { a.hi };
        args.iter().zip(trends).map(end).collect()
    };
    Ends { lo: b.map(prim, &at(true)), hi: b.map(prim, &at(false)) }
}

/// Ends moved apart by a relative width.
pub fn outward(b: &mut Builder, lo: NodeId, hi: NodeId, width: f64) -> Ends {
    let width = b.like(lo, width);
    Ends { lo: b.map(&rounding::BELOW, &[lo, width]), hi: b.map(&rounding::ABOVE, &[hi, width]) }
}

/// Ends within the range of a function.
fn inside(b: &mut Builder, prim: &Prim, ends: Ends, (least, most): (f64, f64)) -> Ends {
    let Ends { mut lo, mut hi } = ends;
    if least.is_finite() {
        let end = b.like(lo, least);
        lo = b.map(&arith::MAX, &[end, lo]);
    }
    if most.is_finite() {
        let end = b.like(hi, most);
        hi = b.map(&arith::MIN, &[end, hi]);
    }
    if least == 0.0 && !matches!(prim.truth, Truth::Exact(_)) {
        // What underflows at the end need not at a point before it.
        let few = match b.scalar_of(hi) {
            Scalar::F32 => f64::from(f32::MIN_POSITIVE) * 2f64.powi(-20),
            _ => f64::MIN_POSITIVE * 2f64.powi(-48),
        };
        let few = b.like(hi, few);
        hi = b.map(&arith::MAX, &[few, hi]);
    }
    Ends { lo, hi }
}

/// The same ends, the lower one NaN where they say nothing: what brings infinite ends together then keeps that.
pub fn known(b: &mut Builder, x: Ends) -> Ends {
    match b.scalar_of(x.lo).is_float() && !x.is_point() {
        true => Ends { lo: b.map(&rounding::KNOWN, &[x.lo, x.hi]), ..x },
        false => x,
    }
}

/// Whether the ends say something; nothing if they surely do.
pub fn says(b: &mut Builder, x: Ends) -> Option<NodeId> {
    if x.is_point() || !b.scalar_of(x.lo).is_float() {
        return None;
    }
    let x = known(b, x);
    Some(b.map(&logic::LE, &[x.lo, x.hi]))
}

/// A comparison of ends that holds wherever both sides say something.
fn surely(b: &mut Builder, prim: &'static Prim, ends: [NodeId; 2], x: &[Ends]) -> NodeId {
    let mut all = b.map(prim, &ends);
    for &side in x {
        if let Some(says) = says(b, side) {
            all = b.map(&logic::AND, &[all, says]);
        }
    }
    all
}

fn not(b: &mut Builder, x: NodeId) -> NodeId {
    b.map(&logic::NOT, &[x])
}

/// `x < y`.
pub fn less(b: &mut Builder, x: &[Ends]) -> Ends {
    let lo = surely(b, &logic::LT, [x[0].hi, x[1].lo], x);
    let other = surely(b, &logic::GE, [x[0].lo, x[1].hi], x);
    Ends { lo, hi: not(b, other) }
}

/// `x <= y`.
pub fn at_most(b: &mut Builder, x: &[Ends]) -> Ends {
    let lo = surely(b, &logic::LE, [x[0].hi, x[1].lo], x);
    let other = surely(b, &logic::GT, [x[0].lo, x[1].hi], x);
    Ends { lo, hi: not(b, other) }
}

/// `x == y`.
pub fn equal(b: &mut Builder, x: &[Ends]) -> Ends {
    let (one, two) = (b.eq(x[0].lo, x[1].hi), b.eq(x[0].hi, x[1].lo));
    let lo = b.map(&logic::AND, &[one, two]);
    let differ = if b.scalar_of(x[0].lo) == Scalar::Bool {
        let (one, two) = (b.eq(x[0].lo, x[0].hi), b.eq(x[1].lo, x[1].hi));
        let decided = b.map(&logic::AND, &[one, two]);
        let differ = b.map(&logic::NE, &[x[0].lo, x[1].lo]);
        b.map(&logic::AND, &[decided, differ])
    } else {
        let below = surely(b, &logic::LT, [x[0].hi, x[1].lo], x);
        let above = surely(b, &logic::LT, [x[1].hi, x[0].lo], x);
        b.map(&logic::OR, &[below, above])
    };
    Ends { lo, hi: not(b, differ) }
}

/// The negation of a condition.
pub fn opposite(b: &mut Builder, x: Ends) -> Ends {
    Ends { lo: not(b, x.hi), hi: not(b, x.lo) }
}

/// The ends of what is one of two values; `None` if the type has no order.
pub fn hull(b: &mut Builder, x: Ends, y: Ends) -> Option<Ends> {
    let (least, most): (&'static Prim, &'static Prim) = match b.scalar_of(x.lo) {
        Scalar::Bool => (&logic::AND, &logic::OR),
        Scalar::F64 | Scalar::F32 | Scalar::I64 => (&arith::MIN, &arith::MAX),
        Scalar::Key | Scalar::Z2 => return None,
    };
    Some(Ends { lo: b.map(least, &[x.lo, y.lo]), hi: b.map(most, &[x.hi, y.hi]) })
}

/// One of two values by a condition: where it is undecided, what spans both.
pub fn select(b: &mut Builder, x: &[Ends]) -> Option<Ends> {
    let (c, x, y) = (x[0], x[1], x[2]);
    if c.is_point() {
        return Some(Ends { lo: b.select(c.lo, x.lo, y.lo), hi: b.select(c.lo, x.hi, y.hi) });
    }
    if x == y {
        return Some(x);
    }
    let both = hull(b, x, y)?;
    let (lo, hi) = (b.select(c.hi, both.lo, y.lo), b.select(c.hi, both.hi, y.hi));
    Some(Ends { lo: b.select(c.lo, x.lo, lo), hi: b.select(c.lo, x.hi, hi) })
}

/// Least and largest of some nodes.
pub fn span(b: &mut Builder, nodes: &[NodeId]) -> Ends {
    let fold = |b: &mut Builder, prim: &'static Prim| {
        nodes[1..].iter().fold(nodes[0], |end, &x| if end == x { end } else { b.map(prim, &[end, x]) })
    };
    Ends { lo: fold(b, &arith::MIN), hi: fold(b, &arith::MAX) }
}

/// The values at the corners of a box of two sides.
pub fn corners(b: &mut Builder, prim: &'static Prim, x: &[Ends]) -> Ends {
    let mut values = Vec::new();
    for first in [x[0].lo, x[0].hi] {
        for second in [x[1].lo, x[1].hi] {
            let value = b.map(prim, &[first, second]);
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    span(b, &values)
}

/// A product: by the ends alone where the sign of a factor is written down.
pub fn product(b: &mut Builder, x: &[Ends], width: f64) -> Ends {
    for (one, other) in [(x[0], x[1]), (x[1], x[0])] {
        if let Some(c) = b.as_const(one.lo).filter(|_| one.is_point()).map(Bits::as_f64)
            && !c.is_nan()
        {
            let (lo, hi) = (b.mul(one.lo, other.lo), b.mul(one.lo, other.hi));
            let (lo, hi) = if c < 0.0 { (hi, lo) } else { (lo, hi) };
            return scaled(b, c, lo, hi, width);
        }
    }
    let Ends { lo, hi } = corners(b, &arith::MUL, x);
    outward(b, lo, hi, width)
}

/// Products with a power of two are exact as long as nothing underflows; what does is moved by a unit at the end.
fn scaled(b: &mut Builder, factor: f64, lo: NodeId, hi: NodeId, width: f64) -> Ends {
    let bits = factor.abs().to_bits();
    let power = bits & ((1 << 52) - 1) == 0;
    if power && factor.abs() >= 1.0 && factor.is_finite() {
        return Ends { lo, hi };
    }
    outward(b, lo, hi, width)
}

/// Whether zero is between the ends.
pub fn has_zero(b: &mut Builder, x: Ends) -> NodeId {
    let zero = b.like(x.lo, 0.0);
    let (from, to) = (b.map(&logic::LE, &[x.lo, zero]), b.map(&logic::GE, &[x.hi, zero]));
    b.map(&logic::AND, &[from, to])
}

/// A quotient: everything if the divisor may be zero, whose sign is not known.
pub fn quotient(b: &mut Builder, x: &[Ends], width: f64) -> Ends {
    let ends = corners(b, &arith::DIV, x);
    let Ends { lo, hi } = outward(b, ends.lo, ends.hi, width);
    if x[1].is_point() {
        return Ends { lo, hi };
    }
    let zero = has_zero(b, x[1]);
    let (least, most) = (b.like(lo, f64::NEG_INFINITY), b.like(hi, f64::INFINITY));
    Ends { lo: b.select(zero, least, lo), hi: b.select(zero, most, hi) }
}

/// The size of a value.
pub fn size(b: &mut Builder, x: Ends) -> Ends {
    let x = known(b, x);
    let (zero, minus) = (b.like(x.lo, 0.0), b.neg(x.hi));
    let least = b.map(&arith::MAX, &[x.lo, minus]);
    let most = b.neg(x.lo);
    Ends { lo: b.map(&arith::MAX, &[zero, least]), hi: b.map(&arith::MAX, &[most, x.hi]) }
}
