//! Encoding of events as a Parquet file. It is deterministic: the same events and the same instant
//! give the same name and the same bytes.

use std::path::Path;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use event::{Column, Event};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::file::{File, key};
use crate::outbox::Block;

/// Number of events from which they are written as one record batch.
const CHUNK: usize = 8192;

/// Encodes blocks that follow each other in one writer's log as one file, with a name stamped `at`.
/// `outbox` is the path that errors name.
///
/// # Errors
/// [`Error::Encode`] if there is no block or the Parquet writer fails; [`Error::OutboxDamaged`] if
/// a block's bytes are not those that were acknowledged.
pub(crate) fn encode(blocks: &[Block], outbox: &Path, at: DateTime<Utc>) -> Result<File, Error> {
    let events = blocks.iter().map(|block| block.events).sum::<u64>();
    let Some(Block { position, writer, first_seq, .. }) = blocks.first() else {
        let source = ParquetError::General("there are no events".to_owned());
        return Err(Error::Encode { source: source.into() });
    };
    let failed = |source: ParquetError| Error::Encode { source: source.into() };
    let last_seq = (first_seq + events).saturating_sub(1);
    let mut parquet = start(events, writer, *first_seq, last_seq).map_err(failed)?;
    let mut chunk = Vec::new();
    for block in blocks {
        chunk.extend(block.events(outbox)?);
        if chunk.len() >= CHUNK {
            write(&chunk, &mut parquet).map_err(failed)?;
            chunk.clear();
        }
    }
    write(&chunk, &mut parquet).map_err(failed)?;
    let bytes = Bytes::from(parquet.into_inner().map_err(failed)?);
    Ok(File {
        position: *position,
        events,
        writer: writer.clone(),
        first_seq: *first_seq,
        key: key(at, writer, *first_seq, last_seq),
        sha256: Sha256::digest(&bytes).into(),
        bytes,
    })
}

fn write(events: &[Event], to: &mut ArrowWriter<Vec<u8>>) -> Result<(), ParquetError> {
    to.write(&event::to_batch(events)?)
}

/// A Parquet writer whose metadata names the format, the writer and the range of numbers.
fn start(
    events: u64,
    writer: &str,
    first_seq: u64,
    last_seq: u64,
) -> Result<ArrowWriter<Vec<u8>>, ParquetError> {
    let metadata = [
        ("daybook.format", event::FORMAT.to_string()),
        ("daybook.writer", writer.to_owned()),
        ("daybook.first_seq", first_seq.to_string()),
        ("daybook.last_seq", last_seq.to_string()),
    ];
    let metadata = metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec();
    ArrowWriter::try_new(Vec::new(), event::schema(), Some(parquet_properties(events, metadata)?))
}

/// Parquet settings of a journal file whose row groups have so many `rows`. Event and record ids get bloom filters, because they are looked up one at a
/// time. Event ids and numbers never repeat, so a dictionary would only add to their size.
/// Statistics are kept for column chunks and not for pages: a file this small is read whole, and
/// page statistics would be a large part of it.
///
/// # Errors
///
/// Fails if the library of Parquet refuses the settings. They give it no reason to.
pub fn parquet_properties(
    rows: u64,
    metadata: Vec<KeyValue>,
) -> Result<WriterProperties, ParquetError> {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(metadata));
    let paths = |columns: [Column; 2]| columns.map(|column| ColumnPath::from(column.name()));
    for column in paths([Column::EventId, Column::EntityId]) {
        builder = builder
            .set_column_bloom_filter_enabled(column.clone(), true)
            .set_column_bloom_filter_ndv(column, rows);
    }
    for column in paths([Column::EventId, Column::Seq]) {
        builder = builder.set_column_dictionary_enabled(column, false);
    }
    Ok(builder.build())
}
