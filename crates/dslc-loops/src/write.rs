//! Nodes that write here and there: `Update`, `Scatter`, `Stack`.

use dslc_ir::mach::{Lane, Mach, V};
use dslc_ir::op::Index;
use dslc_ir::prim::lane;
use dslc_ir::{AxisId, Monoid, NodeId};

use crate::frame::{Frame, Lower, by_stride};
use crate::index::{Env, Home, Sum, View};
use crate::nest::Drive;
use crate::program::Address;
use crate::program::{Count, Kernel, Origin, Stmt};
use crate::vectors;

impl<'m> Lower<'m> {
    /// `x` with elements replaced: in the memory of `x` if nobody reads that again, else in a copy.
    pub(crate) fn update(
        &mut self,
        f: &mut Frame<'m>,
        node: NodeId,
        index: &[(AxisId, Index)],
        over: &[AxisId],
    ) {
        let n = &f.func.nodes[node];
        let x = n.args[0];
        let taken = if f.plan.takes[node.0 as usize].is_empty() { None } else { f.take(x) };
        let (view, owner) = match taken {
            Some(taken) => taken,
            None => {
                let order = self.preferred_view(f, x, &n.ty().axes);
                let (view, owner) = self.room(f, node, 0, &order);
                self.store_all(f, &[(x, view.clone())]);
                (view, owner)
            }
        };
        let write = Write { node, index, over, value: n.args[1], data: &n.args[2..], add: false };
        self.write(f, &write, &view);
        f.settle(node, 0, Home::View(view), owner);
    }
    fn preferred_view(&mut self, f: &Frame<'m>, x: NodeId, axes: &[AxisId]) -> Vec<AxisId> {
        match f.home(x) {
            Some(Home::View(view)) => by_stride(view, axes),
            _ => axes.to_vec(),
        }
    }

    /// Zero, then sums.
    pub(crate) fn scatter(
        &mut self,
        f: &mut Frame<'m>,
        node: NodeId,
        index: &[(AxisId, Index)],
        over: &[AxisId],
    ) {
        let n = &f.func.nodes[node];
        let axes = n.ty().axes.to_vec();
        let mut order: Vec<AxisId> = index.iter().map(|(a, _)| *a).collect();
        order.extend(axes.iter().copied().filter(|a| !index.iter().any(|(i, _)| i == a)));
        let (view, owner) = self.room(f, node, 0, &order);
        self.zero(f, &view, owner.is_some());
        let write = Write { node, index, over, value: n.args[0], data: &n.args[1..], add: true };
        self.write(f, &write, &view);
        f.settle(node, 0, Home::View(view), owner);
    }
    /// Clears a view; `whole` says that it is a temporary of its own.
    fn zero(&mut self, f: &Frame<'m>, view: &View, whole: bool) {
        let buffer = view.buffer;
        if whole {
            let elements = Count::Known(self.em.buffers[buffer].elements as i64);
            let to = Address { buffer, offset: 0, terms: Vec::new() };
            if elements != Count::Known(0) {
                self.em.push(Stmt::Kernel(Kernel::Zero { to, elements }));
            }
            return;
        }
        let scalar = self.em.buffers[buffer].scalar;
        let axes: Vec<AxisId> = view.strides.iter().map(|s| s.0).collect();
        let order = by_stride(view, &axes);
        self.drive(f, &Env::default(), &order, Drive::storing(scalar), &|s, env| {
            let zero = s.em.constant(lane(scalar), 0);
            s.em.store(buffer, &view.address(env), zero);
        });
    }

    /// The nest that writes: the consumed axes in their order, so that the last write (or the order of the sums)
    /// is the defined one, and inside them the axes that pass through.
    fn write(&mut self, f: &Frame<'m>, write: &Write<'_>, view: &View) {
        let indexed = |a: &AxisId| write.index.iter().any(|(i, _)| i == a);
        let through: Vec<AxisId> =
            f.func.ty(write.node).axes.iter().copied().filter(|a| !indexed(a)).collect();
        let mut axes = write.over.to_vec();
        axes.extend(by_stride(view, &through));
        let scalar = f.func.ty(write.node).scalar;
        let vector = vectors::lanes(lane(scalar));
        let drive = Drive { vector, unroll: true, split: write.add, weight: 1 };
        self.drive(f, &Env::default(), &axes, drive, &|s, env| s.write_point(f, write, view, env));
    }
    fn write_point(&mut self, f: &Frame<'m>, write: &Write<'_>, view: &View, env: &Env) {
        let value = self.eval(f, write.value, env);
        let origin = if write.add { None } else { Some(f.origin(write.node)) };
        let mut target = env.clone();
        let mut inside: Option<V> = None;
        for (axis, i) in write.index {
            let at = self.position(f, write.data, i, env);
            let (at, good) = self.written(at, f.extent(*axis), origin);
            inside = match (inside, good) {
                (Some(a), Some(b)) => Some(self.em.op(Mach::And(a, b), Lane::Bool)),
                (a, b) => a.or(b),
            };
            target.set(*axis, at);
        }
        let at = view.address(&target);
        match inside.map(|v| (v, self.em.constant_of(v))) {
            None | Some((_, Some(1))) => self.write_element(f, write, view, &at, value),
            Some((_, Some(_))) => {}
            Some((cond, None)) => {
                self.em.refused |= self.em.ty(cond).width > 1;
                self.em.open(true);
                self.write_element(f, write, view, &at, value);
                let then = self.em.close();
                self.em.push(Stmt::If { cond, then, otherwise: Vec::new() });
            }
        }
    }
    fn write_element(&mut self, f: &Frame<'m>, write: &Write<'_>, view: &View, at: &Sum, value: V) {
        let value = if write.add {
            let old = self.em.load_here(view.buffer, at);
            let scalar = f.func.ty(write.node).scalar;
            let origin: Origin = f.origin(write.node);
            self.combine(Monoid::Sum, scalar, old, value, origin)
        } else {
            value
        };
        self.em.store(view.buffer, at, value);
    }

    /// The arguments one after another along a new axis, which becomes the slowest of a temporary.
    pub(crate) fn stack(&mut self, f: &mut Frame<'m>, node: NodeId, axis: AxisId) {
        let n = &f.func.nodes[node];
        let mut order = vec![axis];
        order.extend(n.ty().axes.iter().copied().filter(|&a| a != axis));
        let (view, owner) = self.room(f, node, 0, &order);
        for (k, &arg) in n.args.iter().enumerate() {
            let mut env = Env::default();
            env.set(axis, Sum::constant(k as i64));
            self.store_all(f, &[(arg, view.fixed(&[axis], &env))]);
        }
        f.settle(node, 0, Home::View(view), owner);
    }
}

/// What a writing nest does.
#[derive(Debug)]
struct Write<'a> {
    node: NodeId,
    index: &'a [(AxisId, Index)],
    over: &'a [AxisId],
    value: NodeId,
    data: &'a [NodeId],
    /// Adds and drops what is outside; else replaces and fails.
    add: bool,
}
