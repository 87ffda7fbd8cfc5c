//! Loop programs of random functions give the evaluator's bits.

mod support;

use dslc_loops::Options;
use support::compare;
use testkit::arguments::arguments;
use testkit::{Menu, Random, module, seeds};

fn check(seed: u64) -> Result<(), String> {
    let mut random = Random(seed);
    let (m, entry) = module(&mut random, Menu::ALL);
    dslc_ir::verify::verify_module(&m).map_err(|why| format!("the generator is wrong: {why}"))?;
    // Bodies without what nobody needs, which must not fail; and everything that comes before lowering.
    let mut pruned = (m.clone(), [entry]);
    dslc_opt::pipeline::finish(&mut pruned.0, &mut pruned.1);
    let mut ready = (m.clone(), [entry]);
    dslc_opt::pipeline::run(
        &mut ready.0,
        &mut ready.1,
        None,
        dslc_opt::pipeline::Options { rewrite: Some(dslc_opt::rewrite::Mode::Exact), strips_above: Some(2) },
    )
    .map_err(|e| e.to_string())?;
    for _ in 0..2 {
        let args = arguments(&mut random, &m.funcs[entry]);
        for (module, [entry]) in [&pruned, &ready] {
            compare(module, *entry, &args, Options { exact: true })
                .map_err(|why| format!("seed {seed}: {why}"))?;
        }
    }
    Ok(())
}

#[test]
fn random_programs_give_the_bits_of_the_evaluator() {
    for seed in seeds(2000) {
        check(seed).unwrap_or_else(|why| panic!("{why}"));
    }
}
