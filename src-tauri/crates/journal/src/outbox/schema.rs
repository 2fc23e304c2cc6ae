//! What lies where in an outbox: its files, its tables, and the name of its log.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::random::Random;

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

/// Where the outbox of a bucket lies under the application's data folder: the database, and its
/// high-water mark.
pub(super) fn paths(home: &Path, identity: &str) -> (PathBuf, PathBuf) {
    let name = format!("{:.16}", format!("{:x}", Sha256::digest(identity)));
    let folder = home.join("outbox");
    (folder.join(format!("{name}.sqlite")), folder.join(format!("{name}.seen")))
}

/// Makes the tables if there are none and there never were. Returns the format found.
pub(super) fn make_tables(
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

/// The name of a new log: short, and not the same twice.
pub(super) fn new_writer(random: &dyn Random) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    format!("{:012x}", u64::from_be_bytes(bytes) >> 16)
}
