//! The spool: files that are made, and not yet known to be in the bucket. Their name and bytes are
//! fixed from here on, so whoever finishes a flush stores the same object.

use rusqlite::{Connection, params};

use super::read;
use super::sqlite_error::map_sqlite_error;
use super::write::Outbox;
use crate::error::Error;
use crate::file::File;

/// Free pages worth giving back to the disk: 16 MiB.
const MANY_PAGES: i64 = 4096;

impl Outbox {
    /// Puts a file of the oldest unspooled events into the spool. Does nothing if another process
    /// has spooled some of them in the meantime: that file is as good.
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

    /// Gives a spooled file another name: the first one is taken, or what lies there is not to be
    /// relied on.
    pub(crate) fn rename(&mut self, file: &File, key: &str) -> Result<(), Error> {
        self.change(|connection| {
            let sql = "UPDATE spool SET key = ?3 WHERE position = ?1 AND key = ?2";
            connection.execute(sql, (file.position.cast_signed(), &file.key, key)).map(|_| ())
        })
    }

    /// Forgets a file that is in the bucket, and its events; whether they were still here.
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
        give_back(&self.connection).map_err(|source| map_sqlite_error(&self.path, source))?;
        Ok(pruned)
    }
}

/// Makes the database small again, once nothing in it has to be moved for that.
fn give_back(connection: &Connection) -> rusqlite::Result<()> {
    let waits: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM pending)", [], |row| row.get(0))?;
    let free: i64 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    if waits || free < MANY_PAGES {
        return Ok(());
    }
    connection.execute_batch("PRAGMA incremental_vacuum")
}
