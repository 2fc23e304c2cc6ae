//! The object that makes a bucket an extract of a journal.

/// Name of the object, below the journal's folder.
pub(crate) const NAME: &str = ".extract";

/// Most bytes of the object: it holds the text of a query.
pub(crate) const MOST_BYTES: u64 = 64 << 10;
