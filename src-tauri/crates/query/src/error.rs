//! Errors of queries.

use event::{PositionError, RecordId};

/// Error of a query that has no answer. An unreadable file is no error: the coverage of every
/// answer names it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No event has this address.
    #[error("there is no event “{0}” in this journal")]
    NoSuchEvent(String),
    /// Ambiguous address: several events have it.
    #[error("“{id}” names {} events; say which: {}", addresses.len(), first(addresses))]
    AmbiguousEvent {
        /// Address that was asked for.
        id: String,
        /// Unambiguous address of each event.
        addresses: Vec<String>,
    },
    /// No record has this id.
    #[error("there is no record “{0}” in this journal")]
    NoSuchRecord(String),
    /// Ambiguous id: records of several types have it.
    #[error("“{id}” names {} records; say which: {}", records.len(), first(&names(records)))]
    AmbiguousRecord {
        /// Id that was asked for.
        id: String,
        /// Records that have it.
        records: Vec<RecordId>,
    },
    /// Cursor that cannot be parsed.
    #[error(transparent)]
    Cursor(#[from] PositionError),
    /// Cancelled through the token of the query.
    #[error("the search was stopped")]
    Cancelled,
    /// Engine failure; holds the engine's own error.
    #[error(transparent)]
    Engine(Box<dyn std::error::Error + Send + Sync>),
}

/// Names of records; with their types apart where two would read alike.
fn names(records: &[RecordId]) -> Vec<String> {
    let names: Vec<String> = records.iter().map(RecordId::to_string).collect();
    if names.windows(2).all(|pair| pair[0] != pair[1]) {
        return names;
    }
    let apart =
        |record: &RecordId| format!("“{}” of type “{}”", record.entity_id, record.entity_type);
    records.iter().map(apart).collect()
}

/// First few names of a list, so that the message stays short.
fn first<T: ToString>(all: &[T]) -> String {
    const FEW: usize = 4;
    let mut named: Vec<String> = all.iter().take(FEW).map(T::to_string).collect();
    if all.len() > FEW {
        named.push("…".to_owned());
    }
    named.join(", ")
}
