//! Coverage: the files that an answer rests on.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::instant;

/// Maximum length of each list in a [`Coverage`]. The total beside a list counts all.
pub const LISTED: usize = 100;

/// Coverage of an answer: the files that it rests on, and what could not be read. Every answer
/// carries one.
///
/// It is small however large the bucket is: a list names at most the first [`LISTED`], and the
/// total beside it counts all. What an engine does not check, it leaves empty. Answers rest on what is
/// there now; that a file was another when it was read first, `changed` says. The end of a log that
/// was cut off cannot be seen: no number shows that there were more.
///
/// ```
/// use query::{Coverage, Covered, Unreadable};
///
/// let coverage = Coverage {
///     files: 3,
///     read: 2,
///     rows: 120,
///     unreadable: vec![Unreadable::file("c.parquet", "is not a Parquet file")],
///     unreadable_total: 1,
///     ..Coverage::default()
/// };
/// assert!(!coverage.complete);
///
/// // Whatever is made of an answer keeps its coverage.
/// let count = Covered { value: 118, coverage };
/// let text = count.map(|count| format!("{count} events"));
/// assert_eq!(text.value, "118 events");
/// assert_eq!(text.coverage.unreadable[0].file, "c.parquet");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Coverage {
    /// Number of files in the bucket that are journal files or look like one, readable or not.
    pub files: usize,
    /// Number of files that were read, in whole or in part.
    pub read: usize,
    /// Number of rows in the files read: readable, unreadable and repeated.
    pub rows: usize,
    /// Number of rows that repeat another row. Answers count an event once.
    pub repeated: usize,
    /// Unreadable files and rows, by file and row. Pending events that could not be read come
    /// first.
    pub unreadable: Vec<Unreadable>,
    /// Total number of unreadable files and rows.
    pub unreadable_total: usize,
    /// Changed files: gone, or no longer the bytes that were read first on this device, until somebody
    /// acknowledges it or the same bytes are back.
    pub changed: Vec<ChangedFile>,
    /// Total number of changed files.
    pub changed_total: usize,
    /// Gaps in the sequence numbers of the writers: numbers below a writer's highest that neither a
    /// file nor a pending event has.
    pub gaps: Vec<SequenceGap>,
    /// Total number of gaps.
    pub gaps_total: usize,
    /// Extract: set if the bucket holds a part of a journal, selected by a query. Gaps are then as they
    /// should be, and not listed.
    pub extract: Option<Extract>,
    /// Doubled sequence numbers: different events of one writer have the same number.
    pub doubled: Vec<DoubledNumber>,
    /// Total number of doubled sequence numbers.
    pub doubled_total: usize,
    /// Listing error, if the listing of the bucket is not whole; `None` if it is.
    pub listing: Option<String>,
    /// Prepared copy, if a part of the answer rests on one.
    pub prepared: Option<Prepared>,
    /// Time of the listing, if the answer rests on an older one; `None` for a current listing.
    #[serde(serialize_with = "instant::optional::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub as_of: Option<DateTime<Utc>>,
    /// Whether the coverage is complete: the listing is whole, and nothing that the engine looks for
    /// is unreadable, changed, missing or doubled.
    pub complete: bool,
}

/// Unreadable file, or row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Unreadable {
    /// File's path below the journal's folder.
    pub file: String,
    /// Row in the file, from 0; `None` for the whole file.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub row: Option<u64>,
    /// Problem, as the rest of a sentence that begins with the file.
    pub problem: String,
}

impl Unreadable {
    /// Unreadable file.
    pub fn file(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { file: file.into(), row: None, problem: problem.into() }
    }

    /// Unreadable row of a file.
    pub fn row(file: impl Into<String>, row: u64, problem: impl Into<String>) -> Self {
        Self { file: file.into(), row: Some(row), problem: problem.into() }
    }
}

/// Changed file: its content is no longer what was read first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct ChangedFile {
    /// File's path below the journal's folder.
    pub file: String,
    /// Kind of change: `gone` or `altered`.
    pub change: String,
    /// State of the file when it was read first.
    pub was: FileState,
    /// File that has the same bytes now, if this one is gone.
    pub now_at: Option<String>,
}

/// State of a file when it was read first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct FileState {
    /// Number of its rows.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub rows: u64,
    /// First timestamp of its events; `None` if it has none.
    #[serde(serialize_with = "instant::optional::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub first: Option<DateTime<Utc>>,
    /// Last timestamp of its events; `None` if it has none.
    #[serde(serialize_with = "instant::optional::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub last: Option<DateTime<Utc>>,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// Gap in the sequence numbers of a writer: no event has one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct SequenceGap {
    /// Writer whose log has the gap.
    pub writer: String,
    /// First missing number, as text, because JSON readers lose digits of large numbers.
    pub first: String,
    /// Last missing number, inclusive, as text.
    pub last: String,
}

/// Doubled sequence number: different events of one writer have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct DoubledNumber {
    /// Writer whose log has the number twice.
    pub writer: String,
    /// Sequence number, as text, because JSON readers lose digits of large numbers.
    pub seq: String,
}

/// Extract of a journal: its origin, the query that selected it, and its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Extract {
    /// Id of the journal's bucket; `None` if it has none, because nothing was ever recorded into it.
    pub bucket: Option<String>,
    /// Query that selected the events, as text.
    pub query: String,
    /// Time of the extraction.
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub at: DateTime<Utc>,
}

/// Prepared copy of a journal, and what the journal has beyond it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Prepared {
    /// Time up to which the copy holds the journal.
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub up_to: DateTime<Utc>,
    /// Number of files in the bucket since that time.
    pub files_since: usize,
}

/// Answer with its coverage. Serialized, `coverage` is a member beside the members of the answer,
/// which must be an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered<T> {
    /// Answer.
    #[serde(flatten)]
    pub value: T,
    /// Coverage of the answer.
    pub coverage: Coverage,
}

impl<T> Covered<T> {
    /// Maps the answer, and keeps its coverage.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Covered<U> {
        Covered { value: change(self.value), coverage: self.coverage }
    }
}
