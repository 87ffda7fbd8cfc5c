//! Random well-typed programs as source text, which shrink.
//!
//! A [`Program`] is a small tree of typed terms that know their own spelling. [`program`] makes one from a seed,
//! [`text`](Program::text) prints it, and [`Programs`] is the same as a strategy of `proptest`, whose trees shrink:
//! statements are left out, terms become smaller ones of their type, axes become shorter. Most of what is made is
//! accepted by the checker; what shrinks need not be, so a property must hold of a rejected program.

mod constructs;
mod make;
mod plan;
mod shrink;
mod strategy;

pub use constructs::CONSTRUCTS;
pub use make::{difference, program};
pub use plan::{Block, Elem, Part, Program, Stmt, Term, Ty};
pub use strategy::{Grown, Programs, smallest};
