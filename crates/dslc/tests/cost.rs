//! What programs and their derivatives cost, as the compiler counts it.
#![allow(clippy::unwrap_used)]

use dslc::{Fields, Module, NoFiles, Session};
use testkit::Random;

fn operations(module: &Module<'static>, expr: &str) -> Option<u128> {
    Some(module.function::<Fields>(expr).operations(&()).ok()?.at(100))
}

#[test]
fn a_gradient_of_a_generated_program_costs_at_most_five_functions() {
    let mut seen = 0;
    for seed in testkit::seeds(400) {
        let text = testkit::source::difference(&mut Random(seed)).text();
        let Ok(module) = Session::new(NoFiles).compile("p.dsl", &text) else { continue };
        let (Some(f), Some(g)) = (operations(&module, "f(p)"), operations(&module, "grad(f)(p)")) else {
            continue;
        };
        // A function may read one number of many for nothing; its gradient has all of them.
        let p = module.function::<Fields>("p").call(()).unwrap();
        let numbers: usize = p.0.iter().map(|(_, v)| v.len()).sum();
        assert!(g <= 5 * (f + numbers as u128), "seed {seed}: {g} for {f}\n{text}");
        seen += 1;
    }
    assert!(seen >= 350, "{seen}");
}
