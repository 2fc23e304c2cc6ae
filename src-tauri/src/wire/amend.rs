//! What is recorded about events.

use chrono::{DateTime, Utc};
use event::{Amendment, Draft, format_time};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ApiError, EventRow};

/// What is to be said about events.
#[derive(Debug, Clone, Deserialize, TS)]
#[ts(export)]
pub struct Amend {
    /// Addresses of the events.
    pub addresses: Vec<String>,
    pub what: AmendKind,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum AmendKind {
    /// It should have recorded `to`. `field` names a field of a whole-record event; null is the
    /// event's own.
    Correct {
        field: Option<String>,
        to: Option<String>,
        reason: String,
    },
    Void {
        reason: String,
    },
    Note {
        text: String,
    },
}

/// The event that would be appended, column by column.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Preview {
    pub columns: Vec<PreviewColumn>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct PreviewColumn {
    pub column: String,
    pub value: Option<String>,
    /// The journal gives the value when it accepts the event.
    pub given_when_recorded: bool,
}

/// What was recorded. It is safe on this device, whatever else is said here.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Recorded {
    pub events: Vec<EventRow>,
    /// Why the journal cannot be shown with it now; null if it can.
    pub not_shown: Option<ApiError>,
}

impl From<Draft> for Preview {
    fn from(draft: Draft) -> Self {
        let given = |column: &str, value: Option<String>| PreviewColumn {
            column: column.to_owned(),
            value,
            given_when_recorded: false,
        };
        let stamped = |column: &str| PreviewColumn {
            column: column.to_owned(),
            value: None,
            given_when_recorded: true,
        };
        let time = |time: DateTime<Utc>| given("timestamp", Some(format_time(time)));
        let columns = vec![
            stamped("event_id"),
            draft.timestamp.map_or_else(|| stamped("timestamp"), time),
            given("entity_type", Some(draft.entity_type)),
            given("entity_id", Some(draft.entity_id)),
            given("field", Some(draft.field)),
            given("action", Some(draft.action.into())),
            given("old_value", draft.old_value),
            given("new_value", draft.new_value),
            given("actor", Some(draft.actor)),
            given("source", Some(draft.source)),
            given("workspace_id", draft.workspace_id),
            stamped("recorded_at"),
            stamped("writer"),
            stamped("seq"),
            given("corrects", draft.corrects),
            given("reason", draft.reason),
            given("batch", None),
        ];
        Self { columns }
    }
}

impl From<AmendKind> for Amendment {
    fn from(what: AmendKind) -> Self {
        match what {
            AmendKind::Correct { field, to, reason } => Self::Correct { field, to, reason },
            AmendKind::Void { reason } => Self::Void { reason },
            AmendKind::Note { text } => Self::Note { text },
        }
    }
}
