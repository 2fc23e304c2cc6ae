//! What one text can mean.

use std::sync::Arc;

use event::Entry;

use crate::{Count, RecordSummary};

/// At most this many events, records, actors and fields are named, each.
pub const MOST_NAMED: usize = 8;

/// At most this many of the events that have the text in a value are given.
pub const MOST_HITS: usize = 20;

/// What one text can mean in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchResults {
    /// The events with exactly this id or address.
    pub events: Vec<Arc<Entry>>,
    /// Records with the text in their id or their name.
    pub records: Vec<RecordSummary>,
    /// Actors and fields with the text in their name, by how many events they have.
    pub actors: Vec<Count>,
    pub fields: Vec<Count>,
    /// How many events have the text in their old or new value, and the newest of them.
    pub in_values: usize,
    pub hits: Vec<Arc<Entry>>,
    /// How far the search is; `None` once all was searched.
    pub searched: Option<SearchProgress>,
}

/// Parts of the journal that were searched, and of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchProgress {
    pub done: usize,
    pub of: usize,
}
