//! Turns small conditions into selections.
//!
//! **Takes** any functions. **Gives** functions in which an `If` with two cheap branches that cannot fail is both
//! branches and a `select`: no jump, and what surrounds it can be fused and vectorised. **Needs** derivatives to
//! be expanded, because a selection evaluates the side that is not taken (its *derivative* might be infinite
//! there; its value is thrown away, whatever it is). **Breaks** nothing.
//!
//! ```text
//! %3 = if %0 @1 @2 (%1, %2)        becomes    %3 = mul %1 %2      -- the body of @1
//!                                             %4 = neg %1         -- the body of @2
//!                                             %5 = select %0 %3 %4
//! ```

use dslc_base::Index as _;
use dslc_ir::{AxisId, Builder, FuncId, Function, Module, Node, NodeId, Op};

use crate::fails::Fails;
use crate::inline::{live_nodes, splice};
use crate::rebuild::{FuncMap, Subst, each_function};

/// How many scalar operations both branches together may take, for each point of the condition.
const CHEAP: u64 = 16;

/// Replaces cheap conditions, innermost first.
pub fn select(module: &mut Module, roots: &mut [FuncId]) {
    let mut fails = Fails::default();
    each_function(module, roots, |out, func, map| {
        fails.extend(out);
        let mut b = Builder::new(func.name.clone());
        let mut s = Subst::new(func);
        s.copy_params(&mut b);
        let same = FuncMap::identity(out);
        let live = live_nodes(func);
        for id in func.nodes.ids().filter(|id| live[id.index()]) {
            s.copy(&mut b, out, map, id);
            // A condition is copied first, so that its axes are known; if it is replaced, the copy is dead.
            if let Op::If { .. } = func.nodes[id].op
                && let Some(results) = both_sides(&mut b, out, &fails, &same, s.get(id))
            {
                s.set_results(id, results.into_iter().map(Some).collect());
            }
        }
        let results = s.outputs(&mut b);
        b.finish(results)
    });
}

/// The results of a condition as selections, if both sides are cheap and cannot fail.
fn both_sides(
    b: &mut Builder,
    module: &Module,
    fails: &Fails,
    same: &FuncMap,
    id: NodeId,
) -> Option<Vec<NodeId>> {
    let Node { op: Op::If { then, otherwise, bind }, args, .. } = b.func().nodes[id].clone() else {
        return None;
    };
    if fails.func(then) || fails.func(otherwise) {
        return None;
    }
    let cost = cost(&module.funcs[then])?.checked_add(cost(&module.funcs[otherwise])?)?;
    // Where one truth value decides for many points, skipping a side is worth more than a straight line.
    let condition = b.ty(args[0]).clone();
    let free: Vec<AxisId> = b.mapped(&bind, &args).into_iter().filter(|&a| !condition.has(a)).collect();
    if cost.checked_mul(b.func().count(&free)?)? > CHEAP {
        return None;
    }
    let mut side =
        |f: FuncId| splice(b, module, &module.funcs[f], same, &args[1..], &bind.args[1..], &bind.results);
    let (yes, no) = (side(then), side(otherwise));
    b.site = None;
    Some(yes.into_iter().zip(no).map(|(y, n)| b.select(args[0], y, n)).collect())
}

/// How many scalar operations a function takes, if it is a straight line of simple ones.
fn cost(func: &Function) -> Option<u64> {
    let live = live_nodes(func);
    let mut total = func.results.iter().map(|r| func.count(&r.axes)).sum::<Option<u64>>()?;
    for (id, node) in func.nodes.iter_enumerated().filter(|(id, _)| live[id.index()]) {
        let operations = match &node.op {
            Op::Param(_) | Op::Const(_) | Op::Iota(_) | Op::Dense(_) => 0,
            Op::Map(_) | Op::Read { .. } | Op::Stack { .. } => func.count(&func.ty(id).axes)?,
            Op::Fold { axes, .. } => func.count(&func.ty(id).axes)?.checked_mul(func.count(axes)?)?,
            Op::ArgFold { .. }
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
            | Op::Library { .. } => return None,
        };
        total = total.checked_add(operations)?;
    }
    Some(total)
}
