//! Databases (`SQLite`) of this device that several processes share, each with a version of its tables.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use bucket::platform::{check_regular, give_rights_of, read_only_uri};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

/// Time for which a statement waits for other processes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Database that this process has open.
#[derive(Debug)]
pub(crate) struct Opened {
    pub connection: Connection,
    /// Why it can only be read, if that is so.
    pub why_read_only: Option<io::Error>,
}

/// Opens the database at `path`, which is created where it is missing, with `tables` of `version`.
/// Other processes may hold it: a statement waits up to 30 seconds for them. One that is there and
/// cannot be written, for want of rights or of room, is opened for reading only.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if the database is damaged or of another version, and other kinds
/// if it cannot be opened now.
pub(crate) fn open(path: &Path, tables: &str, version: i64) -> io::Result<Opened> {
    check_regular(path)?;
    let (opened, found) = match open_for_writing(path, tables, version) {
        Ok((connection, found)) => (Opened { connection, why_read_only: None }, found),
        Err(error) => {
            let is_busy = is_busy(&error);
            let error = io_error(error);
            // One that is damaged is not read in spite of that.
            if is_busy || error.kind() == io::ErrorKind::InvalidData {
                return Err(error);
            }
            match open_for_reading(path) {
                Some((connection, found)) => {
                    (Opened { connection, why_read_only: Some(error) }, found)
                }
                None => return Err(error),
            }
        }
    };
    if found == version {
        return Ok(opened);
    }
    let other = format!("it is of version {found}, and not {version}");
    Err(io::Error::new(io::ErrorKind::InvalidData, other))
}

fn open_for_writing(
    path: &Path,
    tables: &str,
    version: i64,
) -> rusqlite::Result<(Connection, i64)> {
    give_rights_of(path);
    let mut database = Connection::open(path)?;
    if database.is_readonly("main")? {
        let why = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
        return Err(rusqlite::Error::SqliteFailure(why, None));
    }
    write_ahead(&database)?;
    database.busy_timeout(PATIENCE)?;
    database.pragma_update(None, "synchronous", "normal")?;
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version_of(&transaction)?;
    if found != 0 {
        drop(transaction);
        return Ok((database, found));
    }
    transaction.execute_batch(tables)?;
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()?;
    Ok((database, version))
}

/// Opens a database that cannot be written, and says of which version it is; `None` if there is
/// none, or it cannot be read either.
fn open_for_reading(path: &Path) -> Option<(Connection, i64)> {
    // Where nothing can be created beside it, nobody else writes it either.
    [false, true].into_iter().find_map(|immutable| {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let database = Connection::open_with_flags(read_only_uri(path, immutable)?, flags).ok()?;
        let version = version_of(&database).ok().filter(|version| *version != 0)?;
        Some((database, version))
    })
}

fn version_of(database: &Connection) -> rusqlite::Result<i64> {
    database.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Turns the write-ahead log on. Where two processes do so at once, `SQLite` fails in spite of its
/// timeout: this tries again for as long.
fn write_ahead(database: &Connection) -> rusqlite::Result<()> {
    let pause = Duration::from_millis(10);
    let mut left = PATIENCE;
    database.busy_timeout(Duration::ZERO)?;
    loop {
        let on = database.pragma_update(None, "journal_mode", "wal");
        match on {
            Err(error) if is_busy(&error) && !left.is_zero() => {
                thread::sleep(pause);
                left = left.saturating_sub(pause);
            }
            other => return other,
        }
    }
}

/// Error of a database as that of a file: [`io::ErrorKind::InvalidData`] if it is damaged, which is
/// also what holds a value of a wrong type.
pub(crate) fn io_error(error: rusqlite::Error) -> io::Error {
    let kind = match error.sqlite_error_code() {
        // A constraint is broken by what a damaged page holds only.
        None
        | Some(
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation,
        ) => io::ErrorKind::InvalidData,
        Some(ErrorCode::ReadOnly) => io::ErrorKind::ReadOnlyFilesystem,
        Some(ErrorCode::DiskFull) => io::ErrorKind::StorageFull,
        Some(_) => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

/// Checks that databases can be kept in `folder`, which is created where it is missing, with a file
/// that is removed.
///
/// # Errors
/// Fails if the folder or a file in it cannot be created.
pub(crate) fn check_writable(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let probe = folder.join("probe");
    File::create(&probe)?;
    // Another process that checks at the same time may have removed it.
    drop(fs::remove_file(probe));
    Ok(())
}

/// Room that a folder needs for a database to be written to, in bytes.
const ROOM: usize = 1 << 16;

/// Whether the disk of `folder` has room for what is written to a database.
pub(crate) fn has_room(folder: &Path) -> bool {
    let written = tempfile::tempfile_in(folder).and_then(|mut file| file.write_all(&vec![0; ROOM]));
    !written.is_err_and(|error| is_full(&error))
}

/// Whether an error says that a disk is full.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
