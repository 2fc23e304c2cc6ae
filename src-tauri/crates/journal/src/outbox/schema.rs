//! Schema of an outbox: its files, its tables, and the name of its log.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bucket::BucketId;
use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::random::Random;

/// Format number of the tables, stored as `user_version`. A database without tables has 0.
pub(super) const FORMAT: i64 = 2;

/// Time that one process waits for another's transaction. The longest writes a file of 64 MiB.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Table of the place where the bucket was when it was last opened for writing. Outboxes of before
/// ids do not have it.
pub(super) const PLACE_TABLE: &str = "
    CREATE TABLE IF NOT EXISTS place (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        path TEXT NOT NULL,
        device INTEGER,
        folder INTEGER
    ) STRICT;
";

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

/// Paths of a new outbox under the application's data folder, for the bucket with this `identity`:
/// the database, and its high-water mark.
pub(super) fn paths(home: &Path, identity: &str) -> (PathBuf, PathBuf) {
    let name = format!("{:.16}", format!("{:x}", Sha256::digest(identity)));
    let path = home.join("outbox").join(format!("{name}.sqlite"));
    let mark = mark_of(&path);
    (path, mark)
}

/// Path of a new outbox of the bucket with this id.
pub(crate) fn outbox_path(home: &Path, id: &BucketId) -> PathBuf {
    paths(home, id.as_str()).0
}

/// Path of the high-water mark of the outbox at `path`.
pub(super) fn mark_of(path: &Path) -> PathBuf {
    path.with_extension("seen")
}

/// Makes the tables in a database without any.
pub(super) fn make_tables(
    connection: &mut Connection,
    identity: &str,
    random: &dyn Random,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(TABLES)?;
    transaction.execute(
        "INSERT INTO meta (id, bucket, writer, next_seq, first_position, next_position, forks)
         VALUES (0, ?1, ?2, 0, 0, 0, 0)",
        (identity, new_writer(random)),
    )?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}

/// Format number of the tables of a database; 0 if it has none.
pub(super) fn format_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Error of an outbox that is empty, or has no tables: it is whole before it has its name, so it was cut.
pub(super) fn emptied(path: &Path, seen: u64) -> Error {
    let path = path.to_owned();
    match seen {
        0 => Error::OutboxDamaged { path, what: "it is empty".to_owned() },
        seen => Error::OutboxLost { path, seen },
    }
}

/// Name of a new log: 48 random bits as 12 hexadecimal digits.
pub(super) fn new_writer(random: &dyn Random) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    format!("{:012x}", u64::from_be_bytes(bytes) >> 16)
}
