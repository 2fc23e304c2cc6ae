//! Actions: the kinds of change that an event can make.

use serde::{Deserialize, Serialize};

/// Action of an event: the kind of change it makes. Serialized, it is its name in lower case.
///
/// An unknown action keeps its name ([`Action::Other`]): it is shown and counted, and changes no
/// value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Action {
    /// Inserts a record, with the members of a JSON object as its fields; in the journals of other
    /// writers, also sets one field.
    Insert,
    /// Updates one field to the new value.
    Update,
    /// Deletes a record; in the journals of other writers, also removes one field.
    Delete,
    /// Ingests a data set: the event notes an import and changes no field.
    Ingest,
    /// Corrects another event: states the value that it should have recorded.
    Correct,
    /// Voids another event: states that it should not have been recorded.
    Void,
    /// Notes a remark on an event or a record. It changes no value.
    Note,
    /// Unknown action, under the name that the file gives it.
    Other(String),
}

impl Action {
    /// Name of the action, as the column `action` stores it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Ingest => "ingest",
            Self::Correct => "correct",
            Self::Void => "void",
            Self::Note => "note",
            Self::Other(name) => name,
        }
    }

    /// Whether the action is an amendment: a correction, a void or a note.
    pub fn is_amendment(&self) -> bool {
        matches!(self, Self::Correct | Self::Void | Self::Note)
    }
}

impl From<&str> for Action {
    fn from(name: &str) -> Self {
        match name {
            "insert" => Self::Insert,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "ingest" => Self::Ingest,
            "correct" => Self::Correct,
            "void" => Self::Void,
            "note" => Self::Note,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl From<String> for Action {
    fn from(name: String) -> Self {
        name.as_str().into()
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        match action {
            Action::Other(name) => name,
            known => known.as_str().to_owned(),
        }
    }
}
