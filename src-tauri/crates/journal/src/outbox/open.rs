//! Opening an outbox for writing: its place, its settings, its tables, and whether it is sound.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bucket::platform::sync_folder;
use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

use super::high_water_mark::HighWaterMark;
use super::sqlite_error::map_sqlite_error;
use super::{Outbox, check};
use crate::{Error, Random};

/// The format of the tables, kept as `user_version`. 0 is a database that has none yet.
pub(super) const FORMAT: i64 = 2;

/// How long one process waits for another's transaction. The longest writes a file of 64 MiB.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

const TABLES: &str = "
    CREATE TABLE meta (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        bucket TEXT NOT NULL,
        writer TEXT NOT NULL,
        next_seq INTEGER NOT NULL,
        first_position INTEGER NOT NULL,
        next_position INTEGER NOT NULL,
        last_recorded_at INTEGER,
        forks INTEGER NOT NULL,
        failed_at INTEGER,
        failure TEXT
    ) STRICT;
    CREATE TABLE pending (
        position INTEGER PRIMARY KEY,
        events INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        writer TEXT NOT NULL,
        first_seq INTEGER NOT NULL,
        size INTEGER NOT NULL,
        sha256 BLOB NOT NULL,
        bytes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE spool (
        position INTEGER PRIMARY KEY,
        events INTEGER NOT NULL,
        writer TEXT NOT NULL,
        first_seq INTEGER NOT NULL,
        key TEXT NOT NULL,
        sha256 BLOB NOT NULL,
        bytes BLOB NOT NULL
    ) STRICT;
";

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

/// Where the outbox of a bucket lies under the application's data folder: the database, and its
/// high-water mark.
pub(super) fn paths(home: &Path, identity: &str) -> (PathBuf, PathBuf) {
    let name = format!("{:.16}", format!("{:x}", Sha256::digest(identity)));
    let folder = home.join("outbox");
    (folder.join(format!("{name}.sqlite")), folder.join(format!("{name}.seen")))
}

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

/// Makes the tables if there are none and there never were. Returns the format found.
fn make_tables(
    connection: &mut Connection,
    identity: &str,
    random: &dyn Random,
    may_be_new: bool,
) -> rusqlite::Result<i64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found != 0 || !may_be_new {
        return Ok(found);
    }
    transaction.execute_batch(TABLES)?;
    transaction.execute(
        "INSERT INTO meta (id, bucket, writer, next_seq, first_position, next_position, forks)
         VALUES (0, ?1, ?2, 0, 0, 0, 0)",
        (identity, new_writer(random)),
    )?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()?;
    Ok(FORMAT)
}

/// Writes everything in the write-ahead log once more, into the database, and starts the log anew:
/// after an fsync that failed, in this process or an earlier one, a page of the log may not be on
/// disk, and no later fsync of the log would say so. The file keeps its length: writing over it
/// costs half of what making it longer does.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
}

/// The name of a new log: short, and not the same twice.
pub(super) fn new_writer(random: &dyn Random) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    format!("{:012x}", u64::from_be_bytes(bytes) >> 16)
}
