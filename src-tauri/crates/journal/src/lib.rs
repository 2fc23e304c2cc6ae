//! The write side of a journal: the outbox on this device, the encoding into Parquet, and the flush
//! into the bucket.
//!
//! Invariants:
//! 1. [`Journal::record`] returns after the event is on disk, in the outbox of this installation.
//! 2. An acknowledged event is pending, that is in the outbox, until its file has been read back
//!    from the bucket.
//! 3. The name and the bytes of a file are fixed before the first attempt to store it. Every
//!    further attempt stores the same bytes. Only a name that is taken, or that may hold bytes the
//!    disk lost, is replaced by a later one.
//! 4. Nothing in a bucket is ever overwritten, renamed or deleted: no code here could.
//!
//! The crate never reads a journal's events out of a bucket: that is the crate `reader`. It only
//! lists files and reads back the hash of what it stored.
//!
//! Begin reading at [`Journal`], then `queue` (group commit), `outbox` (the `SQLite` file) and
//! `flush` (from the outbox into the bucket). `accept` turns a draft into an event, `encode` and
//! `file` make a Parquet file and its name, and `autoflush` decides when to flush.

mod accept;
mod autoflush;
mod clock;
mod encode;
mod error;
mod file;
mod flush;
mod flush_signal;
mod journal;
mod limits;
mod options;
mod outbox;
mod outbox_opener;
mod pending;
mod queue;
mod random;
mod stats;

#[cfg(test)]
mod tests;

pub use accept::Batch;
pub use clock::{Clock, SystemClock};
pub use encode::parquet_properties;
pub use error::{Error, Kind, Rejection};
pub use flush::Flushed;
pub use journal::{Journal, RecordedTogether};
pub use options::{Options, StoredFile};
pub use outbox::{PendingStatus, lost_id};
pub use pending::{Pending, PendingElsewhere};
pub use queue::Receipt;
pub use random::{Random, SystemRandom};
pub use stats::Stats;
