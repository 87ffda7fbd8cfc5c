//! `define` against `truth`.

use dslc_ir::prim::Truth;
use dslc_ir::{Bits, Prim, Scalar, prims};

use crate::evaluate::{apply, same};
use crate::samples::arguments;

/// The float as an integer such that neighbours differ by one and both zeros are 0.
fn rank(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
}

fn rank32(x: f32) -> i64 {
    let bits = x.to_bits() as i32;
    i64::from(if bits < 0 { i32::MIN.wrapping_sub(bits) } else { bits })
}

/// By how many units in the last place `got` differs from the correctly rounded `f64`; for `f32`, from the
/// number itself. A zero of the wrong sign, and a NaN or none where there must be, count as infinitely many.
fn units(got: Bits, truth: f64) -> f64 {
    let value = got.as_f64();
    if value.is_nan() || truth.is_nan() {
        return if value.is_nan() && truth.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if value == 0.0 && value.is_sign_negative() != truth.is_sign_negative() {
        return f64::INFINITY;
    }
    if got.scalar == Scalar::F64 {
        return (rank(value) as i128 - rank(truth) as i128).abs() as f64;
    }
    let rounded = truth as f32;
    let whole = (rank32(value as f32) - rank32(rounded)).abs() as f64;
    if whole == 0.0 && !rounded.is_finite() {
        return 0.0;
    }
    let size = rounded.abs().min(f32::MAX.next_down());
    let unit = f64::from(size.next_up()) - f64::from(size);
    if value.is_finite() { (value - truth).abs() / unit } else { whole }
}

/// The error in units in the last place of the larger of the truth and 1.
fn units_of_one(got: Bits, truth: f64) -> f64 {
    let value = got.as_f64();
    if value == truth || value.is_nan() && truth.is_nan() {
        return 0.0;
    }
    let unit = if got.scalar == Scalar::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
    let error = (value - truth).abs() / (unit * truth.abs().max(1.0));
    if error.is_nan() { f64::INFINITY } else { error }
}

/// The largest error of a primitive over these arguments, and where it is.
pub(crate) fn worst(prim: &'static Prim, lists: &[Vec<Bits>]) -> (f64, Vec<Bits>, Bits, f64) {
    let mut worst = (-1.0, vec![], Bits::f64(0.0), 0.0);
    for args in lists {
        let (got, _) = apply(prim, args);
        let truth = match prim.truth {
            Truth::Exact(_) => return worst,
            Truth::Ulp(truth, ..) => truth(&args.iter().map(|a| a.as_f64()).collect::<Vec<_>>()),
            Truth::Within(truth, ..) => truth(&args.iter().map(|a| a.as_f64()).collect::<Vec<_>>()),
            Truth::Near(truth, _) => truth(args),
        };
        let error = match prim.truth {
            Truth::Within(..) => units_of_one(got, truth),
            _ => units(got, truth),
        };
        if error > worst.0 {
            worst = (error, args.clone(), got, truth);
        }
    }
    worst
}

fn allowed(prim: &Prim, types: &[Scalar]) -> f64 {
    match prim.truth {
        Truth::Exact(_) => 0.0,
        Truth::Ulp(_, double, single) | Truth::Within(_, double, single) => {
            if types[0] == Scalar::F32 {
                single
            } else {
                double
            }
        }
        Truth::Near(_, double) => double,
    }
}

#[test]
fn definitions_agree_with_the_truth() {
    for &prim in prims::ALL {
        for types in prim.sig.instances() {
            let lists = arguments(prim, &types, 4000);
            if let Truth::Exact(truth) = prim.truth {
                for args in &lists {
                    let (got, trap) = apply(prim, args);
                    // What a failed operation gives is of no account.
                    assert!(
                        trap.is_some() || same(got, truth(args)),
                        "{} {args:?}: {got:?} is not {:?}",
                        prim.name,
                        truth(args)
                    );
                }
                continue;
            }
            let (error, args, got, truth) = worst(prim, &lists);
            let bound = allowed(prim, &types);
            assert!(
                error <= bound,
                "{} {args:?}: {got:?} is {error} units from {truth:?}, not {bound}",
                prim.name
            );
        }
    }
}

#[test]
fn units_are_counted() {
    assert_eq!(units(Bits::f64(1.0), 1f64.next_up().next_up()), 2.0);
    assert_eq!(units(Bits::f64(f64::MAX), f64::INFINITY), 1.0);
    assert_eq!(units(Bits::f64(5e-324), -5e-324), 2.0);
    assert_eq!(units(Bits::f64(0.0), -0.0), f64::INFINITY);
    assert_eq!(units(Bits::f64(f64::NAN), 1.0), f64::INFINITY);
    assert_eq!(units(Bits::f32(1.0), 1.0 + f64::from(f32::EPSILON) / 4.0), 0.25);
    assert_eq!(units(Bits::f32(f32::INFINITY), 1e60), 0.0);
    assert_eq!(units_of_one(Bits::f64(f64::EPSILON), 0.0), 1.0);
    assert_eq!(units_of_one(Bits::f64(4.0), 5.0), 0.2 / f64::EPSILON);
    assert_eq!(units_of_one(Bits::f64(f64::INFINITY), f64::INFINITY), 0.0);
    assert_eq!(units_of_one(Bits::f64(f64::NAN), 0.0), f64::INFINITY);
}

/// Failures are recorded exactly where there is no result.
#[test]
fn integers_fail_where_there_is_no_result() {
    use dslc_ir::mach::Trap;
    let trap = |name: &str, args: &[i64]| {
        let Some(prim) = prims::by_name(name) else { panic!("no {name}") };
        apply(prim.0, &args.iter().map(|&a| Bits::i64(a)).collect::<Vec<_>>()).1
    };
    assert_eq!(trap("div_floor", &[1, 0]), Some(Trap::DivideByZero));
    assert_eq!(trap("mod_floor", &[1, 0]), Some(Trap::DivideByZero));
    assert_eq!(trap("div_floor", &[i64::MIN, -1]), Some(Trap::Overflow));
    assert_eq!(trap("mod_floor", &[i64::MIN, -1]), None);
    assert_eq!(trap("shift_left", &[1, 64]), Some(Trap::Shift));
    assert_eq!(trap("shift_right", &[1, -1]), Some(Trap::Shift));
    assert_eq!(trap("shift_right", &[1, 63]), None);
    assert_eq!(trap("abs", &[i64::MIN]), Some(Trap::Overflow));
    assert_eq!(trap("add", &[i64::MAX, 1]), Some(Trap::Overflow));
    assert_eq!(trap("index_add", &[i64::MAX, 1]), None);
    let Some(cast) = prims::by_name("f64_to_i64") else { panic!("no cast") };
    for (x, fails) in
        [(f64::NAN, true), (2f64.powi(63), true), (-(2f64.powi(63)), false), (1e300, true), (-0.9, false)]
    {
        assert_eq!(apply(cast.0, &[Bits::f64(x)]).1, fails.then_some(Trap::NotAnInteger), "{x}");
    }
}
