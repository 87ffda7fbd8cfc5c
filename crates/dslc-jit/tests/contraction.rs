//! Rewritten contractions as machine code, against the evaluator that runs what was written: equal bits in exact
//! mode, and the promise of `docs/rewriting.md` in default mode.

use dslc_eval::Limits;
use dslc_ir::{FuncId, Module, Scalar, prims, print};
use dslc_jit::Jit;
use dslc_opt::pipeline::finish;
use dslc_opt::rewrite::{Mode, Options, ROWS, Row, rewrite};
use dslc_runtime::context::Context;
use dslc_runtime::value::Value;
use testkit::contraction::{Semiring, arguments, body, magnitudes};
use testkit::{Random, seeds};

/// Short axes, one as long as a vector of numbers, and one that leaves a rest.
const EXTENTS: &[u64] = &[1, 3, 4, 9];

fn random_body(random: &mut Random, row: &Row, scalar: Scalar) -> Module {
    let mul = prims::by_name(row.mul).expect("a primitive").0;
    body(random, &Semiring { add: row.add[0], mul }, scalar, EXTENTS)
}

/// The body after the stage, which looks at pieces of any size, and whether that changed it.
fn rewritten(m: &Module, mode: Mode) -> (Module, bool) {
    let mut now = m.clone();
    let mut roots = [FuncId(0)];
    finish(&mut now, &mut roots);
    let plain = print::module(&now);
    rewrite(&mut now, &mut roots, &Options { least: 0.0, ..Options::new(mode) });
    finish(&mut now, &mut roots);
    let changed = print::module(&now) != plain;
    (now, changed)
}

/// What machine code gives.
fn compiled(jit: &Jit, m: &Module, exact: bool, args: &[Value]) -> Vec<Value> {
    let func = &m.funcs[FuncId(0)];
    let program = dslc_loops::lower(m, FuncId(0), dslc_loops::Options { exact }).expect("it lowers");
    let code = jit.compile(&program).expect("it compiles");
    let mut results: Vec<Value> = (0..func.results.len())
        .map(|k| {
            let shape = func.result_shape(k);
            let extents: Vec<u64> = shape.extents.iter().filter_map(|e| e.known()).collect();
            Value::zeros(shape.scalar, extents)
        })
        .collect();
    let inputs: Vec<&Value> = args.iter().collect();
    code.run(&mut Context::default(), &inputs, &mut results).expect("nothing fails");
    results
}

fn evaluated(m: &Module, args: &[Value]) -> Vec<Value> {
    dslc_eval::run(m, FuncId(0), args, &Limits::default()).expect("nothing fails")
}

#[test]
fn exact_code_has_the_bits_of_what_was_written() {
    let jit = Jit::new().expect("a host");
    for row in ROWS {
        let mut news = 0;
        for seed in seeds(150) {
            let mut random = Random(seed);
            let scalar = random.pick(row.scalars);
            let m = random_body(&mut random, row, scalar);
            let (now, changed) = rewritten(&m, Mode::Exact);
            news += usize::from(changed);
            for special in [false, true] {
                let args = arguments(&mut random, &m, special);
                let (x, y) = (evaluated(&m, &args), compiled(&jit, &now, true, &args));
                let same = x.iter().zip(&y).all(|(x, y)| x.same_bits(y));
                let text = || format!("{}\n=== became\n{}", print::module(&m), print::module(&now));
                assert!(same, "seed {seed}, {}: {x:?}, then {y:?} at {args:?}\n{}", row.mul, text());
            }
        }
        // Rounded sums allow nothing.
        assert!(row.mul == "mul" || news > 3, "{:?} {}: {news} bodies changed", row.add, row.mul);
    }
}

#[test]
fn default_code_stays_within_the_promise() {
    let jit = Jit::new().expect("a host");
    let mut news = 0;
    for seed in seeds(400) {
        let mut random = Random(seed);
        let m = random_body(&mut random, &ROWS[0], Scalar::F64);
        let (now, changed) = rewritten(&m, Mode::Default);
        news += usize::from(changed);
        let args = arguments(&mut random, &m, false);
        let positive: Vec<Value> = args.iter().map(magnitude).collect();
        let (before, after) = (evaluated(&m, &args), compiled(&jit, &now, false, &args));
        let most = evaluated(&magnitudes(&m), &positive);
        for ((x, y), most) in before.iter().zip(&after).zip(&most) {
            for i in 0..x.len() {
                let of = |v: &Value| f64::from_bits(v.get_bits(i));
                let (x, y, most) = (of(x), of(y), of(most));
                // Ten steps of folds over at most 9^3 points are fewer than k = 8,000 operations. Near the ends
                // of the range the promise ends.
                let close = (x - y).abs() <= 8000.0 * f64::EPSILON / 2.0 * most + 1e-290;
                let text = || format!("{}\n=== became\n{}", print::module(&m), print::module(&now));
                assert!(close || most.is_nan() || most >= 1e300, "seed {seed}: {x}, then {y}\n{}", text());
            }
        }
    }
    assert!(news > 50, "{news} bodies changed");
}

fn magnitude(x: &Value) -> Value {
    let bits: Vec<u64> = (0..x.len()).map(|i| x.get_bits(i) & (u64::MAX >> 1)).collect();
    Value::from_bits(x.scalar(), x.shape().to_vec(), &bits)
}
