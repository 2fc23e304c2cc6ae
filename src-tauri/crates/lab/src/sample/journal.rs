//! Division of the events into files, as the first journals were written: a process buffers events,
//! counts them from 0, and writes a file when it has 500 of them or is stopped in the evening.
//!
//! The counter is part of an event's id and begins anew with each process, so two events of the
//! same millisecond may have the same id.

use chrono::DateTime;

use super::calendar::{DAYS, HOUR, MILLI, MINUTE, SECOND, midnight};
use super::imports::{REPEATED_NIGHTS, repeated_at};
use super::world::SampleEvent;
use crate::prng::Rng;

/// Events from which on a process writes a file.
const THRESHOLD: usize = 500;

/// File before it is encoded.
pub struct File {
    pub name: String,
    /// Its events, each with its id.
    pub rows: Vec<(String, SampleEvent)>,
}

/// Divides events, which must be in the order of arrival, into files.
pub fn files(events: Vec<SampleEvent>, seed: u64) -> Vec<File> {
    let mut process = Process::default();
    let mut stops = stops(seed).into_iter().peekable();
    for event in events {
        while let Some(stop) = stops.next_if(|stop| *stop <= event.arrival) {
            process.stop(stop);
        }
        process.add(event);
    }
    process.stop(midnight(DAYS) - HOUR);
    process.files
}

/// Instants at which a process is stopped and the next one started: some evenings, and before each
/// repeated feed and between its two runs.
fn stops(seed: u64) -> Vec<i64> {
    let mut rng = Rng::new(!seed);
    let mut stops = Vec::new();
    let mut day = 0;
    while day < DAYS {
        stops.push(midnight(day) + 22 * HOUR + rng.between(0, 50 * MINUTE));
        day += rng.between(4, 11);
    }
    for at in REPEATED_NIGHTS.map(repeated_at) {
        stops.extend([at - 30 * SECOND, at + MINUTE]);
    }
    stops.sort_unstable();
    stops
}

/// Process that writes the journal.
#[derive(Default)]
struct Process {
    counter: u64,
    buffer: Vec<(String, SampleEvent)>,
    files: Vec<File>,
    /// Time in the name of the last file, in milliseconds since 1970.
    stamp: i64,
}

impl Process {
    /// Buffers an event, with its id.
    fn add(&mut self, event: SampleEvent) {
        let id = format!("evt-{}-{}", event.at.div_euclid(MILLI), self.counter);
        let arrival = event.arrival;
        self.counter += 1;
        self.buffer.push((id, event));
        if self.buffer.len() >= THRESHOLD {
            self.flush(arrival + 3 * MILLI);
        }
    }

    /// Flushes, and begins the counter anew.
    fn stop(&mut self, at: i64) {
        self.flush(at);
        self.counter = 0;
    }

    /// Makes a file of the buffer, if there is anything in it.
    fn flush(&mut self, at: i64) {
        if self.buffer.is_empty() {
            return;
        }
        // Two files with one name would replace each other.
        self.stamp = at.div_euclid(MILLI).max(self.stamp + 1);
        let time = DateTime::from_timestamp_nanos(self.stamp * MILLI);
        let name = format!("{}.parquet", time.format("%Y%m%d_%H%M%S_%3f"));
        self.files.push(File { name, rows: std::mem::take(&mut self.buffer) });
    }
}
