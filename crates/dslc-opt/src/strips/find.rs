//! Finds what can be done strip by strip, and along which axis.

use std::collections::{BTreeMap, BTreeSet};

use dslc_base::Index as _;
use dslc_ir::{AxisId, Function, NodeId, Op};

use crate::fails::Fails;
use crate::inline::live_nodes;
use crate::strips::SMALL;

/// What a strip should take of the second cache, in elements.
const STRIP: u64 = 1 << 17;
/// A strip has this many rows at least, where sizes allow: products of matrices are slow for single rows.
const ROWS: u64 = 16;

/// Nodes that are computed in one loop over strips.
pub(super) struct Found {
    /// The nodes, and the axis of each that is cut. All these axes have one extent.
    pub(super) members: BTreeMap<NodeId, AxisId>,
    /// What they read from outside, constants aside: a node, and its axis that is cut if it has one. Those with one first.
    pub(super) inputs: Vec<(NodeId, Option<AxisId>)>,
    /// The members that are read from outside.
    pub(super) outputs: Vec<NodeId>,
    /// Every axis that is cut, of members and of inputs.
    pub(super) cut: BTreeSet<AxisId>,
    /// For each node: whether it is a member or needs one.
    pub(super) after: Vec<bool>,
    /// How long the cut axes are.
    pub(super) extent: u64,
    /// How many rows a strip has; a divisor of the extent.
    pub(super) width: u64,
}

/// The first fold that is large, or of something large, that can be had strip by strip, with all that goes with it.
pub(super) fn find(func: &Function, fails: &Fails, above: Option<u64>) -> Option<Found> {
    let mut search = Search::new(func, fails, above);
    if !func.nodes.ids().any(|id| search.is_large(id)) {
        return None;
    }
    for (seed, node) in func.nodes.iter_enumerated() {
        if !matches!(node.op, Op::Fold { .. }) || !(search.is_large(seed) || search.has_windows(seed)) {
            continue;
        }
        let mut axes = node.ty().axes.to_vec();
        axes.sort_by_key(|&a| std::cmp::Reverse(func.axes[a].known()));
        for axis in axes {
            search.members.clear();
            if let Some(found) = search.grow(seed, axis).and_then(|()| search.found(axis)) {
                return Some(found);
            }
        }
    }
    None
}

struct Search<'f> {
    func: &'f Function,
    fails: &'f Fails,
    live: Vec<bool>,
    users: Vec<Vec<NodeId>>,
    result: Vec<bool>,
    /// What goes in and comes out, in elements.
    most: u64,
    /// What a strip may take: as much as the largest that goes in or comes out.
    strip: u64,
    members: BTreeMap<NodeId, AxisId>,
}

impl<'f> Search<'f> {
    fn new(func: &'f Function, fails: &'f Fails, above: Option<u64>) -> Self {
        let live = live_nodes(func);
        let mut users = vec![Vec::new(); func.nodes.len()];
        for (id, node) in func.nodes.iter_enumerated().filter(|(id, _)| live[id.index()]) {
            node.args.iter().for_each(|a| users[a.index()].push(id));
        }
        let mut result = vec![false; func.nodes.len()];
        func.results.iter().for_each(|r| result[r.node.index()] = true);
        let ends = func.params.iter().map(|p| &p.axes).chain(func.results.iter().map(|r| &r.axes));
        let ends: Vec<u64> = ends.map(|axes| func.count(axes).unwrap_or(u64::MAX)).collect();
        let around = ends.iter().fold(0, |a: u64, n| a.saturating_add(*n));
        let most = above.unwrap_or(around.max(SMALL));
        let strip = above.unwrap_or(ends.into_iter().max().unwrap_or(0).max(SMALL));
        Self { func, fails, live, users, result, most, strip, members: BTreeMap::new() }
    }

    fn count(&self, id: NodeId) -> u64 {
        let node = &self.func.nodes[id];
        node.types.iter().map(|t| self.func.count(&t.axes).unwrap_or(u64::MAX)).max().unwrap_or(0)
    }

    /// Whether a node is larger than all that goes in and comes out.
    fn is_large(&self, id: NodeId) -> bool {
        self.live[id.index()] && self.count(id) > self.most
    }

    /// Whether a node only looks at elements of something small.
    fn is_window(&self, id: NodeId) -> bool {
        let node = &self.func.nodes[id];
        matches!(node.op, Op::Read { fill: false, .. })
            && node.args.len() == 1
            && !self.is_large(node.args[0])
    }

    /// Whether a fold is one of products in which a factor has overlapping windows, many more elements than what it reads. It
    /// may be copied for a kernel that takes matrices.
    fn has_windows(&self, fold: NodeId) -> bool {
        let product = &self.func.nodes[self.func.nodes[fold].args[0]];
        let overlaps = |id: NodeId| match &self.func.nodes[id].op {
            Op::Read { index, .. } => index.iter().any(|(_, at)| at.terms.len() > 1),
            _ => false,
        };
        let found = |id: NodeId| self.is_large(id) && self.is_window(id) && overlaps(id);
        matches!(product.op, Op::Map(_)) && product.args.len() == 2 && product.args.iter().any(|a| found(*a))
    }

    /// Takes in all that a large node and its cut axis bring with them: what reads it, what it is made of if that is large,
    /// and what lies between members. Nothing if some of it cannot be cut.
    fn grow(&mut self, seed: NodeId, axis: AxisId) -> Option<()> {
        let mut work = vec![(seed, axis)];
        loop {
            while let Some((id, axis)) = work.pop() {
                self.join(id, axis, &mut work)?;
            }
            work = self.between()?;
            if work.is_empty() {
                return Some(());
            }
        }
    }

    fn join(&mut self, id: NodeId, axis: AxisId, work: &mut Vec<(NodeId, AxisId)>) -> Option<()> {
        match self.members.get(&id) {
            Some(known) => return (*known == axis).then_some(()),
            None => drop(self.members.insert(id, axis)),
        }
        let node = &self.func.nodes[id];
        let kind = matches!(node.op, Op::Map(_) | Op::Fold { .. } | Op::Read { fill: false, .. });
        if !kind || node.types.len() != 1 || !node.ty().has(axis) || self.fails.node(self.func, id) {
            return None;
        }
        if self.is_large(id) {
            if self.result[id.index()] {
                return None;
            }
            for &user in &self.users[id.index()] {
                work.push((user, image(self.func, user, id, axis)?));
            }
        }
        for &arg in node.args.iter().filter(|a| self.is_large(**a) && !self.is_window(**a)) {
            work.push((arg, source(self.func, id, arg, axis)??));
        }
        Some(())
    }

    /// What needs a member and is needed by one.
    fn between(&self) -> Option<Vec<(NodeId, AxisId)>> {
        let after = self.after();
        let mut needed = vec![false; self.func.nodes.len()];
        for (id, node) in self.func.nodes.iter_enumerated().rev() {
            if needed[id.index()] || self.members.contains_key(&id) {
                node.args.iter().for_each(|a| needed[a.index()] = true);
            }
        }
        let mut out = Vec::new();
        for (id, node) in self.func.nodes.iter_enumerated() {
            if after[id.index()] && needed[id.index()] && !self.members.contains_key(&id) {
                let known = node.args.iter().find_map(|a| Some((*a, *self.members.get(a)?)));
                // What needs a member through another node comes once that one has.
                if let Some((arg, axis)) = known {
                    out.push((id, image(self.func, id, arg, axis)?));
                }
            }
        }
        Some(out)
    }

    fn after(&self) -> Vec<bool> {
        let mut after = vec![false; self.func.nodes.len()];
        for (id, node) in self.func.nodes.iter_enumerated() {
            after[id.index()] = self.members.contains_key(&id) || node.args.iter().any(|a| after[a.index()]);
        }
        after
    }

    /// Whether a node is computed where it is folded, and never stored.
    fn is_fused(&self, id: NodeId) -> bool {
        let folds = |u: &NodeId| matches!(self.func.nodes[*u].op, Op::Fold { .. });
        !matches!(self.func.nodes[id].op, Op::Fold { .. }) && self.users[id.index()].iter().all(folds)
    }

    /// What was found, if it is sound and worth it.
    fn found(&self, axis: AxisId) -> Option<Found> {
        let func = self.func;
        let extent = func.axes[axis].known().filter(|n| *n > 1)?;
        let (mut inputs, mut cut) = (BTreeSet::new(), BTreeSet::new());
        for (&id, &axis) in &self.members {
            cut.insert(axis);
            for &arg in &func.nodes[id].args {
                let from = source(func, id, arg, axis)?;
                match self.members.get(&arg) {
                    Some(known) if from == Some(*known) => {}
                    Some(_) => return None,
                    None if matches!(func.nodes[arg].op, Op::Const(_)) => {}
                    None => drop(inputs.insert((from.is_none(), arg, from))),
                }
                cut.extend(from);
            }
        }
        // An axis is cut wherever it occurs, or the loop could not tell.
        let whole = |id: NodeId, own: Option<AxisId>| {
            func.ty(id).axes.iter().all(|a| Some(*a) == own || !cut.contains(a))
        };
        let tidy =
            self.members.iter().all(|(&id, &own)| whole(id, Some(own)) && folds_outside(func, id, &cut))
                && inputs.iter().all(|&(_, id, own)| func.nodes[id].types.len() == 1 && whole(id, own));
        let outputs: Vec<NodeId> = self
            .members
            .keys()
            .copied()
            .filter(|id| {
                let outside = |u: &NodeId| !self.members.contains_key(u);
                self.result[id.index()] || self.users[id.index()].iter().any(outside)
            })
            .collect();
        let after = self.after();
        let last = inputs.iter().map(|i| i.1.index()).max().unwrap_or(0);
        // What has to wait for the loop must not be able to fail, or failures would change places.
        let calm = func
            .nodes
            .ids()
            .take(last + 1)
            .all(|id| !after[id.index()] || self.members.contains_key(&id) || !self.fails.node(func, id));
        let made = self.members.keys().copied().filter(|id| !self.is_fused(*id));
        let sliced = inputs.iter().filter(|i| i.2.is_some()).map(|i| i.1);
        let largest = made.chain(sliced).map(|id| self.count(id)).max()?;
        let row = (largest / extent).max(1);
        let fit = (self.strip / row).min((STRIP / row).max(ROWS)).max(1);
        let width = (1..=fit.min(extent - 1)).rev().find(|d| extent.is_multiple_of(*d))?;
        let inputs = inputs.into_iter().map(|(_, id, from)| (id, from)).collect();
        let members = self.members.clone();
        (tidy && calm && !outputs.is_empty()).then_some(Found {
            members,
            inputs,
            outputs,
            cut,
            after,
            extent,
            width,
        })
    }
}

/// Whether a fold runs over no axis that is cut.
fn folds_outside(func: &Function, id: NodeId, cut: &BTreeSet<AxisId>) -> bool {
    match &func.nodes[id].op {
        Op::Fold { axes, .. } => axes.iter().all(|a| !cut.contains(a)),
        _ => true,
    }
}

/// Which axis of a node follows this axis of its argument; none if none does, or if more than that happens to it.
fn image(func: &Function, id: NodeId, arg: NodeId, axis: AxisId) -> Option<AxisId> {
    match &func.nodes[id].op {
        Op::Map(_) => Some(axis),
        Op::Fold { axes, .. } => (!axes.contains(&axis)).then_some(axis),
        Op::Read { index, fill: false } if func.nodes[id].args.len() == 1 => {
            let to = match index.iter().find(|(a, _)| *a == axis) {
                Some((_, at)) => at.as_axis()?,
                None => axis,
            };
            (source(func, id, arg, to)? == Some(axis)).then_some(to)
        }
        _ => None,
    }
}

/// Which axis of an argument a node's axis follows: none inside if the argument is constant along it, none outside if more
/// than that happens to it.
pub(super) fn source(func: &Function, id: NodeId, arg: NodeId, axis: AxisId) -> Option<Option<AxisId>> {
    let ty = func.ty(arg);
    match &func.nodes[id].op {
        Op::Map(_) | Op::Fold { .. } => Some(ty.has(axis).then_some(axis)),
        Op::Read { index, fill: false } if func.nodes[id].args.len() == 1 => {
            let mut from: Vec<Option<AxisId>> = Vec::new();
            if ty.has(axis) && index.iter().all(|(a, _)| *a != axis) {
                from.push(Some(axis));
            }
            for (a, at) in index.iter().filter(|(_, at)| at.terms.iter().any(|t| t.0 == axis)) {
                from.push(at.as_axis().map(|_| *a));
            }
            match from[..] {
                [Some(one)] => Some(Some(one)),
                _ => None,
            }
        }
        _ => None,
    }
}
