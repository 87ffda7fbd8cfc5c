//! One loop or condition: which axes move in, and how it is rebuilt.

use std::collections::HashMap;

use dslc_ir::infer::mapped_axes;
use dslc_ir::{AxisId, Binding, Builder, Extent, FuncId, Function, Module, Node, NodeId, Op, Scan};

use super::plan::{Key, Mask, Masks, Plan, VariantId};
use super::{Lifted, MOST, chosen};
use crate::needs::Needs;
use crate::rebuild::Subst;

/// What becomes of one loop or condition.
#[derive(Debug)]
pub(super) struct LiftSite {
    /// The axes that move into the bodies; masks below count them.
    lifted: Vec<Lifted>,
    /// For each argument: which of them it is bound along.
    args: Vec<Mask>,
    /// For each result: which of them it is bound along.
    results: Vec<Mask>,
    /// The versions of the bodies.
    bodies: Vec<VariantId>,
}

/// Plans a loop or condition of a function whose nodes vary along extra axes as `masks` says. Gives also the
/// extra axes of each of its results.
pub(super) fn plan_site(
    plan: &mut Plan,
    needs: &Needs,
    func: &Function,
    id: NodeId,
    masks: &Masks,
    extents: &[Extent],
) -> (LiftSite, Vec<Mask>) {
    let node = &func.nodes[id];
    let lifted = lifted_axes(func, node, masks, extents);
    let args: Vec<Mask> = (0..node.args.len()).map(|k| arg_mask(func, node, k, masks, &lifted)).collect();
    let (bodies, results) = match &node.op {
        Op::If { then, otherwise, .. } => {
            (vec![*then, *otherwise], if_masks(needs, &args, *then, *otherwise))
        }
        Op::Scan(scan) => (vec![scan.body], scan_masks(needs, &args, scan)),
        _ => unreachable!("only loops and conditions are planned"),
    };
    let first = usize::from(matches!(node.op, Op::If { .. }));
    let mut params = args[first..].to_vec();
    if let Op::Scan(scan) = &node.op {
        // A state is given every axis that it will have.
        let from = 1 + scan.xs as usize;
        params[from..from + scan.state as usize].copy_from_slice(&results[..scan.state as usize]);
    }
    let key = Key {
        extents: lifted.iter().map(|l| l.extent(func, extents)).collect(),
        params,
        results: results.clone(),
    };
    let bodies = bodies.into_iter().map(|f| plan.demand(f, key.clone())).collect();
    // Whatever decides the trips or the branch varies every result.
    let mapped = masks.of(node.args[0]) | held_back(node, masks, &lifted);
    let outer = |mask: Mask| {
        let extra = lifted.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1);
        extra.fold(mapped, |m, (_, l)| match l {
            Lifted::Own(_) => m,
            Lifted::Extra(e) => m | 1 << e,
        })
    };
    let outside = results.iter().map(|&m| outer(m)).collect();
    let mut site = LiftSite { lifted, args, results, bodies };
    if let Op::Scan(scan) = &node.op {
        // The arguments of states stay as they are, but are bound along all the state's axes.
        let from = 1 + scan.xs as usize;
        for k in 0..scan.state as usize {
            site.args[from + k] = site.results[k];
        }
    }
    (site, outside)
}

/// The axes that a loop or condition is mapped over and that its first argument does not vary along.
fn lifted_axes(func: &Function, node: &Node, masks: &Masks, extents: &[Extent]) -> Vec<Lifted> {
    let (bind, xs, axis) = binding(&node.op);
    let decides = func.ty(node.args[0]);
    // An axis that is also bound somewhere in this node would get two meanings: it stays mapped.
    let bound =
        |a: AxisId| Some(a) == axis || bind.args.iter().chain(&bind.results).any(|list| list.contains(&a));
    let own = mapped_axes(func, bind, &node.args, xs, axis).into_iter();
    let own = own.filter(|&a| !decides.has(a) && !bound(a)).map(Lifted::Own);
    let all = node.args.iter().fold(0, |m, &a| m | masks.of(a)) & !masks.of(node.args[0]);
    let extra = (0..extents.len()).filter(|k| all >> k & 1 == 1).map(Lifted::Extra);
    own.chain(extra).take(MOST).collect()
}

/// Extra axes that stay mapped because too many are lifted already.
fn held_back(node: &Node, masks: &Masks, lifted: &[Lifted]) -> Mask {
    let all = node.args.iter().fold(0, |m, &a| m | masks.of(a));
    let moved = lifted.iter().fold(0, |m, l| match l {
        Lifted::Own(_) => m,
        Lifted::Extra(e) => m | 1 << e,
    });
    all & !moved
}

fn binding(op: &Op) -> (&Binding, usize, Option<AxisId>) {
    match op {
        Op::Scan(scan) => (&scan.bind, scan.xs as usize, scan.axis),
        Op::If { bind, .. } => (bind, 0, None),
        _ => unreachable!("only loops and conditions are planned"),
    }
}

/// Which lifted axes an argument varies along.
fn arg_mask(func: &Function, node: &Node, k: usize, masks: &Masks, lifted: &[Lifted]) -> Mask {
    let ty = func.ty(node.args[k]);
    let extra = masks.of(node.args[k]);
    lifted.iter().enumerate().fold(0, |m, (bit, l)| {
        let varies = match l {
            Lifted::Own(axis) => ty.has(*axis),
            Lifted::Extra(e) => extra >> e & 1 == 1,
        };
        m | Mask::from(varies) << bit
    })
}

/// The axes of each result of a condition: those of whatever either branch depends on.
fn if_masks(needs: &Needs, args: &[Mask], then: FuncId, otherwise: FuncId) -> Vec<Mask> {
    let sides = needs.results(then).iter().zip(needs.results(otherwise));
    sides.map(|(t, o)| t.iter().chain(o.iter()).fold(0, |m, p| m | args[p + 1])).collect()
}

/// The axes of each result of a loop: the least fixed point.
fn scan_masks(needs: &Needs, args: &[Mask], scan: &Scan) -> Vec<Mask> {
    let (first, state) = (1 + scan.xs as usize, scan.state as usize);
    let results = needs.results(scan.body);
    let mut masks: Vec<Mask> = args.to_vec();
    loop {
        let of = |masks: &[Mask], r: usize| results[r].iter().fold(0, |m, p| m | masks[p]);
        let grown: Vec<Mask> = (0..state).map(|k| masks[first + k] | of(&masks, k)).collect();
        if grown[..] == masks[first..first + state] {
            let outputs = (state..results.len()).map(|r| of(&masks, r));
            return grown.iter().copied().chain(outputs).collect();
        }
        masks[first..first + state].copy_from_slice(&grown);
    }
}

/// Rebuilds a loop or condition with the lifted axes bound.
pub(super) fn lift_site(
    b: &mut Builder,
    out: &Module,
    s: &mut Subst,
    id: NodeId,
    site: &LiftSite,
    extra: &[AxisId],
    built: &HashMap<VariantId, FuncId>,
) {
    let node = &s.src.nodes[id];
    b.site = node.site;
    let lifted: Vec<AxisId> = site
        .lifted
        .iter()
        .map(|l| match *l {
            Lifted::Own(axis) => s.axis(b, axis),
            Lifted::Extra(e) => extra[e],
        })
        .collect();
    let mut widened = |lists: &[Vec<AxisId>], masks: &[Mask]| -> Vec<Vec<AxisId>> {
        let lists = lists.iter().zip(masks);
        lists
            .map(|(list, &mask)| s.axes(b, list).into_iter().chain(chosen(&lifted, mask)).collect())
            .collect()
    };
    let (bind, _, axis) = binding(&node.op);
    let bind =
        Binding { args: widened(&bind.args, &site.args), results: widened(&bind.results, &site.results) };
    let op = match &node.op {
        Op::If { .. } => Op::If { then: built[&site.bodies[0]], otherwise: built[&site.bodies[1]], bind },
        Op::Scan(scan) => {
            Op::Scan(Scan { body: built[&site.bodies[0]], axis: axis.map(|a| s.axis(b, a)), bind, ..*scan })
        }
        _ => unreachable!("only loops and conditions are lifted"),
    };
    let args = s.get_all(&node.args);
    let new = b.node(out, op, &args);
    s.set(id, new);
}
