//! IR to loop programs: fusion, loop order, vectors, buffers.
//!
//! [`program::Program`] is the data structure, which a backend translates statement by statement; [`lower()`] makes
//! one. The rest of the crate prints, checks and interprets programs.
//!
//! Lowering is pull-based: a node either has a *home* (memory, or a register for scalars) or is computed where
//! it is used. [`plan`] decides which; [`frame`] walks a function in program order and gives homes; [`point`] emits the
//! value of a node at a point; [`nest`] makes loops, merges them and turns the innermost to vectors; [`emit`] puts
//! each operation into the outermost loop that knows its operands.

mod arena;
mod arg_fold;
mod control;
mod emit;
mod fold;
mod frame;
mod index;
pub mod interpret;
mod lower;
mod nest;
mod plan;
mod point;
pub mod print;
mod product;
pub mod program;
mod routine;
mod scan;
pub mod vectors;
pub mod verify;
mod write;

pub use frame::Options;
pub use lower::{LowerError, MOST, lower};
pub use program::Program;
