//! Every machine operation, scalar and vector, gives the bits that its meaning gives, at edges above all.

mod programs;

use dslc_ir::interpret::apply;
use dslc_ir::mach::{Cmp, Lane, Mach, V};
use dslc_jit::Jit;
use dslc_loops::program::{Count, Stmt};
use dslc_loops::vectors;
use dslc_runtime::context::Context;
use dslc_runtime::value::Value;
use programs::{Writer, at, canonical, compilers, stored};

const A: V = V(0);
const B: V = V(1);
const C: V = V(2);

/// Values of a lane type, in which every pair and many triples meet an edge.
fn samples(lane: Lane) -> Vec<u64> {
    const FLOATS: [f64; 26] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        1.5,
        2.5,
        -2.5,
        -0.5,
        3.7,
        -3.2,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        -f64::NAN,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        1e300,
        9.007199254740993e15,
        9.3e18,
        -9.3e18,
        0.1,
        1.0000000000000002,
        1e-45,
    ];
    const INTEGERS: [i64; 14] = [
        0,
        1,
        -1,
        2,
        -3,
        7,
        63,
        i64::MAX,
        i64::MIN,
        1 << 31,
        -(1 << 31),
        0x7fff_ffff,
        0x1234_5678_9abc_def0,
        -64,
    ];
    match lane {
        Lane::F64 => FLOATS.iter().map(|x| x.to_bits()).collect(),
        Lane::F32 => FLOATS.iter().map(|&x| u64::from((x as f32).to_bits())).collect(),
        Lane::I64 => INTEGERS.iter().map(|&x| x as u64).collect(),
        Lane::I32 => INTEGERS.iter().map(|&x| u64::from(x as u32)).collect(),
        Lane::Bool => vec![0, 1],
    }
}

/// The samples of each argument, combined.
fn combinations(lanes: &[Lane]) -> Vec<Vec<u64>> {
    let mut rows = vec![vec![]];
    for &lane in lanes {
        let longer = |row: &Vec<u64>| {
            samples(lane).into_iter().map(|x| [row.as_slice(), &[x]].concat()).collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    rows
}

/// Runs the operation on each row of arguments, `width` rows at a time.
fn run(jit: &Jit, op: Mach, lanes: &[Lane], result: Lane, width: u8, rows: &[Vec<u64>]) -> Vec<u64> {
    let n = rows.len().next_multiple_of(4) as u64;
    let mut w = Writer::new();
    let inputs: Vec<_> = lanes.iter().map(|&lane| w.param(stored(lane), n)).collect();
    // A vector of bools is stored as numbers of the width that was compared.
    let kept = match (result, width) {
        (Lane::Bool, 2) => Lane::I64,
        (Lane::Bool, 4) => Lane::I32,
        _ => result,
    };
    let output = w.result(stored(kept), n);
    w.repeat(Count::Known(n as i64), i64::from(width), |w, i| {
        let mut args = vec![];
        for (&lane, &input) in lanes.iter().zip(&inputs) {
            args.push(match lane {
                Lane::I32 => {
                    let float = w.load(Lane::F32, width, at(input, i));
                    w.op(Lane::I32, width, Mach::Bitcast(float))
                }
                _ => w.load(lane, width, at(input, i)),
            });
        }
        let mut value = w.op(result, width, op.map_operands(|v| args[v.0 as usize]));
        if kept != result {
            let (one, zero) = (w.op(kept, width, Mach::Const(1)), w.op(kept, width, Mach::Const(0)));
            value = w.op(kept, width, Mach::Select(value, one, zero));
        }
        if kept == Lane::I32 {
            value = w.op(Lane::F32, width, Mach::Bitcast(value));
        }
        w.push(Stmt::Store(at(output, i), value));
    });
    let compiled = jit.compile(&w.finish()).expect("the operation compiles");
    let column = |k: usize| {
        let mut bits: Vec<u64> = rows.iter().map(|row| row[k]).collect();
        bits.resize(n as usize, rows[0][k]);
        Value::from_bits(stored(lanes[k]), [n], &bits)
    };
    let args: Vec<Value> = (0..lanes.len()).map(column).collect();
    let mut results = [Value::zeros(stored(kept), [n])];
    let args: Vec<&Value> = args.iter().collect();
    compiled.run(&mut Context::default(), &args, &mut results).expect("nothing fails");
    (0..rows.len()).map(|i| results[0].get_bits(i)).collect()
}

fn check_rows(op: Mach, lanes: &[Lane], result: Lane, rows: &[Vec<u64>]) {
    let widths: &[u8] = match lanes.iter().find_map(|&lane| vectors::lanes(lane)) {
        Some(width) if vectors::fits(&op) && !lanes.contains(&Lane::Bool) => &[1, width],
        _ => &[1],
    };
    for jit in compilers() {
        for &width in widths {
            let got = run(&jit, op, lanes, result, width, rows);
            for (row, got) in rows.iter().zip(got) {
                let want = apply(op, result, |v| row[v.0 as usize], |v| lanes[v.0 as usize]);
                let (got, want) = (canonical(result, got), canonical(result, want));
                assert_eq!(got, want, "{op:?} on {lanes:?} x {width} at {row:x?}: {got:x} for {want:x}");
            }
        }
    }
}

fn check(op: Mach, lanes: &[Lane], result: Lane) {
    check_rows(op, lanes, result, &combinations(lanes));
}

const COMPARISONS: [Cmp; 6] = [Cmp::Eq, Cmp::Ne, Cmp::Lt, Cmp::Le, Cmp::Gt, Cmp::Ge];

#[test]
fn float_operations() {
    for lane in [Lane::F64, Lane::F32] {
        for op in [
            Mach::FNeg(A),
            Mach::FAbs(A),
            Mach::FSqrt(A),
            Mach::FFloor(A),
            Mach::FCeil(A),
            Mach::FTrunc(A),
            Mach::FNearest(A),
        ] {
            check(op, &[lane], lane);
        }
        for op in [
            Mach::FAdd(A, B),
            Mach::FSub(A, B),
            Mach::FMul(A, B),
            Mach::FDiv(A, B),
            Mach::FMin(A, B),
            Mach::FMax(A, B),
        ] {
            check(op, &[lane; 2], lane);
        }
        check(Mach::Fma(A, B, C), &[lane; 3], lane);
        for cmp in COMPARISONS {
            check(Mach::FCmp(cmp, A, B), &[lane; 2], Lane::Bool);
        }
    }
}

#[test]
fn integer_operations() {
    for lane in [Lane::I64, Lane::I32] {
        for op in [
            Mach::IAdd(A, B),
            Mach::ISub(A, B),
            Mach::IMul(A, B),
            Mach::And(A, B),
            Mach::Or(A, B),
            Mach::Xor(A, B),
        ] {
            check(op, &[lane; 2], lane);
        }
        check(Mach::Not(A), &[lane], lane);
        check(Mach::Popcount(A), &[lane], lane);
        for cmp in COMPARISONS {
            check(Mach::ICmp(cmp, A, B), &[lane; 2], Lane::Bool);
        }
    }
    check(Mach::IMulHi(A, B), &[Lane::I64; 2], Lane::I64);
    check(Mach::UMulHi(A, B), &[Lane::I64; 2], Lane::I64);
}

#[test]
fn division_where_it_is_defined() {
    for lane in [Lane::I64, Lane::I32] {
        let mut rows = combinations(&[lane; 2]);
        let least = if lane == Lane::I64 { i64::MIN as u64 } else { u64::from(i32::MIN as u32) };
        let minus_one = if lane == Lane::I64 { u64::MAX } else { u64::from(u32::MAX) };
        rows.retain(|row| row[1] != 0 && (row[0], row[1]) != (least, minus_one));
        check_rows(Mach::IDiv(A, B), &[lane; 2], lane, &rows);
    }
}

#[test]
fn truth_values() {
    for op in [Mach::And(A, B), Mach::Or(A, B), Mach::Xor(A, B)] {
        check(op, &[Lane::Bool; 2], Lane::Bool);
    }
    check(Mach::Not(A), &[Lane::Bool], Lane::Bool);
    check(Mach::BToI(A), &[Lane::Bool], Lane::I64);
    for lane in [Lane::F64, Lane::F32, Lane::I64, Lane::I32, Lane::Bool] {
        check(Mach::Select(A, B, C), &[Lane::Bool, lane, lane], lane);
    }
    for cmp in COMPARISONS {
        check(Mach::ICmp(cmp, A, B), &[Lane::Bool; 2], Lane::Bool);
    }
}

#[test]
fn conversions() {
    check(Mach::Bitcast(A), &[Lane::F64], Lane::I64);
    check(Mach::Bitcast(A), &[Lane::I64], Lane::F64);
    check(Mach::Bitcast(A), &[Lane::F32], Lane::I32);
    check(Mach::Bitcast(A), &[Lane::I32], Lane::F32);
    check(Mach::IToF(A), &[Lane::I64], Lane::F64);
    check(Mach::IToF(A), &[Lane::I64], Lane::F32);
    check(Mach::FToI(A), &[Lane::F64], Lane::I64);
    check(Mach::FToI(A), &[Lane::F32], Lane::I64);
    check(Mach::FCast(A), &[Lane::F64], Lane::F32);
    check(Mach::FCast(A), &[Lane::F32], Lane::F64);
    check(Mach::ICast(A), &[Lane::I64], Lane::I32);
    check(Mach::ICast(A), &[Lane::I32], Lane::I64);
}

#[test]
fn shifts_by_a_scalar_amount() {
    for lane in [Lane::I64, Lane::I32] {
        let (width, bits) =
            (vectors::lanes(lane).expect("a vector"), if lane == Lane::I64 { 64 } else { 32 });
        for op in [Mach::Shl(A, B), Mach::ShrU(A, B), Mach::ShrS(A, B)] {
            for amount in 0..bits {
                for jit in compilers() {
                    for width in [1, width] {
                        shift(&jit, op, lane, width, amount);
                    }
                }
            }
        }
    }
}

fn shift(jit: &Jit, op: Mach, lane: Lane, width: u8, amount: u64) {
    let x = samples(lane);
    let n = x.len().next_multiple_of(4) as u64;
    let mut w = Writer::new();
    let (input, output) = (w.param(stored(lane), n), w.result(stored(lane), n));
    let by = w.op(lane, 1, Mach::Const(amount));
    w.repeat(Count::Known(n as i64), i64::from(width), |w, i| {
        let float = if lane == Lane::I32 { Lane::F32 } else { lane };
        let mut value = w.load(float, width, at(input, i));
        if lane == Lane::I32 {
            value = w.op(lane, width, Mach::Bitcast(value));
        }
        value = w.op(lane, width, op.map_operands(|v| if v == A { value } else { by }));
        if lane == Lane::I32 {
            value = w.op(float, width, Mach::Bitcast(value));
        }
        w.store(at(output, i), value);
    });
    let compiled = jit.compile(&w.finish()).expect("the shift compiles");
    let mut padded = x.clone();
    padded.resize(n as usize, 0);
    let arg = Value::from_bits(stored(lane), [n], &padded);
    let mut results = [Value::zeros(stored(lane), [n])];
    compiled.run(&mut Context::default(), &[&arg], &mut results).expect("nothing fails");
    for (i, &x) in x.iter().enumerate() {
        let want = apply(op, lane, |v| if v == A { x } else { amount }, |_| lane);
        assert_eq!(results[0].get_bits(i), want, "{op:?} {lane:?} x {width} of {x:x} by {amount}");
    }
}

#[test]
fn vector_masks_select_and_combine() {
    for (lane, width) in [(Lane::F64, 2u8), (Lane::F32, 4)] {
        let rows = combinations(&[lane; 2]);
        let n = rows.len().next_multiple_of(4) as u64;
        let mut w = Writer::new();
        let (a, b) = (w.param(stored(lane), n), w.param(stored(lane), n));
        let out = w.result(stored(lane), n);
        let yes = w.op(Lane::Bool, 1, Mach::Const(1));
        w.repeat(Count::Known(n as i64), i64::from(width), |w, i| {
            let (x, y) = (w.load(lane, width, at(a, i)), w.load(lane, width, at(b, i)));
            let less = w.op(Lane::Bool, width, Mach::FCmp(Cmp::Lt, x, y));
            let equal = w.op(Lane::Bool, width, Mach::FCmp(Cmp::Eq, x, y));
            let either = w.op(Lane::Bool, width, Mach::Or(less, equal));
            let neither = w.op(Lane::Bool, width, Mach::Not(either));
            let always = w.op(Lane::Bool, width, Mach::Const(1));
            let order = w.op(Lane::Bool, width, Mach::ICmp(Cmp::Lt, neither, always));
            let value = w.op(lane, width, Mach::Select(order, x, y));
            let value = w.op(lane, width, Mach::Select(yes, value, x));
            w.store(at(out, i), value);
        });
        let program = w.finish();
        for jit in compilers() {
            let compiled = jit.compile(&program).expect("it compiles");
            let column = |k: usize| {
                let mut bits: Vec<u64> = rows.iter().map(|row| row[k]).collect();
                bits.resize(n as usize, 0);
                Value::from_bits(stored(lane), [n], &bits)
            };
            let mut results = [Value::zeros(stored(lane), [n])];
            compiled
                .run(&mut Context::default(), &[&column(0), &column(1)], &mut results)
                .expect("no failure");
            for (i, row) in rows.iter().enumerate() {
                let le = apply(Mach::FCmp(Cmp::Le, A, B), Lane::Bool, |v| row[v.0 as usize], |_| lane);
                assert_eq!(results[0].get_bits(i), row[1 - le as usize], "{row:x?}");
            }
        }
    }
}
