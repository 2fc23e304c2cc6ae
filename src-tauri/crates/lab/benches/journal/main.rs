//! Benchmark of recording, beside `SQLite` itself and beside the bare disk.
//!
//! All sides of a case are measured in one run and in turns, so that other load of the machine
//! affects all of them. No figure is a failure. All sides write into a folder of the target folder,
//! on a real disk.
//!
//! [`case`] has the cases and measures them; the sides are [`daybook`], [`sqlite`] and [`floor`],
//! the bare disk; [`rows`] makes the events, [`timing`] takes times, [`report`] prints the figures.

mod case;
mod daybook;
mod floor;
mod report;
mod rows;
mod sqlite;
mod timing;

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use crate::case::{Bench, CASES};

/// Variable that names the folder to measure in.
const FOLDER: &str = "DAYBOOK_BENCH_FOLDER";

/// Variable with a text: only cases with it in their name are measured.
const CASE: &str = "DAYBOOK_BENCH_CASE";

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // `cargo test --all-targets` runs benchmarks too, but without this argument.
    if !env::args().any(|word| word == "--bench") {
        println!("nothing is measured here: use `cargo xtask bench journal`");
        return Ok(());
    }
    let folder = env::var_os(FOLDER).map_or_else(default_folder, PathBuf::from);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let wanted = env::var(CASE).unwrap_or_default();
    let mut bench = Bench::new(folder.clone())?;
    let mut results = Vec::new();
    for case in CASES.iter().filter(|case| case.name.contains(&wanted)) {
        eprintln!("measuring {} …", case.name);
        results.push((case.name, bench.measure(case)?));
    }
    report::print(&results);
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// The folder to measure in by default, in the target folder.
fn default_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-journal")
}
