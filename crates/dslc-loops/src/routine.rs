//! Routines of the runtime: their arguments are brought to contiguous memory, point by point of the mapped axes.

use dslc_ir::infer::mapped_axes;
use dslc_ir::op::Binding;
use dslc_ir::{AxisId, NodeId, Routine};

use crate::frame::{Frame, Lower};
use crate::index::{Env, Home, View};
use crate::product::place;
use crate::program::{BufferId, Kernel, Stmt};

impl<'m> Lower<'m> {
    /// Emits a routine.
    pub(crate) fn routine(&mut self, f: &mut Frame<'m>, node: NodeId, routine: Routine, bind: &Binding) {
        let n = &f.func.nodes[node];
        let mapped = mapped_axes(f.func, bind, &n.args, 0, None);
        let core = &bind.results[0];
        let order: Vec<AxisId> = mapped.iter().chain(core).copied().collect();
        let (view, owner) = self.room(f, node, 0, &order);
        if order.iter().all(|&a| f.extent(a) > 0) {
            match routine {
                Routine::Solve => self.solve(f, node, bind, &mapped, &view),
                Routine::Fourier | Routine::FourierBack => {
                    self.fourier(f, node, routine == Routine::FourierBack, bind, &mapped, &view);
                }
                Routine::Permutation | Routine::ArgSort => self.order(f, node, routine, bind, &mapped, &view),
            }
        }
        f.settle(node, 0, Home::View(view), owner);
    }

    /// One factorisation for each point of the axes that the matrix has; the others are right-hand sides.
    fn solve(&mut self, f: &Frame<'m>, node: NodeId, bind: &Binding, mapped: &[AxisId], view: &View) {
        let n = &f.func.nodes[node];
        let (a, b) = (n.args[0], n.args[1]);
        // An axis that is bound in the matrix may be mapped in the right-hand sides.
        let selects = |x: AxisId| f.func.ty(a).has(x) && !bind.args[0].contains(&x);
        let (outer, sides): (Vec<AxisId>, Vec<AxisId>) = mapped.iter().partition(|&&x| selects(x));
        let scalar = f.func.ty(a).scalar;
        let matrix = self.temporary(f, scalar, &bind.args[0]);
        let order: Vec<AxisId> = bind.args[1].iter().chain(&sides).copied().collect();
        let right = self.temporary(f, scalar, &order);
        let (at, open) = self.open_axes(f, &outer);
        self.store_at(f, &at, &[(a, matrix.clone())]);
        self.store_at(f, &at, &[(b, right.clone())]);
        let columns = sides.iter().map(|&s| f.extent(s) as u64).product();
        self.em.push(Stmt::Kernel(Kernel::Solve {
            scalar,
            n: f.extent(bind.args[1][0]) as u64,
            columns,
            a: place(&matrix, &Env::default()),
            b: place(&right, &Env::default()),
            origin: f.origin(node),
        }));
        let (from, to) = (bind.args[1][0], bind.results[0][0]);
        let strides = right.strides.iter().map(|&(x, s)| (if x == from { to } else { x }, s)).collect();
        self.copy(f, &View { strides, ..right.clone() }, &view.fixed(&outer, &at));
        self.close_axes(open, true);
        self.em.release(matrix.buffer);
        self.em.release(right.buffer);
    }

    /// A transform of each row of pairs.
    fn fourier(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        back: bool,
        bind: &Binding,
        mapped: &[AxisId],
        view: &View,
    ) {
        let x = f.func.nodes[node].args[0];
        let (row, pair) = (bind.results[0][0], bind.results[0][1]);
        let scalar = f.func.ty(x).scalar;
        let n = f.extent(row) as u64;
        let from = self.temporary(f, scalar, &bind.args[0]);
        let direct = view.stride(pair) == 1 && (view.stride(row) == 2 || n == 1);
        let apart = (!direct).then(|| self.temporary(f, scalar, &[row, pair]));
        let (at, open) = self.open_axes(f, mapped);
        let here = view.fixed(mapped, &at);
        self.store_at(f, &at, &[(x, from.clone())]);
        self.em.push(Stmt::Kernel(Kernel::Fourier {
            scalar,
            n,
            back,
            x: place(&from, &Env::default()),
            to: place(apart.as_ref().unwrap_or(&here), &Env::default()),
        }));
        if let Some(apart) = &apart {
            self.copy(f, apart, &here);
        }
        self.close_axes(open, true);
        self.em.release(from.buffer);
        apart.into_iter().for_each(|a| self.em.release(a.buffer));
    }

    /// A permutation, at random or that sorts.
    fn order(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        routine: Routine,
        bind: &Binding,
        mapped: &[AxisId],
        view: &View,
    ) {
        let x = f.func.nodes[node].args[0];
        let result = bind.results[0][0];
        let count = f.extent(result) as u64;
        let mut temporaries: Vec<BufferId> = Vec::new();
        let sorted = (routine == Routine::ArgSort).then(|| {
            let v = self.temporary(f, f.func.ty(x).scalar, &bind.args[0]);
            temporaries.push(v.buffer);
            v
        });
        let direct = view.stride(result) == 1 || count == 1;
        let apart = (!direct).then(|| {
            let v = self.temporary(f, f.func.ty(node).scalar, &[result]);
            temporaries.push(v.buffer);
            v
        });
        let (at, open) = self.open_axes(f, mapped);
        let here = view.fixed(mapped, &at);
        let to = place(apart.as_ref().unwrap_or(&here), &Env::default());
        if let Some(sorted) = &sorted {
            self.store_at(f, &at, &[(x, sorted.clone())]);
            let scalar = f.func.ty(x).scalar;
            let from = place(sorted, &Env::default());
            self.em.push(Stmt::Kernel(Kernel::ArgSort { scalar, n: count, x: from, to }));
        } else {
            let key = self.eval(f, x, &at);
            self.em.push(Stmt::Kernel(Kernel::Permutation { n: count, key, to }));
        }
        if let Some(apart) = &apart {
            self.copy(f, apart, &here);
        }
        self.close_axes(open, true);
        temporaries.into_iter().for_each(|t| self.em.release(t));
    }
}
