//! On random modules, and their derivatives: what a function gives at points of a box stands between its bounds, in the
//! evaluator and in compiled code.

use dslc_bounds::Bounds;
use dslc_eval::Limits;
use dslc_ir::{Bits, FuncId, Function, Module, Scalar};
use dslc_jit::{Jit, Options, Stop};
use dslc_opt::rewrite::Mode;
use dslc_runtime::context::Context;
use dslc_runtime::value::Value;
use testkit::arguments::arguments;
use testkit::derivative::derivative;
use testkit::{Menu, Random, module, seeds};

/// What was tried.
#[derive(Default, Debug)]
struct Tally {
    functions: u32,
    without: u32,
    points: u32,
    numbers: u32,
    told: u32,
}

/// A function in a module of its own, compiled.
struct Code {
    module: Module,
    func: FuncId,
    compiled: dslc_jit::Compiled,
}

impl Code {
    fn new(jit: &Jit, module: &Module, func: FuncId, exact: bool) -> Result<Self, String> {
        let (mut module, mut roots) = (module.clone(), [func]);
        let options = dslc_opt::pipeline::Options {
            rewrite: Some(if exact { Mode::Exact } else { Mode::Default }),
            strips_above: Some(2),
        };
        dslc_opt::pipeline::run(&mut module, &mut roots, None, options).map_err(|e| e.to_string())?;
        let func = roots[0];
        let program = dslc_loops::lower(&module, func, dslc_loops::Options { exact });
        let program = program.map_err(|e| e.to_string())?;
        let compiled = jit.compile(&program).map_err(|e| e.to_string())?;
        Ok(Self { module, func, compiled })
    }

    /// What compiled code gives; nothing if it fails.
    fn run(&self, args: &[Value]) -> Result<Option<Vec<Value>>, String> {
        let f = &self.module.funcs[self.func];
        let zeros = |k: usize| {
            let shape = f.result_shape(k);
            Value::zeros(shape.scalar, shape.extents.iter().filter_map(|e| e.known()).collect::<Vec<_>>())
        };
        let mut results: Vec<Value> = (0..f.results.len()).map(zeros).collect();
        let inputs: Vec<&Value> = args.iter().collect();
        match self.compiled.run(&mut Context::default(), &inputs, &mut results) {
            Ok(()) => Ok(Some(results)),
            Err(Stop::Failure(_)) => Ok(None),
            Err(other) => Err(format!("the code stopped: {other}")),
        }
    }
}

/// What the evaluator gives; nothing if the function fails.
fn evaluate(module: &Module, func: FuncId, args: &[Value]) -> Result<Option<Vec<Value>>, String> {
    match dslc_eval::run(module, func, args, &Limits::default()) {
        Ok(results) => Ok(Some(results)),
        Err(dslc_eval::Stop::Failure(_)) => Ok(None),
        Err(other) => Err(format!("the evaluator stopped: {other}")),
    }
}

/// The same value with other elements.
fn changed(value: &Value, element: impl FnMut(usize) -> Bits) -> Value {
    let elements: Vec<u64> = (0..value.len()).map(element).map(|b| b.bits).collect();
    Value::from_bits(value.scalar(), value.shape().to_vec(), &elements)
}

/// Upper ends for lower ones.
fn above(random: &mut Random, low: &Value) -> Value {
    let width = random.pick(&[0.0, 1e-9, 0.01, 1.0, 100.0, f64::INFINITY]);
    changed(low, |k| {
        let x = low.get(k).as_f64();
        let some = random.below(1001) as f64 / 1000.0;
        // Not NaN where an infinite end meets its opposite.
        let width =
            if some == 0.0 || x == f64::NEG_INFINITY && width.is_infinite() { 0.0 } else { some * width };
        Bits::number(low.scalar(), x + width)
    })
}

/// A point between the ends: each element at an end or anywhere.
fn between(random: &mut Random, low: &Value, high: &Value) -> Value {
    changed(low, |k| {
        let (lo, hi) = (low.get(k), high.get(k));
        let (x, y) = (lo.as_f64(), hi.as_f64());
        match random.below(4) {
            0 => lo,
            1 => hi,
            _ if x.is_finite() && y.is_finite() => {
                let part = random.below(1001) as f64 / 1000.0;
                let inside = Bits::number(low.scalar(), x + (y - x) * part);
                if x <= inside.as_f64() && inside.as_f64() <= y { inside } else { lo }
            }
            _ if x.is_finite() => Bits::number(low.scalar(), x + random.below(1000) as f64).max_by_number(lo),
            _ if y.is_finite() => Bits::number(low.scalar(), y - random.below(1000) as f64),
            _ => lo,
        }
    })
}

trait ByNumber {
    fn max_by_number(self, other: Self) -> Self;
}
impl ByNumber for Bits {
    fn max_by_number(self, other: Self) -> Self {
        if self.as_f64() >= other.as_f64() { self } else { other }
    }
}

/// Each element between its ends. Ends that are infinite both allow NaN.
fn inside(tally: &mut Tally, lo: &Value, hi: &Value, y: &Value) -> Result<(), String> {
    let number = |v: &Value, k: usize| match v.scalar() {
        Scalar::Bool => f64::from(u8::from(v.get(k).bits != 0)),
        _ => v.get(k).as_f64(),
    };
    for k in 0..y.len() {
        let (l, h, v) = (number(lo, k), number(hi, k), number(y, k));
        tally.numbers += 1;
        if l == f64::NEG_INFINITY && h == f64::INFINITY {
            continue;
        }
        // A result that does not differ on the box, whatever it is.
        if lo.get(k) == hi.get(k) && lo.get(k) == y.get(k) || l.is_nan() && h.is_nan() && v.is_nan() {
            continue;
        }
        tally.told += 1;
        if !(l <= v && v <= h) {
            return Err(format!("element {k}: {v:?} is not between {l:?} and {h:?}"));
        }
    }
    Ok(())
}

/// A function that gives one result of another.
fn only(f: &Function, k: usize) -> Function {
    Function { results: vec![f.results[k].clone()], ..f.clone() }
}

fn check(jit: &Jit, seed: u64, tally: &mut Tally) -> Result<(), String> {
    let mut random = Random(seed);
    let (mut module, mut entry) = module(&mut random, Menu { tapes: false, ..Menu::ALL });
    if random.one_in(3) {
        let Some(wanted) = derivative(&mut random, &mut module, entry) else { return Ok(()) };
        let Ok(roots) = dslc_grad::expand(&mut module, &[wanted]) else { return Ok(()) };
        entry = roots[0];
    }
    for k in 0..module.funcs[entry].results.len() {
        let mut module = module.clone();
        let f = only(&module.funcs[entry], k);
        let func = module.funcs.push(f);
        check_result(jit, &mut random, &mut module, func, tally)?;
    }
    Ok(())
}

fn check_result(
    jit: &Jit,
    random: &mut Random,
    module: &mut Module,
    func: FuncId,
    tally: &mut Tally,
) -> Result<(), String> {
    let f = module.funcs[func].clone();
    let wrt: Vec<bool> = (0..f.params.len())
        .map(|k| f.param_shape(k).scalar.is_float() && (k == 0 || !random.one_in(4)))
        .collect();
    let Ok(bounds) = Bounds::default().enclose(module, func, &wrt) else {
        tally.without += 1;
        return Ok(());
    };
    dslc_ir::verify::verify_module(module).map_err(|why| format!("the bounds are wrong: {why}"))?;
    tally.functions += 1;
    let shown = |why: String| format!("{why}\n{}\nof {func}: {bounds}", dslc_ir::print::module(module));
    // Contractions may take other forms in the default mode, for the values as for the ends.
    let exact = !random.one_in(3);
    let (code, ends) = (Code::new(jit, module, func, exact)?, Code::new(jit, module, bounds, exact)?);
    for _ in 0..3 {
        let low = arguments(random, &f);
        let high: Vec<Value> = (0..low.len()).filter(|&k| wrt[k]).map(|k| above(random, &low[k])).collect();
        let given: Vec<Value> = low.iter().chain(&high).cloned().collect();
        // A branch that is not decided runs both, and one of them may fail.
        let Some(mut found) = evaluate(&ends.module, ends.func, &given).map_err(shown)? else { continue };
        let compiled = ends.run(&given).map_err(shown)?;
        let Some(compiled) = compiled else { return Err(shown(format!("the code fails at {given:?}"))) };
        if exact && compiled.iter().zip(&found).any(|(x, y)| !x.same_bits(y)) {
            return Err(shown(format!("{found:?} expected, {compiled:?} found\nat {given:?}")));
        }
        if random.one_in(2) {
            found = compiled;
        }
        for _ in 0..6 {
            let mut upper = high.iter();
            let point: Vec<Value> = low
                .iter()
                .zip(&wrt)
                .map(|(x, boxed)| match upper.next_if(*boxed) {
                    Some(high) => between(random, x, high),
                    None => x.clone(),
                })
                .collect();
            for y in
                [evaluate(&code.module, code.func, &point).map_err(shown)?, code.run(&point).map_err(shown)?]
            {
                let Some(y) = y else { continue };
                tally.points += 1;
                inside(tally, &found[0], &found[1], &y[0])
                    .map_err(|why| shown(format!("{why}\nat {point:?}\nin {given:?}\nbounds {found:?}")))?;
            }
        }
    }
    Ok(())
}

/// The next item, if it is wanted.
trait NextIf: Iterator {
    fn next_if(&mut self, wanted: bool) -> Option<Self::Item> {
        if wanted { self.next() } else { None }
    }
}
impl<I: Iterator> NextIf for I {}

fn check_share(share: u64) {
    let jit = Jit::with_options(Options::default()).expect("a host");
    let mut tally = Tally::default();
    for seed in seeds(500).filter(|seed| seed % 2 == share) {
        check(&jit, seed, &mut tally).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
    // Most functions have bounds, and most bounds say something.
    let enough = tally.functions > tally.without && tally.points > 400 && tally.told > tally.numbers / 10;
    assert!(enough || std::env::var_os("SEEDS").is_some(), "{tally:?}");
}

#[test]
fn values_at_points_stand_between_the_bounds_0() {
    check_share(0);
}
#[test]
fn values_at_points_stand_between_the_bounds_1() {
    check_share(1);
}
