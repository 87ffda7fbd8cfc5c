//! Partials of compositions that are better known than the product of the partials: a logarithm of an exponential.
//!
//! - *Takes* a node of the function that is derived.
//! - *Gives* the argument two steps back and what builds the partial in it, if the node is `log(exp x)`, `log(1 + exp x)` or
//!   `log1p(exp x)`: 1 or `sigmoid x`.
//! - *Needs* nothing.
//! - *Breaks* no value: only the partial is another expression, the same over the reals. Where `exp x` overflows the product is
//!   infinity times zero; the partial of the composition is 1 there.

use dslc_ir::prims::elementary::logistic::SIGMOID;
use dslc_ir::{Builder, Function, Node, NodeId, Op, PrimRef};

/// What builds a partial from an argument.
pub(crate) type Partial = fn(&mut Builder, NodeId) -> NodeId;

/// The argument of the exponential behind a logarithm, and the partial in it.
pub(crate) fn composed(f: &Function, node: &Node) -> Option<(NodeId, Partial)> {
    let exponent = |id: NodeId| match &f.nodes[id] {
        Node { op: Op::Map(PrimRef(prim)), args, .. } if prim.name == "exp" => Some(args[0]),
        _ => None,
    };
    let sigmoid: Partial = |b, x| b.map(&SIGMOID, &[x]);
    let Op::Map(PrimRef(prim)) = node.op else { return None };
    match prim.name {
        "log1p" => exponent(node.args[0]).map(|x| (x, sigmoid)),
        "log" => {
            if let Some(x) = exponent(node.args[0]) {
                return Some((x, |b, x| b.like(x, 1.0)));
            }
            let Node { op: Op::Map(PrimRef(sum)), args, .. } = &f.nodes[node.args[0]] else { return None };
            let [x, y] = args[..] else { return None };
            let one = |id: NodeId| matches!(f.nodes[id].op, Op::Const(c) if c.as_f64() == 1.0);
            let inner = match sum.name {
                "add" if one(x) => exponent(y),
                "add" if one(y) => exponent(x),
                _ => None,
            };
            inner.map(|x| (x, sigmoid))
        }
        _ => None,
    }
}
