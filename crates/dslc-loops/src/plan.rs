//! Decides, for each node of a function, whether it gets a home or is computed where it is used; when its memory
//! is free again; and which updates may overwrite their operand.

use dslc_base::Index as _;
use dslc_ir::prim::PrimRef;
use dslc_ir::{AxisId, Extent, Function, Monoid, Node, NodeId, Op, Scalar, Scan};

use crate::program::Algebra;

/// Inlined code above this many operations gets a home: it keeps compilation linear and recursion shallow.
const LIMIT: usize = 150;
/// So does a longer chain.
const DEEP: usize = 60;
/// Work above this many operations is not done twice.
const DEAR: usize = 8;
/// Below this many multiplications a product is a loop.
const KERNEL: u64 = 512;
/// Below this many, the sums of a real product are in the defined order even where any order would do.
const ANY_ORDER: u64 = 2048;

/// What was decided.
#[derive(Default, Debug)]
pub(crate) struct Plan {
    /// Whether the node is needed at all.
    pub(crate) live: Vec<bool>,
    /// Whether the node gets a home.
    pub(crate) stored: Vec<bool>,
    /// For folds: the factors, if the fold is a product that a kernel does.
    pub(crate) product: Vec<Option<(Algebra, NodeId, NodeId)>>,
    /// For factors of a product: the product.
    pub(crate) factor: Vec<Option<NodeId>>,
    /// For updates, loops and branches: which arguments they may overwrite.
    pub(crate) takes: Vec<Vec<usize>>,
    /// Whether computing the node, with what is inlined into it, can record a failure.
    pub(crate) fails: Vec<bool>,
    /// For each position: the nodes whose memory is free after it.
    pub(crate) ends: Vec<Vec<NodeId>>,
}

/// The node behind a projection.
pub(crate) fn owner(func: &Function, node: NodeId) -> (NodeId, usize) {
    match func.nodes[node].op {
        Op::Proj(k) => (func.nodes[node].args[0], k as usize),
        _ => (node, 0),
    }
}

/// Which parameters of a function may be overwritten.
pub(crate) fn plan(func: &Function, exact: bool, own: &[bool]) -> Plan {
    let n = func.nodes.len();
    let mut uses = vec![0u32; n];
    func.nodes.iter().flat_map(|node| &node.args).for_each(|a| uses[a.index()] += 1);
    let mut planner = Planner {
        func,
        own,
        plan: Plan {
            live: vec![false; n],
            stored: vec![false; n],
            product: (0..n).map(|k| product(func, NodeId::from_usize(k), exact, &uses)).collect(),
            factor: vec![None; n],
            takes: vec![Vec::new(); n],
            fails: vec![false; n],
            ends: vec![Vec::new(); n],
        },
        users: vec![Vec::new(); n],
        demanded: vec![false; n],
        result: vec![false; n],
        last: vec![0; n],
    };
    planner.liveness();
    planner.demands();
    planner.homes();
    planner.lifetimes();
    planner.taking();
    planner.lifetimes();
    for k in 0..n {
        let last = planner.last[k];
        if planner.plan.live[k] && last < n {
            planner.plan.ends[last].push(NodeId::from_usize(k));
        }
    }
    planner.plan
}

struct Planner<'f> {
    func: &'f Function,
    own: &'f [bool],
    plan: Plan,
    /// The live nodes that read a node, each once.
    users: Vec<Vec<NodeId>>,
    /// Whether somebody needs the node in memory.
    demanded: Vec<bool>,
    result: Vec<bool>,
    /// The position after which a node is not read; the number of nodes for results.
    last: Vec<usize>,
}

impl Planner<'_> {
    /// What a node reads, kernels taken into account.
    fn reads(&self, node: NodeId) -> Vec<NodeId> {
        match self.plan.product[node.index()] {
            Some((_, a, b)) => vec![a, b],
            None => self.func.nodes[node].args.clone(),
        }
    }
    fn liveness(&mut self) {
        for out in &self.func.results {
            self.plan.live[out.node.index()] = true;
            self.result[out.node.index()] = true;
            self.result[owner(self.func, out.node).0.index()] = true;
        }
        for k in (0..self.func.nodes.len()).rev() {
            if !self.plan.live[k] {
                continue;
            }
            let node = NodeId::from_usize(k);
            for arg in self.reads(node) {
                self.plan.live[arg.index()] = true;
                if self.users[arg.index()].last() != Some(&node) {
                    self.users[arg.index()].push(node);
                }
            }
        }
    }
    /// Marks what must lie in memory; a demand passes through reads that only change strides.
    fn demands(&mut self) {
        for k in (0..self.func.nodes.len()).rev() {
            let node = NodeId::from_usize(k);
            if !self.plan.live[k] {
                continue;
            }
            if self.demanded[k] && is_view(self.func, node) {
                self.demanded[self.func.nodes[node].args[0].index()] = true;
                self.demanded[k] = false;
            }
            if let Some((_, a, b)) = self.plan.product[k] {
                self.plan.factor[a.index()] = Some(node);
                self.plan.factor[b.index()] = Some(node);
            }
            for arg in self.demands_of(node) {
                self.demanded[arg.index()] = true;
            }
        }
    }
    fn demands_of(&self, node: NodeId) -> Vec<NodeId> {
        let n = &self.func.nodes[node];
        let bound = |args: &[Vec<AxisId>], from: usize| -> Vec<NodeId> {
            (from..n.args.len()).filter(|&k| !args[k].is_empty()).map(|k| n.args[k]).collect()
        };
        if let Some((_, a, b)) = self.plan.product[node.index()] {
            return vec![a, b];
        }
        match &n.op {
            Op::Call { bind, .. } => bound(&bind.args, 0),
            Op::If { bind, .. } => bound(&bind.args, 1),
            Op::While { bind, state, .. } => bound(&bind.args, *state as usize),
            Op::Scan(scan) => {
                let xs = scan.xs as usize;
                let mut all: Vec<NodeId> = n.args[1..1 + xs].to_vec();
                all.extend(bound(&scan.bind.args, 1 + xs + scan.state as usize));
                all
            }
            Op::Param(_)
            | Op::Const(_)
            | Op::Dense(_)
            | Op::Iota(_)
            | Op::Map(_)
            | Op::Fold { .. }
            | Op::ArgFold { .. }
            | Op::Read { .. }
            | Op::Scatter { .. }
            | Op::Update { .. }
            | Op::Stack { .. }
            | Op::Proj(_)
            | Op::Vjp { .. }
            | Op::Jvp { .. }
            | Op::Bounds { .. }
            | Op::Spectral { .. }
            | Op::Library { .. } => Vec::new(),
        }
    }

    /// Walks forward: what inlining a node costs follows from its arguments.
    fn homes(&mut self) {
        let n = self.func.nodes.len();
        let (mut cost, mut depth) = (vec![0usize; n], vec![0usize; n]);
        let mut fails = vec![false; n];
        let jumps = self.jumps();
        for k in 0..n {
            let node = NodeId::from_usize(k);
            let n = &self.func.nodes[node];
            if !self.plan.live[k] {
                continue;
            }
            let inlined = |a: &&NodeId| !self.plan.stored[a.index()];
            let below: usize = n.args.iter().filter(inlined).map(|a| cost[a.index()]).sum();
            let deep = n.args.iter().filter(inlined).map(|a| depth[a.index()] + 1).max().unwrap_or(0);
            fails[k] = can_fail(self.func, n) || n.args.iter().filter(inlined).any(|a| fails[a.index()]);
            self.plan.stored[k] = match &n.op {
                Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Proj(_) => false,
                Op::Map(prim) => {
                    cost[k] = (below + operations(self.func, n, *prim)).min(1 << 20);
                    self.deserves(node, cost[k], deep)
                        || (fails[k] && (self.is_skipped(node) || self.is_late(node, &jumps)))
                }
                Op::Read { index, .. } => {
                    let data = index.iter().filter(|(_, i)| i.data.is_some()).count();
                    cost[k] = (below + 1 + 4 * data).min(1 << 20);
                    self.deserves(node, cost[k], deep)
                        || (fails[k] && (self.is_skipped(node) || self.is_late(node, &jumps)))
                }
                Op::Fold { .. }
                | Op::ArgFold { .. }
                | Op::Scatter { .. }
                | Op::Update { .. }
                | Op::Stack { .. }
                | Op::Call { .. }
                | Op::If { .. }
                | Op::Scan(_)
                | Op::While { .. }
                | Op::Vjp { .. }
                | Op::Jvp { .. }
                | Op::Bounds { .. }
                | Op::Spectral { .. }
                | Op::Library { .. } => true,
            };
            depth[k] = deep;
        }
        self.plan.fails = fails;
    }
    fn deserves(&self, node: NodeId, cost: usize, depth: usize) -> bool {
        let n = &self.func.nodes[node];
        let k = node.index();
        if n.ty().axes.is_empty() {
            // A scalar is computed once, in program order, and kept in a register.
            return true;
        }
        let is_map = matches!(n.op, Op::Map(_));
        if self.demanded[k] || (self.result[k] && is_map) || cost > LIMIT || depth > DEEP {
            return true;
        }
        let often = self.users[k].len() + usize::from(self.result[k]) > 1;
        let count = self.func.count(&n.ty().axes).unwrap_or(0);
        let wide = self.users[k].iter().any(|&u| self.work(u) > count);
        cost >= DEAR && (often || wide)
    }
    /// Whether a user may look at some elements only: then a failure of another would be missed.
    fn is_skipped(&self, node: NodeId) -> bool {
        let count = self.func.count(&self.func.ty(node).axes).unwrap_or(0);
        self.result[node.index()]
            || self.users[node.index()].iter().any(|&u| {
                let n = &self.func.nodes[u];
                let picks = match &n.op {
                    Op::Read { fill, .. } => n.args[0] == node || (*fill && n.args.last() == Some(&node)),
                    _ => false,
                };
                picks || self.work(u) < count
            })
    }
    /// For each position: how many live nodes up to it can be left before they end.
    fn jumps(&self) -> Vec<u32> {
        let mut count = 0;
        (0..self.func.nodes.len())
            .map(|k| {
                count +=
                    u32::from(self.plan.live[k] && is_control(&self.func.nodes[NodeId::from_usize(k)].op));
                count
            })
            .collect()
    }
    /// Whether a user comes after something that may be left because of a failure, or is such a thing: the
    /// failure of this node, which comes first, would not be met.
    fn is_late(&self, node: NodeId, jumps: &[u32]) -> bool {
        self.users[node.index()].iter().any(|u| jumps[u.index()] > jumps[node.index()])
    }
    /// How many times a user looks at what it reads; 0 if that is not known.
    fn work(&self, user: NodeId) -> u64 {
        let n = &self.func.nodes[user];
        if let Op::Fold { axes, .. } | Op::ArgFold { axes, .. } = &n.op
            && axes.iter().any(|&a| self.func.axes[a] == Extent::Static(0))
        {
            return 0;
        }
        let axes = match &n.op {
            Op::Fold { .. } | Op::ArgFold { .. } | Op::Scatter { .. } => &self.func.ty(n.args[0]).axes,
            Op::Map(_) | Op::Read { .. } => &n.ty().axes,
            _ => return 0,
        };
        self.func.count(axes).unwrap_or(u64::MAX)
    }

    fn lifetimes(&mut self) {
        let n = self.func.nodes.len();
        for k in (0..n).rev() {
            let mut last = if self.result[k] { n } else { k };
            for &u in &self.users[k] {
                last = last.max(self.done(u));
            }
            self.last[k] = last;
        }
    }
    /// When a node has read what it reads.
    fn done(&self, node: NodeId) -> usize {
        let k = node.index();
        if self.plan.stored[k] { k } else { self.last[k] }
    }

    /// Lets updates, loops and branches overwrite operands that nobody looks at afterwards.
    fn taking(&mut self) {
        for k in 0..self.func.nodes.len() {
            let node = NodeId::from_usize(k);
            if !self.plan.live[k] {
                continue;
            }
            let candidates: Vec<usize> = match &self.func.nodes[node].op {
                Op::Update { .. } => vec![0],
                Op::Scan(s) => (0..s.state as usize).map(|j| 1 + s.xs as usize + j).collect(),
                Op::While { state, .. } => (0..*state as usize).collect(),
                Op::If { bind, .. } => (1..bind.args.len()).filter(|&j| !bind.args[j].is_empty()).collect(),
                _ => continue,
            };
            for arg in candidates {
                if self.can_take(node, arg) {
                    self.plan.takes[k].push(arg);
                }
            }
        }
    }
    fn can_take(&mut self, user: NodeId, arg: usize) -> bool {
        let n = &self.func.nodes[user];
        let x = n.args[arg];
        let (source, result) = owner(self.func, x);
        let same_type = match &n.op {
            Op::Update { .. } => n.ty() == self.func.ty(x),
            // A mapped loop has a state for each point.
            Op::Scan(Scan { bind, .. }) | Op::While { bind, .. } | Op::If { bind, .. } => {
                bind.args[arg].len() == self.func.ty(x).axes.len() && self.is_unmapped(n)
            }
            _ => false,
        };
        let own = match self.func.nodes[source].op {
            Op::Param(p) => self.own.get(p as usize).copied().unwrap_or(false),
            _ => self.plan.stored[source.index()],
        };
        if !same_type || !own || self.func.ty(x).axes.is_empty() || self.result[source.index()] {
            return false;
        }
        if n.args.iter().filter(|&&a| owner(self.func, a) == (source, result)).count() > 1 {
            return false;
        }
        // Several results of one node have a home each, but lifetimes are kept for the node.
        let mut readers: Vec<NodeId> = Vec::new();
        for &u in &self.users[source.index()] {
            match self.func.nodes[u].op {
                Op::Proj(p) if p as usize == result => readers.extend(&self.users[u.index()]),
                Op::Proj(_) => {}
                _ => readers.push(u),
            }
        }
        for reader in readers {
            if reader != user && !self.finishes_before(reader, user) {
                return false;
            }
        }
        true
    }
    fn is_unmapped(&self, n: &Node) -> bool {
        let bind = match &n.op {
            Op::Scan(s) => &s.bind,
            Op::While { bind, .. } | Op::If { bind, .. } => bind,
            _ => return false,
        };
        n.types.iter().zip(&bind.results).all(|(t, core)| {
            let extra = match &n.op {
                Op::Scan(s) => s.axis.into_iter().filter(|a| t.has(*a)).count(),
                _ => 0,
            };
            t.axes.len() == core.len() + extra
        })
    }
    /// Whether a reader is done before a position, giving it a home if that is what it takes.
    fn finishes_before(&mut self, reader: NodeId, user: NodeId) -> bool {
        if self.done(reader) < user.index() {
            return true;
        }
        let k = reader.index();
        let small = |f: &Function, n: NodeId| f.count(&f.ty(n).axes).unwrap_or(u64::MAX);
        let inline = matches!(self.func.nodes[reader].op, Op::Map(_) | Op::Read { .. });
        let x = self.func.nodes[user].args[0];
        if reader >= user || !inline || small(self.func, reader) > small(self.func, x) {
            return false;
        }
        self.plan.stored[k] = true;
        true
    }
}

/// Whether a node runs other functions, and so may be left before it ends.
pub(crate) fn is_control(op: &Op) -> bool {
    matches!(op, Op::Call { .. } | Op::If { .. } | Op::Scan(_) | Op::While { .. })
}

/// How many operations a primitive is.
fn operations(func: &Function, n: &Node, prim: PrimRef) -> usize {
    let scalars: Vec<Scalar> = n.args.iter().map(|&a| func.ty(a).scalar).collect();
    prim.recipe(&scalars).ops.len().saturating_sub(n.args.len()).max(1)
}

/// Whether a node itself can record a failure.
fn can_fail(func: &Function, n: &Node) -> bool {
    match &n.op {
        Op::Map(prim) => {
            let scalars: Vec<Scalar> = n.args.iter().map(|&a| func.ty(a).scalar).collect();
            prim.recipe(&scalars).can_fail()
        }
        Op::Read { index, fill: false } => index.iter().any(|(_, i)| i.data.is_some()),
        _ => false,
    }
}

/// Whether a read only changes strides and the start.
pub(crate) fn is_view(func: &Function, node: NodeId) -> bool {
    let n = &func.nodes[node];
    let Op::Read { index, fill: false } = &n.op else { return false };
    let scalar_data = n.args[1..].iter().all(|&a| func.ty(a).axes.is_empty());
    let inside = index.iter().all(|(a, _)| func.axes[*a] != Extent::Static(0));
    let covered = n.args[1..].is_empty() || index.iter().all(|(_, i)| i.terms.is_empty() || i.data.is_none());
    scalar_data && inside && covered
}

/// The factors, if a fold is a product of matrices that a kernel should do.
fn product(func: &Function, node: NodeId, exact: bool, uses: &[u32]) -> Option<(Algebra, NodeId, NodeId)> {
    let Op::Fold { monoid, axes } = &func.nodes[node].op else { return None };
    let x = func.nodes[node].args[0];
    let Op::Map(prim) = func.nodes[x].op else { return None };
    let algebra = match (monoid, prim.0.name) {
        (Monoid::Sum, "mul") => Algebra::RealInOrder,
        (Monoid::Max | Monoid::MaxPlus, "add") => Algebra::MaxPlus,
        (Monoid::Min | Monoid::MinPlus, "add") => Algebra::MinPlus,
        _ => return None,
    };
    let &[a, b] = func.nodes[x].args.as_slice() else { return None };
    let (ta, tb) = (func.ty(a), func.ty(b));
    let both = axes.iter().all(|&k| ta.has(k) && tb.has(k));
    if !func.ty(x).scalar.is_float() || !both || a == b {
        return None;
    }
    let only = |t: &dyn Fn(AxisId) -> bool, u: &dyn Fn(AxisId) -> bool| -> u64 {
        let axes: Vec<AxisId> = func.ty(x).axes.iter().copied().filter(|&c| t(c) && !u(c)).collect();
        func.count(&axes).unwrap_or(0)
    };
    let (m, n) = (only(&|c| ta.has(c), &|c| tb.has(c)), only(&|c| tb.has(c), &|c| ta.has(c)));
    let k = func.count(axes)?;
    // A factor that is computed for this alone, and of which each element is used once, is never stored.
    let passing = |x: NodeId| matches!(func.nodes[x].op, Op::Map(_)) && uses[x.index()] == 1;
    if (n == 1 && passing(a)) || (m == 1 && passing(b)) {
        return None;
    }
    let work = m.saturating_mul(n).saturating_mul(k);
    let any_order = algebra == Algebra::RealInOrder && !exact && work >= ANY_ORDER;
    let algebra = if any_order { Algebra::Real } else { algebra };
    (work >= KERNEL && m.saturating_mul(n) > 1 && k > 1).then_some((algebra, a, b))
}
