//! Any bytes through the checker, with derivatives.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dslc_fuzz::checked(bytes));
