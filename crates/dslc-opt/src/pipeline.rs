//! The passes, in order: the table is the whole story.
//!
//! **Takes** a module in which derivatives are expanded. **Gives** one in which the functions that the roots reach
//! have no [`dslc_ir::Op::Call`], no dead nodes and no unused parameters in loop bodies, and whose loops are as
//! far outside as they can be. **Needs** a module that [`dslc_ir::verify`] accepts. **Breaks** nothing; function
//! ids change, and the roots with them.

use dslc_ir::{FuncId, Module};

use crate::hoist::hoist;
use crate::inline::{TooLarge, inline};
use crate::lift::lift;
use crate::prune::prune;
use crate::reads::reads;
use crate::rewrite::{self, Mode, rewrite};
use crate::select::select;
use crate::strips::strips;
use crate::unroll::unroll;

/// What the passes may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// What the rewriting of contractions must keep; none leaves it out. Every other pass keeps every bit.
    pub rewrite: Option<Mode>,
    /// What has more elements is had in strips; without, what has more than all parameters and results together, and
    /// more than [`crate::strips::SMALL`].
    pub strips_above: Option<u64>,
}

/// A pass: a module, the functions of it that are wanted, and what it may do.
pub type Pass = fn(&mut Module, &mut [FuncId], Options) -> Result<(), TooLarge>;

/// The passes by the names that `dslc emit --after NAME` takes.
pub const PASSES: &[(&str, Pass)] = &[
    // One function for each body, so that nothing below has to look across calls,
    ("inline", |m, r, _| inline(m, r)),
    // without what nobody needs;
    ("prune", |m, r, _| whole(prune, m, r)),
    // conditions and loops that are decided already give way to what they do,
    ("unroll", |m, r, _| whole(unroll, m, r)),
    // small conditions become selections,
    ("select", |m, r, _| whole(select, m, r)),
    // and batches move into the loops that are left.
    ("lift", |m, r, _| whole(lift, m, r)),
    // Reads meet in the functions that these have made large,
    ("reads", |m, r, _| whole(reads, m, r)),
    // what they have freed goes,
    ("sweep", |m, r, _| whole(prune, m, r)),
    // contractions take their cheapest form,
    ("rewrite", |m, r, options| {
        if let Some(mode) = options.rewrite {
            rewrite(m, r, &rewrite::Options::new(mode));
        }
        Ok(())
    }),
    // what does not change leaves the loops,
    ("hoist", |m, r, _| whole(hoist, m, r)),
    // what would be larger than all that goes in and comes out is had in strips,
    ("strips", |m, r, options| {
        strips(m, r, options.strips_above);
        Ok(())
    }),
    // and the loops forget what has left.
    ("finish", |m, r, _| whole(finish, m, r)),
];

/// Runs a pass that has no limit to pass.
fn whole(pass: fn(&mut Module, &mut [FuncId]), m: &mut Module, r: &mut [FuncId]) -> Result<(), TooLarge> {
    pass(m, r);
    Ok(())
}

/// What is done before derivatives are taken: what a loop does at each trip its reverse undoes at each trip, so what no
/// result needs and what does not change leaves it first, and a loop of one trip is none. A value that is captured twice
/// would have two cotangents, and the transpose of a read of a read is two tensors.
pub fn before_derivatives(module: &mut Module, roots: &mut [FuncId]) {
    unroll(module, roots);
    prune(module, roots);
    reads(module, roots);
    hoist(module, roots);
}

/// Prunes until nothing goes: a constant that moves into a body can make more of it dead.
pub fn finish(module: &mut Module, roots: &mut [FuncId]) {
    let size = |m: &Module| m.funcs.iter().map(|f| f.nodes.len() + f.params.len()).sum::<usize>();
    loop {
        let before = size(module);
        prune(module, roots);
        if size(module) >= before {
            return;
        }
    }
}

/// Runs the passes, all of them or up to the one named `after`. An unknown name runs all of them.
pub fn run(
    module: &mut Module,
    roots: &mut [FuncId],
    after: Option<&str>,
    options: Options,
) -> Result<(), TooLarge> {
    for (name, pass) in PASSES {
        pass(module, roots, options)?;
        check(module, name);
        if after == Some(*name) {
            break;
        }
    }
    Ok(())
}

/// In debug builds every pass is held to the invariants of the hub.
fn check(module: &Module, pass: &str) {
    if cfg!(debug_assertions)
        && let Err(why) = dslc_ir::verify::verify_module(module)
    {
        panic!("the pass `{pass}` broke the module: {why}");
    }
}
