//! Makes and tests journals: `lab sample`, `lab bucket`, `lab soak`, `lab serve-s3`; its benchmarks
//! measure recording and asking. It is built beside the program and is no part of what people install.
//!
//! Everything that it makes is a function of a seed: the same seed makes the same files. It encodes
//! files by itself, without the crates that it is there to test; only its benchmarks call them.
//!
//! `cargo xtask sample`, `bench` and `soak` build it and start it. Standard output is for the
//! caller, standard error for people. Start reading at `perform`: `sample` makes the sample
//! journal, `bucket` the journals of benchmarks, `soak` kills programs that record;
//! `benches/journal` and `benches/reader` measure.

mod bucket;
mod error;
mod new_folder;
mod prng;
mod sample;
mod soak;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use lab::s3_server::S3Server;

use crate::error::LabError;

// A doc comment here would become the help.
#[derive(Parser)]
#[command(name = "lab", about = "Makes and measures journals.")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Makes a sample journal: two years of a recruiting firm that does not exist.
    Sample {
        /// The folder to make; it must not exist.
        #[arg(long)]
        out: PathBuf,
        /// About how many events.
        #[arg(long, default_value_t = sample::EVENTS, value_parser = sample::events_in_range)]
        events: usize,
        /// The same seed makes the same files, byte for byte.
        #[arg(long, default_value_t = sample::SEED)]
        seed: u64,
    },
    /// Makes the journal of a benchmark if it is missing, and prints its folder.
    Bucket {
        /// The folder to make it in. A journal is a folder in it, named by its size and seed.
        #[arg(long)]
        parent: PathBuf,
        /// How many events the journal has.
        #[arg(long, default_value_t = bucket::EVENTS, value_parser = bucket::events_in_range)]
        events: u32,
        /// How many files it has.
        #[arg(long, default_value_t = bucket::FILES, value_parser = bucket::files_in_range)]
        files: u32,
        /// The same seed makes the same files, byte for byte.
        #[arg(long, default_value_t = bucket::SEED)]
        seed: u64,
        /// Each event says when it was recorded, as those of the first writers do not.
        #[arg(long)]
        recorded: bool,
    },
    /// Kills programs that record and flush, again and again, and checks that nothing is lost.
    Soak {
        /// For how many minutes.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
        /// Seed of the random choices; a new one each time if none is named.
        #[arg(long)]
        seed: Option<u64>,
        /// The command line whose processes are killed.
        #[arg(long)]
        program: PathBuf,
        /// The folder to work in. It is made if it is missing.
        #[arg(long)]
        folder: PathBuf,
    },
    /// Serves folders as buckets of S3, and prints its address, until it is ended.
    ServeS3 {
        /// The folder that holds them. What is put into a bucket is written there.
        #[arg(long)]
        folder: PathBuf,
        /// How many milliseconds each request waits before it is answered.
        #[arg(long, value_name = "MS", default_value_t = 0)]
        latency: u64,
    },
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lab: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Performs a task.
fn perform(task: Task) -> Result<(), LabError> {
    match task {
        Task::Sample { out, events, seed } => sample::make(&out, events, seed),
        Task::Bucket { parent, events, files, seed, recorded } => {
            let size = bucket::Size { events, files, seed, recorded };
            let folder = bucket::ensure(&parent, size)?;
            println!("{}", folder.display());
            Ok(())
        }
        Task::Soak { minutes, seed, program, folder } => {
            soak::run(&program, &folder, minutes, seed)
        }
        Task::ServeS3 { folder, latency } => {
            let server = S3Server::start(&folder, Duration::from_millis(latency))
                .map_err(LabError::file("serve", &folder))?;
            println!("{}", server.url());
            server.wait();
            Ok(())
        }
    }
}
