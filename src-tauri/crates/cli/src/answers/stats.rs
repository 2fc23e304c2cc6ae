//! How much a journal holds, and what a flush did.

use event::format_time;
use journal::{Flushed, Stats};
use reader::{Coverage, Totals};
use serde::Serialize;

use crate::print::{Answer, Column, Sheet, Table, counted};

/// What the journal holds, and what waits on this device.
#[derive(Debug, Serialize)]
pub struct JournalStats {
    buffer_events: u64,
    flush_threshold: u64,
    persisted_files: u64,
    total_events_created: u64,
    events: usize,
    records: usize,
    /// The first and the last timestamp; `None` in an empty journal.
    first: Option<String>,
    last: Option<String>,
    coverage: Coverage,
}

impl JournalStats {
    pub fn new(stats: Stats, totals: Totals, coverage: Coverage) -> Self {
        Self {
            buffer_events: stats.buffer_events,
            flush_threshold: stats.flush_threshold,
            persisted_files: stats.persisted_files,
            total_events_created: stats.total_events_created,
            events: totals.events,
            records: totals.records,
            first: totals.span.map(|(first, _)| format_time(first)),
            last: totals.span.map(|(_, last)| format_time(last)),
            coverage,
        }
    }

    fn cells(&self) -> [(&'static str, &'static str, Option<String>); 8] {
        let number = |number: u64| Some(number.to_string());
        [
            ("events", "events", Some(self.events.to_string())),
            ("records", "records", Some(self.records.to_string())),
            ("first", "first event", self.first.clone()),
            ("last", "last event", self.last.clone()),
            ("persisted_files", "files in the bucket", number(self.persisted_files)),
            ("buffer_events", "events waiting on this device", number(self.buffer_events)),
            ("flush_threshold", "flushed by itself from", number(self.flush_threshold)),
            (
                "total_events_created",
                "events ever recorded on this device",
                number(self.total_events_created),
            ),
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
        let columns = vec![Column::Whole("in this journal"), Column::Whole("")];
        vec![Table { title: None, columns, rows: self.cells().into_iter().map(row).collect() }]
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
}

impl FlushResult {
    pub fn new(flushed: Flushed) -> Self {
        Self { events: flushed.events, files: flushed.files }
    }
}

impl Answer for FlushResult {
    fn sheet(&self) -> Sheet {
        let row = [self.events, self.files].map(|number| Some(number.to_string()));
        Sheet { columns: vec!["events", "files"], rows: vec![row.to_vec()] }
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
}
