//! Which nodes of a function are needed for which of its results. This is where laziness lives: a node, an
//! argument of a call or a part of a loop's state that no wanted result needs is not computed, so it cannot fail.

use std::rc::Rc;
use std::sync::Arc;

use dslc_ir::mach::Recipe;
use dslc_ir::{FuncId, Function, NodeId, Op, Scan};

use crate::Stop;
use crate::context::Context;

/// How to compute the wanted results of one function.
pub(crate) struct Plan {
    pub(crate) func: FuncId,
    /// Which results are wanted.
    pub(crate) wanted: Vec<bool>,
    /// Which parameters are needed for them.
    pub(crate) params: Vec<bool>,
    /// The needed nodes in order.
    pub(crate) steps: Vec<Step>,
    /// Whether a loop is among them, or among those of a callee.
    pub(crate) loops: bool,
}

/// One needed node.
pub(crate) struct Step {
    pub(crate) node: NodeId,
    /// Which of its results are needed.
    pub(crate) wanted: Vec<bool>,
    /// Which of its arguments are needed.
    pub(crate) args: Vec<bool>,
    /// The plans of its callees: one for a call or a scan, two for `if` (then, otherwise) and `while` (cond, body).
    pub(crate) callees: Vec<Rc<Plan>>,
    /// The recipe of a primitive, looked up once.
    pub(crate) recipe: Option<Arc<Recipe>>,
    /// Nodes that are not read after this one.
    pub(crate) last: Vec<NodeId>,
}

/// Makes the plan of a function for these results.
pub(crate) fn make(context: &Context<'_>, id: FuncId, wanted: &[bool]) -> Result<Plan, Stop> {
    let func = &context.module.funcs[id];
    let mut needed: Vec<Vec<bool>> = func.nodes.iter().map(|n| vec![false; n.types.len()]).collect();
    let mut kept = vec![false; func.nodes.len()];
    for (result, _) in func.results.iter().zip(wanted).filter(|(_, w)| **w) {
        needed[result.node.0 as usize][0] = true;
        kept[result.node.0 as usize] = true;
    }
    let mut steps = Vec::new();
    let mut read = kept;
    for node in func.nodes.ids().rev() {
        let wanted = std::mem::take(&mut needed[node.0 as usize]);
        if !wanted.contains(&true) {
            continue;
        }
        let mut step = step(context, func, node, wanted)?;
        for (k, &arg) in func.nodes[node].args.iter().enumerate() {
            if !step.args[k] {
                continue;
            }
            let result = if let Op::Proj(k) = func.nodes[node].op { k as usize } else { 0 };
            needed[arg.0 as usize][result] = true;
            if !std::mem::replace(&mut read[arg.0 as usize], true) {
                step.last.push(arg);
            }
        }
        steps.push(step);
    }
    steps.reverse();
    let params = func.params.iter().map(|p| read[p.node.0 as usize]).collect();
    let is_loop = |s: &Step| matches!(func.nodes[s.node].op, Op::Scan(_) | Op::While { .. });
    let loops = steps.iter().any(|s| is_loop(s) || s.callees.iter().any(|c| c.loops));
    Ok(Plan { func: id, wanted: wanted.to_vec(), params, steps, loops })
}

fn step(context: &Context<'_>, func: &Function, node: NodeId, wanted: Vec<bool>) -> Result<Step, Stop> {
    let n = &func.nodes[node];
    let mut args = vec![true; n.args.len()];
    let mut recipe = None;
    let callees = match &n.op {
        Op::Call { func: callee, .. } => {
            let plan = context.plan(*callee, &wanted)?;
            args = plan.params.clone();
            vec![plan]
        }
        Op::If { then, otherwise, .. } => {
            let plans = vec![context.plan(*then, &wanted)?, context.plan(*otherwise, &wanted)?];
            for (k, needed) in args[1..].iter_mut().enumerate() {
                *needed = plans.iter().any(|p| p.params[k]);
            }
            plans
        }
        Op::Scan(scan) => vec![scan_plan(context, scan, &wanted, &mut args)?],
        Op::While { cond, body, state, .. } => {
            while_plans(context, *cond, *body, *state as usize, &wanted, &mut args)?
        }
        Op::Map(prim) => {
            let scalars: Vec<_> = n.args.iter().map(|&a| func.ty(a).scalar).collect();
            recipe = Some(prim.recipe(&scalars));
            Vec::new()
        }
        Op::Fold { monoid, .. } => {
            let scalar = func.ty(n.args[0]).scalar;
            recipe = Some(monoid.combine().recipe(&[scalar, scalar]));
            Vec::new()
        }
        Op::Scatter { .. } => {
            let scalar = func.ty(n.args[0]).scalar;
            recipe = Some(dslc_ir::Monoid::Sum.combine().recipe(&[scalar, scalar]));
            Vec::new()
        }
        Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
            return Err(Stop::Bug(format!("the derivative {node} of `{}` is not expanded", func.name)));
        }
        Op::Param(_)
        | Op::Const(_)
        | Op::Dense(_)
        | Op::Iota(_)
        | Op::ArgFold { .. }
        | Op::Read { .. }
        | Op::Update { .. }
        | Op::Stack { .. }
        | Op::Proj(_)
        | Op::Library { .. } => Vec::new(),
    };
    Ok(Step { node, wanted, args, callees, recipe, last: Vec::new() })
}

/// A part of the state is needed if it is wanted, or if the body needs it for a part that is.
fn scan_plan(
    context: &Context<'_>,
    scan: &Scan,
    wanted: &[bool],
    args: &mut Vec<bool>,
) -> Result<Rc<Plan>, Stop> {
    let first = 1 + scan.xs as usize;
    let mut results = wanted.to_vec();
    loop {
        let plan = context.plan(scan.body, &results)?;
        if !widen(&mut results, &plan.params[first..], scan.state as usize) {
            *args = plan.params.clone();
            // The count is needed even by a body that does not look at its index, and a part of the state that
            // the body does not read is the result if there is no trip.
            args[0] = true;
            (0..scan.state as usize).for_each(|k| args[first + k] |= results[k]);
            return Ok(plan);
        }
    }
}

fn while_plans(
    context: &Context<'_>,
    cond: FuncId,
    body: FuncId,
    state: usize,
    wanted: &[bool],
    args: &mut Vec<bool>,
) -> Result<Vec<Rc<Plan>>, Stop> {
    let test = context.plan(cond, &[true])?;
    let mut results = wanted.to_vec();
    widen(&mut results, &test.params, state);
    loop {
        let plan = context.plan(body, &results)?;
        if !widen(&mut results, &plan.params, state) {
            *args = plan.params.iter().zip(&test.params).map(|(a, b)| *a || *b).collect();
            // As for a scan: there may be no trip.
            results.iter().enumerate().for_each(|(k, r)| args[k] |= r);
            return Ok(vec![test, plan]);
        }
    }
}

/// Marks the parts of the state that are needed; whether one is new.
fn widen(results: &mut [bool], needed: &[bool], state: usize) -> bool {
    let mut grows = false;
    for k in 0..state {
        grows |= needed[k] && !results[k];
        results[k] |= needed[k];
    }
    grows
}
