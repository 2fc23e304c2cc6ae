//! Sample journal: two years of a recruiting firm that does not exist, simulated from a seed.
//!
//! It has the shape of the first journals, and everything that a journal of two years has: typing
//! errors and their repair, imports, deletions, late events, ids that occur twice, a few broken
//! chains. There is no clock, and no randomness but the seed's: the same seed makes the same bytes.
//!
//! [`life`] simulates day by day, by the scenes of [`candidates`], [`clients`], [`placements`],
//! [`imports`] and [`script`]; [`world`] has the records and their events. [`calendar`],
//! [`people`], [`staff`] and [`slips`] are what scenes are made of. [`journal`] divides the events
//! into files, [`mod@write`] encodes them.

mod calendar;
mod candidates;
mod clients;
mod imports;
mod journal;
mod life;
mod people;
mod placements;
mod script;
mod slips;
mod staff;
#[cfg(test)]
mod tests;
mod world;
mod write;

use std::fs;
use std::path::Path;

use crate::error::LabError;
use crate::new_folder;

/// Default number of events.
pub const EVENTS: usize = 50_000;
/// Default seed.
pub const SEED: u64 = 342;

/// Range of the number of events. Fewer leave no room for everything that a sample has; more do not
/// fit into memory.
const RANGE: std::ops::RangeInclusive<usize> = 2_000..=2_000_000;

/// Parses a number of events, for the command line. `_` and `,` may separate digits.
pub fn events_in_range(text: &str) -> Result<usize, String> {
    let events = text.replace(['_', ','], "").parse().ok().filter(|events| RANGE.contains(events));
    events.ok_or_else(|| format!("not a number from {} to {}", RANGE.start(), RANGE.end()))
}

/// Makes a journal of about `events` events in the folder `out`, which appears complete or not at
/// all.
///
/// # Errors
/// [`LabError::Exists`] if the folder exists.
pub fn make(out: &Path, events: usize, seed: u64) -> Result<(), LabError> {
    if out.exists() {
        return Err(LabError::Exists(out.to_owned()));
    }
    let files = journal::files(life::simulate(events, seed), seed);
    new_folder::make(out, |folder| {
        let journal = folder.join("journal");
        fs::create_dir_all(&journal).map_err(LabError::file("make the folder", &journal))?;
        write::write(&journal, &files)
    })?;
    let events: usize = files.iter().map(|file| file.rows.len()).sum();
    eprintln!("{events} events in {} files: {}", files.len(), out.display());
    Ok(())
}
