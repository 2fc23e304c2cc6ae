//! The place where a journal's files lie, for reading and for writing.
//!
//! A [`Location`] says where, a [`Bucket`] is that place opened. What is a file of a journal is
//! decided here only, the same for every kind of place: the module `journal_file`.
//!
//! Invariants:
//! 1. Objects are listed, read and created. Nothing here overwrites, renames or deletes one; the
//!    files that [`Bucket::probe`] makes are the only ones it removes.
//! 2. [`Bucket::create`] returns after the object is durable, and never replaces another.
//! 3. A file is read whole and as it was listed, or not at all: never a mixture of two states.
//! 4. No size that a file claims is allocated before it is held against a limit.
//! 5. No other crate opens a file of a bucket.
//!
//! Calls whose names begin with `blocking_` do the same as their namesakes, on the thread that asks:
//! for threads that may wait for the disk.

mod bucket;
mod error;
mod folder;
mod journal_file;
mod listing;
mod location;
mod object_store;
pub mod platform;
mod probe;

pub use bucket::Bucket;
pub use error::{CreateError, Failure, OpenError, ProbeError, ReadError, SyncError};
pub use journal_file::JOURNAL_FOLDER;
pub use listing::{FileMeta, Listing, Lookalike, Page};
pub use location::Location;
