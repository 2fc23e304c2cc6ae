//! The spool: files that are made, and not yet known to be in the bucket. Their name and bytes are
//! fixed from here on, so whoever finishes a flush stores the same object.

use bytes::Bytes;
use event::{COLUMNS, Event};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::{Outbox, immediate, row};
use crate::Error;
use crate::encode::{EVENT_BYTES, File};

impl Outbox {
    /// The oldest events below `end` that are in no file yet, as many as go into one of
    /// `max_bytes` (but at least one).
    pub(crate) fn unspooled(&mut self, end: u64, max_bytes: usize) -> Result<Vec<Event>, Error> {
        self.run(|connection| {
            let columns = COLUMNS.join(", ");
            let mut select = connection.prepare(&format!(
                "SELECT {columns} FROM pending WHERE seq >= ?1 AND seq < ?2 ORDER BY seq"
            ))?;
            let mut rows = select.query([first_unspooled(connection)?, end.cast_signed()])?;
            let mut events = Vec::new();
            let mut bytes = 0;
            while let Some(row) = rows.next()? {
                bytes += EVENT_BYTES + row::text_bytes(row)?;
                if bytes > max_bytes && !events.is_empty() {
                    break;
                }
                events.push(row::read(row)?);
            }
            Ok(events)
        })
    }

    /// Puts a file of the oldest unspooled events into the spool. Does nothing if another process
    /// has spooled some of them in the meantime: that file is as good.
    pub(crate) fn spool(&mut self, file: &File) -> Result<(), Error> {
        self.run(|connection| {
            let transaction = immediate(connection)?;
            if first_unspooled(&transaction)? != file.first_seq.cast_signed() {
                return Ok(());
            }
            transaction.execute(
                "INSERT INTO spool (first_seq, last_seq, key, bytes, sha256)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    file.first_seq.cast_signed(),
                    file.last_seq.cast_signed(),
                    file.key,
                    &file.bytes[..],
                    file.sha256,
                ],
            )?;
            transaction.commit()
        })
    }

    /// The file to store next. Its bytes are checked: what this device has damaged must not get
    /// into a bucket, where it would stay.
    pub(crate) fn oldest_spooled(&mut self) -> Result<Option<File>, Error> {
        let sql = "SELECT first_seq, last_seq, key, bytes, sha256 FROM spool
                   ORDER BY first_seq LIMIT 1";
        let file = self.run(|connection| connection.query_row(sql, [], read).optional())?;
        match file {
            Some(file) if <[u8; 32]>::from(Sha256::digest(&file.bytes)) != file.sha256 => {
                Err(Error::OutboxFile { path: self.path.clone(), key: file.key })
            }
            file => Ok(file),
        }
    }

    /// Forgets a file that is in the bucket, and its events; whether they were still here.
    pub(crate) fn prune(&mut self, file: &File) -> Result<bool, Error> {
        let first = file.first_seq.cast_signed();
        let last = file.last_seq.cast_signed();
        self.run(|connection| {
            let transaction = immediate(connection)?;
            let found = transaction.execute(
                "DELETE FROM spool WHERE first_seq = ?1 AND key = ?2",
                (first, &file.key),
            )?;
            if found > 0 {
                transaction
                    .execute("DELETE FROM pending WHERE seq BETWEEN ?1 AND ?2", (first, last))?;
            }
            transaction.commit()?;
            Ok(found > 0)
        })
    }
}

fn first_unspooled(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce(
        (SELECT max(last_seq) + 1 FROM spool), (SELECT min(seq) FROM pending), next_seq) FROM meta";
    connection.query_row(sql, [], |row| row.get(0))
}

fn read(row: &Row) -> rusqlite::Result<File> {
    Ok(File {
        first_seq: row.get::<_, i64>(0)?.cast_unsigned(),
        last_seq: row.get::<_, i64>(1)?.cast_unsigned(),
        key: row.get(2)?,
        bytes: Bytes::from(row.get::<_, Vec<u8>>(3)?),
        sha256: row.get(4)?,
    })
}
