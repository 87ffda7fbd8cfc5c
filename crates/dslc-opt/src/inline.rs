//! Splices every call into its caller.
//!
//! **Takes** any functions. **Gives** functions without [`Op::Call`], but for mapped calls whose points write tapes
//! of different lengths (see [`crate::tapes`]); the callees are still in the module, for
//! [`crate::prune`] to drop. **Needs** derivatives to be expanded first: differentiating small functions once and
//! calling the result is cheaper than differentiating every copy. **Breaks** nothing.
//!
//! Because every operator lines values up by axis and is mapped over the axes that it does not name, splicing is
//! substitution: parameters become arguments, bound axes become the caller's, and a mapped axis flows through.
//!
//! ```text
//! fn @0 dot(%0: f64['0], %1: f64['1])      fn @1 main(%0: f64['0, '1], %1: f64['2])
//!   %2 = read %1['1 -> '0]                   %2 = call @0(%0 bound '1, %1 bound '2)
//!   %3 = mul %0 %2                         becomes
//!   %4 = sum %3 over '0                      %2 = read %1['2 -> '1]
//!                                            %3 = mul %0 %2
//!                                            %4 = sum %3 over '1        -- mapped over '0, as it was
//! ```

use std::collections::HashSet;
use std::fmt;

use dslc_base::Index as _;
use dslc_ir::{AxisId, Builder, Function, Module, NodeId, Op};

use crate::rebuild::{FuncMap, Subst, each_function};
use crate::tapes::can_splice;
use dslc_ir::FuncId;

/// How many nodes all functions together may have after inlining.
pub const LIMIT: u64 = 4_000_000;

/// Inlining would make the program too large.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TooLarge {
    /// The function with whose body the limit is passed.
    pub id: FuncId,
    /// Its name.
    pub func: String,
    /// How many nodes all functions up to it would have.
    pub nodes: u64,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the program has {} operations or more when the calls of `{}` are expanded; the limit is {LIMIT}",
            self.nodes, self.func
        )
    }
}

impl std::error::Error for TooLarge {}

/// Splices every call into its caller, callees first, so that the depth of calls costs no stack.
pub fn inline(module: &mut Module, roots: &mut [FuncId]) -> Result<(), TooLarge> {
    check_size(module)?;
    each_function(module, roots, inline_function);
    Ok(())
}

/// Counts nodes before anything is built: chains of doubling calls grow exponentially.
fn check_size(module: &Module) -> Result<(), TooLarge> {
    let mut sizes: Vec<u64> = Vec::with_capacity(module.funcs.len());
    let mut total = 0u64;
    for (id, func) in module.funcs.iter_enumerated() {
        let nodes = func.nodes.iter().fold(0u64, |n, node| match &node.op {
            Op::Call { func, .. } => n.saturating_add(sizes[func.index()]),
            _ => n.saturating_add(1),
        });
        total = total.saturating_add(nodes);
        if total > LIMIT {
            return Err(TooLarge { id, func: func.name.clone(), nodes: total });
        }
        sizes.push(nodes);
    }
    Ok(())
}

fn inline_function(out: &mut Module, func: &Function, map: &FuncMap) -> Function {
    let mut b = Builder::new(func.name.clone());
    let mut s = Subst::new(func);
    s.copy_params(&mut b);
    let same = FuncMap::identity(out);
    // Dead nodes stay behind: a live one that is equal would be given their place, which is not its own.
    let live = live_nodes(func);
    let used = used_results(func, &live);
    for id in func.nodes.ids().filter(|id| live[id.index()]) {
        let node = &func.nodes[id];
        let Op::Call { func: callee, .. } = node.op else {
            s.copy(&mut b, out, map, id);
            continue;
        };
        let Op::Call { bind, .. } = s.op(&mut b, map, node) else {
            unreachable!("renaming keeps the operator")
        };
        let args = s.get_all(&node.args);
        let callee = &out.funcs[map.get(callee)];
        if !can_splice(&b, callee, &args, &bind.args) {
            s.copy(&mut b, out, map, id);
            continue;
        }
        let wanted = |k: usize| node.types.len() == 1 || used.contains(&(id, k as u32));
        let results = splice_some(&mut b, out, callee, &same, &args, &bind.args, &bind.results, &wanted);
        s.set_results(id, results);
    }
    let results = s.outputs(&mut b);
    b.finish(results)
}

/// Copies the nodes of `callee` into `b`, its parameters bound to `args` as `bound` says, and gives its results
/// with their axes named as in `named`.
pub fn splice(
    b: &mut Builder,
    module: &Module,
    callee: &Function,
    funcs: &FuncMap,
    args: &[NodeId],
    bound: &[Vec<AxisId>],
    named: &[Vec<AxisId>],
) -> Vec<NodeId> {
    let results = splice_some(b, module, callee, funcs, args, bound, named, &|_| true);
    results.into_iter().flatten().collect()
}

/// As [`splice`], but only the results that are wanted.
#[allow(clippy::too_many_arguments)]
fn splice_some(
    b: &mut Builder,
    module: &Module,
    callee: &Function,
    funcs: &FuncMap,
    args: &[NodeId],
    bound: &[Vec<AxisId>],
    named: &[Vec<AxisId>],
    wanted: &dyn Fn(usize) -> bool,
) -> Vec<Option<NodeId>> {
    let mut s = Subst::new(callee);
    bind_params(b, &mut s, 0, args, bound, named);
    let live = needed_nodes(callee, wanted);
    for id in callee.nodes.ids().filter(|id| live[id.index()]) {
        s.copy(b, module, funcs, id);
    }
    b.site = None;
    let results = callee.results.iter().zip(named).enumerate();
    results
        .map(|(k, (r, named))| {
            wanted(k).then(|| {
                let axes = s.axes(b, &r.axes);
                let pairs: Vec<_> = axes.into_iter().zip(named.iter().copied()).collect();
                b.rename(s.get(r.node), &pairs)
            })
        })
        .collect()
}

/// Substitutes parameters, from `first` on, by arguments. A parameter's axis becomes the caller's axis that is bound to it, unless
/// another axis of the callee has taken that one (`f(x, x)` binds one axis twice) or a call is mapped over it;
/// then it becomes a fresh axis and the argument is read through that.
pub fn bind_params(
    b: &mut Builder,
    s: &mut Subst,
    first: usize,
    args: &[NodeId],
    bound: &[Vec<AxisId>],
    named: &[Vec<AxisId>],
) {
    let mut taken: HashSet<AxisId> = HashSet::new();
    for (&arg, bound) in args.iter().zip(bound) {
        // Mapped axes flow through the callee's nodes, so none of its own axes may have their names.
        taken.extend(b.ty(arg).axes.iter().filter(|a| !bound.contains(a)));
    }
    let src = s.src;
    let params = src.params[first..].iter().zip(bound);
    let results = src.results.iter().zip(named);
    let wishes = params
        .flat_map(|(p, to)| p.axes.iter().zip(to))
        // A result's own axis is at best born with its name in the caller: no renaming then.
        .chain(results.flat_map(|(r, to)| r.axes.iter().zip(to)));
    for (&own, &wish) in wishes {
        if s.known_axis(own).is_none() && taken.insert(wish) {
            s.set_axis(own, wish);
        }
    }
    b.site = None;
    for ((p, &arg), bound) in src.params[first..].iter().zip(args).zip(bound) {
        let own = s.axes(b, &p.axes);
        let pairs: Vec<_> = bound.iter().copied().zip(own).collect();
        let value = b.rename(arg, &pairs);
        s.set(p.node, value);
    }
}

/// Which nodes a function's results need.
pub fn live_nodes(func: &Function) -> Vec<bool> {
    needed_nodes(func, &|_| true)
}

/// Which nodes some of a function's results need.
fn needed_nodes(func: &Function, wanted: &dyn Fn(usize) -> bool) -> Vec<bool> {
    let mut live = vec![false; func.nodes.len()];
    for (_, r) in func.results.iter().enumerate().filter(|(k, _)| wanted(*k)) {
        live[r.node.index()] = true;
    }
    for (id, node) in func.nodes.iter_enumerated().rev() {
        if live[id.index()] {
            node.args.iter().for_each(|arg| live[arg.index()] = true);
        }
    }
    live
}

/// The results that live projections read.
fn used_results(func: &Function, live: &[bool]) -> HashSet<(NodeId, u32)> {
    let nodes = func.nodes.iter_enumerated().filter(|(id, _)| live[id.index()]);
    nodes
        .filter_map(|(_, node)| match node.op {
            Op::Proj(k) => Some((node.args[0], k)),
            _ => None,
        })
        .collect()
}
