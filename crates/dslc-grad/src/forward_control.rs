//! The forward rules of calls, branches and loops: the same, with tangents beside the values.

use std::rc::Rc;

use dslc_base::Index as _;
use dslc_ir::{Binding, Builder, FuncId, Node, NodeId, Op, Output, Scalar, Scan};

use crate::build::{call_core, output, param_shapes, params};
use crate::deriver::Deriver;
use crate::error::GradError;
use crate::expand::float_results;
use crate::forward::{Forward, Tangents};
use crate::split::positions;

impl Tangents<'_, '_> {
    /// The node with tangents beside its results; says whether the node is a call, a branch or a loop.
    pub(crate) fn control(
        &mut self,
        id: NodeId,
        node: &Node,
        args: &[NodeId],
        dots: &[Option<NodeId>],
    ) -> Result<bool, GradError> {
        match &node.op {
            Op::Call { func, bind } => self.call_dot(id, *func, bind, args, dots)?,
            Op::If { then, otherwise, bind } => self.if_dot(id, (*then, *otherwise), bind, args, dots)?,
            Op::Scan(scan) => self.scan_dot(id, node, scan, args, dots)?,
            Op::While { cond, body, state, bind } => {
                self.while_dot(id, (*cond, *body), *state as usize, bind, args, dots)?;
            }
            Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Map(_) | Op::Proj(_) => {
                return Ok(false);
            }
            Op::Fold { .. } | Op::ArgFold { .. } | Op::Read { .. } | Op::Scatter { .. } => return Ok(false),
            Op::Update { .. } | Op::Stack { .. } | Op::Library { .. } => return Ok(false),
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => return Ok(false),
        }
        Ok(true)
    }

    /// The tangents among the results that follow the `n` values, for those that move.
    fn keep(&mut self, id: NodeId, made: Vec<NodeId>, floats: &[bool], moves: &[bool]) {
        let n = floats.len();
        self.dots[id.index()] =
            (0..n).map(|k| moves[k].then(|| made[n + Forward::dot_position(floats, k)])).collect();
        self.outs[id.index()] = made[..n].to_vec();
    }

    fn call_dot(
        &mut self,
        id: NodeId,
        func: FuncId,
        bind: &Binding,
        args: &[NodeId],
        dots: &[Option<NodeId>],
    ) -> Result<(), GradError> {
        let wrt: Vec<bool> = dots.iter().map(Option::is_some).collect();
        let forward = self.d.forward(func, &wrt)?;
        let floats = float_results(self.d.func(func));
        let (nodes, bind) = with_dots(bind, args, dots, &floats);
        let made = self.b.call(self.d.module, forward.func, &nodes, bind);
        self.keep(id, made, &floats, &forward.moves);
        Ok(())
    }

    fn if_dot(
        &mut self,
        id: NodeId,
        (then, otherwise): (FuncId, FuncId),
        bind: &Binding,
        args: &[NodeId],
        dots: &[Option<NodeId>],
    ) -> Result<(), GradError> {
        let wrt: Vec<bool> = dots[1..].iter().map(Option::is_some).collect();
        let floats = float_results(self.d.func(then));
        let then = self.d.forward(then, &wrt)?;
        let otherwise = self.d.forward(otherwise, &wrt)?;
        let moves: Vec<bool> = then.moves.iter().zip(&otherwise.moves).map(|(t, o)| *t || *o).collect();
        let (nodes, bind) = with_dots(bind, args, dots, &floats);
        let made = self.b.if_(self.d.module, then.func, otherwise.func, &nodes, bind);
        self.keep(id, made, &floats, &moves);
        Ok(())
    }

    fn scan_dot(
        &mut self,
        id: NodeId,
        node: &Node,
        scan: &Scan,
        args: &[NodeId],
        dots: &[Option<NodeId>],
    ) -> Result<(), GradError> {
        let given: Vec<bool> = dots.iter().map(Option::is_some).collect();
        let state = self.d.scan_state_varies(scan, &given);
        let wrt = crate::activity::body_wrt(scan, &given, &state);
        let forward = self.d.forward(scan.body, &wrt)?;
        let (xs, n) = (scan.xs as usize, scan.state as usize);
        // A tangent that is the same for every slice is captured.
        let sliced =
            |k: usize, b: &Builder| dots[k].is_some_and(|d| scan.axis.is_some_and(|a| b.ty(d).has(a)));
        let mut order: Vec<Slot> = (1..=xs).map(Slot::Value).collect();
        order.extend((1..=xs).filter(|&k| sliced(k, &self.b)).map(Slot::Dot));
        let new_xs = order.len();
        order.extend((1 + xs..1 + xs + n).map(Slot::Value));
        order.extend(positions(&state).into_iter().map(|k| Slot::Dot(1 + xs + k)));
        let new_state = order.len() - new_xs;
        order.extend((1 + xs + n..args.len()).map(Slot::Value));
        order.extend((1..=xs).filter(|&k| wrt[k] && !sliced(k, &self.b)).map(Slot::Dot));
        order.extend((1 + xs + n..args.len()).filter(|&k| wrt[k]).map(Slot::Dot));
        let mut nodes = vec![args[0]];
        let mut bind = Binding { args: vec![vec![]], results: vec![] };
        for slot in &order {
            nodes.push(self.slot(*slot, node, args, dots));
            bind.args.push(scan.bind.args[slot.position()].clone());
        }
        let ys_move: Vec<bool> = forward.moves[n..].to_vec();
        bind.results.extend(scan.bind.results[..n].iter().cloned());
        bind.results.extend(positions(&state).into_iter().map(|k| scan.bind.results[k].clone()));
        bind.results.extend(scan.bind.results[n..].iter().cloned());
        bind.results.extend(positions(&ys_move).into_iter().map(|k| scan.bind.results[n + k].clone()));
        let body = self.d.dual_body(scan.body, &forward, &wrt, &order, &state, true);
        let new = Scan { body, xs: new_xs as u32, state: new_state as u32, bind, ..scan.clone() };
        let made = self.b.scan(self.d.module, new, &nodes);
        self.sort_dots(id, &made, &state, &ys_move);
        Ok(())
    }

    /// Results `[state.., state dots.., ys.., ys dots..]` to values and tangents.
    fn sort_dots(&mut self, id: NodeId, made: &[NodeId], state: &[bool], ys: &[bool]) {
        let (mut values, mut dots) = (Vec::new(), Vec::new());
        let mut at = 0;
        for marks in [state, ys] {
            values.extend_from_slice(&made[at..at + marks.len()]);
            at += marks.len();
            for &moves in marks {
                dots.push(moves.then(|| made[at]));
                at += usize::from(moves);
            }
        }
        self.outs[id.index()] = values;
        self.dots[id.index()] = dots;
    }

    fn while_dot(
        &mut self,
        id: NodeId,
        (cond, body): (FuncId, FuncId),
        n: usize,
        bind: &Binding,
        args: &[NodeId],
        dots: &[Option<NodeId>],
    ) -> Result<(), GradError> {
        let mut wrt: Vec<bool> = dots.iter().map(Option::is_some).collect();
        let state = self.d.while_state_varies(body, n, &wrt);
        wrt[..n].copy_from_slice(&state);
        let forward = self.d.forward(body, &wrt)?;
        let mut order: Vec<Slot> = (0..n).map(Slot::Value).collect();
        order.extend(positions(&state).into_iter().map(Slot::Dot));
        let new_state = order.len();
        order.extend((n..args.len()).map(Slot::Value));
        order.extend((n..args.len()).filter(|&k| wrt[k]).map(Slot::Dot));
        let node = self.f.nodes[id].clone();
        let nodes: Vec<NodeId> = order.iter().map(|&s| self.slot(s, &node, args, dots)).collect();
        let bound = order.iter().map(|s| bind.args[s.position()].clone()).collect();
        let mut new_bind = Binding { args: bound, results: bind.results.clone() };
        new_bind.results.extend(positions(&state).into_iter().map(|k| bind.results[k].clone()));
        let new_cond = self.d.dual_cond(cond, &order);
        let new_body = self.d.dual_body(body, &forward, &wrt, &order, &state, false);
        let made = self.b.while_(self.d.module, new_cond, new_body, new_state as u32, &nodes, new_bind);
        self.sort_dots(id, &made, &state, &[]);
        Ok(())
    }

    /// The argument for a slot; the tangent of a state that starts still is zero.
    fn slot(&mut self, slot: Slot, node: &Node, args: &[NodeId], dots: &[Option<NodeId>]) -> NodeId {
        match slot {
            Slot::Value(k) => args[k],
            Slot::Dot(k) => {
                let scalar = self.f.ty(node.args[k]).scalar;
                dots[k].unwrap_or_else(|| crate::build::zero(&mut self.b, scalar))
            }
        }
    }
}

/// What a parameter of a loop's new body is: the value or the tangent of a parameter of the old one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Slot {
    Value(usize),
    Dot(usize),
}

impl Slot {
    fn position(self) -> usize {
        match self {
            Slot::Value(k) | Slot::Dot(k) => k,
        }
    }
}

/// The arguments and binding of a call with tangents after the values, and their results after its results.
fn with_dots(
    bind: &Binding,
    args: &[NodeId],
    dots: &[Option<NodeId>],
    floats: &[bool],
) -> (Vec<NodeId>, Binding) {
    let mut nodes = args.to_vec();
    let mut bind = bind.clone();
    for (k, dot) in dots.iter().enumerate() {
        if let Some(dot) = dot {
            nodes.push(*dot);
            bind.args.push(bind.args[k].clone());
        }
    }
    for k in positions(floats) {
        bind.results.push(bind.results[k].clone());
    }
    (nodes, bind)
}

impl Deriver<'_> {
    /// A loop's body with tangents: parameters in the order of `order` (after the index, if there is one), results
    /// `[state.., state dots.., ys.., ys dots..]`.
    fn dual_body(
        &mut self,
        body: FuncId,
        forward: &Rc<Forward>,
        wrt: &[bool],
        order: &[Slot],
        state: &[bool],
        indexed: bool,
    ) -> FuncId {
        let f = self.func(body);
        let floats = float_results(f);
        let results = f.results.len();
        let shapes = param_shapes(f);
        let mut b = Builder::new(format!("{}.dual", f.name));
        let index = indexed.then(|| output(b.param(Scalar::I64, vec![]), []));
        let ps = params(&mut b, order.iter().map(|s| shapes[s.position()].clone()));
        let find = |slot: Slot| -> Option<Output> {
            match (&index, slot) {
                (Some(index), Slot::Value(0)) => Some(index.clone()),
                _ => order.iter().position(|s| *s == slot).map(|at| ps[at].clone()),
            }
        };
        let mut given: Vec<Output> = (0..shapes.len()).filter_map(|k| find(Slot::Value(k))).collect();
        given.extend(positions(wrt).into_iter().filter_map(|k| find(Slot::Dot(k))));
        let made = call_core(&mut b, self.module, forward.func, &given);
        let dot = |k: usize| made[results + Forward::dot_position(&floats, k)].clone();
        let n = state.len();
        let mut outs: Vec<Output> = made[..n].to_vec();
        outs.extend(positions(state).into_iter().map(dot));
        outs.extend_from_slice(&made[n..results]);
        outs.extend((n..results).filter(|&k| forward.moves[k]).map(dot));
        self.add(b.finish(outs))
    }

    /// A condition that takes the tangents too and passes them over.
    fn dual_cond(&mut self, cond: FuncId, order: &[Slot]) -> FuncId {
        let f = self.func(cond);
        let shapes = param_shapes(f);
        let mut b = Builder::new(format!("{}.dual", f.name));
        let ps = params(&mut b, order.iter().map(|s| shapes[s.position()].clone()));
        let values: Vec<Output> = order
            .iter()
            .zip(&ps)
            .filter(|(s, _)| matches!(s, Slot::Value(_)))
            .map(|(_, p)| p.clone())
            .collect();
        let made = call_core(&mut b, self.module, cond, &values);
        self.add(b.finish(made))
    }
}
