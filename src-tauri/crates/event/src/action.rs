//! What kind of change an event is.

use serde::{Deserialize, Serialize};

/// The action of an event. An action nobody here knows is kept as it was written: it is shown and
/// counted, and changes no value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Action {
    Insert,
    Update,
    Delete,
    Ingest,
    Correct,
    Void,
    Note,
    Other(String),
}

impl Action {
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

    /// Whether the event is about another event (or a record) and not itself a change of data.
    pub fn is_amendment(&self) -> bool {
        matches!(self, Self::Correct | Self::Void | Self::Note)
    }
}

impl From<String> for Action {
    fn from(name: String) -> Self {
        match name.as_str() {
            "insert" => Self::Insert,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "ingest" => Self::Ingest,
            "correct" => Self::Correct,
            "void" => Self::Void,
            "note" => Self::Note,
            _ => Self::Other(name),
        }
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
