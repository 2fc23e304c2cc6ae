//! Errors of the journal, in two tiers: [`Error`] is one sentence to show (what happened, where,
//! what to do), and [`Kind`] is what a program may branch on.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bucket::{CreateError, Failure, IdError, ProbeError, SyncError};
use chrono::{DateTime, Utc};
use event::DraftError;

use crate::limits::{MAX_EVENT_TEXT, MAX_FILE_EVENTS, MAX_UNENCODED_BYTES};

/// The kind of an error, by what the user should do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The input is invalid: correct it. Nothing of it was recorded.
    Invalid,
    /// The journal refused, because it could not be done safely: change what the message names.
    Refused,
    /// The attempt failed: try again. What was acknowledged stays recorded.
    Failed,
}

/// Reason why the journal does not accept a draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The draft breaks a rule of events.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The draft has more text than fits into a file.
    #[error(
        "it has {bytes} bytes of text, and at most {MAX_EVENT_TEXT} fit into a file of the journal"
    )]
    TooLarge {
        /// Size of the draft's text, in bytes.
        bytes: usize,
    },
}

/// Error of a journal. Displayed, it is one sentence: what happened, where, and what to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The event was rejected, and is not recorded.
    #[error("the event is not recorded: {rejection}")]
    Event {
        /// Reason of the rejection.
        rejection: Rejection,
    },
    /// An event of a batch was rejected. Nothing of the batch is recorded.
    #[error("nothing of the batch is recorded, because of event number {}: {rejection}", .index + 1)]
    BatchEvent {
        /// Index of the event in the batch, from 0. The message counts from 1.
        index: usize,
        /// Reason of the rejection.
        rejection: Rejection,
    },
    /// The batch does not fit into one file.
    #[error(
        "a batch holds at most {MAX_FILE_EVENTS} events and {} MiB, so that it stays in one file: \
         record it in parts",
        MAX_UNENCODED_BYTES >> 20
    )]
    BatchTooLarge,
    /// The clock is outside the years 1677 to 2262, which 64-bit nanoseconds can hold.
    #[error("this device's clock says {now}, which no journal can hold: set the clock")]
    Clock {
        /// Time of the clock.
        now: DateTime<Utc>,
    },
    /// The data folder lies inside the bucket, where nothing but a journal's files may be.
    #[error(
        "the application's data folder {} lies inside the journal's folder {}: move one of them",
        home.display(),
        bucket.display()
    )]
    HomeInBucket {
        /// Path of the application's data folder.
        home: PathBuf,
        /// Path of the bucket.
        bucket: PathBuf,
    },
    /// The folder of the outbox, or its high-water mark, cannot be made or opened.
    #[error("cannot make the outbox {}: {source}; see that this folder can be written", path.display())]
    OutboxFolder {
        /// Path of the data folder, or of the high-water mark.
        path: PathBuf,
        /// Error of the system.
        source: Arc<io::Error>,
    },
    /// The bucket has no file, although events were recorded for the one at its place: another
    /// folder is there.
    #[error(
        "{bucket} has no file of the journal that was recorded into there: its disk may not be \
         mounted, or it was moved; bring it back, or, to begin a new journal there, move the outbox \
         {} away{}",
        outbox.display(),
        with_pending(*waiting)
    )]
    BucketAway {
        /// Path of the place.
        bucket: String,
        /// Path of the outbox.
        outbox: PathBuf,
        /// Number of events that are pending in it.
        waiting: u64,
    },
    /// The bucket is at another place than where it was last recorded into.
    #[error(
        "this journal was last at {was} and is now at {now}{}; a copy is only read",
        if *still_there { ", and it is still there too" } else { "" }
    )]
    Moved {
        /// Path at which it was.
        was: String,
        /// Path at which it is.
        now: String,
        /// Whether it is still at the path at which it was.
        still_there: bool,
    },
    /// In the place of the bucket that was recorded into lies another folder, which may be an older copy.
    #[error(
        "the folder at {at} is not the one that was recorded into before, and lacks {lacks}: it may be \
         an older copy, and a copy is only read"
    )]
    OtherFolder {
        /// Path of the folder.
        at: String,
        /// What it lacks.
        lacks: &'static str,
    },
    /// The id of the bucket cannot be read or made.
    #[error(transparent)]
    Identity(#[from] IdError),
    /// The bucket cannot be written safely.
    #[error("{0}{stays}", stays = what_stays(.0))]
    Unsafe(#[from] ProbeError),
    /// The database of the outbox failed. A recorded event may or may not be there.
    #[error(
        "the outbox {} could not be read or written: {source}; see whether the event is there \
         before you record it again",
        path.display()
    )]
    Outbox {
        /// Path of the outbox.
        path: PathBuf,
        /// Error of the database.
        source: Arc<rusqlite::Error>,
    },
    /// The disk of the outbox is full. The change was not made.
    #[error("the disk of the outbox {} is full: make room, then record it again", path.display())]
    OutboxFull {
        /// Path of the outbox.
        path: PathBuf,
    },
    /// The outbox was locked for longer than 30 seconds. The change was not made.
    #[error("another program has held the outbox {} for too long: try again", path.display())]
    OutboxBusy {
        /// Path of the outbox.
        path: PathBuf,
    },
    /// The outbox has the format of another version of Daybook.
    #[error(
        "the outbox {} is of format {found}, which another version of Daybook made: flush it with \
         that one",
        path.display()
    )]
    OutboxFormat {
        /// Path of the outbox.
        path: PathBuf,
        /// Format number found in it.
        found: i64,
    },
    /// The outbox belongs to another bucket.
    #[error("the outbox {} belongs to the bucket {found}: move it away", path.display())]
    OutboxBucket {
        /// Path of the outbox.
        path: PathBuf,
        /// Identity of the bucket it belongs to.
        found: String,
    },
    /// The outbox is damaged: a checksum or an invariant does not hold.
    #[error(
        "the outbox {} is damaged: {what}; move it and its .seen file away, and no others, to \
         record again",
        path.display()
    )]
    OutboxDamaged {
        /// Path of the outbox.
        path: PathBuf,
        /// Description of the damage, as a clause.
        what: String,
    },
    /// The outbox was removed or replaced while it was open: the event was not acknowledged.
    #[error(
        "the outbox {} was removed or replaced while it was open, so that what was recorded since then \
         may be lost: see which events are there before you record more",
        path.display()
    )]
    OutboxReplaced {
        /// Path of the outbox.
        path: PathBuf,
    },
    /// The outbox has fewer events than its high-water mark: it is gone, empty, or an older copy.
    #[error(
        "the outbox {} no longer knows all of the {seen} events that were recorded through it: \
         put it back from a copy, or move it and its .seen file away, and no others, to record again",
        path.display()
    )]
    OutboxLost {
        /// Path of the outbox.
        path: PathBuf,
        /// Number of events known to have been recorded through it.
        seen: u64,
    },
    /// The pending events could not be encoded as Parquet.
    #[error("the pending events could not be made into a file: {source}; they stay pending")]
    Encode {
        /// Error of the Parquet writer.
        source: Arc<parquet::errors::ParquetError>,
    },
    /// The file is not in the bucket, or could not be read back, after an attempt that failed.
    #[error("the bucket took no file: {source}; its events are kept here, to be tried again")]
    Store {
        /// Key of the file: its path below the bucket.
        key: String,
        /// Error of the attempt to create it.
        source: CreateError,
    },
    /// The file is not in the bucket after an attempt that succeeded.
    #[error(
        "the bucket took a file, and does not have it; its events are kept here, to be tried again"
    )]
    Absent {
        /// Key of the file: its path below the bucket.
        key: String,
    },
    /// Under the name of the file the bucket gives other bytes than it was given.
    #[error(
        "the bucket gives back other bytes than it was given; its events are kept here, to be tried again"
    )]
    OtherBytes {
        /// Key of the file: its path below the bucket.
        key: String,
    },
    /// The file could not be read back after an attempt that succeeded.
    #[error(
        "a stored file could not be read back: {source}; its events are kept here, to be tried again"
    )]
    ReadBack {
        /// Key of the file: its path below the bucket.
        key: String,
        /// Error of the bucket.
        source: Failure,
    },
    /// The file could not be forced to disk. The next flush stores it under another name.
    #[error("{0}; it is stored again under another name")]
    SyncFile(#[source] SyncError),
    /// The file's folder could not be forced to disk. The next flush tries again.
    #[error("{0}; its events are kept here, to be tried again")]
    SyncFolder(#[source] SyncError),
    /// The files of the bucket could not be listed.
    #[error("the journal's files could not be listed: {0}; try again")]
    List(Failure),
    /// The thread of the outbox could not be started.
    #[error("this device gives the program no thread: {source}; try again")]
    Thread {
        /// Error of the system.
        source: Arc<io::Error>,
    },
    /// The thread or the runtime ended before the work was known to be done.
    #[error("the program was stopped in the middle: look whether it was done, then try again")]
    Stopped,
}

/// The end of a sentence about an outbox: what goes with it.
fn with_pending(events: u64) -> String {
    match events {
        0 => String::new(),
        1 => ", with the event that is pending in it".to_owned(),
        several => format!(", with the {several} events that are pending in it"),
    }
}

impl Error {
    /// The kind of this error, to branch on.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Event { .. } | Self::BatchEvent { .. } | Self::BatchTooLarge => Kind::Invalid,
            Self::Clock { .. }
            | Self::HomeInBucket { .. }
            | Self::OutboxFolder { .. }
            | Self::BucketAway { .. }
            | Self::Moved { .. }
            | Self::OtherFolder { .. }
            | Self::Identity(_)
            | Self::Unsafe { .. }
            | Self::OutboxFull { .. }
            | Self::OutboxFormat { .. }
            | Self::OutboxBucket { .. }
            | Self::OutboxDamaged { .. }
            | Self::OutboxLost { .. } => Kind::Refused,
            Self::Outbox { .. }
            | Self::OutboxBusy { .. }
            | Self::OutboxReplaced { .. }
            | Self::Encode { .. }
            | Self::Store { .. }
            | Self::Absent { .. }
            | Self::OtherBytes { .. }
            | Self::ReadBack { .. }
            | Self::SyncFile { .. }
            | Self::SyncFolder { .. }
            | Self::List { .. }
            | Self::Thread { .. }
            | Self::Stopped => Kind::Failed,
        }
    }
}

/// Remark about pending events, which only a bucket that could be recorded into has.
fn what_stays(why: &ProbeError) -> &'static str {
    match why {
        ProbeError::Archive(_) | ProbeError::OnlyFiles(_) => "",
        ProbeError::Unsafe { .. }
        | ProbeError::Link(_)
        | ProbeError::Store { .. }
        | ProbeError::Overwrites(_)
        | ProbeError::Another(_) => "; pending events stay on this device",
    }
}
