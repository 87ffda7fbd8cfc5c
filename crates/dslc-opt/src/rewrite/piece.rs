//! Finds the pieces of a function that one row can read, and puts them into a graph.

use std::collections::{BTreeMap, BTreeSet};

use dslc_base::{Index as _, IndexVec};
use dslc_ir::{AxisId, Bits, Extent, Function, Node, NodeId, Op, Scalar};
use egg::Id;

use super::extract::{Choice, canonical};
use super::facts::Facts;
use super::graph::{Flat, Graph, Name, Ref};
use super::rows::{Mode, Row};

/// Nodes that are connected and that one row can read.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) scalar: Scalar,
    /// In order.
    pub(crate) nodes: Vec<NodeId>,
    /// Those that something outside uses.
    pub(crate) roots: Vec<NodeId>,
}

/// How many nodes a piece may have.
const LARGEST: usize = 300;

/// Whether a row can read a node.
fn reads(func: &Function, node: &Node, row: &Row) -> bool {
    let [ty] = node.types.as_slice() else { return false };
    let some = |axes: &[AxisId]| axes.iter().all(|&a| matches!(func.axes[a], Extent::Static(n) if n > 0));
    if !row.scalars.contains(&ty.scalar) || !some(&ty.axes) {
        return false;
    }
    match &node.op {
        Op::Map(p) => {
            p.0.name == row.mul
                || p.0.name == row.sum()
                || row.mul == "mul" && row.sum() == "add" && matches!(p.0.name, "sub" | "neg")
        }
        Op::Fold { monoid, axes } => row.add.contains(monoid) && some(axes),
        Op::Read { index, fill: false } => {
            let same = |(from, at): &(AxisId, dslc_ir::Index)| {
                at.as_axis().is_some_and(|to| func.axes[*from] == func.axes[to])
            };
            index.iter().all(same) && some(&func.ty(node.args[0]).axes)
        }
        _ => false,
    }
}

/// The pieces that are worth a look: with a fold, a product or sum, and at least `least` points to run over.
pub(crate) fn pieces(func: &Function, live: &[bool], row: &Row, least: f64) -> Vec<Piece> {
    if !func.nodes.iter().any(|n| matches!(&n.op, Op::Fold { monoid, .. } if row.add.contains(monoid))) {
        return vec![];
    }
    let inside: IndexVec<NodeId, bool> =
        func.nodes.iter_enumerated().map(|(id, n)| live[id.index()] && reads(func, n, row)).collect();
    // Each node's group is that of its first argument inside; groups that meet are joined.
    let mut parent: Vec<usize> = (0..func.nodes.len()).collect();
    let find = |parent: &mut Vec<usize>, mut k: usize| {
        while parent[k] != k {
            parent[k] = parent[parent[k]];
            k = parent[k];
        }
        k
    };
    let mut outside = vec![false; func.nodes.len()];
    for (id, node) in func.nodes.iter_enumerated().filter(|(id, _)| live[id.index()]) {
        for &arg in node.args.iter().filter(|a| inside[**a]) {
            if inside[id] {
                let (a, b) = (find(&mut parent, id.index()), find(&mut parent, arg.index()));
                parent[a.max(b)] = a.min(b);
            } else {
                outside[arg.index()] = true;
            }
        }
    }
    func.results.iter().for_each(|r| outside[r.node.index()] = true);
    let mut groups: BTreeMap<usize, Vec<NodeId>> = BTreeMap::new();
    for id in func.nodes.ids().filter(|id| inside[*id]) {
        groups.entry(find(&mut parent, id.index())).or_default().push(id);
    }
    let worth = |nodes: &Vec<NodeId>| {
        let fold = nodes.iter().any(|&n| matches!(func.nodes[n].op, Op::Fold { .. }));
        let map = nodes.iter().any(|&n| matches!(func.nodes[n].op, Op::Map(_)));
        let points = |&n: &NodeId| func.count(&func.ty(n).axes).map_or(f64::INFINITY, |c| c as f64);
        fold && map && nodes.len() <= LARGEST && nodes.iter().map(points).sum::<f64>() >= least
    };
    let piece = |nodes: Vec<NodeId>| Piece {
        scalar: func.ty(nodes[0]).scalar,
        roots: nodes.iter().copied().filter(|n| outside[n.index()]).collect(),
        nodes,
    };
    groups.into_values().filter(worth).map(piece).collect()
}

/// A piece in a graph.
pub(crate) struct Loaded {
    pub(crate) graph: Graph,
    /// The class of each root; its names are the axes of the function.
    pub(crate) roots: Vec<(NodeId, Ref)>,
    /// The node of the function that each leaf is.
    pub(crate) leaves: Vec<NodeId>,
    written: Vec<Id>,
}

impl Loaded {
    /// The choice that is the program as written.
    pub(crate) fn input(&self) -> Choice {
        let mut choice = Choice::new();
        for &id in &self.written {
            let term = canonical(&self.graph, self.graph.egraph.id_to_node(id));
            choice.entry(self.graph.egraph.find(id)).or_insert(term);
        }
        choice
    }
    /// The classes of the roots.
    pub(crate) fn classes(&self) -> Vec<Id> {
        self.roots.iter().map(|(_, r)| self.graph.egraph.find(r.id)).collect()
    }
}

/// Puts a piece into a graph. A fold whose argument nothing else uses counts as one step with it, since lowering
/// does both in one loop.
pub(crate) fn load(
    func: &Function,
    piece: &Piece,
    facts: &IndexVec<NodeId, Facts>,
    row: Row,
    mode: Mode,
) -> Loaded {
    let graph = Graph::new(row, mode, piece.scalar, func.axes.len() as Name);
    let mut loaded = Loaded { graph, roots: vec![], leaves: vec![], written: vec![] };
    let mut uses: BTreeMap<NodeId, usize> = BTreeMap::new();
    for &id in &piece.nodes {
        func.nodes[id].args.iter().for_each(|&a| *uses.entry(a).or_default() += 1);
    }
    let roots: BTreeSet<NodeId> = piece.roots.iter().copied().collect();
    let inside: BTreeSet<NodeId> = piece.nodes.iter().copied().collect();
    let mut refs: BTreeMap<NodeId, Ref> = BTreeMap::new();
    for &id in &piece.nodes {
        for &arg in func.nodes[id].args.iter().filter(|a| !inside.contains(a)) {
            refs.entry(arg).or_insert_with(|| loaded.leaf(func, facts, arg));
        }
        let single = |n: NodeId| inside.contains(&n) && uses.get(&n) == Some(&1) && !roots.contains(&n);
        let found = loaded.node(func, id, &refs, &single);
        refs.insert(id, found);
    }
    loaded.roots = piece.roots.iter().map(|r| (*r, refs[r].clone())).collect();
    loaded.graph.egraph.rebuild();
    loaded
}

fn name(axis: AxisId) -> Name {
    axis.index() as Name
}

impl Loaded {
    fn leaf(&mut self, func: &Function, facts: &IndexVec<NodeId, Facts>, id: NodeId) -> Ref {
        if let Op::Const(bits) = func.nodes[id].op {
            return self.graph.number(bits);
        }
        let axes = func.ty(id).axes.clone();
        let names = self.names(func, &axes);
        let dims = names.iter().map(|n| self.graph.extents[n]).collect();
        self.leaves.push(id);
        self.graph.leaf(dims, facts[id], names)
    }
    fn names(&mut self, func: &Function, axes: &[AxisId]) -> Vec<Name> {
        for &a in axes {
            self.graph.extents.insert(name(a), func.axes[a].known().unwrap_or(0));
        }
        axes.iter().map(|&a| name(a)).collect()
    }
    fn node(
        &mut self,
        func: &Function,
        id: NodeId,
        refs: &BTreeMap<NodeId, Ref>,
        single: &dyn Fn(NodeId) -> bool,
    ) -> Ref {
        let node = &func.nodes[id];
        self.names(func, &node.ty().axes);
        let args: Vec<Ref> = node.args.iter().map(|a| refs[a].clone()).collect();
        let free = |kids: Vec<Ref>| Flat { kids, bound: BTreeSet::new() };
        let found = match &node.op {
            Op::Map(p) if p.0.name == "neg" => self.negated(&args[0]),
            Op::Map(p) if p.0.name == "sub" => {
                let minus = self.negated(&args[1]);
                self.graph.sum(&[args[0].clone(), minus], None)
            }
            Op::Map(p) if p.0.name == self.graph.row.mul => self.graph.product(&free(args), None),
            Op::Map(_) => self.graph.sum(&args, None),
            Op::Fold { axes, .. } => {
                let bound: BTreeSet<Name> = self.names(func, axes).into_iter().collect();
                let plain = self.graph.product(&Flat { kids: args, bound: bound.clone() }, None);
                let inner = &func.nodes[node.args[0]];
                let multiplies = matches!(&inner.op, Op::Map(p) if p.0.name == self.graph.row.mul);
                if multiplies && single(node.args[0]) {
                    let kids = inner.args.iter().map(|a| refs[a].clone()).collect();
                    let fused = self.graph.product(&Flat { kids, bound }, Some(&plain.names));
                    self.graph.unite(&plain, &fused);
                    self.written.push(fused.id);
                }
                plain
            }
            Op::Read { index, .. } => {
                for (_, at) in index {
                    let to: Vec<AxisId> = at.as_axis().into_iter().collect();
                    self.names(func, &to);
                }
                let to = |n: &Name| {
                    let entry = index.iter().find(|(from, _)| name(*from) == *n);
                    entry.and_then(|(_, at)| at.as_axis()).map_or(*n, name)
                };
                let names = args[0].names.iter().map(to).collect();
                self.graph.product(&free(vec![Ref { id: args[0].id, names }]), None)
            }
            op => unreachable!("no row reads {op:?}"),
        };
        self.written.push(found.id);
        found
    }
    fn negated(&mut self, x: &Ref) -> Ref {
        let minus = self.graph.number(Bits::number(self.graph.scalar, -1.0));
        let found = self.graph.product(&Flat { kids: vec![minus, x.clone()], bound: BTreeSet::new() }, None);
        self.written.push(found.id);
        found
    }
}
