//! Errors of indexing a bucket and of answering questions.

use std::io;

use bucket::Failure;
use query::CancellationToken;

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
        "none of the {0} files of this journal is in the bucket any more; if that is meant, have it \
         read anew with `daybook index --rebuild`"
    )]
    Emptied(usize),
    /// The catalog on this device cannot be read or written. Where it is damaged
    /// ([`io::ErrorKind::InvalidData`]), the next refresh rebuilds it, in whatever process.
    #[error("what this device keeps of the bucket cannot be used: {0}; try again")]
    Catalog(#[from] io::Error),
    /// Polars failed to evaluate filters.
    #[error("the query engine failed: {0}")]
    Polars(#[from] polars::error::PolarsError),
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
