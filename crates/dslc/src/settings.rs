//! What a host chooses: which way a program runs, how exact, and which stage it wants to see.

use std::time::Duration;

use dslc_opt::rewrite::Mode;

use crate::kinks::Kinks;

/// Which way a program runs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Backend {
    /// The reference evaluator: slow, and the definition of what a program gives.
    Eval,
    /// Machine code through Cranelift.
    #[default]
    Cranelift,
}

/// How far the order of floating-point operations is held to the program as written.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Fp {
    /// Every bit of the program as written.
    Exact,
    /// Sums and products may have another order: kernels of large products have their own, and contractions are rewritten.
    #[default]
    Default,
}

/// Everything that a host chooses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) backend: Backend,
    pub(crate) fp: Fp,
    /// Whether contractions are rewritten.
    pub(crate) rewrite: bool,
    /// The bytes that a statement may use beside its arguments and results.
    pub(crate) memory: u64,
    /// The bytes that the reverse derivative of a loop may keep of its trips; none is without limit.
    pub(crate) residual_memory: Option<u64>,
    /// From how many rows on a sparse Jacobian or Hessian takes a pass for each colour.
    pub(crate) coloured_from: usize,
    /// The steps that a program may take; none is without end.
    pub(crate) steps: Option<u64>,
    /// What becomes of kinks that derivatives meet.
    pub(crate) kinks: Kinks,
    /// Whether a statement or call stops the program if an operation of it made a NaN or an infinity.
    pub(crate) trap_nan: bool,
    pub(crate) limits: dslc_sema::Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            backend: Backend::default(),
            fp: Fp::default(),
            rewrite: true,
            memory: 4 << 30,
            residual_memory: None,
            coloured_from: dslc_grad::Options::default().coloured_from,
            steps: None,
            kinks: Kinks::default(),
            trap_nan: false,
            limits: Default::default(),
        }
    }
}

impl Settings {
    /// What the passes may do. The evaluator is the reference, so it computes what is written.
    pub(crate) fn passes(&self) -> dslc_opt::pipeline::Options {
        let mode = if self.fp == Fp::Exact { Mode::Exact } else { Mode::Default };
        let wanted = self.rewrite && self.backend != Backend::Eval;
        dslc_opt::pipeline::Options { rewrite: wanted.then_some(mode), strips_above: None }
    }
}

/// A stage whose result can be looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The intermediate representation as checked.
    Ir,
    /// The same with derivatives expanded.
    Grad,
    /// Loop programs.
    Loops,
    /// Cranelift's text.
    Clif,
    /// Machine code.
    Asm,
}

/// Where the time of a session went.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Timings {
    /// Parsing and checking, with the modules and the types of the data.
    pub check: Duration,
    /// Expanding derivatives.
    pub grad: Duration,
    /// The clean-up passes.
    pub opt: Duration,
    /// Lowering to loops.
    pub lower: Duration,
    /// Making machine code.
    pub compile: Duration,
    /// Computing.
    pub run: Duration,
    /// Reading and writing data, drawing.
    pub data: Duration,
    /// How many pieces of machine code were made.
    pub compiled: u32,
}

impl Timings {
    /// The stages in order, by name.
    pub fn stages(&self) -> [(&'static str, Duration); 7] {
        [
            ("check", self.check),
            ("grad", self.grad),
            ("opt", self.opt),
            ("lower", self.lower),
            ("compile", self.compile),
            ("run", self.run),
            ("data", self.data),
        ]
    }
}
