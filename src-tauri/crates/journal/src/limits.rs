//! Limits of an event, a batch and a file.

/// Maximum size of an encoded file, in bytes. Only the tests check it: the limits below imply it.
#[cfg(test)]
pub(crate) const MAX_FILE_BYTES: usize = 64 << 20;

/// Maximum size of a file before encoding, in bytes: the text of its events, and [`EVENT_BYTES`]
/// for each. What Parquet adds to incompressible text fits into the rest of `MAX_FILE_BYTES`.
pub(crate) const MAX_UNENCODED_BYTES: usize = 60 << 20;

/// Fixed size of an event besides its text, in bytes: the length and the null bit of each value,
/// and its share of the bloom filters.
pub(crate) const EVENT_BYTES: usize = 128;

/// Maximum text of one draft, in bytes: with what the journal adds, the event must fit into a file.
pub(crate) const MAX_EVENT_TEXT: usize = MAX_UNENCODED_BYTES - 1024;

/// Maximum number of events in a file, and so in a batch, which is never divided. It bounds the
/// memory of a program that records or flushes.
pub(crate) const MAX_FILE_EVENTS: u64 = 100_000;
