//! Recipes at numbers: what a machine operation means.

use crate::mach::{Cmp, Lane, Mach, Recipe, Trap, V};

/// The result of a recipe at these argument bits, and the first failure that it records, if any.
/// Bits are zero-extended; a `Bool` is 0 or 1.
pub fn interpret(recipe: &Recipe, args: &[u64]) -> (u64, Option<Trap>) {
    let mut values: Vec<u64> = Vec::with_capacity(recipe.ops.len());
    let mut trap = None;
    for &(op, lane) in &recipe.ops {
        let value = step(op, lane, args, &values, recipe);
        if let (Mach::Fail(t, _), 1) = (op, value) {
            trap = trap.or(Some(t));
        }
        values.push(value);
    }
    (values[recipe.result.0 as usize], trap)
}

fn step(op: Mach, lane: Lane, args: &[u64], values: &[u64], recipe: &Recipe) -> u64 {
    let at = |v: V| values[v.0 as usize];
    let of = |v: V| recipe.ops[v.0 as usize].1;
    match op {
        Mach::Arg(k) => args[k as usize],
        other => apply(other, lane, at, of),
    }
}

/// One machine operation on bits: `at` gives an operand's bits, `of` its lane type; `lane` is the result's.
/// [`Mach::Arg`] has no meaning here and gives 0.
pub fn apply(op: Mach, lane: Lane, at: impl Fn(V) -> u64, of: impl Fn(V) -> Lane) -> u64 {
    let f1 = |a: V, f: fn(f64) -> f64, g: fn(f32) -> f32| match of(a) {
        Lane::F32 => u64::from(g(f32::from_bits(at(a) as u32)).to_bits()),
        _ => f(f64::from_bits(at(a))).to_bits(),
    };
    let f2 = |a: V, b: V, f: fn(f64, f64) -> f64, g: fn(f32, f32) -> f32| match of(a) {
        Lane::F32 => u64::from(g(f32::from_bits(at(a) as u32), f32::from_bits(at(b) as u32)).to_bits()),
        _ => f(f64::from_bits(at(a)), f64::from_bits(at(b))).to_bits(),
    };
    let i2 = |a: V, b: V, f: fn(i64, i64) -> i64, g: fn(i32, i32) -> i32| match of(a) {
        Lane::I32 => u64::from(g(at(a) as i32, at(b) as i32) as u32),
        _ => f(at(a) as i64, at(b) as i64) as u64,
    };
    let signed = |a: V| match of(a) {
        Lane::I32 => i64::from(at(a) as i32),
        _ => at(a) as i64,
    };
    let float = |a: V| match of(a) {
        Lane::F32 => f64::from(f32::from_bits(at(a) as u32)),
        _ => f64::from_bits(at(a)),
    };
    match op {
        Mach::Arg(_) => 0,
        Mach::Const(bits) => bits,
        Mach::FAdd(a, b) => f2(a, b, |x, y| x + y, |x, y| x + y),
        Mach::FSub(a, b) => f2(a, b, |x, y| x - y, |x, y| x - y),
        Mach::FMul(a, b) => f2(a, b, |x, y| x * y, |x, y| x * y),
        Mach::FDiv(a, b) => f2(a, b, |x, y| x / y, |x, y| x / y),
        Mach::Fma(a, b, c) => match lane {
            Lane::F32 => {
                let x = |v: V| f32::from_bits(at(v) as u32);
                u64::from(x(a).mul_add(x(b), x(c)).to_bits())
            }
            _ => f64::from_bits(at(a)).mul_add(f64::from_bits(at(b)), f64::from_bits(at(c))).to_bits(),
        },
        Mach::FNeg(a) => f1(a, |x| -x, |x| -x),
        Mach::FAbs(a) => f1(a, f64::abs, f32::abs),
        Mach::FSqrt(a) => f1(a, f64::sqrt, f32::sqrt),
        Mach::FFloor(a) => f1(a, f64::floor, f32::floor),
        Mach::FCeil(a) => f1(a, f64::ceil, f32::ceil),
        Mach::FTrunc(a) => f1(a, f64::trunc, f32::trunc),
        Mach::FNearest(a) => f1(a, f64::round_ties_even, f32::round_ties_even),
        Mach::FMin(a, b) => f2(a, b, minimum, minimum),
        Mach::FMax(a, b) => f2(a, b, maximum, maximum),
        Mach::FCmp(cmp, a, b) => u64::from(compare(cmp, float(a).partial_cmp(&float(b)))),
        Mach::ICmp(cmp, a, b) => u64::from(compare(cmp, Some(signed(a).cmp(&signed(b))))),
        Mach::Select(c, a, b) => {
            if at(c) != 0 {
                at(a)
            } else {
                at(b)
            }
        }
        Mach::IAdd(a, b) => i2(a, b, i64::wrapping_add, i32::wrapping_add),
        Mach::ISub(a, b) => i2(a, b, i64::wrapping_sub, i32::wrapping_sub),
        Mach::IMul(a, b) => i2(a, b, i64::wrapping_mul, i32::wrapping_mul),
        Mach::IMulHi(a, b) => ((i128::from(at(a) as i64) * i128::from(at(b) as i64)) >> 64) as u64,
        Mach::UMulHi(a, b) => ((u128::from(at(a)) * u128::from(at(b))) >> 64) as u64,
        Mach::IDiv(a, b) => {
            i2(a, b, |x, y| x.checked_div(y).unwrap_or(0), |x, y| x.checked_div(y).unwrap_or(0))
        }
        Mach::And(a, b) => at(a) & at(b),
        Mach::Or(a, b) => at(a) | at(b),
        Mach::Xor(a, b) => at(a) ^ at(b),
        Mach::Not(a) => match lane {
            Lane::Bool => at(a) ^ 1,
            Lane::I32 | Lane::F32 => u64::from(!(at(a) as u32)),
            Lane::I64 | Lane::F64 => !at(a),
        },
        Mach::Shl(a, b) => i2(a, b, |x, s| x.wrapping_shl(s as u32), |x, s| x.wrapping_shl(s as u32)),
        Mach::ShrU(a, b) => i2(
            a,
            b,
            |x, s| (x as u64).wrapping_shr(s as u32) as i64,
            |x, s| (x as u32).wrapping_shr(s as u32) as i32,
        ),
        Mach::ShrS(a, b) => i2(a, b, |x, s| x.wrapping_shr(s as u32), |x, s| x.wrapping_shr(s as u32)),
        Mach::Popcount(a) => u64::from(at(a).count_ones()),
        Mach::Bitcast(a) => at(a),
        Mach::IToF(a) => match lane {
            Lane::F32 => u64::from((signed(a) as f32).to_bits()),
            _ => (signed(a) as f64).to_bits(),
        },
        Mach::FToI(a) => float(a) as i64 as u64,
        Mach::FCast(a) => match lane {
            Lane::F32 => u64::from((f64::from_bits(at(a)) as f32).to_bits()),
            _ => f64::from(f32::from_bits(at(a) as u32)).to_bits(),
        },
        Mach::ICast(a) => match lane {
            Lane::I32 => u64::from(at(a) as u32),
            _ => i64::from(at(a) as i32) as u64,
        },
        Mach::BToI(a) => at(a),
        Mach::Fail(_, a) => at(a),
    }
}

fn compare(cmp: Cmp, order: Option<std::cmp::Ordering>) -> bool {
    match cmp {
        Cmp::Eq => order.is_some_and(|o| o.is_eq()),
        Cmp::Ne => order.is_none_or(|o| o.is_ne()),
        Cmp::Lt => order.is_some_and(|o| o.is_lt()),
        Cmp::Le => order.is_some_and(|o| o.is_le()),
        Cmp::Gt => order.is_some_and(|o| o.is_gt()),
        Cmp::Ge => order.is_some_and(|o| o.is_ge()),
    }
}

/// What IEEE 754-2019 `maximum` and `minimum` need of a float.
trait Float: Copy + PartialOrd {
    const NAN: Self;
    fn nan(self) -> bool;
    fn negative(self) -> bool;
}
impl Float for f64 {
    const NAN: f64 = f64::NAN;
    fn nan(self) -> bool {
        self.is_nan()
    }
    fn negative(self) -> bool {
        self.is_sign_negative()
    }
}
impl Float for f32 {
    const NAN: f32 = f32::NAN;
    fn nan(self) -> bool {
        self.is_nan()
    }
    fn negative(self) -> bool {
        self.is_sign_negative()
    }
}

fn maximum<F: Float>(x: F, y: F) -> F {
    if x.nan() || y.nan() {
        F::NAN
    } else if x > y || (x == y && y.negative()) {
        x
    } else {
        y
    }
}

fn minimum<F: Float>(x: F, y: F) -> F {
    if x.nan() || y.nan() {
        F::NAN
    } else if x < y || (x == y && x.negative()) {
        x
    } else {
        y
    }
}
