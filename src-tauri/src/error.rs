//! Errors on their way to the window.

use crate::wire::{Problem, ProblemKind};

impl Problem {
    pub(crate) fn missing(message: &str) -> Self {
        Self { kind: ProblemKind::Missing, message: message.to_owned() }
    }

    pub(crate) fn invalid(message: String) -> Self {
        Self { kind: ProblemKind::Invalid, message }
    }

    pub(crate) fn failed(message: &str) -> Self {
        Self { kind: ProblemKind::Failed, message: message.to_owned() }
    }
}

impl From<session::Error> for Problem {
    fn from(error: session::Error) -> Self {
        let kind = match error.kind() {
            session::Kind::Invalid => ProblemKind::Invalid,
            session::Kind::Refused => ProblemKind::Refused,
            session::Kind::Missing => ProblemKind::Missing,
            session::Kind::Failed => ProblemKind::Failed,
        };
        Self { kind, message: error.to_string() }
    }
}

impl From<reader::Error> for Problem {
    fn from(error: reader::Error) -> Self {
        if matches!(error, reader::Error::Stopped) {
            return Self { kind: ProblemKind::Stopped, message: error.to_string() };
        }
        session::Error::from(error).into()
    }
}
