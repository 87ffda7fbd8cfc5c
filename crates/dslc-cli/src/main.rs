//! The command line: files, plots, progress; the only crate that prints, reads files or exits.
fn main() {}
