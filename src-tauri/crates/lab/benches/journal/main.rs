//! How fast the journal records, beside `SQLite` itself and beside the bare disk.
//!
//! All sides of a case are measured in one run and in turns, so that whatever else the machine does
//! meets them all. No figure is ever a failure: it is printed, whatever it is. What is measured
//! writes into a folder of the target folder, on a real disk.

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

/// Names the folder to measure in.
const FOLDER: &str = "DAYBOOK_BENCH_FOLDER";

/// Measures only the cases with this in their name.
const CASE: &str = "DAYBOOK_BENCH_CASE";

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // `cargo test --all-targets` starts benchmarks too, and without this word.
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

/// The target folder that this was built in, where nobody named another.
fn default_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-journal")
}
