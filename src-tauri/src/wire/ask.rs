//! Questions on their way from the window.

use chrono::{DateTime, Utc};
use event::{Position, PositionError, Reading, parse_time};
use query::{PageStart, RecordsQuery, Term};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ApiError;

/// Where a page of events begins.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum PageFrom {
    Newest,
    /// With what is older than the cursor's event.
    After {
        cursor: String,
    },
    /// With the lines just newer than the cursor's event.
    Before {
        cursor: String,
    },
    /// With the event that so many matching ones are newer than.
    Rank {
        rank: usize,
    },
}

/// Which past of a record is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct View {
    /// Events up to and including this instant; null for now.
    pub at: Option<String>,
    pub reading: Reading,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct RecordFilters {
    pub entity_type: Vec<Term>,
    /// Text in the record's id or its name, in any case.
    pub contains: Option<String>,
    /// Only records that are deleted.
    pub deleted: bool,
}

/// At most this many items are answered at once, whatever is asked for.
pub(crate) const LONGEST_PAGE: usize = 1000;

/// Where a page starts.
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
    pub(crate) fn query(self, after: Option<&str>, limit: usize) -> Result<RecordsQuery, ApiError> {
        Ok(RecordsQuery {
            types: self.entity_type,
            contains: self.contains.filter(|text| !text.is_empty()),
            deleted: self.deleted,
            after: cursor(after)?,
            limit: limit.min(LONGEST_PAGE),
        })
    }
}

impl View {
    pub(crate) fn parse(self) -> Result<event::View, ApiError> {
        let at = instant("at", self.at.as_deref())?;
        Ok(event::View { at, reading: self.reading, known_at: None })
    }
}
