//! `cargo xtask bench reader`: makes the journal, installs the peer, and starts the benchmark.

use std::path::PathBuf;
use std::process::Command;

use super::{FOLDER_VARIABLE, benchmark, bucket};
use crate::command::{run, succeeds};
use crate::folders::Folders;
use crate::stop::Stop;

/// Tells the benchmark which Python has the peer.
const PYTHON_VARIABLE: &str = "DAYBOOK_BENCH_PYTHON";

/// The peer, and what its answers are fetched into.
const PACKAGES: [(&str, &str); 2] = [("duckdb", "2.0.0"), ("pyarrow", "26.0.1")];

pub fn measure(folders: &Folders, events: u32, files: u32) -> Result<(), Stop> {
    let folder = bucket::ensure(&folders.bench().join("reader"), events, files, bucket::SEED)?;
    let python = peer(folders)?;
    let mut bench = benchmark(folders, "reader");
    run(bench.env(FOLDER_VARIABLE, folder).env(PYTHON_VARIABLE, python))
}

/// A Python of its own that has the peer, under the target folder.
fn peer(folders: &Folders) -> Result<PathBuf, Stop> {
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
