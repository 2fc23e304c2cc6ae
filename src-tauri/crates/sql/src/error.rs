//! Errors of questions in SQL.

use std::io;

use serde::{Deserialize, Serialize};

/// Error of a question in SQL.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// The text is no query that is answered, for the reason given.
    #[error("{message}{}", at(*place))]
    Wrong {
        /// Message: one sentence, without its place.
        message: String,
        /// Place in the text; `None` if it is about the text as a whole, or not known.
        place: Option<Place>,
    },
    /// The answer needs more memory than a question has; the message says which part of it does.
    #[error("{0}")]
    Memory(String),
    /// The answer cannot be computed: a value is none of what a function takes, a number is too large.
    #[error("{0}")]
    Failed(String),
    /// A part of the catalog was merged meanwhile: ask again with an engine that is new.
    #[error("the journal changed while the question was asked; ask again")]
    Changed,
    /// Cancelled.
    #[error("the question was stopped")]
    Cancelled,
    /// The engine has no events on this device that SQL could be asked of.
    #[error("this journal's events do not lie on this device, so SQL cannot be asked here")]
    NotHere,
    /// The process that answers cannot be started.
    #[error(
        "daybook-sql, which answers SQL, cannot be started: {0}; it belongs beside this program"
    )]
    Start(io::Error),
    /// The process that answers has ended without an answer.
    #[error("{0}")]
    Ended(String),
}

/// Place in a text, in lines and characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Line.
    pub line: u64,
    /// Column in the line.
    pub column: u64,
}

/// The place as the end of a sentence.
fn at(place: Option<Place>) -> String {
    let at = |Place { line, column }| format!(" (line {line}, column {column})");
    place.map(at).unwrap_or_default()
}
