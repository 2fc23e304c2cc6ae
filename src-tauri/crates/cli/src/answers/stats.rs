//! How much a journal holds, and what a flush did.

use event::format_time;
use journal::{Flushed, Stats};
use query::{Coverage, Covered, Totals};
use reader::CatalogSize;
use serde::Serialize;

use crate::print::{Answer, Column, Sheet, Table, clean, counted};

/// What the journal holds, and what waits on this device.
#[derive(Debug, Serialize)]
pub struct JournalStats {
    buffer_events: u64,
    flush_threshold: u64,
    persisted_files: u64,
    total_events_created: u64,
    /// When the oldest event that waits was recorded.
    waiting_since: Option<String>,
    /// Why the last attempt to flush did not succeed; `None` after one that did.
    flush_failure: Option<FlushFailure>,
    /// How often another installation was found to write under this one's name.
    forks: u64,
    /// By how many seconds this device's clock is behind the last event recorded on it.
    clock_behind: Option<i64>,
    /// What interrupted writes have left in the bucket, which nobody reads.
    leftovers: u64,
    events: usize,
    records: usize,
    /// Bytes that are kept of the bucket on this device, and when some were last added.
    catalog_bytes: u64,
    catalog_changed: String,
    /// The first and the last timestamp; `None` in an empty journal.
    first: Option<String>,
    last: Option<String>,
    coverage: Coverage,
}

/// How many of the cells are always shown.
const FIGURES: usize = 10;

#[derive(Debug, Serialize)]
struct FlushFailure {
    at: String,
    why: String,
}

impl JournalStats {
    pub fn new(stats: Stats, totals: Covered<Totals>, catalog: CatalogSize) -> Self {
        let Covered { value: totals, coverage } = totals;
        Self {
            buffer_events: stats.buffer_events,
            flush_threshold: stats.flush_threshold,
            persisted_files: stats.persisted_files,
            total_events_created: stats.total_events_created,
            waiting_since: stats.waiting_since.map(format_time),
            flush_failure: stats.failure.map(|(at, why)| FlushFailure { at: format_time(at), why }),
            forks: stats.forks,
            clock_behind: stats.clock_behind.map(|behind| behind.num_seconds()),
            leftovers: stats.leftovers,
            events: totals.events,
            records: totals.records,
            catalog_bytes: catalog.bytes,
            catalog_changed: format_time(catalog.changed),
            first: totals.span.map(|(first, _)| format_time(first)),
            last: totals.span.map(|(_, last)| format_time(last)),
            coverage,
        }
    }

    fn cells(&self) -> [(&'static str, &'static str, Option<String>); 15] {
        let number = |number: u64| Some(number.to_string());
        [
            ("events", "events", Some(self.events.to_string())),
            ("records", "records", Some(self.records.to_string())),
            ("first", "first event", self.first.clone()),
            ("last", "last event", self.last.clone()),
            ("persisted_files", "files in the bucket", number(self.persisted_files)),
            ("catalog_bytes", "bytes kept of it on this device", number(self.catalog_bytes)),
            ("catalog_changed", "last added to", Some(self.catalog_changed.clone())),
            ("buffer_events", "events waiting on this device", number(self.buffer_events)),
            ("flush_threshold", "flushed by itself from", number(self.flush_threshold)),
            (
                "total_events_created",
                "events ever recorded on this device",
                number(self.total_events_created),
            ),
            ("waiting_since", "oldest event that waits", self.waiting_since.clone()),
            (
                "flush_failure",
                "last attempt to flush failed",
                self.flush_failure.as_ref().map(|failure| clean(&failure.why)),
            ),
            ("forks", "times another wrote under our name", number(self.forks)),
            (
                "clock_behind",
                "seconds this clock is behind the last event",
                self.clock_behind.map(|seconds| seconds.to_string()),
            ),
            ("leftovers", "remains of interrupted writes", number(self.leftovers)),
        ]
    }
}

impl Answer for JournalStats {
    fn sheet(&self) -> Sheet {
        let (columns, row) = self.cells().into_iter().map(|(name, _, value)| (name, value)).unzip();
        Sheet { columns, rows: vec![row] }
    }

    fn tables(&self) -> Vec<Table> {
        let row = |(_, words, value): (_, &str, Option<String>)| {
            vec![words.to_owned(), value.unwrap_or_else(|| "none".to_owned())]
        };
        let columns = vec![Column::Whole("in this journal"), Column::Text("")];
        // Of the troubles there can be, only those there are.
        let is_there = |(index, (_, _, value)): &(usize, (_, _, Option<String>))| {
            *index < FIGURES || value.as_deref().is_some_and(|value| value != "0")
        };
        let cells = self.cells().into_iter().enumerate().filter(is_there);
        vec![Table { title: None, columns, rows: cells.map(|(_, cell)| row(cell)).collect() }]
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

/// What a flush has brought into the bucket.
#[derive(Debug, Serialize)]
pub struct FlushResult {
    events: u64,
    files: u64,
    /// A file that another installation wrote under this one's name.
    fork: Option<String>,
}

impl FlushResult {
    pub fn new(flushed: Flushed) -> Self {
        Self { events: flushed.events, files: flushed.files, fork: flushed.fork }
    }
}

impl Answer for FlushResult {
    fn sheet(&self) -> Sheet {
        let [events, files] = [self.events, self.files].map(|number| Some(number.to_string()));
        let columns = vec!["events", "files", "fork"];
        Sheet { columns, rows: vec![vec![events, files, self.fork.clone()]] }
    }

    fn tables(&self) -> Vec<Table> {
        let title = match (self.events, self.files) {
            (0, _) => "Nothing waits on this device.".to_owned(),
            (events, files) => {
                format!(
                    "Into the bucket: {} in {}.",
                    counted(events, "event"),
                    counted(files, "file")
                )
            }
        };
        vec![Table { title: Some(title), ..Table::default() }]
    }

    fn words(&self) -> Vec<String> {
        self.fork.iter().map(|file| forked(file)).collect()
    }

    fn findings(&self) -> bool {
        self.fork.is_some()
    }
}

/// That another installation writes under this one's name, as `file` shows.
pub fn forked(file: &str) -> String {
    format!(
        "Another installation writes under this one's name: it wrote {file}. From now on this one \
         has a new name; nothing of either is lost."
    )
}
