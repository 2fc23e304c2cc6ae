//! The decoder as a program of its own, for tests. Every shell is its own decoder.

use std::process::ExitCode;

fn main() -> ExitCode {
    decode::decode_if_asked().unwrap_or(ExitCode::FAILURE)
}
