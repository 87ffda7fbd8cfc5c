//! Routines of the runtime: their arguments are brought to contiguous memory, point by point of the mapped axes.

use dslc_ir::infer::mapped_axes;
use dslc_ir::op::Binding;
use dslc_ir::{AxisId, NodeId, Routine};

use crate::frame::{Frame, Lower};
use crate::index::{Env, Home, View};
use crate::product::place;
use crate::program::{Address, BufferId, Kernel, Stmt};

impl<'m> Lower<'m> {
    /// Emits a routine.
    pub(crate) fn routine(&mut self, f: &mut Frame<'m>, node: NodeId, routine: Routine, bind: &Binding) {
        let n = &f.func.nodes[node];
        let mapped = mapped_axes(f.func, bind, &n.args, 0, None);
        let rooms: Vec<(View, Option<BufferId>)> = bind
            .results
            .iter()
            .enumerate()
            .map(|(k, core)| {
                let order: Vec<AxisId> = mapped.iter().chain(core).copied().collect();
                self.room(f, node, k, &order)
            })
            .collect();
        let views: Vec<View> = rooms.iter().map(|r| r.0.clone()).collect();
        let all = |axes: &[AxisId]| axes.iter().all(|&a| f.extent(a) > 0);
        let somewhere = all(&mapped) && bind.results.iter().any(|core| all(core));
        if somewhere {
            match routine {
                Routine::Solve | Routine::SolveLower | Routine::SolveUpper => {
                    self.solve(f, node, routine, bind, &mapped, &views[0]);
                }
                Routine::Permutation | Routine::ArgSort => {
                    self.order(f, node, routine, bind, &mapped, &views[0]);
                }
                Routine::Trace => self.trace(f, node, bind, &mapped, &views[0]),
                Routine::Assignment
                | Routine::Cholesky
                | Routine::Qr
                | Routine::Eigh
                | Routine::EighFixed
                | Routine::Svd
                | Routine::Det
                | Routine::LogDet
                | Routine::Cofactor
                | Routine::Fourier
                | Routine::FourierBack => self.factor(f, node, routine, bind, &mapped, &views),
            }
        }
        for (k, (view, owner)) in rooms.into_iter().enumerate() {
            f.settle(node, k, Home::View(view), owner);
        }
    }

    /// The matrix goes to a temporary, the results come in one and are copied to where they belong.
    fn factor(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        routine: Routine,
        bind: &Binding,
        mapped: &[AxisId],
        views: &[View],
    ) {
        let n = &f.func.nodes[node];
        let (a, core) = (n.args[0], &bind.args[0]);
        let scalar = f.func.ty(a).scalar;
        let matrix = self.temporary(f, scalar, core);
        let size = |axes: &[AxisId]| axes.iter().map(|&x| f.extent(x) as u64).product::<u64>();
        let elements = bind.results.iter().map(|r| size(r)).sum();
        let packed = self.em.temporary(n.types[0].scalar, elements);
        let (at, open) = self.open_axes(f, mapped);
        self.store_at(f, &at, &[(a, matrix.clone())]);
        self.em.push(Stmt::Kernel(Kernel::Factor {
            routine,
            scalar,
            extents: [core[0], core[1]].map(|x| f.extent(x) as u64),
            from: place(&matrix, &Env::default()),
            to: Address { buffer: packed, offset: 0, terms: Vec::new() },
            elements,
            origin: f.origin(node),
        }));
        let mut offset = 0;
        for (view, result) in views.iter().zip(&bind.results) {
            let axes: Vec<(AxisId, u64)> = result.iter().map(|&x| (x, f.extent(x) as u64)).collect();
            let mut from = View::row_major(packed, &axes);
            from.at = from.at.shifted(offset);
            offset += size(result) as i64;
            self.copy(f, &from, &view.fixed(mapped, &at));
        }
        self.close_axes(open, true);
        self.em.release(matrix.buffer);
        self.em.release(packed);
    }

    /// The value goes to a temporary, from where it is shown.
    fn trace(&mut self, f: &Frame<'m>, node: NodeId, bind: &Binding, mapped: &[AxisId], view: &View) {
        let (x, core) = (f.func.nodes[node].args[0], &bind.args[0]);
        let scalar = f.func.ty(x).scalar;
        let shown = self.temporary(f, scalar, core);
        let (at, open) = self.open_axes(f, mapped);
        self.store_at(f, &at, &[(x, shown.clone())]);
        self.em.push(Stmt::Kernel(Kernel::Trace {
            scalar,
            extents: core.iter().map(|&a| f.extent(a) as u64).collect(),
            from: place(&shown, &Env::default()),
            to: place(&view.fixed(mapped, &at), &Env::default()),
            origin: f.origin(node),
        }));
        self.close_axes(open, true);
        self.em.release(shown.buffer);
    }

    /// One factorisation for each point of the axes that the matrix has; the others are right-hand sides.
    fn solve(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        routine: Routine,
        bind: &Binding,
        mapped: &[AxisId],
        view: &View,
    ) {
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
            routine,
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
