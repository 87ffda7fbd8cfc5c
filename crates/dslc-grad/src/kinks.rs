//! Kinks: points where a derivative is one of several that the program could have meant.
//!
//! - *Takes* a node of the function that is derived, with its cotangent or tangent.
//! - *Gives* the same value, which waits for a `trace` of where the node stands at a kink and the choice counts: where
//!   the cotangent is not zero, or the tangents on both sides differ. It gives true, so no number changes.
//! - *Needs* [`Options::kinks`](crate::Options); without it nothing is built.
//! - *Breaks* nothing.
//!
//! What counts as one: equal sides of `max`, `min` and of a comparison that decides a branch; several winners of a
//! selection; a jump of a partial (`abs`, `relu`); a partial that is infinite at a finite point; equal elements that were
//! sorted; eigenvalues or singular values without a gap. The policy itself is that of Lee, Park and Aiken, *On the Correctness
//! of Automatic Differentiation for Neural Networks with Machine-Representable Parameters*, 2023: one side everywhere, so that
//! what is given is a derivative on a side.

use dslc_base::{FileId, Index as _, Span};
use dslc_ir::prim::Deriv;
use dslc_ir::prims::{arith, logic};
use dslc_ir::{
    AxisId, Binding, Bits, Builder, Extent, Function, Index, Module, Monoid, Node, NodeId, Op, PrimRef, Role,
    Routine, Scalar, Site,
};

use crate::activity::Marks;
use crate::build::{drop_where, dynamic_axis, keep_where, spread};
use crate::index::transpose_read;

const SIDES: &str = "both sides are equal; the derivative is that of the first";
const LARGEST: &str = "several elements are the largest; the derivative is that of the first of them";
const SMALLEST: &str = "several elements are the smallest; the derivative is that of the first of them";
const BRANCH: &str = "both sides of a comparison are equal; the derivative is that of the branch taken";
const JUMP: &str = "the derivative jumps here; 0 is taken";
const INFINITE: &str = "the derivative is infinite here";
const SORTED: &str = "equal elements were sorted; the derivative is that of their order";
const GAP: &str = "two eigenvalues or singular values are equal; what is divided by their gap counts 0";

/// Gaps within so many roundings of the largest value are none.
const CLOSED: f64 = 16.0;

/// The function that is derived, as far as it has been copied: what is at hand where a node is looked at.
pub(crate) struct Around<'a> {
    pub(crate) f: &'a Function,
    pub(crate) varies: &'a Marks,
    /// For each node of `f` the new node for each of its results.
    pub(crate) outs: &'a [Vec<NodeId>],
}

/// How the value moves whose derivative is taken.
#[derive(Clone, Copy)]
pub(crate) enum Moving<'a> {
    /// By the cotangents of the node's results.
    Bars(&'a [Option<NodeId>]),
    /// By the tangents of the node's arguments; those of its results.
    Dots(&'a [Option<NodeId>], &'a [Option<NodeId>]),
}

/// Where a node stands at a kink.
struct Kink {
    here: NodeId,
    why: &'static str,
}

impl Around<'_> {
    fn arg(&self, node: &Node, k: usize) -> NodeId {
        self.outs[node.args[k].index()][0]
    }
    fn varies(&self, node: NodeId) -> bool {
        self.varies[node.index()][0]
    }

    /// The truth that what the node hands on has to wait for, if it can meet a kink.
    pub(crate) fn seen(
        &self,
        b: &mut Builder,
        module: &mut Module,
        id: NodeId,
        moving: Moving<'_>,
    ) -> Option<NodeId> {
        let kink = self.kink(b, id, moving)?;
        report(b, module, &kink)
    }

    fn kink(&self, b: &mut Builder, id: NodeId, moving: Moving<'_>) -> Option<Kink> {
        let node = &self.f.nodes[id];
        match &node.op {
            Op::Map(prim) => self.of_primitive(b, id, node, *prim, moving),
            Op::Fold { monoid, axes } => self.of_fold(b, id, node, *monoid, axes, moving),
            Op::If { .. } => {
                let tie = self.tied(b, node.args[0])?;
                let moves = any_moves(b, moving);
                Some(Kink { here: both(b, tie, moves), why: BRANCH })
            }
            Op::Read { index, fill: false } => self.of_sorted(b, node, index, moving),
            Op::Library { routine: Routine::Eigh, bind } => {
                self.of_gap(b, id, (0, bind.results[0][0]), moving)
            }
            Op::Library { routine: Routine::Svd, bind } => {
                self.of_gap(b, id, (1, bind.results[1][0]), moving)
            }
            _ => None,
        }
    }

    fn of_primitive(
        &self,
        b: &mut Builder,
        id: NodeId,
        node: &Node,
        prim: PrimRef,
        moving: Moving<'_>,
    ) -> Option<Kink> {
        match prim.0.deriv {
            Deriv::Zero | Deriv::Undefined(_) => None,
            Deriv::Kinked { at, .. } => {
                let x = self.arg(node, 0);
                let at = b.like(x, at);
                let here = b.eq(x, at);
                let moves = moves(b, moving, 0);
                Some(Kink { here: both(b, here, moves), why: JUMP })
            }
            Deriv::Choice { between: (one, two), .. } => {
                // A selection hangs on a condition before its two values, `max` and `min` on the values themselves.
                let (tie, why) = match one {
                    0 => (b.eq(self.arg(node, one), self.arg(node, two)), SIDES),
                    _ => (self.tied(b, node.args[0])?, BRANCH),
                };
                let moves = match moving {
                    Moving::Bars(_) => moves(b, moving, 0),
                    Moving::Dots(dots, _) => Some(differ(b, dots[one], dots[two])?),
                };
                Some(Kink { here: both(b, tie, moves), why })
            }
            Deriv::Partials { singular: false, .. } => None,
            Deriv::Partials { build, singular: true } => {
                let args: Vec<NodeId> = (0..node.args.len()).map(|k| self.arg(node, k)).collect();
                let partials = build(b, &args, self.outs[id.index()][0]);
                let mut here = None;
                for (k, partial) in partials.into_iter().enumerate() {
                    if !self.varies(node.args[k]) {
                        continue;
                    }
                    let bad = not_finite(b, partial);
                    let moves = moves(b, moving, k);
                    let bad = both(b, bad, moves);
                    here = Some(here.map_or(bad, |here| b.map(&logic::OR, &[here, bad])));
                }
                let mut here = here?;
                for &arg in &args {
                    let bad = not_finite(b, arg);
                    let fine = b.map(&logic::NOT, &[bad]);
                    here = b.map(&logic::AND, &[here, fine]);
                }
                Some(Kink { here, why: INFINITE })
            }
        }
    }

    /// More than one winner.
    fn of_fold(
        &self,
        b: &mut Builder,
        id: NodeId,
        node: &Node,
        monoid: Monoid,
        axes: &[AxisId],
        moving: Moving<'_>,
    ) -> Option<Kink> {
        if !monoid.is_selective() {
            return None;
        }
        let (x, y) = (self.arg(node, 0), self.outs[id.index()][0]);
        let axes: Vec<AxisId> = axes.iter().copied().filter(|&a| b.ty(x).has(a)).collect();
        if axes.is_empty() {
            return None;
        }
        let equal = b.eq(x, y);
        let tie = match moving {
            Moving::Bars(_) => {
                let one = b.like(x, 1.0);
                let single = drop_where(b, equal, one);
                let ones = b.sub(one, single);
                let ones = spread(b, ones, &axes);
                let count = b.fold(Monoid::Sum, ones, &axes);
                let more = b.map(&logic::GT, &[count, one]);
                let moves = moves(b, moving, 0);
                both(b, more, moves)
            }
            Moving::Dots(dots, results) => {
                let other = differ(b, dots[0], results[0])?;
                let here = b.map(&logic::AND, &[equal, other]);
                let here = spread(b, here, &axes);
                b.fold(Monoid::Any, here, &axes)
            }
        };
        let here = match monoid {
            // What is the zero of its semiring hands nothing on.
            Monoid::MaxPlus | Monoid::MinPlus => {
                let unit = monoid.unit(b.scalar_of(y));
                let unit = b.constant(unit);
                let alive = b.map(&logic::NE, &[y, unit]);
                b.map(&logic::AND, &[tie, alive])
            }
            _ => tie,
        };
        let why = if matches!(monoid, Monoid::Max | Monoid::MaxPlus) { LARGEST } else { SMALLEST };
        Some(Kink { here, why })
    }

    /// Where comparisons of moving numbers that a condition is made of have equal sides; none if there is no such comparison.
    fn tied(&self, b: &mut Builder, condition: NodeId) -> Option<NodeId> {
        let mut open = vec![condition];
        let mut seen = vec![condition];
        let mut all = None;
        while let Some(next) = open.pop() {
            let node = &self.f.nodes[next];
            let Op::Map(prim) = &node.op else { continue };
            match prim.0.name {
                "and" | "or" | "not" => {
                    for &arg in &node.args {
                        if !seen.contains(&arg) {
                            seen.push(arg);
                            open.push(arg);
                        }
                    }
                }
                "lt" | "le" | "gt" | "ge" | "eq" | "ne" => {
                    let [x, y] = node.args[..] else { continue };
                    let moves = |n: NodeId| self.f.ty(n).scalar.has_tangent() && self.varies(n);
                    if moves(x) || moves(y) {
                        let equal = b.eq(self.outs[x.index()][0], self.outs[y.index()][0]);
                        all = Some(all.map_or(equal, |all| b.map(&logic::OR, &[all, equal])));
                    }
                }
                _ => {}
            }
        }
        all
    }

    /// Elements read in the order of a sort, neighbours of which are equal and move differently.
    fn of_sorted(
        &self,
        b: &mut Builder,
        node: &Node,
        index: &[(AxisId, Index)],
        moving: Moving<'_>,
    ) -> Option<Kink> {
        let [(axis, Index { data: Some(0), .. })] = index else { return None };
        let (axis, from) = (*axis, node.args[0]);
        let mut order = *node.args.get(1)?;
        while let Op::Read { index, fill: false } = &self.f.nodes[order].op
            && index.iter().all(|(_, i)| i.data.is_none())
        {
            order = self.f.nodes[order].args[0];
        }
        let Op::Library { routine: Routine::ArgSort, bind } = &self.f.nodes[order].op else { return None };
        let mut sorted = self.f.nodes[order].args[0];
        if let Op::Map(PrimRef(prim)) = self.f.nodes[sorted].op
            && prim.name == arith::NEG.name
        {
            sorted = self.f.nodes[sorted].args[0];
        }
        let x = self.outs[from.index()][0];
        if sorted != from || !b.ty(x).has(axis) {
            return None;
        }
        let moved = match moving {
            Moving::Bars(bars) => {
                let data = [self.outs[node.args[1].index()][0]];
                let passes = |a: AxisId| b.ty(x).has(a) && a != axis;
                let over: Vec<AxisId> = node.ty().axes.iter().copied().filter(|&a| !passes(a)).collect();
                transpose_read(b, bars[0]?, index, &data, &over)
            }
            Moving::Dots(dots, _) => dots[0]?,
        };
        let sorted = (self.outs[order.index()][0], bind.results[0][0]);
        let in_order = |b: &mut Builder, v: NodeId| {
            let v = spread(b, v, &[axis]);
            b.read(v, vec![(axis, Index::data(0))], &[sorted.0], None)
        };
        let (x, moved) = (in_order(b, x), in_order(b, moved));
        let next = following(b, sorted.1)?;
        let (left, right) = next.of(b, x);
        let equal = b.eq(left, right);
        let (left, right) = next.of(b, moved);
        let differ = b.map(&logic::NE, &[left, right]);
        Some(Kink { here: b.map(&logic::AND, &[equal, differ]), why: SORTED })
    }

    /// Neighbouring values of a factorisation with no gap between them: result `k`, along its axis.
    fn of_gap(
        &self,
        b: &mut Builder,
        id: NodeId,
        (k, axis): (usize, AxisId),
        moving: Moving<'_>,
    ) -> Option<Kink> {
        let d = self.outs[id.index()][k];
        let next = following(b, axis)?;
        let size = {
            let minus = b.neg(d);
            let size = b.map(&arith::MAX, &[d, minus]);
            b.fold(Monoid::Max, size, &[axis])
        };
        let epsilon = if b.scalar_of(d) == Scalar::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
        let rounding = b.like(d, CLOSED * epsilon);
        let most = b.mul(size, rounding);
        let (left, right) = next.of(b, d);
        let gap = b.sub(left, right);
        let minus = b.neg(gap);
        let gap = b.map(&arith::MAX, &[gap, minus]);
        let closed = b.map(&logic::LE, &[gap, most]);
        let Moving::Bars(bars) = moving else { return Some(Kink { here: closed, why: GAP }) };
        let mut moves = None;
        for (r, bar) in bars.iter().enumerate() {
            let Some(bar) = *bar else { continue };
            let moved = if r == k {
                let bar = spread(b, bar, &[axis]);
                let (left, right) = next.of(b, bar);
                b.map(&logic::NE, &[left, right])
            } else {
                // A cotangent of vectors counts as a whole.
                let Op::Library { bind, .. } = &self.f.nodes[id].op else { continue };
                nonzero_over(b, bar, &bind.results[r])
            };
            moves = Some(moves.map_or(moved, |all| b.map(&logic::OR, &[all, moved])));
        }
        Some(Kink { here: both(b, closed, moves), why: GAP })
    }
}

/// A cotangent, tangent or condition that waits for what is seen.
pub(crate) fn after(b: &mut Builder, seen: NodeId, value: NodeId) -> NodeId {
    match b.scalar_of(value) {
        Scalar::Bool => b.map(&logic::AND, &[value, seen]),
        _ => keep_where(b, seen, value),
    }
}

/// The trace that shows where a kink is met; none if it cannot be looked at from here.
fn report(b: &mut Builder, module: &mut Module, kink: &Kink) -> Option<NodeId> {
    let ty = b.ty(kink.here).clone();
    if b.as_const(kink.here) == Some(Bits::bool(false)) || dynamic_axis(b, &ty).is_some() {
        return None;
    }
    let around = b.site;
    let place = around.and_then(|s| module.sites.get(s));
    let (span, what) = match place {
        Some(site) => (site.span, format!("`{}`: {}", site.what, kink.why)),
        None => (Span::new(FileId(0), 0, 0), kink.why.to_string()),
    };
    b.site = Some(module.sites.push(Site { role: Role::Kink, ..Site::new(span, what) }));
    let bind = Binding { args: vec![ty.axes.to_vec()], results: vec![vec![]] };
    let seen = b.library(Routine::Trace, &[kink.here], bind);
    b.site = around;
    Some(seen)
}

fn both(b: &mut Builder, here: NodeId, moves: Option<NodeId>) -> NodeId {
    moves.map_or(here, |moves| b.map(&logic::AND, &[here, moves]))
}

fn nonzero(b: &mut Builder, x: NodeId) -> NodeId {
    let zero = b.like(x, 0.0);
    b.map(&logic::NE, &[x, zero])
}

/// Whether anything along some axes is not zero.
fn nonzero_over(b: &mut Builder, x: NodeId, axes: &[AxisId]) -> NodeId {
    let moved = nonzero(b, x);
    let here: Vec<AxisId> = axes.iter().copied().filter(|&a| b.ty(moved).has(a)).collect();
    b.fold(Monoid::Any, moved, &here)
}

/// Where the node with one result moves: its cotangent, or the tangent of argument `k`.
fn moves(b: &mut Builder, moving: Moving<'_>, k: usize) -> Option<NodeId> {
    let by = match moving {
        Moving::Bars(bars) => bars[0],
        Moving::Dots(dots, _) => dots[k],
    };
    by.map(|by| nonzero(b, by))
}

/// Whether any of several cotangents moves; each as a whole.
fn any_moves(b: &mut Builder, moving: Moving<'_>) -> Option<NodeId> {
    let Moving::Bars(bars) = moving else { return None };
    let mut all = None;
    for bar in bars.iter().flatten() {
        let axes = b.ty(*bar).axes.to_vec();
        let moved = nonzero_over(b, *bar, &axes);
        all = Some(all.map_or(moved, |all| b.map(&logic::OR, &[all, moved])));
    }
    all
}

/// Where two tangents differ; a missing one is zero. None if both are missing.
fn differ(b: &mut Builder, x: Option<NodeId>, y: Option<NodeId>) -> Option<NodeId> {
    match (x, y) {
        (Some(x), Some(y)) => Some(b.map(&logic::NE, &[x, y])),
        (Some(x), None) | (None, Some(x)) => Some(nonzero(b, x)),
        (None, None) => None,
    }
}

fn not_finite(b: &mut Builder, x: NodeId) -> NodeId {
    let minus = b.neg(x);
    let size = b.map(&arith::MAX, &[x, minus]);
    let infinity = b.like(x, f64::INFINITY);
    let finite = b.map(&logic::LT, &[size, infinity]);
    b.map(&logic::NOT, &[finite])
}

/// Neighbours along an axis.
struct Following {
    axis: AxisId,
    pairs: AxisId,
}

fn following(b: &mut Builder, axis: AxisId) -> Option<Following> {
    let n = b.func().axes[axis].known().filter(|&n| n > 1)?;
    Some(Following { axis, pairs: b.axis(Extent::Static(n - 1)) })
}

impl Following {
    /// Each element but the last, and the one after it.
    fn of(&self, b: &mut Builder, x: NodeId) -> (NodeId, NodeId) {
        let at = |offset| Index { terms: vec![(self.pairs, 1)], offset, data: None };
        let mut read = |offset| b.read(x, vec![(self.axis, at(offset))], &[], None);
        (read(0), read(1))
    }
}
