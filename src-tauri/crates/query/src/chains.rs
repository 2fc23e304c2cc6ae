//! Broken value chains.

use std::sync::Arc;

use event::{Entry, Position};
use serde::{Serialize, Serializer};

/// Which broken chains.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainsQuery {
    /// Start after this event of an earlier page.
    pub after: Option<Position>,
    /// At most this many breaks.
    pub limit: usize,
}

/// A page of updates whose old value is not the value before it, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainsPage {
    pub breaks: Vec<ChainBreak>,
    /// What the following page comes after; `None` on the last one.
    pub next: Option<Position>,
    /// Breaks on all pages.
    pub total: usize,
}

/// An update whose old value is not the value before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBreak {
    pub entry: Arc<Entry>,
    /// The value before it; `None` if that was null, or there was none.
    pub expected: Option<String>,
}

/// Serializes where a page starts as its text.
#[expect(clippy::ref_option, reason = "what a field is given to")]
pub fn cursor<S: Serializer>(position: &Option<Position>, to: S) -> Result<S::Ok, S::Error> {
    position.as_ref().map(ToString::to_string).serialize(to)
}
