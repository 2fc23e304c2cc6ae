//! Files of every format that was ever written into a journal are read, cell by cell. Each format
//! has files in `fixtures/formats`, which were written by what wrote that format.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryArray, RecordBatch, StringArray};
use event::{Action, COLUMNS, Cell, Column, Draft, EVENT_COLUMNS, Event, FORMAT, RecordId};
use parquet::arrow::ArrowWriter;
use parquet::file::reader::{FileReader, SerializedFileReader};
use query::{CancellationToken, EventsQuery, Filters, PageStart};
use serde_json::{Map, Value};

use crate::buckets::Place;
use crate::held::{open, totals};

fn folder(format: u32) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    fixtures.join(format.to_string())
}

fn files(format: u32) -> Vec<PathBuf> {
    let files = fs::read_dir(folder(format).join("journal")).expect("every format has files");
    files.map(|file| file.unwrap().path()).collect()
}

/// The events of a bucket, oldest first, as objects of texts.
async fn events(place: &Place) -> Vec<Value> {
    let session = open(&place.bucket(), &place.home()).await;
    let engine = session.refresh().await.unwrap();
    assert!(engine.coverage().unreadable.is_empty(), "{:?}", engine.coverage());
    let (filters, start) = (Filters::default(), PageStart::Newest);
    let query = EventsQuery { filters, start, limit: usize::MAX, ..EventsQuery::default() };
    let found = engine.events(&query, &CancellationToken::new()).await.unwrap().value.items;
    let object = |entry: &event::Entry| {
        assert!(entry.extra.is_empty() && entry.about_row.is_empty(), "{entry:?}");
        let text = |cell: Cell<'_>| cell.to_text().map_or(Value::Null, Value::from);
        let cells = EVENT_COLUMNS.into_iter().zip(entry.event.cells());
        let cells = cells.map(|(column, cell)| (column.name().to_owned(), text(cell)));
        Value::Object(cells.collect::<Map<_, _>>())
    };
    found.iter().rev().map(|item| object(&item.entry)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn files_of_every_format_are_read_cell_by_cell() {
    for format in 0..=FORMAT {
        let place = Place::new();
        for file in files(format) {
            let name = file.file_name().unwrap();
            fs::copy(&file, place.bucket().join("journal").join(name)).unwrap();
        }
        let expected = fs::read(folder(format).join("events.json")).unwrap();
        let expected: Vec<Value> = serde_json::from_slice(&expected).unwrap();
        assert!(!expected.is_empty());
        assert_eq!(events(&place).await, expected, "format {format}");
    }
}

#[test]
fn a_file_says_its_format_and_has_its_columns_in_their_order() {
    for (format, path) in (0..=FORMAT).flat_map(|n| files(n).into_iter().map(move |f| (n, f))) {
        let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
        let file = reader.metadata().file_metadata();
        let fields = file.schema().get_fields().iter().map(|field| field.name());
        let columns = COLUMNS.iter().filter(|column| column.since() <= format);
        assert!(fields.eq(columns.map(|column| column.name())), "format {format}");
        let metadata = file.key_value_metadata().into_iter().flatten();
        let mut said = metadata.filter(|entry| entry.key == "daybook.format");
        let said = said.next().and_then(|entry| entry.value.clone());
        // The first journals name no format.
        assert_eq!(said, (format > 0).then(|| format.to_string()));
    }
}

/// A file of one event whose row says more than Daybook writes of it today.
fn write_row(place: &Place, name: &str, event: &Event, about_row: Option<(&[u8; 16], &str)>) {
    let batch = event::to_batch(std::slice::from_ref(event)).unwrap();
    let mut columns = batch.columns().to_vec();
    if let Some((salt, checkpoint)) = about_row {
        let salts = FixedSizeBinaryArray::try_from_iter([salt].into_iter()).unwrap();
        columns[Column::Salt.index()] = Arc::new(salts) as ArrayRef;
        columns[Column::Checkpoint.index()] = Arc::new(StringArray::from(vec![checkpoint]));
    }
    let batch = RecordBatch::try_new(batch.schema(), columns).unwrap();
    let file = fs::File::create(place.bucket().join("journal").join(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_said_about_a_row_is_kept_and_makes_no_other_event_of_it() {
    let place = Place::new();
    let record = RecordId { entity_type: "candidate".into(), entity_id: "CAND-1".into() };
    let session = open(&place.bucket(), &place.home()).await;
    let draft = Draft::new(record, Action::Insert, "*", "Sarah", "api");
    let event = session.record(draft).await.unwrap();
    // It waits on this device as well, and lies in two files, of which one tells nothing of the row.
    write_row(&place, "20260901_080000_000.parquet", &event, Some((&[0xab; 16], "a checkpoint")));
    write_row(&place, "20260901_080000_001.parquet", &event, None);
    let engine = session.refresh().await.unwrap();
    assert_eq!((totals(&*engine).await.events, engine.coverage().rows), (1, 2));
    let found = engine.event(&event.event_id, &CancellationToken::new()).await.unwrap().value;
    let about_row = [("checkpoint", "a checkpoint".to_owned()), ("salt", "ab".repeat(16))];
    let about_row = about_row.map(|(name, text)| (name.to_owned(), text)).into();
    assert_eq!((&found.event, found.about_row), (&event, about_row));
    assert!(found.extra.is_empty());
}
