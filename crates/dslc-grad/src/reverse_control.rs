//! The reverse rules of calls, branches and routines. A loop's are in [`crate::reverse_scan`].
//!
//! The forward half runs where the node stood and leaves its tape; the backward half runs where the node's
//! cotangent is complete.

use std::rc::Rc;

use dslc_base::Index as _;
use dslc_ir::function::Shape;
use dslc_ir::infer::mapped_axes;
use dslc_ir::{AxisId, Binding, Builder, Extent, FuncId, Node, NodeId, Op, Output, Type};

use crate::build::{call_core, call_named, dynamic_axis, output, params, sum_to, zero, zero_output};
use crate::deriver::Deriver;
use crate::error::GradError;
use crate::reverse::Reverse;
use crate::reverse_scan::ScanTape;
use crate::split::Split;

/// What a forward half leaves.
pub(crate) enum Tape {
    Call { split: Rc<Split>, stored: Vec<Output> },
    If { then: Rc<Split>, otherwise: Rc<Split>, stored: Vec<Output> },
    Scan(ScanTape),
}

impl Reverse<'_, '_> {
    /// The forward half of a call, branch or loop; says whether the node is one.
    pub(crate) fn forward_half(
        &mut self,
        id: NodeId,
        node: &Node,
        args: &[NodeId],
    ) -> Result<bool, GradError> {
        if let Op::Call { func, bind } = &node.op {
            self.call_forward(id, node, *func, bind, args)?;
        } else if let Op::If { then, otherwise, bind } = &node.op {
            self.if_forward(id, node, (*then, *otherwise), bind, args)?;
        } else if let Op::Scan(scan) = &node.op {
            self.scan_forward(id, node, scan, args)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Which arguments of a node vary.
    pub(crate) fn wrt(&self, node: &Node) -> Vec<bool> {
        node.args.iter().map(|a| self.varies[a.index()][0]).collect()
    }

    fn call_forward(
        &mut self,
        id: NodeId,
        node: &Node,
        func: FuncId,
        bind: &Binding,
        args: &[NodeId],
    ) -> Result<(), GradError> {
        let seeds = self.useful[id.index()].clone();
        let mut request = self.d.request(func, &self.wrt(node), &seeds);
        let mapped = mapped_axes(&self.f, bind, &node.args, 0, None);
        request.sums = self.handed_in(func, &node.args, &bind.args, &mapped);
        let split = self.d.split(&request)?;
        let (bind, axes) = extended(&mut self.b, bind, &split.stored);
        let mut outs = self.b.call(self.d.module, split.forward, args, bind);
        let stored = outs.split_off(node.types.len());
        let stored = stored.into_iter().zip(axes).map(|(n, a)| output(n, a)).collect();
        self.outs[id.index()] = outs;
        self.tapes.insert(id, Tape::Call { split, stored });
        Ok(())
    }

    pub(crate) fn call_back(
        &mut self,
        id: NodeId,
        node: &Node,
        bind: &Binding,
        bars: &[Option<NodeId>],
    ) -> Result<(), GradError> {
        let Some(Tape::Call { split, stored }) = self.tapes.remove(&id) else {
            return Err(Deriver::left_over(&self.f, &node.op));
        };
        if split.present.is_empty() {
            return Ok(());
        }
        let args = self.args(node);
        let mut given: Vec<Output> =
            split.uses.iter().map(|&k| output(args[k], bind.args[k].clone())).collect();
        given.extend(stored);
        given.extend(split.seeds.iter().map(|&r| self.bar_of(node, bars, r, &bind.results[r])));
        given.extend(split.sums.iter().map(|&k| self.bar_so_far(node.args[k], &bind.args[k])));
        let named = |at: usize| split.sum_of(at).map(|sum| bind.args[split.sums[sum]].clone());
        let x_bars = call_named(&mut self.b, self.d.module, split.backward, &given, named);
        let mapped = self.mapped(node, bind, 0, None);
        for (&k, x_bar) in split.present.iter().zip(x_bars) {
            if split.sums.contains(&k) {
                self.take_back(node.args[k], x_bar, &bind.args[k]);
            } else {
                self.give_core(node.args[k], x_bar, &bind.args[k], &mapped);
            }
        }
        Ok(())
    }

    /// The cotangent of a result with its core axes, or zero.
    pub(crate) fn bar_of(
        &mut self,
        node: &Node,
        bars: &[Option<NodeId>],
        r: usize,
        axes: &[AxisId],
    ) -> Output {
        let bar = bars[r].unwrap_or_else(|| zero(&mut self.b, node.types[r].scalar));
        output(bar, axes)
    }

    /// The axes that a node is mapped over, without tapes of unknown length.
    pub(crate) fn mapped(&self, node: &Node, bind: &Binding, xs: usize, axis: Option<AxisId>) -> Vec<AxisId> {
        let mut mapped = mapped_axes(&self.f, bind, &node.args, xs, axis);
        mapped.retain(|&a| self.f.axes[a] != Extent::Dynamic);
        mapped
    }

    /// Gives an argument the cotangent that a backward half made for a parameter. `core` are the argument's bound
    /// axes in the order of the parameter's; it may lack some of them, and some of the mapped ones. So may the
    /// cotangent: it is the same for each point of a mapped axis that nothing of the backward half has.
    pub(crate) fn give_core(&mut self, arg: NodeId, x_bar: Output, core: &[AxisId], mapped: &[AxisId]) {
        let ty = self.f.ty(arg).clone();
        let made = self.b.ty(x_bar.node).clone();
        // What stays: bound axes that the argument has, under their own names, and its mapped axes.
        let mut keep: Vec<AxisId> = ty.axes.iter().copied().filter(|a| !core.contains(a)).collect();
        let mut pairs = Vec::new();
        for (&fresh, &bound) in x_bar.axes.iter().zip(core) {
            if ty.has(bound) {
                keep.push(fresh);
                pairs.push((fresh, bound));
            }
        }
        let mut from = made.axes.to_vec();
        from.extend_from_slice(&x_bar.axes);
        from.extend_from_slice(mapped);
        pairs.retain(|(from, to)| from != to);
        let to = Type::new(ty.scalar, keep);
        let tape = dynamic_axis(&self.b, &made).and_then(|axis| Some((axis, *self.counts.get(&axis)?)));
        let bar = match tape {
            Some(tape) => {
                let mut gone: Vec<AxisId> = from.into_iter().filter(|&a| !to.has(a)).collect();
                gone.sort_unstable();
                gone.dedup();
                match (gone.as_slice(), pairs.as_slice()) {
                    ([], []) => x_bar.node,
                    _ => self.d.sum_tape(&mut self.b, tape, x_bar.node, &gone, &pairs),
                }
            }
            None => {
                let bar = sum_to(&mut self.b, x_bar.node, &from, &to);
                self.b.rename(bar, &pairs)
            }
        };
        self.add_bar(arg, bar);
    }

    fn if_forward(
        &mut self,
        id: NodeId,
        node: &Node,
        (then, otherwise): (FuncId, FuncId),
        bind: &Binding,
        args: &[NodeId],
    ) -> Result<(), GradError> {
        let seeds = self.useful[id.index()].clone();
        let wrt = &self.wrt(node)[1..];
        let mut then_request = self.d.request(then, wrt, &seeds);
        let mut other_request = self.d.request(otherwise, wrt, &seeds);
        let mapped = mapped_axes(&self.f, bind, &node.args, 0, None);
        let (inner, cores) = (&node.args[1..], &bind.args[1..]);
        let sums = [then, otherwise].map(|f| self.handed_in(f, inner, cores, &mapped));
        let sums: Vec<bool> = sums[0].iter().zip(&sums[1]).map(|(a, b)| *a || *b).collect();
        (then_request.sums, other_request.sums) = (sums.clone(), sums);
        let then = self.d.split(&then_request)?;
        let otherwise = self.d.split(&other_request)?;
        let shapes: Vec<Shape> = then.stored.iter().chain(&otherwise.stored).cloned().collect();
        let n = node.types.len();
        let then_func = self.d.padded(then.forward, n, 0, &otherwise.stored);
        let other_func = self.d.padded(otherwise.forward, n, then.stored.len(), &then.stored);
        let (bind, axes) = extended(&mut self.b, bind, &shapes);
        let mut outs = self.b.if_(self.d.module, then_func, other_func, args, bind);
        let stored = outs.split_off(n);
        let stored = stored.into_iter().zip(axes).map(|(n, a)| output(n, a)).collect();
        self.outs[id.index()] = outs;
        self.tapes.insert(id, Tape::If { then, otherwise, stored });
        Ok(())
    }

    pub(crate) fn if_back(
        &mut self,
        id: NodeId,
        node: &Node,
        bind: &Binding,
        bars: &[Option<NodeId>],
    ) -> Result<(), GradError> {
        let Some(Tape::If { then, otherwise, stored }) = self.tapes.remove(&id) else {
            return Err(Deriver::left_over(&self.f, &node.op));
        };
        let union = |a: &[usize], b: &[usize]| {
            let mut all: Vec<usize> = a.iter().chain(b).copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let present = union(&then.present, &otherwise.present);
        if present.is_empty() {
            return Ok(());
        }
        let args = self.args(node);
        let uses = union(&then.uses, &otherwise.uses);
        let seeds = union(&then.seeds, &otherwise.seeds);
        let cut = then.stored.len();
        let mut given: Vec<Output> =
            uses.iter().map(|&k| output(args[k + 1], bind.args[k + 1].clone())).collect();
        given.extend(stored.iter().cloned());
        given.extend(seeds.iter().map(|&r| self.bar_of(node, bars, r, &bind.results[r])));
        let sums = then.sums.clone();
        given.extend(sums.iter().map(|&k| self.bar_so_far(node.args[k + 1], &bind.args[k + 1])));
        let shapes: Vec<Shape> = given.iter().map(|g| shape_of(&self.b, g)).collect();
        let wants: Vec<Shape> = present
            .iter()
            .map(|&k| bound_shape(&self.b, self.f.ty(node.args[k + 1]), &bind.args[k + 1]))
            .collect();
        let side = Side {
            uses: &uses,
            seeds: &seeds,
            sums: &sums,
            present: &present,
            shapes: &shapes,
            wants: &wants,
        };
        let then_func = self.d.branch_back(&then, &side, uses.len());
        let other_func = self.d.branch_back(&otherwise, &side, uses.len() + cut);
        let mut nodes = vec![args[0]];
        nodes.extend(given.iter().map(|g| g.node));
        let mut bind_args = vec![vec![]];
        bind_args.extend(given.iter().map(|g| g.axes.clone()));
        let results: Vec<Vec<AxisId>> = present
            .iter()
            .zip(&wants)
            .map(|(k, s)| match sums.contains(k) {
                true => bind.args[k + 1].clone(),
                false => self.b.axes(&s.extents),
            })
            .collect();
        let new_bind = Binding { args: bind_args, results: results.clone() };
        let made = self.b.if_(self.d.module, then_func, other_func, &nodes, new_bind);
        let mapped = self.mapped(node, bind, 0, None);
        for ((&k, node_made), axes) in present.iter().zip(made).zip(results) {
            let (arg, core, x_bar) = (node.args[k + 1], &bind.args[k + 1], output(node_made, axes));
            if sums.contains(&k) {
                self.take_back(arg, x_bar, core);
            } else {
                self.give_core(arg, x_bar, core, &mapped);
            }
        }
        Ok(())
    }
}

/// What the backward halves of two branches share: the parameters of both, and the results that both must give.
struct Side<'a> {
    uses: &'a [usize],
    seeds: &'a [usize],
    sums: &'a [usize],
    present: &'a [usize],
    shapes: &'a [Shape],
    wants: &'a [Shape],
}

impl Deriver<'_> {
    /// A forward half that gives zeros for what the other branch stores: `before` of the zeros come first.
    fn padded(&mut self, forward: FuncId, results: usize, before: usize, zeros: &[Shape]) -> FuncId {
        if zeros.is_empty() {
            return forward;
        }
        let f = self.func(forward);
        let mut b = Builder::new(format!("{}.padded", f.name));
        let shapes = crate::build::param_shapes(f);
        let ps = params(&mut b, shapes);
        let mut outs = call_core(&mut b, self.module, forward, &ps);
        let own = outs.split_off(results);
        let nothing: Vec<Output> = zeros.iter().map(|s| zero_output(&mut b, s)).collect();
        if before > 0 {
            outs.extend(nothing);
            outs.extend(own);
        } else {
            outs.extend(own);
            outs.extend(nothing);
        }
        self.add(b.finish(outs))
    }

    /// The backward half of one branch with the parameters and results of both. Its stored values start at
    /// `first_stored`.
    fn branch_back(&mut self, split: &Split, side: &Side<'_>, first_stored: usize) -> FuncId {
        let mut b = Builder::new(format!("{}.branch", self.func(split.backward).name));
        let ps = params(&mut b, side.shapes.iter().cloned());
        let first_sum = side.shapes.len() - side.sums.len();
        let first_seed = first_sum - side.seeds.len();
        let mut given: Vec<Output> = Vec::new();
        let find = |all: &[usize], k: usize| all.iter().position(|&a| a == k).unwrap_or(0);
        given.extend(split.uses.iter().map(|&k| ps[find(side.uses, k)].clone()));
        given.extend(ps[first_stored..first_stored + split.stored.len()].iter().cloned());
        given.extend(split.seeds.iter().map(|&r| ps[first_seed + find(side.seeds, r)].clone()));
        given.extend(ps[first_sum..].iter().cloned());
        let named = |at: usize| split.sum_of(at).map(|sum| ps[first_sum + sum].axes.clone());
        let made = call_named(&mut b, self.module, split.backward, &given, named);
        let results = side
            .present
            .iter()
            .zip(side.wants)
            .map(|(k, shape)| match split.present.iter().position(|p| p == k) {
                Some(at) => made[at].clone(),
                // What is not added to is handed back.
                None => match side.sums.iter().position(|s| s == k) {
                    Some(at) => ps[first_sum + at].clone(),
                    None => zero_output(&mut b, shape),
                },
            })
            .collect();
        self.add(b.finish(results))
    }
}

/// A binding with more results, which get fresh axes.
pub(crate) fn extended(b: &mut Builder, bind: &Binding, more: &[Shape]) -> (Binding, Vec<Vec<AxisId>>) {
    let axes: Vec<Vec<AxisId>> = more.iter().map(|s| b.axes(&s.extents)).collect();
    let mut bind = bind.clone();
    bind.results.extend(axes.iter().cloned());
    (bind, axes)
}

/// The core shape of a value.
pub(crate) fn shape_of(b: &Builder, value: &Output) -> Shape {
    Shape { scalar: b.scalar_of(value.node), extents: b.func().extents(&value.axes) }
}

fn bound_shape(b: &Builder, ty: &Type, core: &[AxisId]) -> Shape {
    Shape { scalar: ty.scalar, extents: b.func().extents(core) }
}
