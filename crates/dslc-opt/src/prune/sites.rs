//! Calls, loops and conditions: what one keeps, and how it is rebuilt.

use std::collections::HashMap;

use dslc_base::Index as _;
use dslc_ir::{AxisId, Binding, Bits, Builder, Extent, FuncId, Function, Module, Node, NodeId, Op, Scan};

use super::plan::{Input, Plan, Variant, VariantId};
use crate::bits::BitSet;
use crate::needs::{Kept, Needs};
use crate::rebuild::Subst;

/// What becomes of one call, loop or condition.
#[derive(Debug)]
pub(super) struct Site {
    /// The node's arguments that stay, in their new order.
    args: Vec<usize>,
    /// How many of them are scanned inputs, and state.
    xs: usize,
    state: usize,
    /// The node's results that stay, in their new order; none if the node goes.
    results: Vec<usize>,
    /// Which of its results are read.
    read: BitSet,
    /// Results that are copies of arguments.
    copies: Vec<CopyOf>,
    /// The versions of the bodies.
    bodies: Vec<VariantId>,
}

/// A result, the argument that it is a copy of, and how the axes of that are renamed.
type CopyOf = (usize, usize, Vec<(AxisId, AxisId)>);

impl Site {
    /// The arguments that the rebuilt node and the copies read.
    pub(super) fn args<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = NodeId> + 'a {
        let copied = self.copies.iter().map(|&(_, k, _)| k);
        self.args.iter().copied().chain(copied).map(|k| node.args[k])
    }
}

/// What planning a site looks at.
struct Look<'a> {
    func: &'a Function,
    node: &'a Node,
    bind: &'a Binding,
    /// Where the parameters of the bodies start among the arguments.
    first: usize,
    constants: &'a [Option<Bits>],
}

/// Works out what a live call, loop or condition keeps if `used` of its results are read.
pub(super) fn plan_site(
    plan: &mut Plan,
    module: &Module,
    needs: &Needs,
    func: &Function,
    id: NodeId,
    used: &BitSet,
    constants: &[Option<Bits>],
) -> Site {
    let node = &func.nodes[id];
    let look = |bind, first| Look { func, node, bind, first, constants };
    match &node.op {
        Op::Call { func, bind } => plan_call(plan, module, needs, look(bind, 0), *func, used),
        Op::If { then, otherwise, bind } => {
            plan_if(plan, module, needs, look(bind, 1), (*then, *otherwise), used)
        }
        Op::Scan(scan) => plan_scan(plan, module, needs, look(&scan.bind, 0), scan, used),
        Op::While { cond, body, state, bind } => {
            plan_while(plan, module, needs, look(bind, 0), (*cond, *body, *state), used)
        }
        _ => unreachable!("only loops and conditions are planned"),
    }
}

fn plan_call(
    plan: &mut Plan,
    module: &Module,
    needs: &Needs,
    look: Look,
    callee: FuncId,
    used: &BitSet,
) -> Site {
    let func = &module.funcs[callee];
    if func.rule.is_some() {
        // A stated derivative is one of all parameters and all results.
        let all = |n: usize| (0..n).collect::<Vec<_>>();
        let bodies = vec![plan.demand(callee, Variant::whole(func))];
        let (args, results) = (all(func.params.len()), all(func.results.len()));
        return Site { args, xs: 0, state: 0, results, read: used.clone(), copies: vec![], bodies };
    }
    let results: Vec<usize> = used.iter().collect();
    let mut params = BitSet::new(func.params.len());
    for &k in &results {
        params.union(&needs.results(callee)[k]);
    }
    let (inputs, order) = look.captures(&params, &[], func.params.len());
    let bodies = vec![plan.demand(callee, Variant::new(inputs, order.clone(), results.clone()))];
    Site { args: order, xs: 0, state: 0, results, read: used.clone(), copies: vec![], bodies }
}

fn plan_if(
    plan: &mut Plan,
    module: &Module,
    needs: &Needs,
    look: Look,
    (then, otherwise): (FuncId, FuncId),
    used: &BitSet,
) -> Site {
    let (t, o) = (&module.funcs[then], &module.funcs[otherwise]);
    let mut copies = Vec::new();
    let mut results = Vec::new();
    for k in used.iter() {
        match (copy_of(t, k), copy_of(o, k)) {
            (Some(p), Some(q))
                if p == q
                    && look.renaming(t, k, p) == look.renaming(o, k, p)
                    && look.can_rename(p, &look.renaming(t, k, p)) =>
            {
                copies.push((k, p + 1, look.renaming(t, k, p)));
            }
            _ => results.push(k),
        }
    }
    let mut params = BitSet::new(t.params.len());
    for &k in &results {
        params.union(&needs.results(then)[k]);
        params.union(&needs.results(otherwise)[k]);
    }
    let (inputs, order) = look.captures(&params, &[], t.params.len());
    let mut args = vec![0];
    args.extend(order.iter().map(|p| p + 1));
    let bodies = match results.as_slice() {
        [] => Vec::new(),
        _ => [then, otherwise]
            .map(|f| plan.demand(f, Variant::new(inputs.clone(), order.clone(), results.clone())))
            .to_vec(),
    };
    let args = if results.is_empty() { Vec::new() } else { args };
    Site { args, xs: 0, state: 0, results, read: used.clone(), copies, bodies }
}

fn plan_scan(
    plan: &mut Plan,
    module: &Module,
    needs: &Needs,
    look: Look,
    scan: &Scan,
    used: &BitSet,
) -> Site {
    let body = &module.funcs[scan.body];
    let (xs, state) = (scan.xs as usize, scan.state as usize);
    let fixed = fixed_states(&look, body, 1 + xs, state);
    let is_copy = |k: usize| {
        let p = copy_of(body, k)?;
        let capture = p > xs + state || (p > xs && fixed.has(p - 1 - xs));
        let slice = (1..=xs).contains(&p) && k >= state && look.varies(p, scan.axis);
        let renaming = look.renaming(body, k, p);
        let copied = slice || (capture && (k >= state || fixed.has(k)));
        (copied && look.can_rename(p, &renaming)).then_some((k, p, renaming))
    };
    let copies: Vec<_> = used.iter().filter_map(is_copy).collect();
    let mut wanted = BitSet::new(body.results.len());
    for k in used.iter().filter(|k| copies.iter().all(|c| c.0 != *k)) {
        wanted.insert(k);
    }
    let results_wanted = wanted.iter().next().is_some();
    let Kept { results, params } = needs.scan(scan, wanted, &fixed);
    let mut front: Vec<usize> = vec![0];
    front.extend((1..=xs).filter(|&p| params.has(p) && look.varies(p, scan.axis)));
    let kept_xs = front.len() - 1;
    front.extend((0..state).filter(|&k| results.has(k)).map(|k| 1 + xs + k));
    let kept_state = front.len() - 1 - kept_xs;
    let (inputs, order) = look.captures(&params, &front, body.params.len());
    let outputs: Vec<usize> = results.iter().collect();
    if !results_wanted {
        return Site {
            args: vec![],
            xs: 0,
            state: 0,
            results: vec![],
            read: used.clone(),
            copies,
            bodies: vec![],
        };
    }
    let variant = Variant::new(inputs, order.clone(), outputs.clone());
    let bodies = vec![plan.demand(scan.body, variant)];
    Site { args: order, xs: kept_xs, state: kept_state, results: outputs, read: used.clone(), copies, bodies }
}

fn plan_while(
    plan: &mut Plan,
    module: &Module,
    needs: &Needs,
    look: Look,
    (cond, body, state): (FuncId, FuncId, u32),
    used: &BitSet,
) -> Site {
    let b = &module.funcs[body];
    let fixed = fixed_states(&look, b, 0, state as usize);
    let copies: Vec<_> =
        used.iter().filter(|&k| fixed.has(k)).map(|k| (k, k, look.renaming(b, k, k))).collect();
    let mut wanted = BitSet::new(state as usize);
    for k in used.iter().filter(|&k| !fixed.has(k)) {
        wanted.insert(k);
    }
    if wanted.iter().next().is_none() {
        return Site {
            args: vec![],
            xs: 0,
            state: 0,
            results: vec![],
            read: used.clone(),
            copies,
            bodies: vec![],
        };
    }
    let Kept { results, params } = needs.while_(cond, body, state, wanted, &fixed);
    let front: Vec<usize> = results.iter().collect();
    let (inputs, order) = look.captures(&params, &front, b.params.len());
    let kept_state = front.len();
    let test = plan.demand(cond, Variant::new(inputs.clone(), order.clone(), vec![0]));
    let next = plan.demand(body, Variant::new(inputs, order.clone(), front.clone()));
    Site {
        args: order,
        xs: 0,
        state: kept_state,
        results: front,
        read: used.clone(),
        copies,
        bodies: vec![test, next],
    }
}

/// The parameter that a result is a copy of, if it is one.
fn copy_of(func: &Function, k: usize) -> Option<usize> {
    match func.nodes[func.results[k].node].op {
        Op::Param(p) => Some(p as usize),
        _ => None,
    }
}

/// The states that a body hands on as they are.
fn fixed_states(look: &Look, body: &Function, first: usize, state: usize) -> BitSet {
    let mut fixed = BitSet::new(state);
    for k in 0..state {
        let p = first + k;
        if copy_of(body, k) == Some(p)
            && body.results[k].axes == body.params[p].axes
            && look.can_rename(p, &look.renaming(body, k, p))
        {
            fixed.insert(k);
        }
    }
    fixed
}

impl Look<'_> {
    fn arg(&self, p: usize) -> NodeId {
        self.node.args[p + self.first]
    }
    /// Whether the argument of parameter `p` varies along an axis.
    fn varies(&self, p: usize, axis: Option<AxisId>) -> bool {
        axis.is_some_and(|a| self.func.ty(self.arg(p)).has(a))
    }
    /// Whether the argument of parameter `p` may be renamed so: one with a dynamic axis may not be read.
    fn can_rename(&self, p: usize, renaming: &[(AxisId, AxisId)]) -> bool {
        let axes = &self.func.ty(self.arg(p)).axes;
        renaming.iter().all(|(from, to)| from == to)
            || axes.iter().all(|&a| self.func.axes[a] != Extent::Dynamic)
    }
    /// How the axes of the argument of parameter `p` are renamed where it is result `k`.
    fn renaming(&self, body: &Function, k: usize, p: usize) -> Vec<(AxisId, AxisId)> {
        let bound = &self.bind.args[p + self.first];
        let named = body.results[k].axes.iter().zip(&self.bind.results[k]);
        let to: HashMap<AxisId, AxisId> = named.map(|(&own, &name)| (own, name)).collect();
        body.params[p].axes.iter().zip(bound).map(|(own, &from)| (from, to[own])).collect()
    }
    /// What becomes of the parameters, those in `front` being no captures, and the order of those that stay.
    fn captures(&self, needed: &BitSet, front: &[usize], count: usize) -> (Vec<Input>, Vec<usize>) {
        let mut inputs = vec![Input::Unused; count];
        let mut order = front.to_vec();
        front.iter().for_each(|&p| inputs[p] = Input::Kept);
        let mut seen: HashMap<(NodeId, &[AxisId]), usize> = HashMap::new();
        for p in needed.iter().filter(|p| !front.contains(p)) {
            let arg = self.arg(p);
            if let Some(bits) = self.constants[arg.index()] {
                inputs[p] = Input::Constant(bits);
                continue;
            }
            let bound = &self.bind.args[p + self.first];
            // The copy is a read in the body, which a dynamic axis does not allow.
            let dynamic = bound.iter().any(|&a| self.func.axes[a] == Extent::Dynamic);
            let first = if dynamic { p } else { *seen.entry((arg, bound)).or_insert(p) };
            if first == p {
                inputs[p] = Input::Kept;
                order.push(p);
            } else {
                inputs[p] = Input::Same(first);
            }
        }
        (inputs, order)
    }
}

/// Rebuilds a loop or condition as planned.
pub(super) fn rebuild_site(
    b: &mut Builder,
    out: &Module,
    s: &mut Subst,
    id: NodeId,
    site: &Site,
    built: &HashMap<VariantId, FuncId>,
) {
    let node = &s.src.nodes[id];
    let mut results: Vec<Option<NodeId>> = vec![None; node.types.len()];
    if !site.results.is_empty() {
        let args: Vec<NodeId> = site.args.iter().map(|&k| s.get(node.args[k])).collect();
        let op = site_op(b, s, &node.op, site, built);
        let new = b.node(out, op, &args);
        for (k, &old) in site.results.iter().enumerate().filter(|(_, old)| site.read.has(**old)) {
            results[old] = Some(match site.results.len() {
                1 => new,
                _ => b.raw(Op::Proj(k as u32), &[new]),
            });
        }
    }
    for (k, arg, renaming) in &site.copies {
        let pairs: Vec<_> = renaming.iter().map(|&(from, to)| (s.axis(b, from), s.axis(b, to))).collect();
        results[*k] = Some(b.rename(s.get(node.args[*arg]), &pairs));
    }
    s.set_results(id, results);
}

fn site_op(b: &mut Builder, s: &mut Subst, op: &Op, site: &Site, built: &HashMap<VariantId, FuncId>) -> Op {
    let mut bind = |bind: &Binding| Binding {
        args: site.args.iter().map(|&k| s.axes(b, &bind.args[k])).collect(),
        results: site.results.iter().map(|&k| s.axes(b, &bind.results[k])).collect(),
    };
    match op {
        Op::Call { bind: old, .. } => Op::Call { func: built[&site.bodies[0]], bind: bind(old) },
        Op::If { bind: old, .. } => {
            Op::If { then: built[&site.bodies[0]], otherwise: built[&site.bodies[1]], bind: bind(old) }
        }
        Op::Scan(scan) => {
            let bind = bind(&scan.bind);
            let stacked = site.xs > 0 || site.results.len() > site.state;
            Op::Scan(Scan {
                body: built[&site.bodies[0]],
                xs: site.xs as u32,
                state: site.state as u32,
                axis: scan.axis.filter(|_| stacked).map(|a| s.axis(b, a)),
                reverse: scan.reverse,
                bind,
            })
        }
        Op::While { bind: old, .. } => Op::While {
            cond: built[&site.bodies[0]],
            body: built[&site.bodies[1]],
            state: site.state as u32,
            bind: bind(old),
        },
        _ => unreachable!("only loops and conditions are sites"),
    }
}
