//! Answers of `stats`, `index` and `flush`: how much a journal holds, and what a flush did.

use event::format_time;
use journal::{Flushed, PendingElsewhere, Stats};
use query::{Coverage, Covered, Totals};
use reader::CatalogSize;
use serde::Serialize;

use crate::print::{Answer, Column, Sheet, Table, counted, visible_text};

/// Statistics of the journal, of the pending events and of the catalog.
#[derive(Debug, Serialize)]
pub struct JournalStats {
    /// Pending events; as all that only the outbox tells, `None` if that cannot be read.
    buffer_events: Option<u64>,
    /// Pending events from which on a flush starts by itself.
    flush_threshold: u64,
    /// Journal files in the bucket; `None` if it cannot be listed now.
    persisted_files: Option<u64>,
    /// Events that were ever recorded on this device.
    total_events_created: Option<u64>,
    /// When the oldest pending event was recorded.
    pending_since: Option<String>,
    /// When and why the last flush failed; `None` if it succeeded.
    flush_failure: Option<FlushFailure>,
    /// How often another installation was found to write under this one's name.
    forks: Option<u64>,
    /// Seconds by which the clock of this device is behind the last event recorded on it.
    clock_behind: Option<i64>,
    /// Files that interrupted writes have left in the bucket. They are no part of the journal.
    leftovers: u64,
    /// Events of the journal, pending ones too.
    events: usize,
    records: usize,
    /// Bytes of the catalog on this device; `None` if none can be kept.
    catalog_bytes: Option<u64>,
    /// When the catalog last changed.
    catalog_changed: Option<String>,
    /// The first timestamp; `None` in an empty journal.
    first: Option<String>,
    /// The last timestamp; `None` in an empty journal.
    last: Option<String>,
    /// What is pending for other buckets.
    pending_elsewhere: Vec<PendingElsewhere>,
    coverage: Coverage,
}

/// How many of the cells a table always has. The others are troubles, and are there only if they
/// are.
const FIGURES: usize = 10;

/// Failure of a flush.
#[derive(Debug, Serialize)]
struct FlushFailure {
    at: String,
    why: String,
}

impl JournalStats {
    /// Statistics of a journal and its catalog.
    pub fn new(
        stats: Stats,
        totals: Covered<Totals>,
        catalog: Option<CatalogSize>,
        pending_elsewhere: Vec<PendingElsewhere>,
    ) -> Self {
        let Covered { value: totals, coverage } = totals;
        Self {
            buffer_events: stats.buffer_events,
            flush_threshold: stats.flush_threshold,
            persisted_files: stats.persisted_files,
            total_events_created: stats.total_events_created,
            pending_since: stats.pending_since.map(format_time),
            flush_failure: stats.failure.map(|(at, why)| FlushFailure { at: format_time(at), why }),
            forks: stats.forks,
            clock_behind: stats.clock_behind.map(|behind| behind.num_seconds()),
            leftovers: stats.leftovers,
            events: totals.events,
            records: totals.records,
            catalog_bytes: catalog.map(|size| size.bytes),
            catalog_changed: catalog.map(|size| format_time(size.changed)),
            first: totals.span.map(|(first, _)| format_time(first)),
            last: totals.span.map(|(_, last)| format_time(last)),
            pending_elsewhere,
            coverage,
        }
    }

    /// How many events are pending for which other buckets; `None` if none are.
    fn elsewhere_text(&self) -> Option<String> {
        let one = |PendingElsewhere { last_at, events }: &PendingElsewhere| {
            format!("{}, last at {}", counted(*events, "event"), visible_text(last_at))
        };
        let all: Vec<String> = self.pending_elsewhere.iter().map(one).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// The name of each column, its name for people, and its value.
    fn cells(&self) -> [(&'static str, &'static str, Option<String>); 16] {
        let number = |number: u64| Some(number.to_string());
        let known = |known: Option<u64>| known.map(|number| number.to_string());
        [
            ("events", "events", Some(self.events.to_string())),
            ("records", "records", Some(self.records.to_string())),
            ("first", "first event", self.first.clone()),
            ("last", "last event", self.last.clone()),
            ("persisted_files", "journal files in the bucket", known(self.persisted_files)),
            ("catalog_bytes", "bytes of the catalog on this device", known(self.catalog_bytes)),
            ("catalog_changed", "catalog last changed", self.catalog_changed.clone()),
            ("buffer_events", "events pending on this device", known(self.buffer_events)),
            ("flush_threshold", "pending events that start a flush", number(self.flush_threshold)),
            (
                "total_events_created",
                "events ever recorded on this device",
                known(self.total_events_created),
            ),
            ("pending_since", "oldest pending event", self.pending_since.clone()),
            (
                "flush_failure",
                "last attempt to flush failed",
                self.flush_failure.as_ref().map(|failure| visible_text(&failure.why)),
            ),
            ("forks", "times another wrote under our name", known(self.forks)),
            (
                "clock_behind",
                "seconds this clock is behind the last event",
                self.clock_behind.map(|seconds| seconds.to_string()),
            ),
            ("leftovers", "remains of interrupted writes", number(self.leftovers)),
            ("pending_elsewhere", "pending for other buckets", self.elsewhere_text()),
        ]
    }
}

impl Answer for JournalStats {
    fn sheet(&self) -> Sheet {
        let cells = self.cells().into_iter().map(|(name, _, value)| (name, value));
        let (columns, row): (Vec<_>, Vec<_>) = cells.unzip();
        Sheet::new(columns, vec![row])
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let row = |(name, words, value): (_, &str, Option<String>)| {
            let absent = match name {
                "buffer_events" | "total_events_created" | "persisted_files" => "not known",
                _ => "none",
            };
            vec![words.to_owned(), value.unwrap_or_else(|| absent.to_owned())]
        };
        let columns = vec![Column::Whole("in this journal"), Column::Text("")];
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

/// Result of a flush: what it has stored in the bucket.
#[derive(Debug, Serialize)]
pub struct FlushResult {
    events: u64,
    files: u64,
    /// A file that another installation wrote under this one's name.
    fork: Option<String>,
}

impl FlushResult {
    /// The result of a flush.
    pub fn new(flushed: Flushed) -> Self {
        Self { events: flushed.events, files: flushed.files, fork: flushed.fork }
    }
}

impl Answer for FlushResult {
    fn sheet(&self) -> Sheet {
        let [events, files] = [self.events, self.files].map(|number| Some(number.to_string()));
        let columns = vec!["events", "files", "fork"];
        Sheet::new(columns, vec![vec![events, files, self.fork.clone()]])
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let title = match (self.events, self.files) {
            (0, _) => "No events are pending on this device.".to_owned(),
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

    fn remarks(&self) -> Vec<String> {
        self.fork.iter().map(|file| forked(file)).collect()
    }

    fn is_finding(&self) -> bool {
        self.fork.is_some()
    }
}

/// Message that another installation writes under this one's name, as `file` shows.
pub fn forked(file: &str) -> String {
    format!(
        "Another installation writes under this one's name: it wrote {file}. From now on this one \
         has a new name; nothing of either is lost."
    )
}
