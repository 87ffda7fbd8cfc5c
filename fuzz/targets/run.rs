//! Any bytes as a program on both backends.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dslc_fuzz::ran(bytes));
