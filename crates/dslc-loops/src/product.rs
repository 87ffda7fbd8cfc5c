//! Products of matrices as kernel calls.
//!
//! The axes of a product fall into four groups: those of both factors that are folded (`k`), those of both that are
//! kept (a batch), those of the left factor only (`m`) and of the right one only (`n`). A kernel takes one
//! axis of each of the groups `m`, `k`, `n`; neighbours that lie in one piece count as one. What is left over runs
//! in loops around the kernel; a factor whose folded axes do not lie in one piece is copied first.

use dslc_ir::{AxisId, NodeId, Op};

use crate::emit::Flags;
use crate::frame::{Frame, Lower, by_stride};
use crate::index::{Env, Home, Sum, View};
use crate::program::{Address, Algebra, BufferId, Count, Kernel, Matrix, Stmt};

/// Axes that count as one: their product, and the stride in each of two views.
#[derive(Clone, Copy, Debug)]
struct Group {
    extent: u64,
    strides: [i64; 2],
}

impl<'m> Lower<'m> {
    /// Emits a product of matrices.
    pub(crate) fn product(
        &mut self,
        f: &mut Frame<'m>,
        node: NodeId,
        algebra: Algebra,
        a: NodeId,
        b: NodeId,
    ) {
        let Op::Fold { axes: folded, .. } = &f.func.nodes[node].op else { return };
        let scalar = f.func.ty(node).scalar;
        let (left, right) = (f.func.ty(a).clone(), f.func.ty(b).clone());
        let out = f.func.ty(node).axes.to_vec();
        let pick = |l: bool, r: bool| -> Vec<AxisId> {
            out.iter().copied().filter(|&x| left.has(x) == l && right.has(x) == r).collect()
        };
        let (batch, m, n) = (pick(true, true), pick(true, false), pick(false, true));
        let (mut a_view, a_owner) = self.view(f, a);
        let (mut b_view, b_owner) = self.view(f, b);
        let mut temporaries: Vec<BufferId> = a_owner.into_iter().chain(b_owner).collect();
        let m = by_stride(&a_view, &m);
        let n = by_stride(&b_view, &n);
        let order: Vec<AxisId> = batch.iter().chain(&m).chain(&n).copied().collect();
        let (c_view, owner) = self.room(f, node, 0, &order);
        let mut k = match algebra {
            Algebra::RealInOrder => folded.clone(),
            Algebra::Real | Algebra::MaxPlus | Algebra::MinPlus => by_stride(&a_view, folded),
        };
        if group(f, &k, [&a_view, &b_view]).is_none() {
            // Bring both to one order of the folded axes; those of the larger stay as they are if they can.
            k = folded.clone();
            for (node, view, own) in [(a, &mut a_view, &m), (b, &mut b_view, &n)] {
                if group(f, &k, [view, view]).is_none() {
                    *view = self.packed(f, node, &batch, own, &k);
                    temporaries.push(view.buffer);
                }
            }
        }
        let k_group = group(f, &k, [&a_view, &b_view]).expect("the folded axes lie in one piece");
        let (m_loops, m_group) = inner_group(f, &m, [&a_view, &c_view]);
        let (n_loops, n_group) = inner_group(f, &n, [&b_view, &c_view]);
        let loops: Vec<AxisId> = batch.iter().chain(m_loops).chain(n_loops).copied().collect();
        if out.iter().all(|&x| f.extent(x) > 0) {
            let call = |env: &Env| {
                let matrix =
                    |view: &View, row: i64, column: i64| Matrix { at: place(view, env), row, column };
                Stmt::Kernel(Kernel::Product {
                    algebra,
                    scalar,
                    extents: [m_group.extent, k_group.extent, n_group.extent],
                    a: matrix(&a_view, m_group.strides[0], k_group.strides[0]),
                    b: matrix(&b_view, k_group.strides[1], n_group.strides[0]),
                    c: matrix(&c_view, m_group.strides[1], n_group.strides[1]),
                })
            };
            let (env, open) = self.open_axes(f, &loops);
            self.em.push(call(&env));
            self.close_axes(open, true);
        }
        f.settle(node, 0, Home::View(c_view), owner);
        temporaries.into_iter().for_each(|t| self.em.release(t));
    }
    /// A copy of a factor in which the folded axes are neighbours and fastest.
    fn packed(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        batch: &[AxisId],
        own: &[AxisId],
        k: &[AxisId],
    ) -> View {
        let order: Vec<AxisId> = batch.iter().chain(own).chain(k).copied().collect();
        let view = self.temporary(f, f.func.ty(node).scalar, &order);
        self.store_all(f, &[(node, view.clone())]);
        view
    }

    /// A node in memory; in a temporary if it has no home. A read that only changes strides is a view.
    pub(crate) fn view(&mut self, f: &Frame<'m>, node: NodeId) -> (View, Option<BufferId>) {
        if let Some(Home::View(view)) = f.home(node) {
            return (view.clone(), None);
        }
        if f.home(node).is_none() && crate::plan::is_view(f.func, node) {
            let n = &f.func.nodes[node];
            if let Op::Read { index, .. } = &n.op {
                let (inner, owner) = self.view(f, n.args[0]);
                let mut view = View { strides: Vec::new(), ..inner.clone() };
                for &(axis, stride) in &inner.strides {
                    match index.iter().find(|(a, _)| *a == axis) {
                        None => add_stride(&mut view, axis, stride),
                        Some((_, i)) => {
                            let at = self.position(f, &n.args[1..], i, &Env::default());
                            let at = match i.data {
                                // Affine positions are proved inside; one from data is checked once, here.
                                None => at,
                                Some(_) => self.checked(at, f.extent(axis), f.origin(node)),
                            };
                            view.at.add(&at, stride);
                            i.terms.iter().for_each(|&(t, c)| add_stride(&mut view, t, stride * c));
                        }
                    }
                }
                return (view, owner);
            }
        }
        let order = self.preferred(f, node);
        let view = self.temporary(f, f.func.ty(node).scalar, &order);
        self.store_all(f, &[(node, view.clone())]);
        let buffer = view.buffer;
        (view, Some(buffer))
    }

    /// Opens a plain loop over each axis that has more than one position.
    pub(crate) fn open_axes(
        &mut self,
        f: &Frame<'m>,
        axes: &[AxisId],
    ) -> (Env, Vec<(dslc_ir::mach::V, i64)>) {
        let mut env = Env::default();
        let mut open = Vec::new();
        for &axis in axes {
            if f.extent(axis) == 1 {
                continue;
            }
            let index = self.em.open_loop(f.extent(axis), true);
            env.set(axis, Sum::register(index));
            open.push((index, f.extent(axis)));
        }
        (env, open)
    }
    /// Closes them. With `poll` the program may be left between points: what has loops in it can be anyway, and so
    /// its points must fail in order.
    pub(crate) fn close_axes(&mut self, open: Vec<(dslc_ir::mach::V, i64)>, poll: bool) {
        for (index, extent) in open.into_iter().rev() {
            let flags = Flags { poll, progress: false };
            self.em.close_loop(index, (Count::Known(0), Count::Known(extent)), 1, flags);
        }
    }
}

fn add_stride(view: &mut View, axis: AxisId, stride: i64) {
    match view.strides.iter_mut().find(|s| s.0 == axis) {
        Some(s) => s.1 += stride,
        None => view.strides.push((axis, stride)),
    }
}

/// Where a view stands at a point.
pub(crate) fn place(view: &View, env: &Env) -> Address {
    let at = view.address(env);
    Address { buffer: view.buffer, offset: at.offset, terms: at.terms }
}

/// Axes, slowest first, as one, if they lie in one piece in both views.
fn group(f: &Frame<'_>, axes: &[AxisId], views: [&View; 2]) -> Option<Group> {
    let (rest, group) = inner_group(f, axes, views);
    rest.is_empty().then_some(group)
}

/// The most of the last axes that count as one; and the axes before them.
fn inner_group<'a>(f: &Frame<'_>, axes: &'a [AxisId], views: [&View; 2]) -> (&'a [AxisId], Group) {
    let mut group = Group { extent: 1, strides: [0, 0] };
    for (k, &axis) in axes.iter().enumerate().rev() {
        let extent = f.extent(axis) as u64;
        if extent == 1 {
            continue;
        }
        let strides = views.map(|v| v.stride(axis));
        if group.extent == 1 {
            group = Group { extent, strides };
            continue;
        }
        let follows =
            (0..2).all(|v| i128::from(strides[v]) == i128::from(group.strides[v]) * i128::from(group.extent));
        if !follows {
            return (&axes[..=k], group);
        }
        group.extent *= extent;
    }
    (&[], group)
}
