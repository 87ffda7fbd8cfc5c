//! Runs a function by the evaluator and as a loop program, and compares every bit.

#![allow(dead_code, reason = "each test file uses a part")]

use dslc_eval::{Limits, Stop};
use dslc_ir::mach::Trap;
use dslc_ir::{FuncId, Function, Module, Routine, Scalar, SiteId};
use dslc_loops::interpret::{Routines, run};
use dslc_loops::program::{Block, For, Stmt};
use dslc_loops::{Options, Program, lower};
use dslc_runtime::interrupt::Interrupt;
use dslc_runtime::routines;
use dslc_runtime::value::{Value, canonical};

/// The runtime's routines on bits.
pub(crate) struct Runtime;

impl Routines for Runtime {
    fn solve(
        &self,
        kind: (Routine, Scalar),
        n: usize,
        columns: usize,
        a: &[u64],
        b: &[u64],
    ) -> Option<Vec<u64>> {
        routines::system_on_words(kind, n, a, b, columns, Interrupt::NEVER).ok()
    }
    fn factor(&self, kind: (Routine, Scalar), [m, n]: [usize; 2], a: &[u64]) -> Result<Vec<u64>, Trap> {
        let found = routines::factor_on_words(kind, (m, n), a, Interrupt::NEVER);
        found.map(|results| results.concat()).map_err(|why| why.trap().expect("nobody stops it"))
    }
    fn permutation(&self, key: u64, n: usize) -> Vec<i64> {
        routines::permutation(key, n, Interrupt::NEVER).unwrap()
    }
    fn argsort(&self, scalar: Scalar, x: &[u64]) -> Vec<i64> {
        let never = Interrupt::NEVER;
        let order = match scalar {
            Scalar::F64 => {
                routines::argsort(&x.iter().map(|&b| f64::from_bits(b)).collect::<Vec<_>>(), never)
            }
            Scalar::F32 => {
                routines::argsort(&x.iter().map(|&b| f32::from_bits(b as u32)).collect::<Vec<_>>(), never)
            }
            _ => routines::argsort(&x.iter().map(|&b| b as i64).collect::<Vec<_>>(), never),
        };
        order.unwrap()
    }
}

/// A module of one function.
pub(crate) fn single(func: Function) -> (Module, FuncId) {
    let mut module = Module::default();
    let id = module.funcs.push(func);
    (module, id)
}

/// Lowers, verifies, runs both ways; gives the program.
pub(crate) fn check(module: &Module, func: FuncId, args: &[Value]) -> Program {
    compare(module, func, args, Options { exact: true }).unwrap_or_else(|why| panic!("{why}"))
}

/// The same, with an error that shows everything.
pub(crate) fn compare(
    module: &Module,
    func: FuncId,
    args: &[Value],
    options: Options,
) -> Result<Program, String> {
    let program = lower(module, func, options).map_err(|e| e.to_string())?;
    let shown = |why: String| {
        let ir = dslc_ir::print::module(module);
        format!("{why}\n{ir}\n{}\nat {args:?}", dslc_loops::print::program(&program))
    };
    dslc_loops::verify::verify(&program).map_err(shown)?;
    let words: Vec<Vec<u64>> = args.iter().map(|v| (0..v.len()).map(|i| v.get_bits(i)).collect()).collect();
    let found = run(&program, &words, &Runtime).map_err(shown)?;
    let evaluated = std::panic::catch_unwind(|| dslc_eval::run(module, func, args, &Limits::default()));
    match evaluated.map_err(|_| shown("the evaluator panics".into()))? {
        Ok(expected) => {
            if let Some(failure) = found.failure {
                return Err(shown(format!("it fails: {failure:?}")));
            }
            for (k, (want, got)) in expected.iter().zip(&found.results).enumerate() {
                let got = Value::from_bits(want.scalar(), want.shape().to_vec(), got);
                let differ = (0..want.len()).find(|&i| canonical(want.get(i)) != canonical(got.get(i)));
                if let Some(i) = differ {
                    return Err(shown(format!(
                        "result {k} differs at {i}: {:?} expected, {:?} found",
                        want.get(i),
                        got.get(i)
                    )));
                }
            }
        }
        Err(Stop::Failure(failure)) => {
            let told = found.failure.map(|(origin, trap, ..)| (origin.site, trap));
            let site = failure.site.unwrap_or(SiteId(u32::MAX));
            if told != Some((site, failure.trap)) {
                return Err(shown(format!("{failure:?} expected, {told:?} found")));
            }
        }
        Err(other) => return Err(shown(format!("the evaluator stopped: {other}"))),
    }
    Ok(program)
}

/// Every loop of a program, outer ones first.
pub(crate) fn loops(block: &Block) -> Vec<&For> {
    let mut found = Vec::new();
    for s in block {
        match s {
            Stmt::For(l) => {
                found.push(l);
                found.extend(loops(&l.body));
            }
            Stmt::If { then, otherwise, .. } => {
                found.extend(loops(then));
                found.extend(loops(otherwise));
            }
            Stmt::While(w) => {
                found.extend(loops(&w.before));
                found.extend(loops(&w.body));
            }
            _ => {}
        }
    }
    found
}

/// A stream of numbers that are not special.
pub(crate) fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|k| ((k * 7919 + 13) % 1009) as f64 / 64.0 - 7.0 + 1e-9 * k as f64).collect()
}
