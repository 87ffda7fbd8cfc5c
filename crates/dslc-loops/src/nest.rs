//! Loop nests over static axes: merges loops that run through memory in one piece, makes the innermost one a
//! vector loop where it can be, and cuts its range where reads with a fill leave their array.
//!
//! What a nest does is given as a body that emits one point. The body is first emitted in *trials* that are thrown
//! away: they show every address, so no second description of what a body reads is needed.

use std::collections::HashSet;

use dslc_ir::mach::{Cmp, Lane, Mach, V};
use dslc_ir::{AxisId, Scalar};

use crate::emit::{Assume, Flags, Trial};
use crate::frame::{Frame, Lower};
use crate::index::{Env, LANE, Sum, TRUST};
use crate::program::{Count, Stmt};
use crate::vectors;

/// Above this many rounds the outermost loop of a nest looks for an interrupt.
const POLL: i64 = 1 << 22;
/// Bodies up to this many statements are emitted four vectors at a time.
const UNROLL: usize = 40;

/// What a nest may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drive {
    /// The width of its vectors, if it may have any.
    pub(crate) vector: Option<u8>,
    /// Whether short bodies are emitted four vectors at a time.
    pub(crate) unroll: bool,
    /// Whether the innermost range may be cut at the edges of reads with a fill.
    pub(crate) split: bool,
    /// How many elements a point looks at.
    pub(crate) weight: i64,
}

impl Drive {
    /// Everything a nest can do that stores elements of this type.
    pub(crate) fn storing(scalar: Scalar) -> Self {
        Self { vector: vectors::lanes(dslc_ir::prim::lane(scalar)), unroll: true, split: true, weight: 1 }
    }
    /// Plain loops.
    pub(crate) const PLAIN: Drive = Drive { vector: None, unroll: false, split: false, weight: 1 };
}

/// Emits one point of a nest.
pub(crate) type Body<'b, 'm> = dyn Fn(&mut Lower<'m>, &Env) + 'b;

/// One loop of a nest, over one axis or several merged ones.
#[derive(Clone, Debug)]
struct Loop {
    /// Slowest first; the position is counted along the last.
    axes: Vec<AxisId>,
    extent: i64,
}

impl Loop {
    /// Puts a position into an environment.
    fn place(&self, env: &mut Env, at: Sum) {
        let Some((last, others)) = self.axes.split_last() else { return };
        if others.is_empty() {
            return env.set(*last, at);
        }
        env.set(*last, at.plus(&Sum::register(TRUST), 1));
        for &axis in others {
            env.set(axis, Sum::register(TRUST));
        }
    }
}

/// What a trial showed: every address, and the registers that are used for more than addresses.
#[derive(Default, Debug)]
pub(crate) struct Reach {
    pub(crate) addresses: Vec<Vec<(V, i64)>>,
    pub(crate) opaque: HashSet<V>,
    pub(crate) statements: usize,
}

impl Reach {
    /// Of a trial.
    pub(crate) fn of(trial: &Trial) -> Self {
        let mut reach = Reach::default();
        reach.block(&trial.block);
        reach.opaque.extend(trial.bounded.iter().copied());
        reach
    }
    fn block(&mut self, block: &[Stmt]) {
        let mut work: Vec<&[Stmt]> = vec![block];
        while let Some(block) = work.pop() {
            for stmt in block {
                self.statements += 1;
                match stmt {
                    Stmt::Op(_, op) => self.opaque.extend(op.operands()),
                    Stmt::Set(_, v) | Stmt::Get(_, v) | Stmt::Splat(_, v) | Stmt::Ramp(_, v) => {
                        self.opaque.insert(*v);
                    }
                    Stmt::Load(_, a) => self.addresses.push(a.terms.clone()),
                    Stmt::Store(a, v) => {
                        self.addresses.push(a.terms.clone());
                        self.opaque.insert(*v);
                    }
                    Stmt::Extract { .. } => {}
                    Stmt::Fail(fail) => {
                        self.opaque.insert(fail.when);
                        self.opaque.extend(fail.index.iter().flat_map(|i| [i.0, i.1]));
                    }
                    Stmt::For(l) => {
                        for count in [l.start, l.end] {
                            if let Count::Register(v) = count {
                                self.opaque.insert(v);
                            }
                        }
                        work.push(&l.body);
                    }
                    Stmt::If { cond, then, otherwise } => {
                        self.opaque.insert(*cond);
                        work.extend([then.as_slice(), otherwise.as_slice()]);
                    }
                    Stmt::While(w) => work.extend([w.before.as_slice(), w.body.as_slice()]),
                    Stmt::Kernel(_) | Stmt::Alloc { .. } => {}
                }
            }
        }
    }
    /// Whether counting `inner` on through its end is the same as one step of `outer`, everywhere.
    pub(crate) fn merges(&self, outer: V, inner: V, extent: i64) -> bool {
        let of = |terms: &[(V, i64)], v: V| terms.iter().find(|t| t.0 == v).map_or(0, |t| t.1);
        !self.opaque.contains(&outer)
            && !self.opaque.contains(&inner)
            && self
                .addresses
                .iter()
                .all(|a| of(a, outer) as i128 == of(a, inner) as i128 * i128::from(extent))
    }
}

/// A nest that is ready to be emitted.
#[derive(Debug)]
struct Nest {
    loops: Vec<Loop>,
    /// The positions along axes without a loop.
    base: Env,
    vector: Option<u8>,
    /// How many vectors a round of the main loop takes.
    copies: usize,
    split: bool,
    weight: i64,
}

/// The innermost loop while it is emitted.
#[derive(Clone, Copy, Debug)]
struct Run<'n> {
    nest: &'n Nest,
    inner: &'n Loop,
    env: &'n Env,
    poll: bool,
    assume: bool,
}

/// Merges neighbouring loops that step through everything in one piece.
fn merged(loops: Vec<Loop>, registers: &[V], reach: &Reach) -> Vec<Loop> {
    let mut result: Vec<(Loop, V)> = Vec::new();
    for (l, &register) in loops.into_iter().zip(registers) {
        match result.last_mut() {
            Some((outer, v)) if reach.merges(*v, register, l.extent) => {
                outer.axes.extend(l.axes);
                outer.extent = outer.extent.saturating_mul(l.extent);
                *v = register;
            }
            _ => result.push((l, register)),
        }
    }
    result.into_iter().map(|(l, _)| l).collect()
}

impl<'m> Lower<'m> {
    /// Emits a nest over these axes, slowest first, in that order; along other axes the point is `at`.
    pub(crate) fn drive(
        &mut self,
        f: &Frame<'m>,
        at: &Env,
        axes: &[AxisId],
        drive: Drive,
        body: &Body<'_, 'm>,
    ) {
        let mut base = at.clone();
        let mut loops = Vec::new();
        for &axis in axes {
            match f.extent(axis) {
                0 => return,
                1 => base.set(axis, Sum::default()),
                extent => loops.push(Loop { axes: vec![axis], extent }),
            }
        }
        if loops.is_empty() {
            return body(self, &base);
        }
        let (trial, registers) = self.trial(&loops, &base, drive.split, None, body);
        let split = !trial.constraints.is_empty();
        if !split {
            loops = merged(loops, &registers, &Reach::of(&trial));
        }
        let mut nest = Nest { loops, base, vector: None, copies: 1, split, weight: drive.weight };
        let inner = nest.loops.last().map_or(0, |l| l.extent);
        if let Some(width) = drive.vector.filter(|w| inner >= i64::from(*w)) {
            let (trial, _) = self.trial(&nest.loops, &nest.base, split, Some(width), body);
            if !trial.refused {
                nest.vector = Some(width);
                let short = Reach::of(&trial).statements <= UNROLL;
                nest.copies = if drive.unroll && short && inner >= 4 * i64::from(width) { 4 } else { 1 };
            }
        }
        self.emit_nest(&nest, body);
    }

    /// Emits a body once and throws it away; gives the index registers too.
    fn trial(
        &mut self,
        loops: &[Loop],
        base: &Env,
        split: bool,
        vector: Option<u8>,
        body: &Body<'_, 'm>,
    ) -> (Trial, Vec<V>) {
        let mark = self.em.begin_trial();
        let (floor, outer) = (self.em.load_floor, self.em.vector);
        let mut env = base.clone();
        let mut registers = Vec::new();
        for (k, l) in loops.iter().enumerate() {
            let last = k + 1 == loops.len();
            let width = vector.filter(|_| last).map_or(1, i64::from);
            let index = self.em.open_loop(l.extent - width + 1, false);
            let lane = if last && vector.is_some() { Sum::register(LANE) } else { Sum::default() };
            l.place(&mut env, Sum::register(index).plus(&lane, 1));
            registers.push(index);
        }
        self.em.assume = match registers.last() {
            Some(&inner) if split => Some(Assume { inner, constraints: Vec::new() }),
            _ => None,
        };
        self.em.vector = vector;
        body(self, &env);
        self.em.vector = outer;
        self.em.load_floor = floor;
        self.em.fragile = false;
        for &index in registers.iter().rev() {
            self.em.close_loop(index, (Count::Known(0), Count::Known(2)), 1, Flags::default());
        }
        (self.em.end_trial(mark), registers)
    }

    fn emit_nest(&mut self, nest: &Nest, body: &Body<'_, 'm>) {
        let Some((inner, outer)) = nest.loops.split_last() else { return };
        let total = nest.loops.iter().fold(nest.weight, |n, l| n.saturating_mul(l.extent));
        let mut poll = total >= POLL;
        let mut env = nest.base.clone();
        let mut open = Vec::new();
        for l in outer {
            let index = self.em.open_loop(l.extent, false);
            l.place(&mut env, Sum::register(index));
            open.push((index, l.extent, std::mem::take(&mut poll)));
        }
        let run = Run { nest, inner, env: &env, poll, assume: false };
        if nest.split {
            self.split_range(&run, body);
        } else {
            self.range(&run, (Count::Known(0), Count::Known(inner.extent)), body);
        }
        for (index, extent, poll) in open.into_iter().rev() {
            let flags = Flags { poll, progress: false };
            self.em.close_loop(index, (Count::Known(0), Count::Known(extent)), 1, flags);
        }
    }

    /// The innermost loop in three: before every read is inside, while, and after.
    fn split_range(&mut self, run: &Run<'_>, body: &Body<'_, 'm>) {
        let n = run.inner.extent;
        let (low, high) = self.inner_bounds(run, body);
        let (zero, end) = (Count::Known(0), Count::Known(n));
        let (low, high) = (self.em.count(low), self.em.count(high));
        self.steps(run, (zero, low), None, 1, body);
        // Inside, reads are taken to be so: the same body, with the assumption on.
        self.range(&Run { assume: true, ..*run }, (low, high), body);
        self.steps(run, (high, end), None, 1, body);
    }
    /// Where every assumed read is inside: emits the body once to learn what it assumes. Work that is invariant in
    /// the loop stays where it was hoisted to; the rest is thrown away.
    fn inner_bounds(&mut self, run: &Run<'_>, body: &Body<'_, 'm>) -> (V, V) {
        let n = run.inner.extent;
        let inner = self.em.open_loop(n, false);
        self.em.assume = Some(Assume { inner, constraints: Vec::new() });
        let level = self.em.level();
        let memo = std::mem::replace(&mut self.em.memo_floor, level);
        let mut env = run.env.clone();
        run.inner.place(&mut env, Sum::register(inner));
        body(self, &env);
        self.em.memo_floor = memo;
        let constraints = self.em.assume.take().map_or_else(Vec::new, |a| a.constraints);
        self.em.close();
        self.em.fragile = false;
        let (zero, end) = (self.em.int(0), self.em.int(n));
        let (mut low, mut high) = (zero, end);
        for (at, extent) in constraints {
            let c = self.em.sum(&at.without(inner));
            let e = self.em.int(extent);
            match at.coefficient(inner) {
                1 => {
                    let (a, b) = (self.isub(zero, c), self.isub(e, c));
                    low = self.pick(Cmp::Gt, low, a);
                    high = self.pick(Cmp::Lt, high, b);
                }
                -1 => {
                    let b = self.em.sum(&at.without(inner).shifted(1));
                    let a = self.isub(b, e);
                    low = self.pick(Cmp::Gt, low, a);
                    high = self.pick(Cmp::Lt, high, b);
                }
                _ => {
                    let good = self.em.op(Mach::ICmp(Cmp::Ge, c, zero), Lane::Bool);
                    let under = self.em.op(Mach::ICmp(Cmp::Lt, c, e), Lane::Bool);
                    let good = self.em.op(Mach::And(good, under), Lane::Bool);
                    high = self.em.op(Mach::Select(good, high, zero), Lane::I64);
                }
            }
        }
        let low = self.pick(Cmp::Lt, low, end);
        let high = self.pick(Cmp::Gt, high, low);
        (low, high)
    }
    fn isub(&mut self, a: V, b: V) -> V {
        self.em.op(Mach::ISub(a, b), Lane::I64)
    }
    fn pick(&mut self, cmp: Cmp, a: V, b: V) -> V {
        let first = self.em.op(Mach::ICmp(cmp, a, b), Lane::Bool);
        self.em.op(Mach::Select(first, a, b), Lane::I64)
    }

    /// The innermost loop over a range: vectors, then what is left.
    fn range(&mut self, run: &Run<'_>, (start, end): (Count, Count), body: &Body<'_, 'm>) {
        let Some(width) = run.nest.vector else {
            return self.steps(run, (start, end), None, 1, body);
        };
        let mut start = start;
        let mut widths = vec![(run.nest.copies, i64::from(width))];
        if run.nest.copies > 1 {
            widths.push((1, i64::from(width)));
        }
        for (copies, width) in widths {
            let stop = self.rounded(start, end, copies as i64 * width);
            self.steps(run, (start, stop), Some(width as u8), copies, body);
            start = stop;
        }
        self.steps(run, (start, end), None, 1, body);
    }
    /// The last position before `end` that whole steps from `start` reach.
    fn rounded(&mut self, start: Count, end: Count, step: i64) -> Count {
        if let (Count::Known(a), Count::Known(b)) = (start, end) {
            return Count::Known(a + (b - a).max(0) / step * step);
        }
        let (a, b) = (self.bound(start), self.bound(end));
        let length = self.isub(b, a);
        let mask = self.em.int(-step);
        let whole = self.em.op(Mach::And(length, mask), Lane::I64);
        let stop = self.em.op(Mach::IAdd(a, whole), Lane::I64);
        self.em.count(stop)
    }
    /// A bound as a register.
    pub(crate) fn bound(&mut self, count: Count) -> V {
        match count {
            Count::Known(n) => self.em.int(n),
            Count::Register(v) => v,
        }
    }

    /// One loop over a range in steps of `copies` vectors, or of one.
    fn steps(
        &mut self,
        run: &Run<'_>,
        (start, end): (Count, Count),
        vector: Option<u8>,
        copies: usize,
        body: &Body<'_, 'm>,
    ) {
        let width = vector.map_or(1, i64::from);
        let step = width * copies as i64;
        let known = match (start, end) {
            (Count::Known(a), Count::Known(b)) if a >= b => return,
            // An assumption is made of positions that have the index in them.
            (Count::Known(a), Count::Known(b)) if b - a <= step && !run.assume => Some(a),
            _ => None,
        };
        self.em.open(false);
        let index = self.em.define(Lane::I64, 1);
        self.em.set_range(index, 0, (run.inner.extent - step).max(0));
        let outer = self.em.vector;
        self.em.vector = vector;
        if run.assume {
            self.em.assume = Some(Assume { inner: index, constraints: Vec::new() });
        }
        for copy in 0..copies as i64 {
            let mut at = known.map_or_else(|| Sum::register(index), Sum::constant).shifted(copy * width);
            if vector.is_some() {
                at.add_term(LANE, 1);
            }
            let mut env = run.env.clone();
            run.inner.place(&mut env, at);
            body(self, &env);
        }
        self.em.vector = outer;
        self.em.assume = None;
        self.em.fragile = false;
        let flags = Flags { poll: run.poll, progress: false };
        if known.is_some() {
            let block = self.em.close();
            block.into_iter().for_each(|s| self.em.push(s));
        } else {
            self.em.close_loop(index, (start, end), step, flags);
        }
    }
}
