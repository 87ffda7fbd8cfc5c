//! Callers first: which axes each body is given, and along which of them each of its nodes varies.

use std::collections::HashMap;

use dslc_base::Index as _;
use dslc_ir::verify::callees_of;
use dslc_ir::{Extent, FuncId, Function, Module, NodeId, Op};

use super::sites::{LiftSite, plan_site};
use crate::needs::Needs;

/// A set of the extra axes of a version, as bits.
pub(super) type Mask = u64;

/// What tells versions of a function apart.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Key {
    /// The extra axes.
    pub(super) extents: Vec<Extent>,
    /// For each parameter: which of them it has.
    pub(super) params: Vec<Mask>,
    /// For each result: which of them are listed.
    pub(super) results: Vec<Mask>,
}

impl Key {
    /// The version without extra axes.
    pub(super) fn plain(func: &Function) -> Self {
        Self { extents: vec![], params: vec![0; func.params.len()], results: vec![0; func.results.len()] }
    }
}

/// One version of a function.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) key: Key,
    /// How its loops and conditions are rebuilt.
    pub(super) sites: HashMap<NodeId, LiftSite>,
}

/// Names a version.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct VariantId {
    pub(super) func: FuncId,
    pub(super) number: usize,
}

/// Every version of every function that is needed.
pub(super) struct Plan {
    variants: Vec<Vec<Variant>>,
    known: Vec<HashMap<Key, usize>>,
}

impl Plan {
    pub(super) fn new(module: &Module, needs: &Needs, roots: &[FuncId]) -> Self {
        let n = module.funcs.len();
        let mut plan =
            Self { variants: (0..n).map(|_| Vec::new()).collect(), known: vec![HashMap::new(); n] };
        for &root in roots {
            plan.demand(root, Key::plain(&module.funcs[root]));
        }
        for id in (0..n).rev().map(FuncId::from_usize) {
            let mut variants = std::mem::take(&mut plan.variants[id.index()]);
            for variant in &mut variants {
                plan.sweep(module, needs, &module.funcs[id], variant);
            }
            plan.variants[id.index()] = variants;
        }
        plan
    }
    pub(super) fn variants(&self, func: FuncId) -> &[Variant] {
        &self.variants[func.index()]
    }
    /// Asks for a version of a function.
    pub(super) fn demand(&mut self, func: FuncId, key: Key) -> VariantId {
        let next = self.variants[func.index()].len();
        let number = *self.known[func.index()].entry(key.clone()).or_insert(next);
        if number == next {
            self.variants[func.index()].push(Variant { key, sites: HashMap::new() });
        }
        VariantId { func, number }
    }

    /// Follows the extra axes from the parameters on.
    fn sweep(&mut self, module: &Module, needs: &Needs, func: &Function, variant: &mut Variant) {
        let mut masks = Masks::default();
        for (id, node) in func.nodes.iter_enumerated() {
            let all = node.args.iter().fold(0, |m, &a| m | masks.of(a));
            match &node.op {
                Op::Param(k) => masks.push(variant.key.params[*k as usize]),
                Op::Proj(k) => masks.push(masks.result(node.args[0], *k as usize)),
                Op::If { .. } | Op::Scan(_) if needs.lifts(&node.op) => {
                    let extents = &variant.key.extents;
                    let (site, results) = plan_site(self, needs, func, id, &masks, extents);
                    variant.sites.insert(id, site);
                    masks.push_all(results);
                }
                _ => {
                    for callee in callees_of(&node.op) {
                        self.demand(callee, Key::plain(&module.funcs[callee]));
                    }
                    masks.push(all);
                }
            }
        }
    }
}

/// Along which extra axes each node varies (at most).
#[derive(Default)]
pub(super) struct Masks {
    /// The union over the results of each node.
    all: Vec<Mask>,
    /// Each result of a loop or condition.
    each: HashMap<NodeId, Vec<Mask>>,
}

impl Masks {
    fn push(&mut self, mask: Mask) {
        self.all.push(mask);
    }
    fn push_all(&mut self, results: Vec<Mask>) {
        self.each.insert(NodeId::from_usize(self.all.len()), results.clone());
        self.all.push(results.iter().fold(0, |a, b| a | b));
    }
    /// The axes of a node.
    pub(super) fn of(&self, node: NodeId) -> Mask {
        self.all[node.index()]
    }
    fn result(&self, node: NodeId, k: usize) -> Mask {
        self.each.get(&node).map_or(self.of(node), |each| each[k])
    }
}
