//! Why something was not done. [`Error`] says what, where and what to do in one sentence;
//! [`Kind`] is what a program may branch on.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bucket::{CreateError, Failure, ProbeError, SyncError};
use chrono::{DateTime, Utc};
use event::DraftError;

use crate::limits::{MAX_EVENT_TEXT, MAX_FILE_EVENTS, MAX_UNENCODED_BYTES};

/// What the user should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Correct the input. Nothing of it was recorded.
    Invalid,
    /// Change what the message names: as things are it cannot be done safely.
    Refused,
    /// Try again. What was acknowledged is kept.
    Failed,
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

#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error("the event is not recorded: {rejection}")]
    Event { rejection: Rejection },
    /// `index` counts from 0.
    #[error("nothing of the batch is recorded, because of event number {}: {rejection}", .index + 1)]
    BatchEvent { index: usize, rejection: Rejection },
    #[error(
        "a batch holds at most {MAX_FILE_EVENTS} events and {} MiB, so that it stays in one file: \
         record it in parts",
        MAX_UNENCODED_BYTES >> 20
    )]
    BatchTooLarge,
    #[error("this device's clock says {now}, which no journal can hold: set the clock")]
    Clock { now: DateTime<Utc> },
    #[error(
        "the application's data folder {} lies inside the journal's folder {}: move one of them",
        home.display(),
        bucket.display()
    )]
    HomeInBucket { home: PathBuf, bucket: PathBuf },
    #[error("cannot make the outbox {}: {source}; see that this folder can be written", path.display())]
    OutboxFolder { path: PathBuf, source: Arc<io::Error> },
    #[error("{0}; it can be read, and what waits for it is kept on this device")]
    Unsafe(#[from] ProbeError),
    #[error(
        "the outbox {} could not be read or written: {source}; see whether the event is there \
         before you record it again",
        path.display()
    )]
    Outbox { path: PathBuf, source: Arc<rusqlite::Error> },
    #[error("the disk of the outbox {} is full: make room, then record it again", path.display())]
    OutboxFull { path: PathBuf },
    #[error("another program has held the outbox {} for too long: try again", path.display())]
    OutboxBusy { path: PathBuf },
    #[error(
        "the outbox {} is of format {found}, which another version of Daybook made: flush it with \
         that one",
        path.display()
    )]
    OutboxFormat { path: PathBuf, found: i64 },
    #[error("the outbox {} belongs to the bucket {found}: move it away", path.display())]
    OutboxBucket { path: PathBuf, found: String },
    #[error(
        "the outbox {} is damaged: {what}; keep a copy of its folder, and move it away to record \
         again",
        path.display()
    )]
    OutboxDamaged { path: PathBuf, what: String },
    #[error(
        "the outbox {} no longer knows all of the {seen} events that were recorded through it: \
         put it back from a copy, or move its folder away to record again",
        path.display()
    )]
    OutboxLost { path: PathBuf, seen: u64 },
    #[error("the pending events could not be made into a file: {source}; they stay pending")]
    Encode { source: Arc<parquet::errors::ParquetError> },
    #[error("the bucket took no file: {source}; its events are kept here, to be tried again")]
    Store { key: String, source: CreateError },
    #[error(
        "the bucket took a file, and does not have it; its events are kept here, to be tried again"
    )]
    Absent { key: String },
    #[error(
        "a stored file could not be read back: {source}; its events are kept here, to be tried again"
    )]
    ReadBack { key: String, source: Failure },
    #[error("{0}; it is stored again under another name")]
    SyncFile(#[source] SyncError),
    #[error("{0}; its events are kept here, to be tried again")]
    SyncFolder(#[source] SyncError),
    #[error("the journal's files could not be listed: {0}; try again")]
    List(Failure),
    #[error("this device gives the program no thread: {source}; try again")]
    Thread { source: Arc<io::Error> },
    #[error("the program was stopped in the middle: look whether it was done, then try again")]
    Stopped,
}

impl Error {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Event { .. } | Self::BatchEvent { .. } | Self::BatchTooLarge => Kind::Invalid,
            Self::Clock { .. }
            | Self::HomeInBucket { .. }
            | Self::OutboxFolder { .. }
            | Self::Unsafe { .. }
            | Self::OutboxFull { .. }
            | Self::OutboxFormat { .. }
            | Self::OutboxBucket { .. }
            | Self::OutboxDamaged { .. }
            | Self::OutboxLost { .. } => Kind::Refused,
            Self::Outbox { .. }
            | Self::OutboxBusy { .. }
            | Self::Encode { .. }
            | Self::Store { .. }
            | Self::Absent { .. }
            | Self::ReadBack { .. }
            | Self::SyncFile { .. }
            | Self::SyncFolder { .. }
            | Self::List { .. }
            | Self::Thread { .. }
            | Self::Stopped => Kind::Failed,
        }
    }
}
