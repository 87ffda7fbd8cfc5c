//! Checks a program: what a backend may rely on.
//!
//! *Guarantees*: every register is defined before its use, in an enclosing block; only variables are set, and only
//! `Get` reads them; lanes and widths of operands agree; operations of vectors are among those that backends
//! have; addresses lie inside their buffers where all their registers are indices of loops with known bounds and no branch guards them;
//! read-only buffers are not written.

use std::collections::HashMap;

use dslc_ir::mach::{Lane, Mach, V};
use dslc_ir::prim::lane;

use crate::program::{Address, Block, Count, For, Kernel, Place, Program, Register, Stmt};
use crate::vectors;

/// Why a program is ill-formed, if it is.
pub fn verify(program: &Program) -> Result<(), String> {
    let mut v = Verifier {
        program,
        defined: vec![false; program.registers.len()],
        log: Vec::new(),
        once: vec![false; program.registers.len()],
        bounds: HashMap::new(),
        guards: 0,
    };
    for b in &program.buffers {
        if let Place::Arena(at) = b.place
            && (at % 64 != 0 || at.checked_add(b.bytes()).is_none_or(|end| end > program.arena))
        {
            return Err(format!("a temporary at {at} leaves the arena"));
        }
    }
    v.block(&program.body)
}

struct Verifier<'p> {
    program: &'p Program,
    defined: Vec<bool>,
    /// What became defined, in order, so that the end of a block can take it back.
    log: Vec<V>,
    /// Whether a register that is not a variable has been defined anywhere.
    once: Vec<bool>,
    /// The values of indices, both ends inside.
    bounds: HashMap<V, (i64, i64)>,
    /// How many branches, and loops that may not run, are around: they may guard an address.
    guards: usize,
}

type Checked = Result<(), String>;

impl Verifier<'_> {
    fn block(&mut self, block: &Block) -> Checked {
        let mark = self.log.len();
        for s in block {
            self.stmt(s).map_err(|why| format!("{why}, in {s:?}").chars().take(2000).collect::<String>())?;
        }
        self.leave(mark);
        Ok(())
    }
    fn mark(&mut self, v: V) {
        if !std::mem::replace(&mut self.defined[v.0 as usize], true) {
            self.log.push(v);
        }
    }
    fn leave(&mut self, mark: usize) {
        for v in self.log.split_off(mark) {
            self.defined[v.0 as usize] = false;
        }
    }
    fn ty(&self, v: V) -> Result<Register, String> {
        self.program.registers.get(v.0 as usize).copied().ok_or_else(|| format!("no register {v:?}"))
    }
    fn define(&mut self, v: V) -> Result<Register, String> {
        let ty = self.ty(v)?;
        if ty.variable || std::mem::replace(&mut self.once[v.0 as usize], true) {
            return Err(format!("{v:?} is defined twice, or is a variable"));
        }
        self.mark(v);
        Ok(ty)
    }
    fn used(&self, v: V) -> Result<Register, String> {
        let ty = self.ty(v)?;
        if ty.variable || !self.defined[v.0 as usize] {
            return Err(format!("{v:?} is used where it is not defined"));
        }
        Ok(ty)
    }
    fn scalar(&self, v: V, lane: Lane) -> Checked {
        let ty = self.used(v)?;
        if ty.lane == lane && ty.width == 1 { Ok(()) } else { Err(format!("{v:?} is not a scalar {lane:?}")) }
    }
    fn expect(&self, holds: bool, why: &str) -> Checked {
        if holds { Ok(()) } else { Err(why.to_string()) }
    }

    fn stmt(&mut self, stmt: &Stmt) -> Checked {
        match stmt {
            Stmt::Op(to, op) => {
                self.operation(*to, *op)?;
                self.define(*to)?;
            }
            Stmt::Set(to, from) => {
                let (a, b) = (self.ty(*to)?, self.used(*from)?);
                self.expect(a.variable && (a.lane, a.width) == (b.lane, b.width), "types differ")?;
                self.mark(*to);
            }
            Stmt::Get(to, from) => {
                let from_ty = self.ty(*from)?;
                self.expect(
                    from_ty.variable && self.defined[from.0 as usize],
                    "not a variable with a value",
                )?;
                let ty = self.define(*to)?;
                self.expect((ty.lane, ty.width) == (from_ty.lane, from_ty.width), "types differ")?;
            }
            Stmt::Load(to, at) => {
                let ty = self.define(*to)?;
                self.access(at, ty)?;
            }
            Stmt::Store(at, v) => {
                let ty = self.used(*v)?;
                self.writable(at)?;
                self.access(at, ty)?;
            }
            Stmt::Splat(to, from) => {
                let (from, to) = (self.used(*from)?, self.define(*to)?);
                let good = from.width == 1 && vectors::lanes(to.lane) == Some(to.width);
                self.expect(good && from.lane == to.lane, "a splat of other types")?;
            }
            Stmt::Ramp(to, from) => {
                self.scalar(*from, Lane::I64)?;
                let to = self.define(*to)?;
                self.expect(to.lane == Lane::I64 && to.width == 2, "a ramp of another type")?;
            }
            Stmt::Extract { to, from, lane } => {
                let (from, to) = (self.used(*from)?, self.define(*to)?);
                self.expect(*lane < from.width && to.width == 1, "no such lane")?;
                self.expect(from.lane == to.lane && to.lane != Lane::Bool, "types differ")?;
            }
            Stmt::Fail(f) => {
                self.scalar(f.when, Lane::Bool)?;
                if let Some((a, b)) = f.index {
                    self.scalar(a, Lane::I64)?;
                    self.scalar(b, Lane::I64)?;
                }
            }
            Stmt::For(l) => self.for_(l)?,
            Stmt::While(l) => {
                let mark = self.log.len();
                for s in &l.before {
                    self.stmt(s)?;
                }
                self.scalar(l.cond, Lane::Bool)?;
                self.guards += 1;
                self.block(&l.body)?;
                self.guards -= 1;
                self.leave(mark);
            }
            Stmt::If { cond, then, otherwise } => {
                self.scalar(*cond, Lane::Bool)?;
                self.guards += 1;
                self.block(then)?;
                self.block(otherwise)?;
                self.guards -= 1;
            }
            Stmt::Kernel(k) => self.kernel(k)?,
            Stmt::Alloc { buffer, elements } => {
                self.scalar(*elements, Lane::I64)?;
                self.expect(self.program.buffers[*buffer].place == Place::Tape, "not a tape")?;
            }
        }
        Ok(())
    }
    fn for_(&mut self, l: &For) -> Checked {
        for bound in [l.start, l.end] {
            if let Count::Register(v) = bound {
                self.scalar(v, Lane::I64)?;
            }
        }
        self.expect(l.step > 0, "a loop that does not move")?;
        let mark = self.log.len();
        self.define(l.index)?;
        if let (Count::Known(a), Count::Known(b)) = (l.start, l.end) {
            let last = if b > a { a + (b - 1 - a) / l.step * l.step } else { a };
            self.bounds.insert(l.index, (a, last));
            self.block(&l.body)?;
        } else {
            self.guards += 1;
            self.block(&l.body)?;
            self.guards -= 1;
        }
        self.leave(mark);
        Ok(())
    }

    fn operation(&self, to: V, op: Mach) -> Checked {
        let out = self.ty(to)?;
        let types: Vec<Register> = op.operands().map(|v| self.used(v)).collect::<Result<_, _>>()?;
        let shift = matches!(op, Mach::Shl(..) | Mach::ShrU(..) | Mach::ShrS(..));
        for (k, ty) in types.iter().enumerate() {
            let scalar_allowed = (shift && k == 1) || (matches!(op, Mach::Select(..)) && k == 0);
            let good = ty.width == out.width || (scalar_allowed && ty.width == 1);
            self.expect(good && !(shift && k == 1 && ty.width > 1), "widths differ")?;
        }
        let same = |range: std::ops::Range<usize>| types[range].windows(2).all(|w| w[0].lane == w[1].lane);
        let lanes = match op {
            Mach::Arg(_) | Mach::Fail(..) => false,
            Mach::Const(_) => true,
            Mach::Select(..) => types[0].lane == Lane::Bool && same(1..3) && out.lane == types[1].lane,
            Mach::FCmp(..) | Mach::ICmp(..) => same(0..2) && out.lane == Lane::Bool,
            Mach::Bitcast(_) => true,
            Mach::IToF(_) => matches!(out.lane, Lane::F64 | Lane::F32),
            Mach::FToI(_) | Mach::BToI(_) => out.lane == Lane::I64,
            Mach::FCast(_) | Mach::ICast(_) => out.lane != types[0].lane,
            _ => same(0..types.len()) && types.first().is_none_or(|t| t.lane == out.lane),
        };
        self.expect(lanes, "lanes differ")?;
        if out.width > 1 {
            let width = vectors::lanes(out.lane).is_none_or(|w| w == out.width);
            self.expect(width && vectors::fits(&op), "not an operation of vectors")?;
        }
        Ok(())
    }

    fn writable(&self, at: &Address) -> Checked {
        let read_only = matches!(self.program.buffers[at.buffer].place, Place::Param(_) | Place::Data(_));
        self.expect(!read_only, "a write to what is read only")
    }
    fn access(&self, at: &Address, ty: Register) -> Checked {
        let b = &self.program.buffers[at.buffer];
        let good = ty.width == 1 || (ty.lane != Lane::Bool && vectors::lanes(ty.lane) == Some(ty.width));
        self.expect(lane(b.scalar) == ty.lane && good, "the buffer has another type")?;
        self.reach(at, i64::from(ty.width))
    }
    /// That `n` neighbours from an address lie inside, as far as bounds are known.
    fn reach(&self, at: &Address, n: i64) -> Checked {
        let b = &self.program.buffers[at.buffer];
        let (mut low, mut high) = (i128::from(at.offset), i128::from(at.offset));
        let mut known = b.place != Place::Tape && self.guards == 0;
        for &(v, c) in &at.terms {
            self.scalar(v, Lane::I64)?;
            match self.bounds.get(&v) {
                Some(&(a, z)) => {
                    let (a, z) = (i128::from(a) * i128::from(c), i128::from(z) * i128::from(c));
                    low += a.min(z);
                    high += a.max(z);
                }
                None => known = false,
            }
        }
        let inside = low >= 0 && high + i128::from(n) <= i128::from(b.elements);
        self.expect(!known || n == 0 || inside, "an address outside its buffer")
    }
    fn known(&self, c: Count) -> Result<i64, String> {
        match c {
            Count::Known(n) => Ok(n),
            Count::Register(v) => self.scalar(v, Lane::I64).map(|()| 0),
        }
    }
    fn kernel(&self, k: &Kernel) -> Checked {
        match k {
            Kernel::Product { a, b, c, .. } => {
                self.writable(&c.at)?;
                [a, b, c].into_iter().try_for_each(|m| self.reach(&m.at, 1))
            }
            Kernel::Solve { n, columns, a, b, .. } => {
                self.writable(b)?;
                self.reach(a, (n * n) as i64)?;
                self.reach(b, (n * columns) as i64)
            }
            Kernel::Factor { extents: [m, n], from, to, elements, .. } => {
                self.writable(to)?;
                self.reach(from, (m * n) as i64)?;
                self.reach(to, *elements as i64)
            }
            Kernel::Permutation { n, key, to } => {
                self.scalar(*key, Lane::I64)?;
                self.writable(to)?;
                self.reach(to, *n as i64)
            }
            Kernel::ArgSort { n, x, to, .. } => {
                self.writable(to)?;
                self.reach(x, *n as i64)?;
                self.reach(to, *n as i64)
            }
            Kernel::Trace { extents, from, to, .. } => {
                self.writable(to)?;
                self.reach(from, extents.iter().product::<u64>() as i64)?;
                self.reach(to, 1)
            }
            Kernel::Copy { from, to, elements } => {
                let n = self.known(*elements)?;
                self.writable(to)?;
                self.reach(from, n)?;
                self.reach(to, n)
            }
            Kernel::Zero { to, elements } => {
                let n = self.known(*elements)?;
                self.writable(to)?;
                self.reach(to, n)
            }
        }
    }
}
