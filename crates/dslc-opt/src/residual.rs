//! What the reverse of loops keeps, before it runs.
//!
//! **Takes** any functions without `Vjp` and `Jvp`. **Gives** for each loop whose stacked outputs a loop in the other
//! direction reads the bytes of these, for one trip and for all. **Needs** nothing. **Breaks** nothing: it changes nothing.

use std::collections::HashSet;

use dslc_base::Index as _;
use dslc_ir::infer::mapped_axes;
use dslc_ir::verify::callees_of;
use dslc_ir::{AxisId, FuncId, Function, Module, Node, NodeId, Op, Scan, SiteId};

use crate::cost::{Count, points};

/// What is kept of a loop for its reverse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Residual {
    /// The loop.
    pub site: Option<SiteId>,
    /// The bytes of one trip.
    pub each: Count,
    /// The bytes of all trips, where each axis whose extent is data has `t`.
    pub all: Count,
}

/// What a function and what it calls keep, callers first.
pub fn residuals(module: &Module, func: FuncId) -> Vec<Residual> {
    let mut reached = vec![false; func.index() + 1];
    reached[func.index()] = true;
    let mut out = Vec::new();
    // Callees have smaller ids.
    for k in (0..reached.len()).rev() {
        if !reached[k] {
            continue;
        }
        let f = &module.funcs[FuncId(k as u32)];
        for node in f.nodes.iter() {
            for callee in callees_of(&node.op) {
                reached[callee.index()] = true;
            }
        }
        out.extend(of_function(f));
    }
    out
}

fn of_function(f: &Function) -> Vec<Residual> {
    // The stacked values that loops in either direction read.
    let mut read: HashSet<(NodeId, bool)> = HashSet::new();
    for node in f.nodes.iter() {
        if let Op::Scan(scan) = &node.op {
            read.extend(node.args[1..=scan.xs as usize].iter().map(|&a| (a, scan.reverse)));
        }
    }
    let kept = |(id, node): (NodeId, &Node)| match &node.op {
        Op::Scan(scan) => of_loop(f, id, node, scan, &read),
        _ => None,
    };
    f.nodes.iter_enumerated().filter_map(kept).collect()
}

fn of_loop(
    f: &Function,
    id: NodeId,
    node: &Node,
    scan: &Scan,
    read: &HashSet<(NodeId, bool)>,
) -> Option<Residual> {
    let axis = scan.axis?;
    let mapped = mapped_axes(f, &scan.bind, &node.args, scan.xs as usize, scan.axis);
    let (mut each, mut all) = (Count::default(), Count::default());
    for k in scan.state as usize..node.types.len() {
        let stacked = match node.types.len() {
            1 => vec![id],
            _ => projections(f, id, k),
        };
        if !stacked.iter().any(|&n| read.contains(&(n, !scan.reverse))) {
            continue;
        }
        let axes: Vec<AxisId> = scan.bind.results[k].iter().chain(&mapped).copied().collect();
        let size = node.types[k].scalar.size() as u128;
        each.add(&points(f, &axes).times(size));
        let whole: Vec<AxisId> = axes.into_iter().chain([axis]).collect();
        all.add(&points(f, &whole).times(size));
    }
    (all != Count::default()).then_some(Residual { site: node.site, each, all })
}

fn projections(f: &Function, id: NodeId, k: usize) -> Vec<NodeId> {
    let of = |n: &Node| n.args.first() == Some(&id) && n.op == Op::Proj(k as u32);
    f.nodes.iter_enumerated().filter(|(_, n)| of(n)).map(|(at, _)| at).collect()
}
