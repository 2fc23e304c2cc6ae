//! The write side of a journal: what is recorded, where it waits, how it gets into the bucket.
//!
//! Invariants:
//! 1. [`Journal::record`] returns after the event is on disk, in the outbox of this installation.
//! 2. An acknowledged event is in the outbox until its file is known to be in the bucket.
//! 3. The name and the bytes of a file are fixed before the first attempt to store it, and every
//!    further attempt has the same.
//! 4. Nothing in a bucket is ever overwritten, renamed or deleted: no code here could.
//!
//! Reading a bucket is not done here, apart from reading back what was just stored.

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
mod pending;
mod queue;
mod random;
mod stats;

#[cfg(test)]
mod tests;

pub use accept::Batch;
pub use clock::{Clock, SystemClock};
pub use error::{Error, Kind, Rejection};
pub use flush::Flushed;
pub use journal::Journal;
pub use options::Options;
pub use outbox::PendingStatus;
pub use pending::Pending;
pub use queue::Receipt;
pub use random::{Random, SystemRandom};
pub use stats::Stats;
