//! Routines on core axes: plain functions over slices, one file each.
//!
//! The evaluator and compiled code call the same functions, so that they agree bit for bit.

pub mod argsort;
pub mod assignment;
pub mod determinant;
pub mod factor;
pub mod factors;
pub mod fourier;
pub mod permutation;
pub mod solve;
pub mod triangular;
pub mod words;

pub use argsort::{Sortable, argsort};
pub use assignment::assignment;
pub use factor::{factor, room};
pub use factors::Unfactored;
pub use permutation::permutation;
pub use solve::{Real, Unsolved, solve};
pub use triangular::{solve_lower, solve_upper};
pub use words::{factor_on_words, system_on_words};
