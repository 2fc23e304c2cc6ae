//! Events made into a file of the journal. The same events, named at the same
//! instant, always make the same file.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use event::{Event, format_time};
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

/// The version of the format, in each file.
const FORMAT: &str = "1";

/// Events are handed to Parquet this many at a time.
const CHUNK: usize = 8192;

/// Makes the file of blocks that follow each other in one writer's log.
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
            batch(&chunk).and_then(|batch| parquet.write(&batch)).map_err(failed)?;
            chunk.clear();
        }
    }
    batch(&chunk).and_then(|batch| parquet.write(&batch)).map_err(failed)?;
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

fn start(
    events: u64,
    writer: &str,
    first_seq: u64,
    last_seq: u64,
) -> Result<ArrowWriter<Vec<u8>>, ParquetError> {
    let metadata = [
        ("daybook.format", FORMAT.to_owned()),
        ("daybook.writer", writer.to_owned()),
        ("daybook.first_seq", first_seq.to_string()),
        ("daybook.last_seq", last_seq.to_string()),
    ];
    let metadata = metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec();
    ArrowWriter::try_new(Vec::new(), event::schema(), Some(properties(events, metadata)?))
}

/// Ids are looked up one at a time, so they get bloom filters. Event ids and numbers never repeat,
/// so a dictionary of them would only be added to them. Statistics are of a column as a whole: a
/// file this small is read whole, and statistics of its pages would be a good part of it.
fn properties(rows: u64, metadata: Vec<KeyValue>) -> Result<WriterProperties, ParquetError> {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(metadata));
    for column in ["event_id", "entity_id"].map(ColumnPath::from) {
        builder = builder
            .set_column_bloom_filter_enabled(column.clone(), true)
            .set_column_bloom_filter_ndv(column, rows);
    }
    for column in ["event_id", "seq"].map(ColumnPath::from) {
        builder = builder.set_column_dictionary_enabled(column, false);
    }
    Ok(builder.build())
}

fn batch(events: &[Event]) -> Result<RecordBatch, ParquetError> {
    let timestamps = events.iter().map(|event| Some(format_time(event.timestamp)));
    let recorded_at = events.iter().map(|event| event.recorded_at.map(|at| at.timestamp_micros()));
    let seqs = events.iter().map(|event| event.seq);
    let columns: Vec<ArrayRef> = vec![
        text(events, |e| Some(&e.event_id)),
        Arc::new(timestamps.collect::<StringArray>()),
        text(events, |e| Some(&e.entity_type)),
        text(events, |e| Some(&e.entity_id)),
        text(events, |e| Some(&e.field)),
        text(events, |e| Some(e.action.as_str())),
        text(events, |e| e.old_value.as_deref()),
        text(events, |e| e.new_value.as_deref()),
        text(events, |e| Some(&e.actor)),
        text(events, |e| Some(&e.source)),
        text(events, |e| e.workspace_id.as_deref()),
        Arc::new(recorded_at.collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        text(events, |e| e.writer.as_deref()),
        Arc::new(seqs.collect::<UInt64Array>()),
        text(events, |e| e.corrects.as_deref()),
        text(events, |e| e.reason.as_deref()),
        text(events, |e| e.batch.as_deref()),
    ];
    Ok(RecordBatch::try_new(event::schema(), columns)?)
}

fn text(events: &[Event], value: impl Fn(&Event) -> Option<&str>) -> ArrayRef {
    Arc::new(events.iter().map(value).collect::<StringArray>())
}
