//! Moves mapped axes into the bodies of loops and conditions.
//!
//! **Takes** any functions. **Gives** functions whose scans are mapped only over axes along which the trip count
//! varies, and whose conditions only over axes of the truth value, but for those with tapes in their bodies (see
//! [`crate::tapes`]); the other axes have become core axes of the
//! bodies, so that the loop is outermost and its body a tensor program that can be fused and vectorised.
//! **Needs** nothing. **Breaks** nothing. A lifted axis keeps its name in the caller: it is bound in the
//! arguments *and* in the results, so nothing has to be renamed around the loop.
//!
//! ```text
//! %2: f64['0] = scan 10 @1 state (%1: f64['0])             body @1: (i, a: f64) -> a * a
//! becomes
//! %2: f64['0] = scan 10 @1 state (%1 bound '0) -> '0       body @1: (i, a: f64['0]) -> a * a
//! ```
//!
//! Which state gets which axes is a fixed point: a state has the axes of its initial value and of everything that
//! its next value depends on. Two sweeps, no recursion: callers first to find the axes (`plan`), then callees
//! first to build the bodies.

use std::collections::HashMap;

use dslc_base::{Index as _, IndexVec};
use dslc_ir::{AxisId, Builder, Extent, FuncId, Function, Module, Op, Output};

use crate::inline::live_nodes;
use crate::needs::Needs;
use crate::rebuild::{FuncMap, Subst};

mod plan;
mod sites;

use plan::{Mask, Plan, Variant, VariantId};
use sites::lift_site;

/// Moves mapped axes into loops and conditions.
pub fn lift(module: &mut Module, roots: &mut [FuncId]) {
    let needs = Needs::of_axes(module);
    let plan = Plan::new(module, &needs, roots);
    let mut out = Module { funcs: IndexVec::new(), sites: module.sites.clone() };
    let mut built: HashMap<VariantId, FuncId> = HashMap::new();
    let mut map = FuncMap::new(module);
    for id in module.funcs.ids() {
        for (number, variant) in plan.variants(id).iter().enumerate() {
            let func = build(&out, &module.funcs[id], variant, &built, &map);
            let new = out.funcs.push(func);
            built.insert(VariantId { func: id, number }, new);
            if variant.key.extents.is_empty() {
                map.set(id, new);
            }
        }
    }
    for root in roots {
        *root = map.get(*root);
    }
    *module = out;
}

/// Copies a function whose parameters have got extra axes.
fn build(
    out: &Module,
    src: &Function,
    variant: &Variant,
    built: &HashMap<VariantId, FuncId>,
    map: &FuncMap,
) -> Function {
    let mut b = Builder::new(src.name.clone());
    let mut s = Subst::new(src);
    let extra = b.axes(&variant.key.extents);
    for (p, &mask) in src.params.iter().zip(&variant.key.params) {
        let mut axes = s.axes(&mut b, &p.axes);
        axes.extend(chosen(&extra, mask));
        let node = b.param(src.ty(p.node).scalar, axes);
        s.set(p.node, node);
    }
    let live = live_nodes(src);
    for (id, node) in src.nodes.iter_enumerated().filter(|(id, _)| live[id.index()]) {
        match variant.sites.get(&id) {
            Some(site) => lift_site(&mut b, out, &mut s, id, site, &extra, built),
            None if matches!(node.op, Op::Param(_)) => {}
            None => s.copy(&mut b, out, map, id),
        }
    }
    let results = src.results.iter().zip(&variant.key.results);
    let results = results
        .map(|(r, &mask)| {
            let mut axes = s.axes(&mut b, &r.axes);
            axes.extend(chosen(&extra, mask));
            Output { node: s.get(r.node), axes }
        })
        .collect();
    b.finish(results)
}

/// The axes that a mask names.
fn chosen(axes: &[AxisId], mask: Mask) -> impl Iterator<Item = AxisId> + '_ {
    axes.iter().enumerate().filter(move |(k, _)| mask >> k & 1 == 1).map(|(_, &a)| a)
}

/// How many axes are lifted at once; a mask has a bit for each.
const MOST: usize = 64;

/// An axis that is lifted, in the function that has the loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lifted {
    /// An axis of the function itself.
    Own(AxisId),
    /// An axis that this version of the function has been given.
    Extra(usize),
}

impl Lifted {
    fn extent(self, func: &Function, extents: &[Extent]) -> Extent {
        match self {
            Lifted::Own(axis) => func.axes[axis],
            Lifted::Extra(k) => extents[k],
        }
    }
}
