//! Routines on core axes: plain functions over slices, one file each.
//!
//! The evaluator and compiled code call the same functions, so that they agree bit for bit.

pub mod argsort;
pub mod fourier;
pub mod permutation;
pub mod solve;

pub use argsort::{Sortable, argsort};
pub use fourier::{Transformed, fourier};
pub use permutation::permutation;
pub use solve::{Real, Unsolved, solve};
