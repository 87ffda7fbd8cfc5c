//! Any bytes through the parser and the printer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dslc_fuzz::parsed(bytes));
