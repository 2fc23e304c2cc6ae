//! Storage of a journal's files: listing, reading and creating them in a folder or an object store, and
//! reading them in an archive.
//!
//! A [`Location`] names a bucket, and a [`Bucket`] is an open one. Which objects are journal files
//! ([`FileMeta`]) is defined here only, for every kind of bucket alike. Begin reading at
//! [`Bucket`].
//!
//! Credentials of object stores come from the environment and from the stores' own tools. None is in a
//! location, an error or the `Debug` form of anything here.
//!
//! Invariants:
//! 1. The crate lists, reads and creates objects. It never overwrites, renames or deletes one; it
//!    removes only temporary files of its own, from a creation or from [`Bucket::probe`].
//! 2. [`Bucket::create`] returns after the object is durable, and never replaces an object.
//! 3. A file is read as a whole and in the state in which it was listed, as far as its
//!    [`FileMeta`] tells, or not at all.
//! 4. No size that a file claims is allocated before it is checked against a limit.
//! 5. No other crate that ships opens a file of a bucket.
//!
//! Methods whose names begin with `blocking_` do the same as the async methods, on the calling
//! thread: they are for threads that may block on the disk.

mod archive;
mod bucket;
mod error;
mod extract;
mod folder;
mod identity;
mod journal_file;
mod listing;
mod location;
mod object_store;
mod open_file;
mod picked;
pub mod platform;
mod probe;
mod store;

pub use bucket::Bucket;
pub use error::{CreateError, Failure, IdError, OpenError, ProbeError, ReadError, SyncError};
pub use identity::{BucketId, Place};
pub use journal_file::{JOURNAL_FOLDER, stamp_of, stamp_text};
pub use listing::{FileMeta, Listing, Lookalike, Page};
pub use location::{Location, LocationKind, StoreLocation};
pub use open_file::OpenFile;
