//! Drafts: events that the journal has not accepted yet.

use chrono::{DateTime, Utc};

use crate::{Action, RecordId, WHOLE_RECORD, members};

/// Draft of an event, before the journal accepts it. The journal alone assigns the id, the writer,
/// the sequence number and the time of acceptance.
///
/// The names (type and id of the record, field, actor, source) must not be empty, hold no control
/// characters and have no blanks at their edges: [`Draft::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Timestamp of the change; `None` for the time of acceptance.
    pub timestamp: Option<DateTime<Utc>>,
    /// Type of the record.
    pub entity_type: String,
    /// Id of the record.
    pub entity_id: String,
    /// Field that changes, or [`WHOLE_RECORD`].
    pub field: String,
    /// Action. [`Action::Other`] is refused.
    pub action: Action,
    /// Value before the change, any text; `None` for null.
    pub old_value: Option<String>,
    /// Value after the change, any text; `None` for null.
    pub new_value: Option<String>,
    /// Actor who makes the change.
    pub actor: String,
    /// Source of the change, such as `api`.
    pub source: String,
    /// Workspace of the change; `None` for null.
    pub workspace_id: Option<String>,
    /// Address of the event to amend. Required for a correction and a void.
    pub corrects: Option<String>,
    /// Reason. Required for a correction and a void.
    pub reason: Option<String>,
    /// Batch that the event belonged to in the journal that it was exported from; `None` for a change that
    /// is recorded for the first time: the journal assigns it one.
    pub batch: Option<String>,
}

/// Error of an event that cannot be recorded. Most variants name the column at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// JSON that is not an object of an event's columns; holds the parser's message.
    #[error("not an event: {0}")]
    Json(String),
    /// Event of a journal, which has its id already, where a new one is recorded.
    #[error(
        "it has an event_id, and a journal gives each event its own: leave it out, or record what was \
         exported as new events with --as-new"
    )]
    HasId,
    /// Missing value in a required column.
    #[error("{column} is missing")]
    Missing {
        /// Name of the column.
        column: &'static str,
    },
    /// Empty text in a column that must have one.
    #[error("{column} is empty")]
    Empty {
        /// Name of the column.
        column: &'static str,
    },
    /// Blank at an edge of the text, or a control character in it.
    #[error("{column} “{value}” has a control character or a blank at its edge")]
    Blank {
        /// Name of the column.
        column: &'static str,
        /// Text of the column, with control characters escaped.
        value: String,
    },
    /// Timestamp that cannot be parsed.
    #[error("timestamp {0}; write it as in 2024-03-01T09:00:00Z")]
    Timestamp(#[from] crate::TimeError),
    /// Unknown action; holds its name.
    #[error("action “{0}” is not one of insert, update, delete, ingest, correct, void, note")]
    Action(String),
    /// Field that is not [`WHOLE_RECORD`], with an action on whole records.
    #[error("action “{action}” needs field “*”, not “{field}”")]
    NeedsWholeRecord {
        /// Name of the action.
        action: &'static str,
        /// Field that was given.
        field: String,
    },
    /// [`WHOLE_RECORD`] as the field of an update.
    #[error("an update needs a field, not “*”")]
    NeedsField,
    /// New value of an insert that is neither empty nor a JSON object.
    #[error(
        "new_value is no JSON object: an insert has the first fields of its record there, as in \
         {{\"name\":\"Ada\"}}, or nothing"
    )]
    NotAnObject,
    /// Address or reason on an event that amends no other event.
    #[error("{article} {action} is about no other event, and needs no reason", article = if action.starts_with(['i', 'u']) { "an" } else { "a" })]
    About {
        /// Name of the action.
        action: String,
    },
    /// Mismatch between a column of an amendment and the event to amend.
    #[error("{column} says “{given}”, and the event it is about has {}", said(found.as_deref()))]
    Mismatch {
        /// Name of the column.
        column: &'static str,
        /// Value that the caller gave.
        given: String,
        /// Value of the event; `None` for null.
        found: Option<String>,
    },
}

/// A value within a sentence.
fn said(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| format!("“{value}”"))
}

impl Draft {
    /// Draft for a field of a record, or for [`WHOLE_RECORD`]. Every optional column is `None`.
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
            batch: None,
        }
    }

    /// Record that the draft is about.
    pub fn record(&self) -> RecordId {
        RecordId { entity_type: self.entity_type.clone(), entity_id: self.entity_id.clone() }
    }

    /// Checks whether the journal may accept this event.
    ///
    /// # Errors
    ///
    /// Fails if a name is empty, has a control character or a blank at its edge, if the action is
    /// unknown or does not fit the field, if an insert has a new value that is neither empty nor a
    /// JSON object, or if a correction or void lacks `corrects` or `reason`. Record and field of an
    /// amendment may have any name: they are in the journal already. The other columns are not
    /// checked: any other value may be any text.
    pub fn check(&self) -> Result<(), DraftError> {
        let new = [
            ("entity_type", &self.entity_type),
            ("entity_id", &self.entity_id),
            ("field", &self.field),
        ];
        let own = [("actor", &self.actor), ("source", &self.source)];
        let checked = new.into_iter().filter(|_| !self.action.is_amendment()).chain(own);
        checked.into_iter().try_for_each(|(column, value)| check_name(column, value))?;
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
            Action::Insert if !self.has_first_fields() => Err(DraftError::NotAnObject),
            Action::Ingest if !whole => Err(self.needs_whole("ingest")),
            _ => Ok(()),
        }
    }

    /// Whether the new value can be the first fields of a record. Empty ones are as old as the
    /// format.
    fn has_first_fields(&self) -> bool {
        let value = self.new_value.as_deref().unwrap_or_default();
        value.is_empty() || members(value).is_some()
    }

    fn needs_whole(&self, action: &'static str) -> DraftError {
        DraftError::NeedsWholeRecord { action, field: self.field.clone() }
    }
}

/// Checks a name. People type names to find events again, so nothing about them may be invisible.
fn check_name(column: &'static str, value: &str) -> Result<(), DraftError> {
    if value.is_empty() {
        return Err(DraftError::Empty { column });
    }
    if value.trim() != value || value.chars().any(char::is_control) {
        return Err(DraftError::Blank { column, value: value.escape_debug().to_string() });
    }
    Ok(())
}
