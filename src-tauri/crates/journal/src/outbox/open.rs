//! Opening an outbox for writing: its settings, and whether it is sound.

use std::fs;
use std::io;
use std::path::Path;

use bucket::platform::sync_folder;
use rusqlite::Connection;

use super::check;
use super::high_water_mark::HighWaterMark;
use super::schema::{FORMAT, PATIENCE, make_tables, paths};
use super::sqlite_error::map_sqlite_error;
use super::write::Outbox;
use crate::error::Error;
use crate::random::Random;

/// Full: a commit returns after fsync (on macOS, after the disk's own cache is written). What a
/// large flush leaves of the files on disk is given back.
const SETTINGS: &str = "
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 4096;
    PRAGMA journal_size_limit = 16777216;
";

impl Outbox {
    /// Opens the outbox of the bucket named `identity` under `home`, and makes it if there is none.
    #[tracing::instrument(name = "open_outbox", level = "debug", skip_all)]
    pub(crate) fn open(home: &Path, identity: &str, random: &dyn Random) -> Result<Self, Error> {
        let (path, seen) = paths(home, identity);
        let failed = |source: io::Error| Error::OutboxFolder {
            path: home.to_owned(),
            source: source.into(),
        };
        make_folder(&home.join("outbox")).map_err(failed)?;
        let mark = HighWaterMark::open(&seen).map_err(failed)?;
        // SQLite may answer "busy" at once when two processes make a write-ahead log together.
        mark.lock().map_err(failed)?;
        let lost = || Error::OutboxLost { path: path.clone(), seen: mark.seen() };
        if !path.exists() && mark.seen() > 0 {
            return Err(lost());
        }
        let mut connection = connect(&path).map_err(|source| map_sqlite_error(&path, source))?;
        let format = make_tables(&mut connection, identity, random, mark.seen() == 0);
        match format.map_err(|source| map_sqlite_error(&path, source))? {
            FORMAT => {}
            0 => return Err(lost()),
            found => return Err(Error::OutboxFormat { path, found }),
        }
        check::check(&connection, &path, identity, &mark)?;
        settle(&connection).map_err(|source| map_sqlite_error(&path, source))?;
        mark.unlock().map_err(failed)?;
        Ok(Self { connection, path, mark })
    }
}

/// Makes the folder, and forces it to disk: `SQLite` does so only for what it puts there itself.
fn make_folder(path: &Path) -> io::Result<()> {
    let is_new = !path.is_dir();
    fs::create_dir_all(path)?;
    if is_new {
        fs::canonicalize(path)?.ancestors().take(3).try_for_each(sync_folder)?;
    }
    Ok(())
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(SETTINGS)?;
    // Where there can be no write-ahead log, another journal is used; commits are as durable.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    Ok(connection)
}

/// Writes everything in the write-ahead log once more, into the database, and starts the log anew:
/// after an fsync that failed, in this process or an earlier one, a page of the log may not be on
/// disk, and no later fsync of the log would say so. The file keeps its length: writing over it
/// costs half of what making it longer does.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
}
