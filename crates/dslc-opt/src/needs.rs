//! Which parameters each result of a function depends on.
//!
//! Passes that go from callers to callees ask this of a body before they have been there. It is worked out
//! callees first, in one sweep, so nesting costs no stack.
//!
//! There are two questions: whose *value* a result needs, and whose *axes* it gets. They differ at what stays
//! mapped (a call, a while, a body with tapes): each of its results gets the axes of all its arguments, needed or
//! not.

use dslc_base::Index as _;
use dslc_ir::verify::callees_of;
use dslc_ir::{FuncId, Function, Module, Node, Op, Scan};

use crate::bits::BitSet;
use crate::tapes::steering;

/// For each function, for each result: the parameters that it needs.
#[derive(Clone, Debug)]
pub struct Needs {
    funcs: Vec<Vec<BitSet>>,
    /// Whether it is axes that are followed.
    axes: bool,
    /// For each function: whether the extents of its own tapes depend on its parameters.
    steered: Vec<bool>,
}

/// What a loop must keep so that some of its results come out: results and parameters of its body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The results of the body.
    pub results: BitSet,
    /// The parameters of the body.
    pub params: BitSet,
}

impl Needs {
    /// Whose values each result needs, for the whole module.
    pub fn of_values(module: &Module) -> Self {
        Self::new(module, false)
    }
    /// Whose axes each result gets if conditions and scans are given the axes of their arguments bound, and
    /// everything else stays mapped over them.
    pub fn of_axes(module: &Module) -> Self {
        Self::new(module, true)
    }
    fn new(module: &Module, axes: bool) -> Self {
        let steered = module.funcs.iter().map(|f| axes && !steering(f).is_empty()).collect();
        let mut needs = Self { funcs: Vec::with_capacity(module.funcs.len()), axes, steered };
        for func in module.funcs.iter() {
            let of = needs.function(func);
            needs.funcs.push(of);
        }
        needs
    }
    /// Whether axes can move into the bodies of a loop or condition.
    pub fn lifts(&self, op: &Op) -> bool {
        matches!(op, Op::If { .. } | Op::Scan(_)) && !callees_of(op).iter().any(|f| self.steered[f.index()])
    }
    /// The parameters that each result of a function needs.
    pub fn results(&self, func: FuncId) -> &[BitSet] {
        &self.funcs[func.index()]
    }
    /// What a scan's body must keep for the results `wanted` (of the body). State `k` is parameter
    /// `1 + xs + k`; `fixed` are states that never change, which are no longer state.
    pub fn scan(&self, scan: &Scan, wanted: BitSet, fixed: &BitSet) -> Kept {
        let first = 1 + scan.xs as usize;
        let none = BitSet::new(scan.bind.args.len());
        self.close(scan.body, wanted, none, first..first + scan.state as usize, fixed)
    }
    /// What a while's body must keep, besides everything that the condition needs.
    pub fn while_(&self, cond: FuncId, body: FuncId, state: u32, wanted: BitSet, fixed: &BitSet) -> Kept {
        self.close(body, wanted, self.results(cond)[0].clone(), 0..state as usize, fixed)
    }
    /// Closes `wanted` under "a result needs a parameter, and a state parameter needs its result".
    fn close(
        &self,
        body: FuncId,
        wanted: BitSet,
        needed: BitSet,
        states: std::ops::Range<usize>,
        fixed: &BitSet,
    ) -> Kept {
        let of = self.results(body);
        let mut kept = Kept { params: needed, results: wanted };
        let mut work: Vec<usize> = kept.results.iter().collect();
        let conditions: Vec<usize> = kept.params.iter().filter(|p| states.contains(p)).collect();
        for p in conditions {
            if !fixed.has(p - states.start) && kept.results.insert(p - states.start) {
                work.push(p - states.start);
            }
        }
        while let Some(r) = work.pop() {
            // A loop that does not run gives the initial state, so a state always needs its own parameter.
            if r < states.len() {
                kept.params.insert(states.start + r);
            }
            for p in of[r].iter() {
                kept.params.insert(p);
                if states.contains(&p)
                    && !fixed.has(p - states.start)
                    && kept.results.insert(p - states.start)
                {
                    work.push(p - states.start);
                }
            }
        }
        kept
    }

    fn function(&self, func: &Function) -> Vec<BitSet> {
        let mut sets: Vec<Vec<BitSet>> = Vec::with_capacity(func.nodes.len());
        for node in func.nodes.iter() {
            let of = self.node(func, node, &sets);
            sets.push(of);
        }
        func.results.iter().map(|r| sets[r.node.index()][0].clone()).collect()
    }
    /// For each result of a node: the parameters of its function that it needs.
    fn node(&self, func: &Function, node: &Node, sets: &[Vec<BitSet>]) -> Vec<BitSet> {
        let arg = |k: usize| &sets[node.args[k].index()][0];
        // The union over parameters `params` of a callee, which are arguments from `first` on.
        let through = |set: &mut BitSet, params: &BitSet, first: usize| {
            for p in params.iter() {
                set.union(arg(p + first));
            }
        };
        let empty = || BitSet::new(func.params.len());
        let all = || {
            let mut set = empty();
            for k in 0..node.args.len() {
                set.union(arg(k));
            }
            set
        };
        let every = node.types.len();
        match &node.op {
            Op::Call { .. } | Op::If { .. } | Op::Scan(_) | Op::While { .. }
                if self.axes && !self.lifts(&node.op) =>
            {
                vec![all(); every]
            }
            Op::Call { func: callee, .. } => {
                let results = self.results(*callee).iter();
                results
                    .map(|params| {
                        let mut set = empty();
                        through(&mut set, params, 0);
                        set
                    })
                    .collect()
            }
            Op::Param(k) => {
                let mut set = empty();
                set.insert(*k as usize);
                vec![set]
            }
            Op::Proj(k) => vec![sets[node.args[0].index()][*k as usize].clone()],
            Op::If { then, otherwise, .. } => (0..every)
                .map(|r| {
                    let mut set = arg(0).clone();
                    through(&mut set, &self.results(*then)[r], 1);
                    through(&mut set, &self.results(*otherwise)[r], 1);
                    set
                })
                .collect(),
            Op::Scan(scan) => (0..every)
                .map(|r| {
                    let mut wanted = BitSet::new(every);
                    wanted.insert(r);
                    let kept = self.scan(scan, wanted, &BitSet::default());
                    let mut set = arg(0).clone();
                    through(&mut set, &kept.params, 0);
                    set
                })
                .collect(),
            Op::While { cond, body, state, .. } => (0..every)
                .map(|r| {
                    let mut wanted = BitSet::new(every);
                    wanted.insert(r);
                    let kept = self.while_(*cond, *body, *state, wanted, &BitSet::default());
                    let mut set = empty();
                    through(&mut set, &kept.params, 0);
                    set
                })
                .collect(),
            Op::Const(_)
            | Op::Dense(_)
            | Op::Iota(_)
            | Op::Map(_)
            | Op::Fold { .. }
            | Op::ArgFold { .. }
            | Op::Read { .. }
            | Op::Scatter { .. }
            | Op::Update { .. }
            | Op::Stack { .. }
            | Op::Vjp { .. }
            | Op::Jvp { .. }
            | Op::Bounds { .. }
            | Op::Spectral { .. }
            | Op::Library { .. } => vec![all(); every],
        }
    }
}
