//! Loop nests to machine code through Cranelift.
//!
//! A [`dslc_loops::Program`] has every address, vector and order written out, so the translation is mechanical:
//! a register becomes a value, a loop three blocks, a machine operation one instruction or a few. Nothing here
//! knows a primitive.
//!
//! ```text
//! for i in 0..8 step 2        block1(v9: i64):
//!   v1: f64x2 = load b0[i]      v10 = load.f64x2 notrap v5 ...
//!   v2 = fadd v1, v1            v11 = fadd v10, v10
//!   store b1[i], v2             store notrap v11, v6 ...
//!                               brif v13, block1(v12), block2
//! ```
//!
//! [`Jit`] compiles, [`Compiled`] runs. Code memory belongs to its [`Compiled`] and is never writable and executable at
//! once.

mod check;
mod compiled;
mod error;
mod host;
mod translate;

pub use compiled::Compiled;
pub use error::{JitError, Stop};
pub use host::{Jit, Options, Tier};
