//! Any bytes through the lexer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dslc_fuzz::lexed(bytes));
