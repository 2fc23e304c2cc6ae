//! Opening an outbox: its place, its settings, its tables.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::{Outbox, immediate};
use crate::bucket::sync_folder;
use crate::{Error, Random};

/// The format of the tables, kept as `user_version`. 0 is a database that has none yet.
const FORMAT: i64 = 1;

/// How long one process waits for another's transaction. The longest writes a file of 64 MiB.
const PATIENCE: Duration = Duration::from_secs(30);

const TABLES: &str = "
    CREATE TABLE meta (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        bucket TEXT NOT NULL,
        writer TEXT NOT NULL,
        next_seq INTEGER NOT NULL,
        last_recorded_at INTEGER
    ) STRICT;
    CREATE TABLE pending (
        seq INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL,
        timestamp TEXT NOT NULL,
        entity_type TEXT NOT NULL,
        entity_id TEXT NOT NULL,
        field TEXT NOT NULL,
        action TEXT NOT NULL,
        old_value TEXT,
        new_value TEXT,
        actor TEXT NOT NULL,
        source TEXT NOT NULL,
        workspace_id TEXT,
        recorded_at INTEGER NOT NULL,
        writer TEXT NOT NULL,
        corrects TEXT,
        reason TEXT,
        batch TEXT
    ) STRICT;
    CREATE TABLE spool (
        first_seq INTEGER PRIMARY KEY,
        last_seq INTEGER NOT NULL,
        key TEXT NOT NULL,
        bytes BLOB NOT NULL,
        sha256 BLOB NOT NULL
    ) STRICT;
";

pub(super) fn open(home: &Path, identity: &str, random: &dyn Random) -> Result<Outbox, Error> {
    let folder = home.join("outbox");
    let failed = |source| Error::OutboxFolder { path: folder.clone(), source };
    let folder = make_folder(&folder).map_err(failed)?;
    let name = format!("{:.16}", format!("{:x}", Sha256::digest(identity)));
    let path = folder.join(format!("{name}.sqlite"));
    // SQLite may answer "busy" at once when two processes make a write-ahead log at the same time.
    let _one_opens_at_a_time = lock(&folder.join(format!("{name}.lock"))).map_err(failed)?;
    let connection =
        Connection::open(&path).map_err(|source| Error::Outbox { path: path.clone(), source })?;
    let mut outbox = Outbox { connection, path };
    outbox.configure()?;
    outbox.make_tables(identity, random)?;
    outbox.check_bucket(identity)?;
    Ok(outbox)
}

/// Makes the folder, and forces it to disk: `SQLite` does so only for what it puts there itself.
fn make_folder(path: &Path) -> io::Result<PathBuf> {
    let is_new = !path.is_dir();
    fs::create_dir_all(path)?;
    let path = fs::canonicalize(path)?;
    if is_new {
        path.ancestors().take(3).try_for_each(sync_folder)?;
    }
    Ok(path)
}

fn lock(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).append(true).open(path)?;
    file.lock()?;
    Ok(file)
}

impl Outbox {
    /// FULL: a commit returns after fsync.
    fn configure(&mut self) -> Result<(), Error> {
        let mode: String = self.run(|connection| {
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        })?;
        if mode == "wal" { Ok(()) } else { Err(Error::OutboxLog { path: self.path.clone() }) }
    }

    fn make_tables(&mut self, identity: &str, random: &dyn Random) -> Result<(), Error> {
        let found = self.run(|connection| {
            let transaction = immediate(connection)?;
            let found: i64 =
                transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if found == 0 {
                transaction.execute_batch(TABLES)?;
                transaction.execute(
                    "INSERT INTO meta (id, bucket, writer, next_seq) VALUES (0, ?1, ?2, 0)",
                    (identity, new_writer(random)),
                )?;
                transaction.pragma_update(None, "user_version", FORMAT)?;
                transaction.commit()?;
                return Ok(FORMAT);
            }
            Ok(found)
        })?;
        let path = self.path.clone();
        if found == FORMAT { Ok(()) } else { Err(Error::OutboxFormat { path, found }) }
    }

    fn check_bucket(&mut self, identity: &str) -> Result<(), Error> {
        let found: String = self.run(|connection| {
            connection.query_row("SELECT bucket FROM meta", [], |row| row.get(0))
        })?;
        let path = self.path.clone();
        if found == identity { Ok(()) } else { Err(Error::OutboxBucket { path, found }) }
    }
}

/// The name of a new log: short, and not the same twice.
fn new_writer(random: &dyn Random) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    format!("{:012x}", u64::from_be_bytes(bytes) >> 16)
}
