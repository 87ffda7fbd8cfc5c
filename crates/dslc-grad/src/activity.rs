//! Which values move with the parameters, and which of those a cotangent reaches.
//!
//! Only a value that varies *and* is useful gets a cotangent; the rest costs nothing. Both marks err on the
//! side of marking. Loops run the analysis of their body to a fixed point over the state.

use std::rc::Rc;

use dslc_base::Index as _;
use dslc_ir::prim::{Deriv, Sig};
use dslc_ir::{FuncId, Function, Node, NodeId, Op, PrimRef, Scan};

use crate::build::has_tangent;
use crate::deriver::{Deriver, Request};
use crate::stated;

/// For each node, for each of its results: whether it is marked.
pub(crate) type Marks = Vec<Vec<bool>>;

/// Whether any result of a node is marked.
pub(crate) fn any(marks: &Marks, node: NodeId) -> bool {
    marks[node.index()].iter().any(|&m| m)
}

/// Whether a primitive has a tangent at all. A cast between floats has, whatever its record says.
pub(crate) fn moves(prim: PrimRef) -> bool {
    match (prim.0.sig, prim.0.deriv) {
        (Sig::Cast(from, to), _) => from.is_float() && to.is_float(),
        (_, Deriv::Zero) => false,
        (_, Deriv::Undefined(_) | Deriv::Partials { .. } | Deriv::Kinked { .. } | Deriv::Choice { .. }) => {
            true
        }
    }
}

/// What the body of a scan is asked, aligned with its parameters: those of the node's arguments, but for the
/// state, which is given.
pub(crate) fn body_wrt(scan: &Scan, args: &[bool], state: &[bool]) -> Vec<bool> {
    let mut wrt = args.to_vec();
    wrt[0] = false;
    let first = 1 + scan.xs as usize;
    wrt[first..first + state.len()].copy_from_slice(state);
    wrt
}

impl Deriver<'_> {
    /// Whether each result of a function varies with the parameters marked in `wrt`.
    pub(crate) fn reach(&mut self, func: FuncId, wrt: &[bool]) -> Rc<Vec<bool>> {
        let key = (func, wrt.to_vec());
        if let Some(found) = self.reached.get(&key) {
            return found.clone();
        }
        let out = match &self.func(func).rule {
            Some(rule) => stated::reached(self.func(func), rule, wrt),
            None => {
                let marks = self.varies_in(func, wrt);
                self.func(func).results.iter().map(|r| marks[r.node.index()][0]).collect()
            }
        };
        let out = Rc::new(out);
        self.reached.insert(key, out.clone());
        out
    }

    /// [`Deriver::varies`] of a function of the module, remembered.
    pub(crate) fn varies_in(&mut self, func: FuncId, wrt: &[bool]) -> Rc<Marks> {
        let key = (func, wrt.to_vec());
        if let Some(found) = self.marks.get(&key) {
            return found.clone();
        }
        let f = self.func(func).clone();
        let marks = Rc::new(self.varies(&f, wrt));
        self.marks.insert(key, marks.clone());
        marks
    }

    /// Marks every value that varies with the parameters marked in `wrt`.
    pub(crate) fn varies(&mut self, f: &Function, wrt: &[bool]) -> Marks {
        let mut marks: Marks = Vec::with_capacity(f.nodes.len());
        for node in f.nodes.iter() {
            let args: Vec<bool> = node.args.iter().map(|a| any(&marks, *a)).collect();
            let mut out = if let Op::Param(k) = node.op {
                vec![wrt[k as usize]]
            } else if let Op::Proj(k) = node.op {
                vec![marks[node.args[0].index()][k as usize]]
            } else {
                self.node_varies(node, &args)
            };
            for (mark, ty) in out.iter_mut().zip(&node.types) {
                *mark &= has_tangent(ty);
            }
            marks.push(out);
        }
        marks
    }

    fn node_varies(&mut self, node: &Node, args: &[bool]) -> Vec<bool> {
        let some = args.iter().any(|&a| a);
        match &node.op {
            Op::Param(_) | Op::Proj(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) => vec![false],
            Op::Map(prim) => vec![some && moves(*prim)],
            Op::Fold { .. } | Op::Read { .. } | Op::Scatter { .. } | Op::Update { .. } | Op::Stack { .. } => {
                vec![some]
            }
            Op::ArgFold { axes, .. } => vec![false; axes.len()],
            Op::Call { func, .. } => self.reach(*func, args).to_vec(),
            Op::If { then, otherwise, .. } => {
                let (t, o) = (self.reach(*then, &args[1..]), self.reach(*otherwise, &args[1..]));
                t.iter().zip(o.iter()).map(|(t, o)| *t || *o).collect()
            }
            Op::Scan(scan) => {
                let state = self.scan_state_varies(scan, args);
                let out = self.reach(scan.body, &body_wrt(scan, args, &state));
                state.iter().copied().chain(out[state.len()..].iter().copied()).collect()
            }
            Op::While { body, state, .. } => self.while_state_varies(*body, *state as usize, args),
            // Seen only before expansion, which never asks.
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
                vec![some; node.types.len()]
            }
            Op::Library { routine, .. } => vec![some && routine.has_derivative(); node.types.len()],
        }
    }

    /// Which leaves of a scan's state vary at some iteration; a loop that runs zero times gives the first ones.
    pub(crate) fn scan_state_varies(&mut self, scan: &Scan, args: &[bool]) -> Vec<bool> {
        let (first, n) = (1 + scan.xs as usize, scan.state as usize);
        let mut state = args[first..first + n].to_vec();
        loop {
            let out = self.reach(scan.body, &body_wrt(scan, args, &state));
            let next: Vec<bool> = state.iter().zip(out.iter()).map(|(s, o)| *s || *o).collect();
            if next == state {
                return state;
            }
            state = next;
        }
    }

    /// The same for a loop with a condition.
    pub(crate) fn while_state_varies(&mut self, body: FuncId, n: usize, args: &[bool]) -> Vec<bool> {
        let mut wrt = args.to_vec();
        loop {
            let out = self.reach(body, &wrt);
            let next: Vec<bool> = wrt[..n].iter().zip(out.iter()).map(|(s, o)| *s || *o).collect();
            if next == wrt[..n] {
                return next;
            }
            wrt[..n].copy_from_slice(&next);
        }
    }

    /// Whether each parameter of a function gets a cotangent when the results marked in the request do.
    pub(crate) fn need(&mut self, request: &Request) -> Rc<Vec<bool>> {
        if let Some(found) = self.needed.get(request) {
            return found.clone();
        }
        let f = self.func(request.func).clone();
        let out: Vec<bool> = match &f.rule {
            Some(rule) => stated::needed(rule, request),
            None => {
                let varies = self.varies_in(request.func, &request.wrt);
                let useful = self.useful(&f, &request.seeds, &varies);
                f.params.iter().map(|p| useful[p.node.index()][0]).collect()
            }
        };
        let out = Rc::new(out);
        self.needed.insert(request.clone(), out.clone());
        out
    }

    /// Marks every value that varies and that a cotangent of a marked result reaches.
    pub(crate) fn useful(&mut self, f: &Function, seeds: &[bool], varies: &Marks) -> Marks {
        let mut useful: Marks = f.nodes.iter().map(|n| vec![false; n.types.len()]).collect();
        for (r, &seed) in f.results.iter().zip(seeds) {
            useful[r.node.index()][0] |= seed && varies[r.node.index()][0];
        }
        for id in f.nodes.ids().rev() {
            if !any(&useful, id) {
                continue;
            }
            let node = &f.nodes[id];
            if let Op::Proj(k) = node.op {
                useful[node.args[0].index()][k as usize] = true;
                continue;
            }
            let args: Vec<bool> = node.args.iter().map(|a| varies[a.index()][0]).collect();
            let reached = self.args_needed(node, &args, &useful[id.index()].clone());
            for ((arg, varies), reached) in node.args.iter().zip(args).zip(reached) {
                useful[arg.index()][0] |= varies && reached;
            }
        }
        useful
    }

    fn args_needed(&mut self, node: &Node, args: &[bool], seeds: &[bool]) -> Vec<bool> {
        match &node.op {
            Op::Call { func, .. } => self.need_of(*func, args, seeds),
            Op::If { then, otherwise, .. } => {
                let t = self.need_of(*then, &args[1..], seeds);
                let o = self.need_of(*otherwise, &args[1..], seeds);
                std::iter::once(false).chain(t.iter().zip(&o).map(|(t, o)| *t || *o)).collect()
            }
            Op::Scan(scan) => {
                let state = self.scan_state_varies(scan, args);
                let request = self.scan_request(scan, args, &state, seeds);
                let mut out = self.need(&request).to_vec();
                let first = 1 + scan.xs as usize;
                let carried = self.scan_carried(scan, args, &state, seeds);
                out[first..first + carried.len()].copy_from_slice(&carried);
                out
            }
            // A loop with a condition becomes a scan before it is derived; until then everything is needed.
            Op::While { .. } => vec![true; args.len()],
            Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Map(_) | Op::Proj(_) => {
                vec![true; args.len()]
            }
            Op::Fold { .. } | Op::ArgFold { .. } | Op::Stack { .. } | Op::Library { .. } => {
                vec![true; args.len()]
            }
            Op::Read { .. } | Op::Scatter { .. } | Op::Update { .. } => vec![true; args.len()],
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
                vec![true; args.len()]
            }
        }
    }

    fn need_of(&mut self, func: FuncId, wrt: &[bool], seeds: &[bool]) -> Vec<bool> {
        let request = self.request(func, wrt, seeds);
        self.need(&request).to_vec()
    }

    /// A request whose seeds are only those results that vary.
    pub(crate) fn request(&mut self, func: FuncId, wrt: &[bool], seeds: &[bool]) -> Request {
        let reach = self.reach(func, wrt);
        let seeds = seeds.iter().zip(reach.iter()).map(|(s, r)| *s && *r).collect();
        let none = vec![false; wrt.len()];
        Request { func, wrt: wrt.to_vec(), seeds, sums: none.clone(), kept: none }
    }

    /// Which leaves of the state carry a cotangent back through a scan whose results are seeded so.
    pub(crate) fn scan_carried(
        &mut self,
        scan: &Scan,
        args: &[bool],
        state: &[bool],
        seeds: &[bool],
    ) -> Vec<bool> {
        let n = state.len();
        let mut carried: Vec<bool> = seeds[..n].iter().zip(state).map(|(s, v)| *s && *v).collect();
        let wrt = body_wrt(scan, args, state);
        let first = 1 + scan.xs as usize;
        loop {
            let wanted: Vec<bool> = carried.iter().chain(&seeds[n..]).copied().collect();
            let need = self.need_of(scan.body, &wrt, &wanted);
            let next: Vec<bool> = (0..n).map(|k| carried[k] || need[first + k]).collect();
            if next == carried {
                return carried;
            }
            carried = next;
        }
    }

    /// What a scan asks of its body, once it is known which leaves of the state carry a cotangent.
    pub(crate) fn scan_request(
        &mut self,
        scan: &Scan,
        args: &[bool],
        state: &[bool],
        seeds: &[bool],
    ) -> Request {
        let carried = self.scan_carried(scan, args, state, seeds);
        let wanted: Vec<bool> = carried.iter().chain(&seeds[state.len()..]).copied().collect();
        let mut request = self.request(scan.body, &body_wrt(scan, args, state), &wanted);
        let body = self.func(scan.body);
        let first = 1 + scan.xs as usize;
        request.kept[first..first + state.len()].fill(true);
        for k in first + state.len()..request.wrt.len() {
            request.sums[k] = request.wrt[k] && crate::sums::is_static(&body.param_shape(k));
        }
        request
    }
}
