#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::decoder_protocol::check(bytes));
