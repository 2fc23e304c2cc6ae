//! `cargo xtask bench`: how fast the program is, by the benchmarks of its crates.

use clap::ValueEnum;

use crate::command::cargo;
use crate::folders::Folders;
use crate::stop::Stop;

/// Tells the benchmark where to write.
const FOLDER_VARIABLE: &str = "DAYBOOK_BENCH_FOLDER";

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Subject {
    /// Recording and flushing, beside `SQLite` and beside the bare disk.
    Journal,
}

/// Always with the whole workspace: for one package alone cargo would choose other features, and
/// build most of the dependencies once more.
pub fn run(folders: &Folders, subject: Subject) -> Result<(), Stop> {
    let name = match subject {
        Subject::Journal => "journal",
    };
    let mut bench = cargo(folders);
    bench.args(["bench", "--workspace", "--bench", name]);
    crate::command::run(bench.env(FOLDER_VARIABLE, folders.bench().join(name)))
}
