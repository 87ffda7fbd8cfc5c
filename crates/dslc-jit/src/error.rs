//! Why a program is not compiled, and why a compiled one stopped.

use std::fmt;

use dslc_runtime::context::OutOfMemory;
use dslc_runtime::failure::Failure;

/// Why a program is not compiled. All but the first are bugs of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JitError {
    /// There is no backend for this processor.
    Host(String),
    /// The loop program breaks a rule of its own.
    Program(String),
    /// Cranelift refused the translation.
    Backend(String),
}

impl fmt::Display for JitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(why) => write!(f, "no machine code can be made on this host: {why}"),
            Self::Program(why) => write!(f, "the loop program is malformed: {why}"),
            Self::Backend(why) => write!(f, "the code generator refused the program: {why}"),
        }
    }
}
impl std::error::Error for JitError {}

/// Why a call did not give results. What the results hold then is unspecified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// A failure of the program.
    Failure(Failure),
    /// The host asked for it.
    Interrupted,
    /// More steps than allowed.
    Steps,
    /// More memory than allowed.
    Memory(OutOfMemory),
    /// The arguments or results do not fit the program; a mistake of the caller.
    Mismatch(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failure(failure) => failure.fmt(f),
            Self::Interrupted => f.write_str("interrupted"),
            Self::Steps => f.write_str("the program takes more steps than it may"),
            Self::Memory(refused) => refused.fmt(f),
            Self::Mismatch(what) => write!(f, "the call does not fit the program: {what}"),
        }
    }
}
impl std::error::Error for Stop {}
