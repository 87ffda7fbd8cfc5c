//! What compiled code calls: matrix kernels, linear algebra, random numbers, errors that carry an index.

pub mod routines;
