//! `daybook`, the command line: whatever the window can do with a journal, without a display.
//!
//! A verb parses what was typed, makes one call into `session`, and prints the answer. Data goes to
//! standard output, words to standard error, and the exit status says how it ended.

mod answers;
mod args;
mod error;
mod print;
mod usage;
mod verbs;

use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::Builder;

use crate::args::Cli;
use crate::error::CliError;
use crate::print::say;

/// The allocator keeps for each thread what that has used once: recording ten million events took
/// 490 MiB with as many threads as there were files to look at.
const BLOCKING_THREADS: usize = 4;

/// How a verb ended that did what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Clean,
    /// Something was found that somebody should look at.
    Findings,
}

fn main() -> ExitCode {
    if let Some(decoded) = reader::decode_if_asked() {
        return decoded;
    }
    session::start_logs();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::explain(&error),
    };
    match run(cli) {
        // At a closed pipe whoever read has seen enough.
        Ok(Done::Clean) | Err(CliError::ClosedPipe) => ExitCode::SUCCESS,
        Ok(Done::Findings) => ExitCode::from(1),
        Err(stop) => {
            say(&format!("daybook: {stop}"));
            ExitCode::from(stop.status())
        }
    }
}

fn run(cli: Cli) -> Result<Done, CliError> {
    // The query engine blocks where it is called, which only this kind of runtime allows.
    let mut runtime = Builder::new_multi_thread();
    let runtime = runtime.enable_all().max_blocking_threads(BLOCKING_THREADS).build();
    let runtime = runtime.map_err(CliError::Runtime)?;
    runtime.block_on(verbs::perform(cli))
}
