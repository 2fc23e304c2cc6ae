//! Checks an outbox against its invariants when it is opened.

use std::path::Path;

use rusqlite::{Connection, Row};

use super::sqlite_error::map_sqlite_error;
use crate::error::Error;
use crate::file::is_name_of;

/// Checks that no event is missing or out of place. The bytes of events and files are not read
/// here: their SHA-256 is checked whenever they are used. `names` are what it may name its bucket, and
/// `seen` is the high-water mark, read before: another process may be recording, and both only grow.
///
/// # Errors
/// [`Error::OutboxBucket`], [`Error::OutboxLost`] or [`Error::OutboxDamaged`] for what does not
/// hold, and the errors of the database.
pub(super) fn check(
    connection: &Connection,
    path: &Path,
    names: &[String],
    seen: u64,
) -> Result<(), Error> {
    let transaction =
        connection.unchecked_transaction().map_err(|source| map_sqlite_error(path, source))?;
    let meta = Meta::read(&transaction).map_err(|source| map_sqlite_error(path, source))?;
    if !names.contains(&meta.bucket) {
        return Err(Error::OutboxBucket { path: path.to_owned(), found: meta.bucket });
    }
    if meta.next_position < seen {
        return Err(Error::OutboxLost { path: path.to_owned(), seen });
    }
    let extents =
        |table| extents(&transaction, table).map_err(|source| map_sqlite_error(path, source));
    let (pending, spool) = (extents("pending")?, extents("spool")?);
    match meta.problem(&pending).or_else(|| spool_problem(&pending, &spool)) {
        Some(what) => Err(Error::OutboxDamaged { path: path.to_owned(), what }),
        None => Ok(()),
    }
}

/// The row of the table `meta`, as far as it is checked.
struct Meta {
    bucket: String,
    writer: String,
    next_seq: u64,
    first_position: u64,
    next_position: u64,
}

/// Extent of consecutive events: a block, or a file of the spool.
struct Extent {
    position: u64,
    events: u64,
    writer: String,
    first_seq: u64,
    /// Key of a file; `None` for a block.
    key: Option<String>,
}

impl Meta {
    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT bucket, writer, next_seq, first_position, next_position FROM meta";
        connection.query_row(sql, [], |row| {
            Ok(Self {
                bucket: row.get(0)?,
                writer: row.get(1)?,
                next_seq: row.get::<_, i64>(2)?.cast_unsigned(),
                first_position: row.get::<_, i64>(3)?.cast_unsigned(),
                next_position: row.get::<_, i64>(4)?.cast_unsigned(),
            })
        })
    }

    /// What is missing of the pending events, as a clause; `None` if nothing is.
    fn problem(&self, pending: &[Extent]) -> Option<String> {
        let (Some(first), Some(last)) = (pending.first(), pending.last()) else {
            return (self.first_position != self.next_position)
                .then(|| "all events are missing".to_owned());
        };
        if first.position != self.first_position {
            return Some("the first events are missing".to_owned());
        }
        let next_seq = if last.writer == self.writer { last.first_seq + last.events } else { 0 };
        (last.end() != self.next_position || next_seq != self.next_seq)
            .then(|| "the last events are missing".to_owned())
            .or_else(|| gap(pending))
    }
}

impl Extent {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            position: row.get::<_, i64>(0)?.cast_unsigned(),
            events: row.get::<_, i64>(1)?.cast_unsigned(),
            writer: row.get(2)?,
            first_seq: row.get::<_, i64>(3)?.cast_unsigned(),
            key: row.get(4)?,
        })
    }

    fn end(&self) -> u64 {
        self.position.saturating_add(self.events)
    }

    fn has_start_of(&self, other: &Self) -> bool {
        let start = |extent: &Self| (extent.position, extent.first_seq);
        start(self) == start(other) && self.writer == other.writer
    }
}

/// All rows of `pending` or `spool`, in the order of positions.
fn extents(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Extent>> {
    let key = if table == "spool" { "key" } else { "NULL" };
    let sql =
        format!("SELECT position, events, writer, first_seq, {key} FROM {table} ORDER BY position");
    connection.prepare(&sql)?.query_map([], Extent::read)?.collect()
}

/// The first gap in positions, or in the numbers of one log.
fn gap(extents: &[Extent]) -> Option<String> {
    let next = |two: &[Extent]| {
        two[0].end() == two[1].position
            && (two[0].writer != two[1].writer
                || two[0].first_seq + two[0].events == two[1].first_seq)
    };
    let gap = extents.windows(2).find(|two| !next(two))?;
    Some(format!("events are missing between {} and {}", gap[0].position, gap[1].end()))
}

/// Checks that the spool's files have valid names and hold the first blocks, without a gap.
fn spool_problem(pending: &[Extent], spool: &[Extent]) -> Option<String> {
    let first = pending.iter().zip(spool).take(1);
    let begins = spool.is_empty() || first.clone().any(|(block, file)| block.has_start_of(file));
    let is_sound = |file: &Extent| {
        let key = file.key.as_deref().unwrap_or_default();
        let last_seq = (file.first_seq + file.events).saturating_sub(1);
        is_name_of(key, &file.writer, file.first_seq, last_seq)
            && pending.iter().any(|block| block.end() == file.end())
    };
    (!begins || !spool.iter().all(is_sound))
        .then(|| "a file that is to be stored does not fit the events".to_owned())
        .or_else(|| gap(spool))
}
