//! Emits statements. An operation goes into the outermost open loop in which its operands are known, so
//! invariant work leaves loops as it is made; equal operations are shared; constants fold.

use std::collections::HashMap;

use dslc_base::IndexVec;
use dslc_ir::interpret::apply;
use dslc_ir::mach::{Cmp, Lane, Mach, Trap, V};
use dslc_ir::{NodeId, Scalar};

use crate::arena::Arena;
use crate::index::{LANE, Sum, TRUST};
use crate::program::{Address, Block, Buffer, BufferId, Count, Fail, For, Origin, Place, Register, Stmt};
use crate::vectors;

/// What is known of a register while emitting.
#[derive(Clone, Copy, Default, Debug)]
struct Fact {
    /// The scope that defines it.
    level: usize,
    constant: Option<u64>,
    /// Bounds of an `I64`, both inside.
    range: Option<(i64, i64)>,
}

/// Statements that can be shared.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Key {
    Op(Mach, Lane, u8),
    Splat(V, u8),
    Ramp(V),
    Fail(V, Origin, Trap, Option<(V, V)>),
}

/// A node of a frame at a point.
pub(crate) type Point = (u32, NodeId, Vec<Sum>);

/// An open block.
#[derive(Default, Debug)]
struct Scope {
    block: Block,
    /// The lowest level that work in this scope may be hoisted to.
    barrier: usize,
    shared: HashMap<Key, V>,
    /// The values of nodes at points, and whether they rest on an assumption.
    points: HashMap<Point, (V, bool)>,
}

/// A read with a fill that is taken to be inside: the position and the extent.
pub(crate) type Constraint = (Sum, i64);

/// Where positions outside are dealt with by splitting the range of the innermost loop.
#[derive(Clone, Debug)]
pub(crate) struct Assume {
    /// The innermost index.
    pub(crate) inner: V,
    /// What was assumed.
    pub(crate) constraints: Vec<Constraint>,
}

/// The state of emission.
#[derive(Debug, Default)]
pub(crate) struct Emitter {
    pub(crate) registers: Vec<Register>,
    facts: Vec<Fact>,
    scopes: Vec<Scope>,
    pub(crate) buffers: IndexVec<BufferId, Buffer>,
    pub(crate) arena: Arena,
    /// The width of vectors along [`LANE`], in a vector loop.
    pub(crate) vector: Option<u8>,
    /// Whether something could not be a vector.
    pub(crate) refused: bool,
    pub(crate) assume: Option<Assume>,
    /// Loads stay at this level or deeper: their addresses are only safe there.
    pub(crate) load_floor: usize,
    /// Values are remembered at this level or deeper: what is above it stays when the rest is thrown away.
    pub(crate) memo_floor: usize,
    /// Whether the value that is being made rests on an assumption.
    pub(crate) fragile: bool,
    /// Registers whose known range was used for more than a proof; they cannot be merged with others.
    pub(crate) bounded: Vec<V>,
}

/// What a trial emission would have made.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) block: Block,
    pub(crate) refused: bool,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) bounded: Vec<V>,
}

impl Emitter {
    /// An emitter with the program's own block open.
    pub(crate) fn new() -> Self {
        Self { scopes: vec![Scope::default()], ..Self::default() }
    }
    /// The level of the innermost open block.
    pub(crate) fn level(&self) -> usize {
        self.scopes.len() - 1
    }
    /// Opens a block; with a barrier nothing leaves it.
    pub(crate) fn open(&mut self, barrier: bool) {
        let level = self.scopes.len();
        let inherited = self.scopes.last().map_or(0, |s| s.barrier);
        self.scopes.push(Scope { barrier: if barrier { level } else { inherited }, ..Scope::default() });
    }
    /// Closes the innermost block and gives its statements.
    pub(crate) fn close(&mut self) -> Block {
        self.scopes.pop().expect("every close has its open").block
    }
    /// Appends to the innermost block.
    pub(crate) fn push(&mut self, stmt: Stmt) {
        self.push_at(self.level(), stmt);
    }
    fn push_at(&mut self, level: usize, stmt: Stmt) {
        self.scopes[level].block.push(stmt);
    }
    fn fresh(&mut self, register: Register, level: usize) -> V {
        let v = V(self.registers.len() as u32);
        self.registers.push(register);
        self.facts.push(Fact { level, ..Fact::default() });
        v
    }
    /// A register that the caller defines in the innermost block.
    pub(crate) fn define(&mut self, lane: Lane, width: u8) -> V {
        let level = self.level();
        self.fresh(Register::scalar(lane).with_width(width), level)
    }
    /// The type of a register.
    pub(crate) fn ty(&self, v: V) -> Register {
        self.registers[v.0 as usize]
    }
    /// The bits of a register that is constant.
    pub(crate) fn constant_of(&self, v: V) -> Option<u64> {
        self.facts[v.0 as usize].constant
    }
    /// The level of the block that defines a register.
    pub(crate) fn level_of(&self, v: V) -> usize {
        if v >= TRUST { 0 } else { self.facts[v.0 as usize].level }
    }
    /// Bounds of a register.
    pub(crate) fn range_of(&self, v: V) -> Option<(i64, i64)> {
        if v == LANE {
            return Some((0, i64::from(self.vector.unwrap_or(1)) - 1));
        }
        if v == TRUST {
            return Some((0, 0));
        }
        let fact = &self.facts[v.0 as usize];
        fact.range.or_else(|| fact.constant.map(|c| (c as i64, c as i64)))
    }
    /// Says between what an `I64` register lies.
    pub(crate) fn set_range(&mut self, v: V, low: i64, high: i64) {
        self.facts[v.0 as usize].range = Some((low, high));
    }
    /// Bounds of a sum, if they are known and far from overflow.
    pub(crate) fn sum_range(&self, sum: &Sum) -> Option<(i64, i64)> {
        let (mut low, mut high) = (i128::from(sum.offset), i128::from(sum.offset));
        for &(v, c) in &sum.terms {
            let (a, b) = self.range_of(v)?;
            let (a, b) = (i128::from(a) * i128::from(c), i128::from(b) * i128::from(c));
            low += a.min(b);
            high += a.max(b);
        }
        let limit = 1i128 << 62;
        (low > -limit && high < limit).then_some((low as i64, high as i64))
    }

    fn place(&self, raw: usize) -> usize {
        raw.max(self.scopes.last().map_or(0, |s| s.barrier))
    }
    fn find(&self, raw: usize, key: &Key) -> Option<V> {
        self.scopes[raw..].iter().find_map(|s| s.shared.get(key).copied())
    }
    /// A constant.
    pub(crate) fn constant(&mut self, lane: Lane, bits: u64) -> V {
        self.vector_constant(lane, bits, 1)
    }
    fn vector_constant(&mut self, lane: Lane, bits: u64, width: u8) -> V {
        let key = Key::Op(Mach::Const(bits), lane, width);
        if let Some(found) = self.find(0, &key) {
            return found;
        }
        let level = self.place(0);
        let v = self.fresh(Register::scalar(lane).with_width(width), level);
        if width == 1 {
            self.facts[v.0 as usize].constant = Some(bits);
        }
        self.push_at(level, Stmt::Op(v, Mach::Const(bits)));
        self.scopes[level].shared.insert(key, v);
        v
    }
    /// An `I64` constant.
    pub(crate) fn int(&mut self, x: i64) -> V {
        self.constant(Lane::I64, x as u64)
    }

    /// One machine operation. Operands may be scalars and vectors mixed: scalars are spread.
    pub(crate) fn op(&mut self, op: Mach, lane: Lane) -> V {
        if let Mach::Const(bits) = op {
            return self.constant(lane, bits);
        }
        if let Some(known) = self.fold(op, lane) {
            return known;
        }
        let width = op.operands().map(|v| self.ty(v).width).max().unwrap_or(1);
        let op = if width > 1 { self.widened(op, lane, width) } else { op };
        let raw = op.operands().map(|v| self.level_of(v)).max().unwrap_or(0);
        let key = Key::Op(op, lane, width);
        if let Some(found) = self.find(raw, &key) {
            return found;
        }
        let level = self.place(raw);
        let v = self.fresh(Register::scalar(lane).with_width(width), level);
        if width == 1 && lane == Lane::I64 {
            self.facts[v.0 as usize].range = self.op_range(op);
        }
        self.push_at(level, Stmt::Op(v, op));
        self.scopes[level].shared.insert(key, v);
        v
    }
    /// Spreads the scalar operands of a vector operation; refuses what vectors cannot do.
    fn widened(&mut self, op: Mach, lane: Lane, width: u8) -> Mach {
        let good = vectors::lanes(lane).is_none_or(|n| n == width);
        if !good || !vectors::fits(&op) || self.vector != Some(width) {
            self.refused = true;
        }
        match op {
            Mach::Shl(a, s) | Mach::ShrU(a, s) | Mach::ShrS(a, s) => {
                self.refused |= self.ty(s).width > 1;
                let a = self.spread(a, width);
                match op {
                    Mach::Shl(..) => Mach::Shl(a, s),
                    Mach::ShrU(..) => Mach::ShrU(a, s),
                    _ => Mach::ShrS(a, s),
                }
            }
            Mach::Select(c, a, b) => {
                let (a, b) = (self.spread(a, width), self.spread(b, width));
                Mach::Select(c, a, b)
            }
            other => other.map_operands(|v| self.spread(v, width)),
        }
    }
    /// A value in every lane of a vector.
    pub(crate) fn spread(&mut self, v: V, width: u8) -> V {
        let ty = self.ty(v);
        if ty.width == width {
            return v;
        }
        if let Some(bits) = self.constant_of(v) {
            return self.vector_constant(ty.lane, bits, width);
        }
        if ty.lane == Lane::Bool {
            let (yes, no) =
                (self.vector_constant(Lane::Bool, 1, width), self.vector_constant(Lane::Bool, 0, width));
            return self.op(Mach::Select(v, yes, no), Lane::Bool);
        }
        self.refused |= vectors::lanes(ty.lane) != Some(width);
        self.single(Key::Splat(v, width), v, Register::scalar(ty.lane).with_width(width), |to| {
            Stmt::Splat(to, v)
        })
    }
    /// `v, v + 1`.
    fn ramp(&mut self, v: V) -> V {
        self.refused |= self.vector != Some(2);
        self.single(Key::Ramp(v), v, Register::scalar(Lane::I64).with_width(2), |to| Stmt::Ramp(to, v))
    }
    fn single(&mut self, key: Key, from: V, register: Register, stmt: impl FnOnce(V) -> Stmt) -> V {
        let raw = self.level_of(from);
        if let Some(found) = self.find(raw, &key) {
            return found;
        }
        let level = self.place(raw);
        let to = self.fresh(register, level);
        self.push_at(level, stmt(to));
        self.scopes[level].shared.insert(key, to);
        to
    }
    /// One lane of a vector.
    pub(crate) fn extract(&mut self, from: V, lane: u8) -> V {
        let to = self.define(self.ty(from).lane, 1);
        self.push(Stmt::Extract { to, from, lane });
        to
    }

    /// The value of an operation that is known without running it.
    fn fold(&mut self, op: Mach, lane: Lane) -> Option<V> {
        if let Mach::Select(c, a, b) = op {
            if let Some(c) = self.constant_of(c) {
                return Some(if c != 0 { a } else { b });
            }
            if a == b {
                return Some(a);
            }
        }
        if let Mach::ICmp(cmp, a, b) = op
            && let Some(known) = self.compare_ranges(cmp, a, b)
        {
            return Some(self.constant(Lane::Bool, u64::from(known)));
        }
        if let Some(same) = self.neutral(op) {
            return Some(same);
        }
        if op.operands().any(|v| self.constant_of(v).is_none()) {
            return None;
        }
        let bits = apply(op, lane, |v| self.constant_of(v).unwrap_or(0), |v| self.ty(v).lane);
        Some(self.constant(lane, bits))
    }
    /// Integer and truth operations that give one of their operands.
    fn neutral(&self, op: Mach) -> Option<V> {
        let is = |v: V, x: u64| self.constant_of(v) == Some(x);
        match op {
            Mach::IAdd(a, b) if is(b, 0) => Some(a),
            Mach::IAdd(a, b) if is(a, 0) => Some(b),
            Mach::ISub(a, b) if is(b, 0) => Some(a),
            Mach::IMul(a, b) if is(b, 1) => Some(a),
            Mach::IMul(a, b) if is(a, 1) => Some(b),
            Mach::And(a, b) | Mach::Or(a, b) if a == b => Some(a),
            Mach::And(a, b) if self.ty(a).lane == Lane::Bool => {
                match (self.constant_of(a), self.constant_of(b)) {
                    (Some(1), _) => Some(b),
                    (_, Some(1)) => Some(a),
                    (Some(0), _) => Some(a),
                    (_, Some(0)) => Some(b),
                    _ => None,
                }
            }
            Mach::Or(a, b) if self.ty(a).lane == Lane::Bool => {
                match (self.constant_of(a), self.constant_of(b)) {
                    (Some(0), _) => Some(b),
                    (_, Some(0)) => Some(a),
                    (Some(1), _) => Some(a),
                    (_, Some(1)) => Some(b),
                    _ => None,
                }
            }
            _ => None,
        }
    }
    fn compare_ranges(&self, cmp: Cmp, a: V, b: V) -> Option<bool> {
        if self.ty(a).width > 1 || self.ty(b).width > 1 {
            return None;
        }
        let ((a0, a1), (b0, b1)) = (self.range_of(a)?, self.range_of(b)?);
        match cmp {
            Cmp::Lt => (a1 < b0).then_some(true).or((a0 >= b1).then_some(false)),
            Cmp::Le => (a1 <= b0).then_some(true).or((a0 > b1).then_some(false)),
            Cmp::Gt => (a0 > b1).then_some(true).or((a1 <= b0).then_some(false)),
            Cmp::Ge => (a0 >= b1).then_some(true).or((a1 < b0).then_some(false)),
            Cmp::Eq => (a1 < b0 || b1 < a0).then_some(false),
            Cmp::Ne => (a1 < b0 || b1 < a0).then_some(true),
        }
    }
    fn op_range(&self, op: Mach) -> Option<(i64, i64)> {
        let of = |v: V| self.range_of(v).map(|(a, b)| (i128::from(a), i128::from(b)));
        let (low, high) = match op {
            Mach::IAdd(a, b) => (of(a)?.0 + of(b)?.0, of(a)?.1 + of(b)?.1),
            Mach::ISub(a, b) => (of(a)?.0 - of(b)?.1, of(a)?.1 - of(b)?.0),
            Mach::IMul(a, b) => {
                let ((a0, a1), (b0, b1)) = (of(a)?, of(b)?);
                let ends = [a0 * b0, a0 * b1, a1 * b0, a1 * b1];
                (*ends.iter().min()?, *ends.iter().max()?)
            }
            Mach::Select(_, a, b) => (of(a)?.0.min(of(b)?.0), of(a)?.1.max(of(b)?.1)),
            Mach::BToI(_) => (0, 1),
            _ => return None,
        };
        Some((i64::try_from(low).ok()?, i64::try_from(high).ok()?))
    }

    /// A register as a sum: a number if it is constant.
    pub(crate) fn as_sum(&self, v: V) -> Sum {
        self.constant_of(v).map_or_else(|| Sum::register(v), |c| Sum::constant(c as i64))
    }
    /// A sum as a register.
    pub(crate) fn sum(&mut self, sum: &Sum) -> V {
        let lane = sum.coefficient(LANE);
        if lane != 0 {
            self.refused |= lane != 1;
            let first = self.sum(&sum.real());
            return self.ramp(first);
        }
        let mut total = None;
        for &(v, c) in &sum.real().terms {
            let factor = self.int(c);
            let term = self.op(Mach::IMul(v, factor), Lane::I64);
            total = Some(match total {
                None => term,
                Some(t) => self.op(Mach::IAdd(t, term), Lane::I64),
            });
        }
        let offset = self.int(sum.offset);
        match total {
            None => offset,
            Some(t) => self.op(Mach::IAdd(t, offset), Lane::I64),
        }
    }
    /// A sum as a scalar register; refuses one that differs from lane to lane.
    pub(crate) fn scalar_sum(&mut self, sum: &Sum) -> V {
        self.refused |= sum.coefficient(LANE) != 0;
        self.sum(&sum.real())
    }

    fn address(&mut self, buffer: BufferId, at: &Sum) -> (Address, u8, usize) {
        let lane = at.coefficient(LANE);
        let width = match (lane, self.vector) {
            (0, _) | (_, None) => 1,
            (_, Some(width)) => width,
        };
        let scalar = self.buffers[buffer].scalar;
        self.refused |=
            lane != 0 && (lane != 1 || vectors::lanes(dslc_ir::prim::lane(scalar)) != Some(width));
        let at = at.real();
        let level = at.terms.iter().map(|t| self.level_of(t.0)).max().unwrap_or(0);
        (Address { buffer, offset: at.offset, terms: at.terms }, width, level)
    }
    /// Loads what nobody writes while the innermost nest runs, as far out as its address is known.
    pub(crate) fn load(&mut self, buffer: BufferId, at: &Sum) -> V {
        let (address, width, raw) = self.address(buffer, at);
        let level = self.place(raw.max(self.load_floor)).min(self.level());
        self.load_at(level, address, width)
    }
    /// Loads here.
    pub(crate) fn load_here(&mut self, buffer: BufferId, at: &Sum) -> V {
        let (address, width, _) = self.address(buffer, at);
        self.load_at(self.level(), address, width)
    }
    fn load_at(&mut self, level: usize, address: Address, width: u8) -> V {
        let scalar = self.buffers[address.buffer].scalar;
        let v = self.fresh(Register::scalar(dslc_ir::prim::lane(scalar)).with_width(width), level);
        self.push_at(level, Stmt::Load(v, address));
        v
    }
    /// Stores here; in a vector loop the elements must be neighbours.
    pub(crate) fn store(&mut self, buffer: BufferId, at: &Sum, value: V) {
        let (address, width, _) = self.address(buffer, at);
        // In a vector loop a store to one place would keep one lane only.
        self.refused |= self.vector.is_some_and(|w| w != width);
        let value = if width > 1 { self.spread(value, width) } else { value };
        self.refused |= self.ty(value).width != width;
        self.push(Stmt::Store(address, value));
    }
    /// Stores a whole register, vector or not, at an address without lanes.
    pub(crate) fn store_whole(&mut self, buffer: BufferId, at: &Sum, value: V) {
        let address = Address { buffer, offset: at.offset, terms: at.terms.clone() };
        self.push(Stmt::Store(address, value));
    }
    /// Loads a whole register of this width from an address without lanes.
    pub(crate) fn load_whole(&mut self, buffer: BufferId, at: &Sum, width: u8) -> V {
        let address = Address { buffer, offset: at.offset, terms: at.terms.clone() };
        self.load_at(self.level(), address, width)
    }

    /// Records a failure where a condition holds.
    pub(crate) fn fail(&mut self, when: V, origin: Origin, trap: Trap, index: Option<(V, V)>) {
        if self.constant_of(when) == Some(0) {
            return;
        }
        self.refused |= self.ty(when).width > 1;
        let operands = [Some(when), index.map(|i| i.0), index.map(|i| i.1)];
        let raw = operands.iter().flatten().map(|&v| self.level_of(v)).max().unwrap_or(0);
        let key = Key::Fail(when, origin, trap, index);
        if self.find(raw, &key).is_some() {
            return;
        }
        let level = self.place(raw);
        self.push_at(level, Stmt::Fail(Fail { when, origin, trap, index }));
        self.scopes[level].shared.insert(key, when);
    }

    /// A new variable with this value.
    pub(crate) fn variable(&mut self, value: V) -> V {
        let ty = self.ty(value);
        let level = self.level();
        let v = self.fresh(Register { variable: true, ..ty }, level);
        self.push(Stmt::Set(v, value));
        v
    }
    /// The present value of a variable.
    pub(crate) fn get(&mut self, variable: V) -> V {
        let ty = self.ty(variable);
        let v = self.define(ty.lane, ty.width);
        self.push(Stmt::Get(v, variable));
        v
    }

    /// What is known of a node at a point.
    pub(crate) fn point(&mut self, point: &Point) -> Option<V> {
        let (v, fragile) = self.scopes.iter().rev().find_map(|s| s.points.get(point).copied())?;
        self.fragile |= fragile;
        Some(v)
    }
    /// Remembers the value of a node at a point for as long as the register is visible, and as the assumptions
    /// hold that it rests on.
    pub(crate) fn remember(&mut self, point: Point, v: V) {
        let inner = self.assume.as_ref().map_or(0, |a| self.level_of(a.inner));
        // Not outside a barrier: what was emitted on the way, failures above all, is inside.
        let level = self.place(self.level_of(v)).max(self.memo_floor);
        let level = if self.fragile { level.max(inner) } else { level };
        self.scopes[level].points.insert(point, (v, self.fragile));
    }

    /// Opens a loop whose index lies in `0..extent`; gives the index.
    pub(crate) fn open_loop(&mut self, extent: i64, barrier: bool) -> V {
        self.open(barrier);
        let index = self.define(Lane::I64, 1);
        self.set_range(index, 0, (extent - 1).max(0));
        index
    }
    /// Closes a loop.
    pub(crate) fn close_loop(&mut self, index: V, bounds: (Count, Count), step: i64, flags: Flags) {
        let body = self.close();
        let (start, end) = bounds;
        if body.is_empty() || matches!((start, end), (Count::Known(a), Count::Known(b)) if a >= b) {
            return;
        }
        self.push(Stmt::For(For {
            index,
            start,
            end,
            step,
            body,
            poll: flags.poll,
            progress: flags.progress,
        }));
    }
    /// A register as a bound; known if it is constant.
    pub(crate) fn count(&self, v: V) -> Count {
        self.constant_of(v).map_or(Count::Register(v), |c| Count::Known(c as i64))
    }

    /// Emits and throws away.
    pub(crate) fn begin_trial(&mut self) -> TrialMark {
        let mark = TrialMark {
            registers: self.registers.len(),
            buffers: self.buffers.len(),
            refused: self.refused,
            assume: self.assume.clone(),
        };
        self.refused = false;
        self.bounded.clear();
        self.open(true);
        mark
    }
    /// Ends a trial and gives what was made.
    pub(crate) fn end_trial(&mut self, mark: TrialMark) -> Trial {
        let block = self.close();
        let constraints = self.assume.take().map_or_else(Vec::new, |a| a.constraints);
        let bounded = std::mem::take(&mut self.bounded);
        let trial = Trial { block, refused: self.refused, constraints, bounded };
        self.registers.truncate(mark.registers);
        self.facts.truncate(mark.registers);
        debug_assert_eq!(mark.buffers, self.buffers.len(), "a trial makes no buffers");
        self.refused = mark.refused;
        self.assume = mark.assume;
        trial
    }

    /// A temporary.
    pub(crate) fn temporary(&mut self, scalar: Scalar, elements: u64) -> BufferId {
        let bytes = elements.saturating_mul(scalar.size() as u64);
        let at = self.arena.take(bytes);
        self.buffers.push(Buffer { scalar, elements, place: Place::Arena(at) })
    }
    /// Gives a temporary's space back; nothing for other buffers.
    pub(crate) fn release(&mut self, buffer: BufferId) {
        let b = &self.buffers[buffer];
        if let Place::Arena(at) = b.place {
            let bytes = b.bytes();
            self.arena.give(at, bytes);
        }
    }
}

/// Flags of a loop.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Flags {
    pub(crate) poll: bool,
    pub(crate) progress: bool,
}

/// What a trial started from.
#[derive(Debug)]
pub(crate) struct TrialMark {
    registers: usize,
    buffers: usize,
    refused: bool,
    assume: Option<Assume>,
}
