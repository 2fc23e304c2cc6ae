//! The outbox: pending events on this device, until they are known to be in the bucket.
//!
//! One `SQLite` file for each bucket (by its id, not its path) and installation, in the
//! application's data folder and never in the bucket. Several processes share it: each change is
//! one `IMMEDIATE` transaction, and the order of these transactions is the order of a log's
//! numbers. A method that changes something returns after the change is on disk.
//!
//! An event has a position in the outbox, from 0 and without a gap, whatever log it belongs to.
//! Events that were committed together are one block: their JSON, one event a line, and the SHA-256
//! of its bytes.
//!
//! Invariants, which [`check`] verifies:
//! 1. The blocks of `pending` follow each other without a gap, from `meta.first_position` to
//!    `meta.next_position`.
//! 2. The files in `spool` hold, without a gap, the first of them; each holds whole blocks.
//! 3. The high-water mark is not beyond `meta.next_position`.
//!
//! In this folder: `schema` has the paths and tables, `find` tells which outbox is a bucket's,
//! `open` opens an outbox for writing, `write` appends events, `spool` stores, renames and prunes
//! files, `read` reads beside a writer, `block` encodes and checks the blocks of events, `check`
//! verifies the invariants, `high_water_mark` counts what was acknowledged in a second file, and
//! `sqlite_error` maps the errors of the database.
//!
//! Nothing here is async. Only `find` looks into the bucket: at its id and its listing.

mod block;
mod check;
pub(crate) mod find;
mod high_water_mark;
mod open;
mod read;
mod schema;
mod spool;
mod sqlite_error;
mod write;

pub(crate) use block::Block;
pub use find::lost_id;
pub(crate) use open::check_home;
pub(crate) use read::OutboxReader;
pub use read::PendingStatus;
pub(crate) use schema::outbox_path;
pub(crate) use write::Outbox;
