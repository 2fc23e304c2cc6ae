//! What is done around the program: `cargo xtask run`, `cargo xtask test`, `cargo xtask sample`,
//! `cargo xtask shots`, `cargo xtask bench`, `cargo xtask soak`, `cargo xtask fuzz`.
//!
//! Each does its own set-up, and does nothing that was already done. Nothing here is part of the
//! program that people install. What makes and measures journals is the crate `lab`, which is built
//! together with the program and started from here.

mod bench;
mod checks;
mod command;
mod error;
mod folders;
mod fuzz;
mod lab;
mod program;
mod run;
mod setup;
mod steps;
mod ui;
mod window;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::CommandError;
use crate::folders::Folders;

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
    Test,
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
    /// Measures how fast it is, beside what it could be at best. No figure is a failure.
    Bench {
        #[command(subcommand)]
        subject: bench::Subject,
    },
    /// Kills programs that record and flush, again and again, and looks whether anything is lost.
    Soak {
        /// For how long.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
        /// What the choices are drawn from; another one each time if none is named.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Gives ever new bytes to whatever reads bytes of unknown origin, and looks whether it holds.
    Fuzz {
        /// For how long each target.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// The only target to run; all of them if none is named.
        #[arg(long, value_parser = fuzz::TARGETS)]
        target: Option<String>,
    },
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

fn perform(task: Task) -> Result<ExitCode, CommandError> {
    let folders = Folders::find()?;
    let done = match task {
        Task::Run { bucket, picture: None } => return run::show(&folders, bucket.as_deref()),
        Task::Run { bucket, picture: Some(file) } => run::draw(&folders, bucket.as_deref(), &file),
        Task::Test => checks::check_all(&folders),
        Task::Shots => window::shots(&folders),
        Task::Sample { out, events, seed } => lab::sample(&folders, out, events, seed),
        Task::Bench { subject } => bench::measure(&folders, subject),
        Task::Soak { minutes, seed } => lab::soak(&folders, minutes, seed),
        Task::Fuzz { seconds, target } => fuzz::run_all(&folders, seconds, target),
    };
    done.map(|()| ExitCode::SUCCESS)
}
