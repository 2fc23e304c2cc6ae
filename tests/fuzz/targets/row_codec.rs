#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::row_codec::check(bytes));
