//! Tasks of development: `cargo xtask run`, `test`, `sample`, `shots`, `bench`, `soak`, `fuzz`,
//! `stores`.
//!
//! Each sets up what it needs, and repeats nothing that is done already. Nothing here is part of
//! the program that people install, and nothing here links it: xtask builds in seconds, without
//! Arrow, without Tokio and without the lab, which makes and measures journals and is started from
//! here.
//!
//! Start reading at `perform`, which has a line for each task. `run`, `checks`, `fuzz` and `bench`
//! are tasks; `setup`, `ui`, `program`, `python`, `lab`, `stores` and `window` are what they consist
//! of; `steps` prints which step a task is in; `command`, `folders` and `error` are used by all.

mod bench;
mod checks;
mod command;
mod error;
mod folders;
mod fuzz;
mod lab;
mod program;
mod python;
mod run;
mod setup;
mod steps;
mod stores;
mod ui;
mod window;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::CommandError;
use crate::folders::Folders;

// A doc comment here would become the help.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", about = "Set-up, run, test, sample journals.")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sets up whatever is missing, builds the program and opens its window. Without a display it
    /// prints the newest events in place of the window.
    Run {
        /// The journal to open, a folder or a URL; the sample journal if none is named.
        bucket: Option<OsString>,
        /// Draws the window under a display of its own into this PNG file, in place of opening it.
        #[arg(long, value_name = "FILE")]
        picture: Option<PathBuf>,
    },
    /// Sets up whatever is missing, then runs every check and every test.
    Test {
        /// Run the tests of clusters on Spark too, which needs Java.
        #[arg(long)]
        spark: bool,
    },
    /// Takes a picture of every view and state of the real window, light and dark, narrow and wide.
    Shots,
    /// Makes a sample journal: two years of a recruiting firm that does not exist.
    Sample {
        /// The folder to make; it must not exist. [default: `sample` in the target folder]
        #[arg(long)]
        out: Option<PathBuf>,
        /// About how many events. [default: 50000]
        #[arg(long)]
        events: Option<String>,
        /// The same seed makes the same files, byte for byte. [default: 342]
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Runs a benchmark and prints its figures, beside those of a peer. No figure is a failure.
    Bench {
        #[command(subcommand)]
        subject: bench::Subject,
    },
    /// Kills programs that record and flush, again and again, and checks that nothing is lost.
    Soak {
        /// For how many minutes.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
        /// Seed of the random choices; a new one each time if none is named.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Fuzzes everything that reads bytes of unknown origin.
    Fuzz {
        /// For how many seconds each target.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// The only target to run; all of them if none is named.
        #[arg(long, value_parser = fuzz::TARGETS)]
        target: Option<String>,
    },
    /// Starts emulators of object stores and a cluster, and prints the variables by which tests find
    /// them. They run until Ctrl-C.
    Stores,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Performs a task. Returns the exit status.
fn perform(task: Task) -> Result<ExitCode, CommandError> {
    let folders = Folders::find()?;
    let result = match task {
        Task::Run { bucket, picture: None } => return run::show(&folders, bucket.as_deref()),
        Task::Run { bucket, picture: Some(file) } => run::draw(&folders, bucket.as_deref(), &file),
        Task::Test { spark } => checks::check_all(&folders, spark),
        Task::Shots => window::shots(&folders),
        Task::Sample { out, events, seed } => lab::sample(&folders, out, events, seed),
        Task::Bench { subject } => bench::measure(&folders, subject),
        Task::Soak { minutes, seed } => lab::soak(&folders, minutes, seed),
        Task::Fuzz { seconds, target } => fuzz::run_all(&folders, seconds, target),
        Task::Stores => stores::serve(&folders),
    };
    result.map(|()| ExitCode::SUCCESS)
}
