//! Errors as the window gets them.

use serde::Serialize;
use sql::SqlError;
use ts_rs::TS;

/// An error of a command: a kind to branch on, and one sentence to show.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ApiError {
    /// Kind of the error.
    pub kind: ErrorKind,
    /// Message: one sentence.
    pub message: String,
}

/// The kind of an error, by what the user can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ErrorKind {
    /// The input is invalid: enter something else.
    Invalid,
    /// The request was refused; nothing was recorded.
    Refused,
    /// The event, record or journal is missing.
    Missing,
    /// The bucket or this device failed: try again, or check it.
    Failed,
    /// The request was cancelled by a later question of the same kind, or by a later opening.
    Cancelled,
}

impl ApiError {
    pub(crate) fn missing(message: &str) -> Self {
        Self { kind: ErrorKind::Missing, message: message.to_owned() }
    }

    pub(crate) fn invalid(message: String) -> Self {
        Self { kind: ErrorKind::Invalid, message }
    }

    pub(crate) fn failed(message: &str) -> Self {
        Self { kind: ErrorKind::Failed, message: message.to_owned() }
    }

    pub(crate) fn cancelled(message: &str) -> Self {
        Self { kind: ErrorKind::Cancelled, message: message.to_owned() }
    }
}

impl From<session::Error> for ApiError {
    fn from(error: session::Error) -> Self {
        if let session::Error::Sql(SqlError::Cancelled)
        | session::Error::Question(query::Error::Cancelled) = error
        {
            return Self::cancelled(&error.to_string());
        }
        let kind = match error.kind() {
            session::Kind::Invalid => ErrorKind::Invalid,
            session::Kind::Refused => ErrorKind::Refused,
            session::Kind::Missing => ErrorKind::Missing,
            session::Kind::Failed => ErrorKind::Failed,
        };
        Self { kind, message: error.to_string() }
    }
}

impl From<evidence::Error> for ApiError {
    fn from(error: evidence::Error) -> Self {
        use evidence::Error;
        match error {
            Error::Query(error) => error.into(),
            Error::Sql(error) => session::Error::from(error).into(),
            Error::Exists(path) => Self::invalid(format!(
                "{} is there already, and nobody was asked whether to replace it; choose another name",
                path.display()
            )),
            Error::IsFolder(_)
            | Error::NoFolder(_)
            | Error::InJournal { .. }
            | Error::SameFile(_)
            | Error::TooManyEvents(_)
            | Error::TooManyColumns(_)
            | Error::TooManyRows(_)
            | Error::NoFont => Self::invalid(error.to_string()),
            Error::Write { .. } | Error::Sheet(_) | Error::Parquet(_) | Error::Picture(_) => {
                Self::failed(&error.to_string())
            }
        }
    }
}

impl From<import::Error> for ApiError {
    fn from(error: import::Error) -> Self {
        match error {
            import::Error::Query(error) => error.into(),
            import::Error::Read { .. } => Self::failed(&error.to_string()),
            import::Error::Mapping(_)
            | import::Error::MappingFile { .. }
            | import::Error::Table { .. } => Self::invalid(error.to_string()),
        }
    }
}

impl From<query::Error> for ApiError {
    fn from(error: query::Error) -> Self {
        session::Error::from(error).into()
    }
}
