//! What a caller asks the journal to record.

use chrono::{DateTime, Utc};

use crate::{Action, RecordId, WHOLE_RECORD};

/// An event before the journal has accepted it. The journal gives it its id, its place in the log
/// and the instant of acceptance; a caller cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// When the change happened; the moment of acceptance if not given.
    pub timestamp: Option<DateTime<Utc>>,
    pub entity_type: String,
    pub entity_id: String,
    pub field: String,
    pub action: Action,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub actor: String,
    pub source: String,
    pub workspace_id: Option<String>,
    pub corrects: Option<String>,
    pub reason: Option<String>,
}

/// Why an event cannot be recorded. Names the column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    #[error("not an event: {0}")]
    Json(String),
    #[error("{column} is missing")]
    Missing { column: &'static str },
    #[error("{column} is empty")]
    Empty { column: &'static str },
    #[error("{column} “{value}” has a control character or a blank at its edge")]
    Blank { column: &'static str, value: String },
    #[error("timestamp {0}")]
    Timestamp(#[from] crate::TimeError),
    #[error("action “{0}” is not one of insert, update, delete, ingest, correct, void, note")]
    Action(String),
    #[error("action “{action}” needs field “*”, not “{field}”")]
    NeedsWholeRecord { action: &'static str, field: String },
    #[error("an update needs a field, not “*”")]
    NeedsField,
    #[error("{article} {action} is about no other event, and needs no reason", article = if action.starts_with(['i', 'u']) { "an" } else { "a" })]
    About { action: String },
    #[error("{column} says “{given}”, and the event it is about has “{found}”")]
    Mismatch { column: &'static str, given: String, found: String },
}

impl Draft {
    /// A change of `record`'s `field` (or of the whole record), with no values yet.
    pub fn new(record: RecordId, action: Action, field: &str, actor: &str, source: &str) -> Self {
        Self {
            timestamp: None,
            entity_type: record.entity_type,
            entity_id: record.entity_id,
            field: field.to_owned(),
            action,
            old_value: None,
            new_value: None,
            actor: actor.to_owned(),
            source: source.to_owned(),
            workspace_id: None,
            corrects: None,
            reason: None,
        }
    }

    /// The record it is about.
    pub fn record(&self) -> RecordId {
        RecordId { entity_type: self.entity_type.clone(), entity_id: self.entity_id.clone() }
    }

    /// Whether the journal may accept this event. Values may be any text.
    pub fn check(&self) -> Result<(), DraftError> {
        let names = [
            ("entity_type", &self.entity_type),
            ("entity_id", &self.entity_id),
            ("field", &self.field),
            ("actor", &self.actor),
            ("source", &self.source),
        ];
        for (column, value) in names {
            check_name(column, value)?;
        }
        let whole = self.field == WHOLE_RECORD;
        match &self.action {
            Action::Correct | Action::Void if self.corrects.is_none() => {
                Err(DraftError::Missing { column: "corrects" })
            }
            Action::Correct | Action::Void if self.reason.is_none() => {
                Err(DraftError::Missing { column: "reason" })
            }
            Action::Other(name) => Err(DraftError::Action(name.clone())),
            Action::Update if whole => Err(DraftError::NeedsField),
            Action::Insert if !whole => Err(self.needs_whole("insert")),
            Action::Delete if !whole => Err(self.needs_whole("delete")),
            Action::Ingest if !whole => Err(self.needs_whole("ingest")),
            _ => Ok(()),
        }
    }

    fn needs_whole(&self, action: &'static str) -> DraftError {
        DraftError::NeedsWholeRecord { action, field: self.field.clone() }
    }
}

/// A name is what people type to find something again: not empty, and nothing invisible about it.
fn check_name(column: &'static str, value: &str) -> Result<(), DraftError> {
    if value.is_empty() {
        return Err(DraftError::Empty { column });
    }
    if value.trim() != value || value.chars().any(char::is_control) {
        return Err(DraftError::Blank { column, value: value.escape_debug().to_string() });
    }
    Ok(())
}
