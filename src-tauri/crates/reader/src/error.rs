//! Errors of indexing a bucket and of answering questions.

use std::io;
use std::path::Path;

use bucket::{Failure, ProbeError};
use query::CancellationToken;

use crate::database::has_room;
use crate::ledger::LedgerError;

/// Error of indexing a bucket, or of answering a question. A file that cannot be read is no error:
/// the coverage of every answer names it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The question itself has no answer: no such event or record, several of them, or it was
    /// cancelled.
    #[error(transparent)]
    Question(query::Error),
    /// Listing the bucket failed. What was indexed before is unchanged.
    #[error("the bucket cannot be listed: {0}")]
    List(#[from] Failure),
    /// The listing is empty though the catalog holds this many files. A journal only grows: more
    /// likely its disk is not mounted than that it is empty, so nothing is dropped from the
    /// catalog.
    #[error(
        "none of the {0} files of this journal is in the bucket any more, so its disk may not be \
         mounted; if that is meant, have it read anew with `daybook index --rebuild`, and acknowledge \
         it with `daybook files`"
    )]
    Emptied(usize),
    /// None of this many files that were read of a bucket without an id is there any more.
    #[error(
        "none of the {0} files that were read here before is there any more, so its disk may not be \
         mounted, or this is another bucket; if that is meant, have it read anew with `daybook index \
         --rebuild`, and acknowledge it with `daybook files`"
    )]
    Replaced(usize),
    /// Another bucket is there than this device knows.
    #[error(transparent)]
    Another(ProbeError),
    /// In the place of the folder of the journal's files is something else, for the reason given.
    #[error("the folder journal of this bucket {0}")]
    NoFolder(String),
    /// The catalog on this device cannot be read or written. Where it is damaged
    /// ([`io::ErrorKind::InvalidData`]), the next refresh rebuilds it, in whatever process.
    #[error("what this device keeps of the bucket cannot be used: {0}; try again")]
    Catalog(io::Error),
    /// The ledger of files on this device cannot be read or written.
    #[error("the ledger of files {0}")]
    Ledger(io::Error),
    /// Polars failed to evaluate filters.
    #[error("the query engine failed: {0}")]
    Polars(#[from] polars::error::PolarsError),
}

impl Error {
    /// The same error, which names the folder of the catalog if it is about that.
    pub(crate) fn at(self, catalog: &Path) -> Self {
        match self {
            Self::Catalog(error) if error.kind() != io::ErrorKind::Interrupted => {
                let path = catalog.display();
                let full = if has_room(catalog) { "" } else { ", whose disk is full" };
                Self::Catalog(io::Error::new(error.kind(), format!("{path}{full}: {error}")))
            }
            other => other,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        let is_ledgers =
            error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<LedgerError>);
        if is_ledgers { Self::Ledger(error) } else { Self::Catalog(error) }
    }
}

impl From<query::Error> for Error {
    fn from(error: query::Error) -> Self {
        Self::Question(error)
    }
}

impl From<Error> for query::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Question(error) => error,
            other => Self::Engine(Box::new(other)),
        }
    }
}

/// Returns [`query::Error::Cancelled`] once the token is cancelled. Long computations call it
/// between their steps.
pub(crate) fn check(token: &CancellationToken) -> Result<(), Error> {
    if token.is_cancelled() { Err(query::Error::Cancelled.into()) } else { Ok(()) }
}
