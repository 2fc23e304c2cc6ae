//! Synthetic journals of any size for benchmarks of the reader: buckets as many small flushes leave
//! them.
//!
//! A save changes one to six fields of one record at one instant. Few records are hot and most are
//! cold (Zipf–Mandelbrot law, 50 events for each record on average); about one save in a hundred
//! arrives hours late, one in ten thousand days late. Old values are the new values before them in
//! the order of arrival, so the chain of a late event breaks in the order of timestamps.
//!
//! Everything but that chain is a pure function of the seed and the event's number. The chain takes
//! four bytes for each field of each record: any number of events is made in little memory, and the
//! same seed makes the same files, byte for byte.
//!
//! [`plan`] decides which event follows which, [`rhythm`] when events arrive, [`fields`] what the
//! records are, [`values`] and [`words`] what the fields contain; [`file`](mod@file) encodes and
//! writes files; [`meta`] collects what benchmarks ask about.

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
use file::{FileNames, Workers};
use meta::Statistics;
use plan::{Plan, PlannedEvent};

/// Default number of events.
pub const EVENTS: u32 = 10_000_000;
/// Default number of files.
pub const FILES: u32 = 10_000;
/// Default seed.
pub const SEED: u64 = 7;

/// Range of the number of events. Fewer leave no median record; the numbers of more do not fit into
/// a [`plan`].
const EVENTS_RANGE: RangeInclusive<u32> = 10_000..=1_000_000_000;

/// Range of the number of files.
const FILES_RANGE: RangeInclusive<u32> = 1..=10_000_000;

/// Files that are made beside the bucket, later than its own: a benchmark adds them to a bucket
/// that is indexed already.
const LATER_FILES: u32 = 50;

/// Parses a number of events, for the command line.
pub fn events_in_range(text: &str) -> Result<u32, String> {
    number_in(&EVENTS_RANGE, text)
}

/// Parses a number of files, for the command line.
pub fn files_in_range(text: &str) -> Result<u32, String> {
    number_in(&FILES_RANGE, text)
}

/// Parses a number in a range; `_` and `,` may separate digits.
fn number_in(range: &RangeInclusive<u32>, text: &str) -> Result<u32, String> {
    let number = text.replace(['_', ','], "").parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("not a number from {} to {}", range.start(), range.end()))
}

/// Size of a journal, and what its events have.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Number of events.
    pub events: u32,
    /// Number of files.
    pub files: u32,
    /// The same seed makes the same files, byte for byte.
    pub seed: u64,
    /// Whether each event says when it was recorded, as those of the first writers do not.
    pub recorded: bool,
}

/// Makes the journal of a benchmark below `parent`, if it is missing. Returns its folder, which has
/// `bucket` with the journal and `meta.json`, and `later` with [`LATER_FILES`] more files.
pub fn ensure(parent: &Path, size: Size) -> Result<PathBuf, LabError> {
    let size = Size { files: size.files.min(size.events), ..size };
    let Size { events, files, seed, recorded } = size;
    let recorded = if recorded { "-recorded" } else { "" };
    let out = parent.join(format!("{events}-events-{files}-files-seed-{seed}{recorded}"));
    if !out.exists() {
        eprintln!("Making a journal of {events} events in {files} files: {}", out.display());
        new_folder::make(&out, |folder| make(folder, size))?;
    }
    Ok(out)
}

/// Makes such a folder.
fn make(out: &Path, size: Size) -> Result<(), LabError> {
    let Size { events, files, seed, recorded } = size;
    let (bucket, later) = (out.join("bucket"), out.join("later"));
    let journal = bucket.join("journal");
    for folder in [&journal, &later] {
        fs::create_dir_all(folder).map_err(LabError::file("make the folder", folder))?;
    }
    let mut plan = Plan::new(events, seed);
    let mut statistics = Statistics::new(&plan);
    let mut names = FileNames::default();
    let end = |file: u64| file * u64::from(events) / u64::from(files);
    Workers::run(size, |workers| {
        for file in 0..u64::from(files + LATER_FILES) {
            let len = usize::try_from(end(file + 1) - end(file)).unwrap_or_default();
            let rows: Vec<PlannedEvent> = plan.by_ref().take(len).collect();
            let own = file < u64::from(files);
            if own {
                for event in &rows {
                    statistics.count(event);
                }
            }
            let folder = if own { &journal } else { &later };
            workers.write(folder.join(names.next(&rows)), rows)?;
        }
        Ok(())
    })?;
    let path = bucket.join("meta.json");
    fs::write(&path, statistics.meta(recorded)).map_err(LabError::file("write", &path))
}
