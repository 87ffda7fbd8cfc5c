//! Nasty inputs, from outside: every one ends in an exit code that is declared, soon, and within its memory. Inputs are
//! made by the tests.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod data;
mod depth;
mod derivatives;
mod growth;
mod limits;
mod names;
mod numbers;
mod paths;
mod repl;
mod running;
mod text;
mod trial;
