//! The reverse rule of a counted loop.
//!
//! The forward half is the loop itself, which also stacks what its reverse needs of each iteration: stored values
//! of the body, and the state at the iteration's start where the body's reverse uses it. The backward half is a
//! loop in the other direction. Its state are the cotangents of the state and the running sums of the cotangents
//! of the captures; the cotangents of stacked inputs are stacked outputs.
//!
//! ```text
//! %3 = scan @7 xs 0 state 1 (%2[], %0[], %1[]) -> ([]): f64{}
//! ```
//! becomes, with the cotangent `%y` of `%3`,
//! ```text
//! %4 = scan @13 xs 0 state 1 axis '0 (%3[], %0[], %1[]) -> ([], []): f64{}, f64{'0}
//! %6 = proj 1 %4: f64{'0}
//! %8 = scan @14 xs 1 state 2 axis '0 reverse (%3[], %6[], %y[], %7[], %1[]) -> ([], []): f64{}, f64{}
//! ```
//! where `%6` stacks the state, `%7` is the zero that the cotangent of the capture `%1` starts from, and the results
//! of `%8` are the cotangents of `%0` and `%1`.

use std::rc::Rc;

use dslc_base::Index as _;
use dslc_ir::function::Shape;
use dslc_ir::{AxisId, Binding, Builder, Extent, FuncId, Node, NodeId, Output, Scalar, Scan};

use crate::build::{call_core, call_named, output, param_shapes, params, zero, zero_output};
use crate::deriver::Deriver;
use crate::error::GradError;
use crate::reverse::Reverse;
use crate::reverse_control::{Tape, shape_of};
use crate::split::Split;

/// What the forward half of a loop leaves.
pub(crate) struct ScanTape {
    split: Rc<Split>,
    /// Which leaves of the state carry a cotangent.
    carried: Vec<bool>,
    /// The axis of everything that is stacked, if something may be.
    axis: Option<AxisId>,
    /// The trip count.
    count: NodeId,
    /// Stored values of the body, stacked.
    stored: Vec<Output>,
    /// The state at the start of each iteration, stacked, for the leaves that are used.
    states: Vec<(usize, Output)>,
}

impl Reverse<'_, '_> {
    pub(crate) fn scan_forward(
        &mut self,
        id: NodeId,
        node: &Node,
        scan: &Scan,
        args: &[NodeId],
    ) -> Result<(), GradError> {
        let wrt = self.wrt(node);
        let seeds = self.useful[id.index()].clone();
        let state = self.d.scan_state_varies(scan, &wrt);
        let carried = self.d.scan_carried(scan, &wrt, &state, &seeds);
        let request = self.d.scan_request(scan, &wrt, &state, &seeds);
        let split = self.d.split(&request)?;
        let first = 1 + scan.xs as usize;
        let used: Vec<usize> =
            split.uses.iter().copied().filter(|k| (first..first + state.len()).contains(k)).collect();
        let (axis, count) = self.tape_axis(scan, args[0]);
        let body = self.d.taped(&split, scan.body, &used);
        let body_shapes = param_shapes(self.d.func(scan.body));
        let more: Vec<Shape> =
            split.stored.iter().cloned().chain(used.iter().map(|&k| body_shapes[k].clone())).collect();
        let axes: Vec<Vec<AxisId>> = more.iter().map(|s| self.b.axes(&s.extents)).collect();
        let mut bind = scan.bind.clone();
        bind.results.extend(axes.iter().cloned());
        let made_axis = if more.is_empty() { scan.axis } else { axis };
        let taped = Scan { body, axis: made_axis, bind, ..scan.clone() };
        let mut new_args = args.to_vec();
        new_args[0] = count;
        let mut outs = self.b.scan(self.d.module, taped, &new_args);
        let extra = outs.split_off(node.types.len());
        let mut extra: Vec<Output> = extra.into_iter().zip(axes).map(|(n, a)| output(n, a)).collect();
        let states = used.iter().copied().zip(extra.split_off(split.stored.len())).collect();
        self.outs[id.index()] = outs;
        self.tapes.insert(id, Tape::Scan(ScanTape { split, carried, axis, count, stored: extra, states }));
        Ok(())
    }

    /// The axis along which a loop's tape is stacked, and the trip count that fits it.
    fn tape_axis(&mut self, scan: &Scan, count: NodeId) -> (Option<AxisId>, NodeId) {
        if scan.axis.is_some() {
            return (scan.axis, count);
        }
        match self.b.as_const(count).and_then(|c| c.as_i64()) {
            Some(n) => {
                let n = n.max(0);
                let axis = self.b.axis(Extent::Static(n as u64));
                (Some(axis), self.b.int(n))
            }
            None => {
                let axis = self.b.axis(Extent::Dynamic);
                self.counts.insert(axis, count);
                (Some(axis), count)
            }
        }
    }

    pub(crate) fn scan_back(
        &mut self,
        id: NodeId,
        node: &Node,
        scan: &Scan,
        bars: &[Option<NodeId>],
    ) -> Result<(), GradError> {
        let Some(Tape::Scan(tape)) = self.tapes.remove(&id) else {
            return Err(Deriver::left_over(&self.f, &node.op));
        };
        let plan = self.plan_back(node, scan, &tape, bars);
        let (body, stacked) = self.d.back_body(scan, &tape, &plan, &self.b);
        let roles = [&plan.xs, &plan.state, &plan.captures];
        let mut nodes = vec![tape.count];
        let mut bind = Binding { args: vec![vec![]], results: vec![] };
        for value in roles.into_iter().flatten() {
            nodes.push(value.value.node);
            bind.args.push(value.value.axes.clone());
        }
        let mut targets: Vec<usize> = plan.state.iter().map(|v| v.param).collect();
        targets.extend(stacked);
        for &k in &targets {
            bind.results.push(match plan.continued.contains(&k) {
                true => scan.bind.args[k].clone(),
                false => self.result_axes(scan, node, k),
            });
        }
        let axes = bind.results.clone();
        let axis = if plan.xs.is_empty() && targets.len() == plan.state.len() { None } else { tape.axis };
        let back = Scan {
            body,
            xs: plan.xs.len() as u32,
            state: plan.state.len() as u32,
            axis,
            reverse: !scan.reverse,
            bind,
        };
        let made = self.b.scan(self.d.module, back, &nodes);
        let mapped = self.mapped(node, &scan.bind, scan.xs as usize, scan.axis);
        // A state that no trip looks at is forgotten by the first one, if there is one.
        let first = 1 + scan.xs as usize;
        let runs = self.b.as_const(tape.count).and_then(|n| n.as_i64()).is_some_and(|n| n > 0);
        let forgotten = |k: usize| {
            runs && (first..first + scan.state as usize).contains(&k) && !tape.split.present.contains(&k)
        };
        for ((&k, bar), axes) in targets.iter().zip(made).zip(axes) {
            if forgotten(k) {
                continue;
            }
            let (arg, core) = (node.args[k], &scan.bind.args[k]);
            if plan.continued.contains(&k) {
                self.take_back(arg, output(bar, axes), core);
            } else {
                self.give_core(arg, output(bar, axes), core, &mapped);
            }
        }
        Ok(())
    }

    /// Axes for the cotangent of argument `k`: fresh, but the argument's own if it is a tape of unknown length,
    /// which cannot be renamed afterwards.
    fn result_axes(&mut self, scan: &Scan, node: &Node, k: usize) -> Vec<AxisId> {
        let axes = scan.bind.args[k].clone();
        let is_tape = |a: AxisId| self.b.func().axes[a] == Extent::Dynamic;
        if self.f.ty(node.args[k]).axes.iter().any(|&a| is_tape(a)) {
            return axes;
        }
        let extents = self.b.func().extents(&axes);
        self.b.axes(&extents)
    }

    /// Sorts what the backward loop takes into stacked inputs, state and captures.
    fn plan_back(&mut self, node: &Node, scan: &Scan, tape: &ScanTape, bars: &[Option<NodeId>]) -> Plan {
        let args = self.args(node);
        let mapped =
            dslc_ir::infer::mapped_axes(&self.f, &scan.bind, &node.args, scan.xs as usize, scan.axis);
        let (xs, n) = (scan.xs as usize, scan.state as usize);
        let first = 1 + xs;
        let mut plan = Plan::default();
        for (at, value) in tape.stored.iter().enumerate() {
            plan.xs.push(Role { source: Source::Stored(at), param: 0, value: value.clone() });
        }
        for (k, value) in &tape.states {
            plan.xs.push(Role { source: Source::Param(*k), param: *k, value: value.clone() });
        }
        for &k in tape.split.uses.iter().filter(|&&k| k != 0 && !(first..first + n).contains(&k)) {
            let role = Role {
                source: Source::Param(k),
                param: k,
                value: output(args[k], scan.bind.args[k].clone()),
            };
            if k <= xs { plan.xs.push(role) } else { plan.captures.push(role) }
        }
        for &r in tape.split.seeds.iter().filter(|&&r| r >= n) {
            if let Some(bar) = bars[r] {
                let value = output(bar, scan.bind.results[r].clone());
                let role = Role { source: Source::Bar(r), param: 0, value };
                // A cotangent that is the same at each iteration is captured.
                let varies = tape.axis.is_some_and(|a| self.b.ty(bar).has(a));
                if varies { plan.xs.push(role) } else { plan.captures.push(role) }
            }
        }
        for k in (0..n).filter(|&k| tape.carried[k]) {
            let value = self.bar_of(node, bars, k, &scan.bind.results[k]);
            plan.state.push(Role { source: Source::Bar(k), param: first + k, value });
        }
        for &k in tape.split.present.iter().filter(|&&k| k >= first + n) {
            let value = if self.continues(node, k, &scan.bind.args[k], &mapped) {
                plan.continued.push(k);
                self.bar_so_far(node.args[k], &scan.bind.args[k])
            } else {
                let nothing = zero(&mut self.b, self.f.ty(node.args[k]).scalar);
                output(nothing, scan.bind.args[k].clone())
            };
            plan.state.push(Role { source: Source::Sum(k), param: k, value });
        }
        plan
    }
}

/// What a value is to the backward body.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Source {
    /// A stored value of the body.
    Stored(usize),
    /// A parameter of the body.
    Param(usize),
    /// The cotangent of a result of the body.
    Bar(usize),
    /// The running sum of the cotangent of a capture.
    Sum(usize),
}

#[derive(Debug)]
struct Role {
    source: Source,
    /// For the state: the argument that gets the final value.
    param: usize,
    value: Output,
}

/// The arguments of the backward loop.
#[derive(Default, Debug)]
struct Plan {
    xs: Vec<Role>,
    state: Vec<Role>,
    captures: Vec<Role>,
    /// The arguments whose running sum starts from their cotangent so far.
    continued: Vec<usize>,
}

impl Deriver<'_> {
    /// The forward half of a loop's body that also gives these leaves of the state as they were at its start.
    fn taped(&mut self, split: &Split, body: FuncId, used: &[usize]) -> FuncId {
        if used.is_empty() {
            return split.forward;
        }
        let mut b = Builder::new(format!("{}.taped", self.func(body).name));
        let shapes = param_shapes(self.func(body));
        let ps = params(&mut b, shapes);
        let mut results = call_core(&mut b, self.module, split.forward, &ps);
        results.extend(used.iter().map(|&k| ps[k].clone()));
        self.add(b.finish(results))
    }

    /// The body of the backward loop, and which arguments its stacked outputs are the cotangents of.
    fn back_body(
        &mut self,
        scan: &Scan,
        tape: &ScanTape,
        plan: &Plan,
        outer: &Builder,
    ) -> (FuncId, Vec<usize>) {
        let split = &tape.split;
        let body_shapes = param_shapes(self.func(scan.body));
        let scalars: Vec<Shape> =
            (0..self.func(scan.body).results.len()).map(|k| self.func(scan.body).result_shape(k)).collect();
        let mut b = Builder::new(format!("{}.back", self.func(scan.body).name));
        let index = output(b.param(Scalar::I64, vec![]), []);
        let roles: Vec<&Role> = plan.xs.iter().chain(&plan.state).chain(&plan.captures).collect();
        let shapes: Vec<Shape> = roles.iter().map(|r| shape_of(outer, &r.value)).collect();
        let ps = params(&mut b, shapes);
        let find = |source: Source| roles.iter().position(|r| r.source == source).map(|k| ps[k].clone());
        let mut given: Vec<Output> = Vec::new();
        for &k in &split.uses {
            given.push(if k == 0 { index.clone() } else { find(Source::Param(k)).unwrap_or(index.clone()) });
        }
        given.extend((0..split.stored.len()).filter_map(|at| find(Source::Stored(at))));
        for &r in &split.seeds {
            let bar = find(Source::Bar(r)).unwrap_or_else(|| zero_output(&mut b, &scalars[r]));
            given.push(bar);
        }
        let first_sum = given.len();
        for &k in &split.sums {
            let sum = find(Source::Sum(k)).unwrap_or_else(|| zero_output(&mut b, &body_shapes[k]));
            given.push(sum);
        }
        let named = |at: usize| split.sum_of(at).map(|sum| given[first_sum + sum].axes.clone());
        let made = call_named(&mut b, self.module, split.backward, &given, named);
        let x_bar = |k: usize| split.present.iter().position(|&p| p == k).map(|at| made[at].clone());
        let mut results = Vec::new();
        for role in &plan.state {
            results.push(match (role.source, x_bar(role.param)) {
                (Source::Sum(k), Some(bar)) if !split.sums.contains(&k) => {
                    let sum = find(role.source).unwrap_or_else(|| bar.clone());
                    add_outputs(&mut b, &sum, &bar)
                }
                (_, Some(bar)) => bar,
                (_, None) => zero_output(&mut b, &body_shapes[role.param]),
            });
        }
        let stacked: Vec<usize> =
            split.present.iter().copied().filter(|&k| (1..=scan.xs as usize).contains(&k)).collect();
        results.extend(stacked.iter().filter_map(|&k| x_bar(k)));
        (self.add(b.finish(results)), stacked)
    }
}

/// `x + y` with the axes of `x`.
fn add_outputs(b: &mut Builder, x: &Output, y: &Output) -> Output {
    let pairs: Vec<(AxisId, AxisId)> = y.axes.iter().copied().zip(x.axes.iter().copied()).collect();
    let y = b.rename(y.node, &pairs);
    let sum = b.add(x.node, y);
    output(sum, x.axes.clone())
}
