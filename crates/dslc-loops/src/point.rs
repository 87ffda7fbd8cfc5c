//! The value of a node at a point: pulls the code of everything that has no home of its own.

use dslc_ir::mach::{Cmp, Lane, Mach, Trap, V};
use dslc_ir::op::Index;
use dslc_ir::prim::lane;
use dslc_ir::{AxisId, NodeId, Op, PrimRef, Scalar};

use crate::frame::{Frame, Lower};
use crate::index::{Env, Home, Sum, TRUST};
use crate::program::Origin;

impl<'m> Lower<'m> {
    /// The value of a node at a point, as a scalar or, where the point has [`LANE`] in it, as a vector.
    pub(crate) fn eval(&mut self, f: &Frame<'m>, node: NodeId, env: &Env) -> V {
        let point = (f.id, node, f.func.ty(node).axes.iter().map(|&a| env.get(a)).collect());
        if let Some(found) = self.em.point(&point) {
            return found;
        }
        let outer = std::mem::take(&mut self.em.fragile);
        let v = match f.home(node) {
            Some(Home::Register(v)) => *v,
            Some(Home::View(view)) => {
                let (buffer, at) = (view.buffer, view.address(env));
                self.em.load(buffer, &at)
            }
            None => self.compute(f, node, env),
        };
        self.em.remember(point, v);
        self.em.fragile |= outer;
        v
    }

    fn compute(&mut self, f: &Frame<'m>, node: NodeId, env: &Env) -> V {
        let n = &f.func.nodes[node];
        match &n.op {
            Op::Const(bits) => self.em.constant(lane(bits.scalar), bits.bits),
            Op::Iota(axis) => {
                let at = env.get(*axis);
                self.em.sum(&at)
            }
            Op::Map(prim) => {
                let args: Vec<V> = n.args.iter().map(|&a| self.eval(f, a, env)).collect();
                let scalars: Vec<Scalar> = n.args.iter().map(|&a| f.func.ty(a).scalar).collect();
                self.prim(*prim, &scalars, &args, f.origin(node))
            }
            Op::Read { index, fill } => self.read(f, node, index, *fill, env),
            Op::Param(_)
            | Op::Dense(_)
            | Op::Fold { .. }
            | Op::ArgFold { .. }
            | Op::Scatter { .. }
            | Op::Update { .. }
            | Op::Stack { .. }
            | Op::Proj(_)
            | Op::Call { .. }
            | Op::If { .. }
            | Op::Scan(_)
            | Op::While { .. }
            | Op::Vjp { .. }
            | Op::Jvp { .. }
            | Op::Bounds { .. }
            | Op::Spectral { .. }
            | Op::Library { .. } => panic!("{node} of `{}` has no home yet: {:?}", f.func.name, n.op),
        }
    }

    /// A primitive: its recipe, copied.
    pub(crate) fn prim(&mut self, prim: PrimRef, scalars: &[Scalar], args: &[V], origin: Origin) -> V {
        if let Some(v) = self.plain_integer(prim, scalars, args) {
            return v;
        }
        let recipe = prim.recipe(scalars);
        let mut values: Vec<V> = Vec::with_capacity(recipe.ops.len());
        for &(op, lane) in &recipe.ops {
            let v = match op.map_operands(|v| values[v.0 as usize]) {
                Mach::Arg(k) => args[k as usize],
                Mach::Fail(trap, when) => {
                    self.em.fail(when, origin, trap, None);
                    when
                }
                op => self.em.op(op, lane),
            };
            values.push(v);
        }
        values[recipe.result.0 as usize]
    }

    /// Integer arithmetic whose operands are known to be far from overflow needs no check.
    fn plain_integer(&mut self, prim: PrimRef, scalars: &[Scalar], args: &[V]) -> Option<V> {
        if scalars.first() != Some(&Scalar::I64) || args.iter().any(|&a| self.em.ty(a).width > 1) {
            return None;
        }
        let ranges: Vec<(i64, i64)> = args.iter().map(|&a| self.em.range_of(a)).collect::<Option<_>>()?;
        let small = ranges.iter().all(|r| r.0 > -(1 << 31) && r.1 < 1 << 31);
        let op = match prim.0.name {
            "add" if small => Mach::IAdd(args[0], args[1]),
            "sub" if small => Mach::ISub(args[0], args[1]),
            "mul" if small => Mach::IMul(args[0], args[1]),
            "neg" if small => {
                let zero = self.em.int(0);
                Mach::ISub(zero, args[0])
            }
            _ => return None,
        };
        Some(self.em.op(op, Lane::I64))
    }

    /// A read: the argument at other positions, checked or filled.
    fn read(&mut self, f: &Frame<'m>, node: NodeId, index: &[(AxisId, Index)], fill: bool, env: &Env) -> V {
        let n = &f.func.nodes[node];
        if index.iter().any(|(a, _)| f.func.axes[*a].known() == Some(0)) {
            return self.read_nothing(f, node, index, fill, env);
        }
        let mut inner = env.clone();
        let mut inside: Option<V> = None;
        let mut assumed = false;
        for (axis, i) in index {
            let at = self.position(f, &n.args[1..], i, env);
            let extent = f.func.axes[*axis].known().expect("an indexed axis has a known extent") as i64;
            let at = if !fill && is_proved(f, i, extent) {
                at
            } else if !fill {
                self.checked(at, extent, f.origin(node))
            } else if self.is_inside(&at, extent) {
                at
            } else if self.assumes(&at, extent) {
                assumed = true;
                at
            } else {
                let (at, good) = self.clamped(at, extent);
                inside = Some(match inside {
                    None => good,
                    Some(other) => self.em.op(Mach::And(other, good), Lane::Bool),
                });
                at
            };
            inner.set(*axis, at);
        }
        let floor = self.em.load_floor;
        if assumed {
            self.em.fragile = true;
            self.em.load_floor = floor.max(self.assumed_level());
        }
        let value = self.eval(f, n.args[0], &inner);
        self.em.load_floor = floor;
        match inside {
            None => value,
            Some(good) => {
                let last = *n.args.last().expect("a read with a fill has arguments");
                let outside = self.eval(f, last, env);
                let lane = self.em.ty(value).lane;
                self.em.op(Mach::Select(good, value, outside), lane)
            }
        }
    }
    /// A read of an axis without elements.
    fn read_nothing(
        &mut self,
        f: &Frame<'m>,
        node: NodeId,
        index: &[(AxisId, Index)],
        fill: bool,
        env: &Env,
    ) -> V {
        let n = &f.func.nodes[node];
        if fill {
            let last = *n.args.last().expect("a read with a fill has arguments");
            return self.eval(f, last, env);
        }
        if let Some((axis, i)) = index.iter().find(|(a, _)| f.func.axes[*a].known() == Some(0)) {
            debug_assert_eq!(f.func.axes[*axis].known(), Some(0));
            let at = self.position(f, &n.args[1..], i, env);
            let (at, zero) = (self.em.scalar_sum(&at), self.em.int(0));
            let always = self.em.constant(Lane::Bool, 1);
            self.em.fail(always, f.origin(node), Trap::Index, Some((at, zero)));
        }
        self.em.constant(lane(f.func.ty(node).scalar), 0)
    }

    /// Where an index map's entry points.
    pub(crate) fn position(&mut self, f: &Frame<'m>, data: &[NodeId], index: &Index, env: &Env) -> Sum {
        let mut at = Sum::constant(index.offset);
        for &(axis, c) in &index.terms {
            at.add(&env.get(axis), c);
        }
        if let Some(d) = index.data {
            let v = self.affine(f, data[d as usize], env, 8);
            at.add(&v, 1);
        }
        at
    }
    /// An integer node as a sum of registers, if its arithmetic is known not to overflow.
    fn affine(&mut self, f: &Frame<'m>, node: NodeId, env: &Env, depth: u32) -> Sum {
        let n = &f.func.nodes[node];
        if f.home(node).is_none() && depth > 0 {
            match &n.op {
                Op::Const(bits) => return Sum::constant(bits.bits as i64),
                Op::Iota(axis) => return env.get(*axis),
                Op::Map(prim) if matches!(prim.0.name, "add" | "sub") => {
                    let a = self.affine(f, n.args[0], env, depth - 1);
                    let b = self.affine(f, n.args[1], env, depth - 1);
                    let sum = a.plus(&b, if prim.0.name == "add" { 1 } else { -1 });
                    let bounded = sum
                        .terms
                        .iter()
                        .all(|t| self.em.range_of(t.0).is_some_and(|r| r.0 > -(1 << 31) && r.1 < 1 << 31));
                    if bounded && self.em.sum_range(&sum).is_some() {
                        return sum;
                    }
                }
                _ => {}
            }
        }
        let v = self.eval(f, node, env);
        self.em.refused |= self.em.ty(v).width > 1;
        self.em.as_sum(v)
    }

    /// Whether a position is known to lie inside.
    pub(crate) fn is_inside(&self, at: &Sum, extent: i64) -> bool {
        let proved = at.coefficient(TRUST) != 0;
        proved || self.em.sum_range(at).is_some_and(|(low, high)| low >= 0 && high < extent)
    }
    /// Takes a position to be inside, where the range of the innermost loop will be cut so that it is.
    pub(crate) fn assumes(&mut self, at: &Sum, extent: i64) -> bool {
        let Some(assume) = &self.em.assume else { return false };
        let inner = assume.inner;
        let level = self.em.level_of(inner);
        let rest = at.real().without(inner);
        let outside = rest.terms.iter().all(|t| self.em.level_of(t.0) < level);
        let simple = at.coefficient(inner).abs() <= 1;
        if !outside || !simple || self.em.sum_range(&rest).is_none() {
            return false;
        }
        if let Some(assume) = &mut self.em.assume {
            assume.constraints.push((at.real(), extent));
        }
        true
    }
    fn assumed_level(&self) -> usize {
        self.em.assume.as_ref().map_or(0, |a| self.em.level_of(a.inner))
    }

    /// A position that is inside after all: records a failure where it was not.
    pub(crate) fn checked(&mut self, at: Sum, extent: i64, origin: Origin) -> Sum {
        if self.is_inside(&at, extent) {
            return at;
        }
        // Where positions are assumed to be inside, the ranges of their registers say nothing.
        if self.em.load_floor == 0
            && let Some(sum) = self.checked_once(&at, extent, origin)
        {
            return sum;
        }
        let (i, n) = (self.em.scalar_sum(&at), self.em.int(extent));
        let good = self.inside(i, extent);
        let bad = self.em.op(Mach::Not(good), Lane::Bool);
        self.em.fail(bad, origin, Trap::Index, Some((i, n)));
        let safe = self.clamp(good, i, extent);
        self.em.as_sum(safe)
    }
    /// A data start with an affine rest: the start alone is checked, against the whole reach of the rest, so
    /// that the check leaves the loops of the rest and its reads stay neighbours.
    fn checked_once(&mut self, at: &Sum, extent: i64, origin: Origin) -> Option<Sum> {
        let known = |s: &Self, v: V| s.em.range_of(v).is_some();
        let (rest, data): (Vec<_>, Vec<_>) = at.terms.iter().copied().partition(|t| known(self, t.0));
        let rest = Sum { offset: at.offset, terms: rest };
        if data.is_empty() || rest.terms.is_empty() {
            return None;
        }
        let (low, high) = self.em.sum_range(&rest)?;
        let (least, most) = (-low, extent - 1 - high);
        if least > most {
            return None;
        }
        self.em.bounded.extend(rest.terms.iter().map(|t| t.0));
        let d = self.em.sum(&Sum { offset: 0, terms: data });
        let (least_v, most_v) = (self.em.int(least), self.em.int(most));
        let under = self.em.op(Mach::ICmp(Cmp::Lt, d, least_v), Lane::Bool);
        let over = self.em.op(Mach::ICmp(Cmp::Gt, d, most_v), Lane::Bool);
        let bad = self.em.op(Mach::Or(under, over), Lane::Bool);
        // The first position that is outside: the first of all, or else the first past the end.
        let (low_v, n) = (self.em.int(low), self.em.int(extent));
        let first = self.em.op(Mach::IAdd(d, low_v), Lane::I64);
        let past = self.em.op(Mach::ICmp(Cmp::Gt, first, n), Lane::Bool);
        let end = self.em.op(Mach::Select(past, first, n), Lane::I64);
        let shown = self.em.op(Mach::Select(under, first, end), Lane::I64);
        self.em.fail(bad, origin, Trap::Index, Some((shown, n)));
        let safe = self.em.op(Mach::Select(bad, least_v, d), Lane::I64);
        self.em.set_range(safe, least, most);
        Some(rest.plus(&self.em.as_sum(safe), 1))
    }
    /// A position made safe, and whether it was inside.
    pub(crate) fn clamped(&mut self, at: Sum, extent: i64) -> (Sum, V) {
        let i = self.em.scalar_sum(&at);
        let good = self.inside(i, extent);
        let safe = self.clamp(good, i, extent);
        (self.em.as_sum(safe), good)
    }
    fn inside(&mut self, i: V, extent: i64) -> V {
        let (zero, n) = (self.em.int(0), self.em.int(extent));
        let low = self.em.op(Mach::ICmp(Cmp::Ge, i, zero), Lane::Bool);
        let high = self.em.op(Mach::ICmp(Cmp::Lt, i, n), Lane::Bool);
        self.em.op(Mach::And(low, high), Lane::Bool)
    }
    fn clamp(&mut self, good: V, i: V, extent: i64) -> V {
        let zero = self.em.int(0);
        let safe = self.em.op(Mach::Select(good, i, zero), Lane::I64);
        if self.em.constant_of(safe).is_none() && safe != i {
            self.em.set_range(safe, 0, extent - 1);
        }
        safe
    }
    /// Checks a position that is written: whether it is inside (nothing if that is known), and the position.
    pub(crate) fn written(&mut self, at: Sum, extent: i64, origin: Option<Origin>) -> (Sum, Option<V>) {
        if self.is_inside(&at, extent) || (origin.is_none() && self.assumes(&at, extent)) {
            return (at, None);
        }
        if extent == 0 {
            let i = self.em.scalar_sum(&at);
            let (always, zero) = (self.em.constant(Lane::Bool, 1), self.em.int(0));
            if let Some(origin) = origin {
                self.em.fail(always, origin, Trap::Index, Some((i, zero)));
            }
            let never = self.em.constant(Lane::Bool, 0);
            return (Sum::default(), Some(never));
        }
        let i = self.em.scalar_sum(&at);
        let good = self.inside(i, extent);
        if let Some(origin) = origin {
            let bad = self.em.op(Mach::Not(good), Lane::Bool);
            let n = self.em.int(extent);
            self.em.fail(bad, origin, Trap::Index, Some((i, n)));
        }
        let safe = self.clamp(good, i, extent);
        (self.em.as_sum(safe), Some(good))
    }

    /// The combination of two values by a monoid.
    pub(crate) fn combine(
        &mut self,
        monoid: dslc_ir::Monoid,
        scalar: Scalar,
        a: V,
        b: V,
        origin: Origin,
    ) -> V {
        self.prim(monoid.combine(), &[scalar, scalar], &[a, b], origin)
    }
}

/// Whether an affine position is inside at every corner of its axes, whatever they are read at.
fn is_proved(f: &Frame<'_>, index: &Index, extent: i64) -> bool {
    let (mut low, mut high) = (i128::from(index.offset), i128::from(index.offset));
    for &(axis, c) in &index.terms {
        let end = i128::from(c) * i128::from((f.extent(axis) - 1).max(0));
        low += end.min(0);
        high += end.max(0);
    }
    index.data.is_none() && low >= 0 && high < i128::from(extent)
}
