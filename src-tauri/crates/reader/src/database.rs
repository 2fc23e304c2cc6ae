//! Databases (`SQLite`) of this device that several processes share, each with a version of its tables.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

/// Opens the database at `path`, which is created where it is missing, with `tables` of `version`.
/// Other processes may hold it: a statement waits up to 30 seconds for them.
///
/// # Errors
/// Fails if the database is damaged or of another version.
pub(crate) fn open(path: &Path, tables: &str, version: i64) -> rusqlite::Result<Connection> {
    let mut database = Connection::open(path)?;
    database.busy_timeout(Duration::from_secs(30))?;
    database.pragma_update(None, "journal_mode", "wal")?;
    database.pragma_update(None, "synchronous", "normal")?;
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        0 => {
            transaction.execute_batch(tables)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
        }
        found if found == version => drop(transaction),
        _ => return Err(rusqlite::Error::InvalidQuery),
    }
    Ok(database)
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
