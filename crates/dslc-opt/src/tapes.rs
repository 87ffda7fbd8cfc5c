//! Tapes: axes whose extent is known only when run.
//!
//! The extent of such an axis has no axes itself. So a function that has one cannot take part in its caller's
//! axes where these reach the extent: it is not spliced there, and no batch moves into it. It stays a body or a
//! callee of its own, which runs for each point.

use dslc_base::Index as _;
use dslc_ir::{AxisId, Builder, Extent, Function, Node, NodeId, Op};

/// The parameters that the extents of a function's own tapes depend on.
pub fn steering(func: &Function) -> Vec<usize> {
    if !func.axes.iter().any(|e| *e == Extent::Dynamic) {
        return Vec::new();
    }
    let mut reached = vec![false; func.nodes.len()];
    for node in func.nodes.iter().filter(|n| makes_tape(func, n)) {
        reached[node.args[0].index()] = true;
    }
    for (id, node) in func.nodes.iter_enumerated().rev() {
        if reached[id.index()] {
            node.args.iter().for_each(|a| reached[a.index()] = true);
        }
    }
    (0..func.params.len()).filter(|&p| reached[func.params[p].node.index()]).collect()
}

/// Whether a node is a loop along an axis of unknown extent.
pub fn makes_tape(func: &Function, node: &Node) -> bool {
    matches!(&node.op, Op::Scan(scan) if scan.axis.is_some_and(|a| func.axes[a] == Extent::Dynamic))
}

/// Whether a function can be spliced where its parameters are these arguments, bound so.
pub fn can_splice(b: &Builder, callee: &Function, args: &[NodeId], bound: &[Vec<AxisId>]) -> bool {
    steering(callee).into_iter().all(|p| b.ty(args[p]).axes.iter().all(|a| bound[p].contains(a)))
}
