//! IR to IR: reverse and forward derivative.
//!
//! - *Takes* a module whose functions may hold `Vjp` and `Jvp` nodes, in any nesting.
//! - *Gives* for each root a function without them: each such node has become a call of a derived function.
//! - *Needs* well-typed functions; callees have smaller ids.
//! - *Breaks* nothing: functions of the module stay as they are, new ones are appended, and a function that needs
//!   no change is its own result. Nothing is derived twice, and nothing depends on the order of hash tables.
//!
//! ```text
//! fn f(%0: f64) -> %1                    fn f.reverse(%0: f64, %1: f64) -> %2, %4
//!   %1 = sin %0                            %2 = sin %0
//! fn g(%0: f64) -> %3                      %3 = cos %0
//!   %1 = const 1.0                         %4 = mul %1 %3
//!   %2 = vjp @f wrt(0) %0, %1            fn g(%0: f64) -> %3
//!   %3 = proj 1 %2                         %1 = const 1.0
//!                                          %2 = call @f.reverse %0, %1
//!                                          %3 = proj 1 %2
//! ```
//!
//! Inner derivatives are expanded first, so a derivative of a derivative is the derivative of an ordinary
//! function. `reverse.rs` documents the reverse walk and the order in which cotangents are added, `forward.rs` the
//! forward one; the rules stand in a file for each family of operators.

mod activity;
mod build;
mod deriver;
mod error;
mod expand;
mod folds;
mod forward;
mod forward_control;
mod index;
mod partials;
mod prepare;
mod reverse;
mod reverse_basic;
mod reverse_control;
mod reverse_scan;
mod split;
mod writes;

pub use error::GradError;
pub use expand::expand;
