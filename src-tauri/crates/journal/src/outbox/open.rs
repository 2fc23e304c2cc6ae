//! Opens an outbox for writing, with its settings and every check.

use std::fs;
use std::io;
use std::path::Path;

use bucket::platform::{give_rights_of, number_at, sync_folder};
use rusqlite::Connection;

use super::check;
use super::high_water_mark::HighWaterMark;
use super::schema::{BUSY_TIMEOUT, FORMAT, emptied, format_of, make_tables, mark_of};
use super::sqlite_error::map_sqlite_error;
use super::write::Outbox;
use crate::error::Error;
use crate::random::Random;

/// Settings of the connection. A commit returns after fsync, on macOS after the disk's own cache is
/// written. Free pages can be returned to the file system, and the write-ahead log is truncated to
/// 16 MiB.
const SETTINGS: &str = "
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 4096;
    PRAGMA journal_size_limit = 16777216;
";

impl Outbox {
    /// Opens the outbox at `path`, and makes it if there never was one. `names` are what it may
    /// name its bucket; a new one gets the first of them.
    ///
    /// # Errors
    /// [`Error::OutboxLost`] if the file is gone or empty and its high-water mark is not 0,
    /// [`Error::OutboxDamaged`] if it is empty otherwise,
    /// [`Error::OutboxFormat`] if another version made it, and the errors of the checks, of the
    /// database and of the folder.
    #[tracing::instrument(name = "open_outbox", level = "debug", skip_all)]
    pub(crate) fn open(path: &Path, names: &[String], random: &dyn Random) -> Result<Self, Error> {
        let path = path.to_owned();
        let folder = path.parent().unwrap_or(&path);
        let failed = |source: io::Error| Error::OutboxFolder {
            path: folder.to_owned(),
            source: source.into(),
        };
        make_folder(folder).map_err(failed)?;
        let mark = HighWaterMark::open(&mark_of(&path)).map_err(failed)?;
        // Two processes that make a write-ahead log at once can get "busy" in spite of the timeout.
        mark.lock(BUSY_TIMEOUT).map_err(|source| match source.kind() {
            io::ErrorKind::WouldBlock => Error::OutboxBusy { path: path.clone() },
            _ => failed(source),
        })?;
        match size(&path) {
            None if mark.seen() > 0 => return Err(emptied(&path, mark.seen())),
            None => make(&path, folder, |connection| make_tables(connection, &names[0], random))?,
            Some(0) => return Err(emptied(&path, mark.seen())),
            Some(_) => {}
        }
        let connection = connect(&path).map_err(|source| map_sqlite_error(&path, source))?;
        match format_of(&connection).map_err(|source| map_sqlite_error(&path, source))? {
            FORMAT => {}
            0 => return Err(emptied(&path, mark.seen())),
            found => return Err(Error::OutboxFormat { path, found }),
        }
        check::check(&connection, &path, names, mark.seen())?;
        checkpoint(&connection).map_err(|source| map_sqlite_error(&path, source))?;
        mark.unlock().map_err(failed)?;
        let number = number_at(&path);
        Ok(Self { connection, path, mark, number })
    }
}

/// Size of an outbox in bytes; `None` if there is none.
pub(super) fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|found| found.len())
}

/// Checks that an outbox can be made under `home`, with a file that is removed.
///
/// # Errors
/// [`Error::OutboxFolder`] if its folder or a file in it cannot be made.
pub(crate) fn check_home(home: &Path) -> Result<(), Error> {
    let folder = home.join("outbox");
    let probe = folder.join("probe");
    let tried = make_folder(&folder).and_then(|()| fs::File::create(&probe).map(drop));
    tried.map_err(|source| Error::OutboxFolder { path: home.to_owned(), source: source.into() })?;
    // Another process that checks at the same time may have removed it.
    drop(fs::remove_file(probe));
    Ok(())
}

/// Makes the folder and forces it to disk: `SQLite` does so only for the files that it makes.
fn make_folder(path: &Path) -> io::Result<()> {
    let is_new = !path.is_dir();
    fs::create_dir_all(path)?;
    if is_new {
        fs::canonicalize(path)?.ancestors().take(3).try_for_each(sync_folder)?;
    }
    Ok(())
}

/// Makes an outbox, under the lock of its high-water mark. It is whole before it has its name: what a
/// killed process leaves is none.
fn make(
    path: &Path,
    folder: &Path,
    make_tables: impl FnOnce(&mut Connection) -> rusqlite::Result<()>,
) -> Result<(), Error> {
    let new = path.with_extension("new");
    // What an attempt that was killed has left.
    for end in ["new", "new-wal", "new-shm"] {
        drop(fs::remove_file(path.with_extension(end)));
    }
    let made = connect(&new).and_then(|mut connection| {
        make_tables(&mut connection)?;
        connection.close().map_err(|(_, error)| error)
    });
    made.map_err(|source| map_sqlite_error(path, source))?;
    let named = fs::rename(&new, path).and_then(|()| sync_folder(folder));
    named.map_err(|source| Error::OutboxFolder { path: folder.to_owned(), source: source.into() })
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    give_rights_of(path);
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch(SETTINGS)?;
    // Where no write-ahead log is possible, SQLite uses a rollback journal; commits are as durable.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    Ok(connection)
}

/// Checkpoints the write-ahead log: writes all of it into the database, and restarts it. After an
/// fsync that failed, in this process or an earlier one, a page of the log may not be on disk, and
/// no later fsync of the log would report it. The log keeps its length, because overwriting costs
/// half of extending.
fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
}
