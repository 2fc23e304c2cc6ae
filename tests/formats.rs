//! Files of every format that was ever written into a journal are read, cell by cell. Each format
//! has files in `fixtures/formats`, which were written by what wrote that format.

use std::fs;
use std::path::{Path, PathBuf};

use event::{COLUMNS, Cell, EVENT_COLUMNS, FORMAT};
use parquet::file::reader::{FileReader, SerializedFileReader};
use reader::{Filters, Order, Query};
use serde_json::{Map, Value};

use crate::buckets::Place;
use crate::held::open;

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
    let snapshot = session.refresh().await.unwrap();
    assert!(snapshot.coverage().unreadable.is_empty(), "{:?}", snapshot.coverage());
    let (filters, order) = (Filters::default(), Order::OldestFirst);
    let query = Query { filters, order, after: None, limit: usize::MAX };
    let found = snapshot.events(&query).unwrap().value.events;
    let object = |entry: &std::sync::Arc<event::Entry>| {
        assert!(entry.extra.is_empty() && entry.about_row.is_empty(), "{entry:?}");
        let text = |cell: Cell<'_>| cell.to_text().map_or(Value::Null, |text| text.into());
        let cells = EVENT_COLUMNS.into_iter().zip(entry.event.cells());
        let cells = cells.map(|(column, cell)| (column.name().to_owned(), text(cell)));
        Value::Object(cells.collect::<Map<_, _>>())
    };
    found.iter().map(object).collect()
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
