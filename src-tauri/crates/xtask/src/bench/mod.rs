//! `cargo xtask bench`: how fast the program is, by the benchmarks of its crates.

mod bucket;
mod reader;

use clap::Subcommand;

use crate::command::{cargo, run};
use crate::folders::Folders;
use crate::stop::Stop;
use crate::window::{self, Drive};
use crate::{sample, setup, ui};

/// Tells a benchmark which folder is its own.
const FOLDER_VARIABLE: &str = "DAYBOOK_BENCH_FOLDER";

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Subject {
    /// Recording and flushing, beside `SQLite` and beside the bare disk.
    Journal,
    /// What people wait for in the real window, on a journal as large as is asked for.
    Window {
        /// How many events the journal holds; it is made if it is not there.
        #[arg(long, default_value_t = 10_000_000, value_parser = bucket::events_in_range)]
        events: u32,
        /// In how many files.
        #[arg(long, default_value_t = 10_000, value_parser = bucket::files_in_range)]
        files: u32,
    },
    /// Opening a journal and asking it, beside `DuckDB`.
    Reader {
        /// How many events the journal holds; it is made if it is not there.
        #[arg(long, default_value_t = 10_000_000, value_parser = bucket::events_in_range)]
        events: u32,
        /// In how many files.
        #[arg(long, default_value_t = 10_000, value_parser = bucket::files_in_range)]
        files: u32,
    },
}

pub fn measure(folders: &Folders, subject: Subject) -> Result<(), Stop> {
    match subject {
        Subject::Journal => {
            let mut bench = benchmark(folders, "journal");
            run(bench.env(FOLDER_VARIABLE, folders.bench().join("journal")))
        }
        Subject::Window { events, files } => window(folders, events, files),
        Subject::Reader { events, files } => reader::measure(folders, events, files),
    }
}

fn window(folders: &Folders, events: u32, files: u32) -> Result<(), Stop> {
    setup::packages(setup::For::Testing)?;
    ui::prepare(folders)?;
    let folder = bucket::ensure(&folders.bench().join("reader"), events, files, bucket::SEED)?;
    let sample = sample::ensure(folders)?;
    let variables = vec![(FOLDER_VARIABLE, folder.into())];
    window::drive(folders, &sample, &Drive { only: "speed", release: true, variables })
}

/// Always with the whole workspace: for one package alone cargo would choose other features, and
/// build most of the dependencies once more.
fn benchmark(folders: &Folders, name: &str) -> std::process::Command {
    let mut bench = cargo(folders);
    bench.args(["bench", "--workspace", "--bench", name]);
    bench
}
