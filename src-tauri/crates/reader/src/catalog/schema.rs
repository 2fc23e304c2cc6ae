//! Schema of the catalog's database (`SQLite`).

/// Version of the schema, in `user_version`. Another version has another folder; a catalog that
/// claims another version in this one is rebuilt.
pub(super) const VERSION: i64 = 3;

/// Tables of version [`VERSION`], and the one row of `state`.
pub(super) const TABLES: &str = "
    -- Segments that are part of the catalog.
    CREATE TABLE segment (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
    -- Files of the bucket that were read.
    CREATE TABLE file (
        name TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        -- In nanoseconds since 1970.
        modified INTEGER NOT NULL,
        -- When its bytes or metadata last changed, in nanoseconds since 1970; 0 if unknown.
        changed INTEGER NOT NULL,
        -- Version or entity tag of an object, number of a local file; null if it has none.
        tag TEXT,
        -- The segment that holds its good rows; null if it has none.
        segment INTEGER,
        -- Good and bad.
        rows INTEGER NOT NULL,
        -- Why none of it could be decoded; null if it was.
        problem TEXT,
        -- Its bad rows, as JSON; null if it has none.
        bad TEXT,
        -- First and last timestamp, in nanoseconds since 1970; null if it has no event.
        first INTEGER,
        last INTEGER,
        sha256 BLOB NOT NULL,
        -- Whether the ledger has other bytes of it.
        altered INTEGER NOT NULL,
        -- Numbers of the writers' logs in it, as JSON; null if it has none.
        numbers TEXT
    ) STRICT, WITHOUT ROWID;
    -- Numbers of the writers' logs that the files hold together, as signed 64-bit integers.
    CREATE TABLE log (
        writer TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL
    ) STRICT;
    -- Numbers that different events of one writer have.
    CREATE TABLE doubled (
        writer TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (writer, seq)
    ) STRICT, WITHOUT ROWID;
    -- Deleted rows: another segment has the same event.
    CREATE TABLE hidden (
        segment INTEGER NOT NULL,
        by_time INTEGER NOT NULL,
        by_record INTEGER NOT NULL,
        PRIMARY KEY (segment, by_time)
    ) STRICT, WITHOUT ROWID;
    -- One row.
    CREATE TABLE state (
        -- Rises with every change.
        changes INTEGER NOT NULL,
        -- Whether a segment was ever written without a row because another file has the same event.
        repeated INTEGER NOT NULL
    ) STRICT;
    INSERT INTO state VALUES (0, 0);
";

/// Empties the catalog. Ids of segments are not used again.
pub(super) const CLEAR: &str = "
    BEGIN IMMEDIATE;
    DELETE FROM segment;
    DELETE FROM file;
    DELETE FROM hidden;
    DELETE FROM log;
    DELETE FROM doubled;
    UPDATE state SET changes = changes + 1, repeated = 0;
    COMMIT;
";
