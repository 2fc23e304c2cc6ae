//! Errors of a session, in two tiers: [`Error`] is one sentence to show, [`Kind`] is what a program
//! may branch on.

use std::io;
use std::path::PathBuf;

use bucket::OpenError;
use sql::SqlError;

use crate::{Home, ViewFileError};

/// The kind of an error, by what the user should do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input is invalid: enter something else.
    Invalid,
    /// The request was refused; nothing was recorded.
    Refused,
    /// The bucket, event or record is missing: name one that exists.
    Missing,
    /// The bucket or this device failed: try again, or check it.
    Failed,
}

/// Error of a session. Displayed, it is one sentence.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bucket cannot be opened.
    #[error(transparent)]
    Bucket(#[from] OpenError),
    /// The folder of catalogs, at this path, lies inside the bucket.
    #[error("{} lies in the bucket, where Daybook keeps nothing of its own; move one of them", .0.display())]
    InsideBucket(PathBuf),
    /// The platform names no folder for the application's data.
    #[error("there is no place for Daybook's own data; set DAYBOOK_HOME to a folder")]
    NoHome,
    /// A file or folder of the application's own data cannot be read or written.
    #[error("{} cannot be used: {source}; {}", path.display(), Home::elsewhere())]
    Home {
        /// Path of the file or folder.
        path: PathBuf,
        /// Error of the system.
        source: io::Error,
    },
    /// The settings file is not valid JSON, or not of settings.
    #[error("{} is not a settings file: {source}; mend it or remove it", path.display())]
    Settings {
        /// Path of the settings file.
        path: PathBuf,
        /// Error of the parser.
        source: serde_json::Error,
    },
    /// The file of a saved view is none, or cannot be read.
    #[error("{}: {problem}", path.display())]
    ViewFile {
        /// Path of the file.
        path: PathBuf,
        /// What is wrong with it.
        problem: ViewFileError,
    },
    /// A file that was named to be read as text cannot be.
    #[error("{} cannot be read: {problem}", path.display())]
    TextFile {
        /// Path of the file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The session is read-only, for the reason given.
    #[error("nothing can be recorded here: {0}")]
    ReadOnly(String),
    /// The amendment of one of several events failed. Nothing was recorded.
    #[error("about {address}: {source}")]
    About {
        /// Address of the event.
        address: String,
        /// Error of its amendment.
        source: Box<Error>,
    },
    /// An acknowledgement needs a reason.
    #[error("an acknowledgement needs a reason; nothing is acknowledged")]
    NoReason,
    /// The file, at this path below the journal's folder, has no change to acknowledge.
    #[error(
        "{0} has no change to acknowledge, by the names that files are listed by; nothing is acknowledged"
    )]
    Unchanged(String),
    /// The amendment was refused: it lacks a reason or text, or would change nothing.
    #[error(transparent)]
    Refusal(#[from] event::Refusal),
    /// The draft breaks a rule of events.
    #[error(transparent)]
    Draft(#[from] event::DraftError),
    /// The journal failed or refused to record or flush.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// The bucket could not be indexed.
    #[error(transparent)]
    Reader(#[from] reader::Error),
    /// The cluster cannot be asked.
    #[error(transparent)]
    Cluster(#[from] spark::Error),
    /// The question has no answer.
    #[error(transparent)]
    Question(#[from] query::Error),
    /// The question in SQL has no answer.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

impl Error {
    /// Whether the catalog on this device proved to be damaged. The next session makes it anew.
    pub fn is_damaged_catalog(&self) -> bool {
        let error = match self {
            Self::Reader(error) => error,
            Self::Question(query::Error::Engine(error)) => match error.downcast_ref() {
                Some(error) => error,
                None => return false,
            },
            _ => return false,
        };
        matches!(error, reader::Error::Catalog(error) if error.kind() == io::ErrorKind::InvalidData)
    }

    /// All that a cluster said where it failed, which may be a thousand lines; `None` if that is not why,
    /// or no more than the sentence.
    pub fn cluster_details(&self) -> Option<&str> {
        let error = match self {
            Self::Cluster(error) => error,
            Self::Question(query::Error::Engine(error)) => error.downcast_ref()?,
            _ => return None,
        };
        let details = error.details().trim();
        (details.lines().count() > 1).then_some(details)
    }

    /// The kind of this error, to branch on.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Bucket(error) => match error {
                OpenError::UnknownKind(_) | OpenError::Nothing | OpenError::Url { .. } => {
                    Kind::Invalid
                }
                OpenError::NoFolder(_)
                | OpenError::NotAFolder(_)
                | OpenError::PackedArchive { .. }
                | OpenError::File { .. } => Kind::Missing,
                OpenError::Folder { .. }
                | OpenError::Archive { .. }
                | OpenError::NoJournal { .. }
                | OpenError::NoJournalInStore(_) => Kind::Refused,
                OpenError::Store { .. } => Kind::Failed,
            },
            Self::ViewFile { problem: ViewFileError::Io(error), .. } => match error.kind() {
                io::ErrorKind::NotFound => Kind::Missing,
                _ => Kind::Failed,
            },
            Self::ViewFile { .. }
            | Self::TextFile { .. }
            | Self::Draft(_)
            | Self::NoReason
            | Self::Unchanged(_)
            | Self::Sql(SqlError::Wrong { .. }) => Kind::Invalid,
            Self::About { source, .. } => source.kind(),
            Self::ReadOnly(_)
            | Self::Refusal(_)
            | Self::InsideBucket(_)
            | Self::Sql(SqlError::NotHere) => Kind::Refused,
            Self::Sql(_) => Kind::Failed,
            Self::Journal(error) => match error.kind() {
                journal::Kind::Invalid => Kind::Invalid,
                journal::Kind::Refused => Kind::Refused,
                journal::Kind::Failed => Kind::Failed,
            },
            Self::Reader(reader::Error::Question(error)) | Self::Question(error) => match error {
                query::Error::NoSuchEvent(_) | query::Error::NoSuchRecord(_) => Kind::Missing,
                query::Error::AmbiguousEvent { .. }
                | query::Error::AmbiguousRecord { .. }
                | query::Error::Cursor(_) => Kind::Invalid,
                query::Error::Cancelled | query::Error::Engine(_) => Kind::Failed,
            },
            Self::Cluster(error) => match error.kind() {
                spark::ErrorKind::Wrong => Kind::Invalid,
                spark::ErrorKind::Refused => Kind::Refused,
                _ => Kind::Failed,
            },
            Self::NoHome | Self::Home { .. } | Self::Settings { .. } | Self::Reader(_) => {
                Kind::Failed
            }
        }
    }
}
