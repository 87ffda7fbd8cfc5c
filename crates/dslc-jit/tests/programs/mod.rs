//! Loop programs written by hand, for the tests of this crate.
#![allow(dead_code, reason = "each test file uses a part")]

use dslc_ir::mach::{Lane, Mach, V};
use dslc_ir::{Bits, Scalar, prim};
use dslc_jit::{Jit, Options, Tier};
use dslc_loops::Program;
use dslc_loops::program::{Address, Block, Buffer, BufferId, Count, For, Place, Register, Stmt};

/// A program being written: statements go to the innermost open block.
#[derive(Default)]
pub(crate) struct Writer {
    pub(crate) program: Program,
    open: Vec<Block>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self { program: Program::default(), open: vec![Block::new()] }
    }
    fn buffer(&mut self, scalar: Scalar, elements: u64, place: Place) -> BufferId {
        self.program.buffers.push(Buffer { scalar, elements, place })
    }
    pub(crate) fn param(&mut self, scalar: Scalar, elements: u64) -> BufferId {
        let id = self.buffer(scalar, elements, Place::Param(self.program.params.len() as u32));
        self.program.params.push(id);
        id
    }
    pub(crate) fn result(&mut self, scalar: Scalar, elements: u64) -> BufferId {
        let id = self.buffer(scalar, elements, Place::Result(self.program.results.len() as u32));
        self.program.results.push(id);
        id
    }
    pub(crate) fn temporary(&mut self, scalar: Scalar, elements: u64) -> BufferId {
        let at = self.program.arena;
        let id = self.buffer(scalar, elements, Place::Arena(at));
        self.program.arena += (elements * scalar.size() as u64).next_multiple_of(64);
        id
    }
    pub(crate) fn tape(&mut self, scalar: Scalar) -> BufferId {
        self.buffer(scalar, 0, Place::Tape)
    }
    pub(crate) fn data(&mut self, scalar: Scalar, bytes: &[u8]) -> BufferId {
        let elements = bytes.len() as u64 / scalar.size() as u64;
        self.buffer(scalar, elements, Place::Data(bytes.into()))
    }
    pub(crate) fn register(&mut self, lane: Lane, width: u8, variable: bool) -> V {
        self.program.registers.push(Register { lane, width, variable });
        V(self.program.registers.len() as u32 - 1)
    }
    pub(crate) fn push(&mut self, stmt: Stmt) {
        if let Some(block) = self.open.last_mut() {
            block.push(stmt);
        }
    }
    /// The statements that `write` writes, as a block.
    pub(crate) fn block<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> (Block, T) {
        self.open.push(Block::new());
        let value = write(self);
        (self.open.pop().unwrap_or_default(), value)
    }
    pub(crate) fn op(&mut self, lane: Lane, width: u8, op: Mach) -> V {
        let to = self.register(lane, width, false);
        self.push(Stmt::Op(to, op));
        to
    }
    pub(crate) fn int(&mut self, x: i64) -> V {
        self.op(Lane::I64, 1, Mach::Const(x as u64))
    }
    pub(crate) fn variable(&mut self, lane: Lane, start: V) -> V {
        let variable = self.register(lane, 1, true);
        self.push(Stmt::Set(variable, start));
        variable
    }
    pub(crate) fn get(&mut self, variable: V) -> V {
        let Register { lane, width, .. } = self.program.register(variable);
        let to = self.register(lane, width, false);
        self.push(Stmt::Get(to, variable));
        to
    }
    pub(crate) fn load(&mut self, lane: Lane, width: u8, at: Address) -> V {
        let to = self.register(lane, width, false);
        self.push(Stmt::Load(to, at));
        to
    }
    pub(crate) fn store(&mut self, at: Address, from: V) {
        self.push(Stmt::Store(at, from));
    }
    /// A loop from 0 with this end and step.
    pub(crate) fn repeat(&mut self, end: Count, step: i64, write: impl FnOnce(&mut Self, V)) {
        self.repeat_as(end, step, false, write);
    }
    /// The same, with polls and progress.
    pub(crate) fn repeat_as(&mut self, end: Count, step: i64, poll: bool, write: impl FnOnce(&mut Self, V)) {
        let index = self.register(Lane::I64, 1, false);
        let (body, ()) = self.block(|w| write(w, index));
        let start = Count::Known(0);
        self.push(Stmt::For(For { index, start, end, step, body, poll, progress: poll }));
    }
    pub(crate) fn finish(mut self) -> Program {
        self.program.body = self.open.pop().unwrap_or_default();
        self.program
    }
}

/// The address `index * stride` of a buffer.
pub(crate) fn at(buffer: BufferId, index: V) -> Address {
    Address { buffer, offset: 0, terms: vec![(index, 1)] }
}
/// A constant address.
pub(crate) fn fixed(buffer: BufferId, offset: i64) -> Address {
    Address { buffer, offset, terms: vec![] }
}

/// Compilers of every tier, which check the register allocator.
pub(crate) fn compilers() -> [Jit; 2] {
    [Tier::Quick, Tier::Full].map(|tier| {
        Jit::with_options(Options { tier, check_allocation: true, ..Options::default() })
            .expect("a supported host")
    })
}

/// The scalar that is stored for a lane; 32-bit integers travel as the floats of the same bits.
pub(crate) fn stored(lane: Lane) -> Scalar {
    match lane {
        Lane::F64 => Scalar::F64,
        Lane::F32 | Lane::I32 => Scalar::F32,
        Lane::I64 => Scalar::I64,
        Lane::Bool => Scalar::Bool,
    }
}

/// NaN payloads are no part of the meaning.
pub(crate) fn canonical(lane: Lane, bits: u64) -> u64 {
    let scalar = [Scalar::F64, Scalar::F32].into_iter().find(|&s| prim::lane(s) == lane);
    scalar.map_or(bits, |scalar| dslc_runtime::value::canonical(Bits { scalar, bits }).bits)
}
