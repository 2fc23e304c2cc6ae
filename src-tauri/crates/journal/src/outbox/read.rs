//! Reads an outbox beside its writers, and where there is none. Reading changes no table, and makes
//! no outbox; beside an existing one it may make the files of `SQLite`.

use std::io;
use std::path::{Path, PathBuf};

use bucket::Bucket;
use bucket::platform::{has_write_ahead_log, number_at, read_only_uri};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use event::Event;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row};
use sha2::{Digest, Sha256};

use super::block::{self, Block};
use super::check;
use super::find::{Found, find};
use super::high_water_mark::HighWaterMark;
use super::open::size;
use super::schema::{BUSY_TIMEOUT, FORMAT, emptied, format_of, mark_of};
use super::sqlite_error::map_sqlite_error;
use crate::error::Error;
use crate::file::File;
use crate::limits::{MAX_FILE_EVENTS, MAX_UNENCODED_BYTES};

/// Reader of an outbox, whichever process writes it. It connects on first use, with every check,
/// and again after an error.
pub(crate) struct OutboxReader {
    bucket: Bucket,
    home: PathBuf,
    /// Path of the database, once connected.
    path: PathBuf,
    /// Number of its file, from when it was first connected.
    number: Option<(u64, u64)>,
    connection: Option<Connection>,
    /// See [`PendingStatus::is_away`].
    is_away: bool,
}

/// Status of an outbox: its pending events, and the outcome of the last flush. The default is that
/// of a bucket in which this installation never recorded anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PendingStatus {
    /// Pending events: acknowledged, and not yet known to be in the bucket.
    pub events: u64,
    /// Time at which the oldest pending event was recorded; `None` if none is pending.
    pub since: Option<DateTime<Utc>>,
    /// Failure of the last flush, of any process: when and why. `None` after one that succeeded.
    pub failure: Option<(DateTime<Utc>, String)>,
    /// Events recorded through this outbox since it was made, pending or not.
    pub created: u64,
    /// Number of times that another installation was found to write under this one's name.
    pub forks: u64,
    /// Time at which the last event was recorded, by this device's clock then.
    pub last_recorded_at: Option<DateTime<Utc>>,
    /// Name of the log that is written now, and the number of its next event; `None` if nothing was
    /// ever recorded.
    pub log: Option<(String, u64)>,
    /// Whether the bucket that these events wait for is not there: what lies in its place has neither
    /// its id nor a file.
    pub is_away: bool,
}

/// Clock skew up to which [`PendingStatus::clock_behind`] reports nothing.
const TOLERATED_SKEW: TimeDelta = TimeDelta::minutes(1);

impl PendingStatus {
    /// Time by which a clock that says `now` is behind the last recorded event; `None` up to one
    /// minute.
    pub fn clock_behind(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        self.last_recorded_at.map(|last| last - now).filter(|behind| *behind > TOLERATED_SKEW)
    }
}

impl OutboxReader {
    /// Prepares to read the outbox of `bucket` under `home`. Opens nothing yet.
    pub(crate) fn new(bucket: Bucket, home: &Path) -> Self {
        let (path, home) = (PathBuf::new(), home.to_owned());
        Self { bucket, home, path, number: None, connection: None, is_away: false }
    }

    /// The path of the outbox, once something was read.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// All pending events, in the order of acknowledgement.
    pub(crate) fn pending(&mut self) -> Result<Vec<Event>, Error> {
        let blocks = self.read(|connection| blocks(connection, 0, u64::MAX, |_| true))?;
        let mut events = Vec::new();
        for block in blocks {
            events.extend(block.events(&self.path)?);
        }
        Ok(events)
    }

    /// The status: numbers and times, without reading the events.
    pub(crate) fn status(&mut self) -> Result<PendingStatus, Error> {
        let status = self.read(|connection| {
            let sql = "SELECT next_position, failed_at, failure, forks, last_recorded_at, writer, next_seq,
                       (SELECT recorded_at FROM pending ORDER BY position LIMIT 1) FROM meta";
            let first = first_position(connection)?;
            connection.query_row(sql, [], |row| {
                let created = row.get::<_, i64>(0)?.cast_unsigned();
                let instant =
                    |micros: Option<i64>| micros.and_then(DateTime::from_timestamp_micros);
                Ok(PendingStatus {
                    events: created - first,
                    since: instant(row.get(7)?),
                    failure: instant(row.get(1)?).zip(row.get(2)?),
                    created,
                    forks: row.get::<_, i64>(3)?.cast_unsigned(),
                    last_recorded_at: instant(row.get(4)?),
                    log: Some((row.get(5)?, row.get::<_, i64>(6)?.cast_unsigned())),
                    is_away: false,
                })
            })
        })?;
        Ok(PendingStatus { is_away: self.is_away, ..status })
    }

    /// The oldest blocks before the position `end` that are in no file yet: as many blocks of one
    /// writer as go into one file.
    pub(crate) fn unspooled(&mut self, end: u64) -> Result<Vec<Block>, Error> {
        self.read(|connection| {
            let (mut writer, mut size, mut events) = (None, 0, 0);
            blocks(connection, first_unspooled(connection)?, end, |block| {
                let is_first = writer.is_none();
                let writer = writer.get_or_insert_with(|| block.writer.clone());
                size += block.size;
                events += block.events;
                let fits = size <= MAX_UNENCODED_BYTES as u64 && events <= MAX_FILE_EVENTS;
                is_first || (fits && *writer == block.writer)
            })
        })
    }

    /// The oldest file of the spool, which is stored next. Its checksum is verified: damaged bytes
    /// must not get into a bucket, where they would stay.
    pub(crate) fn oldest_spooled(&mut self) -> Result<Option<File>, Error> {
        let sql = "SELECT position, events, writer, first_seq, key, sha256, bytes FROM spool
                   ORDER BY position LIMIT 1";
        let file = self.read(|connection| connection.query_row(sql, [], file).optional())?;
        match file {
            Some(file) if <[u8; 32]>::from(Sha256::digest(&file.bytes)) != file.sha256 => {
                let what = format!("the bytes of {} have changed", file.key);
                Err(Error::OutboxDamaged { path: self.path.clone(), what })
            }
            file => Ok(file),
        }
    }

    /// The name of this installation's log and its next number; `None` if there is no outbox yet.
    pub(crate) fn writer(&mut self) -> Result<Option<(String, u64)>, Error> {
        self.read(|connection| {
            let sql = "SELECT writer, next_seq FROM meta";
            let writer = |row: &Row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()));
            connection.query_row(sql, [], writer).map(Some)
        })
    }

    /// Runs `query` in one read transaction. Where there is no outbox, returns the default.
    fn read<T: Default>(
        &mut self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        // What was recorded into one that was removed or replaced is not what is pending now.
        if self.number.is_some() && number_at(&self.path) != self.number {
            return Err(Error::OutboxReplaced { path: self.path.clone() });
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => match self.connect()? {
                Some(connection) => connection,
                None => return Ok(T::default()),
            },
        };
        let run = || query(&*connection.unchecked_transaction()?);
        let seen = run().map_err(|source| map_sqlite_error(&self.path, source))?;
        self.connection = Some(connection);
        Ok(seen)
    }

    /// Finds, connects and checks the outbox; `None` if there is none.
    fn connect(&mut self) -> Result<Option<Connection>, Error> {
        let Some(Found { path, names, away, .. }) = find(&self.bucket, &self.home)? else {
            return Ok(None);
        };
        (self.path, self.is_away) = (path, away);
        let mark = mark_of(&self.path);
        if !exists(&mark)? && !exists(&self.path)? {
            return Ok(None);
        }
        let seen = HighWaterMark::read(&mark)
            .map_err(|e| Error::OutboxFolder { path: mark.clone(), source: e.into() })?;
        let lost = || Err(emptied(&self.path, seen));
        match size(&self.path) {
            None if seen == 0 => return Ok(None),
            None | Some(0) => return lost(),
            Some(_) => {}
        }
        let opened = open_for_reading(&self.path);
        let (connection, format) = opened.map_err(|source| map_sqlite_error(&self.path, source))?;
        match format {
            FORMAT => {}
            0 => return lost(),
            found => return Err(Error::OutboxFormat { path: self.path.clone(), found }),
        }
        check::check(&connection, &self.path, &names, seen)?;
        self.number = number_at(&self.path);
        Ok(Some(connection))
    }
}

/// Opens a database to read it, and says of which format it is. Where nothing can be made beside it, it
/// is opened as one that nobody changes, unless that would leave out what a write-ahead log has.
pub(super) fn open_for_reading(path: &Path) -> rusqlite::Result<(Connection, i64)> {
    let open = |connection: Connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "query_only", true)?;
        let format = format_of(&connection)?;
        Ok((connection, format))
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match Connection::open_with_flags(path, flags).and_then(open) {
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied)
            ) && !has_write_ahead_log(path) =>
        {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            let uri = read_only_uri(path, true).ok_or(error)?;
            Connection::open_with_flags(uri, flags).and_then(open)
        }
        opened => opened,
    }
}

/// Whether there is such a file. What cannot be looked at may be there, and is an error.
fn exists(path: &Path) -> Result<bool, Error> {
    match path.try_exists() {
        // A file is in the place of the folder.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        looked => {
            looked.map_err(|e| Error::OutboxFolder { path: path.to_owned(), source: e.into() })
        }
    }
}

/// The blocks from `start` to before `end`, up to the first that is not wanted.
fn blocks(
    connection: &Connection,
    start: u64,
    end: u64,
    mut wanted: impl FnMut(&Block) -> bool,
) -> rusqlite::Result<Vec<Block>> {
    let sql = format!(
        "SELECT {} FROM pending WHERE position >= ?1 AND position < ?2 ORDER BY position",
        block::COLUMNS
    );
    let end = i64::try_from(end).unwrap_or(i64::MAX);
    let mut select = connection.prepare_cached(&sql)?;
    let mut rows = select.query((start.cast_signed(), end))?;
    let mut blocks = Vec::new();
    while let Some(row) = rows.next()? {
        let block = Block::read(row)?;
        if !wanted(&block) {
            break;
        }
        blocks.push(block);
    }
    Ok(blocks)
}

/// Reads a row of `spool`.
fn file(row: &Row) -> rusqlite::Result<File> {
    Ok(File {
        position: row.get::<_, i64>(0)?.cast_unsigned(),
        events: row.get::<_, i64>(1)?.cast_unsigned(),
        writer: row.get(2)?,
        first_seq: row.get::<_, i64>(3)?.cast_unsigned(),
        key: row.get(4)?,
        sha256: row.get(5)?,
        bytes: Bytes::from(row.get::<_, Vec<u8>>(6)?),
    })
}

/// The position of the oldest pending event.
pub(super) fn first_position(connection: &Connection) -> rusqlite::Result<u64> {
    position(connection, "SELECT first_position FROM meta")
}

/// The position of the oldest pending event that is in no file of the spool.
pub(super) fn first_unspooled(connection: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT ifnull((SELECT max(position + events) FROM spool), first_position) FROM meta";
    position(connection, sql)
}

fn position(connection: &Connection, sql: &str) -> rusqlite::Result<u64> {
    let position: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(position.cast_unsigned())
}
