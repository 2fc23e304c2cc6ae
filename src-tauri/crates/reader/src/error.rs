//! What can go wrong in reading.

use std::io;

use bucket::Failure;
use query::CancellationToken;

/// Why a bucket could not be read, or a question not be answered. A file that cannot be read is
/// no error: it is named in the coverage of every answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The question itself has no answer.
    #[error(transparent)]
    Question(query::Error),
    #[error("the bucket cannot be listed: {0}")]
    List(#[from] Failure),
    /// A journal only grows: more likely its disk is not there than that it is empty.
    #[error(
        "none of the {0} files of this journal is in the bucket any more; if that is meant, have it \
         read anew with `daybook index --rebuild`"
    )]
    Emptied(usize),
    /// What this device keeps of the bucket. What is damaged is made anew by the next refresh.
    #[error("what this device keeps of the bucket cannot be used: {0}; try again")]
    Catalog(#[from] io::Error),
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

/// An error once the token is cancelled: nobody waits for the answer any more.
pub(crate) fn check(token: &CancellationToken) -> Result<(), Error> {
    if token.is_cancelled() { Err(query::Error::Cancelled.into()) } else { Ok(()) }
}
