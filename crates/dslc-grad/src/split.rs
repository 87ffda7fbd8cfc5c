//! A reverse derivative in two halves, for callees: the forward half gives what the reverse half needs.
//!
//! - *Takes* the joint function `(x.., y_bar.., sums..) -> (y.., x_bar..)`.
//! - *Gives* `(x..) -> (y.., stored..)` and `(x that are used.., stored.., y_bar.., sums..) -> (x_bar..)`.
//! - *Needs* nothing more.
//! - *Breaks* nothing: both are appended.
//!
//! Everything that no `y_bar` reaches is forward work. Of that, the reverse half *recomputes* what is cheap
//! (pointwise work, reads, constants: storing it could take more room than any value of the program, as the
//! products under a contraction) and is handed the rest: sums, solutions, results of calls and loops. Parameters
//! are passed again, not stored, so a weight that a loop captures is not stacked. The state of a loop must be: if only
//! parts of it are read, these are handed over instead.
//!
//! A value along an axis of unknown extent cannot leave its function. If one would have to, the reverse half is
//! the joint function: it does the forward work once more (checkpointing at the call).
//!
//! ```text
//! fn f(%0: f64, %1: f64['0]) -> %4         fn f.forward(%0, %1) -> %4, %3
//!   %2 = mul %0 %1                         fn f.backward(%0, %1, %2 = stored, %3 = y_bar) -> %7, ..
//!   %3 = fold sum '0 %2                      %4 = cos %2
//!   %4 = sin %3                              ..
//! ```

use std::rc::Rc;

use dslc_base::Index as _;
use dslc_ir::function::Shape;
use dslc_ir::{AxisId, Builder, Extent, FuncId, Function, NodeId, Op, Output};

use crate::build::{builder_with_axes, call_core, output, param_shapes, params};
use crate::deriver::{Deriver, Request};
use crate::error::GradError;

/// The two halves.
#[derive(Debug)]
pub(crate) struct Split {
    /// `(x..) -> (y.., stored..)`.
    pub(crate) forward: FuncId,
    /// `(x[uses].., stored.., y_bar[seeds].., sums..) -> (x_bar[present]..)`.
    pub(crate) backward: FuncId,
    /// The parameters that the backward half takes again.
    pub(crate) uses: Vec<usize>,
    /// The shapes of the stored values.
    pub(crate) stored: Vec<Shape>,
    /// The results that have a cotangent.
    pub(crate) seeds: Vec<usize>,
    /// The parameters that get one.
    pub(crate) present: Vec<usize>,
    /// The parameters whose cotangent is added to one that is given.
    pub(crate) sums: Vec<usize>,
}

impl Split {
    /// Which of the sums a result of the backward half is added to.
    pub(crate) fn sum_of(&self, result: usize) -> Option<usize> {
        self.sums.iter().position(|k| *k == self.present[result])
    }
}

/// The positions that are marked.
pub(crate) fn positions(marks: &[bool]) -> Vec<usize> {
    marks.iter().enumerate().filter(|(_, m)| **m).map(|(k, _)| k).collect()
}

/// Where each node of a joint function goes.
struct Plan {
    /// The node depends on a cotangent.
    late: Vec<bool>,
    /// The backward half holds the node: late, or cheap enough to do again.
    held: Vec<bool>,
    /// Parameters of the forward function that the backward half takes.
    uses: Vec<usize>,
    /// Nodes that are handed over, in order.
    stored: Vec<NodeId>,
}

impl Deriver<'_> {
    /// The two halves of a reverse derivative.
    pub(crate) fn split(&mut self, request: &Request) -> Result<Rc<Split>, GradError> {
        if let Some(found) = self.splits.get(request) {
            return Ok(found.clone());
        }
        let present: Vec<usize> =
            positions(&self.need(request)).into_iter().filter(|&k| request.wrt[k]).collect();
        let joint_id = self.joint(request)?.func;
        let joint = self.func(joint_id).clone();
        let original = self.func(request.func);
        let (inputs, outputs) = (original.params.len(), original.results.len());
        let wrt = positions(&request.wrt);
        let bars: Vec<Output> = present
            .iter()
            .filter_map(|k| wrt.iter().position(|w| w == k))
            .map(|at| joint.results[outputs + at].clone())
            .collect();
        let plan = least(&joint, inputs, &bars, &request.kept);
        let (seeds, sums) = (positions(&request.seeds), positions(&request.sums));
        let escapes = |n: &NodeId| joint.ty(*n).axes.iter().any(|&a| joint.axes[a] == Extent::Dynamic);
        let split = if self.again.contains(&request.func) || plan.stored.iter().any(escapes) {
            let backward = self.backward_again(joint_id, outputs, &wrt, &present);
            let uses = (0..inputs).collect();
            Split { forward: request.func, backward, uses, stored: vec![], seeds, present, sums }
        } else {
            let forward = self.forward_half_of(&joint, inputs, outputs, &plan);
            let backward = self.backward_half_of(&joint, inputs, &bars, &plan);
            let shape = |n: &NodeId| {
                let ty = joint.ty(*n);
                Shape { scalar: ty.scalar, extents: joint.extents(&ty.axes) }
            };
            let stored = plan.stored.iter().map(shape).collect();
            Split { forward, backward, uses: plan.uses, stored, seeds, present, sums }
        };
        let split = Rc::new(split);
        self.splits.insert(request.clone(), split.clone());
        Ok(split)
    }

    /// The backward half that does the forward work again.
    fn backward_again(&mut self, joint: FuncId, outputs: usize, wrt: &[usize], present: &[usize]) -> FuncId {
        let mut b = Builder::new(format!("{}.again", self.func(joint).name));
        let shapes = param_shapes(self.func(joint));
        let ps = params(&mut b, shapes);
        let all = call_core(&mut b, self.module, joint, &ps);
        let bars = wrt.iter().zip(&all[outputs..]).filter(|(k, _)| present.contains(k));
        let results = bars.map(|(_, bar)| bar.clone()).collect();
        self.add(b.finish(results))
    }

    fn forward_half_of(&mut self, joint: &Function, inputs: usize, outputs: usize, plan: &Plan) -> FuncId {
        let mut copy = Copy::new(joint, "forward");
        for k in 0..inputs {
            copy.param(k);
        }
        for (id, node) in joint.nodes.iter_enumerated() {
            if !plan.late[id.index()] && !matches!(node.op, Op::Param(_)) {
                copy.node(self, id);
            }
        }
        let mut results: Vec<Output> = joint.results[..outputs].iter().map(|r| copy.result(r)).collect();
        results.extend(plan.stored.iter().map(|&n| output(copy.new[n.index()], joint.ty(n).axes.to_vec())));
        self.add(copy.b.finish(results))
    }

    fn backward_half_of(&mut self, joint: &Function, inputs: usize, bars: &[Output], plan: &Plan) -> FuncId {
        let mut copy = Copy::new(joint, "backward");
        for &k in &plan.uses {
            copy.param(k);
        }
        for &node in &plan.stored {
            copy.fresh_param(node, joint.ty(node).axes.to_vec());
        }
        for k in inputs..joint.params.len() {
            copy.param(k);
        }
        for (id, node) in joint.nodes.iter_enumerated() {
            if plan.held[id.index()] && !matches!(node.op, Op::Param(_)) {
                copy.node(self, id);
            }
        }
        let results = bars.iter().map(|r| copy.result(r)).collect();
        self.add(copy.b.finish(results))
    }
}

/// A copy of some nodes of a function into a new one with the same axes.
struct Copy<'f> {
    f: &'f Function,
    b: Builder,
    new: Vec<NodeId>,
}

impl<'f> Copy<'f> {
    fn new(f: &'f Function, half: &str) -> Self {
        let name = f.name.strip_suffix(".reverse").unwrap_or(&f.name);
        let b = builder_with_axes(f, format!("{name}.{half}"));
        Self { f, b, new: vec![NodeId(0); f.nodes.len()] }
    }
    fn param(&mut self, k: usize) {
        let p = &self.f.params[k];
        self.new[p.node.index()] = self.b.param(self.f.ty(p.node).scalar, p.axes.clone());
    }
    /// A parameter with axes of its own, renamed to those of a node: no two parameters share an axis by our doing.
    fn fresh_param(&mut self, node: NodeId, axes: Vec<AxisId>) {
        let shape = Shape { scalar: self.f.ty(node).scalar, extents: self.f.extents(&axes) };
        let (param, fresh) = self.b.param_of(&shape);
        let pairs: Vec<(AxisId, AxisId)> = fresh.into_iter().zip(axes).collect();
        self.new[node.index()] = self.b.rename(param, &pairs);
    }
    fn node(&mut self, d: &Deriver<'_>, id: NodeId) {
        let node = &self.f.nodes[id];
        let args: Vec<NodeId> = node.args.iter().map(|a| self.new[a.index()]).collect();
        self.b.site = node.site;
        self.new[id.index()] = self.b.node(d.module, node.op.clone(), &args);
    }
    fn result(&self, r: &Output) -> Output {
        output(self.new[r.node.index()], r.axes.clone())
    }
}

/// Whether doing an operation again costs no more than storing its result.
fn cheap(op: &Op) -> bool {
    match op {
        Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Map(_) | Op::Read { .. } | Op::Stack { .. } => true,
        Op::Param(_) | Op::Proj(_) | Op::Fold { .. } | Op::ArgFold { .. } | Op::Scatter { .. } => false,
        Op::Update { .. } | Op::Call { .. } | Op::If { .. } | Op::Scan(_) | Op::While { .. } => false,
        Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } | Op::Library { .. } => {
            false
        }
    }
}

/// The plan that keeps least of the state of a loop: where only parts of it are read, these are stored and not the whole.
/// If the whole is used in another way, its parts are read from it again.
fn least(joint: &Function, inputs: usize, bars: &[Output], kept: &[bool]) -> Plan {
    let parts = plan(joint, inputs, bars, kept);
    let whole = |k: usize| parts.uses.contains(&k);
    if !(0..kept.len()).any(|k| kept[k] && whole(k)) {
        return parts;
    }
    let kept: Vec<bool> = kept.iter().enumerate().map(|(k, kept)| *kept && !whole(k)).collect();
    plan(joint, inputs, bars, &kept)
}

/// Which nodes are early reads of a part of a value that is made of parameters that are kept.
fn partial_reads(joint: &Function, kept: &[bool]) -> Vec<bool> {
    let mut of_kept = vec![false; joint.nodes.len()];
    let mut partial = of_kept.clone();
    let size = |n: NodeId| joint.count(&joint.ty(n).axes).unwrap_or(u64::MAX);
    for (id, node) in joint.nodes.iter_enumerated() {
        of_kept[id.index()] = match node.op {
            Op::Param(k) => kept.get(k as usize).copied().unwrap_or(false),
            Op::Read { .. } => of_kept[node.args[0].index()],
            _ => false,
        };
        partial[id.index()] = matches!(node.op, Op::Read { .. })
            && of_kept[id.index()]
            && size(id).saturating_mul(2) <= size(node.args[0]);
    }
    partial
}

fn plan(joint: &Function, inputs: usize, bars: &[Output], kept: &[bool]) -> Plan {
    let partial = partial_reads(joint, kept);
    let mut late = vec![false; joint.nodes.len()];
    for (id, node) in joint.nodes.iter_enumerated() {
        late[id.index()] = match node.op {
            Op::Param(k) => k as usize >= inputs,
            _ => node.args.iter().any(|a| late[a.index()]),
        };
    }
    let mut wanted = vec![false; joint.nodes.len()];
    let mut held = wanted.clone();
    for bar in bars {
        wanted[bar.node.index()] = true;
    }
    let (mut uses, mut stored) = (Vec::new(), Vec::new());
    for (id, node) in joint.nodes.iter_enumerated().rev() {
        if !wanted[id.index()] {
            continue;
        }
        match node.op {
            Op::Param(k) if (k as usize) < inputs => uses.push(k as usize),
            _ if late[id.index()] || (cheap(&node.op) && !partial[id.index()]) => {
                held[id.index()] = true;
                node.args.iter().for_each(|a| wanted[a.index()] = true);
            }
            _ => stored.push(id),
        }
    }
    uses.sort_unstable();
    stored.reverse();
    Plan { late, held, uses, stored }
}
