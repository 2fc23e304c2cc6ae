//! One event as a row shows it.

use std::collections::BTreeMap;

use event::{Entry, format_time};
use serde::Serialize;
use ts_rs::TS;

/// Values in lists are cut after this many characters.
const LONGEST_VALUE: usize = 600;

/// An event as a row shows it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventRow {
    /// What names this event and no other in the bucket.
    pub address: String,
    pub event_id: String,
    pub timestamp: String,
    pub entity_type: String,
    pub entity_id: String,
    pub field: String,
    pub action: String,
    pub old_value: Option<Value>,
    pub new_value: Option<Value>,
    pub actor: String,
    pub source: String,
    pub workspace_id: Option<String>,
    pub recorded_at: Option<String>,
    pub writer: Option<String>,
    pub seq: Option<String>,
    pub corrects: Option<String>,
    pub reason: Option<String>,
    pub batch: Option<String>,
    /// Columns that the file has beside those of a journal, by name.
    pub extra: BTreeMap<String, String>,
    /// Where it lies; null while it waits on this device for the next flush.
    pub place: Option<Place>,
    pub no_op: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Place {
    pub file: String,
    /// Row in the file, from 0.
    pub row: usize,
}

/// A value's text, cut where it is long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Value {
    pub text: String,
    /// Characters in the whole value.
    pub length: usize,
    pub cut: bool,
}

impl Value {
    pub(super) fn whole(text: &str) -> Self {
        Self { text: text.to_owned(), length: text.chars().count(), cut: false }
    }

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
    /// The event with long values cut.
    pub(crate) fn of(entry: &Entry) -> Self {
        Self::with(entry, Value::short)
    }

    pub(super) fn with(entry: &Entry, value: fn(&str) -> Value) -> Self {
        let event = &entry.event;
        let owned = |(name, text): (&String, &String)| (name.clone(), text.clone());
        let place = match &entry.place {
            event::Place::File { file, row } => Some(Place {
                file: file.to_string(),
                row: usize::try_from(*row).unwrap_or(usize::MAX),
            }),
            event::Place::Pending => None,
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
            extra: entry.extra.iter().chain(&entry.about_row).map(owned).collect(),
            place,
            no_op: event.is_no_op(),
        }
    }
}
