//! The hub: one intermediate representation that every stage shares.
//!
//! A value is a scalar together with a *set of named axes*, each with an extent. Operators line values up by
//! axis, so there is no transpose, no broadcast and no reshape to get right: a comprehension's index variable
//! *is* an axis. Read [`op::Op`] for the operators, [`prim::Prim`] for what one scalar primitive must say of
//! itself, [`mach`] for the machine operations that primitives are made of, [`function::Function`] for the
//! invariants.
//!
//! **Invariant:** a node's arguments have smaller indices than the node.

pub mod builder;
pub mod construct;
pub mod function;
pub mod infer;
pub mod interpret;
pub mod interval;
pub mod laws;
pub mod mach;
pub mod op;
pub mod parse;
mod part;
pub mod prim;
pub mod prims;
pub mod print;
pub mod routine;
pub mod scalar;
pub mod semiring;
pub mod simplify;
pub mod verify;

pub use builder::Builder;
pub use function::{
    AxisId, Extent, FuncId, Function, Module, Node, NodeId, Output, Param, Role, Rule, Site, SiteId, Type,
};
pub use op::{Binding, Index, Op, Scan};
pub use prim::{Prim, PrimRef};
pub use routine::Routine;
pub use scalar::{Bits, Scalar};
pub use semiring::{Monoid, Semiring};
