//! Which files an answer rests on.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::instant;

/// Lists in a [`Coverage`] name this many at most; a total beside each says how many there are.
pub const LISTED: usize = 100;

/// The files an answer rests on. Every answer carries one. It is small whatever a bucket holds:
/// its lists name the first [`LISTED`] only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Coverage {
    /// Journal files in the bucket, readable or not.
    pub files: usize,
    /// Those of them that were read, in whole or in part.
    pub read: usize,
    /// Rows in the files read, good and bad, before anything said twice is counted once.
    pub rows: usize,
    /// Rows that say what another row says: each event counts once.
    pub repeated: usize,
    /// Files, and rows of files, that could not be read.
    pub unreadable: Vec<Unreadable>,
    pub unreadable_total: usize,
    /// Files that are not what they were when they were read first.
    pub changed: Vec<ChangedFile>,
    pub changed_total: usize,
    /// Numbers that are missing in a writer's log.
    pub gaps: Vec<SequenceGap>,
    pub gaps_total: usize,
    /// Set where the bucket is a part taken out of a journal by a question: gaps are no findings
    /// then.
    pub extract: Option<Extract>,
    /// Numbers of a writer's log that different events have.
    pub doubled: Vec<DoubledNumber>,
    pub doubled_total: usize,
    /// Why the listing of the bucket did not come to its end; `None` if it did.
    pub listing: Option<String>,
    /// Set where a part of the answer rests on a copy that was prepared ahead.
    pub prepared: Option<Prepared>,
    /// When the bucket was listed, where the answer rests on an older listing.
    #[serde(serialize_with = "instant::optional::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub as_of: Option<DateTime<Utc>>,
    /// The listing ended, and nothing is unreadable, changed, missing or doubled.
    pub complete: bool,
}

/// A file or a row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Unreadable {
    /// The file's name below the journal folder.
    pub file: String,
    /// The row in the file, from 0; `None` for the whole file.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub row: Option<u64>,
    /// Why, as a part of a sentence.
    pub problem: String,
}

impl Unreadable {
    /// A file of which nothing could be read.
    pub fn file(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { file: file.into(), row: None, problem: problem.into() }
    }

    /// One row of a file.
    pub fn row(file: impl Into<String>, row: u64, problem: impl Into<String>) -> Self {
        Self { file: file.into(), row: Some(row), problem: problem.into() }
    }
}

/// A file that is not what it was when it was read first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct ChangedFile {
    pub file: String,
    /// `gone` or `altered`.
    pub change: String,
    pub was: FileState,
}

/// What was known of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct FileState {
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub rows: u64,
    /// The first and the last timestamp of its events.
    #[serde(serialize_with = "instant::optional::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub first: Option<DateTime<Utc>>,
    #[serde(serialize_with = "instant::optional::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub last: Option<DateTime<Utc>>,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// Numbers from `first` to `last`, both included, that no event of a writer's log has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct SequenceGap {
    pub writer: String,
    /// As text, because JSON's readers lose digits of large numbers.
    pub first: String,
    pub last: String,
}

/// A number of a writer's log that different events have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct DoubledNumber {
    pub writer: String,
    /// As text, because JSON's readers lose digits of large numbers.
    pub seq: String,
}

/// Out of which journal a bucket was taken, by which question, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Extract {
    pub bucket: String,
    pub query: String,
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub at: DateTime<Utc>,
}

/// Up to when a copy was prepared ahead, and how many files have come since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Prepared {
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub up_to: DateTime<Utc>,
    pub files_since: usize,
}

/// An answer and the files it rests on. Serialized, the coverage stands among the answer's own
/// members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered<T> {
    #[serde(flatten)]
    pub value: T,
    pub coverage: Coverage,
}

impl<T> Covered<T> {
    /// The same coverage for what `change` makes of the answer.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Covered<U> {
        Covered { value: change(self.value), coverage: self.coverage }
    }
}
