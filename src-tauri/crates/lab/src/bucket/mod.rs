//! The journal that the reader is measured on: a bucket as many small flushes leave it.
//!
//! A save touches one to six fields of one record at one instant. Few records are hot and most are
//! cold (Zipf and Mandelbrot's law, a fiftieth as many records as events); about one save in a
//! hundred arrives hours late, one in ten thousand days late. Old values are the new values before
//! them in the order of arrival, so that a late event says what nobody saw at its own time.
//!
//! Everything but that chain is a pure function of the seed and the event's number, and the chain
//! is kept in four bytes for each field of each record: any number of events is made in little
//! memory, and the same seed makes the same files, byte for byte.

mod fields;
mod file;
mod meta;
mod plan;
mod rhythm;
#[cfg(test)]
mod tests;
mod values;
mod words;

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::error::LabError;
use crate::new_folder;
use file::{Name, Workers};
use meta::Census;
use plan::{Plan, Planned};

/// What is made where nothing else was asked for.
pub const EVENTS: u32 = 10_000_000;
pub const FILES: u32 = 10_000;
pub const SEED: u64 = 7;

/// Fewer leave no median record; more do not fit into what the plan keeps of each.
const EVENTS_RANGE: RangeInclusive<u32> = 10_000..=1_000_000_000;

const FILES_RANGE: RangeInclusive<u32> = 1..=10_000_000;

/// Files that come later than the bucket's own, for what happens when a known bucket has grown.
const LATER_FILES: u32 = 50;

/// Reads a number of events, for the command line.
pub fn events_in_range(text: &str) -> Result<u32, String> {
    number_in(&EVENTS_RANGE, text)
}

/// Reads a number of files, for the command line.
pub fn files_in_range(text: &str) -> Result<u32, String> {
    number_in(&FILES_RANGE, text)
}

fn number_in(range: &RangeInclusive<u32>, text: &str) -> Result<u32, String> {
    let number = text.replace(['_', ','], "").parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("not a number from {} to {}", range.start(), range.end()))
}

/// The folder of a benchmark's journal under `parent`; made if it is not there. In it are `bucket`
/// with the journal and `meta.json`, and `later` with some files more.
pub fn ensure(parent: &Path, events: u32, files: u32, seed: u64) -> Result<PathBuf, LabError> {
    let files = files.min(events);
    let out = parent.join(format!("{events}-events-{files}-files-seed-{seed}"));
    if !out.exists() {
        eprintln!("Making a journal of {events} events in {files} files: {}", out.display());
        new_folder::make(&out, |folder| make(folder, events, files, seed))?;
    }
    Ok(out)
}

fn make(out: &Path, events: u32, files: u32, seed: u64) -> Result<(), LabError> {
    let (bucket, later) = (out.join("bucket"), out.join("later"));
    let journal = bucket.join("journal");
    for folder in [&journal, &later] {
        fs::create_dir_all(folder).map_err(LabError::file("make the folder", folder))?;
    }
    let mut plan = Plan::new(events, seed);
    let mut census = Census::new(&plan);
    let mut name = Name::default();
    let end = |file: u64| file * u64::from(events) / u64::from(files);
    Workers::run(seed, |workers| {
        for file in 0..u64::from(files + LATER_FILES) {
            let len = usize::try_from(end(file + 1) - end(file)).unwrap_or_default();
            let rows: Vec<Planned> = plan.by_ref().take(len).collect();
            let own = file < u64::from(files);
            if own {
                for event in &rows {
                    census.count(event);
                }
            }
            let folder = if own { &journal } else { &later };
            workers.write(folder.join(name.after(&rows)), rows)?;
        }
        Ok(())
    })?;
    let path = bucket.join("meta.json");
    fs::write(&path, census.meta()).map_err(LabError::file("write", &path))
}
