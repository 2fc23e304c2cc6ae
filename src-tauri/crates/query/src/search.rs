//! Results of a search for one text.

use std::sync::Arc;

use event::Entry;

use crate::{Count, RecordSummary};

/// Maximum number of events, of records, of actors and of fields in the results.
pub const MOST_NAMED: usize = 8;

/// Maximum number of events with the text in a value in the results.
pub const MOST_HITS: usize = 20;

/// Results of a search: everything that one text can mean in a journal. Case does not count, except
/// in an id or address. Where nothing has the text so, what has it [loosely](event::fold_loosely) is
/// the result: records, actors and fields, and values if four letters and digits or more are left of
/// the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchResults {
    /// Events with exactly this id or address, at most [`MOST_NAMED`].
    pub events: Vec<Arc<Entry>>,
    /// Records with the text in their id or name, latest change first, at most [`MOST_NAMED`].
    pub records: Vec<RecordSummary>,
    /// Actors with the text in their name, most events first, at most [`MOST_NAMED`].
    pub actors: Vec<Count>,
    /// Fields with the text in their name, most events first, at most [`MOST_NAMED`].
    pub fields: Vec<Count>,
    /// Number of events with the text in their old or new value.
    pub in_values: usize,
    /// Newest of these events, at most [`MOST_HITS`].
    pub hits: Vec<Arc<Entry>>,
    /// Whether nothing has the text as it is, and what is found has it loosely.
    pub loosely: bool,
    /// Progress of the search; `None` once the results are whole.
    pub searched: Option<SearchProgress>,
}

/// Progress of a search, in parts of the journal. The parts need not be of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchProgress {
    /// Number of parts searched.
    pub done: usize,
    /// Number of all parts.
    pub of: usize,
}
