//! Journals in buckets of object stores, over HTTP: every acknowledged event is stored exactly once,
//! whatever the network and the store do.
//!
//! The stores are emulators, which `cargo xtask test` starts; `cargo xtask stores` prints how to find
//! them. Faults are done by a proxy in front of them. A test's name begins with the row of what breaks.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod flushing;
mod life;
#[path = "../../../bucket/tests/stores/place.rs"]
mod place;
mod random;
mod renewal;
#[path = "../../../bucket/tests/stores/rules.rs"]
mod rules;

use std::path::Path;
use std::time::Duration;

use arrow::array::{Array, AsArray};
use arrow::datatypes::UInt64Type;
use bucket::Bucket;
use event::{Action, Draft, Event, RecordId};
use journal::{Journal, Options};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use place::Place;

/// Longer than any test lets pass: a journal with this flushes only when it is told to.
const NEVER: Duration = Duration::from_secs(u32::MAX as u64);

/// Opens a journal that flushes only when it is told to.
async fn open(bucket: Bucket, home: &Path) -> Result<Journal, journal::Error> {
    let options = Options { flush_threshold: u64::MAX, flush_after: NEVER, ..Options::default() };
    Journal::open(bucket, home, options).await
}

/// A change to this value.
fn note(value: &str) -> Draft {
    let record = RecordId { entity_type: "candidate".into(), entity_id: "CAND-00342".into() };
    let new_value = Some(value.to_owned());
    Draft { new_value, ..Draft::new(record, Action::Update, "note", "Sarah", "api") }
}

/// An event as a file has it: writer, number and value.
type Row = (String, u64, String);

/// What an event is in a file.
fn row(event: &Event) -> Row {
    let value = event.new_value.clone().unwrap();
    (event.writer.clone().unwrap(), event.seq.unwrap(), value)
}

/// Every event in the files of a bucket, as it is read when it is opened anew.
async fn stored(place: &Place) -> Vec<Row> {
    let bucket = place.bucket();
    let mut rows = Vec::new();
    for file in bucket.list_all().await.unwrap().files {
        let bytes = bucket.read(&file, 1 << 24).await.unwrap();
        // Others have files there too.
        let Ok(reader) = ParquetRecordBatchReaderBuilder::try_new(bytes) else { continue };
        for batch in reader.build().unwrap().map(Result::unwrap) {
            let text = |name: &str| batch.column_by_name(name).unwrap().as_string::<i32>().clone();
            let (writer, value) = (text("writer"), text("new_value"));
            let seq = batch.column_by_name("seq").unwrap().as_primitive::<UInt64Type>();
            rows.extend((0..batch.num_rows()).map(|at| {
                assert!(seq.is_valid(at), "{}: row {at}", file.name);
                (writer.value(at).to_owned(), seq.value(at), value.value(at).to_owned())
            }));
        }
    }
    rows.sort();
    rows
}
