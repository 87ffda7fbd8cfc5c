//! What compiled code calls: matrix kernels, linear algebra, random numbers, errors that carry an index.

pub mod failure;
pub mod matmul;
pub mod matrix;
pub mod routines;
pub mod tropical;
pub mod value;
