//! Where events wait on this device until they are known to be in the bucket.
//!
//! One `SQLite` file per bucket and installation, in the application's data folder and never in the
//! bucket. Several processes share it: each change is one `IMMEDIATE` transaction, which also makes
//! it the order of a log's numbers. A method that changes something returns after it is on disk.
//!
//! An event has a position in the outbox, from 0 and without a gap, whatever log it belongs to.
//! Events that were committed together are one block: their JSON, one a line, and its SHA-256.
//!
//! Invariants, which [`check`] holds a file against:
//! 1. The blocks of `pending` follow each other without a gap, from `meta.first_position` to
//!    `meta.next_position`.
//! 2. The files in `spool` hold, without a gap, the first of them; each holds whole blocks.
//! 3. What [`high_water_mark`] has seen acknowledged is not beyond `meta.next_position`.
//!
//! Not async, and without knowledge of the bucket.

mod block;
mod check;
mod high_water_mark;
mod open;
mod read;
mod schema;
mod spool;
mod sqlite_error;
mod write;

pub(crate) use block::Block;
pub(crate) use read::OutboxReader;
pub use read::PendingStatus;
pub(crate) use write::Outbox;
