//! Blocks: the events of one commit, as a row of the table `pending`.

use std::borrow::Cow;
use std::path::Path;

use chrono::{DateTime, Utc};
use event::{Cell, Event};
use lz4_flex::{compress_prepend_size, decompress_size_prepended};
use rusqlite::{Connection, Row};
use serde_json::Deserializer;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::limits::EVENT_BYTES;

/// A block: one row of `pending`. Its bytes are checked when they are read as events.
#[derive(Debug)]
pub(crate) struct Block {
    /// Position of the first event in the outbox.
    pub position: u64,
    /// Number of events.
    pub events: u64,
    /// Name of the log that the events belong to.
    pub writer: String,
    /// Number of the first event in its writer's log.
    pub first_seq: u64,
    /// Size of the events in a file before encoding, in bytes.
    pub size: u64,
    /// Output of [`pack`].
    bytes: Vec<u8>,
    sha256: [u8; 32],
}

/// Minimum size of JSON that is compressed, in bytes: less takes a page of the database either way.
const MIN_COMPRESSED: usize = 4096;

/// The columns of `pending` in the order of [`Block::read`].
pub(super) const COLUMNS: &str = "position, events, writer, first_seq, size, bytes, sha256";

/// Start of a block: in the outbox, and in its writer's log.
pub(super) struct BlockStart<'a> {
    pub position: u64,
    pub writer: &'a str,
    pub seq: u64,
}

/// Inserts the events of all `requests` as one block.
pub(super) fn insert(
    connection: &Connection,
    start: &BlockStart<'_>,
    recorded_at: DateTime<Utc>,
    requests: &[Vec<Event>],
) -> rusqlite::Result<()> {
    let events = || requests.iter().flatten();
    let bytes = pack(events()).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
    let size = events().map(size).sum::<u64>();
    let sql = format!(
        "INSERT INTO pending ({COLUMNS}, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    );
    connection.prepare_cached(&sql)?.execute((
        start.position.cast_signed(),
        (events().count() as u64).cast_signed(),
        start.writer,
        start.seq.cast_signed(),
        size.cast_signed(),
        &bytes,
        <[u8; 32]>::from(Sha256::digest(&bytes)),
        recorded_at.timestamp_micros(),
    ))?;
    Ok(())
}

/// First byte of compressed bytes. JSON begins with `{`.
const LZ4: &[u8] = b"4";

/// Encodes events as JSON, one a line, compressed with LZ4 from [`MIN_COMPRESSED`] bytes on.
fn pack<'a>(events: impl Iterator<Item = &'a Event>) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(MIN_COMPRESSED);
    for event in events {
        serde_json::to_writer(&mut json, event)?;
        json.push(b'\n');
    }
    Ok(if json.len() < MIN_COMPRESSED {
        json
    } else {
        [LZ4, &compress_prepend_size(&json)].concat()
    })
}

/// Decodes the output of [`pack`]. The error describes the damage.
fn unpack(bytes: &[u8]) -> Result<Vec<Event>, String> {
    let json = match bytes.strip_prefix(LZ4) {
        Some(packed) => {
            decompress_size_prepended(packed).map_err(|error| error.to_string())?.into()
        }
        None => Cow::Borrowed(bytes),
    };
    let events = Deserializer::from_slice(&json).into_iter::<Event>();
    events.collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// Size of an event in a file before encoding, in bytes: its text and [`EVENT_BYTES`].
fn size(event: &Event) -> u64 {
    let text: usize = event.cells().into_iter().map(Cell::text_len).sum();
    (EVENT_BYTES + text) as u64
}

impl Block {
    /// Reads a row with the columns [`COLUMNS`].
    pub(super) fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            position: row.get::<_, i64>(0)?.cast_unsigned(),
            events: row.get::<_, i64>(1)?.cast_unsigned(),
            writer: row.get(2)?,
            first_seq: row.get::<_, i64>(3)?.cast_unsigned(),
            size: row.get::<_, i64>(4)?.cast_unsigned(),
            bytes: row.get(5)?,
            sha256: row.get(6)?,
        })
    }

    /// The position after the last event.
    pub(crate) fn end(&self) -> u64 {
        self.position + self.events
    }

    /// Decodes the events, exactly as they were acknowledged. `outbox` is the path that errors
    /// name.
    ///
    /// # Errors
    /// [`Error::OutboxDamaged`] if the checksum, the JSON, the writer or the numbers do not match.
    pub(crate) fn events(&self, outbox: &Path) -> Result<Vec<Event>, Error> {
        let damaged = |what: String| Error::OutboxDamaged {
            path: outbox.to_owned(),
            what: format!("events {} to {}: {what}", self.position, self.end() - 1),
        };
        if <[u8; 32]>::from(Sha256::digest(&self.bytes)) != self.sha256 {
            return Err(damaged("their bytes have changed".to_owned()));
        }
        let events = unpack(&self.bytes).map_err(damaged)?;
        let is_next = |(event, seq): (&Event, u64)| {
            event.seq == Some(seq) && event.writer.as_ref() == Some(&self.writer)
        };
        if events.len() as u64 == self.events && events.iter().zip(self.first_seq..).all(is_next) {
            Ok(events)
        } else {
            Err(damaged("they are not those of the log".to_owned()))
        }
    }
}
