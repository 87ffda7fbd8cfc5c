//! Which elements of a matrix of derivatives may differ from zero, found before anything runs.
//!
//! - *Takes* a function, and which of its parameters move.
//! - *Gives* for each element of a result the elements of these parameters that it may depend on: the pattern of the
//!   Jacobian. That of the gradient's function is the pattern of the Hessian.
//! - *Needs* nothing.
//! - *Breaks* nothing: it changes nothing.
//!
//! It is an abstract interpretation. Extents are numbers here, so a value is, for each element, the set of columns that it
//! may depend on; integers that follow from the program alone are followed as they are, so that places computed in loops
//! are places. Loops of known length are run trip by trip, others to a fixed point. Sets are kept once and joined once for
//! each pair, which makes the work linear in the elements of the pattern for a fixed function; a set that becomes large is
//! everything. What takes too long is dense. This is the propagation of index domains of Walther (Computing sparse Hessians
//! with automatic differentiation, 2008), for the gradient as a program instead of for pairs of variables.
//!
//! A pattern never misses an element: the derivative of each operator touches at most the arguments that its rule joins, and
//! a function with a stated rule gives each result from all of its arguments.

use std::rc::Rc;

use dslc_ir::{FuncId, Module};

pub use colour::{Colouring, Passes, passes};
pub(crate) use colour::{colour, colour_offsets, colour_symmetric};
pub use pattern::{Class, Pattern};
use sets::Sets;
use value::{Frame, Val};
use walk::Walk;

mod colour;
mod control;
pub(crate) mod pattern;
mod places;
mod sets;
mod value;
mod walk;

/// How much an analysis may do.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How many elements of values may be worked out.
    pub cells: u64,
    /// How many columns a row may have before it counts as full.
    pub row: usize,
    /// How many elements all different rows together may have.
    pub sets: usize,
}

impl Effort {
    /// What the compiler spends on a matrix of derivatives.
    pub const COMPILER: Effort = Effort { cells: 8_000_000, row: 256, sets: 2_000_000 };
    /// What is spent where a pattern is asked for.
    pub const THOROUGH: Effort = Effort { cells: 200_000_000, row: usize::MAX, sets: 20_000_000 };
}

/// An integer parameter that is known: its elements, row-major.
pub type Known = Vec<i64>;

/// The patterns of a function's results that have tangents, in the parameters marked in `wrt`, whose elements are the columns
/// one after the other. `known` are integers that parameters are known to be. None if it takes more than the effort, or
/// has extents that are data.
pub fn patterns(
    module: &Module,
    func: FuncId,
    wrt: &[bool],
    known: &[Option<Known>],
    effort: Effort,
) -> Option<Vec<Pattern>> {
    let f = &module.funcs[func];
    let mut columns = 0usize;
    let mut walk = Walk { module, sets: Sets::new(effort.row, effort.sets), left: effort.cells };
    let mut args = Vec::with_capacity(f.params.len());
    let mut column_extents = Vec::new();
    for (k, p) in f.params.iter().enumerate() {
        let shape = f.param_shape(k);
        if !shape.scalar.has_tangent() {
            let known = known.get(k).and_then(Option::as_ref);
            args.push(known.map_or_else(Val::unknown, |v| Val::ints(p.axes.clone(), v.clone())));
            continue;
        }
        if !wrt[k] {
            args.push(Val::sets(Vec::new(), vec![Sets::EMPTY]));
            continue;
        }
        let count = usize::try_from(f.count(&p.axes)?).ok()?;
        walk.spend(count).ok()?;
        let last = u32::try_from(columns.checked_add(count)?).ok()?;
        args.push(Val::sets(p.axes.clone(), (columns as u32..last).map(|e| walk.sets.single(e)).collect()));
        columns = last as usize;
        column_extents.push(extents(f, &p.axes)?);
    }
    let fr = Frame { f, batch: 1 };
    let found = walk.function(f, args, 1, &[]).ok()?;
    let all: Rc<[u32]> = (0..columns as u32).collect();
    let column_extents = match <[Vec<usize>; 1]>::try_from(column_extents) {
        Ok([one]) => one,
        Err(_) => vec![columns],
    };
    let mut out = Vec::new();
    for (val, result) in found.iter().zip(&f.results) {
        let Some(sets) = val.as_sets() else { continue };
        let rows = walk.arranged(fr, &val.dims, sets, &result.axes).ok()?;
        let rows = rows.into_iter().map(|s| walk.sets.elements(s).unwrap_or_else(|| all.clone())).collect();
        out.push(Pattern::new(extents(f, &result.axes)?, column_extents.clone(), rows));
    }
    Some(out)
}

/// Integers of a function that follow from it alone, row-major over the axes that are asked for.
pub(crate) fn integers(
    module: &Module,
    f: &dslc_ir::Function,
    wanted: &[(dslc_ir::NodeId, Vec<dslc_ir::AxisId>)],
) -> Vec<Option<Known>> {
    let effort = Effort { cells: 1_000_000, row: 1, sets: 0 };
    let mut walk = Walk { module, sets: Sets::new(effort.row, effort.sets), left: effort.cells };
    let fr = Frame { f, batch: 1 };
    let of = |k: usize| match f.param_shape(k).scalar.has_tangent() {
        true => Val::sets(Vec::new(), vec![Sets::EMPTY]),
        false => Val::unknown(),
    };
    let args = (0..f.params.len()).map(of).collect();
    let nodes: Vec<dslc_ir::NodeId> = wanted.iter().map(|w| w.0).collect();
    let Ok(found) = walk.nodes(fr, args, &nodes) else { return vec![None; wanted.len()] };
    let one = |(val, (_, axes)): (Val, &(dslc_ir::NodeId, Vec<dslc_ir::AxisId>))| {
        let ints = val.as_ints()?;
        val.dims.iter().all(|a| axes.contains(a)).then_some(())?;
        walk.arranged(fr, &val.dims, ints, axes).ok()
    };
    found.into_iter().zip(wanted).map(one).collect()
}

fn extents(f: &dslc_ir::Function, axes: &[dslc_ir::AxisId]) -> Option<Vec<usize>> {
    axes.iter().map(|&a| usize::try_from(f.axes[a].known()?).ok()).collect()
}
