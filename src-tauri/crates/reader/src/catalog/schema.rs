//! The catalog's database: its tables, and how it is opened.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

/// A catalog of another version is made anew.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE segment (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
    CREATE TABLE file (
        name TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        -- Where its good rows are; null if it has none.
        segment INTEGER,
        rows INTEGER NOT NULL,
        -- Why it was not read; null if it was.
        problem TEXT,
        -- Its bad rows, as JSON; null if it has none.
        bad TEXT
    ) STRICT, WITHOUT ROWID;
    -- Rows that say what another segment's row says.
    CREATE TABLE hidden (
        segment INTEGER NOT NULL,
        by_time INTEGER NOT NULL,
        by_record INTEGER NOT NULL,
        PRIMARY KEY (segment, by_time)
    ) STRICT, WITHOUT ROWID;
    -- One row. Rises with every change.
    CREATE TABLE state (
        changes INTEGER NOT NULL,
        -- Somewhere a row was left out because it says what another file's says.
        repeated INTEGER NOT NULL
    ) STRICT;
    INSERT INTO state VALUES (0, 0);
";

/// Makes a catalog hold nothing.
pub(super) const FORGET: &str = "
    BEGIN IMMEDIATE;
    DELETE FROM segment;
    DELETE FROM file;
    DELETE FROM hidden;
    UPDATE state SET changes = changes + 1, repeated = 0;
    COMMIT;
";

/// Opens the database at `path`, which is made where it is missing. An error if it is damaged or of
/// another version.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut database = Connection::open(path)?;
    database.busy_timeout(Duration::from_secs(30))?;
    database.pragma_update(None, "journal_mode", "wal")?;
    database.pragma_update(None, "synchronous", "normal")?;
    let making = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = making.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => {
            making.execute_batch(TABLES)?;
            making.pragma_update(None, "user_version", VERSION)?;
            making.commit()?;
        }
        VERSION => drop(making),
        _ => return Err(rusqlite::Error::InvalidQuery),
    }
    Ok(database)
}
