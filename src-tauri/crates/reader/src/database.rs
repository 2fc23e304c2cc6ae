//! Databases (`SQLite`) of this device that several processes share, each with a version of its tables.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

/// Time for which a statement waits for other processes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens the database at `path`, which is created where it is missing, with `tables` of `version`.
/// Other processes may hold it: a statement waits up to 30 seconds for them.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if the database is damaged or of another version, and other kinds
/// if it cannot be opened now.
pub(crate) fn open(path: &Path, tables: &str, version: i64) -> io::Result<Connection> {
    let connect = || {
        let mut database = Connection::open(path)?;
        write_ahead(&database)?;
        database.busy_timeout(PATIENCE)?;
        database.pragma_update(None, "synchronous", "normal")?;
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if found == 0 {
            transaction.execute_batch(tables)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
            found = version;
        } else {
            drop(transaction);
        }
        Ok((database, found))
    };
    match connect().map_err(io_error)? {
        (database, found) if found == version => Ok(database),
        (_, found) => {
            let other = format!("it is of version {found}, and not {version}");
            Err(io::Error::new(io::ErrorKind::InvalidData, other))
        }
    }
}

/// Turns the write-ahead log on. Where two processes do so at once, `SQLite` fails in spite of its
/// timeout: this tries again for as long.
fn write_ahead(database: &Connection) -> rusqlite::Result<()> {
    let pause = Duration::from_millis(10);
    let mut left = PATIENCE;
    database.busy_timeout(Duration::ZERO)?;
    loop {
        let on = database.pragma_update(None, "journal_mode", "wal");
        let is_busy = |error: &rusqlite::Error| {
            let code = error.sqlite_error_code();
            matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
        };
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
        None | Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            io::ErrorKind::InvalidData
        }
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
