//! Lowers one function, node by node in program order, into a place that its caller prepared.
//!
//! *Takes* a function without derivatives, whose parameters have homes. *Gives* its statements, its results in
//! registers or where the caller wants them. The entry, the bodies of loops and the branches all come
//! through here.

use std::sync::Arc;

use dslc_base::Index as _;
use dslc_ir::mach::V;
use dslc_ir::op::Dense;
use dslc_ir::verify::callees_of;
use dslc_ir::{AxisId, FuncId, Function, Module, Node, NodeId, Op, Scalar, SiteId};

use crate::emit::Emitter;
use crate::index::{Env, Home, Sum, View};
use crate::nest::{Drive, Reach};
use crate::plan::{Plan, is_control, owner, plan};
use crate::program::{Buffer, BufferId, Origin, Place};

/// How many maps share one nest at most, and how far ahead they are looked for.
const GROUP: usize = 8;
const AHEAD: usize = 64;

/// How to lower.
#[derive(Clone, Copy, Default, Debug)]
pub struct Options {
    /// Every bit as the program is written: products of reals are not given to kernels.
    pub exact: bool,
}

/// The state of lowering a program.
#[derive(Debug)]
pub(crate) struct Lower<'m> {
    pub(crate) module: &'m Module,
    pub(crate) options: Options,
    pub(crate) em: Emitter,
    frames: u32,
    /// For each function, how many nodes run when it runs once, callees included.
    sizes: Vec<u32>,
    /// For each function, whether it or a callee has loops that can be left.
    pub(crate) loops: Vec<bool>,
}

/// Where a caller wants a result.
#[derive(Clone, Debug)]
pub(crate) enum Dest {
    /// In a register.
    Register,
    /// In memory: the first element, and the stride of each axis by position.
    Memory(BufferId, Sum, Vec<i64>),
}

/// A function while it is lowered.
#[derive(Debug)]
pub(crate) struct Frame<'m> {
    /// Tells the points of one frame from those of another.
    pub(crate) id: u32,
    pub(crate) func: &'m Function,
    pub(crate) plan: Plan,
    /// The place of each node in the order of failures.
    order: Vec<u32>,
    homes: Vec<Vec<Option<Home>>>,
    /// The temporary that holds a home, if the frame has to release it.
    owned: Vec<Vec<Option<BufferId>>>,
    /// Where results are wanted.
    targets: Vec<Vec<Option<View>>>,
}

impl<'m> Frame<'m> {
    /// Where a node's value is, if it has been computed.
    pub(crate) fn home(&self, node: NodeId) -> Option<&Home> {
        let (n, k) = owner(self.func, node);
        self.homes[n.index()].get(k).and_then(Option::as_ref)
    }
    /// The extent of an axis; 0 for a dynamic one.
    pub(crate) fn extent(&self, axis: AxisId) -> i64 {
        self.func.axes[axis].known().unwrap_or(0) as i64
    }
    /// Where a failure of a node belongs.
    pub(crate) fn origin(&self, node: NodeId) -> Origin {
        let site = self.func.nodes[node].site.unwrap_or(SiteId(u32::MAX));
        Origin { order: self.order[node.index()], site }
    }
    /// Keeps the value of a result of a node; `owned` is released when nobody reads it any more.
    pub(crate) fn settle(&mut self, node: NodeId, k: usize, home: Home, owned: Option<BufferId>) {
        self.homes[node.index()][k] = Some(home);
        self.owned[node.index()][k] = owned;
    }
    /// Takes over the memory of a node that is not read again.
    pub(crate) fn take(&mut self, node: NodeId) -> Option<(View, Option<BufferId>)> {
        let (n, k) = owner(self.func, node);
        match self.homes[n.index()][k].clone() {
            Some(Home::View(view)) => Some((view, self.owned[n.index()][k].take())),
            _ => None,
        }
    }
    /// Where a result of a node is wanted, if it is.
    pub(crate) fn target(&self, node: NodeId, k: usize) -> Option<View> {
        self.targets[node.index()][k].clone()
    }
}

impl<'m> Lower<'m> {
    /// Nothing emitted yet.
    pub(crate) fn new(module: &'m Module, options: Options) -> Self {
        Self { module, options, em: Emitter::new(), frames: 0, sizes: sizes(module), loops: loops(module) }
    }
    /// A function of the module.
    pub(crate) fn function(&self, id: FuncId) -> &'m Function {
        &self.module.funcs[id]
    }
    /// The plan of a function whose parameters may be overwritten where `own` says.
    pub(crate) fn plan(&self, func: &Function, own: &[bool]) -> Plan {
        plan(func, self.options.exact, own)
    }

    /// The order of what a node runs: its first function, or what comes after that one.
    pub(crate) fn order_in(&self, f: &Frame<'m>, node: NodeId, second: bool) -> u32 {
        let first = callees_of(&f.func.nodes[node].op).first().map_or(0, |c| self.sizes[c.index()]);
        f.order[node.index()].saturating_add(1).saturating_add(if second { first } else { 0 })
    }
    /// Lowers a function whose nodes come from `order` on in the order of failures. Gives the registers of the
    /// results that are wanted in registers.
    pub(crate) fn frame(
        &mut self,
        func: &'m Function,
        order: u32,
        plan: Plan,
        params: Vec<Home>,
        dests: &[Dest],
    ) -> Vec<Option<V>> {
        let empty = |f: &Function| f.nodes.iter().map(|n| vec![None; n.types.len()]).collect::<Vec<_>>();
        self.frames += 1;
        let mut f = Frame {
            id: self.frames,
            func,
            plan,
            order: self.orders(func, order),
            homes: empty(func).into_iter().map(|v: Vec<Option<()>>| vec![None; v.len()]).collect(),
            owned: empty(func).into_iter().map(|v: Vec<Option<()>>| vec![None; v.len()]).collect(),
            targets: empty(func).into_iter().map(|v: Vec<Option<()>>| vec![None; v.len()]).collect(),
        };
        for (p, home) in func.params.iter().zip(params) {
            f.homes[p.node.index()][0] = Some(home);
        }
        self.aim(&mut f, dests);
        for k in 0..func.nodes.len() {
            let node = NodeId::from_usize(k);
            if f.plan.live[k] {
                self.node(&mut f, node);
            }
            for node in std::mem::take(&mut f.plan.ends[k]) {
                self.release(&mut f, node);
            }
        }
        let registers = self.deliver(&f, dests);
        for k in 0..func.nodes.len() {
            self.release(&mut f, NodeId::from_usize(k));
        }
        registers
    }
    /// The places of nodes in the order of failures, from `first` on: what a node runs comes right after it.
    fn orders(&self, func: &Function, first: u32) -> Vec<u32> {
        let mut next = first;
        func.nodes
            .iter()
            .map(|n| {
                let here = next;
                next = next.saturating_add(size_of_node(n, &self.sizes));
                here.min(u32::MAX - 1)
            })
            .collect()
    }
    fn release(&mut self, f: &mut Frame<'m>, node: NodeId) {
        for owned in &mut f.owned[node.index()] {
            if let Some(buffer) = owned.take() {
                self.em.release(buffer);
            }
        }
    }

    /// Lets nodes that are results be computed where they are wanted, and what they overwrite too.
    fn aim(&mut self, f: &mut Frame<'m>, dests: &[Dest]) {
        for (out, dest) in f.func.results.iter().zip(dests) {
            let Dest::Memory(buffer, at, strides) = dest else { continue };
            let mut axes = out.axes.clone();
            axes.sort_unstable();
            if axes[..] != f.func.ty(out.node).axes[..] || axes.is_empty() {
                continue;
            }
            let strides = out.axes.iter().copied().zip(strides.iter().copied()).collect();
            let view = View { buffer: *buffer, at: at.clone(), strides };
            let mut next = Some(out.node);
            while let Some(node) = next {
                let (n, k) = owner(f.func, node);
                if !f.plan.stored[n.index()] || f.targets[n.index()][k].is_some() {
                    break;
                }
                f.targets[n.index()][k] = Some(view.clone());
                let first = f.plan.takes[n.index()].first() == Some(&0);
                let update = matches!(f.func.nodes[n].op, Op::Update { .. });
                next = (first && update).then(|| f.func.nodes[n].args[0]);
            }
        }
    }
    /// Brings results to where they are wanted.
    fn deliver(&mut self, f: &Frame<'m>, dests: &[Dest]) -> Vec<Option<V>> {
        let mut registers = Vec::new();
        for (out, dest) in f.func.results.iter().zip(dests) {
            registers.push(match dest {
                Dest::Register => Some(self.eval(f, out.node, &Env::default())),
                Dest::Memory(buffer, at, strides) => {
                    let strides: Vec<_> = out.axes.iter().copied().zip(strides.iter().copied()).collect();
                    let view = View { buffer: *buffer, at: at.clone(), strides };
                    if !matches!(f.home(out.node), Some(Home::View(home)) if same_place(home, &view)) {
                        self.store_all(f, &[(out.node, view)]);
                    }
                    None
                }
            });
        }
        registers
    }

    /// Gives a node its home, if it is to have one.
    fn node(&mut self, f: &mut Frame<'m>, node: NodeId) {
        let func = f.func;
        let n = &func.nodes[node];
        if let Op::Dense(dense) = &n.op {
            let view = self.data(f, dense);
            return f.settle(node, 0, Home::View(view), None);
        }
        if !f.plan.stored[node.index()] || f.homes[node.index()].iter().any(Option::is_some) {
            return;
        }
        match &n.op {
            Op::Map(_) | Op::Read { .. } if n.ty().axes.is_empty() => {
                let v = self.eval(f, node, &Env::default());
                f.settle(node, 0, Home::Register(v), None);
            }
            Op::Map(_) | Op::Read { .. } => self.group(f, node),
            Op::Fold { .. } => match f.plan.product[node.index()] {
                Some((algebra, a, b)) => self.product(f, node, algebra, a, b),
                None => self.fold(f, node),
            },
            Op::ArgFold { max, axes } => self.arg_fold(f, node, *max, axes),
            Op::Scatter { index, over } => self.scatter(f, node, index, over),
            Op::Update { index, over } => self.update(f, node, index, over),
            Op::Stack { axis } => self.stack(f, node, *axis),
            Op::Call { func, bind } => self.call(f, node, *func, bind),
            Op::If { then, otherwise, bind } => self.branch(f, node, *then, *otherwise, bind),
            Op::Scan(scan) => self.scan(f, node, scan),
            Op::While { cond, body, state, bind } => {
                self.while_(f, node, (*cond, *body), *state as usize, bind);
            }
            Op::Library { routine, bind } => self.routine(f, node, *routine, bind),
            Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Proj(_) => {}
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
                panic!("derivatives are expanded before lowering")
            }
        }
    }

    /// A constant tensor as data of the program.
    fn data(&mut self, f: &Frame<'m>, dense: &Dense) -> View {
        let mut bytes = Vec::with_capacity(dense.elements.len() * dense.scalar.size());
        for &e in &dense.elements {
            bytes.extend_from_slice(&e.to_le_bytes()[..dense.scalar.size()]);
        }
        let place = Place::Data(Arc::from(bytes));
        let elements = dense.elements.len() as u64;
        let buffer = self.em.buffers.push(Buffer { scalar: dense.scalar, elements, place });
        View::row_major(buffer, &extents(f, &dense.axes))
    }

    /// A new temporary over these axes, slowest first.
    pub(crate) fn temporary(&mut self, f: &Frame<'m>, scalar: Scalar, axes: &[AxisId]) -> View {
        let axes = extents(f, axes);
        let elements = axes.iter().fold(1u64, |n, a| n.saturating_mul(a.1));
        let buffer = self.em.temporary(scalar, elements);
        View::row_major(buffer, &axes)
    }
    /// Memory for a result of a node: where it is wanted, or a temporary; and who releases it.
    pub(crate) fn room(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        k: usize,
        order: &[AxisId],
    ) -> (View, Option<BufferId>) {
        if let Some(view) = f.target(node, k) {
            return (view, None);
        }
        let view = self.temporary(f, f.func.nodes[node].types[k].scalar, order);
        let buffer = view.buffer;
        (view, Some(buffer))
    }

    /// Stores a map, and others over the same axes whose arguments are there, in one nest.
    fn group(&mut self, f: &mut Frame<'m>, first: NodeId) {
        let members = self.members(f, first);
        let order = match members.iter().find_map(|&m| f.target(m, 0)) {
            Some(view) => by_stride(&view, &f.func.ty(first).axes),
            None => match f.plan.factor[first.index()] {
                Some(product) => factor_order(f, first, product),
                None => self.preferred(f, first),
            },
        };
        let mut stores = Vec::new();
        let mut owned = Vec::new();
        for &m in &members {
            let (view, owner) = self.room(f, m, 0, &order);
            stores.push((m, view));
            owned.push(owner);
        }
        self.store_all(f, &stores);
        for ((m, view), owner) in stores.into_iter().zip(owned) {
            f.settle(m, 0, Home::View(view), owner);
        }
    }
    fn members(&self, f: &Frame<'m>, first: NodeId) -> Vec<NodeId> {
        let mut members = vec![first];
        let axes = &f.func.ty(first).axes;
        let size = f.func.ty(first).scalar.size();
        let window = first.index() + 1..(first.index() + AHEAD).min(f.func.nodes.len());
        let mut overtakes = false;
        for k in window {
            let node = NodeId::from_usize(k);
            let n = &f.func.nodes[node];
            overtakes |= f.plan.live[k] && is_control(&n.op);
            // A failure keeps its place before or after what may be left because of another.
            if overtakes && f.plan.fails[k] {
                continue;
            }
            let fits = f.plan.live[k] && f.plan.stored[k] && matches!(n.op, Op::Map(_));
            // Elements of one size are vectors of one width.
            let alike = n.types[0].axes == *axes && n.types[0].scalar.size() == size;
            if fits && alike && members.len() < GROUP && ready(f, node, &members) {
                members.push(node);
            }
        }
        members
    }
    /// The order of axes in which a node reads most of what it reads in memory order.
    pub(crate) fn preferred(&mut self, f: &Frame<'m>, node: NodeId) -> Vec<AxisId> {
        let axes = f.func.ty(node).axes.to_vec();
        self.order_of(f, node, &axes, &[])
    }
    /// Orders `axes` by the strides of what is read when `node` runs over them and over `others`.
    pub(crate) fn order_of(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        axes: &[AxisId],
        others: &[AxisId],
    ) -> Vec<AxisId> {
        let mut axes = axes.to_vec();
        if axes.len() < 2 || axes.iter().chain(others).any(|&a| f.extent(a) == 0) {
            return axes;
        }
        let mark = self.em.begin_trial();
        let mut env = Env::default();
        let mut registers = Vec::new();
        for &axis in axes.iter().chain(others) {
            let index = self.em.open_loop(f.extent(axis), false);
            env.set(axis, Sum::register(index));
            registers.push(index);
        }
        self.eval(f, node, &env);
        for &index in registers.iter().rev() {
            let bounds = (crate::program::Count::Known(0), crate::program::Count::Known(2));
            self.em.close_loop(index, bounds, 1, crate::emit::Flags::default());
        }
        let reach = Reach::of(&self.em.end_trial(mark));
        let stride = |terms: &[(V, i64)], k: usize| {
            terms.iter().find(|t| t.0 == registers[k]).map_or(0, |t| t.1.saturating_abs())
        };
        let common = |terms: &[(V, i64)]| (0..axes.len()).filter(|&k| stride(terms, k) > 0).count();
        // The first of those that run over the most axes decides.
        let Some(best) = reach.addresses.iter().rev().max_by_key(|a| common(a)) else { return axes };
        let mut keyed: Vec<(i64, usize)> = (0..axes.len()).map(|k| (stride(best, k), k)).collect();
        keyed.sort_by_key(|&(s, k)| (if s == 0 { i64::MIN } else { -s }, k));
        axes = keyed.into_iter().map(|(_, k)| axes[k]).collect();
        axes
    }

    /// Copies one view to another over the axes of the second.
    pub(crate) fn copy(&mut self, f: &Frame<'m>, from: &View, to: &View) {
        let axes: Vec<AxisId> = to.strides.iter().map(|s| s.0).collect();
        let order = by_stride(to, &axes);
        let drive = Drive::storing(self.em.buffers[to.buffer].scalar);
        self.drive(f, &Env::default(), &order, drive, &|s, env| {
            let v = s.em.load_here(from.buffer, &from.address(env));
            s.em.store(to.buffer, &to.address(env), v);
        });
    }
    /// Stores nodes at every point of the views, in one nest.
    pub(crate) fn store_all(&mut self, f: &Frame<'m>, stores: &[(NodeId, View)]) {
        self.store_at(f, &Env::default(), stores);
    }
    /// The same at a point of other axes.
    pub(crate) fn store_at(&mut self, f: &Frame<'m>, at: &Env, stores: &[(NodeId, View)]) {
        let Some((first, view)) = stores.first() else { return };
        let axes: Vec<AxisId> = view.strides.iter().map(|s| s.0).collect();
        let order = by_stride(view, &axes);
        let drive = Drive::storing(f.func.ty(*first).scalar);
        self.drive(f, at, &order, drive, &|s, env| {
            for (node, view) in stores {
                let v = s.eval(f, *node, env);
                s.em.store(view.buffer, &view.address(env), v);
            }
        });
    }
}

/// The order in which a factor of a product suits the kernel: what is folded is fastest.
fn factor_order(f: &Frame<'_>, node: NodeId, product: NodeId) -> Vec<AxisId> {
    let Op::Fold { axes: folded, .. } = &f.func.nodes[product].op else { return Vec::new() };
    let kept = f.func.ty(node).axes.iter().copied().filter(|a| !folded.contains(a));
    kept.chain(folded.iter().copied()).collect()
}

/// Axes with their extents.
pub(crate) fn extents(f: &Frame<'_>, axes: &[AxisId]) -> Vec<(AxisId, u64)> {
    axes.iter().map(|&a| (a, f.extent(a) as u64)).collect()
}

/// Axes by falling stride in a view.
pub(crate) fn by_stride(view: &View, axes: &[AxisId]) -> Vec<AxisId> {
    let mut order: Vec<(usize, AxisId)> = axes.iter().copied().enumerate().collect();
    order.sort_by_key(|&(k, a)| (-view.stride(a).saturating_abs(), k));
    order.into_iter().map(|(_, a)| a).collect()
}

/// How many nodes run when each function runs once.
fn sizes(module: &Module) -> Vec<u32> {
    let mut sizes: Vec<u32> = Vec::with_capacity(module.funcs.len());
    for func in module.funcs.iter() {
        let size = func.nodes.iter().fold(0u32, |n, node| n.saturating_add(size_of_node(node, &sizes)));
        sizes.push(size);
    }
    sizes
}
fn loops(module: &Module) -> Vec<bool> {
    let mut loops: Vec<bool> = Vec::with_capacity(module.funcs.len());
    for func in module.funcs.iter() {
        let found = func.nodes.iter().any(|n| {
            matches!(n.op, Op::Scan(_) | Op::While { .. })
                || callees_of(&n.op).iter().any(|c| loops[c.index()])
        });
        loops.push(found);
    }
    loops
}
fn size_of_node(node: &Node, sizes: &[u32]) -> u32 {
    callees_of(&node.op).iter().fold(1, |n, c| n.saturating_add(sizes[c.index()]))
}

fn same_place(a: &View, b: &View) -> bool {
    let sorted = |v: &View| {
        let mut s = v.strides.clone();
        s.sort_unstable();
        s
    };
    a.buffer == b.buffer && a.at == b.at && sorted(a) == sorted(b)
}

/// Whether everything that a node reads is there, or is a member read at the same point.
fn ready(f: &Frame<'_>, node: NodeId, members: &[NodeId]) -> bool {
    let mut work: Vec<(NodeId, bool)> = f.func.nodes[node].args.iter().map(|&a| (a, false)).collect();
    let mut seen = 0;
    while let Some((n, shifted)) = work.pop() {
        seen += 1;
        let here = f.home(n).is_some() || matches!(f.func.nodes[n].op, Op::Const(_) | Op::Iota(_));
        if here || (members.contains(&n) && !shifted) {
            continue;
        }
        let inline = matches!(f.func.nodes[n].op, Op::Map(_) | Op::Read { .. });
        if !inline || f.plan.stored[n.index()] || seen > 4 * AHEAD {
            return false;
        }
        let moves = shifted || matches!(f.func.nodes[n].op, Op::Read { .. });
        work.extend(f.func.nodes[n].args.iter().map(|&a| (a, moves)));
    }
    true
}
