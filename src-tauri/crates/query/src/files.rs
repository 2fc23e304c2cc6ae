//! The files of a bucket one by one, and what changed about them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{FileState, instant};

/// List of the files of a bucket: those that are there, and those that are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileList {
    /// Files, by name.
    pub files: Vec<FileEntry>,
    /// Changes that somebody has acknowledged, oldest first.
    pub acknowledged: Vec<AcknowledgedChange>,
}

/// File of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileEntry {
    /// File's path below the journal's folder.
    pub file: String,
    /// Number of its rows; of a file that is gone what it was, as with all of its state. `None` if it
    /// could not be read this time or is not read at all.
    pub rows: Option<u64>,
    /// First timestamp of its events; `None` if it has none or was not read.
    #[serde(serialize_with = "instant::optional::serialize")]
    pub first: Option<DateTime<Utc>>,
    /// Last timestamp of its events; `None` if it has none or was not read.
    #[serde(serialize_with = "instant::optional::serialize")]
    pub last: Option<DateTime<Utc>>,
    /// SHA-256 of its bytes, in hexadecimal digits; `None` if it was not read.
    pub sha256: Option<String>,
    /// Time at which its bytes were last looked at.
    #[serde(serialize_with = "instant::optional::serialize")]
    pub read_at: Option<DateTime<Utc>>,
    /// Problem with it, as the rest of a sentence that begins with the file; `None` if there is none.
    pub problem: Option<String>,
    /// Kind of change: `gone`, `altered` since it was read first, or `new` to this device; `None` if
    /// there is none.
    pub change: Option<String>,
}

impl FileEntry {
    /// A file in a state; `None` if it was not read.
    pub fn new(file: &str, state: Option<FileState>) -> Self {
        let (rows, first, last, sha256) = match state {
            Some(state) => (Some(state.rows), state.first, state.last, Some(state.sha256)),
            None => (None, None, None, None),
        };
        let file = file.to_owned();
        Self { file, rows, first, last, sha256, read_at: None, problem: None, change: None }
    }
}

/// Change of a file that somebody has acknowledged: it is no finding any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcknowledgedChange {
    /// File's path below the journal's folder.
    pub file: String,
    /// Kind of change: `gone` or `altered`.
    pub change: String,
    /// Reason that was given.
    pub reason: String,
    /// Time of the acknowledgement.
    #[serde(serialize_with = "instant::serialize")]
    pub at: DateTime<Utc>,
    /// State of the file before the change.
    pub was: FileState,
}
