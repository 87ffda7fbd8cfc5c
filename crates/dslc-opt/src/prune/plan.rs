//! Callers first: which nodes are live, and what each loop and condition keeps of its bodies.

use std::collections::HashMap;

use dslc_base::Index as _;
use dslc_ir::verify::callees_of;
use dslc_ir::{Bits, FuncId, Function, Module, NodeId, Op};

use super::sites::{Site, plan_site};
use crate::bits::BitSet;
use crate::needs::Needs;

/// What becomes of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Input {
    /// It stays a parameter.
    Kept,
    /// Nothing reads it.
    Unused,
    /// Its argument is always this constant.
    Constant(Bits),
    /// Its argument is always that of this earlier parameter.
    Same(usize),
}

/// One version of a function, as one or more places need it.
#[derive(Debug)]
pub(super) struct Variant {
    /// What becomes of each parameter.
    pub(super) inputs: Vec<Input>,
    /// The parameters that stay, in their new order.
    pub(super) order: Vec<usize>,
    /// The results that stay, in their new order.
    pub(super) outputs: Vec<usize>,
    /// Which nodes are copied.
    pub(super) live: Vec<bool>,
    /// How calls, loops and conditions are rebuilt.
    pub(super) sites: HashMap<NodeId, Site>,
}

impl Variant {
    pub(super) fn new(inputs: Vec<Input>, order: Vec<usize>, outputs: Vec<usize>) -> Self {
        Self { inputs, order, outputs, live: Vec::new(), sites: HashMap::new() }
    }
    /// The version that keeps everything.
    pub(super) fn whole(func: &Function) -> Self {
        let all = |n: usize| (0..n).collect::<Vec<_>>();
        let params = func.params.len();
        Self::new(vec![Input::Kept; params], all(params), all(func.results.len()))
    }
    /// Whether this version keeps everything where it was.
    pub(super) fn is_whole(&self, func: &Function) -> bool {
        self.order.iter().copied().eq(0..func.params.len())
            && self.outputs.iter().copied().eq(0..func.results.len())
    }
}

/// Names a version.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct VariantId {
    pub(super) func: FuncId,
    pub(super) number: usize,
}

type Key = (Vec<Input>, Vec<usize>, Vec<usize>);

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
            plan.demand(root, Variant::whole(&module.funcs[root]));
        }
        for id in (0..n).rev().map(FuncId::from_usize) {
            // Callers have larger ids, so every version of this function is known by now.
            let mut variants = std::mem::take(&mut plan.variants[id.index()]);
            if let Some(rule) = module.funcs[id].rule.as_ref().filter(|_| !variants.is_empty()) {
                plan.demand(rule.func, Variant::whole(&module.funcs[rule.func]));
            }
            for variant in &mut variants {
                plan.sweep(module, needs, &module.funcs[id], variant);
            }
            plan.variants[id.index()] = variants;
        }
        plan
    }
    /// The versions of a function.
    pub(super) fn variants(&self, func: FuncId) -> &[Variant] {
        &self.variants[func.index()]
    }
    /// Asks for a version of a function.
    pub(super) fn demand(&mut self, func: FuncId, variant: Variant) -> VariantId {
        let key = (variant.inputs.clone(), variant.order.clone(), variant.outputs.clone());
        let number = *self.known[func.index()].entry(key).or_insert(self.variants[func.index()].len());
        if number == self.variants[func.index()].len() {
            self.variants[func.index()].push(variant);
        }
        VariantId { func, number }
    }

    /// Marks live nodes from the results back.
    fn sweep(&mut self, module: &Module, needs: &Needs, func: &Function, variant: &mut Variant) {
        let mut marks = Marks { live: vec![false; func.nodes.len()], used: HashMap::new() };
        for &k in &variant.outputs {
            marks.live[func.results[k].node.index()] = true;
        }
        let constants = constants(func, variant);
        for id in (0..func.nodes.len()).rev().map(NodeId::from_usize) {
            if !marks.live[id.index()] {
                continue;
            }
            let node = &func.nodes[id];
            match &node.op {
                Op::Proj(k) => marks.use_result(func, node.args[0], *k as usize),
                Op::Call { .. } | Op::If { .. } | Op::Scan(_) | Op::While { .. } => {
                    let used = marks.used_of(func, id);
                    let site = plan_site(self, module, needs, func, id, &used, &constants);
                    site.args(node).for_each(|arg| marks.live[arg.index()] = true);
                    variant.sites.insert(id, site);
                }
                _ => {
                    for callee in callees_of(&node.op) {
                        self.demand(callee, Variant::whole(&module.funcs[callee]));
                    }
                    node.args.iter().for_each(|arg| marks.live[arg.index()] = true);
                }
            }
        }
        variant.live = marks.live;
    }
}

/// Live nodes, and the results that are read of nodes that have several.
struct Marks {
    live: Vec<bool>,
    used: HashMap<NodeId, BitSet>,
}

impl Marks {
    fn use_result(&mut self, func: &Function, node: NodeId, k: usize) {
        self.live[node.index()] = true;
        let results = func.nodes[node].types.len();
        self.used.entry(node).or_insert_with(|| BitSet::new(results)).insert(k);
    }
    /// Which results of a live node are read; a node with one result is read as it is.
    fn used_of(&self, func: &Function, node: NodeId) -> BitSet {
        let results = func.nodes[node].types.len();
        self.used.get(&node).cloned().unwrap_or_else(|| {
            let mut all = BitSet::new(results);
            (0..results).for_each(|k| {
                all.insert(k);
            });
            all
        })
    }
}

/// The nodes that are constant in this version.
fn constants(func: &Function, variant: &Variant) -> Vec<Option<Bits>> {
    let nodes = func.nodes.iter();
    nodes
        .map(|node| match node.op {
            Op::Const(bits) => Some(bits),
            Op::Param(k) => match variant.inputs[k as usize] {
                Input::Constant(bits) => Some(bits),
                Input::Kept | Input::Unused | Input::Same(_) => None,
            },
            _ => None,
        })
        .collect()
}
