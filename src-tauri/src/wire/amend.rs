//! What is recorded about events.

use std::borrow::Cow;

use event::{Amendment, Cell, Column, Draft, EVENT_COLUMNS};
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
        let column = |(column, cell): (Column, Option<Cell<'_>>)| PreviewColumn {
            column: column.name().to_owned(),
            value: cell.and_then(Cell::to_text).map(Cow::into_owned),
            given_when_recorded: cell.is_none(),
        };
        Self { columns: EVENT_COLUMNS.into_iter().zip(draft.cells()).map(column).collect() }
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
