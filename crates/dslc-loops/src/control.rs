//! Calls and branches: bodies of other functions, at each point of the mapped axes.

use dslc_base::Index as _;
use dslc_ir::infer::mapped_axes;
use dslc_ir::mach::V;
use dslc_ir::op::Binding;
use dslc_ir::prim::lane;
use dslc_ir::{AxisId, FuncId, Function, NodeId};

use crate::frame::{Dest, Frame, Lower};
use crate::index::{Env, Home, View};
use crate::program::{BufferId, Stmt};

/// An argument that is ready to be read at any point of the mapped axes.
#[derive(Debug)]
pub(crate) enum Arg {
    /// Without core axes: a scalar at each point.
    Scalar(NodeId),
    /// With core axes, listed by position: memory.
    Tensor(View, Vec<AxisId>),
}

/// A result of control flow.
#[derive(Debug)]
pub(crate) enum Room {
    /// A scalar without mapped axes.
    Register,
    /// Memory, its owner, and the core axes by position.
    Memory(View, Option<BufferId>, Vec<AxisId>),
}

impl Room {
    /// Where a body should leave the result at a point.
    pub(crate) fn dest(&self, at: &Env) -> Dest {
        match self {
            Room::Register => Dest::Register,
            Room::Memory(view, _, core) => positional(view, core, at),
        }
    }
}

/// A view with the axes of `core` by position, the others fixed at a point.
pub(crate) fn positional(view: &View, core: &[AxisId], at: &Env) -> Dest {
    let mut start = view.at.clone();
    for &(axis, stride) in &view.strides {
        if !core.contains(&axis) {
            start.add(&at.get(axis), stride);
        }
    }
    Dest::Memory(view.buffer, start, core.iter().map(|&a| view.stride(a)).collect())
}

/// A view as the home of a parameter whose axes are `axes`, by position.
pub(crate) fn as_param(view: &View, core: &[AxisId], axes: &[AxisId], at: &Env) -> Home {
    let Dest::Memory(buffer, start, strides) = positional(view, core, at) else {
        unreachable!("a positional view lies in memory")
    };
    Home::View(View { buffer, at: start, strides: axes.iter().copied().zip(strides).collect() })
}

impl<'m> Lower<'m> {
    /// Makes arguments ready; gives temporaries that are released when the node is done.
    pub(crate) fn args(&mut self, f: &Frame<'m>, args: &[(NodeId, &[AxisId])]) -> (Vec<Arg>, Vec<BufferId>) {
        let mut temporaries = Vec::new();
        let mut ready = Vec::new();
        for &(node, core) in args {
            ready.push(if core.is_empty() {
                Arg::Scalar(node)
            } else {
                let (view, owner) = self.view(f, node);
                temporaries.extend(owner);
                Arg::Tensor(view, core.to_vec())
            });
        }
        (ready, temporaries)
    }
    /// The homes of a function's parameters at a point.
    pub(crate) fn homes(
        &mut self,
        f: &Frame<'m>,
        args: &[Arg],
        callee: &Function,
        first: usize,
        at: &Env,
    ) -> Vec<Home> {
        let params = callee.params[first..].iter();
        args.iter()
            .zip(params)
            .map(|(arg, param)| match arg {
                Arg::Scalar(node) => Home::Register(self.eval(f, *node, at)),
                Arg::Tensor(view, core) => as_param(view, core, &param.axes, at),
            })
            .collect()
    }
    /// Room for each result of a node.
    pub(crate) fn rooms(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        mapped: &[AxisId],
        bind: &Binding,
    ) -> Vec<Room> {
        let mut rooms = Vec::new();
        for (k, core) in bind.results.iter().enumerate() {
            rooms.push(self.room_for(f, node, k, mapped, core));
        }
        rooms
    }
    fn room_for(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        k: usize,
        mapped: &[AxisId],
        core: &[AxisId],
    ) -> Room {
        if mapped.is_empty() && core.is_empty() {
            return Room::Register;
        }
        let order: Vec<AxisId> = mapped.iter().chain(core).copied().collect();
        let (view, owner) = self.room(f, node, k, &order);
        Room::Memory(view, owner, core.to_vec())
    }
    /// Settles the results of a node.
    pub(crate) fn settle_all(f: &mut Frame<'m>, node: NodeId, rooms: Vec<Room>, registers: &[Option<V>]) {
        for (k, room) in rooms.into_iter().enumerate() {
            match room {
                Room::Register => {
                    let v = registers[k].expect("a scalar result is in a register");
                    f.settle(node, k, Home::Register(v), None);
                }
                Room::Memory(view, owner, _) => f.settle(node, k, Home::View(view), owner),
            }
        }
    }

    /// A call, emitted in place.
    pub(crate) fn call(&mut self, f: &mut Frame<'m>, node: NodeId, func: FuncId, bind: &Binding) {
        let n = &f.func.nodes[node];
        let mapped = mapped_axes(f.func, bind, &n.args, 0, None);
        let pairs = paired(&n.args, &bind.args);
        let (args, temporaries) = self.args(f, &pairs);
        let rooms = self.rooms(f, node, &mapped, bind);
        let (at, open) = self.open_axes(f, &mapped);
        let callee = self.function(func);
        let homes = self.homes(f, &args, callee, 0, &at);
        let dests: Vec<Dest> = rooms.iter().map(|r| r.dest(&at)).collect();
        let plan = self.plan(callee, &[]);
        let order = self.order_in(f, node, false);
        let registers = self.frame(callee, order, plan, homes, &dests);
        self.close_axes(open, self.loops[func.index()]);
        Self::settle_all(f, node, rooms, &registers);
        temporaries.into_iter().for_each(|t| self.em.release(t));
    }

    /// For each result of a branch: the parameter whose memory both sides leave it in, if there is one. `takes` are
    /// the arguments that may be overwritten.
    pub(crate) fn branch_places(
        &self,
        then: FuncId,
        otherwise: FuncId,
        takes: &[usize],
    ) -> Vec<Option<usize>> {
        let sides = [self.function(then), self.function(otherwise)];
        let own = owned(sides[0], takes);
        let plans = sides.map(|s| self.plan(s, &own));
        let mut used = vec![false; own.len()];
        (0..sides[0].results.len())
            .map(|k| {
                let stays =
                    |p: &usize| (0..2).all(|s| self.in_place(sides[s], &plans[s], &sides[s].results[k], *p));
                let found = (0..own.len()).filter(|&p| own[p] && !used[p]).find(stays)?;
                used[found] = true;
                Some(found)
            })
            .collect()
    }

    /// One of two bodies.
    pub(crate) fn branch(
        &mut self,
        f: &mut Frame<'m>,
        node: NodeId,
        then: FuncId,
        otherwise: FuncId,
        bind: &Binding,
    ) {
        let n = &f.func.nodes[node];
        let mapped = mapped_axes(f.func, bind, &n.args, 0, None);
        let pairs = paired(&n.args[1..], &bind.args[1..]);
        let (args, temporaries) = self.args(f, &pairs);
        let takes = f.plan.takes[node.0 as usize].clone();
        let rooms = self.branch_rooms(f, node, &mapped, bind, &self.branch_places(then, otherwise, &takes));
        let own = owned(self.function(then), &takes);
        let (at, open) = self.open_axes(f, &mapped);
        let cond = self.eval(f, n.args[0], &at);
        let loops = self.loops[then.index()] || self.loops[otherwise.index()];
        let callee = self.function(then);
        let homes = self.homes(f, &args, callee, 0, &at);
        let dests: Vec<Dest> = rooms.iter().map(|r| r.dest(&at)).collect();
        let mut variables = Vec::new();
        for (room, ty) in rooms.iter().zip(&n.types) {
            variables.push(matches!(room, Room::Register).then(|| {
                let zero = self.em.constant(lane(ty.scalar), 0);
                self.em.variable(zero)
            }));
        }
        // Parameters are listed by position in both functions, but each has axes of its own.
        let other = self.function(otherwise);
        let other_homes = self.homes(f, &args, other, 0, &at);
        let orders = [false, true].map(|second| self.order_in(f, node, second));
        let then = self.side((callee, orders[0]), &own, homes, &dests, &variables);
        let otherwise = self.side((other, orders[1]), &own, other_homes, &dests, &variables);
        self.em.push(Stmt::If { cond, then, otherwise });
        let registers: Vec<Option<V>> = variables.into_iter().map(|v| v.map(|v| self.em.get(v))).collect();
        self.close_axes(open, loops);
        Self::settle_all(f, node, rooms, &registers);
        temporaries.into_iter().for_each(|t| self.em.release(t));
    }
    /// Room for each result: the memory of an argument where both sides leave it there.
    fn branch_rooms(
        &mut self,
        f: &mut Frame<'m>,
        node: NodeId,
        mapped: &[AxisId],
        bind: &Binding,
        places: &[Option<usize>],
    ) -> Vec<Room> {
        let mut rooms = Vec::new();
        for (k, core) in bind.results.iter().enumerate() {
            let arg = places[k].map(|p| p + 1);
            let taken = arg.and_then(|a| f.take(f.func.nodes[node].args[a]));
            rooms.push(match (arg, taken) {
                (Some(arg), Some((view, owner))) => {
                    let strides = core.iter().zip(&bind.args[arg]).map(|(&r, &a)| (r, view.stride(a)));
                    Room::Memory(View { strides: strides.collect(), ..view }, owner, core.clone())
                }
                _ => self.room_for(f, node, k, mapped, core),
            });
        }
        rooms
    }
    fn side(
        &mut self,
        (func, order): (&'m Function, u32),
        own: &[bool],
        homes: Vec<Home>,
        dests: &[Dest],
        variables: &[Option<V>],
    ) -> Vec<Stmt> {
        self.em.open(true);
        let plan = self.plan(func, own);
        let registers = self.frame(func, order, plan, homes, dests);
        for (variable, register) in variables.iter().zip(registers) {
            if let (Some(variable), Some(register)) = (variable, register) {
                self.em.push(Stmt::Set(*variable, register));
            }
        }
        self.em.close()
    }
}

/// Arguments with their core axes.
pub(crate) fn paired<'a>(nodes: &[NodeId], core: &'a [Vec<AxisId>]) -> Vec<(NodeId, &'a [AxisId])> {
    nodes.iter().copied().zip(core.iter().map(Vec::as_slice)).collect()
}

/// Which parameters of a branch's sides may be overwritten.
fn owned(side: &Function, takes: &[usize]) -> Vec<bool> {
    (0..side.params.len()).map(|p| takes.contains(&(p + 1))).collect()
}
