//! Errors of exports.

use std::io;
use std::path::PathBuf;

use arrow::error::ArrowError;
use parquet::errors::ParquetError;
use rust_xlsxwriter::XlsxError;
use sql::SqlError;

use crate::MOST_EVENTS_OF_A_SHEET;

/// Error of an export. Nothing is left behind of what was written until then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is under the name of the file already.
    #[error("{} is there already; name another file, or have it overwritten with --overwrite", .0.display())]
    Exists(PathBuf),
    /// A folder is under the name already.
    #[error("{} is a folder that is there already, and is not overwritten; name another", .0.display())]
    IsFolder(PathBuf),
    /// The folder that it would lie in is not there.
    #[error("there is no folder {}; make it, or name a file elsewhere", .0.display())]
    NoFolder(PathBuf),
    /// The file would lie in the folder of a journal's files.
    #[error("{} lies in {}, where only a journal's own files lie; name another folder", path.display(), journal.display())]
    InJournal {
        /// Path that was asked for.
        path: PathBuf,
        /// Folder of the journal's files.
        journal: PathBuf,
    },
    /// Both files have one name.
    #[error("{} is named for the events and for what tells about them; name two files", .0.display())]
    SameFile(PathBuf),
    /// More events than a sheet holds.
    #[error("these are {0} events, and a sheet holds {MOST_EVENTS_OF_A_SHEET}: use CSV or Parquet")]
    TooManyEvents(usize),
    /// More rows than a sheet holds, which is this many.
    #[error("a sheet holds {0} rows, and the answer has more: use CSV or Parquet, or ask for less")]
    TooManyRows(usize),
    /// More columns than a sheet holds.
    #[error("these events have {0} columns, and a sheet holds 16384: use NDJSON or Parquet")]
    TooManyColumns(usize),
    /// The file or folder cannot be written.
    #[error("{} cannot be written: {source}; nothing of it is left there", path.display())]
    Write {
        /// Path of the file or folder.
        path: PathBuf,
        /// Error of the system.
        source: io::Error,
    },
    /// The library that writes sheets failed.
    #[error("the sheet cannot be written: {0}; nothing of it is left there")]
    Sheet(#[from] XlsxError),
    /// The library that writes Parquet failed.
    #[error("the Parquet file cannot be written: {0}; nothing of it is left there")]
    Parquet(#[from] ParquetError),
    /// A PNG needs a font, and there is none.
    #[error("this machine has no font to draw a PNG with; save an SVG in its place")]
    NoFont,
    /// The library that draws a PNG failed.
    #[error("the picture cannot be drawn: {0}; save an SVG in its place")]
    Picture(String),
    /// The events cannot be told, or it was cancelled.
    #[error(transparent)]
    Query(#[from] query::Error),
    /// The question in SQL has no answer.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

impl From<ArrowError> for Error {
    fn from(error: ArrowError) -> Self {
        Self::Parquet(error.into())
    }
}

impl Error {
    /// Whether the export was cancelled.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Query(query::Error::Cancelled))
    }
}
