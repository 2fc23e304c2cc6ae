//! The decoder and nothing else, for the tests of this crate: every shell is its own decoder.

use std::process::ExitCode;

fn main() -> ExitCode {
    decode::decode_if_asked().unwrap_or(ExitCode::FAILURE)
}
