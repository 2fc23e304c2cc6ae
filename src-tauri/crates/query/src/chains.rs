//! Broken value chains, page by page.

use std::sync::Arc;

use event::{Entry, Position};
use serde::{Serialize, Serializer};

/// Query for a page of broken value chains, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainsQuery {
    /// Cursor: the `next` of an earlier page; `None` for the first page.
    pub after: Option<Position>,
    /// Maximum number of breaks on the page.
    pub limit: usize,
    /// Whether to answer with what is found so far while records are being folded, and not to wait.
    pub so_far: bool,
}

/// Page of broken value chains, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainsPage {
    /// Breaks on this page.
    pub breaks: Vec<ChainBreak>,
    /// Cursor of the next page; `None` on the last one.
    pub next: Option<Position>,
    /// Number of breaks on all pages.
    pub total: usize,
    /// Progress of folding the records, if the page has what is found so far; `None` on a whole one.
    pub folding: Option<FoldProgress>,
}

/// Progress of folding the records of a journal: what their chains and names are known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct FoldProgress {
    /// Number of records folded.
    pub done: usize,
    /// Number of all records to fold; 0 until they are counted.
    pub of: usize,
}

/// Break of a value chain: an update whose old value is not the value before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBreak {
    /// Entry of the update.
    pub entry: Arc<Entry>,
    /// Expected old value: the value before the update; `None` if that was null, or the field had
    /// none.
    pub expected: Option<String>,
}

/// Serializes a cursor as its text, or null.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub fn cursor<S: Serializer>(position: &Option<Position>, to: S) -> Result<S::Ok, S::Error> {
    position.as_ref().map(ToString::to_string).serialize(to)
}
