//! All events that match filters, as a stream in the total order: what an export reads.

use std::sync::Arc;

use event::Entry;
use futures::stream::BoxStream;

use crate::{Error, Filters};

/// Query for all events that match filters, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllEventsQuery {
    /// Filters that the events match.
    pub filters: Filters,
    /// Whether the amendments of these events come along though they do not match, and the amendments
    /// of those: without them the events would mean something else than in their journal.
    pub with_amendments: bool,
}

/// Chunk of the events of an [`AllEventsQuery`]: some that follow each other in the total order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsChunk {
    /// Entries, oldest first. There is at least one.
    pub entries: Vec<Arc<Entry>>,
    /// Total number of events in all chunks. Those beyond the count of the filters are amendments that
    /// came along.
    pub total: usize,
}

/// Stream of the events of an [`AllEventsQuery`], chunk by chunk, in the total order. Events are read as
/// the stream is, so that memory holds a part of them. A stream that fails ends with its error.
pub type EventStream = BoxStream<'static, Result<EventsChunk, Error>>;
