//! IR to IR: clean-up passes and equality saturation.
//!
//! Every pass keeps every bit of every result, failures included, in every floating-point mode: what no result
//! needs raises nothing, and a failure that is needed stays and keeps its place. [`rebuild`] is the one mechanism;
//! [`pipeline`] says in which order the passes run.

mod bits;
pub mod cost;
pub mod fails;
pub mod hoist;
pub mod inline;
pub mod lift;
pub mod needs;
pub mod pipeline;
pub mod prune;
pub mod reads;
pub mod rebuild;
pub mod relabel;
pub mod residual;
pub mod rewrite;
pub mod select;
pub mod strips;
pub mod tapes;
pub mod unroll;
