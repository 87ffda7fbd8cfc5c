//! What compiled code calls: matrix kernels, linear algebra, random numbers, errors that carry an index.

pub mod context;
pub mod failure;
pub mod interrupt;
pub mod kernels;
pub mod matmul;
pub mod matrix;
pub mod memory;
pub mod ordered;
pub mod routines;
pub mod trace;
pub mod tropical;
pub mod value;
pub mod view;
