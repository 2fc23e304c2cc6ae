#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::json_value::check(bytes));
