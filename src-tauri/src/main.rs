//! The desktop program. Started with the decoder's argument it is the decoder, otherwise the
//! window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(decoded) = reader::decode_if_asked() {
        return decoded;
    }
    session::start_logs();
    daybook_desktop::avoid_blank_window();
    match daybook_desktop::run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("daybook-desktop: {problem}");
            ExitCode::FAILURE
        }
    }
}
