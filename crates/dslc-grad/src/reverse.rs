//! The reverse derivative of one function.
//!
//! - *Takes* a function without `Vjp` and `Jvp` nodes, and a request.
//! - *Gives* `(x.., y_bar.., sums..) -> (y.., x_bar..)`, where `sums` are cotangents that some of the `x_bar` are added
//!   to: the function's own nodes in their order, then the cotangents of
//!   its nodes from the last to the first. Forward work is done once: calls, branches and loops hand what
//!   their reverse needs from the one to the other (see [`crate::split`]).
//! - *Needs* callees to be derived, which it asks for as it meets them.
//! - *Breaks* nothing: the new function is appended.
//!
//! Cotangents of a value that is used several times are added from the last use to the first; within one use,
//! from the first argument to the last. A cotangent has a subset of its node's axes: it is constant along the
//! others. A value that gets none has no nodes.
//!
//! ```text
//! fn @0 "f" {
//!   axis '0 = 3
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = map sin %0: f64{'0}
//!   %2 = fold sum ['0] %1: f64{}
//!   return %2 []
//! }
//! fn @1 "f.reverse" {
//!   axis '0 = 3
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = param 1: f64{} order []
//!   %2 = map sin %0: f64{'0}
//!   %3 = fold sum ['0] %2: f64{}
//!   %4 = map cos %0: f64{'0}
//!   %5 = map mul %1 %4: f64{'0}
//!   return %3 [], %5 ['0]
//! }
//! ```

use std::collections::HashMap;

use dslc_base::Index as _;
use dslc_ir::{AxisId, Builder, FuncId, Function, Monoid, Node, NodeId, Op, Output, Role};

use crate::activity::{Marks, any};
use crate::build::{builder_with_axes, dynamic_axis, output, sum_to, zero};
use crate::deriver::{Deriver, Request};
use crate::error::GradError;
use crate::kinks::{Around, Moving, after};
use crate::prepare::prepare;
use crate::reverse_control::Tape;

/// A function that does the forward work and the reverse: `(x.., y_bar..) -> (y.., x_bar..)`, with a `y_bar` for
/// each seed and an `x_bar` for each parameter marked in `wrt`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joint {
    pub(crate) func: FuncId,
}

/// The walk over one function.
pub(crate) struct Reverse<'d, 'm> {
    pub(crate) d: &'d mut Deriver<'m>,
    /// The function that is derived.
    pub(crate) f: Function,
    pub(crate) varies: Marks,
    pub(crate) useful: Marks,
    /// The function that is made.
    pub(crate) b: Builder,
    /// For each node of `f`: the new node for each of its results.
    pub(crate) outs: Vec<Vec<NodeId>>,
    /// For each node of `f`: the cotangent of each of its results, if there is one yet.
    pub(crate) bars: Vec<Vec<Option<NodeId>>>,
    /// What the cotangent of the node at hand waits for, so that a kink is told.
    pub(crate) seen: Option<NodeId>,
    /// What the forward half of a call, branch or loop has left for its reverse.
    pub(crate) tapes: HashMap<NodeId, Tape>,
    /// For each axis of unknown extent: the count of the loop that makes it.
    pub(crate) counts: HashMap<AxisId, NodeId>,
}

impl Deriver<'_> {
    /// The reverse derivative that does all work in one function.
    pub(crate) fn joint(&mut self, request: &Request) -> Result<Joint, GradError> {
        if let Some(&found) = self.joints.get(request) {
            return Ok(found);
        }
        if let Some(rule) = self.func(request.func).rule.clone() {
            let joint = Joint { func: self.stated_joint(request, &rule) };
            self.joints.insert(request.clone(), joint);
            return Ok(joint);
        }
        let f = prepare(self, request)?;
        let varies = self.varies(&f, &request.wrt);
        let useful = self.useful(&f, &request.seeds, &varies);
        let b = builder_with_axes(&f, format!("{}.reverse", f.name));
        let bars = f.nodes.iter().map(|n| vec![None; n.types.len()]).collect();
        let outs = vec![Vec::new(); f.nodes.len()];
        let walk = Reverse {
            d: self,
            f,
            varies,
            useful,
            b,
            outs,
            bars,
            seen: None,
            tapes: HashMap::new(),
            counts: HashMap::new(),
        };
        let func = walk.run(request)?;
        let joint = Joint { func };
        self.joints.insert(request.clone(), joint);
        Ok(joint)
    }
}

impl Reverse<'_, '_> {
    fn run(mut self, request: &Request) -> Result<FuncId, GradError> {
        for (k, p) in self.f.params.clone().into_iter().enumerate() {
            // What the cotangent is added to has the names, so that it is nowhere renamed.
            let param = if request.sums[k] {
                let (param, axes) = self.b.param_of(&self.f.param_shape(k));
                let pairs: Vec<(AxisId, AxisId)> = axes.into_iter().zip(p.axes).collect();
                self.b.rename(param, &pairs)
            } else {
                self.b.param(self.f.ty(p.node).scalar, p.axes)
            };
            self.outs[p.node.index()] = vec![param];
        }
        let seeds = self.seed_params(request);
        let sums = self.sum_params(request);
        for id in self.f.nodes.ids() {
            self.primal(id)?;
        }
        for (param, sum) in sums {
            self.bars[param.index()][0] = Some(sum);
        }
        for (result, bar) in seeds {
            self.seed(&result, bar);
        }
        for id in self.f.nodes.ids().rev() {
            if self.bars[id.index()].iter().any(Option::is_some) {
                let site = self.f.nodes[id].site;
                self.b.site = self.d.direction(site, Role::Reverse).or(site);
                self.pull_back(id)?;
            }
        }
        self.b.site = None;
        let results = self.results(request);
        Ok(self.d.add(self.b.finish(results)))
    }

    /// The parameters for the cotangents of the results.
    fn seed_params(&mut self, request: &Request) -> Vec<(Output, Output)> {
        let mut seeds = Vec::new();
        for k in 0..self.f.results.len() {
            if request.seeds[k] {
                let shape = self.f.result_shape(k);
                let (node, axes) = self.b.param_of(&shape);
                seeds.push((self.f.results[k].clone(), Output { node, axes }));
            }
        }
        seeds
    }

    /// The parameters for the cotangents that those of parameters are added to.
    fn sum_params(&mut self, request: &Request) -> Vec<(NodeId, NodeId)> {
        let mut sums = Vec::new();
        for (k, p) in self.f.params.clone().into_iter().enumerate() {
            if request.sums[k] {
                let sum = self.b.param(self.f.ty(p.node).scalar, p.axes);
                sums.push((p.node, sum));
            }
        }
        sums
    }

    /// Starts the cotangent of a result: along an axis that the node lacks the result is a broadcast.
    fn seed(&mut self, result: &Output, bar: Output) {
        if !self.useful[result.node.index()][0] {
            return;
        }
        let ty = self.f.ty(result.node).clone();
        let lacking: Vec<AxisId> = bar
            .axes
            .iter()
            .zip(&result.axes)
            .filter(|(_, to)| !ty.has(**to))
            .map(|(from, _)| *from)
            .collect();
        let bar_node = self.b.fold(Monoid::Sum, bar.node, &lacking);
        let pairs: Vec<(AxisId, AxisId)> = bar.axes.into_iter().zip(result.axes.iter().copied()).collect();
        let bar_node = self.b.rename(bar_node, &pairs);
        self.add_bar(result.node, bar_node);
    }

    fn results(&mut self, request: &Request) -> Vec<Output> {
        let mut results: Vec<Output> = Vec::new();
        for r in self.f.results.clone() {
            results.push(output(self.outs[r.node.index()][0], r.axes));
        }
        for (k, p) in self.f.params.clone().into_iter().enumerate() {
            if request.wrt[k] {
                let bar = self.bars[p.node.index()][0];
                let scalar = self.f.ty(p.node).scalar;
                let bar = bar.unwrap_or_else(|| zero(&mut self.b, scalar));
                results.push(output(bar, p.axes));
            }
        }
        results
    }

    /// The new nodes of a node's arguments.
    pub(crate) fn args(&self, node: &Node) -> Vec<NodeId> {
        node.args.iter().map(|a| self.outs[a.index()][0]).collect()
    }

    /// Whether an argument gets a cotangent if its user has one.
    pub(crate) fn wants(&self, arg: NodeId) -> bool {
        self.varies[arg.index()][0]
    }

    /// The new node for `id`, which does the forward work.
    fn primal(&mut self, id: NodeId) -> Result<(), GradError> {
        let node = self.f.nodes[id].clone();
        self.b.site = node.site;
        if let Op::Param(_) = node.op {
            return Ok(());
        }
        if let Op::Proj(k) = node.op {
            self.outs[id.index()] = vec![self.outs[node.args[0].index()][k as usize]];
            return Ok(());
        }
        let args = self.args(&node);
        if let Op::Scan(scan) = &node.op
            && let Some(axis) = scan.axis
        {
            self.counts.insert(axis, args[0]);
        }
        self.outs[id.index()] = if any(&self.useful, id) && self.forward_half(id, &node, &args)? {
            self.outs[id.index()].clone()
        } else {
            let made = self.b.node(self.d.module, node.op.clone(), &args);
            self.b.results_of(made)
        };
        Ok(())
    }

    /// Adds to the cotangent of a node of `f`, if it wants one.
    pub(crate) fn add_bar(&mut self, id: NodeId, bar: NodeId) {
        self.add_bar_at(id, 0, bar);
    }

    pub(crate) fn add_bar_at(&mut self, id: NodeId, result: usize, bar: NodeId) {
        if !self.varies[id.index()][result] {
            return;
        }
        let sum = match self.bars[id.index()][result] {
            Some(old) => self.add_values(old, bar),
            None => bar,
        };
        self.bars[id.index()][result] = Some(sum);
    }

    /// `x + y`; tapes of unknown length are added by a loop, since nothing else may see them.
    fn add_values(&mut self, x: NodeId, y: NodeId) -> NodeId {
        let axis = dynamic_axis(&self.b, self.b.ty(x)).or(dynamic_axis(&self.b, self.b.ty(y)));
        match axis.and_then(|axis| Some((axis, *self.counts.get(&axis)?))) {
            Some((axis, count)) => self.d.add_tapes(&mut self.b, axis, count, x, y),
            None => self.b.add(x, y),
        }
    }

    /// Adds a contribution to an argument, summed over the axes of the user that the argument lacks.
    pub(crate) fn give(&mut self, arg: NodeId, bar: NodeId, from: &[AxisId]) {
        if self.wants(arg) {
            let to = self.f.ty(arg).clone();
            let bar = sum_to(&mut self.b, bar, from, &to);
            self.add_bar(arg, bar);
        }
    }

    /// Lets the cotangents of a node wait for a report of the kinks that it meets.
    fn watch(&mut self, id: NodeId, bars: &mut [Option<NodeId>]) {
        let around = Around { f: &self.f, varies: &self.varies, outs: &self.outs };
        self.seen = around.seen(&mut self.b, self.d.module, id, Moving::Bars(bars));
        let Some(seen) = self.seen else { return };
        if let Op::If { .. } = self.f.nodes[id].op {
            // The branch that is taken may not look at its cotangent; the condition is always looked at.
            let condition = self.f.nodes[id].args[0].index();
            self.outs[condition][0] = after(&mut self.b, seen, self.outs[condition][0]);
        } else if let Some(bar) = bars.iter_mut().flatten().next() {
            *bar = after(&mut self.b, seen, *bar);
        }
    }

    /// Hands the cotangent of a node to its arguments.
    fn pull_back(&mut self, id: NodeId) -> Result<(), GradError> {
        let node = self.f.nodes[id].clone();
        let mut bars = self.bars[id.index()].clone();
        if self.d.options.kinks {
            self.watch(id, &mut bars);
        }
        let single = bars.first().copied().flatten();
        match (&node.op, single) {
            (Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::ArgFold { .. }, _) => Ok(()),
            (Op::Proj(k), Some(bar)) => {
                self.add_bar_at(node.args[0], *k as usize, bar);
                Ok(())
            }
            (Op::Map(prim), Some(bar)) => self.map_back(id, &node, *prim, bar),
            (Op::Fold { monoid, axes }, Some(bar)) => {
                self.fold_back(id, &node, *monoid, axes, bar);
                Ok(())
            }
            (Op::Read { index, fill }, Some(bar)) => {
                self.read_back(&node, index, *fill, bar);
                Ok(())
            }
            (Op::Scatter { index, over }, Some(bar)) => {
                self.scatter_back(&node, index, over, bar);
                Ok(())
            }
            (Op::Update { index, over }, Some(bar)) => {
                self.update_back(&node, index, over, bar);
                Ok(())
            }
            (Op::Stack { axis }, Some(bar)) => {
                self.stack_back(&node, *axis, bar);
                Ok(())
            }
            (Op::Library { routine, bind }, _) if !routine.is_system() => {
                self.factor_back(id, &node, *routine, bind, &bars);
                Ok(())
            }
            (Op::Library { routine, bind }, Some(bar)) => {
                self.solve_back(id, &node, *routine, bind, bar);
                Ok(())
            }
            (Op::Call { bind, .. }, _) => self.call_back(id, &node, bind, &bars),
            (Op::If { bind, .. }, _) => self.if_back(id, &node, bind, &bars),
            (Op::Scan(scan), _) => self.scan_back(id, &node, scan, &bars),
            (
                Op::While { .. }
                | Op::Vjp { .. }
                | Op::Jvp { .. }
                | Op::Bounds { .. }
                | Op::Spectral { .. }
                | Op::Proj(_)
                | Op::Map(_)
                | Op::Fold { .. }
                | Op::Read { .. }
                | Op::Scatter { .. }
                | Op::Update { .. }
                | Op::Stack { .. }
                | Op::Library { .. },
                _,
            ) => Err(Deriver::left_over(&self.f, &node.op)),
        }
    }
}
