//! Events that were committed together, as they lie in the table `pending`.

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

/// A row of `pending`. Its bytes are checked when they are read as events.
#[derive(Debug)]
pub(crate) struct Block {
    /// Of the first event, in the outbox.
    pub position: u64,
    pub events: u64,
    pub writer: String,
    /// Of the first event, in its writer's log.
    pub first_seq: u64,
    /// Text and [`EVENT_BYTES`] of all events.
    pub size: u64,
    bytes: Vec<u8>,
    sha256: [u8; 32],
}

/// JSON shorter than this is kept as it is: it takes a page of the database either way.
const WORTH_COMPRESSING: usize = 4096;

/// The columns of `pending` in the order of [`Block::read`].
pub(super) const COLUMNS: &str = "position, events, writer, first_seq, size, bytes, sha256";

/// Where a block begins: in the outbox, and in its writer's log.
pub(super) struct Start<'a> {
    pub position: u64,
    pub writer: &'a str,
    pub seq: u64,
}

/// Keeps the events of all `requests` as one block.
pub(super) fn insert(
    connection: &Connection,
    start: &Start<'_>,
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

/// What compressed bytes start with; JSON starts with `{`.
const LZ4: &[u8] = b"4";

/// JSON, one event a line; compressed if that is worth while.
fn pack<'a>(events: impl Iterator<Item = &'a Event>) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(WORTH_COMPRESSING);
    for event in events {
        serde_json::to_writer(&mut json, event)?;
        json.push(b'\n');
    }
    Ok(if json.len() < WORTH_COMPRESSING {
        json
    } else {
        [LZ4, &compress_prepend_size(&json)].concat()
    })
}

/// What [`pack`] was given.
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

/// What an event takes in a file, before compression.
fn size(event: &Event) -> u64 {
    let text: usize = event.cells().into_iter().map(Cell::text_len).sum();
    (EVENT_BYTES + text) as u64
}

impl Block {
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

    /// The position after its last event.
    pub(crate) fn end(&self) -> u64 {
        self.position + self.events
    }

    /// Its events, exactly as they were acknowledged, or an error. `outbox` is the file it is from.
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
