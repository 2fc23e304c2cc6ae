//! The events of a bucket's files, read without any of the crates under test: a row is eleven texts
//! by position, as the first readers had it, and six more columns by name.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{FieldRef, TimestampMicrosecondType, UInt64Type};
use arrow::util::display::array_value_to_string;
use chrono::{DateTime, Utc};
use event::{Entry, Event, Place};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Every row of every file but the one with the bucket's id, as often as it is there.
pub fn read(bucket: &Path) -> Vec<Entry> {
    let mut entries = Vec::new();
    for file in std::fs::read_dir(bucket.join("journal")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none() {
            continue;
        }
        let name: Arc<str> = path.file_name().unwrap().to_str().unwrap().into();
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
        let mut row = 0;
        for batch in reader.build().unwrap() {
            let batch = batch.unwrap();
            for i in 0..batch.num_rows() {
                let place = Place::File { file: Arc::clone(&name), row };
                entries
                    .push(Entry { extra: extra(&batch, i), ..Entry::new(event(&batch, i), place) });
                row += 1;
            }
        }
    }
    entries
}

fn event(batch: &RecordBatch, i: usize) -> Event {
    let text = |column: usize| text(&batch.columns()[column], i);
    let filled = |column: usize| text(column).unwrap();
    let named = |name: &str| batch.column_by_name(name).filter(|column| column.is_valid(i));
    let more = |name: &str| named(name).map(|c| c.as_string::<i32>().value(i).to_owned());
    let micros = |c: &dyn Array| c.as_primitive::<TimestampMicrosecondType>().value(i);
    let recorded_at = named("recorded_at").map(|column| micros(column));
    Event {
        event_id: filled(0),
        timestamp: DateTime::parse_from_rfc3339(&filled(1)).unwrap().with_timezone(&Utc),
        entity_type: filled(2),
        entity_id: filled(3),
        field: filled(4),
        action: filled(5).into(),
        old_value: text(6),
        new_value: text(7),
        actor: filled(8),
        source: filled(9),
        workspace_id: text(10),
        recorded_at: recorded_at.map(|at| DateTime::from_timestamp_micros(at).unwrap()),
        writer: more("writer"),
        seq: named("seq").map(|column| column.as_primitive::<UInt64Type>().value(i)),
        corrects: more("corrects"),
        reason: more("reason"),
        batch: more("batch"),
    }
}

/// The columns that a file has beside those of a journal, as text.
fn extra(batch: &RecordBatch, i: usize) -> BTreeMap<String, String> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let others = columns.filter(|(field, _)| event::Column::named(field.name()).is_none());
    let filled = others.filter(|(_, column)| column.is_valid(i));
    let named = |(field, column): (&FieldRef, &ArrayRef)| {
        (field.name().clone(), array_value_to_string(column, i).unwrap())
    };
    filled.map(named).collect()
}

fn text(column: &dyn Array, i: usize) -> Option<String> {
    let column = column.as_string::<i32>();
    column.is_valid(i).then(|| column.value(i).to_owned())
}
