//! IR to IR: reverse and forward derivative.
