//! How the events came to lie in files: a process keeps them in memory, counts them from 0, and
//! writes a file when it has 500 of them or is stopped in the evening.
//!
//! The counter is part of an event's id and begins anew with each process, so two events of the
//! same millisecond may bear the same id. The first journals were written like that.

use chrono::DateTime;

use super::calendar::{DAYS, HOUR, MILLI, MINUTE, SECOND, midnight};
use super::imports::{REPEATED_NIGHTS, repeated_at};
use super::world::Happening;
use crate::prng::Dice;

/// A process writes a file when it holds that many events.
const THRESHOLD: usize = 500;

/// A file before it is written.
pub struct File {
    pub name: String,
    /// Each event with its id.
    pub rows: Vec<(String, Happening)>,
}

/// Cuts events, which are in the order in which they were heard of, into files.
pub fn files(happenings: Vec<Happening>, seed: u64) -> Vec<File> {
    let mut process = Process::default();
    let mut stops = stops(seed).into_iter().peekable();
    for happening in happenings {
        while let Some(stop) = stops.next_if(|stop| *stop <= happening.heard) {
            process.stop(stop);
        }
        process.hear(happening);
    }
    process.stop(midnight(DAYS) - HOUR);
    process.files
}

/// When a process was stopped and the next one started: some evenings, and around a repeated feed,
/// before it and between its two runs.
fn stops(seed: u64) -> Vec<i64> {
    let mut dice = Dice::new(!seed);
    let mut stops = Vec::new();
    let mut day = 0;
    while day < DAYS {
        stops.push(midnight(day) + 22 * HOUR + dice.between(0, 50 * MINUTE));
        day += dice.between(4, 11);
    }
    for at in REPEATED_NIGHTS.map(repeated_at) {
        stops.extend([at - 30 * SECOND, at + MINUTE]);
    }
    stops.sort_unstable();
    stops
}

#[derive(Default)]
struct Process {
    counter: u64,
    buffer: Vec<(String, Happening)>,
    files: Vec<File>,
    /// The stamp of the last file, in milliseconds since 1970.
    stamp: i64,
}

impl Process {
    fn hear(&mut self, happening: Happening) {
        let id = format!("evt-{}-{}", happening.at.div_euclid(MILLI), self.counter);
        let heard = happening.heard;
        self.counter += 1;
        self.buffer.push((id, happening));
        if self.buffer.len() >= THRESHOLD {
            self.flush(heard + 3 * MILLI);
        }
    }

    fn stop(&mut self, at: i64) {
        self.flush(at);
        self.counter = 0;
    }

    fn flush(&mut self, at: i64) {
        if self.buffer.is_empty() {
            return;
        }
        // No two files have the same stamp, or the second would replace the first.
        self.stamp = at.div_euclid(MILLI).max(self.stamp + 1);
        let time = DateTime::from_timestamp_nanos(self.stamp * MILLI);
        let name = format!("{}.parquet", time.format("%Y%m%d_%H%M%S_%3f"));
        self.files.push(File { name, rows: std::mem::take(&mut self.buffer) });
    }
}
