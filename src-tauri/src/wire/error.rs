//! Errors on their way to the window.

use serde::Serialize;
use ts_rs::TS;

/// An error as the window gets it: what to branch on, and one sentence to show.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ApiError {
    pub kind: ErrorKind,
    pub message: String,
}

/// What the person in front of the window can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ErrorKind {
    /// What was entered is not usable: enter something else.
    Invalid,
    /// It was understood and refused; nothing was recorded.
    Refused,
    /// There is no such event, record or journal.
    Missing,
    /// The bucket or this device did not do its part: try again, or look there.
    Failed,
    /// A later question of the same kind, or a later opening, took its place.
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
        let kind = match error.kind() {
            session::Kind::Invalid => ErrorKind::Invalid,
            session::Kind::Refused => ErrorKind::Refused,
            session::Kind::Missing => ErrorKind::Missing,
            session::Kind::Failed => ErrorKind::Failed,
        };
        Self { kind, message: error.to_string() }
    }
}

impl From<query::Error> for ApiError {
    fn from(error: query::Error) -> Self {
        if matches!(error, query::Error::Cancelled) {
            return Self::cancelled(&error.to_string());
        }
        session::Error::from(error).into()
    }
}
