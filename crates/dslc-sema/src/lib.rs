//! AST to IR: names, types, sizes, index ranges, modules; the last place where a user's mistake is born.
//!
//! A body is elaborated by one walk, [`check::Checker`]: once with its sizes as names (what is built is thrown
//! away), and once for each call with the sizes that the call has. Sizes are [`dim::Dim`] in both, so there is
//! one set of rules.

#![allow(clippy::only_used_in_recursion)]

mod alias;
mod bodies;
mod bounds;
mod budget;
mod builtins;
mod call;
mod captured;
mod casts;
mod check;
mod complex;
mod control;
mod derive;
mod dim;
mod effects;
mod errors;
mod expr;
mod folds;
mod foreign;
mod fourier;
mod frame;
mod free;
mod front;
mod guards;
mod host;
mod index;
mod kept;
mod keys;
mod library;
mod lift;
mod loops;
mod matrices;
mod models;
mod modules;
mod operators;
mod powers;
mod program;
mod rule_tests;
mod script;
mod script_control;
mod shapes;
mod signature;
mod solve;
mod stated;
mod stmts;
mod tables;
mod ty;
mod types;
mod value;
mod wrt;

pub use builtins::names as builtin_names;
pub use dim::{Dim, SizeId, Truth};
pub use front::{Front, check};
pub use host::{Column, ColumnKind, ElementKind, Host, Limits};
pub use program::{
    Border, Close, Compute, Entry, Load, Loaded, Plot, PlotKind, Program, Series, Shown, Slot, Step,
};
pub use signature::Signature;
