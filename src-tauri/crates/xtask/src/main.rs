//! What is done around the program: `cargo xtask run`, `cargo xtask test`, `cargo xtask sample`,
//! `cargo xtask shots`, `cargo xtask bench`, `cargo xtask soak`, `cargo xtask fuzz`.
//!
//! Each does its own set-up, and does nothing that was already done. Nothing here is part of the
//! program that people install.

mod bench;
mod checks;
mod command;
mod folders;
mod fuzz;
mod program;
mod sample;
mod setup;
mod soak;
mod stop;
mod ui;
mod window;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::folders::Folders;
use crate::stop::Stop;

#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", about = "Set-up, run, test, sample journals.")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sets up whatever is missing, builds the program and opens its window.
    Run {
        /// The journal to open, a folder or a URL; the sample journal if none is named.
        bucket: Option<OsString>,
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
        /// About how many events.
        #[arg(long, default_value_t = sample::EVENTS, value_parser = sample::events_in_range)]
        events: usize,
        /// The same seed makes the same files, byte for byte.
        #[arg(long, default_value_t = sample::SEED)]
        seed: u64,
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
        Err(stop) => {
            eprintln!("xtask: {stop}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode, Stop> {
    let folders = Folders::find()?;
    match task {
        Task::Run { bucket } => {
            setup::packages(setup::For::Building)?;
            ui::prepare(&folders)?;
            program::build(&folders)?;
            let sample = sample::ensure(&folders)?;
            program::open(&folders, bucket.as_deref(), &sample)
        }
        Task::Test => checks::check_all(&folders).map(|()| ExitCode::SUCCESS),
        Task::Shots => shots(&folders).map(|()| ExitCode::SUCCESS),
        Task::Sample { out, events, seed } => {
            let out = out.unwrap_or_else(|| folders.sample());
            sample::make(&out, events, seed).map(|()| ExitCode::SUCCESS)
        }
        Task::Bench { subject } => bench::measure(&folders, subject).map(|()| ExitCode::SUCCESS),
        Task::Soak { minutes, seed } => {
            soak::run(&folders, minutes, seed).map(|()| ExitCode::SUCCESS)
        }
        Task::Fuzz { seconds, target } => {
            fuzz::run_all(&folders, seconds, target).map(|()| ExitCode::SUCCESS)
        }
    }
}

/// Makes the pictures of every view.
fn shots(folders: &Folders) -> Result<(), Stop> {
    setup::packages(setup::For::Testing)?;
    ui::prepare(folders)?;
    let sample = sample::ensure(folders)?;
    window::drive(folders, &sample, &window::Drive { only: "views", ..Default::default() })
}
