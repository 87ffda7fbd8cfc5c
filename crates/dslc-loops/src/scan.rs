//! Counted loops and loops with a condition.
//!
//! A scalar of the state is a variable. A tensor of the state is updated in place if all that a round does to it are
//! updates that may overwrite; else it has two slots, and a variable says which one is current.

use dslc_ir::infer::mapped_axes;
use dslc_ir::mach::{Cmp, Lane, Mach, V};
use dslc_ir::op::Binding;
use dslc_ir::{AxisId, FuncId, Function, NodeId, Op, Output, Scan};

use crate::control::{Arg, Room, as_param, paired, positional};
use crate::emit::Flags;
use crate::frame::{Dest, Frame, Lower, extents};
use crate::index::{Env, Home, Sum, View};
use crate::plan::{Plan, owner};
use crate::program::{Buffer, BufferId, Count, Place, Stmt, While};

/// One part of the state while the loop runs.
#[derive(Debug)]
enum State {
    /// A scalar in a variable.
    Scalar(V),
    /// A tensor over the node's result axes, in one slot or in two that are this many elements apart.
    Tensor { view: View, apart: Option<i64>, owner: Option<BufferId> },
}

/// What both kinds of loops have.
#[derive(Debug)]
struct Looping<'a> {
    node: NodeId,
    bind: &'a Binding,
    /// The position of the first state among the arguments.
    first: usize,
    count: usize,
    mapped: Vec<AxisId>,
    /// For each state: whether it is updated in place.
    in_place: Vec<bool>,
}

impl<'m> Lower<'m> {
    /// A counted loop.
    pub(crate) fn scan(&mut self, f: &mut Frame<'m>, node: NodeId, scan: &Scan) {
        let n = &f.func.nodes[node];
        let (xs, count) = (scan.xs as usize, scan.state as usize);
        let body = self.function(scan.body);
        let plan = self.body_plan(body, 1 + xs, count);
        let l = Looping {
            node,
            bind: &scan.bind,
            first: 1 + xs,
            count,
            mapped: mapped_axes(f.func, &scan.bind, &n.args, xs, scan.axis),
            in_place: self.states_in_place(body, &plan, 1 + xs, count),
        };
        let pairs = paired(&n.args, &scan.bind.args);
        let (mut args, mut temporaries) = (Vec::new(), Vec::new());
        for &(arg, core) in &pairs[1..1 + xs] {
            let (view, owner) = self.view(f, arg);
            temporaries.extend(owner);
            args.push(Arg::Tensor(view, core.to_vec()));
        }
        let (captures, more) = self.args(f, &pairs[l.first + count..]);
        temporaries.extend(more);
        let stacked = self.stacks(f, &l, scan, n.args[0]);
        let prepared = self.prepare_states(f, &l);
        let rooms = self.rooms_of_states(f, &l);
        let (at, open) = self.open_axes(f, &l.mapped);
        let states = self.start(f, &l, prepared, &at);
        let captured = self.homes(f, &captures, body, l.first + count, &at);
        let end = self.trip_count(f, n.args[0], &at);
        let parity = self.parity(&states);

        let (index, position) = self.open_rounds(end, scan.reverse);
        let slot = parity.map(|p| self.slots(p));
        let mut homes = vec![Home::Register(position)];
        for (arg, param) in args.iter().zip(&body.params[1..]) {
            if let Arg::Tensor(view, core) = arg {
                let mut here = at.clone();
                scan.axis.into_iter().for_each(|a| here.set(a, Sum::register(position)));
                homes.push(as_param(view, core, &param.axes, &here));
            }
        }
        homes.extend(self.state_homes(&l, &states, body, slot));
        homes.extend(captured);
        let mut dests = state_dests(&l, &states, slot);
        for (view, _, core) in &stacked {
            let mut here = at.clone();
            scan.axis.into_iter().for_each(|a| here.set(a, Sum::register(position)));
            dests.push(positional(view, core, &here));
        }
        let order = self.order_in(f, node, false);
        let registers = self.frame(body, order, plan, homes, &dests);
        self.step(&states, &registers, parity, slot);
        let flags = Flags { poll: true, progress: f.id == 1 && l.mapped.is_empty() };
        self.em.close_loop(index, (Count::Known(0), end), 1, flags);
        self.finish(f, &l, (states, rooms), parity, end, (open, &at));
        for (k, (view, owner, _)) in stacked.into_iter().enumerate() {
            f.settle(node, count + k, Home::View(view), owner);
        }
        temporaries.into_iter().for_each(|t| self.em.release(t));
    }

    /// A loop with a condition.
    pub(crate) fn while_(
        &mut self,
        f: &mut Frame<'m>,
        node: NodeId,
        (cond, body): (FuncId, FuncId),
        count: usize,
        bind: &Binding,
    ) {
        let n = &f.func.nodes[node];
        let (cond, body) = (self.function(cond), self.function(body));
        let plan = self.body_plan(body, 0, count);
        let l = Looping {
            node,
            bind,
            first: 0,
            count,
            mapped: mapped_axes(f.func, bind, &n.args, 0, None),
            in_place: self.states_in_place(body, &plan, 0, count),
        };
        let pairs = paired(&n.args, &bind.args);
        let (captures, temporaries) = self.args(f, &pairs[count..]);
        let prepared = self.prepare_states(f, &l);
        let rooms = self.rooms_of_states(f, &l);
        let (at, open) = self.open_axes(f, &l.mapped);
        let states = self.start(f, &l, prepared, &at);
        let cond_captured = self.homes(f, &captures, cond, count, &at);
        let captured = self.homes(f, &captures, body, count, &at);
        let parity = self.parity(&states);

        self.em.open(true);
        let slot = parity.map(|p| self.slots(p));
        let mut homes = self.state_homes(&l, &states, cond, slot);
        let mut body_homes: Vec<Home> = homes.clone();
        rename(&mut body_homes, cond, body);
        homes.extend(cond_captured);
        body_homes.extend(captured);
        let cond_plan = self.plan(cond, &[]);
        let held = self.frame(cond, self.order_in(f, node, false), cond_plan, homes, &[Dest::Register]);
        let held = held[0].expect("a condition is in a register");
        self.em.open(true);
        let dests = state_dests(&l, &states, slot);
        let registers = self.frame(body, self.order_in(f, node, true), plan, body_homes, &dests);
        self.step(&states, &registers, parity, slot);
        let rounds = self.em.close();
        let before = self.em.close();
        self.em.push(Stmt::While(While { before, cond: held, body: rounds, poll: true }));
        self.finish(f, &l, (states, rooms), parity, Count::Register(held), (open, &at));
        temporaries.into_iter().for_each(|t| self.em.release(t));
    }

    /// The plan of a body, which may overwrite its state.
    fn body_plan(&self, body: &Function, first: usize, count: usize) -> Plan {
        let own: Vec<bool> = (0..body.params.len()).map(|k| (first..first + count).contains(&k)).collect();
        self.plan(body, &own)
    }
    fn states_in_place(&self, body: &Function, plan: &Plan, first: usize, count: usize) -> Vec<bool> {
        (0..count).map(|k| self.in_place(body, plan, &body.results[k], first + k)).collect()
    }
    /// Whether a result is a parameter with nothing but overwriting updates done to it, its axes in the same order:
    /// a transpose of the parameter is not where the parameter is.
    pub(crate) fn in_place(&self, func: &Function, plan: &Plan, result: &Output, param: usize) -> bool {
        let (mut at, mut order) = (result.node, result.axes.clone());
        loop {
            let (n, k) = owner(func, at);
            let takes = |arg: usize| plan.takes[n.0 as usize].contains(&arg);
            let args = &func.nodes[n].args;
            let (arg, bind, inner) = match &func.nodes[n].op {
                Op::Param(p) => {
                    return *p as usize == param
                        && func.nodes[n].types[0].axes.len() == func.params[param].axes.len()
                        && func.params[param].axes == order;
                }
                Op::Update { .. } => (0, None, None),
                Op::Scan(s) if k < s.state as usize => {
                    let first = 1 + s.xs as usize;
                    (first + k, Some(&s.bind), Some((s.body, first, s.state as usize)))
                }
                Op::While { body, state, bind, .. } => (k, Some(bind), Some((*body, 0, *state as usize))),
                Op::If { then, otherwise, bind } => {
                    let takes = &plan.takes[n.0 as usize];
                    match self.branch_places(*then, *otherwise, takes)[k] {
                        Some(p) => (p + 1, Some(bind), None),
                        None => return false,
                    }
                }
                _ => return false,
            };
            if !takes(arg) {
                return false;
            }
            if let Some((body, first, count)) = inner {
                let body = &self.module.funcs[body];
                let plan = self.body_plan(body, first, count);
                if !self.in_place(body, &plan, &body.results[k], first + k) {
                    return false;
                }
            }
            if let Some(bind) = bind {
                let places = bind.results[k].iter().zip(&bind.args[arg]);
                let before = |a: &AxisId| places.clone().find(|(r, _)| *r == a).map_or(*a, |(_, b)| *b);
                order = order.iter().map(before).collect();
            }
            at = args[arg];
        }
    }

    /// Room for the stacked outputs: the loop's axis is the slowest. Dynamic ones are allocated here.
    fn stacks(
        &mut self,
        f: &Frame<'m>,
        l: &Looping<'_>,
        scan: &Scan,
        extent: NodeId,
    ) -> Vec<(View, Option<BufferId>, Vec<AxisId>)> {
        let n = &f.func.nodes[l.node];
        let mut stacks = Vec::new();
        for k in l.count..n.types.len() {
            let axis = scan.axis.expect("stacked outputs have an axis");
            let core = l.bind.results[k].clone();
            let order: Vec<AxisId> = [axis].iter().chain(&l.mapped).chain(&core).copied().collect();
            if f.func.axes[axis].known().is_some() {
                let (view, owner) = self.room(f, l.node, k, &order);
                stacks.push((view, owner, core));
                continue;
            }
            let place = Place::Tape;
            let scalar = n.types[k].scalar;
            let buffer = self.em.buffers.push(Buffer { scalar, elements: 0, place });
            let view = View::row_major(buffer, &extents(f, &order));
            let each = order[1..].iter().fold(1i64, |n, &a| n.saturating_mul(f.extent(a)));
            let count = self.trip_count(f, extent, &Env::default());
            let (count, each) = (self.bound(count), self.em.int(each));
            let elements = self.em.op(Mach::IMul(count, each), Lane::I64);
            self.em.push(Stmt::Alloc { buffer, elements });
            stacks.push((view, None, core));
        }
        stacks
    }

    /// Memory for tensors of the state.
    fn prepare_states(&mut self, f: &mut Frame<'m>, l: &Looping<'_>) -> Vec<Option<State>> {
        let mut prepared = Vec::new();
        for k in 0..l.count {
            let core = &l.bind.results[k];
            let arg = l.first + k;
            if core.is_empty() {
                prepared.push(None);
                continue;
            }
            let n = &f.func.nodes[l.node];
            let scalar = n.types[k].scalar;
            let taken =
                f.plan.takes[l.node.0 as usize].contains(&arg) && l.mapped.is_empty() && l.in_place[k];
            let taken = if taken { f.take(n.args[arg]) } else { None };
            prepared.push(Some(if let Some((view, owner)) = taken {
                // The same elements under the names of the result's axes.
                let strides =
                    core.iter().zip(&l.bind.args[arg]).map(|(&r, &a)| (r, view.stride(a))).collect();
                State::Tensor { view: View { strides, ..view }, apart: None, owner }
            } else if l.in_place[k] {
                let (view, owner) = if l.mapped.is_empty() {
                    self.room(f, l.node, k, core)
                } else {
                    let view = self.temporary(f, scalar, core);
                    let buffer = view.buffer;
                    (view, Some(buffer))
                };
                State::Tensor { view, apart: None, owner }
            } else {
                let axes = extents(f, core);
                let elements = axes.iter().fold(1u64, |n, a| n.saturating_mul(a.1));
                let buffer = self.em.temporary(scalar, 2 * elements);
                let view = View::row_major(buffer, &axes);
                State::Tensor { view, apart: Some(elements as i64), owner: Some(buffer) }
            }));
        }
        prepared
    }
    /// Gives the state its first value.
    fn start(
        &mut self,
        f: &Frame<'m>,
        l: &Looping<'_>,
        prepared: Vec<Option<State>>,
        at: &Env,
    ) -> Vec<State> {
        let mut states = Vec::new();
        for (k, prepared) in prepared.into_iter().enumerate() {
            let arg = l.first + k;
            let node = f.func.nodes[l.node].args[arg];
            let Some(State::Tensor { view, apart, owner }) = prepared else {
                let v = self.eval(f, node, at);
                states.push(State::Scalar(self.em.variable(v)));
                continue;
            };
            let strides: Vec<_> =
                l.bind.args[arg].iter().zip(&l.bind.results[k]).map(|(&a, &r)| (a, view.stride(r))).collect();
            let there = View { strides, ..view.clone() };
            let home = f.home(node);
            if !matches!(home, Some(Home::View(h)) if h.buffer == there.buffer && h.at == there.at) {
                self.store_at(f, at, &[(node, there)]);
            }
            states.push(State::Tensor { view, apart, owner });
        }
        states
    }
    /// The number of rounds: not negative.
    fn trip_count(&mut self, f: &Frame<'m>, extent: NodeId, at: &Env) -> Count {
        let v = self.eval(f, extent, at);
        let zero = self.em.int(0);
        let positive = self.em.op(Mach::ICmp(Cmp::Gt, v, zero), Lane::Bool);
        let v = self.em.op(Mach::Select(positive, v, zero), Lane::I64);
        self.em.count(v)
    }
    /// A variable that says which slot is current, if a state has two.
    fn parity(&mut self, states: &[State]) -> Option<V> {
        let two = states.iter().any(|s| matches!(s, State::Tensor { apart: Some(_), .. }));
        two.then(|| {
            let zero = self.em.int(0);
            self.em.variable(zero)
        })
    }
    /// Opens the loop: its index, and the position, which runs down in a reverse loop.
    fn open_rounds(&mut self, end: Count, reverse: bool) -> (V, V) {
        self.em.open(true);
        let index = self.em.define(Lane::I64, 1);
        if let Count::Known(n) = end {
            self.em.set_range(index, 0, (n - 1).max(0));
        }
        if !reverse {
            return (index, index);
        }
        let end = self.bound(end);
        let one = self.em.int(1);
        let last = self.em.op(Mach::ISub(end, one), Lane::I64);
        (index, self.em.op(Mach::ISub(last, index), Lane::I64))
    }
    /// The current slot and the next one.
    fn slots(&mut self, parity: V) -> (V, V) {
        let current = self.em.get(parity);
        self.em.set_range(current, 0, 1);
        let one = self.em.int(1);
        (current, self.em.op(Mach::ISub(one, current), Lane::I64))
    }
    fn state_homes(
        &mut self,
        l: &Looping<'_>,
        states: &[State],
        callee: &Function,
        slot: Option<(V, V)>,
    ) -> Vec<Home> {
        let mut homes = Vec::new();
        for (k, state) in states.iter().enumerate() {
            let axes = &callee.params[l.first + k].axes;
            homes.push(match state {
                State::Scalar(v) => Home::Register(self.em.get(*v)),
                State::Tensor { view, apart, .. } => {
                    let view = in_slot(view, *apart, slot.map(|s| Sum::register(s.0)).as_ref());
                    as_param(&view, &l.bind.results[k], axes, &Env::default())
                }
            });
        }
        homes
    }
    /// Makes the next state the current one.
    fn step(&mut self, states: &[State], registers: &[Option<V>], parity: Option<V>, slot: Option<(V, V)>) {
        for (state, register) in states.iter().zip(registers) {
            if let (State::Scalar(variable), Some(v)) = (state, register) {
                self.em.push(Stmt::Set(*variable, *v));
            }
        }
        if let (Some(parity), Some((_, next))) = (parity, slot) {
            self.em.push(Stmt::Set(parity, next));
        }
    }
    /// Settles the final state, after the mapped loops if there are any.
    fn finish(
        &mut self,
        f: &mut Frame<'m>,
        l: &Looping<'_>,
        (states, rooms): (Vec<State>, Vec<Room>),
        parity: Option<V>,
        end: Count,
        (open, at): (Vec<(V, i64)>, &Env),
    ) {
        let slot = parity.map(|p| match end {
            Count::Known(n) => Sum::constant(n % 2),
            Count::Register(_) => {
                let v = self.em.get(p);
                self.em.set_range(v, 0, 1);
                Sum::register(v)
            }
        });
        if l.mapped.is_empty() {
            self.close_axes(open, true);
            for (k, state) in states.into_iter().enumerate() {
                match state {
                    State::Scalar(variable) => {
                        let v = self.em.get(variable);
                        f.settle(l.node, k, Home::Register(v), None);
                    }
                    State::Tensor { view, apart, owner } => {
                        f.settle(l.node, k, Home::View(in_slot(&view, apart, slot.as_ref())), owner);
                    }
                }
            }
            return;
        }
        for (k, state) in states.iter().enumerate() {
            let Room::Memory(view, _, core) = &rooms[k] else { continue };
            let here = view.fixed(&l.mapped, at);
            match state {
                State::Scalar(variable) => {
                    let v = self.em.get(*variable);
                    self.em.store_whole(here.buffer, &here.at, v);
                }
                State::Tensor { view, apart, .. } => {
                    let from = in_slot(view, *apart, slot.as_ref());
                    debug_assert_eq!(core.len(), from.strides.len(), "core axes by position");
                    self.copy(f, &from, &here);
                }
            }
        }
        self.close_axes(open, true);
        for state in states {
            if let State::Tensor { owner: Some(buffer), .. } = state {
                self.em.release(buffer);
            }
        }
        for (k, room) in rooms.into_iter().enumerate() {
            if let Room::Memory(view, owner, _) = room {
                f.settle(l.node, k, Home::View(view), owner);
            }
        }
    }
    /// Where the final states of a mapped loop go: made before its loops, as it outlives a round of them.
    fn rooms_of_states(&mut self, f: &Frame<'m>, l: &Looping<'_>) -> Vec<Room> {
        if l.mapped.is_empty() {
            return Vec::new();
        }
        let results = l.bind.results[..l.count].to_vec();
        self.rooms(f, l.node, &l.mapped, &Binding { args: Vec::new(), results })
    }
}

/// A state's view in a slot.
fn in_slot(view: &View, apart: Option<i64>, slot: Option<&Sum>) -> View {
    let mut view = view.clone();
    if let (Some(apart), Some(slot)) = (apart, slot) {
        view.at.add(slot, apart);
    }
    view
}

fn state_dests(l: &Looping<'_>, states: &[State], slot: Option<(V, V)>) -> Vec<Dest> {
    states
        .iter()
        .enumerate()
        .map(|(k, state)| match state {
            State::Scalar(_) => Dest::Register,
            State::Tensor { view, apart, .. } => {
                let view = in_slot(view, *apart, slot.map(|s| Sum::register(s.1)).as_ref());
                positional(&view, &l.bind.results[k], &Env::default())
            }
        })
        .collect()
}

/// Homes made for the parameters of one function, for the same parameters of another.
fn rename(homes: &mut [Home], from: &Function, to: &Function) {
    for (k, home) in homes.iter_mut().enumerate() {
        if let Home::View(view) = home {
            let strides = from.params[k].axes.iter().zip(&to.params[k].axes);
            view.strides = strides.map(|(&a, &b)| (b, view.stride(a))).collect();
        }
    }
}
