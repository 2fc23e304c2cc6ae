//! `cargo xtask bench`: runs the benchmarks of the lab, and that of the real window.

use std::path::PathBuf;
use std::process::Command;

use clap::{Args, Subcommand};

use crate::command::{cargo, run};
use crate::error::CommandError;
use crate::folders::Folders;
use crate::window::{self, Drive};
use crate::{lab, python, setup, ui};

/// Variable that names the folder of a benchmark.
const FOLDER_VARIABLE: &str = "DAYBOOK_BENCH_FOLDER";

/// Variable that names the Python in which a benchmark finds its peers.
const PYTHON_VARIABLE: &str = "DAYBOOK_BENCH_PYTHON";

/// Packages of the peer of the reader, with their versions: the database, and the tables it answers with.
const READER_PEER: [&str; 2] = ["duckdb==2.0.0", "pyarrow==26.0.1"];

/// Packages of the peers that scan a bucket that is far. The extension by which the database does so is
/// there for this version of it.
const FAR_PEERS: [&str; 3] =
    ["polars==2.1.0", "duckdb==1.4.4", "duckdb-ext-httpfs==1.4.4.20260205"];

// Subject of a benchmark. A doc comment here would become the help of `bench`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Subject {
    /// Recording and flushing, beside `SQLite` and beside the bare disk.
    Journal,
    /// How long the real window takes to respond, on a journal of a given size.
    Window(Size),
    /// Opening a journal and asking it, beside `DuckDB`.
    Reader(Size),
    /// Questions in SQL, beside `DuckDB` after an import.
    Sql(Size),
    /// Reading a journal in an object store that is far, beside a folder, `Polars` and `DuckDB`.
    Far(Size),
}

// Size of the journal of a benchmark. The lab parses the numbers. A doc comment here would become
// the help of every benchmark that has a size.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Size {
    /// How many events the journal has; it is made if it is missing.
    #[arg(long, default_value = "10000000")]
    pub events: String,
    /// How many files it has.
    #[arg(long, default_value = "10000")]
    pub files: String,
    /// Each event says when it was recorded, as those of the first writers do not.
    #[arg(long)]
    pub recorded: bool,
}

/// Runs a benchmark, after everything that it needs.
pub fn measure(folders: &Folders, subject: Subject) -> Result<(), CommandError> {
    match subject {
        Subject::Journal => {
            let mut bench = benchmark(folders, "journal");
            run(bench.env(FOLDER_VARIABLE, folders.bench().join("journal")))
        }
        Subject::Window(size) => window(folders, &size),
        Subject::Reader(size) => reader(folders, &size),
        Subject::Sql(size) => sql(folders, &size),
        Subject::Far(size) => far(folders, &size),
    }
}

/// Runs the benchmark of the window.
fn window(folders: &Folders, size: &Size) -> Result<(), CommandError> {
    ui::check_tools()?;
    setup::packages(setup::For::Testing)?;
    ui::prepare(folders)?;
    lab::ensure_sample(folders)?;
    let folder = lab::bucket(folders, size)?;
    let variables = vec![(FOLDER_VARIABLE, folder.into())];
    run(cargo(folders).args(["build", "--release", "--workspace", "--example", "empty-window"]))?;
    window::drive(folders, &Drive { only: "speed", release: true, variables })
}

/// Makes the journal, installs the peer, and runs the benchmark of the reader.
fn reader(folders: &Folders, size: &Size) -> Result<(), CommandError> {
    let folder = lab::bucket(folders, size)?;
    let python = peer(folders, "venv", &READER_PEER)?;
    let mut bench = benchmark(folders, "reader");
    run(bench.env(FOLDER_VARIABLE, folder).env(PYTHON_VARIABLE, python))
}

/// Makes the journal, installs the peer, builds what answers, and runs the benchmark of SQL.
fn sql(folders: &Folders, size: &Size) -> Result<(), CommandError> {
    let folder = lab::bucket(folders, size)?;
    let python = peer(folders, "venv", &READER_PEER)?;
    run(cargo(folders).args(["build", "--release", "--workspace", "--bin", "daybook-sql"]))?;
    let mut bench = benchmark(folders, "sql");
    run(bench.env(FOLDER_VARIABLE, folder).env(PYTHON_VARIABLE, python))
}

/// Makes the journal, installs the peers, and runs the benchmark of a bucket that is far.
fn far(folders: &Folders, size: &Size) -> Result<(), CommandError> {
    let folder = lab::bucket(folders, size)?;
    let python = peer(folders, "far-venv", &FAR_PEERS)?;
    let mut bench = benchmark(folders, "far");
    run(bench.env(FOLDER_VARIABLE, folder).env(PYTHON_VARIABLE, python))
}

/// The command that runs a benchmark of the lab. Always with the whole workspace: for one package
/// alone cargo would choose other features, and build most of the dependencies once more.
fn benchmark(folders: &Folders, name: &str) -> Command {
    let mut bench = cargo(folders);
    bench.args(["bench", "--workspace", "--bench", name]);
    bench
}

/// Installs packages into a virtual environment in the target folder, unless they are there. Returns its
/// Python.
fn peer(folders: &Folders, name: &str, packages: &[&str]) -> Result<PathBuf, CommandError> {
    let folder = folders.bench().join(name);
    let python = python::path(&folder);
    if !python.exists() {
        python::make_environment(&folder)?;
    }
    run(python::pip(&python).args(packages))?;
    Ok(python)
}
