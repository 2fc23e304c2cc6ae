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

impl From<book::Error> for Problem {
    fn from(error: book::Error) -> Self {
        let kind = match error.kind() {
            book::Kind::Invalid => ProblemKind::Invalid,
            book::Kind::Refused => ProblemKind::Refused,
            book::Kind::Missing => ProblemKind::Missing,
            book::Kind::Failed => ProblemKind::Failed,
        };
        Self { kind, message: error.to_string() }
    }
}

impl From<reader::Error> for Problem {
    fn from(error: reader::Error) -> Self {
        if matches!(error, reader::Error::Stopped) {
            return Self { kind: ProblemKind::Stopped, message: error.to_string() };
        }
        book::Error::from(error).into()
    }
}
