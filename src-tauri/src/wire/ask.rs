//! Parameters of questions from the window: pages, views and filters.

use chrono::{DateTime, Utc};
use event::{Position, PositionError, Reading, parse_time};
use query::{Filters, PageStart, RecordsQuery, Term};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ApiError;

/// Start of a page of events.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum PageFrom {
    /// The newest event.
    Newest,
    /// The events older than the cursor's event.
    After {
        /// Cursor: the position of an event.
        cursor: String,
    },
    /// The items just newer than the cursor's event.
    Before {
        /// Cursor: the position of an event.
        cursor: String,
    },
    /// The event at a rank among the matching ones.
    Rank {
        /// Number of matching events that are newer.
        rank: usize,
    },
}

/// Request for the newest events, as they are shown first.
#[derive(Debug, Clone, Deserialize, TS)]
#[ts(export)]
pub struct NewestEvents {
    /// Filters of the events.
    pub filters: Filters,
    /// Maximum number of items.
    pub limit: usize,
    /// Whether the events of an import count as one item.
    pub group: bool,
}

/// View of a record: an instant, and how its events are read.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct View {
    /// Instant up to which events count, inclusive, in RFC 3339; null for all events.
    pub at: Option<String>,
    /// Reading: as recorded or as corrected.
    pub reading: Reading,
}

/// Filters of the list of records. All conditions hold together.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct RecordFilters {
    /// Types of the records, as alternatives; all types if empty.
    pub entity_type: Vec<Term>,
    /// Text in the record's id or its name, in any case; null or empty for any.
    pub contains: Option<String>,
    /// Whether only deleted records match.
    pub deleted: bool,
    /// Filters of events: only records match that such events are about.
    pub events: Filters,
}

/// Maximum number of items in a page, whatever limit the window asks for.
pub(crate) const LONGEST_PAGE: usize = 1000;

/// Parses the cursor of a page, if there is one.
pub(crate) fn cursor(text: Option<&str>) -> Result<Option<Position>, ApiError> {
    text.map(position).transpose()
}

fn position(text: &str) -> Result<Position, ApiError> {
    text.parse().map_err(|e: PositionError| ApiError::invalid(e.to_string()))
}

fn instant(name: &str, text: Option<&str>) -> Result<Option<DateTime<Utc>>, ApiError> {
    text.map(parse_time).transpose().map_err(|e| ApiError::invalid(format!("{name} {e}")))
}

impl PageFrom {
    /// Parses the cursor.
    pub(crate) fn parse(self) -> Result<PageStart, ApiError> {
        Ok(match self {
            Self::Newest => PageStart::Newest,
            Self::After { cursor } => PageStart::After(position(&cursor)?),
            Self::Before { cursor } => PageStart::Before(position(&cursor)?),
            Self::Rank { rank } => PageStart::Rank(rank),
        })
    }
}

impl RecordFilters {
    /// The query for a page of at most `limit` records, after the cursor `after`.
    pub(crate) fn query(self, after: Option<&str>, limit: usize) -> Result<RecordsQuery, ApiError> {
        Ok(RecordsQuery {
            types: self.entity_type,
            contains: self.contains.filter(|text| !text.is_empty()),
            loosely: false,
            deleted: self.deleted,
            after: cursor(after)?,
            events: self.events,
            limit: limit.min(LONGEST_PAGE),
            so_far: true,
        })
    }
}

impl View {
    /// Parses the instant. All corrections count, whenever they were recorded.
    pub(crate) fn parse(self) -> Result<event::View, ApiError> {
        let at = instant("at", self.at.as_deref())?;
        Ok(event::View { at, reading: self.reading, known_at: None })
    }
}
