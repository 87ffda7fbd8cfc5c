//! The position of the largest or smallest element: a scan that remembers the best and where it stood.

use dslc_ir::mach::{Cmp, Lane, Mach, Trap, V};
use dslc_ir::prim::lane;
use dslc_ir::{AxisId, NodeId};

use crate::emit::Flags;
use crate::frame::{Frame, Lower, by_stride};
use crate::index::{Env, Home, Sum, View};
use crate::nest::Drive;
use crate::program::{BufferId, Count, Stmt};

impl<'m> Lower<'m> {
    /// Emits an `ArgFold`: one result for each folded axis.
    pub(crate) fn arg_fold(&mut self, f: &mut Frame<'m>, node: NodeId, max: bool, axes: &[AxisId]) {
        let x = f.func.nodes[node].args[0];
        let out = f.func.nodes[node].types[0].axes.to_vec();
        if out.is_empty() {
            let found = self.arg_point(f, node, max, axes, &Env::default());
            for (k, v) in found.into_iter().enumerate() {
                f.settle(node, k, Home::Register(v), None);
            }
            return;
        }
        let order = match f.target(node, 0) {
            Some(view) => by_stride(&view, &out),
            None => self.order_of(f, x, &out, axes),
        };
        let rooms: Vec<(View, Option<BufferId>)> =
            (0..axes.len()).map(|k| self.room(f, node, k, &order)).collect();
        let weight = axes.iter().fold(1i64, |n, &a| n.saturating_mul(f.extent(a).max(1)));
        self.drive(f, &Env::default(), &order, Drive { weight, ..Drive::PLAIN }, &|s, env| {
            let found = s.arg_point(f, node, max, axes, env);
            for ((view, _), v) in rooms.iter().zip(found) {
                s.em.store(view.buffer, &view.address(env), v);
            }
        });
        for (k, (view, owner)) in rooms.into_iter().enumerate() {
            f.settle(node, k, Home::View(view), owner);
        }
    }

    /// The best position at one point, axis by axis.
    fn arg_point(&mut self, f: &Frame<'m>, node: NodeId, max: bool, axes: &[AxisId], env: &Env) -> Vec<V> {
        let zero = self.em.int(0);
        if axes.iter().any(|&a| f.extent(a) == 0) {
            let always = self.em.constant(Lane::Bool, 1);
            self.em.fail(always, f.origin(node), Trap::Empty, None);
            return vec![zero; axes.len()];
        }
        let x = f.func.nodes[node].args[0];
        let first = self.ordered(f, x, env);
        let best = self.em.variable(first);
        let places: Vec<V> = axes.iter().map(|_| self.em.variable(zero)).collect();
        let mut env = env.clone();
        let mut loops = Vec::new();
        for &axis in axes {
            let index = self.em.open_loop(f.extent(axis), false);
            env.set(axis, Sum::register(index));
            loops.push(index);
        }
        let value = self.ordered(f, x, &env);
        let old = self.em.get(best);
        let better = self.better(max, value, old);
        self.em.open(true);
        self.em.push(Stmt::Set(best, value));
        for (&place, &index) in places.iter().zip(&loops) {
            self.em.push(Stmt::Set(place, index));
        }
        let then = self.em.close();
        self.em.push(Stmt::If { cond: better, then, otherwise: Vec::new() });
        for (&index, &axis) in loops.iter().zip(axes).rev() {
            let bounds = (Count::Known(0), Count::Known(f.extent(axis)));
            self.em.close_loop(index, bounds, 1, Flags::default());
        }
        places
            .into_iter()
            .zip(axes)
            .map(|(place, &axis)| {
                let v = self.em.get(place);
                self.em.set_range(v, 0, f.extent(axis) - 1);
                v
            })
            .collect()
    }
    /// A value as a number that can be compared.
    fn ordered(&mut self, f: &Frame<'m>, x: NodeId, env: &Env) -> V {
        let v = self.eval(f, x, env);
        match lane(f.func.ty(x).scalar) {
            Lane::Bool => self.em.op(Mach::BToI(v), Lane::I64),
            _ => v,
        }
    }
    /// Whether a value beats the best so far; the first of equals stays, and NaN beats every number.
    fn better(&mut self, max: bool, value: V, best: V) -> V {
        let cmp = if max { Cmp::Gt } else { Cmp::Lt };
        if !matches!(self.em.ty(value).lane, Lane::F64 | Lane::F32) {
            return self.em.op(Mach::ICmp(cmp, value, best), Lane::Bool);
        }
        let beats = self.em.op(Mach::FCmp(cmp, value, best), Lane::Bool);
        let nan = self.em.op(Mach::FCmp(Cmp::Ne, value, value), Lane::Bool);
        let number = self.em.op(Mach::FCmp(Cmp::Eq, best, best), Lane::Bool);
        let first_nan = self.em.op(Mach::And(nan, number), Lane::Bool);
        self.em.op(Mach::Or(beats, first_nan), Lane::Bool)
    }
}
