//! Errors of imports.

use std::io;
use std::path::PathBuf;

/// Error of an import. Nothing is recorded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The mapping says nothing that can be done.
    #[error("the mapping {0}")]
    Mapping(String),
    /// The file of a mapping says nothing that can be done.
    #[error("{}: the mapping {why}", path.display())]
    MappingFile {
        /// Path of the file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// Error of the system.
        source: io::Error,
    },
    /// The file is no table, or not the one that the mapping is of; holds a sentence that does not name it.
    #[error("{} {why}", path.display())]
    Table {
        /// Path of the file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// The journal cannot be asked, or it was cancelled.
    #[error(transparent)]
    Query(#[from] query::Error),
}
