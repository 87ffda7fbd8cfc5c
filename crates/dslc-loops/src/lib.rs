//! IR to loop programs: fusion, loop order, vectors, buffers.
//!
//! [`program::Program`] is the data structure, which a backend translates statement by statement.

pub mod program;
pub mod vectors;

pub use program::Program;
