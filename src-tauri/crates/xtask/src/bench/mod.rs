//! `cargo xtask bench`: how fast the program is, by the benchmarks of its crates.

mod bucket;
mod reader;

use clap::Subcommand;

use crate::command::{cargo, run};
use crate::folders::Folders;
use crate::stop::Stop;

/// Tells a benchmark which folder is its own.
const FOLDER_VARIABLE: &str = "DAYBOOK_BENCH_FOLDER";

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Subject {
    /// Recording and flushing, beside `SQLite` and beside the bare disk.
    Journal,
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
        Subject::Reader { events, files } => reader::measure(folders, events, files),
    }
}

/// Always with the whole workspace: for one package alone cargo would choose other features, and
/// build most of the dependencies once more.
fn benchmark(folders: &Folders, name: &str) -> std::process::Command {
    let mut bench = cargo(folders);
    bench.args(["bench", "--workspace", "--bench", name]);
    bench
}
