//! Moves what does not change out of loops.
//!
//! **Takes** functions without dead nodes. **Gives** functions whose scan bodies compute nothing that depends only
//! on captures, where that is worth a buffer or the loop would stack it. **Needs** [`crate::prune`] before, or it moves dead nodes.
//! **Breaks** nothing: a node that can fail moves only if the loop certainly runs and no failure in the body comes
//! before it.
//!
//! ```text
//! %3 = scan 10 @1 state (%1) capture (%2)      body @1: (i, x, w) -> x + sum(w * w)
//! becomes
//! %3 = mul %2 %2
//! %4 = sum %3 over '0
//! %5 = scan 10 @1 state (%1) capture (%4)      body @1: (i, x, h) -> x + h
//! ```
//!
//! Callees first: what leaves an inner loop can leave the outer one next.

use dslc_base::Index as _;
use dslc_ir::{AxisId, Bits, Builder, Extent, FuncId, Function, Module, Node, NodeId, Op, Output, Scan};

use crate::fails::Fails;
use crate::inline::{bind_params, live_nodes};
use crate::rebuild::{FuncMap, Subst, each_function};
use crate::tapes::makes_tape;

/// Moves loop-invariant nodes out of scans.
pub fn hoist(module: &mut Module, roots: &mut [FuncId]) {
    let mut fails = Fails::default();
    each_function(module, roots, |out, func, map| {
        fails.extend(out);
        let mut b = Builder::new(func.name.clone());
        let mut s = Subst::new(func);
        s.copy_params(&mut b);
        let live = live_nodes(func);
        for (id, node) in func.nodes.iter_enumerated().filter(|(id, _)| live[id.index()]) {
            let leaving = match &node.op {
                Op::Scan(scan) => leaving(func, node, scan, &out.funcs[map.get(scan.body)], &fails),
                _ => Leaving::default(),
            };
            if leaving.nodes.is_empty() {
                s.copy(&mut b, out, map, id);
            } else {
                hoist_site(&mut b, out, &mut s, map, id, &leaving);
            }
        }
        let results = s.outputs(&mut b);
        b.finish(results)
    });
}

/// What leaves a body.
#[derive(Default)]
struct Leaving {
    /// Which nodes of the body depend on captures only, for copying.
    invariant: Vec<bool>,
    /// Those that become captures.
    nodes: Vec<NodeId>,
}

/// Finds the nodes of a body that leave: invariant, worth it, and read by something that stays.
fn leaving(func: &Function, site: &Node, scan: &Scan, body: &Function, fails: &Fails) -> Leaving {
    let first_capture = 1 + scan.xs as usize + scan.state as usize;
    let certain = certainly_runs(func, site, scan);
    let first_failure = first_failure(body, fails);
    let mut invariant = vec![false; body.nodes.len()];
    let mut largest = vec![0u64; body.nodes.len()];
    for (id, node) in body.nodes.iter_enumerated() {
        let k = id.index();
        invariant[k] = match node.op {
            Op::Param(p) => p as usize >= first_capture,
            _ => {
                // What is copied out may become mapped, which a tape does not allow.
                let free = !makes_tape(body, node)
                    && (!fails.node(body, id)
                        || (certain
                            && !dslc_ir::verify::shows(node)
                            && node.site == first_failure
                            && node.site.is_some()));
                free && node.args.iter().all(|a| invariant[a.index()])
            }
        };
        let own = if matches!(node.op, Op::Param(_)) { size(body, node) } else { 0 };
        largest[k] = node.args.iter().map(|a| largest[a.index()]).fold(own, u64::max);
    }
    // What is stacked would be written at each trip, however cheap it is.
    let stacked: Vec<NodeId> = body.results[scan.state as usize..].iter().map(|r| r.node).collect();
    let moves = |id: NodeId| {
        let node = &body.nodes[id];
        let stored = stacked.contains(&id) && !matches!(node.op, Op::Param(_));
        let deserves = stored || worth(body, node, largest[id.index()]);
        invariant[id.index()] && node.types.len() == 1 && deserves
    };
    let mut read = vec![false; body.nodes.len()];
    for (_, node) in body.nodes.iter_enumerated().filter(|(id, _)| !moves(*id)) {
        node.args.iter().for_each(|a| read[a.index()] = true);
    }
    body.results.iter().for_each(|r| read[r.node.index()] = true);
    let nodes = body.nodes.ids().filter(|id| read[id.index()] && moves(*id)).collect();
    Leaving { invariant, nodes }
}

/// Whether a value deserves a buffer: it takes more than reading elements to compute it, and it is no larger
/// than what it is made of (an outer product stays where it is used).
fn worth(body: &Function, node: &Node, largest: u64) -> bool {
    match &node.op {
        Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Read { .. } | Op::Stack { .. } => {
            false
        }
        Op::Map(_) => size(body, node) <= largest.max(1),
        Op::Fold { .. }
        | Op::ArgFold { .. }
        | Op::Scatter { .. }
        | Op::Update { .. }
        | Op::Proj(_)
        | Op::Call { .. }
        | Op::If { .. }
        | Op::Scan(_)
        | Op::While { .. }
        | Op::Vjp { .. }
        | Op::Jvp { .. }
        | Op::Bounds { .. }
        | Op::Spectral { .. }
        | Op::Library { .. } => true,
    }
}

fn size(body: &Function, node: &Node) -> u64 {
    node.types.iter().map(|t| body.count(&t.axes).unwrap_or(u64::MAX)).fold(0, u64::saturating_add)
}

/// Whether the body runs at least once, at every point of the mapped axes, of which there is one at least.
fn certainly_runs(func: &Function, site: &Node, scan: &Scan) -> bool {
    let trips = match func.nodes[site.args[0]].op {
        Op::Const(bits) => Bits::as_i64(bits).is_some_and(|n| n > 0),
        _ => false,
    };
    let axis = scan.axis;
    let mapped = dslc_ir::infer::mapped_axes(func, &scan.bind, &site.args, scan.xs as usize, axis);
    trips && mapped.iter().all(|&a| matches!(func.axes[a], Extent::Static(n) if n > 0))
}

/// The first place at which a body can fail.
fn first_failure(body: &Function, fails: &Fails) -> Option<dslc_ir::SiteId> {
    let failing = body.nodes.iter_enumerated().filter(|(id, _)| fails.node(body, *id));
    failing.filter_map(|(_, node)| node.site).min()
}

/// Copies the leaving nodes before the loop, and the loop with a body that captures them.
fn hoist_site(
    b: &mut Builder,
    out: &mut Module,
    s: &mut Subst,
    map: &FuncMap,
    id: NodeId,
    leaving: &Leaving,
) {
    let node = s.src.nodes[id].clone();
    let Op::Scan(mut scan) = s.op(b, map, &node) else { unreachable!("only scans are hoisted from") };
    let mut args = s.get_all(&node.args);
    let body = out.funcs[scan.body].clone();
    let values = copy_out(b, out, &body, leaving, &args, &scan);
    for (&own, (value, axes)) in leaving.nodes.iter().zip(values) {
        debug_assert_eq!(body.ty(own).axes.len(), axes.len());
        args.push(value);
        scan.bind.args.push(axes);
    }
    scan.body = out.funcs.push(without(out, &body, leaving));
    b.site = node.site;
    let new = b.node(out, Op::Scan(scan), &args);
    s.set(id, new);
}

/// The leaving values in the caller, and the caller's axes of their own axes in order.
fn copy_out(
    b: &mut Builder,
    out: &Module,
    body: &Function,
    leaving: &Leaving,
    args: &[NodeId],
    scan: &Scan,
) -> Vec<(NodeId, Vec<AxisId>)> {
    let first_capture = 1 + scan.xs as usize + scan.state as usize;
    let mut s = Subst::new(body);
    let same = FuncMap::identity(out);
    let bound = &scan.bind.args[first_capture..];
    bind_params(b, &mut s, first_capture, &args[first_capture..], bound, &[]);
    for id in body.nodes.ids().filter(|id| leaving.invariant[id.index()]) {
        s.copy(b, out, &same, id);
    }
    let axes = |s: &mut Subst, b: &mut Builder, id: NodeId| {
        let own = body.ty(id).axes.to_vec();
        s.axes(b, &own)
    };
    leaving.nodes.iter().map(|&id| (s.get(id), axes(&mut s, b, id))).collect()
}

/// The body with the leaving nodes as captures behind the others.
fn without(out: &Module, body: &Function, leaving: &Leaving) -> Function {
    let mut b = Builder::new(body.name.clone());
    let mut s = Subst::new(body);
    let same = FuncMap::identity(out);
    s.copy_params(&mut b);
    for &id in &leaving.nodes {
        let ty = body.ty(id).clone();
        let axes = s.axes(&mut b, &ty.axes);
        let node = b.param(ty.scalar, axes);
        s.set(id, node);
    }
    for id in body.nodes.ids() {
        s.copy(&mut b, out, &same, id);
    }
    let results: Vec<Output> = s.outputs(&mut b);
    b.finish(results)
}
