//! Drops what no result needs, across calls, loops and conditions.
//!
//! **Takes** any functions. **Gives** functions without dead nodes, whose calls, loops and conditions have only
//! parameters and results that are used. **Needs** nothing. **Breaks** nothing: a failure that only a dropped
//! value could raise was not to be raised ("an error belongs to the value that needs it").
//!
//! In a loop it finds: state that feeds only itself; outputs that nobody reads; a state that is handed on
//! unchanged (it becomes a capture, its final value the initial one); outputs that are copies of inputs;
//! captures that are equal, or constant (the constant moves into the body); inputs that do not vary along the
//! scanned axis.
//!
//! ```text
//! %4 = scan 10 @1 state (%1, %2, %3)          body @1: (i, a, b, c) -> (a * c, b + 1, c)
//! %5 = proj 0 %4                           becomes
//! %4 = scan 10 @1 state (%1) capture (%3)     body @1: (i, a, c) -> (a * c)
//! ```
//!
//! Two sweeps, no recursion: callers first to find out which parameters and results each callee keeps
//! (`plan`), then callees first to build them.

use std::collections::HashMap;

use dslc_base::{Index as _, IndexVec};
use dslc_ir::{Builder, FuncId, Function, Module, NodeId, Op, Output};

use crate::needs::Needs;
use crate::rebuild::{FuncMap, Subst};

mod plan;
mod sites;

use plan::{Input, Plan, Variant, VariantId};
use sites::rebuild_site;

/// Drops what no root needs.
pub fn prune(module: &mut Module, roots: &mut [FuncId]) {
    let needs = Needs::of_values(module);
    let plan = Plan::new(module, &needs, roots);
    let mut out = Module { funcs: IndexVec::new(), sites: module.sites.clone() };
    let mut built: HashMap<VariantId, FuncId> = HashMap::new();
    let mut map = FuncMap::new(module);
    for id in module.funcs.ids() {
        for (k, variant) in plan.variants(id).iter().enumerate() {
            let mut func = build(&out, &module.funcs[id], variant, &built, &map);
            if variant.is_whole(&module.funcs[id]) {
                func.rule = map.rule(&module.funcs[id]);
            }
            let new = out.funcs.push(func);
            built.insert(VariantId { func: id, number: k }, new);
            if variant.is_whole(&module.funcs[id]) {
                map.set(id, new);
            }
        }
    }
    for root in roots {
        *root = map.get(*root);
    }
    *module = out;
}

/// Copies the live nodes of one variant of a function.
fn build(
    out: &Module,
    src: &Function,
    variant: &Variant,
    built: &HashMap<VariantId, FuncId>,
    map: &FuncMap,
) -> Function {
    let mut b = Builder::new(src.name.clone());
    let mut s = Subst::new(src);
    params(&mut b, &mut s, variant);
    for id in src.nodes.ids() {
        if let Some(site) = variant.sites.get(&id) {
            b.site = src.nodes[id].site;
            rebuild_site(&mut b, out, &mut s, id, site, built);
        } else if variant.live[id.index()] && !matches!(src.nodes[id].op, Op::Param(_)) {
            s.copy(&mut b, out, map, id);
        }
    }
    let results: Vec<Output> = variant
        .outputs
        .iter()
        .map(|&k| {
            let r = &src.results[k];
            Output { node: s.get(r.node), axes: s.axes(&mut b, &r.axes) }
        })
        .collect();
    b.finish(results)
}

/// The parameters that are kept, in their new order, and what stands for the others.
fn params(b: &mut Builder, s: &mut Subst, variant: &Variant) {
    let src = s.src;
    for &k in &variant.order {
        let p = &src.params[k];
        let axes = s.axes(b, &p.axes);
        let node = b.param(src.ty(p.node).scalar, axes);
        s.set(p.node, node);
    }
    for (k, input) in variant.inputs.iter().enumerate() {
        let node: NodeId = match *input {
            Input::Kept | Input::Unused => continue,
            Input::Constant(bits) => b.constant(bits),
            Input::Same(first) => {
                let from = s.axes(b, &src.params[first].axes);
                let to = s.axes(b, &src.params[k].axes);
                let pairs: Vec<_> = from.into_iter().zip(to).collect();
                b.rename(s.get(src.params[first].node), &pairs)
            }
        };
        s.set(src.params[k].node, node);
    }
}
