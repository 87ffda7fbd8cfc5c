//! The interval column: it encloses what `define` gives inside a box.

use dslc_ir::interval::Interval;
use dslc_ir::prims::ALL;
use dslc_ir::{Bits, Prim, Scalar};

use crate::evaluate::apply;
use crate::samples::Seeded;

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

#[test]
fn intervals_enclose_the_values() {
    let mut tight = 0;
    for &prim in ALL {
        for types in prim.sig.instances() {
            let result = prim.sig.result(&types);
            let Some(result) = result.filter(|r| r.is_float()) else { continue };
            let mut seeded = Seeded::new(prim.name);
            for _ in 0..1500 {
                let sides = some_box(prim, &types, &mut seeded);
                let image = (prim.interval)(&sides);
                assert!(image.lo <= image.hi, "{} {sides:?}: {image:?}", prim.name);
                tight += usize::from(image != Interval::EVERYTHING);
                for _ in 0..8 {
                    check(prim, &types, result, &sides, image, &mut seeded);
                }
            }
        }
    }
    assert!(tight > 50_000, "{tight} boxes have an image that says something");
}

fn check(
    prim: &'static Prim,
    types: &[Scalar],
    result: Scalar,
    sides: &[Interval],
    image: Interval,
    seeded: &mut Seeded,
) {
    let args: Vec<Bits> = types.iter().zip(sides).map(|(&t, &side)| argument(t, side, seeded)).collect();
    // Rounding an argument to its type may leave the box.
    let left =
        types.iter().zip(&args).zip(sides).any(|((t, a), s)| *t != Scalar::Key && !s.contains(a.as_f64()));
    if left {
        return;
    }
    let value = apply(prim, &args).0.as_f64();
    // The column is about `f64`; in `f32` each end may be off by the rounding of the format.
    let slack = |end: f64| if result == Scalar::F32 { end.abs() * 3e-7 + 1e-44 } else { 0.0 };
    let image = if image == Interval::EVERYTHING {
        image
    } else {
        Interval { lo: image.lo - slack(image.lo), hi: image.hi + slack(image.hi) }
    };
    let overflowed = result == Scalar::F32
        && value.is_infinite()
        && image.hi.abs().max(image.lo.abs()) >= f64::from(f32::MAX);
    // NaN from infinite arguments (inf - inf) is not a number in the box.
    let endless = value.is_nan()
        && args.iter().any(|a| a.as_f64().is_infinite() || (result == Scalar::F32 && a.as_f64().abs() > 1e6));
    assert!(
        image.contains(value) || overflowed || endless,
        "{} {args:?} in {sides:?}: {value} is outside {image:?}",
        prim.name
    );
}

fn argument(scalar: Scalar, side: Interval, seeded: &mut Seeded) -> Bits {
    match scalar {
        Scalar::Bool => Bits::bool(seeded.word() & 1 == 1),
        Scalar::Key => Bits::key(seeded.word()),
        Scalar::Z2 => Bits::z2(seeded.word() & 1 == 1),
        Scalar::F64 | Scalar::F32 | Scalar::I64 => Bits::number(scalar, inside(seeded, side)),
    }
}
