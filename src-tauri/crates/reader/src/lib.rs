//! The engine on this machine: indexes the files of a bucket into a catalog, and answers questions
//! from that catalog together with the events that are pending on this device.
//!
//! It never writes to a bucket, and knows nothing of windows, terminals or outboxes. Files of a
//! bucket are decoded by another process (the crate `decode`); Polars reads only what this crate
//! wrote. Nothing in a catalog is the only copy of anything.
//!
//! Start reading at [`Indexer`], which makes a [`query::Engine`] of what a bucket holds now. Below
//! it lie `indexer` (list, decode, build), `catalog` (segment files, and the database that lists
//! them), `ledger` (what each file was when it was read first), `summaries` (one per record),
//! `snapshot` (what a catalog held at one moment) and `answers` (the questions to a snapshot).
//! `tables` are a snapshot as Arrow batches, which another process reads for SQL. `database` opens the two databases, of the catalog and of the ledger.

mod answers;
mod bitmap;
mod catalog;
mod database;
mod engine;
mod error;
mod indexer;
mod k_way_merge;
mod ledger;
mod platform;
mod snapshot;
mod summaries;
mod tables;

pub use catalog::CatalogSize;
pub use decode::{Decoder, decode_if_asked};
pub use error::Error;
pub use indexer::{
    Indexer, LedgerOptions, Progress, Recorded, Verified, extract_of, known_id, lost_files, lost_id,
};
pub use tables::{EventColumn, Scan, Tables, record_columns, state_columns};
