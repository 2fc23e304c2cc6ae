//! `daybook`, the command line: whatever the window can do with a journal, without a display.
//!
//! A verb parses its arguments, makes one call into `session`, and prints the answer. Data goes to
//! standard output, messages to standard error. The exit status is 0 when done, 1 when done with
//! findings, 2 for wrong use, 3 for what was refused or not possible. It knows nothing of files, of
//! Parquet or of what an event means.
//!
//! Start reading at `verbs`, which has one function a verb. `args` is what can be typed, `answers`
//! what is answered, as JSON and as rows; `print` brings it into the form asked for; `usage` and
//! `error` are the messages of failures.

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
use crate::print::write_message;

/// Most threads that may block. The allocator does not return what a thread has used: recording ten
/// million events took 490 MiB with as many threads as there were files to read.
const BLOCKING_THREADS: usize = 4;

/// Outcome of a verb that did what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Exit status 0.
    Clean,
    /// Exit status 1: something was found that somebody should look at, as broken chains or files
    /// that could not be read.
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
    let (only_reads, details) = (cli.verb.only_reads(), cli.verb.wants_engine_details());
    let mut ran = run(cli);
    if only_reads
        && let Err(CliError::Session(error)) = &ran
        && error.is_damaged_catalog()
    {
        write_message("The catalog on this device was damaged. It is made anew.");
        ran = run(Cli::parse());
    }
    match ran {
        // The reader of a closed pipe has seen enough: that is no failure.
        Ok(Outcome::Clean) | Err(CliError::ClosedPipe) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            write_message(&format!("daybook: {error}"));
            write_details(&error, details);
            ExitCode::from(error.status())
        }
    }
}

/// Writes all that a cluster said, if that is more than the error; or how it is shown.
fn write_details(error: &CliError, wanted: bool) {
    if let CliError::Session(error) = error
        && let Some(details) = error.cluster_details()
    {
        write_message(if wanted { details } else { "--engine-details shows all that it says." });
    }
}

/// Runs a verb to its end.
fn run(cli: Cli) -> Result<Outcome, CliError> {
    #[cfg(unix)]
    check_handles().map_err(CliError::Runtime)?;
    // The query engine blocks where it is called, which only this kind of runtime allows.
    let mut runtime = Builder::new_multi_thread();
    let runtime = runtime.enable_all().max_blocking_threads(BLOCKING_THREADS).build();
    let runtime = runtime.map_err(CliError::Runtime)?;
    runtime.block_on(verbs::perform(cli))
}

/// Fails if the system gives fewer handles than the runtime opens, which panics then.
#[cfg(unix)]
fn check_handles() -> std::io::Result<()> {
    let pairs = (0..4).map(|_| std::os::unix::net::UnixStream::pair());
    pairs.collect::<std::io::Result<Vec<_>>>().map(drop)
}
