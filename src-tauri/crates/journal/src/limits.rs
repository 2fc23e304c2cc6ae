//! How much fits into an event, a batch and a file.

/// The largest file.
#[cfg(test)]
pub(crate) const MAX_FILE_BYTES: usize = 64 << 20;

/// The text and the [`EVENT_BYTES`] that go into a file. What Parquet adds to text that cannot be
/// compressed stays far below the rest of `MAX_FILE_BYTES`.
pub(crate) const MAX_UNENCODED_BYTES: usize = 60 << 20;

/// What an event takes besides its text: for each value its length, its null bit and its share of
/// the bloom filters.
pub(crate) const EVENT_BYTES: usize = 128;

/// The text a caller may give to one event: with what the journal adds it must fit into a file.
pub(crate) const MAX_EVENT_TEXT: usize = MAX_UNENCODED_BYTES - 1024;

/// The most events in a file, and so in a batch, which is never divided: what a program that
/// records or flushes has in memory at once stays below about 150 MiB.
pub(crate) const MAX_FILE_EVENTS: u64 = 100_000;
