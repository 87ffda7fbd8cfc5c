//! IR to IR: reverse and forward derivative, and bounds as `dslc-bounds` makes them.
//!
//! - *Takes* a module whose functions may hold `Vjp`, `Jvp` and `Bounds` nodes, in any nesting.
//! - *Gives* for each root a function without them: each such node has become a call of a derived function.
//! - *Needs* well-typed functions; callees have smaller ids.
//! - *Breaks* nothing: functions of the module stay as they are, new ones are appended, and a function that needs
//!   no change is its own result. Nothing is derived twice, and nothing depends on the order of hash tables.
//!
//! ```text
//! fn @1 "gradient" {
//!   axis '0 = 3, '1 = 3
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = const f64 1.0: f64{}
//!   %2 = vjp @0 wrt [true] (%0['0], %1[]) -> ([], ['1]): f64{}, f64{'1}
//!   %3 = proj 1 %2: f64{'1}
//!   return %3 ['1]
//! }
//! fn @3 "gradient" {
//!   axis '0 = 3, '1 = 3
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = const f64 1.0: f64{}
//!   %2 = call @2 (%0['0], %1[]) -> ([], ['1]): f64{}, f64{'1}
//!   %3 = proj 1 %2: f64{'1}
//!   return %3 ['1]
//! }
//! ```
//!
//! Inner derivatives are expanded first, so a derivative of a derivative is the derivative of an ordinary
//! function. `reverse.rs` documents the reverse walk and the order in which cotangents are added, `forward.rs` the
//! forward one, `stated.rs` what becomes of a function that carries a rule of its own; the rules stand in a file for each family of operators.

mod activity;
mod build;
mod composed;
mod compress;
mod deriver;
mod error;
mod expand;
mod factors;
mod folds;
mod forward;
mod forward_control;
mod index;
mod kinks;
mod matrices;
mod partials;
mod plan;
mod prepare;
mod reverse;
mod reverse_basic;
mod reverse_control;
mod reverse_library;
mod reverse_scan;
mod segments;
pub mod sparsity;
mod spectral;
mod split;
mod stacked;
mod stated;
mod sums;
mod writes;

pub use error::{GradError, Kind};
pub use expand::{Options, expand, expand_with};
