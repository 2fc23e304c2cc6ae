//! Amendments (corrections, voids and notes), their preview, and what was recorded.

use std::borrow::Cow;

use event::{Amendment, Cell, Column, Draft, EVENT_COLUMNS};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ApiError, EventRow};

/// An amendment of one or several events.
#[derive(Debug, Clone, Deserialize, TS)]
#[ts(export)]
pub struct Amend {
    /// Addresses of the events.
    pub addresses: Vec<String>,
    /// Kind of the amendment.
    pub what: AmendKind,
}

/// Kind of an amendment.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum AmendKind {
    /// A correction: the event should have recorded another value.
    Correct {
        /// Field of a whole-record event; null for the event's own field.
        field: Option<String>,
        /// Value that the event should have recorded; null is a value too.
        to: Option<String>,
        /// Reason of the correction, which must not be blank.
        reason: String,
    },
    /// A void: the event should not have been recorded.
    Void {
        /// Reason of the void, which must not be blank.
        reason: String,
    },
    /// A note: a remark, which changes no value.
    Note {
        /// Text of the note, which must not be blank.
        text: String,
    },
}

/// Preview of the event that would be recorded, column by column.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Preview {
    /// Columns of an event, in their order.
    pub columns: Vec<PreviewColumn>,
}

/// A column of a preview.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct PreviewColumn {
    /// Name of the column.
    pub column: String,
    /// Value as text; null if it is null, or given when recorded.
    pub value: Option<String>,
    /// Whether the journal gives the value when it records the event.
    pub given_when_recorded: bool,
}

/// Recorded events. They are on disk on this device, even if the refresh afterwards failed.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Recorded {
    /// Events as recorded.
    pub events: Vec<EventRow>,
    /// Error of the refresh after recording; null if it succeeded.
    pub not_shown: Option<ApiError>,
}

impl Preview {
    /// The preview of a draft, which may be recorded with others: they share the id of a batch then.
    pub(crate) fn of(draft: &Draft, in_batch: bool) -> Self {
        let column = |(column, cell): (Column, Option<Cell<'_>>)| PreviewColumn {
            column: column.name().to_owned(),
            value: cell.and_then(Cell::to_text).map(Cow::into_owned),
            given_when_recorded: cell.is_none() || (in_batch && column == Column::Batch),
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
