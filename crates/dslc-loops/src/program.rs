//! Loop programs: what lowering gives and what a backend translates, statement by statement.
//!
//! A program is a tree of statements over *registers* and *buffers*. It is close to the machine: every address,
//! every vector and every order of evaluation is written out, so a backend makes no choice that can change a bit.
//!
//! # Calling convention, as far as a program knows it
//!
//! Parameters and results are row-major contiguous buffers that the caller owns ([`Place::Param`],
//! [`Place::Result`]); a result overlaps nothing else. Temporaries live in one arena of [`Program::arena`] bytes,
//! aligned to 64 bytes, that the caller gives for each call; it is not cleared. Tapes ([`Place::Tape`]) are
//! allocated while running ([`Stmt::Alloc`]) and freed when the program is left, however that happens.
//!
//! # Failures
//!
//! [`Stmt::Fail`] *records* a failure and goes on; the record keeps the lowest [`Origin`], and of that one the first
//! occurrence. Every address that follows is safe whatever was recorded. A loop with [`For::poll`] or
//! [`While::poll`] *leaves* the program at its back edge if the host asks for it or if a failure is recorded.

use std::sync::Arc;

use dslc_base::{IndexVec, define_index};
use dslc_ir::mach::{Lane, Mach, Trap, V};
use dslc_ir::{Routine, Scalar, SiteId};

define_index!(BufferId, "b", "A buffer of a program.");

/// A loop program. **Invariants** (checked by `verify.rs`): a register is defined before it is used, on
/// the way to every use; registers that are not variables are defined by one statement; lanes and widths
/// of operands agree; addresses lie inside their buffers where loop bounds are constants.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Program {
    /// The name of the function it was made from.
    pub name: String,
    /// Every buffer.
    pub buffers: IndexVec<BufferId, Buffer>,
    /// The buffer of each parameter, in order.
    pub params: Vec<BufferId>,
    /// The buffer of each result, in order.
    pub results: Vec<BufferId>,
    /// The type of each register; register `V(k)` is `registers[k]`.
    pub registers: Vec<Register>,
    /// Bytes of the arena.
    pub arena: u64,
    /// The statements.
    pub body: Block,
}

/// Statements in order.
pub type Block = Vec<Stmt>;

/// A piece of memory that holds elements of one type.
#[derive(Clone, PartialEq, Debug)]
pub struct Buffer {
    /// The type of each element; `Bool` takes one byte, 0 or 1.
    pub scalar: Scalar,
    /// How many elements; for a tape unknown, and 0 here.
    pub elements: u64,
    /// Where it lies.
    pub place: Place,
}

/// Where a buffer lies.
#[derive(Clone, PartialEq, Debug)]
pub enum Place {
    /// A parameter: read only.
    Param(u32),
    /// A result: written by the program, and read back at times. Not cleared by the caller.
    Result(u32),
    /// A temporary at this byte offset of the arena (a multiple of 64). Temporaries that are never needed at
    /// the same time may overlap.
    Arena(u64),
    /// Constant data: the elements' bytes, little-endian. Read only.
    Data(Arc<[u8]>),
    /// Memory that [`Stmt::Alloc`] makes.
    Tape,
}

/// The type of a register: a scalar, or a vector of 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Register {
    /// The type of each lane.
    pub lane: Lane,
    /// How many lanes: 1 for a scalar; 2 for a vector of 64-bit lanes, 4 for one of 32-bit lanes. A `Bool` vector
    /// is a mask (all ones or all zeros in each lane) as wide as the lanes that were compared.
    pub width: u8,
    /// Whether it is a variable, given values by [`Stmt::Set`] any number of times. Others are defined once.
    pub variable: bool,
}

/// One statement. Registers are named by [`V`], so that a [`Mach`] over registers needs no translation.
#[derive(Clone, PartialEq, Debug)]
pub enum Stmt {
    /// Defines a register by a machine operation on registers of the same width, lane by lane; the width is that
    /// of the defined register. [`Mach::Const`] of a vector has the constant in every lane.
    /// (of a `Bool` vector: an all-true or all-false mask). [`Mach::Arg`] and [`Mach::Fail`] never stand here.
    /// Two operands may be scalar in a vector operation: the amount of a shift, which always is, and the
    /// condition of a selection, which then chooses between whole vectors. See [`crate::vectors::fits`] for the
    /// operations that occur as vectors.
    Op(V, Mach),
    /// Gives a variable the value of a register of the same type. Variables are set before the loop or branch
    /// that sets them again, so every read has a value.
    Set(V, V),
    /// Defines a register by the present value of a variable. Variables are read in no other way.
    Get(V, V),
    /// Defines a register by what stands at an address: one element, or as many neighbours as the register has
    /// lanes (without any alignment beyond the element's). Vectors of `Bool` are never loaded.
    Load(V, Address),
    /// Stores a register: one element, or as many neighbours as it has lanes.
    Store(Address, V),
    /// Defines a vector with a scalar in every lane. Never of `Bool`.
    Splat(V, V),
    /// Defines an `I64` vector by a scalar `i` as `i, i + 1`.
    Ramp(V, V),
    /// Defines a scalar by one lane of a vector. Never of `Bool`.
    Extract {
        /// The scalar.
        to: V,
        /// The vector.
        from: V,
        /// Which lane, from 0.
        lane: u8,
    },
    /// Records a failure where a scalar `Bool` holds.
    Fail(Fail),
    /// A counted loop.
    For(For),
    /// A loop with a condition.
    While(While),
    /// One of two blocks.
    If {
        /// A scalar `Bool`.
        cond: V,
        /// Where it holds.
        then: Block,
        /// Where it does not.
        otherwise: Block,
    },
    /// A routine of the runtime.
    Kernel(Kernel),
    /// Makes a tape of this many elements (not negative), in place of what it was before. If there is no
    /// memory, the program is left with that failure.
    Alloc {
        /// The tape.
        buffer: BufferId,
        /// A scalar `I64`.
        elements: V,
    },
}

/// A place in memory, in elements of its buffer: `offset + sum of register * stride`. The registers are scalar
/// `I64`, outermost loop first, so that partial sums are invariant in inner loops.
#[derive(Clone, PartialEq, Debug)]
pub struct Address {
    /// The buffer.
    pub buffer: BufferId,
    /// The constant part.
    pub offset: i64,
    /// What is added: a register and what it is multiplied with.
    pub terms: Vec<(V, i64)>,
}

/// Where a failure belongs. Origins are ordered as the evaluator would meet them: by the nodes of the function, and
/// for the nodes of a body or of a callee by the node that runs it first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Origin {
    /// The place of the node in that order; never the largest number.
    pub order: u32,
    /// Where in the program.
    pub site: SiteId,
}

/// What [`Stmt::Fail`] records.
#[derive(Clone, PartialEq, Debug)]
pub struct Fail {
    /// A scalar `Bool`: whether to record.
    pub when: V,
    /// Where it belongs.
    pub origin: Origin,
    /// What happened.
    pub trap: Trap,
    /// For [`Trap::Index`]: the index that was asked for and the extent, scalar `I64`s.
    pub index: Option<(V, V)>,
}

/// The bound of a loop, or a number of elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// Known when compiled.
    Known(i64),
    /// A scalar `I64`.
    Register(V),
}

/// A counted loop: `index` is `start`, `start + step`, ... while it is less than `end`.
#[derive(Clone, PartialEq, Debug)]
pub struct For {
    /// The register that has the index: a scalar `I64`, defined by the loop, visible in `body` only.
    pub index: V,
    /// The first index.
    pub start: Count,
    /// The bound; nothing happens if it is not above `start`. Never within `step` of the largest integer.
    pub end: Count,
    /// What the index grows by: at least 1.
    pub step: i64,
    /// The statements of one round. Vectors are written out: a vector loop has a `step` above 1, and the rest of
    /// its range is another loop.
    pub body: Block,
    /// Whether the back edge looks at the interrupt flag and at the failure record, and leaves.
    pub poll: bool,
    /// Whether each round tells the host `index` and `end`.
    pub progress: bool,
}

/// A loop with a condition.
#[derive(Clone, PartialEq, Debug)]
pub struct While {
    /// What is computed before each round; its registers are visible in `body` too.
    pub before: Block,
    /// Defined in `before`: whether there is another round.
    pub cond: V,
    /// The statements of one round.
    pub body: Block,
    /// As for [`For::poll`].
    pub poll: bool,
}

/// Which addition and multiplication a product of matrices uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algebra {
    /// Sum of products; the order of the additions is the kernel's.
    Real,
    /// Sum of products; each sum is in the order that is defined for folds.
    RealInOrder,
    /// IEEE `maximum` of sums.
    MaxPlus,
    /// IEEE `minimum` of sums.
    MinPlus,
}

/// A matrix in memory: element `(i, j)` stands `i * row + j * column` elements from `at`.
#[derive(Clone, PartialEq, Debug)]
pub struct Matrix {
    /// Element `(0, 0)`.
    pub at: Address,
    /// Elements from one row to the next; may be negative, or 0 in a matrix that is read.
    pub row: i64,
    /// Elements from one column to the next.
    pub column: i64,
}

/// A call of the runtime. What is written overlaps nothing that is read, unless said.
#[derive(Clone, PartialEq, Debug)]
pub enum Kernel {
    /// `c[m, n] = a[m, k] b[k, n]`, replacing `c`.
    Product {
        /// Sum of products, or tropical.
        algebra: Algebra,
        /// `F64` or `F32`, of all three.
        scalar: Scalar,
        /// The extents `m`, `k`, `n`.
        extents: [u64; 3],
        /// The left factor.
        a: Matrix,
        /// The right factor.
        b: Matrix,
        /// The product.
        c: Matrix,
    },
    /// Solves `a x = b` where `b`, replaced by `x`, is a row-major `n` by `columns` matrix without gaps, as is `a`,
    /// `n` by `n`. A singular `a` records [`Trap::Singular`].
    Solve {
        /// The kind of system.
        routine: Routine,
        /// `F64` or `F32`.
        scalar: Scalar,
        /// The size of the system.
        n: u64,
        /// How many right-hand sides.
        columns: u64,
        /// The matrix.
        a: Address,
        /// The right-hand sides, and the solutions.
        b: Address,
        /// Where a failure belongs.
        origin: Origin,
    },
    /// A routine from one matrix to floats, or to a permutation: a failure is recorded.
    Factor {
        /// Which one.
        routine: Routine,
        /// `F64` or `F32`, of the matrix.
        scalar: Scalar,
        /// Its rows and columns.
        extents: [u64; 2],
        /// The matrix, row-major without gaps.
        from: Address,
        /// The results one after the other, each row-major without gaps.
        to: Address,
        /// How many elements they have together.
        elements: u64,
        /// Where a failure belongs.
        origin: Origin,
    },
    /// A random permutation of `0..n`.
    Permutation {
        /// How many.
        n: u64,
        /// A scalar `I64` with the key's bits.
        key: V,
        /// `n` neighbouring `I64` elements.
        to: Address,
    },
    /// The stable ascending order of `n` neighbouring elements.
    ArgSort {
        /// `F64`, `F32` or `I64`.
        scalar: Scalar,
        /// How many.
        n: u64,
        /// What is ordered.
        x: Address,
        /// `n` neighbouring `I64` elements.
        to: Address,
    },
    /// Shows a value to whoever watches the run; then a bool is true.
    Trace {
        /// The type of its elements.
        scalar: Scalar,
        /// Its extents.
        extents: Vec<u64>,
        /// Its elements, row-major without gaps.
        from: Address,
        /// A `Bool`.
        to: Address,
        /// The site that names it.
        origin: Origin,
    },
    /// Copies neighbouring elements of one type.
    Copy {
        /// From here.
        from: Address,
        /// To here.
        to: Address,
        /// How many.
        elements: Count,
    },
    /// Sets the bytes of neighbouring elements to 0: the number 0, or false.
    Zero {
        /// From here on.
        to: Address,
        /// How many.
        elements: Count,
    },
}

impl Program {
    /// How many statements there are, inside loops and branches too.
    pub fn statements(&self) -> usize {
        let (mut count, mut blocks) = (0, vec![&self.body]);
        while let Some(block) = blocks.pop() {
            count += block.len();
            for s in block {
                match s {
                    Stmt::For(f) => blocks.push(&f.body),
                    Stmt::While(w) => blocks.extend([&w.before, &w.body]),
                    Stmt::If { then, otherwise, .. } => blocks.extend([then, otherwise]),
                    Stmt::Op(..) | Stmt::Set(..) | Stmt::Get(..) | Stmt::Load(..) | Stmt::Store(..) => {}
                    Stmt::Splat(..) | Stmt::Ramp(..) | Stmt::Extract { .. } | Stmt::Fail(_) => {}
                    Stmt::Kernel(_) | Stmt::Alloc { .. } => {}
                }
            }
        }
        count
    }
    /// The type of a register.
    pub fn register(&self, v: V) -> Register {
        self.registers[v.0 as usize]
    }
}

impl Register {
    /// A scalar that is defined once.
    pub const fn scalar(lane: Lane) -> Self {
        Self { lane, width: 1, variable: false }
    }
    /// The same with this many lanes.
    pub const fn with_width(self, width: u8) -> Self {
        Self { width, ..self }
    }
}

impl Buffer {
    /// How many bytes it takes; 0 for a tape.
    pub fn bytes(&self) -> u64 {
        self.elements.saturating_mul(self.scalar.size() as u64)
    }
}
