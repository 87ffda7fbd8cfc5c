//! Programs at numbers: slow, obvious, and suspicious. It tests lowering without a backend.
//!
//! Every access is checked to lie inside its buffer, fresh memory is filled with garbage, and operations run
//! through [`dslc_ir::interpret::apply`], one lane at a time.

use std::ops::ControlFlow;

use dslc_ir::interpret::apply;
use dslc_ir::mach::{Lane, Mach, Trap, V};
use dslc_ir::{Routine, Scalar};

use crate::program::{
    Address, Algebra, Block, BufferId, Count, For, Kernel, Matrix, Origin, Place, Program, Register, Stmt,
};

/// The routines of the runtime, which this crate does not know. Elements are bits, zero-extended.
pub trait Routines {
    /// Solves `a x = b`; nothing if `a` is singular.
    fn solve(
        &self,
        kind: (Routine, Scalar),
        n: usize,
        columns: usize,
        a: &[u64],
        b: &[u64],
    ) -> Option<Vec<u64>>;
    /// A routine from one matrix: all results, one after the other.
    ///
    /// # Errors
    /// How it fails.
    fn factor(&self, kind: (Routine, Scalar), extents: [usize; 2], a: &[u64]) -> Result<Vec<u64>, Trap>;
    /// A permutation of `0..n`.
    fn permutation(&self, key: u64, n: usize) -> Vec<i64>;
    /// The order that sorts.
    fn argsort(&self, scalar: Scalar, x: &[u64]) -> Vec<i64>;
}

/// What a program gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The results' bits, zero-extended; meaningless after a failure.
    pub results: Vec<Vec<u64>>,
    /// The failure that was recorded: where, why, index and extent.
    pub failure: Option<(Origin, Trap, i64, i64)>,
}

/// Runs a program. An error is a bug of lowering: an access outside a buffer.
pub fn run(program: &Program, args: &[Vec<u64>], routines: &dyn Routines) -> Result<Outcome, String> {
    let memory = program
        .buffers
        .iter()
        .map(|b| match &b.place {
            Place::Param(k) => pack(b.scalar, &args[*k as usize]),
            Place::Data(bytes) => bytes.to_vec(),
            Place::Result(_) => vec![0xA5; b.bytes() as usize],
            Place::Arena(_) | Place::Tape => Vec::new(),
        })
        .collect();
    let mut machine = Machine {
        program,
        routines,
        memory,
        arena: vec![0xA5; program.arena as usize],
        values: vec![[0; 4]; program.registers.len()],
        failure: None,
        error: None,
    };
    let _ = machine.block(&program.body);
    if let Some(error) = machine.error {
        return Err(error);
    }
    let results = program
        .results
        .iter()
        .map(|&r| unpack(program.buffers[r].scalar, &machine.memory[r.0 as usize]))
        .collect();
    Ok(Outcome { results, failure: machine.failure })
}

fn pack(scalar: Scalar, elements: &[u64]) -> Vec<u8> {
    elements.iter().flat_map(|e| e.to_le_bytes()[..scalar.size()].to_vec()).collect()
}

fn unpack(scalar: Scalar, bytes: &[u8]) -> Vec<u64> {
    bytes.chunks_exact(scalar.size()).map(word).collect()
}

fn word(bytes: &[u8]) -> u64 {
    let mut w = [0; 8];
    w[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(w)
}

/// The state of a run.
struct Machine<'p> {
    program: &'p Program,
    routines: &'p dyn Routines,
    /// One for each buffer; empty for those in the arena.
    memory: Vec<Vec<u8>>,
    arena: Vec<u8>,
    /// The lanes of each register.
    values: Vec<[u64; 4]>,
    failure: Option<(Origin, Trap, i64, i64)>,
    error: Option<String>,
}

/// Leaves the program early.
type Flow = ControlFlow<()>;

impl Machine<'_> {
    fn ty(&self, v: V) -> Register {
        self.program.register(v)
    }
    fn scalar(&self, v: V) -> u64 {
        self.values[v.0 as usize][0]
    }
    fn int(&self, v: V) -> i64 {
        self.scalar(v) as i64
    }
    fn count(&self, count: Count) -> i64 {
        match count {
            Count::Known(n) => n,
            Count::Register(v) => self.int(v),
        }
    }
    fn bug(&mut self, why: String) -> Flow {
        self.error.get_or_insert(why);
        Flow::Break(())
    }

    fn block(&mut self, block: &Block) -> Flow {
        block.iter().try_for_each(|s| self.stmt(s))
    }
    fn stmt(&mut self, stmt: &Stmt) -> Flow {
        match stmt {
            Stmt::Op(to, op) => self.op(*to, *op),
            Stmt::Set(to, from) | Stmt::Get(to, from) => {
                self.values[to.0 as usize] = self.values[from.0 as usize];
            }
            Stmt::Load(to, at) => {
                let start = self.place(at);
                for lane in 0..i64::from(self.ty(*to).width) {
                    match self.read(at.buffer, start + lane) {
                        Some(x) => self.values[to.0 as usize][lane as usize] = x,
                        None => return self.bug(format!("load {to:?} at {at:?} + {lane} = {start}")),
                    }
                }
            }
            Stmt::Store(at, v) => {
                let start = self.place(at);
                for lane in 0..i64::from(self.ty(*v).width) {
                    let x = self.values[v.0 as usize][lane as usize];
                    if !self.write(at.buffer, start + lane, x) {
                        return self.bug(format!("store {v:?} at {at:?} + {lane} = {start}"));
                    }
                }
            }
            Stmt::Splat(to, from) => self.values[to.0 as usize] = [self.scalar(*from); 4],
            Stmt::Ramp(to, from) => {
                let first = self.scalar(*from);
                self.values[to.0 as usize] = [0, 1, 2, 3].map(|l| first.wrapping_add(l));
            }
            Stmt::Extract { to, from, lane } => {
                self.values[to.0 as usize][0] = self.values[from.0 as usize][*lane as usize];
            }
            Stmt::Fail(fail) => {
                if self.scalar(fail.when) != 0 {
                    let (a, b) = fail.index.map_or((0, 0), |(a, b)| (self.int(a), self.int(b)));
                    self.record(fail.origin, fail.trap, a, b);
                }
            }
            Stmt::For(l) => return self.for_(l),
            Stmt::While(l) => loop {
                self.block(&l.before)?;
                if self.scalar(l.cond) == 0 {
                    break;
                }
                self.block(&l.body)?;
                self.poll(l.poll)?;
            },
            Stmt::If { cond, then, otherwise } => {
                return self.block(if self.scalar(*cond) != 0 { then } else { otherwise });
            }
            Stmt::Kernel(kernel) => return self.kernel(kernel),
            Stmt::Alloc { buffer, elements } => {
                let n = self.int(*elements);
                let size = self.program.buffers[*buffer].scalar.size();
                if !(0..1 << 30).contains(&n) {
                    return self.bug(format!("a tape of {n} elements"));
                }
                self.memory[buffer.0 as usize] = vec![0xA5; n as usize * size];
            }
        }
        Flow::Continue(())
    }
    fn for_(&mut self, l: &For) -> Flow {
        let (mut index, end) = (self.count(l.start), self.count(l.end));
        while index < end {
            self.values[l.index.0 as usize][0] = index as u64;
            self.block(&l.body)?;
            self.poll(l.poll)?;
            index += l.step;
        }
        Flow::Continue(())
    }
    fn poll(&self, poll: bool) -> Flow {
        if poll && self.failure.is_some() { Flow::Break(()) } else { Flow::Continue(()) }
    }
    fn record(&mut self, origin: Origin, trap: Trap, a: i64, b: i64) {
        if self.failure.is_none_or(|f| origin < f.0) {
            self.failure = Some((origin, trap, a, b));
        }
    }

    fn op(&mut self, to: V, op: Mach) {
        let ty = self.ty(to);
        for lane in 0..ty.width as usize {
            let at = |v: V| {
                let wide = self.ty(v).width > 1;
                self.values[v.0 as usize][if wide { lane } else { 0 }]
            };
            let x = apply(op, ty.lane, at, |v| self.ty(v).lane);
            self.values[to.0 as usize][lane] = x;
        }
    }

    fn place(&self, at: &Address) -> i64 {
        at.terms.iter().fold(at.offset, |sum, &(v, c)| sum.wrapping_add(self.int(v).wrapping_mul(c)))
    }
    fn range(&self, buffer: BufferId, at: i64) -> Option<std::ops::Range<usize>> {
        let b = &self.program.buffers[buffer];
        let size = b.scalar.size();
        let start = usize::try_from(at).ok()?.checked_mul(size)?;
        let elements = match b.place {
            Place::Tape => self.memory[buffer.0 as usize].len(),
            _ => b.bytes() as usize,
        };
        (start + size <= elements).then_some(start..start + size)
    }
    fn read(&self, buffer: BufferId, at: i64) -> Option<u64> {
        let range = self.range(buffer, at)?;
        let bytes = match self.program.buffers[buffer].place {
            Place::Arena(base) => &self.arena[base as usize..],
            _ => &self.memory[buffer.0 as usize][..],
        };
        bytes.get(range).map(word)
    }
    fn write(&mut self, buffer: BufferId, at: i64, x: u64) -> bool {
        let Some(range) = self.range(buffer, at) else { return false };
        let bytes = match self.program.buffers[buffer].place {
            Place::Arena(base) => &mut self.arena[base as usize..],
            Place::Result(_) | Place::Tape => &mut self.memory[buffer.0 as usize][..],
            Place::Param(_) | Place::Data(_) => return false,
        };
        let size = range.len();
        match bytes.get_mut(range) {
            Some(slot) => slot.copy_from_slice(&x.to_le_bytes()[..size]),
            None => return false,
        }
        true
    }
    fn read_all(&mut self, at: &Address, n: u64) -> Option<Vec<u64>> {
        let start = self.place(at);
        (0..n as i64).map(|k| self.read(at.buffer, start + k)).collect()
    }
    fn write_all(&mut self, at: &Address, xs: &[u64]) -> bool {
        let start = self.place(at);
        xs.iter().enumerate().all(|(k, &x)| self.write(at.buffer, start + k as i64, x))
    }

    fn kernel(&mut self, kernel: &Kernel) -> Flow {
        let done = match kernel {
            Kernel::Product { algebra, scalar, extents, a, b, c } => {
                self.product(*algebra, *scalar, *extents, [a, b, c])
            }
            Kernel::Solve { routine, scalar, n, columns, a, b, origin } => {
                let (x, y) = (self.read_all(a, n * n), self.read_all(b, n * columns));
                let kind = (*routine, *scalar);
                x.zip(y).is_some_and(|(x, y)| {
                    match self.routines.solve(kind, *n as usize, *columns as usize, &x, &y) {
                        Some(solved) => self.write_all(b, &solved),
                        None => {
                            self.record(*origin, Trap::Singular, 0, 0);
                            true
                        }
                    }
                })
            }
            Kernel::Factor { routine, scalar, extents, from, to, elements, origin } => {
                self.read_all(from, extents[0] * extents[1]).is_some_and(|x| {
                    match self.routines.factor((*routine, *scalar), extents.map(|n| n as usize), &x) {
                        Ok(found) => found.len() as u64 == *elements && self.write_all(to, &found),
                        Err(trap) => {
                            self.record(*origin, trap, 0, 0);
                            self.write_all(to, &vec![0; *elements as usize])
                        }
                    }
                })
            }
            Kernel::Permutation { n, key, to } => {
                let order = self.routines.permutation(self.scalar(*key), *n as usize);
                self.write_all(to, &order.iter().map(|&i| i as u64).collect::<Vec<_>>())
            }
            Kernel::ArgSort { scalar, n, x, to } => self.read_all(x, *n).is_some_and(|x| {
                let order = self.routines.argsort(*scalar, &x);
                self.write_all(to, &order.iter().map(|&i| i as u64).collect::<Vec<_>>())
            }),
            // Nobody watches an interpretation.
            Kernel::Trace { extents, from, to, .. } => {
                self.read_all(from, extents.iter().product()).is_some_and(|_| self.write_all(to, &[1]))
            }
            Kernel::Copy { from, to, elements } => {
                let n = self.count(*elements).max(0) as u64;
                self.read_all(from, n).is_some_and(|x| self.write_all(to, &x))
            }
            Kernel::Zero { to, elements } => {
                let n = self.count(*elements).max(0) as usize;
                self.write_all(to, &vec![0; n])
            }
        };
        if done { Flow::Continue(()) } else { self.bug(format!("{kernel:?} leaves its buffers")) }
    }
    fn product(
        &mut self,
        algebra: Algebra,
        scalar: Scalar,
        extents: [u64; 3],
        [a, b, c]: [&Matrix; 3],
    ) -> bool {
        let lane = dslc_ir::prim::lane(scalar);
        let two = |op: Mach, x: u64, y: u64| apply(op, lane, |v| [x, y][v.0 as usize], |_| lane);
        let (add, mul) = match algebra {
            Algebra::Real | Algebra::RealInOrder => (Mach::FAdd(V(0), V(1)), Mach::FMul(V(0), V(1))),
            Algebra::MaxPlus => (Mach::FMax(V(0), V(1)), Mach::FAdd(V(0), V(1))),
            Algebra::MinPlus => (Mach::FMin(V(0), V(1)), Mach::FAdd(V(0), V(1))),
        };
        let [m, k, n] = extents.map(|e| e as i64);
        let place = |s: &Self, x: &Matrix, i: i64, j: i64| s.place(&x.at) + i * x.row + j * x.column;
        for i in 0..m {
            for j in 0..n {
                let mut terms = Vec::new();
                for p in 0..k {
                    let x = self.read(a.at.buffer, place(self, a, i, p));
                    let y = self.read(b.at.buffer, place(self, b, p, j));
                    let Some((x, y)) = x.zip(y) else { return false };
                    terms.push(two(mul, x, y));
                }
                // The defined order, which is one of those that the other algebras allow.
                let sum = in_order(&terms, 128 / scalar.size(), &|x, y| two(add, x, y));
                let unit = match (algebra, lane) {
                    (Algebra::Real | Algebra::RealInOrder, _) => 0,
                    (Algebra::MaxPlus, Lane::F32) => u64::from(f32::NEG_INFINITY.to_bits()),
                    (Algebra::MinPlus, Lane::F32) => u64::from(f32::INFINITY.to_bits()),
                    (Algebra::MaxPlus, _) => f64::NEG_INFINITY.to_bits(),
                    (Algebra::MinPlus, _) => f64::INFINITY.to_bits(),
                };
                let at = place(self, c, i, j);
                if !self.write(c.at.buffer, at, sum.unwrap_or(unit)) {
                    return false;
                }
            }
        }
        true
    }
}

/// A fold as it is defined: lanes, a tree over them, and the same over the results of blocks of 4,096.
fn in_order(terms: &[u64], lanes: usize, add: &dyn Fn(u64, u64) -> u64) -> Option<u64> {
    if terms.len() > 4096 {
        let blocks: Vec<u64> = terms.chunks(4096).filter_map(|b| in_order(b, lanes, add)).collect();
        return in_order(&blocks, lanes, add);
    }
    let mut sums: Vec<u64> = Vec::new();
    for (p, &term) in terms.iter().enumerate() {
        match sums.get_mut(p % lanes) {
            Some(sum) => *sum = add(*sum, term),
            None => sums.push(term),
        }
    }
    let mut half = lanes / 2;
    while half > 0 {
        for l in half..sums.len() {
            sums[l - half] = add(sums[l - half], sums[l]);
        }
        sums.truncate(half);
        half /= 2;
    }
    sums.first().copied()
}
