//! The ledger of files: what each file of a bucket was when it was read first, and what people have
//! acknowledged of the changes since.
//!
//! One `SQLite` file for each bucket, beside the outboxes and never in the catalog: a catalog is
//! disposable, and what was once there is not. Answers rest on what is there now; the ledger only
//! says that it was different. A file costs its name and about 100 bytes.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use crate::database::{self, Opened, has_room};

/// Version of the tables, in `user_version`.
const VERSION: i64 = 1;

const TABLES: &str = "
    -- What each file was when it was read first, or when a change of it was acknowledged.
    CREATE TABLE file (
        name TEXT PRIMARY KEY,
        rows INTEGER NOT NULL,
        -- First and last timestamp, in nanoseconds since 1970; null if it has no event.
        first INTEGER,
        last INTEGER,
        sha256 BLOB NOT NULL,
        -- When its bytes were last looked at, in seconds since 1970.
        looked_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- Changes that somebody has acknowledged, with what was there before.
    CREATE TABLE acknowledgement (
        at INTEGER NOT NULL,
        name TEXT NOT NULL,
        change TEXT NOT NULL,
        reason TEXT NOT NULL,
        rows INTEGER NOT NULL,
        first INTEGER,
        last INTEGER,
        sha256 BLOB NOT NULL
    ) STRICT;
";

/// What a file was, and whether somebody has acknowledged since that it is gone.
const FIND: &str = "
    SELECT rows, first, last, sha256, FALSE FROM file WHERE name = ?1
    UNION ALL
    SELECT * FROM (
        SELECT rows, first, last, sha256, TRUE FROM acknowledgement
        WHERE name = ?1 AND change = 'gone' ORDER BY rowid DESC LIMIT 1
    )
    LIMIT 1";

/// Of a file that was stored and not read before, it is not known yet when its events are from.
const LOOK: &str = "
    UPDATE file SET
        looked_at = ?2,
        first = CASE WHEN sha256 = ?5 THEN ifnull(first, ?3) ELSE first END,
        last = CASE WHEN sha256 = ?5 THEN ifnull(last, ?4) ELSE last END
    WHERE name = ?1";

const PUT: &str = "INSERT INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// Ledger of the files of one bucket, opened by this process. Others may have it open too. One that
/// cannot be written still tells what has changed, and notes nothing.
#[derive(Debug)]
pub(crate) struct Ledger {
    opened: Opened,
    path: PathBuf,
}

/// Error of a ledger. Displayed, it is the rest of a sentence that begins with the ledger.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LedgerError {
    #[error(
        "cannot be used ({source}), so that no change of a file is told; {}",
        mend(path, source)
    )]
    Unusable { path: PathBuf, source: io::Error },
    #[error("cannot be written ({source}), so nothing is acknowledged; {}", mend(path, source))]
    ReadOnly { path: PathBuf, source: io::Error },
}

/// What ends an error of the ledger at `path`.
fn mend(path: &Path, error: &io::Error) -> String {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::InvalidData => format!("move {shown} away to begin a new one"),
        _ if !has_room(path.parent().unwrap_or(path)) => {
            format!("make room on the disk of {shown}")
        }
        _ => format!("it is {shown}"),
    }
}

fn failed(path: &Path, source: io::Error) -> io::Error {
    io::Error::other(LedgerError::Unusable { path: path.to_owned(), source })
}

/// Whether there is a ledger at `path`, which may not be there to be seen.
pub(crate) fn is_there(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(_) => Ok(true),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(false),
            _ => Err(failed(path, error)),
        },
    }
}

/// Ledger from which a new one may take what it has.
pub(crate) struct Before<'a> {
    pub path: PathBuf,
    /// Names of which at least one must be in it; `None` if it is meant whatever it has.
    pub names: Option<Vec<&'a str>>,
}

impl Before<'_> {
    fn is_meant(&self, known: &HashMap<String, LedgerEntry>) -> bool {
        self.names.as_ref().is_none_or(|names| names.iter().any(|name| known.contains_key(*name)))
    }
}

/// State of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownFile {
    /// Rows in it, good and bad.
    pub rows: u64,
    /// First and last timestamp of its events, in nanoseconds since 1970.
    pub span: Option<(i64, i64)>,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// File as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LedgerEntry {
    pub known: KnownFile,
    /// When its bytes were last looked at, in seconds since 1970.
    pub looked_at: i64,
}

/// Change that somebody has acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acknowledgement {
    /// In seconds since 1970.
    pub at: i64,
    pub name: String,
    pub change: String,
    pub reason: String,
    pub was: KnownFile,
}

/// What the ledger knew of a file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// Nothing: it is new.
    New,
    /// The same bytes.
    Same,
    /// Other bytes, which it keeps.
    Altered,
}

impl Ledger {
    /// Makes a ledger at `path`, with what the other at `before` has, if there is one.
    ///
    /// # Errors
    /// Fails if it cannot be made, or the other cannot be read.
    pub fn make(path: &Path, before: Option<&Path>) -> io::Result<Self> {
        make(path, |new| before.map_or(Ok(()), |before| copy(before, new)))
            .map_err(|error| failed(path, error))?;
        Self::connect(path)
    }

    /// The first of some ledgers that is there and meant.
    ///
    /// # Errors
    /// Fails if one before it cannot be read: what that had must not be forgotten.
    pub fn first<'a>(all: &'a [Before<'_>]) -> io::Result<Option<&'a Path>> {
        for one in all {
            if is_there(&one.path)? && one.is_meant(&Self::connect(&one.path)?.entries()?) {
                return Ok(Some(&one.path));
            }
        }
        Ok(None)
    }

    /// Opens the ledger at `path`, which is there.
    ///
    /// # Errors
    /// Fails if it cannot be read or is of another version.
    pub fn connect(path: &Path) -> io::Result<Self> {
        let opened = fs::metadata(path).and_then(|found| match found.len() {
            // It is whole before it has its name, so this one was cut.
            0 => Err(io::Error::new(io::ErrorKind::InvalidData, "it is empty")),
            _ => database::open(path, TABLES, VERSION),
        });
        let opened = opened.map_err(|error| failed(path, error))?;
        Ok(Self { opened, path: path.to_owned() })
    }

    /// An error of the database as one of this ledger.
    fn failed(&self, error: rusqlite::Error) -> io::Error {
        failed(&self.path, database::io_error(error))
    }

    /// Whether it can only be read now.
    pub fn is_read_only(&self) -> bool {
        self.opened.why_read_only.is_some()
    }

    /// Why it can only be read now; `None` if it can be written.
    pub fn why_read_only(self) -> Option<io::Error> {
        self.opened.why_read_only
    }

    /// Number of files in it.
    pub fn len(&self) -> io::Result<usize> {
        self.names().map(|(count, _)| count)
    }

    /// Number of files in it, and the sum of [`name_hash`] of their names.
    pub fn names(&self) -> io::Result<(usize, u64)> {
        let read = || {
            let mut select = self.opened.connection.prepare("SELECT name FROM file")?;
            let (mut rows, mut sum) = (select.query([])?, (0, 0_u64));
            while let Some(row) = rows.next()? {
                let name = row.get_ref(0)?.as_str()?;
                sum = (sum.0 + 1, sum.1.wrapping_add(name_hash(name)));
            }
            Ok(sum)
        };
        read().map_err(|error: rusqlite::Error| self.failed(error))
    }

    /// All files in it, by name.
    pub fn entries(&self) -> io::Result<HashMap<String, LedgerEntry>> {
        let read = || {
            let sql = "SELECT name, rows, first, last, sha256, looked_at FROM file";
            let mut select = self.opened.connection.prepare(sql)?;
            let entry = |row: &Row<'_>| {
                Ok((row.get(0)?, LedgerEntry { known: known(row, 1)?, looked_at: row.get(5)? }))
            };
            select.query_map([], entry)?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failed(error))
    }

    /// Notes files that were read at the time `at`, and returns what it knew of each. One without a
    /// row is not noted: nothing of it can be missed. A file that comes back after somebody has
    /// acknowledged that it is gone is compared with what it was.
    pub fn note(&mut self, files: &[(&str, KnownFile)], at: i64) -> io::Result<Vec<Noted>> {
        let is_read_only = self.is_read_only();
        let mut note = || {
            let behavior = if is_read_only {
                TransactionBehavior::Deferred
            } else {
                TransactionBehavior::Immediate
            };
            let change = self.opened.connection.transaction_with_behavior(behavior)?;
            let noted = {
                let mut find = change.prepare(FIND)?;
                let mut put = change.prepare(PUT)?;
                let mut look = change.prepare(LOOK)?;
                let one = |(name, file): &(&str, KnownFile)| {
                    let before = find.query_row([name], |row| Ok((known(row, 0)?, row.get(4)?)));
                    let before: Option<(KnownFile, bool)> = before.optional()?;
                    let noted = match &before {
                        None => Noted::New,
                        Some((before, _)) if before.sha256 == file.sha256 => Noted::Same,
                        Some(_) => Noted::Altered,
                    };
                    if is_read_only {
                        return Ok(noted);
                    }
                    let to_put = match &before {
                        // One that is still being written, or was never more, held nothing.
                        None => Some(file).filter(|file| file.rows > 0),
                        Some((gone, true)) => Some(gone),
                        Some((_, false)) => None,
                    };
                    let (first, last) = file.span.unzip();
                    if let Some(KnownFile { rows, span, sha256 }) = to_put {
                        let (first, last) = span.unzip();
                        put.execute(params![name, rows.cast_signed(), first, last, sha256, at])?;
                    } else {
                        look.execute(params![name, at, first, last, file.sha256])?;
                    }
                    Ok(noted)
                };
                files.iter().map(one).collect::<rusqlite::Result<_>>()?
            };
            change.commit()?;
            Ok(noted)
        };
        let noted: rusqlite::Result<_> = note();
        noted.map_err(|error| self.failed(error))
    }

    /// Notes that somebody has acknowledged the change of a file: `now` is what it has become, `None`
    /// if it is gone.
    pub fn acknowledge(
        &mut self,
        name: &str,
        now: Option<&KnownFile>,
        reason: &str,
        at: i64,
    ) -> io::Result<()> {
        if let Some(why) = &self.opened.why_read_only {
            let source = io::Error::new(why.kind(), why.to_string());
            let path = self.path.clone();
            return Err(io::Error::other(LedgerError::ReadOnly { path, source }));
        }
        let change = if now.is_some() { "altered" } else { "gone" };
        let mut acknowledge = || {
            let transaction =
                self.opened.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT INTO acknowledgement SELECT ?2, name, ?3, ?4, rows, first, last, sha256
                 FROM file WHERE name = ?1",
                params![name, at, change, reason],
            )?;
            match now {
                None => transaction.execute("DELETE FROM file WHERE name = ?1", [name])?,
                Some(KnownFile { rows, span, sha256 }) => {
                    let (first, last) = span.unzip();
                    let sql = "UPDATE file SET rows = ?2, first = ?3, last = ?4, sha256 = ?5
                               WHERE name = ?1";
                    let rows = rows.cast_signed();
                    transaction.execute(sql, params![name, rows, first, last, sha256])?
                }
            };
            transaction.commit()
        };
        acknowledge().map_err(|error| self.failed(error))
    }

    /// All acknowledgements, oldest first.
    pub fn acknowledgements(&self) -> io::Result<Vec<Acknowledgement>> {
        let read = || {
            let sql = "SELECT at, name, change, reason, rows, first, last, sha256
                       FROM acknowledgement ORDER BY rowid";
            let mut select = self.opened.connection.prepare(sql)?;
            let one = |row: &Row<'_>| {
                let (at, name, change, reason) =
                    (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(Acknowledgement { at, name, change, reason, was: known(row, 4)? })
            };
            select.query_map([], one)?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failed(error))
    }
}

/// Copies what another ledger has. It stays: another process may have it open.
fn copy(from: &Path, to: &Connection) -> io::Result<()> {
    let copied = to.execute("ATTACH ?1 AS before", [from.to_string_lossy()]).and_then(|_| {
        to.execute_batch(
            "BEGIN IMMEDIATE;
             INSERT INTO file SELECT * FROM before.file;
             INSERT INTO acknowledgement SELECT * FROM before.acknowledgement;
             COMMIT;
             DETACH before;",
        )
    });
    copied.map_err(database::io_error)
}

/// Makes a ledger at `path`, which appears there whole and filled: what a full disk or a killed process
/// leaves is no ledger that has forgotten everything.
fn make(path: &Path, fill: impl FnOnce(&Connection) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let new = tempfile::Builder::new().prefix("new-").suffix(".sqlite").tempfile_in(folder)?;
    let opened = database::open(new.path(), TABLES, VERSION)?;
    fill(&opened.connection)?;
    drop(opened);
    if new.as_file().metadata()?.len() == 0 {
        return Err(io::ErrorKind::StorageFull.into());
    }
    match new.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error),
    }
}

/// Hash of the name of a file.
pub(crate) fn name_hash(name: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(name.as_bytes())
}

/// Path of the ledger of a bucket below the folder of ledgers, by its id or else its place.
pub(crate) fn ledger_path(folder: &Path, bucket: &str) -> PathBuf {
    folder.join(format!("{:032x}.sqlite", xxhash_rust::xxh3::xxh3_128(bucket.as_bytes())))
}

/// Reads the state of a file from four columns.
fn known(row: &Row<'_>, at: usize) -> rusqlite::Result<KnownFile> {
    let (first, last): (Option<i64>, Option<i64>) = (row.get(at + 1)?, row.get(at + 2)?);
    let rows = row.get::<_, i64>(at)?.cast_unsigned();
    Ok(KnownFile { rows, span: first.zip(last), sha256: row.get(at + 3)? })
}
