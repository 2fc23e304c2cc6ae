//! Error of a verb: one sentence that says what happened, where, and what to do; and an exit
//! status.

use std::io;

use session::Kind;

/// Error of a verb. Printed, it is the sentence that goes to standard error.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Wrong use: the arguments contradict each other or lack something.
    #[error("{0}")]
    Wrong(String),
    /// It could not be done. The sentence says what was recorded before, if anything.
    #[error("{0}")]
    NotDone(String),
    /// Events are recorded, and standard output cannot be written to.
    #[error("{0}")]
    Recorded(String),
    /// Nothing was found in what could be read, and not all could be.
    #[error("{0}, as far as it could be read")]
    NotFoundInPart(String),
    /// The session failed or refused.
    #[error("{0}{hint}", hint = hint(.0))]
    Session(#[from] session::Error),
    /// Standard output cannot be written to.
    #[error("the answer cannot be written: {0}; see that there is room for it")]
    Output(io::Error),
    /// The answer cannot be serialized.
    #[error("the answer cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A thread or the runtime cannot be started.
    #[error("this device gives the program no thread: {0}; try again")]
    Runtime(io::Error),
    /// The reader of standard output has closed it.
    #[error("nobody reads standard output any more")]
    ClosedPipe,
}

impl CliError {
    /// Exit status: 1 for what is recorded all the same or may be where nothing could be read, 2 for wrong
    /// use, 3 for what was refused or
    /// is not possible.
    pub fn status(&self) -> u8 {
        match self {
            Self::Recorded(_) | Self::NotFoundInPart(_) => 1,
            Self::Wrong(_) => 2,
            Self::Session(error) => match error.kind() {
                Kind::Invalid | Kind::Missing => 2,
                Kind::Refused | Kind::Failed => 3,
            },
            Self::NotDone(_)
            | Self::Output(_)
            | Self::Json(_)
            | Self::Runtime(_)
            | Self::ClosedPipe => 3,
        }
    }
}

impl From<query::Error> for CliError {
    fn from(error: query::Error) -> Self {
        Self::Session(error.into())
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Output(error),
        }
    }
}

/// Hint for an error: where to look for what was not found, or how to name it. May be empty.
fn hint(error: &session::Error) -> &'static str {
    match error {
        session::Error::Question(query::Error::NoSuchEvent(_)) => {
            "; `daybook recent` and `daybook search` list events with their ids"
        }
        session::Error::Question(query::Error::NoSuchRecord(_)) => "; `daybook records` lists them",
        session::Error::Question(query::Error::AmbiguousRecord { .. }) => " with --type",
        _ => "",
    }
}
