//! Totals of a journal.

use chrono::{DateTime, Utc};

/// Totals of a journal: its events, its records and its span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Number of events, each counted once.
    pub events: usize,
    /// Number of records that have events.
    pub records: usize,
    /// First and last timestamp; `None` in an empty journal.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}
