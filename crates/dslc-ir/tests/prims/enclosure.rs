//! The interval column: it encloses what `define` gives inside a box.

use dslc_ir::interval::{Ends, enclose};
use dslc_ir::prims::{ALL, by_name};
use dslc_ir::{Bits, Builder, NodeId, Prim, Scalar};

use crate::evaluate::{apply, nodes};
use crate::samples::Seeded;

/// The side of a box. **Invariant:** `lo <= hi`.
#[derive(Clone, Copy, Debug)]
struct Interval {
    lo: f64,
    hi: f64,
}

impl Interval {
    /// Whether the point lies inside; NaN lies only in what says nothing.
    fn contains(self, x: f64) -> bool {
        let nothing = self.lo.is_nan() || self.hi.is_nan() || self.lo == -self.hi && self.lo.is_infinite();
        if x.is_nan() { nothing } else { nothing || self.lo <= x && x <= self.hi }
    }
}

/// A box, narrow or wide, in or around the domain, or with an unbounded end.
fn some_box(prim: &Prim, types: &[Scalar], seeded: &mut Seeded) -> Vec<Interval> {
    let scale = [1.0, 1.0, 3.0, 100.0][(seeded.word() & 3) as usize];
    let side = |seeded: &mut Seeded, (lo, hi): (f64, f64)| {
        let range = if scale > 1.0 { (-hi.abs() * scale, hi.abs() * scale) } else { (lo, hi) };
        let width =
            (range.1 - range.0) * seeded.unit() * [1.0, 0.1, 0.001, 0.0][(seeded.word() & 3) as usize];
        let start = seeded.between(range);
        let ends = Interval { lo: start, hi: start + width };
        match seeded.word() & 15 {
            0 => Interval { lo: f64::NEG_INFINITY, ..ends },
            1 => Interval { hi: f64::INFINITY, ..ends },
            2 => Interval { lo: 0.0_f64.min(ends.hi), ..ends },
            _ => ends,
        }
    };
    let sides = prim.domain.iter().zip(types).map(|(&range, &scalar)| match scalar {
        Scalar::Bool | Scalar::Z2 => Interval { lo: 0.0, hi: 1.0 },
        _ => side(seeded, range),
    });
    sides.collect()
}

/// A point of an interval, its ends included.
fn inside(seeded: &mut Seeded, x: Interval) -> f64 {
    match seeded.word() & 7 {
        0 => x.lo,
        1 => x.hi,
        _ => {
            let (lo, hi) = (x.lo.max(-1e300), x.hi.min(1e300));
            if hi - lo > 1e6 {
                seeded.between((lo.max(-1e3).min(hi), hi.min(1e3).max(lo)))
            } else {
                seeded.between((lo, hi))
            }
            .clamp(x.lo, x.hi)
        }
    }
}

/// A function from the ends of the arguments to those of a primitive's value. An argument that is no box has one end.
struct Image {
    builder: Builder,
    ends: [NodeId; 2],
    boxed: Vec<bool>,
}

impl Image {
    /// `None` if the primitive has no bounds there.
    fn new(prim: &'static Prim, types: &[Scalar], boxed: &[bool]) -> Option<Self> {
        let mut b = Builder::new("ends");
        let mut args = Vec::new();
        for (&scalar, &boxed) in types.iter().zip(boxed) {
            let lo = b.param(scalar, vec![]);
            args.push(if boxed { Ends { lo, hi: b.param(scalar, vec![]) } } else { Ends::point(lo) });
        }
        let ends = enclose(&mut b, prim, &args)?;
        Some(Self { builder: b, ends: [ends.lo, ends.hi], boxed: boxed.to_vec() })
    }

    fn at(&self, types: &[Scalar], sides: &[Interval]) -> Interval {
        let mut params = Vec::new();
        for ((&scalar, side), &boxed) in types.iter().zip(sides).zip(&self.boxed) {
            params.push(number(scalar, side.lo));
            params.extend(boxed.then(|| number(scalar, side.hi)));
        }
        let values = nodes(&self.builder, &self.ends, &params);
        Interval { lo: value(values[0]), hi: value(values[1]) }
    }
}

fn number(scalar: Scalar, x: f64) -> Bits {
    match scalar {
        Scalar::Bool => Bits::bool(x != 0.0),
        _ => Bits::number(scalar, x),
    }
}

fn value(x: Bits) -> f64 {
    if x.scalar == Scalar::Bool { f64::from(u8::from(x.bits != 0)) } else { x.as_f64() }
}

/// Rounds a side to a type, and makes it a point where it is none.
fn fitted(scalar: Scalar, side: Interval, boxed: bool) -> Interval {
    let fit = |x: f64| value(number(scalar, x));
    let lo = fit(side.lo);
    Interval { lo, hi: if boxed { fit(side.hi).max(lo) } else { lo } }
}

/// Each float primitive, and each condition, in each combination of boxes and points.
#[test]
fn intervals_enclose_the_values() {
    let (mut tight, mut images) = (0, 0);
    for &prim in ALL {
        for types in prim.sig.instances() {
            let Some(result) = prim.sig.result(&types) else { continue };
            if !(result.is_float() || result == Scalar::Bool) || types.contains(&Scalar::Key) {
                continue;
            }
            let mut seeded = Seeded::new(prim.name);
            for pattern in 1..1usize << types.len() {
                let boxed: Vec<bool> = (0..types.len()).map(|k| pattern >> k & 1 == 1).collect();
                let Some(image) = Image::new(prim, &types, &boxed) else { continue };
                images += 1;
                for _ in 0..1000 {
                    let sides = some_box(prim, &types, &mut seeded);
                    let sides = sides.iter().zip(&types).zip(&boxed);
                    let sides: Vec<Interval> = sides.map(|((s, &t), &b)| fitted(t, *s, b)).collect();
                    let found = image.at(&types, &sides);
                    let ordered = found.lo <= found.hi || found.contains(f64::NAN);
                    assert!(ordered, "{} {sides:?}: {found:?}", prim.name);
                    tight += usize::from(!found.contains(f64::NAN));
                    for _ in 0..8 {
                        check(prim, &types, &sides, found, &mut seeded);
                    }
                }
            }
        }
    }
    assert!(images > 100 && tight > 80_000, "{images} images, and {tight} boxes whose image says something");
}

fn check(prim: &'static Prim, types: &[Scalar], sides: &[Interval], image: Interval, seeded: &mut Seeded) {
    let args: Vec<Bits> = types.iter().zip(sides).map(|(&t, &side)| argument(t, side, seeded)).collect();
    // Rounding an argument to its type may leave the box.
    if args.iter().zip(sides).any(|(a, s)| !(s.lo <= value(*a) && value(*a) <= s.hi)) {
        return;
    }
    let (found, trap) = apply(prim, &args);
    if trap.is_some() {
        return;
    }
    let found = value(found);
    assert!(image.contains(found), "{} {args:?} in {sides:?}: {found} is outside {image:?}", prim.name);
}

fn argument(scalar: Scalar, side: Interval, seeded: &mut Seeded) -> Bits {
    match scalar {
        Scalar::Bool if side.lo < side.hi => Bits::bool(seeded.word() & 1 == 1),
        _ => number(scalar, inside(seeded, side)),
    }
}

/// The ends of a primitive on a box.
fn image(name: &str, sides: &[(f64, f64)]) -> (f64, f64) {
    let Some(prim) = by_name(name) else { panic!("no {name}") };
    let types = vec![Scalar::F64; sides.len()];
    let boxed: Vec<bool> = sides.iter().map(|(lo, hi)| lo < hi).collect();
    let Some(image) = Image::new(prim.0, &types, &boxed) else { panic!("{name} has no bounds") };
    let sides: Vec<Interval> = sides.iter().map(|&(lo, hi)| Interval { lo, hi }).collect();
    let found = image.at(&types, &sides);
    (found.lo, found.hi)
}

/// Each is the range of the function on the box, up to rounding.
#[test]
fn images_are_tight() {
    use std::f64::consts::{E, FRAC_PI_2, FRAC_PI_4, PI};
    let close = |name: &str, sides: &[(f64, f64)], lo: f64, hi: f64| {
        let found = image(name, sides);
        let near = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-14 * b.abs().max(1.0);
        assert!(near(found.0, lo) && near(found.1, hi), "{name} {sides:?}: {found:?}, not {lo} to {hi}");
    };
    close("add", &[(1.0, 2.0), (10.0, 20.0)], 11.0, 22.0);
    close("sub", &[(1.0, 2.0), (10.0, 20.0)], -19.0, -8.0);
    close("mul", &[(-1.0, 2.0), (-3.0, 5.0)], -6.0, 10.0);
    close("div", &[(1.0, 2.0), (4.0, 8.0)], 0.125, 0.5);
    close("div", &[(1.0, 2.0), (-1.0, 8.0)], f64::NEG_INFINITY, f64::INFINITY);
    close("abs", &[(-3.0, 2.0)], 0.0, 3.0);
    close("abs", &[(-3.0, -2.0)], 2.0, 3.0);
    close("relu", &[(-3.0, 2.0)], 0.0, 2.0);
    close("exp", &[(0.0, 1.0)], 1.0, E);
    close("cosh", &[(-1.0, 2.0)], 1.0, 2f64.cosh());
    close("sin", &[(0.0, PI)], 0.0, 1.0);
    close("sin", &[(0.1, 0.2)], 0.1f64.sin(), 0.2f64.sin());
    close("cos", &[(1.0, 4.0)], -1.0, 1f64.cos());
    close("cos", &[(-100.0, 100.0)], -1.0, 1.0);
    close("tan", &[(-FRAC_PI_4, FRAC_PI_4)], -1.0, 1.0);
    close("tan", &[(1.0, 2.0)], f64::NEG_INFINITY, f64::INFINITY);
    close("acos", &[(-1.0, 0.0)], FRAC_PI_2, PI);
    close("atan2", &[(1.0, 2.0), (-1.0, 1.0)], FRAC_PI_4, 3.0 * FRAC_PI_4);
    close("pow", &[(2.0, 3.0), (-1.0, 2.0)], 1.0 / 3.0, 9.0);
    close("pow", &[(-2.0, 3.0), (2.0, 2.0)], 0.0, 9.0);
    close("pow", &[(-2.0, 3.0), (3.0, 3.0)], -8.0, 27.0);
    close("pow", &[(-2.0, -1.0), (-2.0, -2.0)], 0.25, 1.0);
    close("max", &[(-1.0, 2.0), (0.0, 1.0)], 0.0, 2.0);
    assert!(image("log", &[(-1.0, 2.0)]).0.is_nan());
    assert!(image("pow", &[(-1.0, 2.0), (0.5, 0.5)]).0.is_nan());
}

/// One step outward is at least the next float, at numbers of every size.
#[test]
fn a_step_outward_leaves_the_number() {
    let (Some(below), Some(above)) = (by_name("below"), by_name("above")) else { panic!("no steps") };
    let mut seeded = Seeded::new("steps");
    let mut checked = 0;
    for _ in 0..200_000 {
        let x = f64::from_bits(seeded.word());
        let y = f32::from_bits(seeded.word() as u32);
        if x.is_finite() && x != 0.0 {
            let width = dslc_ir::interval::width(below.0, Scalar::F64);
            let at = |p: &'static Prim| apply(p, &[Bits::f64(x), Bits::f64(width)]).0.as_f64();
            let (lo, hi) = (at(below.0), at(above.0));
            assert!(lo <= x.next_down() && lo >= x.next_down().next_down(), "{x:e}: {lo:e}");
            assert!(hi >= x.next_up() && hi <= x.next_up().next_up(), "{x:e}: {hi:e}");
            checked += 1;
        }
        if y.is_finite() && y != 0.0 {
            let width = dslc_ir::interval::width(below.0, Scalar::F32);
            let at =
                |p: &'static Prim| apply(p, &[Bits::f32(y), Bits::number(Scalar::F32, width)]).0.as_f64();
            assert!(at(below.0) <= f64::from(y.next_down()), "{y:e}");
            assert!(at(above.0) >= f64::from(y.next_up()), "{y:e}");
        }
    }
    assert!(checked > 100_000);
}
