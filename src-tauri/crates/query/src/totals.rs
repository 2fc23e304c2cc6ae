//! How much a journal holds.

use chrono::{DateTime, Utc};

/// How much a journal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Events, each counted once.
    pub events: usize,
    pub records: usize,
    /// The first and the last timestamp; `None` in an empty journal.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}
