//! Folds, in the one order that is defined: lanes, then a tree; blocks of 4,096, then the same over their results.
//!
//! ```text
//! lane l = x[l] + x[l + L] + x[l + 2 L] + ...      from the left
//! lanes  = l with l + L/2, then l with l + L/4, ... those that there are
//! ```
//!
//! One piece of code emits that order for scalars, for vectors along the folded axis (which are the lanes) and for
//! vectors along an axis of the result (each lane of a vector is a fold of its own).

use dslc_ir::mach::{Cmp, Lane, Mach, V};
use dslc_ir::prim::lane;
use dslc_ir::{AxisId, Monoid, NodeId, Op, Scalar};

use crate::emit::Flags;
use crate::frame::{Frame, Lower, by_stride};
use crate::index::{Env, Home, LANE, Sum, TRUST};
use crate::nest::{Drive, Reach};
use crate::program::{BufferId, Count, Origin};
use crate::vectors;

/// The length of a block.
const BLOCK: i64 = 4096;
/// Up to this many statements are written out.
const SPACE: i64 = 640;

/// A fold that is about to be emitted.
#[derive(Debug)]
struct Fold {
    monoid: Monoid,
    scalar: Scalar,
    origin: Origin,
    x: NodeId,
    /// The folded axes that have more than one position, slowest first, with their extents.
    axes: Vec<(AxisId, i64)>,
    /// The number of elements.
    n: i64,
    /// Whether the elements can be counted along the last axis through all of them.
    flat: bool,
    /// The statements of one element.
    cost: i64,
    /// The width of vectors along the folded axis, if it may be one.
    along: Option<u8>,
    /// Room for the lanes, with vectors.
    lanes: BufferId,
    /// Room for the results of blocks, of blocks of blocks, ...
    blocks: Vec<BufferId>,
}

/// What is folded.
#[derive(Clone, Copy, Debug)]
enum Source<'s> {
    /// The fold's argument at an outer point.
    Node(&'s Env),
    /// The results of blocks, this many elements apart.
    Results(BufferId, i64),
}

/// Counts through several axes, one variable for each.
#[derive(Debug)]
struct Cursor(Vec<V>);

impl<'m> Lower<'m> {
    /// Emits a fold as loops.
    pub(crate) fn fold(&mut self, f: &mut Frame<'m>, node: NodeId) {
        let Op::Fold { monoid, axes } = &f.func.nodes[node].op else { return };
        let fold = self.prepare(f, node, *monoid, axes);
        let out = f.func.ty(node).axes.to_vec();
        if out.is_empty() {
            let v = self.fold_at(f, &fold, &Env::default());
            f.settle(node, 0, Home::Register(v), None);
        } else {
            let order = match f.target(node, 0) {
                Some(view) => by_stride(&view, &out),
                None => self.order_of(f, fold.x, &out, axes),
            };
            let (view, owner) = self.room(f, node, 0, &order);
            let vector = if fold.along.is_some() { None } else { vectors::lanes(lane(fold.scalar)) };
            self.drive(
                f,
                &Env::default(),
                &order,
                Drive { vector, weight: fold.n.max(1), ..Drive::PLAIN },
                &|s, env| {
                    let v = s.fold_at(f, &fold, env);
                    s.em.store(view.buffer, &view.address(env), v);
                },
            );
            f.settle(node, 0, Home::View(view), owner);
        }
        for buffer in fold.blocks.into_iter().chain([fold.lanes]) {
            self.em.release(buffer);
        }
    }

    fn prepare(&mut self, f: &Frame<'m>, node: NodeId, monoid: Monoid, axes: &[AxisId]) -> Fold {
        let x = f.func.nodes[node].args[0];
        let scalar = f.func.ty(x).scalar;
        let n = axes.iter().fold(1i64, |n, &a| n.saturating_mul(f.extent(a)));
        let width = vectors::lanes(lane(scalar)).map_or(1, u64::from);
        let mut blocks = Vec::new();
        let mut left = n;
        while !monoid.is_selective() && left > BLOCK {
            left = (left + BLOCK - 1) / BLOCK;
            blocks.push(self.em.temporary(scalar, left as u64 * width));
        }
        let lanes = self.em.temporary(scalar, lane_count(scalar) as u64 * width);
        let long = axes.iter().map(|&a| (a, f.extent(a))).filter(|a| a.1 > 1).collect();
        let origin = f.origin(node);
        let mut fold = Fold {
            monoid,
            scalar,
            origin,
            x,
            axes: long,
            n,
            flat: true,
            cost: 1,
            along: None,
            lanes,
            blocks,
        };
        if n > 0 && f.func.ty(node).axes.iter().all(|&a| f.extent(a) > 0) {
            self.look(f, &mut fold, &f.func.ty(node).axes);
        }
        fold
    }
    /// Learns from a trial whether the elements lie in one piece and can be vectors.
    fn look(&mut self, f: &Frame<'m>, fold: &mut Fold, out: &[AxisId]) {
        let (reach, registers, _) = self.element_trial(f, fold, out, None);
        fold.flat =
            registers.windows(2).zip(fold.axes.windows(2)).all(|(r, a)| reach.merges(r[0], r[1], a[1].1));
        fold.cost = reach.statements as i64 + 2;
        let width = vectors::lanes(lane(fold.scalar));
        if fold.flat && joins_vectors(fold) && fold.n >= lane_count(fold.scalar) && width.is_some() {
            let (_, _, good) = self.element_trial(f, fold, out, width);
            fold.along = width.filter(|_| good);
        }
    }
    /// Emits one element and throws it away: what it reads, the registers of the folded axes, and whether it was a
    /// vector.
    fn element_trial(
        &mut self,
        f: &Frame<'m>,
        fold: &Fold,
        out: &[AxisId],
        vector: Option<u8>,
    ) -> (Reach, Vec<V>, bool) {
        let mark = self.em.begin_trial();
        let mut env = Env::default();
        let mut indices = Vec::new();
        for &axis in out {
            if f.extent(axis) > 1 {
                indices.push(self.em.open_loop(f.extent(axis), false));
                env.set(axis, Sum::register(indices[indices.len() - 1]));
            }
        }
        let mut registers = Vec::new();
        let value = if vector.is_some() {
            let width = vector.map_or(1, i64::from);
            let index = self.em.open_loop(fold.n - width + 1, false);
            indices.push(index);
            self.em.vector = vector;
            let at = Sum::register(index).plus(&Sum::register(LANE), 1);
            let value = self.element(f, fold, Source::Node(&env), &at, None);
            self.em.vector = None;
            value
        } else {
            for &(axis, extent) in &fold.axes {
                registers.push(self.em.open_loop(extent, false));
                env.set(axis, Sum::register(registers[registers.len() - 1]));
            }
            indices.extend(&registers);
            self.eval(f, fold.x, &env)
        };
        let wide = Some(self.em.ty(value).width) == vector;
        for &index in indices.iter().rev() {
            self.em.close_loop(index, (Count::Known(0), Count::Known(2)), 1, Flags::default());
        }
        let trial = self.em.end_trial(mark);
        (Reach::of(&trial), registers, wide && !trial.refused)
    }

    /// The value of a fold at a point.
    fn fold_at(&mut self, f: &Frame<'m>, fold: &Fold, env: &Env) -> V {
        if fold.n == 0 {
            let unit = fold.monoid.unit(fold.scalar);
            return self.em.constant(lane(fold.scalar), unit.bits);
        }
        let written_out = fold.n <= 64 && fold.n * fold.cost <= SPACE;
        let cursor = (!fold.flat && !written_out).then(|| {
            let zero = self.em.int(0);
            Cursor(fold.axes.iter().map(|_| self.em.variable(zero)).collect())
        });
        self.fold_source(f, fold, Source::Node(env), fold.n, cursor.as_ref(), 0)
    }
    fn fold_source(
        &mut self,
        f: &Frame<'m>,
        fold: &Fold,
        source: Source<'_>,
        n: i64,
        cursor: Option<&Cursor>,
        depth: usize,
    ) -> V {
        let Some(&results) = fold.blocks.get(depth) else {
            return self.block(f, fold, source, &Sum::default(), n, cursor);
        };
        let width = self.em.vector.map_or(1, i64::from);
        let (full, tail) = (n / BLOCK, n % BLOCK);
        let index = self.em.open_loop(full, false);
        let base = Sum { offset: 0, terms: vec![(index, BLOCK)] };
        let v = self.block(f, fold, source, &base, BLOCK, cursor);
        self.em.store_whole(results, &Sum { offset: 0, terms: vec![(index, width)] }, v);
        let flags = Flags { poll: n > 1 << 22, progress: false };
        self.em.close_loop(index, (Count::Known(0), Count::Known(full)), 1, flags);
        if tail > 0 {
            let v = self.block(f, fold, source, &Sum::constant(full * BLOCK), tail, cursor);
            self.em.store_whole(results, &Sum::constant(full * width), v);
        }
        let count = full + i64::from(tail > 0);
        self.fold_source(f, fold, Source::Results(results, width), count, None, depth + 1)
    }

    /// The fold of `n` elements from `base`, as lanes and a tree.
    fn block(
        &mut self,
        f: &Frame<'m>,
        fold: &Fold,
        source: Source<'_>,
        base: &Sum,
        n: i64,
        cursor: Option<&Cursor>,
    ) -> V {
        let lanes = lane_count(fold.scalar);
        let from_node = matches!(source, Source::Node(_));
        let along = if from_node || self.em.vector.is_some() {
            fold.along
        } else {
            vectors::lanes(lane(fold.scalar)).filter(|_| joins_vectors(fold))
        };
        let cost = if from_node { fold.cost } else { 2 };
        match along {
            Some(width) if n >= lanes => self.along(f, fold, source, base, n, width),
            _ if lanes.min(n) * cost <= SPACE => self.rounds(f, fold, source, base, n, cursor),
            _ => self.in_memory(f, fold, source, base, n, cursor),
        }
    }

    /// Lanes in registers; a round of a loop takes one element for each.
    fn rounds(
        &mut self,
        f: &Frame<'m>,
        fold: &Fold,
        source: Source<'_>,
        base: &Sum,
        n: i64,
        cursor: Option<&Cursor>,
    ) -> V {
        let lanes = lane_count(fold.scalar);
        let mut acc: Vec<V> = Vec::new();
        for l in 0..lanes.min(n) {
            acc.push(self.element(f, fold, source, &base.clone().shifted(l), cursor));
        }
        let cost = if matches!(source, Source::Node(_)) { fold.cost } else { 2 };
        let written_out = n <= 64 && n * cost <= SPACE;
        let full = if written_out { lanes.min(n) } else { n / lanes * lanes };
        if full > lanes {
            let variables: Vec<V> = acc.iter().map(|&a| self.em.variable(a)).collect();
            let index = self.open_range(lanes, full, lanes);
            for (l, &variable) in variables.iter().enumerate() {
                let at = base.clone().plus(&Sum::register(index), 1).shifted(l as i64);
                let x = self.element(f, fold, source, &at, cursor);
                self.accumulate(fold, variable, x);
            }
            let bounds = (Count::Known(lanes), Count::Known(full));
            self.em.close_loop(index, bounds, lanes, Flags::default());
            acc = variables.iter().map(|&v| self.em.get(v)).collect();
        }
        for p in full.max(acc.len() as i64)..n {
            let x = self.element(f, fold, source, &base.clone().shifted(p), cursor);
            let l = (p % lanes) as usize;
            acc[l] = self.combine(fold.monoid, fold.scalar, acc[l], x, fold.origin);
        }
        self.tree(fold, acc, lanes as usize)
    }
    fn accumulate(&mut self, fold: &Fold, variable: V, x: V) {
        let old = self.em.get(variable);
        let new = self.combine(fold.monoid, fold.scalar, old, x, fold.origin);
        self.em.push(crate::program::Stmt::Set(variable, new));
    }
    fn open_range(&mut self, start: i64, end: i64, step: i64) -> V {
        let index = self.em.open_loop(end, false);
        self.em.set_range(index, start, (end - step).max(start));
        index
    }

    /// Joins lanes as a balanced tree.
    fn tree(&mut self, fold: &Fold, mut acc: Vec<V>, lanes: usize) -> V {
        let mut half = lanes / 2;
        while half > 0 {
            for l in half..acc.len().min(2 * half) {
                acc[l - half] = self.combine(fold.monoid, fold.scalar, acc[l - half], acc[l], fold.origin);
            }
            acc.truncate(half);
            half /= 2;
        }
        acc[0]
    }

    /// Lanes are the lanes of vectors along the folded axis.
    fn along(&mut self, f: &Frame<'m>, fold: &Fold, source: Source<'_>, base: &Sum, n: i64, width: u8) -> V {
        let (lanes, w) = (lane_count(fold.scalar), i64::from(width));
        let full = n / lanes * lanes;
        let at = |p: i64| base.clone().shifted(p).plus(&Sum::register(LANE), 1);
        self.em.vector = Some(width);
        let mut acc: Vec<V> =
            (0..lanes / w).map(|u| self.element(f, fold, source, &at(u * w), None)).collect();
        if full > lanes {
            let variables: Vec<V> = acc.iter().map(|&a| self.em.variable(a)).collect();
            let index = self.open_range(lanes, full, lanes);
            for (u, &variable) in variables.iter().enumerate() {
                let at = at(u as i64 * w).plus(&Sum::register(index), 1);
                let x = self.element(f, fold, source, &at, None);
                self.accumulate(fold, variable, x);
            }
            let bounds = (Count::Known(lanes), Count::Known(full));
            self.em.close_loop(index, bounds, lanes, Flags::default());
            acc = variables.iter().map(|&v| self.em.get(v)).collect();
        }
        let rest = n - full;
        for u in 0..rest / w {
            let x = self.element(f, fold, source, &at(full + u * w), None);
            let k = u as usize;
            acc[k] = self.combine(fold.monoid, fold.scalar, acc[k], x, fold.origin);
        }
        if rest % w == 0 {
            let mut half = acc.len() / 2;
            while half > 0 {
                for u in 0..half {
                    acc[u] = self.combine(fold.monoid, fold.scalar, acc[u], acc[u + half], fold.origin);
                }
                half /= 2;
            }
            acc.truncate(1);
        }
        self.em.vector = None;
        let mut scalars: Vec<V> = Vec::new();
        for &v in &acc {
            scalars.extend((0..width).map(|l| self.em.extract(v, l)));
        }
        for p in full + rest / w * w..n {
            let x = self.element(f, fold, source, &base.clone().shifted(p), None);
            let l = (p - full) as usize;
            scalars[l] = self.combine(fold.monoid, fold.scalar, scalars[l], x, fold.origin);
        }
        let count = scalars.len();
        self.tree(fold, scalars, count)
    }

    /// Lanes in memory: the body is written out twice only, however long it is.
    fn in_memory(
        &mut self,
        f: &Frame<'m>,
        fold: &Fold,
        source: Source<'_>,
        base: &Sum,
        n: i64,
        cursor: Option<&Cursor>,
    ) -> V {
        let lanes = lane_count(fold.scalar);
        let width = self.em.vector.unwrap_or(1);
        let w = i64::from(width);
        let first = lanes.min(n);
        let index = self.em.open_loop(first, false);
        let x = self.element(f, fold, source, &base.clone().plus(&Sum::register(index), 1), cursor);
        self.em.store_whole(fold.lanes, &Sum { offset: 0, terms: vec![(index, w)] }, x);
        self.em.close_loop(index, (Count::Known(0), Count::Known(first)), 1, Flags::default());
        if n > lanes {
            let index = self.open_range(lanes, n, 1);
            let x = self.element(f, fold, source, &base.clone().plus(&Sum::register(index), 1), cursor);
            let mask = self.em.int(lanes - 1);
            let l = self.em.op(Mach::And(index, mask), Lane::I64);
            let at = Sum { offset: 0, terms: vec![(l, w)] };
            let old = self.em.load_whole(fold.lanes, &at, width);
            let new = self.combine(fold.monoid, fold.scalar, old, x, fold.origin);
            self.em.store_whole(fold.lanes, &at, new);
            self.em.close_loop(index, (Count::Known(lanes), Count::Known(n)), 1, Flags::default());
        }
        let acc = (0..first).map(|l| self.em.load_whole(fold.lanes, &Sum::constant(l * w), width)).collect();
        self.tree(fold, acc, lanes as usize)
    }

    /// One element: at a position counted through all folded axes, or where the cursor stands, which moves on.
    fn element(
        &mut self,
        f: &Frame<'m>,
        fold: &Fold,
        source: Source<'_>,
        at: &Sum,
        cursor: Option<&Cursor>,
    ) -> V {
        let env = match source {
            Source::Results(buffer, apart) => {
                let lane = at.coefficient(LANE);
                let mut place = Sum::default().plus(&at.real(), apart);
                place.add_term(LANE, lane);
                return match self.em.vector {
                    Some(width) if lane == 0 => self.em.load_whole(buffer, &place, width),
                    _ => self.em.load_here(buffer, &place),
                };
            }
            Source::Node(env) => env,
        };
        let mut env = env.clone();
        match cursor {
            Some(cursor) => {
                for (&variable, &(axis, extent)) in cursor.0.iter().zip(&fold.axes) {
                    let v = self.em.get(variable);
                    self.em.set_range(v, 0, extent - 1);
                    env.set(axis, Sum::register(v));
                }
            }
            None if at.terms.is_empty() => digits(fold, at.offset, &mut env),
            None => {
                let merged = fold.axes.len() > 1;
                for (k, &(axis, _)) in fold.axes.iter().rev().enumerate() {
                    let trust = if merged { Sum::register(TRUST) } else { Sum::default() };
                    env.set(axis, if k == 0 { at.clone().plus(&trust, 1) } else { trust });
                }
            }
        }
        let v = self.eval(f, fold.x, &env);
        if let Some(cursor) = cursor {
            self.advance(fold, cursor, &env);
        }
        match self.em.vector {
            Some(width) => self.em.spread(v, width),
            None => v,
        }
    }
    /// Moves a cursor to the next element, row-major.
    fn advance(&mut self, fold: &Fold, cursor: &Cursor, env: &Env) {
        let one = self.em.int(1);
        let zero = self.em.int(0);
        let mut carry = None;
        for (&variable, &(axis, extent)) in cursor.0.iter().zip(&fold.axes).rev() {
            let old = self.em.sum(&env.get(axis));
            let step = match carry {
                None => one,
                Some(c) => self.em.op(Mach::Select(c, one, zero), Lane::I64),
            };
            let next = self.em.op(Mach::IAdd(old, step), Lane::I64);
            let end = self.em.int(extent);
            let wraps = self.em.op(Mach::ICmp(Cmp::Ge, next, end), Lane::Bool);
            let next = self.em.op(Mach::Select(wraps, zero, next), Lane::I64);
            self.em.push(crate::program::Stmt::Set(variable, next));
            carry = Some(wraps);
        }
    }
}

/// How many lanes a fold has: 128 bytes' worth.
fn lane_count(scalar: Scalar) -> i64 {
    128 / scalar.size() as i64
}

/// The position along each axis of an element that is known.
fn digits(fold: &Fold, at: i64, env: &mut Env) {
    let mut left = at;
    for &(axis, extent) in fold.axes.iter().rev() {
        env.set(axis, Sum::constant(left % extent));
        left /= extent;
    }
}

/// Whether the operation of a fold works on vectors; one that can fail does not.
fn joins_vectors(fold: &Fold) -> bool {
    let recipe = fold.monoid.combine().recipe(&[fold.scalar, fold.scalar]);
    recipe.ops.iter().all(|(op, _)| matches!(op, Mach::Arg(_)) || vectors::fits(op))
}
