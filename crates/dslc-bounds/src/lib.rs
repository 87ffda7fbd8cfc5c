//! IR to IR: enclosures of a function's values on a box.
//!
//! - *Takes* a function without `Vjp`, `Jvp` and `Bounds` nodes, and which parameters are boxes.
//! - *Gives* a function `(x.., x_hi..) -> (y_lo.., y_hi..)`: for each point between the ends of the boxes, what the function
//!   computes there stands between the ends of the results, and so does the real number that it stands for, up to
//!   underflow to zero. A result that may be NaN has the ends minus and plus infinity.
//! - *Needs* ends in order. It is asked of `lo > hi` that the caller has stopped the program.
//! - *Breaks* nothing: new functions are appended.
//!
//! The result is an ordinary function: it is compiled, and differentiated, and has bounds itself. Each value that
//! differs on the box has two nodes, its [`Ends`](dslc_ir::interval::Ends); a value that does not has one, and costs nothing.
//!
//! ```text
//! fn @0 "f" {
//!   axis '0 = 3
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = map relu %0: f64{'0}
//!   return %1 ['0]
//! }
//! fn @1 "f.ends" {
//!   axis '0 = 3, '1 = 3
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = param 1: f64{'1} order ['1]
//!   %2 = read {'1: '0} %1: f64{'0}
//!   %3 = map known %0 %2: f64{'0}
//!   %4 = map relu %3: f64{'0}
//!   %5 = map relu %2: f64{'0}
//!   return %4 ['0], %5 ['0]
//! }
//! ```
//!
//! | operation | its ends |
//! |---|---|
//! | a primitive | what its record says (`dslc_ir::interval`) |
//! | a sum of products with known factors | center and radius: two contractions (`sums.rs`) |
//! | other folds | `folds.rs` |
//! | a product of a value with itself | the power, which is not negative where it is even (`powers.rs`) |
//! | reads, scatters, updates, stacks | the same of both ends (`places.rs`) |
//! | a branch that is decided | that branch; else both, and what spans them (`control.rs`) |
//! | a loop | both ends are its state |
//! | an integer that differs on the box, a routine, a `while` that is undecided | none |
//!
//! What has no bounds is told only where a result needs it.

mod control;
mod ends;
mod error;
mod folds;
mod places;
mod powers;
mod reach;
mod sums;
mod walk;

pub use ends::Bounds;
pub use error::BoundsError;
