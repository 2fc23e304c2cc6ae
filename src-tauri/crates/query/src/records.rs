//! The list of records.

use chrono::{DateTime, Utc};
use event::{Position, RecordId};
use serde::Serialize;

use crate::{Term, instant};

/// Which records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordsQuery {
    /// Of any of these types, or of all if there are none.
    pub types: Vec<Term>,
    /// With this text in their id or their name, in any case.
    pub contains: Option<String>,
    /// Only those that are deleted.
    pub deleted: bool,
    /// Start after this record of an earlier page.
    pub after: Option<Position>,
    /// At most this many records.
    pub limit: usize,
}

/// A page of records, latest change first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct RecordsPage {
    pub records: Vec<RecordSummary>,
    /// What the following page comes after; `None` on the last one.
    #[serde(serialize_with = "crate::chains::cursor")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub next: Option<Position>,
    /// Records on all pages.
    pub total: usize,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct RecordSummary {
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub record: RecordId,
    /// What people call it, where its fields have a name.
    pub name: Option<String>,
    /// How many events are about it.
    pub events: usize,
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub first: DateTime<Utc>,
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub last: DateTime<Utc>,
    pub last_actor: String,
    /// Deleted now, given every correction.
    pub deleted: bool,
    /// Where its latest event stands in the total order: the cursor of a page that ends here.
    #[serde(skip)]
    pub position: Position,
}
