//! Compiled code gives the bits of the evaluator, and its failures, on random modules and their derivatives.

use dslc_eval::Limits;
use dslc_ir::{FuncId, Module};
use dslc_jit::{Jit, Options, Stop, Tier};
use dslc_runtime::context::Context;
use dslc_runtime::failure::Failure;
use dslc_runtime::value::Value;
use testkit::arguments::arguments;
use testkit::derivative::derivative;
use testkit::{Menu, Random, module, seeds};

/// What a run gives.
type Outcome = Result<Vec<Value>, Failure>;

fn evaluate(module: &Module, func: FuncId, args: &[Value]) -> Result<Outcome, String> {
    match dslc_eval::run(module, func, args, &Limits::default()) {
        Ok(results) => Ok(Ok(results)),
        Err(dslc_eval::Stop::Failure(failure)) => Ok(Err(failure)),
        Err(other) => Err(format!("the evaluator stopped: {other}")),
    }
}

/// A module with a function to run, as it goes to lowering.
struct Ready {
    name: &'static str,
    module: Module,
    func: FuncId,
}

impl Ready {
    /// Without what nobody needs, since that must not fail.
    fn pruned(name: &'static str, mut module: Module, func: FuncId) -> Self {
        let mut roots = [func];
        dslc_opt::pipeline::finish(&mut module, &mut roots);
        Self { name, module, func: roots[0] }
    }
    fn optimised(name: &'static str, mut module: Module, func: FuncId) -> Result<Self, String> {
        let mut roots = [func];
        dslc_opt::pipeline::run(
            &mut module,
            &mut roots,
            None,
            dslc_opt::pipeline::Options {
                rewrite: Some(dslc_opt::rewrite::Mode::Exact),
                strips_above: Some(2),
            },
        )
        .map_err(|e| e.to_string())?;
        Ok(Self { name, module, func: roots[0] })
    }

    /// Runs both ways at arguments.
    fn check(&self, jit: &Jit, random: &mut Random) -> Result<(), String> {
        let func = &self.module.funcs[self.func];
        let options = dslc_loops::Options { exact: true };
        let program = dslc_loops::lower(&self.module, self.func, options).map_err(|e| e.to_string())?;
        let shown = |why: String| {
            let (ir, loops) = (dslc_ir::print::module(&self.module), dslc_loops::print::program(&program));
            format!("{}: {why}\n{ir}\nentry {}\n{loops}", self.name, self.func)
        };
        let compiled = jit.compile(&program).map_err(|e| shown(e.to_string()))?;
        let mut context = Context::default();
        for _ in 0..2 {
            let args = arguments(random, func);
            let expected = evaluate(&self.module, self.func, &args).map_err(shown)?;
            let mut results: Vec<Value> = (0..func.results.len())
                .map(|k| {
                    let shape = func.result_shape(k);
                    let extents: Vec<u64> = shape.extents.iter().filter_map(|e| e.known()).collect();
                    Value::zeros(shape.scalar, extents)
                })
                .collect();
            let inputs: Vec<&Value> = args.iter().collect();
            let found = match compiled.run(&mut context, &inputs, &mut results) {
                Ok(()) => Ok(results),
                Err(Stop::Failure(failure)) => Err(failure),
                Err(other) => return Err(shown(format!("the code stopped: {other}"))),
            };
            agree(&expected, &found).map_err(|why| shown(format!("{why}\nat {args:?}")))?;
        }
        Ok(())
    }
}

/// Equal bits, or the same failure.
fn agree(expected: &Outcome, found: &Outcome) -> Result<(), String> {
    match (expected, found) {
        (Ok(x), Ok(y)) => match x.iter().zip(y).position(|(x, y)| !x.same_bits(y)) {
            None => Ok(()),
            Some(k) => Err(format!("result {k} differs: {:?} expected, {:?} found", x[k], y[k])),
        },
        (Err(x), Err(y)) if (x.site, x.trap) == (y.site, y.trap) => Ok(()),
        (x, y) => {
            let told = |o: &Outcome| o.as_ref().map_or_else(|f| format!("{f:?}"), |_| "results".to_string());
            Err(format!("{} expected, {} found", told(x), told(y)))
        }
    }
}

fn check(jit: &Jit, seed: u64) -> Result<(), String> {
    let mut random = Random(seed);
    let (plain, entry) = module(&mut random, Menu::ALL);
    dslc_ir::verify::verify_module(&plain).map_err(|why| format!("the generator is wrong: {why}"))?;
    let mut derived = plain.clone();
    let wanted = derivative(&mut random, &mut derived, entry);
    Ready::pruned("plain", plain.clone(), entry).check(jit, &mut random)?;
    Ready::optimised("optimised", plain, entry)?.check(jit, &mut random)?;
    // A few primitives have no derivative.
    if let Some(wanted) = wanted
        && let Ok(roots) = dslc_grad::expand(&mut derived, &[wanted])
    {
        dslc_ir::verify::verify_module(&derived).map_err(|why| format!("the derivative is wrong: {why}"))?;
        Ready::pruned("derivative", derived.clone(), roots[0]).check(jit, &mut random)?;
        Ready::optimised("optimised derivative", derived, roots[0])?.check(jit, &mut random)?;
    }
    Ok(())
}

/// Every fourth seed, so that four threads share the work; the tiers by turns.
fn check_share(share: u64) {
    let tiers = [Tier::Full, Tier::Quick];
    let jits = tiers.map(|tier| Jit::with_options(Options { tier, ..Options::default() }).expect("a host"));
    for seed in seeds(2000).filter(|seed| seed % 4 == share) {
        let jit = &jits[(seed / 4 % 2) as usize];
        check(jit, seed).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
}

#[test]
fn compiled_code_gives_the_bits_of_the_evaluator_0() {
    check_share(0);
}
#[test]
fn compiled_code_gives_the_bits_of_the_evaluator_1() {
    check_share(1);
}
#[test]
fn compiled_code_gives_the_bits_of_the_evaluator_2() {
    check_share(2);
}
#[test]
fn compiled_code_gives_the_bits_of_the_evaluator_3() {
    check_share(3);
}
