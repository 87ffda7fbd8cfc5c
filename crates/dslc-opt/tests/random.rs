//! Every pass keeps every bit of every result, and every failure, of random programs.

mod meaning;

use dslc_ir::verify::verify_module;
use dslc_ir::{Extent, FuncId, Module};
use dslc_opt::pipeline::PASSES;
use meaning::generate::{Rng, arguments, module};
use meaning::{Array, run};
use proptest::prelude::*;

fn check(seed: u64) -> Result<(), String> {
    let mut rng = Rng(seed);
    let count = 1 + rng.below(4);
    let m: Module = module(&mut rng, count);
    verify_module(&m).map_err(|why| format!("the generator is wrong: {why}"))?;
    let root = m.funcs.ids().next_back().expect("a function");
    let inputs: Vec<Vec<Array>> = (0..3).map(|_| arguments(&mut rng, &m.funcs[root])).collect();
    let before: Vec<_> = inputs.iter().map(|args| run(&m, root, args)).collect();
    let mut now = m.clone();
    let mut roots: Vec<FuncId> = vec![root];
    for (name, pass) in PASSES {
        let text = dslc_ir::print::module(&now);
        pass(&mut now, &mut roots).map_err(|e| e.to_string())?;
        let shown = |why: String| {
            let after = dslc_ir::print::module(&now);
            format!("seed {seed}, after {name}: {why}\n{text}\n=== root {:?}\n{after}", roots[0])
        };
        verify_module(&now).map_err(shown)?;
        for (args, before) in inputs.iter().zip(&before) {
            let after = run(&now, roots[0], args);
            if after.0 != before.0 {
                return Err(shown(format!("{before:?} became {after:?} at {args:?}")));
            }
            // Nothing may fail that did not, needed or not; but along an axis without elements a value may lose
            // that axis, and then is computed once instead of never.
            let empty = m.funcs.iter().any(|f| f.axes.iter().any(|e| *e == Extent::Static(0)));
            if !empty && after.1.is_some_and(|site| before.1.is_none_or(|first| site < first)) {
                return Err(shown(format!("it fails anew: {before:?} {after:?} at {args:?}")));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 0, failure_persistence: None, ..Default::default() })]
    #[test]
    fn passes_keep_every_bit(seed in any::<u64>()) {
        if let Err(why) = check(seed) {
            return Err(TestCaseError::fail(why));
        }
    }
}

/// The same on fixed seeds, so that a run without luck still covers much.
#[test]
fn passes_keep_every_bit_of_fixed_programs() {
    for seed in 0..std::env::var("SEEDS").map_or(400, |n| n.parse().unwrap_or(400)) {
        check(seed).unwrap_or_else(|why| panic!("{why}"));
    }
}
