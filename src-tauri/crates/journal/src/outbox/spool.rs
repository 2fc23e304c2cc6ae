//! The spool: encoded files that are not yet known to be in the bucket. Their bytes never change,
//! and their names only through [`Outbox::rename`], so that any process can finish a flush and
//! stores the same object.

use rusqlite::{Connection, params};

use super::read;
use super::sqlite_error::map_sqlite_error;
use super::write::Outbox;
use crate::error::Error;
use crate::file::File;

/// Number of free pages from which the file is shrunk: 16 MiB.
const MIN_FREE_PAGES: i64 = 4096;

impl Outbox {
    /// Adds a file of the oldest unspooled events to the spool. Does nothing if another process has
    /// spooled some of them in the meantime: that file serves as well.
    pub(crate) fn spool(&mut self, file: &File) -> Result<(), Error> {
        self.change(|connection| {
            if read::first_unspooled(connection)? != file.position {
                return Ok(());
            }
            let sql = "INSERT INTO spool (position, events, writer, first_seq, key, sha256, bytes)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let row = params![
                file.position.cast_signed(),
                file.events.cast_signed(),
                file.writer,
                file.first_seq.cast_signed(),
                file.key,
                file.sha256,
                &file.bytes[..],
            ];
            connection.execute(sql, row).map(|_| ())
        })
    }

    /// Renames a spooled file to `key`. Does nothing if it no longer has the name that it has in
    /// `file`.
    pub(crate) fn rename(&mut self, file: &File, key: &str) -> Result<(), Error> {
        self.change(|connection| {
            let sql = "UPDATE spool SET key = ?3 WHERE position = ?1 AND key = ?2";
            connection.execute(sql, (file.position.cast_signed(), &file.key, key)).map(|_| ())
        })
    }

    /// Removes a file that is in the bucket from the spool, and its events from the outbox. Returns
    /// whether they were still there: another process may have done it.
    pub(crate) fn prune(&mut self, file: &File) -> Result<bool, Error> {
        let (first, end) = (file.position.cast_signed(), file.end().cast_signed());
        let pruned = self.change(|connection| {
            let sql = "DELETE FROM spool WHERE position = ?1 AND key = ?2";
            let found = connection.execute(sql, (first, &file.key))? > 0;
            if found {
                let sql = "DELETE FROM pending WHERE position >= ?1 AND position < ?2";
                connection.execute(sql, (first, end))?;
                connection.execute("UPDATE meta SET first_position = ?1", [end])?;
            }
            Ok(found)
        })?;
        shrink(&self.connection).map_err(|source| map_sqlite_error(&self.path, source))?;
        Ok(pruned)
    }
}

/// Shrinks the database file if nothing is pending, so that no page has to be moved, and many pages
/// are free.
fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    let is_pending: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM pending)", [], |row| row.get(0))?;
    let free: i64 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    if is_pending || free < MIN_FREE_PAGES {
        return Ok(());
    }
    connection.execute_batch("PRAGMA incremental_vacuum")
}
