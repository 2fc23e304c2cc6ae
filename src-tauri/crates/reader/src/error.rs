//! What can go wrong in reading.

use event::{PositionError, RecordId};

/// Why a question has no answer. A file that cannot be read is no error: it is named in the
/// coverage of every answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no event “{0}” in this journal")]
    NoSuchEvent(String),
    #[error("“{id}” names {} events; say which: {}", addresses.len(), addresses.join(", "))]
    AmbiguousEvent { id: String, addresses: Vec<String> },
    #[error("there is no record “{0}” in this journal")]
    NoSuchRecord(String),
    #[error("“{id}” names {} records; say which: {}", records.len(), names(records))]
    AmbiguousRecord { id: String, records: Vec<RecordId> },
    #[error(transparent)]
    Cursor(#[from] PositionError),
    #[error("the bucket cannot be listed: {0}")]
    List(#[from] object_store::Error),
    #[error("the query engine failed: {0}")]
    Engine(#[from] polars::error::PolarsError),
}

fn names(records: &[RecordId]) -> String {
    records.iter().map(RecordId::to_string).collect::<Vec<_>>().join(", ")
}
