//! What can go wrong in reading.

use std::io;

use bucket::Failure;
use event::{PositionError, RecordId};

/// Why a question has no answer. A file that cannot be read is no error: it is named in the
/// coverage of every answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no event “{0}” in this journal")]
    NoSuchEvent(String),
    #[error("“{id}” names {} events; say which: {}", addresses.len(), first(addresses))]
    AmbiguousEvent { id: String, addresses: Vec<String> },
    #[error("there is no record “{0}” in this journal")]
    NoSuchRecord(String),
    #[error("“{id}” names {} records; say which: {}", records.len(), first(records))]
    AmbiguousRecord { id: String, records: Vec<RecordId> },
    #[error(transparent)]
    Cursor(#[from] PositionError),
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
    Engine(#[from] polars::error::PolarsError),
    #[error("the search was stopped")]
    Stopped,
}

/// The first few of many, so that a sentence stays one.
fn first<T: ToString>(all: &[T]) -> String {
    const FEW: usize = 4;
    let mut named: Vec<String> = all.iter().take(FEW).map(T::to_string).collect();
    if all.len() > FEW {
        named.push("…".to_owned());
    }
    named.join(", ")
}
