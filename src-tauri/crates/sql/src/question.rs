//! Question in SQL.

use chrono::{DateTime, Utc};
use event::{Reading, View};
use serde::{Deserialize, Serialize};

/// Question in SQL.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct SqlQuestion {
    /// Text: one query.
    pub text: String,
    /// Last instant whose events the table `state` counts; null for all.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub at: Option<DateTime<Utc>>,
    /// Reading of the table `state`.
    pub reading: Reading,
}

impl SqlQuestion {
    /// View of the table `state`.
    pub fn view(&self) -> View {
        View { at: self.at, reading: self.reading, known_at: None }
    }

    /// Whether the text may ask for the table `records`, whose rows are made by folding all records.
    pub fn may_ask_for_records(&self) -> bool {
        self.text.to_ascii_lowercase().contains("records")
    }
}
