//! Events as a file of the journal: its name and its bytes. The same events, named at the same
//! instant, always make the same file.

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

/// The version of the format, in each file.
const FORMAT: &str = "1";

/// The largest file.
#[cfg(test)]
pub(crate) const MAX_FILE_BYTES: usize = 64 << 20;

/// The text and the [`EVENT_BYTES`] that go into a file. What Parquet adds to text that cannot be
/// compressed stays far below the rest of `MAX_FILE_BYTES`.
pub(crate) const MAX_UNENCODED_BYTES: usize = 60 << 20;

/// What an event takes besides its text: for each value its length, its null bit and its share of
/// the bloom filters.
pub(crate) const EVENT_BYTES: usize = 128;

/// The text a caller may give to one event: with what the journal adds it must fit into a file.
pub(crate) const MAX_EVENT_TEXT: usize = MAX_UNENCODED_BYTES - 1024;

/// A file of the journal, whole, as it lies in the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub first_seq: u64,
    pub last_seq: u64,
    pub key: String,
    pub bytes: Bytes,
    pub sha256: [u8; 32],
}

impl File {
    pub(crate) fn events(&self) -> u64 {
        self.last_seq - self.first_seq + 1
    }
}

/// Makes the file of one writer's consecutive events, which were given their seq by the outbox.
/// `None` if there are none.
pub(crate) fn encode(events: &[Event], at: DateTime<Utc>) -> Result<Option<File>, ParquetError> {
    let range = events.first().zip(events.last());
    let Some((Some(first_seq), Some(last_seq))) = range.map(|(a, b)| (a.seq, b.seq)) else {
        return Ok(None);
    };
    let writer = events[0].writer.as_deref().unwrap_or_default();
    let stamp = at.format("%Y%m%d_%H%M%S_%3f");
    let key = format!("journal/{stamp}-{writer}-{first_seq:020}-{last_seq:020}.parquet");
    let metadata = [
        ("daybook.format", FORMAT.to_owned()),
        ("daybook.writer", writer.to_owned()),
        ("daybook.first_seq", first_seq.to_string()),
        ("daybook.last_seq", last_seq.to_string()),
    ];
    let metadata = metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec();
    let properties = properties(events.len() as u64, metadata)?;
    let mut writer = ArrowWriter::try_new(Vec::new(), event::schema(), Some(properties))?;
    writer.write(&batch(events)?)?;
    let bytes = Bytes::from(writer.into_inner()?);
    let sha256 = Sha256::digest(&bytes).into();
    Ok(Some(File { first_seq, last_seq, key, bytes, sha256 }))
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
