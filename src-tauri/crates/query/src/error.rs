//! Why a question has no answer.

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
    /// The question was cancelled by the one who asked.
    #[error("the search was stopped")]
    Cancelled,
    /// The engine could not do its part.
    #[error(transparent)]
    Engine(Box<dyn std::error::Error + Send + Sync>),
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
