//! Why something was not done, in two tiers: a sentence to show, and a kind to branch on.

use std::io;
use std::path::PathBuf;

use bucket::OpenError;

/// What the user should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Enter something else.
    Invalid,
    /// It was understood and refused; nothing was recorded.
    Refused,
    /// Name something that is there.
    Missing,
    /// The bucket or this device did not do its part: try again, or look there.
    Failed,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Bucket(#[from] OpenError),
    #[error("{} lies in the bucket, where Daybook keeps nothing of its own; move one of them", .0.display())]
    InsideBucket(PathBuf),
    #[error("there is no place for Daybook's own data; set DAYBOOK_HOME to a folder")]
    NoHome,
    #[error("{} cannot be used: {source}", path.display())]
    Home { path: PathBuf, source: io::Error },
    #[error("{} is not a settings file: {source}; mend it or remove it", path.display())]
    Settings { path: PathBuf, source: serde_json::Error },
    #[error("nothing can be recorded here: {0}")]
    ReadOnly(String),
    /// One of several events that something was to be said about.
    #[error("about {address}: {source}")]
    About { address: String, source: Box<Error> },
    #[error(transparent)]
    Refusal(#[from] event::Refusal),
    #[error(transparent)]
    Draft(#[from] event::DraftError),
    #[error(transparent)]
    Journal(#[from] journal::Error),
    #[error(transparent)]
    Reader(#[from] reader::Error),
    #[error(transparent)]
    Question(#[from] query::Error),
}

impl Error {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Bucket(error) => match error {
                OpenError::UnknownKind(_) | OpenError::InsideJournal(_) => Kind::Invalid,
                OpenError::NoFolder(_) => Kind::Missing,
                OpenError::Folder { .. } => Kind::Refused,
            },
            Self::Draft(_) => Kind::Invalid,
            Self::About { source, .. } => source.kind(),
            Self::ReadOnly(_) | Self::Refusal(_) | Self::InsideBucket(_) => Kind::Refused,
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
            Self::NoHome | Self::Home { .. } | Self::Settings { .. } | Self::Reader(_) => {
                Kind::Failed
            }
        }
    }
}
