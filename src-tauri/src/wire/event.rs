//! Events as rows of a list, and their values.

use std::collections::BTreeMap;

use event::{Entry, Mark, format_time};
use serde::Serialize;
use ts_rs::TS;

/// Number of characters after which a value in a list is cut.
const LONGEST_VALUE: usize = 600;

/// An event, column by column, with its address and place.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventRow {
    /// Address, which names this event and no other of the bucket.
    pub address: String,
    /// Id of the event, which may be repeated in legacy files.
    pub event_id: String,
    /// Timestamp: when the change happened.
    pub timestamp: String,
    /// Type of the record.
    pub entity_type: String,
    /// Id of the record.
    pub entity_id: String,
    /// Field that changed; `*` is the whole record.
    pub field: String,
    /// Action, such as `update`.
    pub action: String,
    /// Old value; null if the event has none.
    pub old_value: Option<Value>,
    /// New value; null if the event has none.
    pub new_value: Option<Value>,
    /// Actor: who made the change.
    pub actor: String,
    /// Source through which the change came.
    pub source: String,
    /// Id of the workspace; null if the event has none.
    pub workspace_id: Option<String>,
    /// Time of acceptance by the journal; null in legacy files.
    pub recorded_at: Option<String>,
    /// Writer: the log that the event belongs to; null in legacy files.
    pub writer: Option<String>,
    /// Number of the event in its writer's log, from 0; null in legacy files.
    pub seq: Option<String>,
    /// Address of the event that this one amends; null if it amends none.
    pub corrects: Option<String>,
    /// Reason of a correction or void.
    pub reason: Option<String>,
    /// Batch: an id that events recorded together share.
    pub batch: Option<String>,
    /// Columns beside those of an event, by name.
    pub extra: BTreeMap<String, String>,
    /// Place in the bucket; null while the event is pending.
    pub place: Option<Place>,
    /// Whether the event is an update that changed nothing.
    pub no_op: bool,
    /// What amendments make of the event now.
    pub marks: Vec<Mark>,
}

/// Place of an event in the bucket.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Place {
    /// File name below the journal's folder.
    pub file: String,
    /// Row in the file, from 0.
    pub row: usize,
}

/// Text of a value, which is cut if it is long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Value {
    /// Text: the whole value, or its first characters.
    pub text: String,
    /// Number of characters in the whole value.
    pub length: usize,
    /// Whether the text is cut.
    pub cut: bool,
}

impl Value {
    /// The whole value.
    pub(super) fn whole(text: &str) -> Self {
        Self { text: text.to_owned(), length: text.chars().count(), cut: false }
    }

    /// The value, cut after [`LONGEST_VALUE`] characters.
    pub(super) fn short(text: &str) -> Self {
        match text.char_indices().nth(LONGEST_VALUE) {
            Some((end, _)) => {
                Self { text: text[..end].to_owned(), length: text.chars().count(), cut: true }
            }
            None => Self::whole(text),
        }
    }
}

impl EventRow {
    /// The row of an entry, with long values cut.
    pub(crate) fn of(entry: &Entry) -> Self {
        Self::with(entry, Value::short)
    }

    /// The row of an entry, with values made by `value`.
    pub(super) fn with(entry: &Entry, value: fn(&str) -> Value) -> Self {
        let event = &entry.event;
        let place = match &entry.place {
            event::Place::File { file, row } => Some(Place {
                file: file.to_string(),
                row: usize::try_from(*row).unwrap_or(usize::MAX),
            }),
            event::Place::SomeFile { .. } | event::Place::Pending => None,
        };
        Self {
            address: entry.address().to_string(),
            event_id: event.event_id.clone(),
            timestamp: format_time(event.timestamp),
            entity_type: event.entity_type.clone(),
            entity_id: event.entity_id.clone(),
            field: event.field.clone(),
            action: event.action.as_str().to_owned(),
            old_value: event.old_value.as_deref().map(value),
            new_value: event.new_value.as_deref().map(value),
            actor: event.actor.clone(),
            source: event.source.clone(),
            workspace_id: event.workspace_id.clone(),
            recorded_at: event.recorded_at.map(format_time),
            writer: event.writer.clone(),
            seq: event.seq.map(|seq| seq.to_string()),
            corrects: event.corrects.clone(),
            reason: event.reason.clone(),
            batch: event.batch.clone(),
            extra: entry.other_columns(),
            place,
            no_op: event.is_no_op(),
            marks: entry.marks.iter().copied().collect(),
        }
    }
}
