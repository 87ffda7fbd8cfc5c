//! Development only: bless, tidy, docs, bench.
fn main() {}
