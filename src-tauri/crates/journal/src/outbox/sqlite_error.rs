//! Maps errors of `SQLite` to errors of the journal.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::error::Error;

/// Maps an error of the database at `path` by its code: full, damaged, busy, or any other.
pub(super) fn map_sqlite_error(path: &Path, source: rusqlite::Error) -> Error {
    let path = path.to_owned();
    let extended = source.sqlite_error().map(|error| error.extended_code);
    match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::OutboxFull { path },
        // The index of the write-ahead log could not be extended, because the disk is full.
        _ if extended == Some(ffi::SQLITE_IOERR_SHMSIZE) => Error::OutboxFull { path },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Error::OutboxDamaged { path, what: source.to_string() }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::OutboxBusy { path },
        _ => Error::Outbox { path, source: source.into() },
    }
}
