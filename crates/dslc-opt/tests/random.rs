//! Every pass keeps every bit of every result, and every failure, of random programs.

mod meaning;

use dslc_base::Index as _;
use dslc_eval::{Limits, Stop};
use dslc_ir::verify::verify_module;
use dslc_ir::{Extent, FuncId, Module, Op, SiteId};
use dslc_opt::pipeline::{Options, PASSES};
use dslc_opt::rewrite::Mode;
use dslc_runtime::value::Value;
use meaning::{Array, run};
use testkit::arguments::arguments;
use testkit::{Menu, Random, module, seeds};

type Outcome = (Result<Vec<Array>, SiteId>, Option<SiteId>);

/// Equal bits, or a failure in both. Where two equal nodes have become one it has the first of their places, which
/// may be that of the one that was computed in vain.
fn agree(before: &Outcome, after: &Outcome) -> bool {
    match (&before.0, &after.0) {
        (Ok(x), Ok(y)) => x == y,
        (Err(x), Err(y)) => y <= x && before.1 <= Some(*y),
        _ => false,
    }
}

fn check(seed: u64) -> Result<(), String> {
    let mut random = Random(seed);
    let (m, root) = module(&mut random, Menu::SMALL);
    verify_module(&m).map_err(|why| format!("the generator is wrong: {why}"))?;
    let inputs: Vec<Vec<Value>> = (0..3).map(|_| arguments(&mut random, &m.funcs[root])).collect();
    let arrays: Vec<Vec<Array>> = inputs.iter().map(|args| args.iter().map(Array::of).collect()).collect();
    let before: Vec<_> = arrays.iter().map(|args| run(&m, root, args)).collect();
    let mut now = m.clone();
    let mut roots: Vec<FuncId> = vec![root];
    for (name, pass) in PASSES {
        let text = dslc_ir::print::module(&now);
        pass(&mut now, &mut roots, Options { rewrite: Some(Mode::Exact), strips_above: Some(seed % 4) })
            .map_err(|e| e.to_string())?;
        let shown = |why: String| {
            let after = dslc_ir::print::module(&now);
            format!("seed {seed}, after {name}: {why}\n{text}\n=== root {:?}\n{after}", roots[0])
        };
        verify_module(&now).map_err(shown)?;
        for (args, before) in arrays.iter().zip(&before) {
            let after = run(&now, roots[0], args);
            if !agree(before, &after) {
                return Err(shown(format!("{before:?} became {after:?} at {args:?}")));
            }
            // Nothing may fail that did not, needed or not.
            let empty = has_empty_axis(&m);
            if !empty && after.1.is_some_and(|site| before.1.is_none_or(|first| site < first)) {
                return Err(shown(format!("it fails anew: {before:?} {after:?} at {args:?}")));
            }
        }
    }
    evaluate(&m, root, &now, roots[0], &inputs).map_err(|why| {
        let (m, now) = (dslc_ir::print::module(&m), dslc_ir::print::module(&now));
        format!("seed {seed}: {why}\n{m}\n=== after\n{now}")
    })?;
    contract(&now).map_err(|why| format!("seed {seed}: {why}\n{}", dslc_ir::print::module(&now)))
}

/// The evaluator, in which folds have their order, agrees before and after.
fn evaluate(
    m: &Module,
    root: FuncId,
    now: &Module,
    then: FuncId,
    inputs: &[Vec<Value>],
) -> Result<(), String> {
    for args in inputs {
        let run = |m: &Module, f| dslc_eval::run(m, f, args, &Limits::default());
        match (run(m, root), run(now, then)) {
            (Ok(x), Ok(y)) if x.iter().zip(&y).all(|(x, y)| x.same_bits(y)) => {}
            (Err(Stop::Failure(_)), Err(Stop::Failure(_)) | Ok(_)) => {}
            (x, y) if !has_empty_axis(m) => return Err(format!("{x:?} became {y:?} at {args:?}")),
            _ => {}
        }
    }
    Ok(())
}

/// Along an axis without elements a value may lose that axis, and then is computed once instead of never.
fn has_empty_axis(m: &Module) -> bool {
    m.funcs.iter().any(|f| f.axes.iter().any(|e| *e == Extent::Static(0)))
}

/// What lowering relies on: no calls, no dead nodes, no captures that nothing reads.
fn contract(module: &Module) -> Result<(), String> {
    for func in module.funcs.iter() {
        let live = dslc_opt::inline::live_nodes(func);
        for (id, node) in func.nodes.iter_enumerated() {
            if !live[id.index()] && !matches!(node.op, Op::Param(_)) {
                return Err(format!("{id} of {} is dead", func.name));
            }
            match &node.op {
                Op::Call { .. } => return Err(format!("{id} of {} is a call", func.name)),
                Op::Scan(scan) => {
                    let body = &module.funcs[scan.body];
                    let used = dslc_opt::inline::live_nodes(body);
                    let captures = &body.params[1 + (scan.xs + scan.state) as usize..];
                    if captures.iter().any(|p| !used[p.node.index()]) {
                        return Err(format!("{id} of {} has a capture that nothing reads", func.name));
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

#[test]
fn passes_keep_every_bit() {
    for seed in seeds(1000) {
        check(seed).unwrap_or_else(|why| panic!("{why}"));
    }
}
