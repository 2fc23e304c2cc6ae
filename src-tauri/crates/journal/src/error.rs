//! Why something was not done. [`Error`] says what, where and what to do in one sentence;
//! [`Kind`] is what a program may branch on.

use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use event::DraftError;

use crate::encode::MAX_EVENT_TEXT;

/// What the user should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Correct the input. Nothing of it was recorded.
    Invalid,
    /// Change what the message names: as things are it cannot be done safely.
    Refused,
    /// Try again. What was acknowledged is kept.
    Failed,
    /// Another installation writes under this one's name. Both are kept.
    Forked,
}

/// Why an event cannot be recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(
        "it has {bytes} bytes of text, and at most {MAX_EVENT_TEXT} fit into a file of the journal"
    )]
    TooLarge { bytes: usize },
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the event is not recorded: {rejection}")]
    Event { rejection: Rejection },
    /// `index` counts from 0.
    #[error("nothing of the batch is recorded, because of event number {}: {rejection}", .index + 1)]
    BatchEvent { index: usize, rejection: Rejection },
    #[error("this device's clock says {now}, which no journal can hold: set the clock")]
    Clock { now: DateTime<Utc> },
    #[error("cannot open the folder {}: {source}; choose a folder that exists", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("{} is not a folder: choose the folder that holds the journal", path.display())]
    NotAFolder { path: PathBuf },
    #[error(
        "the application's data folder {} lies inside the journal's folder {}: move one of them",
        home.display(),
        bucket.display()
    )]
    HomeInBucket { home: PathBuf, bucket: PathBuf },
    #[error("cannot make the outbox {}: {source}; see that this folder can be written", path.display())]
    OutboxFolder { path: PathBuf, source: io::Error },
    #[error("the outbox {} could not be read or written: {source}; see that its disk has \
         room, then try again", path.display())]
    Outbox { path: PathBuf, source: rusqlite::Error },
    #[error(
        "the outbox {} is of format {found}, made by a newer Daybook: open it with that one",
        path.display()
    )]
    OutboxFormat { path: PathBuf, found: i64 },
    #[error(
        "the outbox {} cannot have a write-ahead log there: move the application's data folder to a \
         local disk",
        path.display()
    )]
    OutboxLog { path: PathBuf },
    #[error("the outbox {} belongs to the bucket {found}: move it away", path.display())]
    OutboxBucket { path: PathBuf, found: String },
    #[error("the outbox {} holds {key} with damaged bytes: keep a copy of it", path.display())]
    OutboxFile { path: PathBuf, key: String },
    #[error("the pending events could not be made into a file: {source}; they stay pending")]
    Encode { source: parquet::errors::ParquetError },
    #[error("{key} could not be stored: {source}; its events stay pending, flush again")]
    Store { key: String, source: object_store::Error },
    #[error("{key} was stored, but is not there: its events stay pending, flush again")]
    Absent { key: String },
    #[error("{key} could not be read back: {source}; its events stay pending, flush again")]
    ReadBack { key: String, source: object_store::Error },
    #[error(
        "{} could not be forced to disk: {source}; its events stay pending, flush again",
        path.display()
    )]
    Sync { path: PathBuf, source: io::Error },
    #[error(
        "the bucket holds another file under the name {key}: another installation writes under \
         this one's name; nothing is lost, and its events stay pending"
    )]
    Fork { key: String },
    #[error("the journal's files could not be listed: {source}; try again")]
    List { source: object_store::Error },
    #[error("the program was stopped in the middle: look whether it was done, then try again")]
    Stopped,
}

impl Error {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Event { .. } | Self::BatchEvent { .. } => Kind::Invalid,
            Self::Clock { .. }
            | Self::Folder { .. }
            | Self::NotAFolder { .. }
            | Self::HomeInBucket { .. }
            | Self::OutboxFolder { .. }
            | Self::OutboxFormat { .. }
            | Self::OutboxLog { .. }
            | Self::OutboxBucket { .. }
            | Self::OutboxFile { .. } => Kind::Refused,
            Self::Outbox { .. }
            | Self::Encode { .. }
            | Self::Store { .. }
            | Self::Absent { .. }
            | Self::ReadBack { .. }
            | Self::Sync { .. }
            | Self::List { .. }
            | Self::Stopped => Kind::Failed,
            Self::Fork { .. } => Kind::Forked,
        }
    }
}
