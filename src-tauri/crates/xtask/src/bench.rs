//! `cargo xtask bench`: how fast the program is, by the benchmarks of the lab.

use std::path::PathBuf;
use std::process::Command;

use clap::{Args, Subcommand};

use crate::command::{cargo, run, succeeds};
use crate::error::CommandError;
use crate::folders::Folders;
use crate::window::{self, Drive};
use crate::{lab, setup, ui};

/// Tells a benchmark which folder is its own.
const FOLDER_VARIABLE: &str = "DAYBOOK_BENCH_FOLDER";

/// Tells the benchmark of the reader which Python has the peer.
const PYTHON_VARIABLE: &str = "DAYBOOK_BENCH_PYTHON";

/// The peer, and what its answers are fetched into.
const PACKAGES: [(&str, &str); 2] = [("duckdb", "2.0.0"), ("pyarrow", "26.0.1")];

/// What can be measured.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Subject {
    /// Recording and flushing, beside `SQLite` and beside the bare disk.
    Journal,
    /// What people wait for in the real window, on a journal as large as is asked for.
    Window(Size),
    /// Opening a journal and asking it, beside `DuckDB`.
    Reader(Size),
}

/// How large the journal is that is measured.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Size {
    /// How many events the journal holds; it is made if it is not there.
    #[arg(long, default_value = "10000000")]
    events: String,
    /// In how many files.
    #[arg(long, default_value = "10000")]
    files: String,
}

pub fn measure(folders: &Folders, subject: Subject) -> Result<(), CommandError> {
    match subject {
        Subject::Journal => {
            let mut bench = benchmark(folders, "journal");
            run(bench.env(FOLDER_VARIABLE, folders.bench().join("journal")))
        }
        Subject::Window(size) => window(folders, &size),
        Subject::Reader(size) => reader(folders, &size),
    }
}

fn window(folders: &Folders, size: &Size) -> Result<(), CommandError> {
    ui::check_tools()?;
    setup::packages(setup::For::Testing)?;
    ui::prepare(folders)?;
    lab::ensure_sample(folders)?;
    let folder = lab::bucket(folders, &size.events, &size.files)?;
    let variables = vec![(FOLDER_VARIABLE, folder.into())];
    window::drive(folders, &Drive { only: "speed", release: true, variables })
}

/// Makes the journal, installs the peer, and starts the benchmark.
fn reader(folders: &Folders, size: &Size) -> Result<(), CommandError> {
    let folder = lab::bucket(folders, &size.events, &size.files)?;
    let python = peer(folders)?;
    let mut bench = benchmark(folders, "reader");
    run(bench.env(FOLDER_VARIABLE, folder).env(PYTHON_VARIABLE, python))
}

/// Always with the whole workspace: for one package alone cargo would choose other features, and
/// build most of the dependencies once more.
fn benchmark(folders: &Folders, name: &str) -> Command {
    let mut bench = cargo(folders);
    bench.args(["bench", "--workspace", "--bench", name]);
    bench
}

/// A Python of its own that has the peer, under the target folder.
fn peer(folders: &Folders) -> Result<PathBuf, CommandError> {
    let folder = folders.bench().join("venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let is_there = PACKAGES
        .map(|(name, version)| format!("import {name}; assert {name}.__version__ == '{version}'"));
    if !succeeds(&python.to_string_lossy(), &["-c", &is_there.join("; ")]) {
        let system = if cfg!(windows) { "python" } else { "python3" };
        run(Command::new(system).args(["-m", "venv"]).arg(&folder))?;
        let packages = PACKAGES.map(|(name, version)| format!("{name}=={version}"));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
    }
    Ok(python)
}
