//! Cotangents that are handed into calls, branches and loops to be added to.
//!
//! The transpose of a read of one element is a tensor of zeros but for one element. Where there is a cotangent already, the
//! one element is added to it instead ([`crate::index::add_elements`]). For that the cotangent must be where the read
//! is: it goes through calls, branches and loops as one more argument, if they are not mapped, and comes back with
//! what they add. A parameter is treated so if some of its elements are read there.

use dslc_base::Index as _;
use dslc_ir::function::Shape;
use dslc_ir::{AxisId, FuncId, Node, NodeId, Op, Output};

use crate::build::zero;
use crate::deriver::Deriver;
use crate::reverse::Reverse;

/// Whether a value has no axis of unknown extent.
pub(crate) fn is_static(shape: &Shape) -> bool {
    shape.extents.iter().all(|e| e.known().is_some())
}

impl Deriver<'_> {
    /// For each parameter of a function whether some of its elements are read, there or in what it calls. Callees have
    /// smaller ids, so this ends.
    pub(crate) fn reads_elements(&mut self, func: FuncId) -> std::rc::Rc<Vec<bool>> {
        if let Some(found) = self.element_reads.get(&func) {
            return found.clone();
        }
        let f = self.func(func).clone();
        let mut reads = vec![false; f.nodes.len()];
        if f.rule.is_some() {
            // A rule gives whole cotangents.
            let none = std::rc::Rc::new(vec![false; f.params.len()]);
            self.element_reads.insert(func, none.clone());
            return none;
        }
        for node in f.nodes.iter() {
            let mut mark = |args: &[NodeId], inner: &[bool]| {
                for (a, read) in args.iter().zip(inner) {
                    reads[a.index()] |= *read;
                }
            };
            match &node.op {
                Op::Read { index, fill: false } => {
                    let extents = |axes: &mut dyn Iterator<Item = AxisId>| {
                        axes.fold(1u64, |n, a| n.saturating_mul(f.axes[a].known().unwrap_or(u64::MAX)))
                    };
                    let all = extents(&mut index.iter().map(|(a, _)| *a));
                    let window = extents(&mut index.iter().flat_map(|(_, i)| i.terms.iter().map(|t| t.0)));
                    mark(&node.args[..1], &[window.saturating_mul(2) <= all]);
                }
                Op::Call { func, .. } => mark(&node.args, &self.reads_elements(*func)),
                Op::If { then, otherwise, .. } => {
                    mark(&node.args[1..], &self.reads_elements(*then));
                    mark(&node.args[1..], &self.reads_elements(*otherwise));
                }
                Op::Scan(scan) => {
                    let first = 1 + (scan.xs + scan.state) as usize;
                    mark(&node.args[first..], &self.reads_elements(scan.body)[first..]);
                }
                Op::While { body, state, .. } => {
                    let first = *state as usize;
                    mark(&node.args[first..], &self.reads_elements(*body)[first..]);
                }
                _ => {}
            }
        }
        let found = std::rc::Rc::new(f.params.iter().map(|p| reads[p.node.index()]).collect::<Vec<bool>>());
        self.element_reads.insert(func, found.clone());
        found
    }
}

impl Reverse<'_, '_> {
    /// Which arguments of a node that calls `func` have their cotangents handed in. `args` and `cores` are those of the
    /// function's parameters, `mapped` what the node is mapped over.
    pub(crate) fn handed_in(
        &mut self,
        func: FuncId,
        args: &[NodeId],
        cores: &[Vec<AxisId>],
        mapped: &[AxisId],
    ) -> Vec<bool> {
        if !mapped.is_empty() {
            return vec![false; args.len()];
        }
        let reads = self.d.reads_elements(func);
        let one = |k: usize| {
            let shape = self.d.func(func).param_shape(k);
            // An argument that is passed twice has one cotangent.
            let first = !args[..k].contains(&args[k]);
            let whole = self.is_whole(args[k], &cores[k]);
            reads[k] && first && whole && self.wants(args[k]) && is_static(&shape)
        };
        (0..args.len()).map(one).collect()
    }

    /// Whether the bound axes of an argument are all that it has, and it is constant along none.
    fn is_whole(&self, arg: NodeId, core: &[AxisId]) -> bool {
        let ty = self.f.ty(arg);
        ty.axes.len() == core.len() && core.iter().all(|&a| ty.has(a))
    }

    /// The cotangent of an argument so far, to be handed in; zero if there is none.
    pub(crate) fn bar_so_far(&mut self, arg: NodeId, core: &[AxisId]) -> Output {
        let scalar = self.f.ty(arg).scalar;
        let node = self.bars[arg.index()][0].unwrap_or_else(|| zero(&mut self.b, scalar));
        Output { node, axes: core.to_vec() }
    }

    /// What came back takes the place of the cotangent that was handed in.
    pub(crate) fn take_back(&mut self, arg: NodeId, x_bar: Output, core: &[AxisId]) {
        let pairs: Vec<(AxisId, AxisId)> =
            x_bar.axes.iter().copied().zip(core.iter().copied()).filter(|(from, to)| from != to).collect();
        let bar = self.b.rename(x_bar.node, &pairs);
        self.bars[arg.index()][0] = Some(bar);
    }

    /// Whether a loop may start the running sum of the cotangent of argument `k` from what it is so far.
    pub(crate) fn continues(&self, node: &Node, k: usize, core: &[AxisId], mapped: &[AxisId]) -> bool {
        let arg = node.args[k];
        let whole = self.is_whole(arg, core);
        let shape = Shape { scalar: self.f.ty(arg).scalar, extents: self.f.extents(core) };
        let first = !node.args[..k].contains(&arg);
        mapped.is_empty() && whole && first && is_static(&shape) && self.bars[arg.index()][0].is_some()
    }
}
