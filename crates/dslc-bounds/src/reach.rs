//! Which values differ on the box. The marks err on the side of marking; a loop runs its body to a fixed point.

use std::rc::Rc;

use dslc_base::Index as _;
use dslc_ir::prims::logic;
use dslc_ir::{FuncId, Function, Module, Node, Op, PrimRef, Routine, Scan};

use crate::ends::Bounds;

/// What the body of a scan is given, aligned with its parameters: the index is known.
pub(crate) fn body_boxes(scan: &Scan, args: &[bool], state: &[bool]) -> Vec<bool> {
    let mut boxes = args.to_vec();
    boxes[0] = false;
    let first = 1 + scan.xs as usize;
    boxes[first..first + state.len()].copy_from_slice(state);
    boxes
}

impl Bounds {
    /// Whether each result of a function differs when the marked parameters do.
    pub(crate) fn reach(&mut self, module: &Module, func: FuncId, boxes: &[bool]) -> Rc<Vec<bool>> {
        let key = (func, boxes.to_vec());
        if let Some(found) = self.reached.get(&key) {
            return found.clone();
        }
        let f = &module.funcs[func];
        let marks = self.marks(module, f, boxes);
        let out: Vec<bool> = f.results.iter().map(|r| marks[r.node.index()][0]).collect();
        let out = Rc::new(out);
        self.reached.insert(key, out.clone());
        out
    }

    fn marks(&mut self, module: &Module, f: &Function, boxes: &[bool]) -> Vec<Vec<bool>> {
        let mut marks: Vec<Vec<bool>> = Vec::with_capacity(f.nodes.len());
        for node in f.nodes.iter() {
            let args: Vec<bool> = node.args.iter().map(|a| marks[a.index()].contains(&true)).collect();
            marks.push(match node.op {
                Op::Param(k) => vec![boxes[k as usize]],
                Op::Proj(k) => vec![marks[node.args[0].index()][k as usize]],
                _ => self.differs(module, node, &args),
            });
        }
        marks
    }

    fn differs(&mut self, module: &Module, node: &Node, args: &[bool]) -> Vec<bool> {
        if !args.contains(&true) {
            return vec![false; node.types.len()];
        }
        match &node.op {
            // What is demanded holds where there is a value, and what is shown is shown.
            Op::Map(prim) if *prim == PrimRef(&logic::REQUIRE) => vec![false],
            Op::Library { routine: Routine::Trace, .. } => vec![false],
            Op::Call { func, .. } => self.reach(module, *func, args).to_vec(),
            Op::If { then, otherwise, .. } => {
                let t = self.reach(module, *then, &args[1..]);
                let o = self.reach(module, *otherwise, &args[1..]);
                t.iter().zip(o.iter()).map(|(t, o)| args[0] || *t || *o).collect()
            }
            Op::Scan(scan) => {
                let state = self.scan_state(module, scan, args);
                let out = self.reach(module, scan.body, &body_boxes(scan, args, &state));
                state.iter().copied().chain(out[state.len()..].iter().copied()).collect()
            }
            Op::While { body, state, .. } => self.while_state(module, *body, *state as usize, args),
            Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Map(_) | Op::Proj(_) => vec![true],
            Op::Fold { .. } | Op::ArgFold { .. } | Op::Read { .. } | Op::Scatter { .. } => {
                vec![true; node.types.len()]
            }
            Op::Update { .. } | Op::Stack { .. } | Op::Library { .. } => vec![true; node.types.len()],
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
                vec![true; node.types.len()]
            }
        }
    }

    /// Which leaves of a scan's state differ at some trip; a loop that makes none gives the first ones.
    pub(crate) fn scan_state(&mut self, module: &Module, scan: &Scan, args: &[bool]) -> Vec<bool> {
        let (first, n) = (1 + scan.xs as usize, scan.state as usize);
        let mut state = args[first..first + n].to_vec();
        loop {
            let out = self.reach(module, scan.body, &body_boxes(scan, args, &state));
            let next: Vec<bool> = state.iter().zip(out.iter()).map(|(s, o)| *s || *o).collect();
            if next == state {
                return state;
            }
            state = next;
        }
    }

    /// The same for a loop with a condition.
    pub(crate) fn while_state(
        &mut self,
        module: &Module,
        body: FuncId,
        n: usize,
        args: &[bool],
    ) -> Vec<bool> {
        let mut boxes = args.to_vec();
        loop {
            let out = self.reach(module, body, &boxes);
            let next: Vec<bool> = boxes[..n].iter().zip(out.iter()).map(|(s, o)| *s || *o).collect();
            if next == boxes[..n] {
                return next;
            }
            boxes[..n].copy_from_slice(&next);
        }
    }
}
